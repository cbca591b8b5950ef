"""What surrounds the story, and has it anything to do with it?"""

from __future__ import annotations

import re

import numpy as np

from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import block_spans, hits_in, spans
from scorer.page import Page
from scorer.zones import Zone

_MADE_FOR_SEARCH = re.compile(
    r"\b(?:best|top|how to|what is|what are|guide|ultimate|tips|ways to|reviews?|vs\.?|benefits|reasons|everything you need|things to|cost of|how much|alternatives|ideas)\b",
    re.IGNORECASE,
)
_NAME_WITHIN, _SMALL_WORD, _TO_READER = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+"), re.compile(r"(?<= )[a-z]{4,}"), re.compile(r"\b[Yy]ou")


@feature(trust=Trust.FALLS, facets=("unrelated", "farm"))
def unrelated_teaser_share(page: Page) -> Measure:
    """Share of the links to other stories that have no word of substance in common with the body.

    Measured, not assumed: a teaser's content words (six letters of each, common words left out) are looked up in the
    body and headline. A health site that points to its other health pages scores low, a wall of "latest articles"
    from bears to bombers scores high.
    """
    teasers = page.teasers
    if len(teasers) < 3 or not page.has_body:
        return UNKNOWN
    strangers = [i for i, alike in teasers if alike == 0.0]
    return Measure(len(strangers) / len(teasers), block_spans(page, strangers))


@feature(trust=Trust.FREE, facets=("unrelated",))
def teaser_likeness(page: Page) -> Measure:
    """How much of the teasers' substance occurs in the body, on average."""
    if len(page.teasers) < 3 or not page.has_body:
        return UNKNOWN
    return Measure(float(np.mean([alike for _, alike in page.teasers])))


@feature(trust=Trust.FREE, facets=("unrelated",))
def teaser_topic_spread(page: Page) -> Measure:
    """Different content words among the teasers' content words: 1 if no two teasers share a subject."""
    words = page.teaser_stems
    if len(page.teasers) < 4 or not words:
        return UNKNOWN
    return Measure(len(set(words)) / len(words))


@feature(trust=Trust.FALLS, facets=("unrelated", "farm"))
def unrelated_teaser_count(page: Page) -> Measure:
    """Links to other stories that have nothing to do with the body, counted up to 40."""
    if not page.has_body:
        return UNKNOWN
    strangers = [i for i, alike in page.teasers if alike == 0.0]
    return Measure(float(min(len(strangers), 40)), block_spans(page, strangers))


@feature(trust=Trust.FREE, facets=("unrelated",))
def teaser_share(page: Page) -> Measure:
    """Share of the text that is links to other stories."""
    if not page.text:
        return UNKNOWN
    return Measure(float(page.zone_chars[Zone.TEASERS]) / len(page.text), block_spans(page, page.blocks_in(Zone.TEASERS)))


@feature(trust=Trust.FREE, facets=("unrelated",))
def teaser_heading_count(page: Page) -> Measure:
    """Headings such as "latest articles", "more like this", "you may also like"."""
    found = hits_in(page, (Zone.TEASERS,), "teaser_headings")
    return Measure(float(min(len(found), 8)), spans(found)) if page.words else UNKNOWN


@feature(trust=Trust.FALLS, facets=("unrelated", "clickbait", "farm"))
def teasing_teaser_share(page: Page) -> Measure:
    """Clickbait and sensation per teaser."""
    if len(page.teasers) < 3:
        return UNKNOWN
    found = hits_in(page, (Zone.TEASERS,), "clickbait", "emotion", "hype")
    return Measure(len(found) / len(page.teasers), spans(found))


@feature(trust=Trust.FREE, facets=("unrelated",))
def cut_teaser_count(page: Page) -> Measure:
    """Teasers cut off in mid-sentence ("Have you ever...")."""
    if not page.words:
        return UNKNOWN
    found = [i for i in page.blocks_in(Zone.TEASERS, Zone.CHROME) if re.search(r"(?:\.\.\.|…|\[…\])$", page.block_text(i))]
    return Measure(float(min(len(found), 20)), block_spans(page, found))


@feature(trust=Trust.FREE, facets=("unrelated",))
def body_share(page: Page) -> Measure:
    """Share of the text that is body."""
    return Measure(float(page.zone_chars[Zone.BODY]) / len(page.text)) if page.text else UNKNOWN


@feature(trust=Trust.FREE, facets=("unrelated",))
def chrome_share(page: Page) -> Measure:
    """Share of the text that is navigation, legal lines and the like."""
    return Measure(float(page.zone_chars[Zone.CHROME]) / len(page.text)) if page.text else UNKNOWN


@feature(trust=Trust.FREE, facets=("unrelated", "promotion"))
def link_text_share(page: Page) -> Measure:
    """Share of the text that is link text."""
    if page.links is None or not page.text:
        return UNKNOWN
    return Measure(float(page.columns.link_chars.sum()) / len(page.text))


@feature(trust=Trust.FREE, facets=("unrelated",))
def link_count(page: Page) -> Measure:
    """Links on the page."""
    return UNKNOWN if page.links is None else Measure(float(len(page.links)))


@feature(trust=Trust.FREE, facets=("unrelated",))
def comment_share(page: Page) -> Measure:
    """Share of the text that is comments."""
    return Measure(float(page.zone_chars[Zone.COMMENTS]) / len(page.text)) if page.text else UNKNOWN


@feature(trust=Trust.FALLS, facets=("farm", "unrelated", "promotion"))
def search_made_teaser_share(page: Page) -> Measure:
    """Share of the links to other pages that are worded for search ("best", "how to", "10 tips")."""
    lines = page.story_links
    if len(lines) < 4:
        return UNKNOWN
    found = [block for text, block in lines if _MADE_FOR_SEARCH.search(text)]
    return Measure(len(found) / len(lines), block_spans(page, found))


@feature(trust=Trust.RISES, facets=("farm", "unrelated"))
def news_made_teaser_share(page: Page) -> Measure:
    """Share of the links to other pages that read like news: names within the line, no address to the reader."""
    lines = page.story_links
    if len(lines) < 4:
        return UNKNOWN
    found = [
        block for text, block in lines
        if _NAME_WITHIN.search(text) and _SMALL_WORD.search(text) and not _MADE_FOR_SEARCH.search(text) and not _TO_READER.search(text)
    ]  # fmt: skip
    return Measure(len(found) / len(lines), block_spans(page, found))
