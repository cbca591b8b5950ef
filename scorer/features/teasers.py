"""What surrounds the story, and has it anything to do with it?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from scorer.feature import UNKNOWN, Measure, Span, Trust, feature
from scorer.features.passages import block_spans, count_in, telling_spans, words_in_blocks
from scorer.page import Page
from scorer.tokens import find_words, true_at, word_set
from scorer.zones import Zone

_MADE_FOR_SEARCH = re.compile(
    r"^(?:the |our |\d+ )?(?:very )?best\b(?! (?:practices?|regards|seat|wishes)\b)|\bbest (?!practices?\b)(?:[\w-]+ ){1,3}(?:for|to|of|in|under|on)\b|\btop[- ](?:\d|1\d|2[05]|five|ten|tips|picks)\b|\bhow to\b|^what (?:is|are)\b(?! (?:these|this|the|your|my)\b)|^how much\b"
    r"|\b(?:ultimate|complete|definitive|beginner'?s|buying|buyer'?s|step-by-step) guide\b|\bguide (?:to|for)\b|\btips (?:for|to|on)\b|\b(?:\d+|five|seven|ten) (?:[\w'’-]+ ){0,3}(?:tips|ways|reasons|ideas|signs|"
    r"benefits|facts|tricks|hacks|steps|mistakes|examples)\b|^(?:easy |simple |\w+ )?ways to\b|^(?:the |\d+ )?(?:[\w-]+ ){0,2}benefits of\b|\beverything you (?:need|should)\b|\bthings (?:to|you)\b|\balternatives (?:to|for)\b|\bideas for\b",
)
_SEARCH_WORDS = "best top how what guide tips ways reasons ideas signs benefits facts tricks hacks steps mistakes examples everything things alternatives"
"""One of these is in every line that `_MADE_FOR_SEARCH` matches: most lines need not be looked at."""
_NAME_WITHIN, _DOES, _TO_READER = re.compile(r"(?<=[a-z,’'] )[A-Z][a-z]+"), re.compile(r"(?<= )(?!(?:this|its|has|was|his|hers|always|ours|yours|years|days|tips|facts|reasons|less|need|speed|used)\b)[a-z]{2,}(?:s|ed)\b|(?<= )(?:to [a-z]{3,}|won|dies?|hit|set|cut|found|dead|held|told|lost|made|took|over|amid)\b"), re.compile(r"\b(?:[Yy]ou|[Ww]e|[Oo]ur|[Mm]y|I)\b")
_ORDERS = re.compile(r"(?:\d|check|go to|show|transform|discover|try|use|make|score|compare|by|list|best|top|how|what|why|when|get|read|visit|sign|view|see|click|join|learn|find|watch|listen|submit|contact|subscribe|follow|share|download|browse|explore|shop|buy|more|skip|back|log|powered|licensed|manage|technical|all|older|newer|next|previous|introduction|the best)")
"""Beginnings of lines that tell the reader what to do, or label what follows."""
_NO_NEWS = re.compile(r"\?|\breviews?\b|\bguide\b|\btutorial\b|\bmin read\b", re.IGNORECASE)
_TEASING = re.compile(r"(?!(?:find out|must[- ]read|don['’]t miss|lessons from|reasons to|top|best|the best|what happens when)\b)\S+\s", re.IGNORECASE)
"""A phrase of clickbait that also teases: no single word, nor what a menu or a guide says as well."""
_LEAST_NEWS_WORDS = 5
_LEAST_CUT_WORDS, _MOST_CUT_WORDS = 6, 60
_LONGEST_HEADLINE = 18
"""Words."""


@feature(trust=Trust.FALLS, version=2, facets=("unrelated", "farm"), reason="unrelated_teasers")
def unrelated_teaser_share(page: Page) -> Measure:
    """Share of the links to other stories that have no word of substance in common with the body.

    Measured, not assumed: a teaser's content words (six letters of each, common words left out) are looked up in the
    body and headline. A health site that points to its other health pages scores low, a wall of "latest articles"
    from bears to bombers scores high.
    """
    blocks, alike = page.teasers
    if len(blocks) < 3 or not page.has_body:
        return UNKNOWN
    strangers = blocks[alike == 0.0].tolist()
    return Measure(len(strangers) / len(blocks), telling_spans(page, strangers))


@feature(trust=Trust.RISES, version=2, facets=("unrelated",), reason="unrelated_teasers")
def teaser_likeness(page: Page) -> Measure:
    """How much of the words of links to other stories occurs in the body, on average: 1 if all of them."""
    blocks, alike = page.teasers
    if len(blocks) < 3 or not page.has_body:
        return UNKNOWN
    mean = float(alike.mean())
    # Those that make the mean what it is: the nearest to it, or the strangers.
    return Measure(mean, telling_spans(page, blocks[alike >= mean if mean >= 0.5 else alike <= mean].tolist()))


@feature(trust=Trust.FREE, version=2, facets=("unrelated",))
def teaser_topic_spread(page: Page) -> Measure:
    """Different words of substance among those of links to other stories: 1 if no two share a subject."""
    blocks, _ = page.teasers
    if len(blocks) < 4:
        return UNKNOWN
    listed = np.zeros(len(page.zones), np.bool_)
    listed[blocks] = True
    stems = page.tokens.stem[page.is_content & listed[page.tokens.line]]
    return Measure(len(np.unique(stems)) / len(stems))


@feature(trust=Trust.FALLS, version=2, facets=("unrelated", "farm"), reason="unrelated_teasers")
def unrelated_teaser_count(page: Page) -> Measure:
    """Links to other stories that have no word of substance in common with the body, counted up to 40.

    One or two are no list of stories, and none of them is counted.
    """
    if not page.has_body:
        return UNKNOWN
    blocks, alike = page.teasers
    strangers = blocks[alike == 0.0].tolist() if len(blocks) > 2 else []
    return Measure(float(min(len(strangers), 40)), telling_spans(page, strangers))


@feature(trust=Trust.FALLS, facets=("unrelated",))
def teaser_share(page: Page) -> Measure:
    """Share of the text that is links to other stories, products or threads."""
    if not page.text:
        return UNKNOWN
    return Measure(float(page.zone_chars[Zone.TEASERS]) / len(page.text), _whole_teasers(page))


def _whole_teasers(page: Page) -> Iterator[Span]:
    """Teasers of four words or more, linked ones if there are any: labels of sections and buttons are no stories."""
    linked = page.columns.link_chars
    whole = [i for i in page.blocks_in(Zone.TEASERS) if page.block_text(i).count(" ") >= 3 and page.block_text(i) != page.headline]
    yield from telling_spans(page, [i for i in whole if linked[i]] or whole)


@feature(trust=Trust.FALLS, version=3, facets=("unrelated",))
def teaser_heading_count(page: Page) -> Measure:
    """Headings such as "latest articles", "more like this", "you may also like"."""
    if not page.word_count:
        return UNKNOWN
    if not count_in(page, (Zone.TEASERS,), "teaser_headings"):
        return Measure(0.0)
    hits = page.hits.of("teaser_headings")
    at = hits.line
    # The whole line, give or take a mark and a name: "More from Example".
    whole = (page.zones[at] == Zone.TEASERS) & (hits.start == page.columns.start[at]) & (page.columns.end[at] - hits.end <= _LONGEST_REST)
    # One word is a heading over lines of some length: "Popular" may be a plan, "Recommended" a processor. "More stories »" closes a list.
    words = page.block_words
    found = [i for i in at[whole].tolist() if page.text[page.columns.end[i] - 1] not in "»›→>" and (words[i] > 1 or (i + 1 < len(words) and words[i + 1] > 2 and page.zones[i + 1] == Zone.TEASERS))]
    return Measure(float(min(len(found), 8)), block_spans(page, found))


_LONGEST_REST = 12


@feature(trust=Trust.FALLS, version=2, facets=("unrelated", "clickbait", "farm"))
def teasing_teaser_count(page: Page) -> Measure:
    """Stock phrases of clickbait ("you need to know", "here's why") in links to other stories, counted to 10.

    Not their share: links of other kinds beside them make none of them better.
    """
    blocks, _ = page.teasers
    if len(blocks) < 3:
        return UNKNOWN
    if not count_in(page, (Zone.TEASERS,), "clickbait"):
        return Measure(0.0)
    # Nor does the summary below a headline.
    hits = page.hits.of("clickbait")
    short = (page.zones[hits.line] == Zone.TEASERS) & (page.block_words[hits.line] <= _LONGEST_HEADLINE)
    text = page.text
    found = [(start, end) for start, end in zip(hits.start[short].tolist(), hits.end[short].tolist(), strict=True) if _TEASING.match(text, start, end)]
    if not found:
        return Measure(0.0)
    # The line is shown: a word says little without the one that it is said of.
    return Measure(float(min(len(found), 10)), block_spans(page, np.unique(page.block_of(np.array([start for start, _ in found]))).tolist()))


@feature(trust=Trust.FALLS, version=2, facets=("unrelated",))
def cut_teaser_count(page: Page) -> Measure:
    """Links to other stories cut off in mid-sentence ("Officials said on Monday that the old...")."""
    if not page.word_count:
        return UNKNOWN
    text, ends = page.text, page.columns.end
    around = true_at((page.zones == Zone.TEASERS) & (page.block_words >= _LEAST_CUT_WORDS) & (page.block_words <= _MOST_CUT_WORDS))
    found = [i for i, end in zip(around.tolist(), ends[around].tolist(), strict=True) if text[end - 1] == "…" or text.endswith(("...", "…]", "...]"), max(end - 4, 0), end)]
    return Measure(float(min(len(found), 20)), block_spans(page, found))


@feature(trust=Trust.RISES, facets=("unrelated",))
def body_share(page: Page) -> Measure:
    """Share of the text that is body."""
    return Measure(float(page.zone_chars[Zone.BODY]) / len(page.text)) if page.text else UNKNOWN


@feature(trust=Trust.FALLS, facets=("unrelated",))
def chrome_share(page: Page) -> Measure:
    """Share of the text that is navigation, legal lines and the like."""
    return Measure(float(page.zone_chars[Zone.CHROME]) / len(page.text)) if page.text else UNKNOWN


@feature(trust=Trust.FALLS, facets=("unrelated", "promotion"))
def link_text_share(page: Page) -> Measure:
    """Share of the text that is link text."""
    if page.links is None or not page.text:
        return UNKNOWN
    return Measure(float(page.columns.link_chars.sum()) / len(page.text))


@feature(trust=Trust.FALLS, facets=("unrelated",))
def link_count(page: Page) -> Measure:
    """Links on the page."""
    return UNKNOWN if page.links is None else Measure(float(len(page.links)))


@feature(trust=Trust.FREE, facets=("unrelated",))
def comment_share(page: Page) -> Measure:
    """Share of the text that is comments."""
    return Measure(float(page.zone_chars[Zone.COMMENTS]) / len(page.text)) if page.text else UNKNOWN


@feature(trust=Trust.FALLS, version=2, facets=("farm", "unrelated", "promotion"))
def search_made_teaser_count(page: Page) -> Measure:
    """Links to other pages that are what people search for ("best ...", "how to ...", "10 tips"), counted to 20.

    Fewer than four links are no habit and count as none.
    """
    if not page.text:
        return UNKNOWN
    lines = page.story_links
    if len(lines) < 4:
        return Measure(0.0)
    marked = set(page.tokens.line[find_words(page.tokens.hash, word_set(_SEARCH_WORDS))].tolist())
    found = [(text, block) for text, block in _among_teasers(page, lines) if block in marked and _MADE_FOR_SEARCH.search(text.lower())]
    return Measure(float(min(len(found), 20)), words_in_blocks(page, found))


def _among_teasers(page: Page, lines: list[tuple[str, int]]) -> list[tuple[str, int]]:
    teasers = set(page.blocks_in(Zone.TEASERS))
    return [line for line in lines if line[1] in teasers]
