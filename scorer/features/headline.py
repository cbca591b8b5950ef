"""Does the headline tell the story, or sell the click?"""

from __future__ import annotations

import re

from scorer import clickbait
from scorer.feature import UNKNOWN, Measure, Span, Trust, feature
from scorer.features.passages import headline_hits, headline_spans
from scorer.page import Page
from scorer.stopwords import stopword_set
from scorer.tokens import WORD, is_one_of, tokenize, true_at

_ITEMS = (
    "ways|things|reasons|tips|tricks|facts|signs|ideas|tools|steps|types|kinds|examples|mistakes|lessons|trends|places|foods|books|movies|films|shows|recipes|gifts|secrets|benefits|questions|myths|rules|habits|hacks|"
    "apps|games|songs|albums|pieces|objects|items|moments|photos|pictures|products|brands|companies|sites|websites|services|stories|quotes|jokes|cars|cities|countries|destinations|exercises|foods|solutions|strategies|"
    "features|skills|best|worst|top|most|easy|simple|free|creative|essential|amazing|great|cool|surprising"
)
_NUMBER = r"(?:\d{1,2}|1\d\d|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
_NUMBERED = re.compile(
    rf"^(?:(?:the |our )?top ({_NUMBER})\b|(?:the |these |our )?({_NUMBER})\b(?= (?:[\w'’-]+ ){{0,3}}(?:{_ITEMS})\b)|(?:the |these |our )?({_NUMBER})\b(?= (?:[\w'’-]+ ){{0,3}}[a-z]+s (?:for|to|you|every|that)\b)"
    r"(?! ?(?:million|billion|years?|months|days|hours|people|dead|killed|die|arrested|injured|charged|men|women)\b))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b20[12]\d\b")
_SUPERLATIVE = re.compile(
    r"\b(?:best(?= [a-z0-9])(?! (?:practices?|actor|actress|original|supporting|director|friends?|man|picture|interests?|known|is|was|yet)\b)|top(?=[- ](?:\d+|five|ten|tips|picks|rated)\b)|ultimate|complete(?= (?:guide|list|breakdown|overview|tutorial|review|checklist|handbook|beginner))|definitive|essentials|"
    r"perfect|amazing|incredible|must(?=[- ](?:haves?|see|read|try|know|watch|visit)\b)|everything you need|guide|cheapest|"
    r"(?:(?<=^)|(?<=\d )|(?<=best ))free(?! (?:trade|speech|press|agents?|agency|fall|range|will|throws?|kick|markets?|world|state|elections?|expression|movement|from|after|at|in|and)\b)(?= \w)|(?:easy|easiest|quick|simple)(?= (?:ways?|steps?|tips|recipes?|guide|tricks|ideas|hacks)\b)|tips|tricks|hacks|secrets?(?= (?:to|of|for)\b)|ways(?= (?:to|you|for)\b))\b",
    re.IGNORECASE,
)
_SECOND_PERSON = re.compile(r"\b(?:you|your|you're|you'll|yourself)\b", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:th(?:is|ese)(?! (?:day|morning|afternoon|evening|weekend|week|month|year|season|spring|summer|autumn|fall|winter|christmas|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b)|here['’]s|here is|here are|what happened|what happens|"
    r"the reason|reveals?(?= (?:\d|how|why|what|who|when|where|the|her|his|their|its|all)\b)|one thing|that one|why)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"(?<=\s)[–—·»-](?=\s)|[|,]")
_QUOTATION = re.compile(r"[\"“„][^\"“”]{2,}[\"”]|(?<!\w)['‘][^'’]{3,}['’](?!\w)")
_QUESTION = re.compile(r"[^\s.?!][^.?!]*\?|\?")
_EXCLAIMED = re.compile(r"(?<!\w)[\w'’-]{2,}(?:!|\.\.\.|…)|[!…]")
_LONGER_WORD = re.compile(r"[^\W\d_]{4,}")
_LEAST_TO_KEEP = 60
"""Words: in less than that not every word of a headline comes back."""
_CALM = frozenset(["stress-free", "visionary", "savage", "doomsday", "roasted", "naked", "stylish", "wide range of", "wide variety of"])
"""Words of hype that in a headline hype nothing."""
_ABBREVIATIONS = frozenset(["UNESCO", "UNICEF", "NASDAQ", "FIFA"])


@feature(trust=Trust.FALLS, version=2, facets=("clickbait", "farm"))
def headline_clickbait_phrases(page: Page) -> Measure:
    """Stock clickbait phrases in the headline.

    Click-driven headlines withhold the story and promise a feeling instead.

    Fires on: "You won't believe what this gardener found".
    Leaves alone: "Voters believe the count was fair".
    """
    if not page.headline:
        return UNKNOWN
    # A single word ("obsessed") is no phrase, and "the top ten by sales" teases nobody.
    found = [(start, end) for start, end in headline_hits(page, "clickbait") if " " in page.headline[start:end] and not page.headline[start:end].lower().startswith(("the top ", "what to expect"))]
    return Measure(float(len(found)), headline_spans(page, found))


@feature(trust=Trust.FALLS, facets=("clickbait",))
def headline_clickbait_wording(page: Page) -> Measure:
    """How likely people who see the headline in a post are to call it clickbait (0..1).

    Read by the model of `scorer/clickbait.py`, which knows English and no more than the headline.
    """
    if not 0 < len(page.headline) <= clickbait.LONGEST or page.language != "en" or not len(page.headline_tokens.hash):
        return UNKNOWN
    found = clickbait.shipped().chance(page.headline, page.headline_tokens)
    return Measure(found, headline_spans(page, [(0, len(page.headline))]))


@feature(trust=Trust.FALLS, version=4, facets=("clickbait",))
def headline_emotion_words(page: Page) -> Measure:
    """Words of outrage, sensation or hype in the headline."""
    if not page.headline:
        return UNKNOWN
    found = [(start, end) for start, end in headline_hits(page, "emotion", "hype") if page.headline[start:end].lower() not in _CALM]
    return Measure(float(len(found)), headline_spans(page, found))


@feature(trust=Trust.FREE, version=3, facets=("clickbait", "farm"))
def headline_pointing_words(page: Page) -> Measure:
    """Words in the headline that point at what it does not say ("this", "why", "here's")."""
    return _count(page, _POINTING)


@feature(trust=Trust.FALLS, version=2, facets=("clickbait", "promotion", "farm"))
def headline_superlatives(page: Page) -> Measure:
    """Words in the headline that search-made lists and guides are sold with ("best", "ultimate", "hacks")."""
    return _count(page, _SUPERLATIVE)


@feature(trust=Trust.FALLS, facets=("clickbait", "farm"))
def headline_second_person(page: Page) -> Measure:
    """Words of the headline that speak to "you"."""
    return _count(page, _SECOND_PERSON)


@feature(trust=Trust.FALLS, version=2, facets=("clickbait", "farm"))
def headline_counts_items(page: Page) -> Measure:
    """Whether the headline announces a numbered list ("7 ways to ...").

    Leaves alone counts that are news ("3 dead after crash", "10 million euros") and other numbers ("404 Page Not Found").
    """
    if not page.headline:
        return UNKNOWN
    match = _NUMBERED.match(page.headline)
    return Measure(float(match is not None), headline_spans(page, [match.span()] if match else []))


@feature(trust=Trust.FREE, facets=("clickbait", "farm"))
def headline_years(page: Page) -> Measure:
    """Years in the headline."""
    return _count(page, _YEAR)


@feature(trust=Trust.FREE, facets=("clickbait",))
def headline_question_marks(page: Page) -> Measure:
    """Question marks in the headline."""
    if not page.headline:
        return UNKNOWN
    asked = (match.span() for match in _QUESTION.finditer(page.headline))
    return Measure(float(page.headline.count("?")), headline_spans(page, asked))


@feature(trust=Trust.FALLS, version=2, facets=("clickbait", "promotion"))
def headline_exclamations(page: Page) -> Measure:
    """Exclamation marks and trailing dots in the headline.

    Dots at the end of a title that the page does not show are where somebody cut it.
    """
    if not page.headline:
        return UNKNOWN
    shown = page.headline if page.headline_span[0] == "text" else page.headline.rstrip(".…")
    found = [match.span() for match in _EXCLAIMED.finditer(shown)]
    return Measure(float(len(found)), headline_spans(page, found))


@feature(trust=Trust.FALLS, version=2, facets=("clickbait",))
def headline_shouting_share(page: Page) -> Measure:
    """Share of the headline's longer words that are written in capitals.

    A short one is an abbreviation, unless most of the others are in capitals too.
    """
    words = list(_LONGER_WORD.finditer(page.headline))
    if len(words) < 2:
        return UNKNOWN
    loud = [m.span() for m in words if m.group().isupper() and m.group() not in _ABBREVIATIONS]
    if len(loud) <= max(len(words) / 2, 1):
        loud = [(start, end) for start, end in loud if end - start > 5]
    return Measure(len(loud) / len(words), headline_spans(page, loud))


@feature(trust=Trust.FREE, version=2, facets=("clickbait", "aggregation"))
def headline_word_count(page: Page) -> Measure:
    """Words in the headline; "10:00", "$16M" and "Wi-Fi" are one each."""
    return Measure(float(sum(any(map(str.isalnum, word)) for word in page.headline.split()))) if page.headline else UNKNOWN


@feature(trust=Trust.FREE, version=2, facets=("clickbait", "aggregation"))
def headline_quotes(page: Page) -> Measure:
    """Quotations and titles in quotation marks in the headline."""
    return _count(page, _QUOTATION)


@feature(trust=Trust.FALLS, version=3, facets=("clickbait", "farm"))
def headline_unkept_share(page: Page) -> Measure:
    """Share of the headline's content words that the body never says.

    What a headline promises should turn up below it. Words are compared by their first six letters, so that
    "elections" is kept by "election", and without their genitive: "Gaby's" is kept by "Gaby".
    """
    if page.body_word_count < _LEAST_TO_KEEP:
        return UNKNOWN
    tokens = page.headline_tokens
    content = (tokens.kind == WORD) & (tokens.end - tokens.start > 3) & ~is_one_of(tokens.hash, stopword_set())
    if content.sum() < 3:
        return UNKNOWN
    missing = content & ~is_one_of(tokens.stem, page.body_stems)
    for i in true_at(missing).tolist():
        word = page.headline[tokens.start[i] : tokens.end[i]]
        if word.endswith(("'s", "’s")):
            missing[i] = ~is_one_of(tokenize(word[:-2]).stem[:1], page.body_stems).any()
    return Measure(float(missing.sum() / content.sum()), headline_spans(page, zip(tokens.start[missing].tolist(), tokens.end[missing].tolist(), strict=True)))


@feature(trust=Trust.FALLS, version=2, facets=("farm", "promotion"))
def title_separators(page: Page) -> Measure:
    """Bars, dashes and commas in the title, beyond the one before the site's name."""
    if not page.title:
        return UNKNOWN
    found = [m.group() for m in _SEPARATOR.finditer(page.title)]
    extra = len(found) - (1 if found and found[-1] != "," else 0)
    return Measure(float(extra), (Span("title", 0, len(page.title)),) if extra else ())


def _count(page: Page, pattern: re.Pattern[str]) -> Measure:
    if not page.headline:
        return UNKNOWN
    found = [m.span() for m in pattern.finditer(page.headline)]
    return Measure(float(len(found)), headline_spans(page, found))
