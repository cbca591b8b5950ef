"""Does the headline tell the story, or sell the click?"""

from __future__ import annotations

import re

from scorer.feature import UNKNOWN, Measure, Span, Trust, feature
from scorer.features.passages import headline_hits, headline_spans
from scorer.page import Page
from scorer.stopwords import stopword_set
from scorer.tokens import MARK, WORD, is_one_of

_NUMBERED = re.compile(r"^(?:top |the |these |our |best )*(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)\b(?! ?(?:st|nd|rd|th|%|percent|am|pm|billion|million|years?|people|dead|killed|die|arrested|injured|charged|-year|-?\d)\b)(?= \w)", re.IGNORECASE)
_YEAR = re.compile(r"\b20[12]\d\b")
_SUPERLATIVE = re.compile(r"\b(?:best|top|ultimate|complete|definitive|essential|perfect|amazing|incredible|must|everything you need|guide|reviews?|vs|cheap(?:est)?|free|easy|easiest|quick|simple|tips|tricks|hacks|secrets?|ways)\b", re.IGNORECASE)
_SECOND_PERSON = re.compile(r"\b(?:you|your|you're|you'll|yourself)\b", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:this|these|here's|here is|here are|what happened|what happens|the reason|reveals?|one thing|that one|why|how)\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"(?<=\s)[–—·»-](?=\s)|[|,]")


@feature(trust=Trust.FALLS, facets=("clickbait", "farm"))
def headline_clickbait_phrases(page: Page) -> Measure:
    """Stock clickbait phrases in the headline.

    Click-driven headlines withhold the story and promise a feeling instead.

    Fires on: "You won't believe what this gardener found".
    Leaves alone: "Voters believe the count was fair".
    """
    if not page.headline:
        return UNKNOWN
    found = headline_hits(page, "clickbait")
    return Measure(float(len(found)), headline_spans(page, found))


@feature(trust=Trust.FALLS, facets=("clickbait",))
def headline_emotion_words(page: Page) -> Measure:
    """Words of outrage, sensation or hype in the headline."""
    if not page.headline:
        return UNKNOWN
    found = headline_hits(page, "emotion", "hype")
    return Measure(float(len(found)), headline_spans(page, found))


@feature(trust=Trust.FREE, facets=("clickbait", "farm"))
def headline_pointing_words(page: Page) -> Measure:
    """Words in the headline that point at what it does not say ("this", "why", "here's")."""
    return _count(page, _POINTING)


@feature(trust=Trust.FALLS, facets=("clickbait", "promotion", "farm"))
def headline_superlatives(page: Page) -> Measure:
    """Words in the headline that search-made lists and guides are sold with ("best", "ultimate", "hacks")."""
    return _count(page, _SUPERLATIVE)


@feature(trust=Trust.FALLS, facets=("clickbait", "farm"))
def headline_second_person(page: Page) -> Measure:
    """Words of the headline that speak to "you"."""
    return _count(page, _SECOND_PERSON)


@feature(trust=Trust.FALLS, facets=("clickbait", "farm"))
def headline_counts_items(page: Page) -> Measure:
    """Whether the headline announces a numbered list ("7 ways to ...").

    Leaves alone counts that are news: "3 dead after crash", "10 million euros".
    """
    if not page.headline:
        return UNKNOWN
    match = _NUMBERED.match(page.headline)
    return Measure(float(match is not None), headline_spans(page, [match.span()] if match else []))


@feature(trust=Trust.FREE, facets=("clickbait", "farm"))
def headline_years(page: Page) -> Measure:
    """Years in the headline, as lists have that are re-dated to look fresh."""
    return _count(page, _YEAR)


@feature(trust=Trust.FREE, facets=("clickbait",))
def headline_question_marks(page: Page) -> Measure:
    """Question marks in the headline."""
    return _count(page, re.compile(r"\?"))


@feature(trust=Trust.FALLS, facets=("clickbait", "promotion"))
def headline_exclamations(page: Page) -> Measure:
    """Exclamation marks and trailing dots in the headline."""
    return _count(page, re.compile(r"!|\.\.\.|…"))


@feature(trust=Trust.FALLS, facets=("clickbait",))
def headline_shouting_share(page: Page) -> Measure:
    """Share of the headline's longer words that are written in capitals."""
    words = list(re.finditer(r"[^\W\d_]{4,}", page.headline))
    if len(words) < 2:
        return UNKNOWN
    loud = [m.span() for m in words if m.group().isupper()]
    return Measure(len(loud) / len(words), headline_spans(page, loud))


@feature(trust=Trust.FREE, facets=("clickbait", "aggregation"))
def headline_word_count(page: Page) -> Measure:
    """Words in the headline."""
    return Measure(float((page.headline_tokens.kind != MARK).sum())) if page.headline else UNKNOWN


@feature(trust=Trust.FREE, facets=("clickbait", "aggregation"))
def headline_quotes(page: Page) -> Measure:
    """Quotation marks in the headline, and quotations in single ones."""
    return _count(page, re.compile(r"[\"“”]|(?<!\w)['‘][^'’]{3,}['’](?!\w)"))


@feature(trust=Trust.FALLS, facets=("clickbait", "farm"))
def headline_unkept_share(page: Page) -> Measure:
    """Share of the headline's content words that the body never says.

    What a headline promises should turn up below it. Words are compared by their first six letters, so that
    "elections" is kept by "election".
    """
    if not page.has_body:
        return UNKNOWN
    tokens = page.headline_tokens
    content = (tokens.kind == WORD) & (tokens.end - tokens.start > 3) & ~is_one_of(tokens.hash, stopword_set())
    if content.sum() < 3:
        return UNKNOWN
    missing = content & ~is_one_of(tokens.stem, page.body_stems)
    return Measure(float(missing.sum() / content.sum()), headline_spans(page, zip(tokens.start[missing].tolist(), tokens.end[missing].tolist(), strict=True)))


@feature(trust=Trust.FALLS, facets=("farm", "promotion"))
def title_separators(page: Page) -> Measure:
    """Bars, dashes and commas that string keywords together in the title."""
    if not page.title:
        return UNKNOWN
    found = [m.span() for m in _SEPARATOR.finditer(page.title)]
    return Measure(float(len(found)), (Span("title", s, e) for s, e in found))


def _count(page: Page, pattern: re.Pattern[str]) -> Measure:
    if not page.headline:
        return UNKNOWN
    found = [m.span() for m in pattern.finditer(page.headline)]
    return Measure(float(len(found)), headline_spans(page, found))
