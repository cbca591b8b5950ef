"""What surrounds the story, and has it anything to do with it?"""

from __future__ import annotations

import re

import numpy as np

from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import block_spans, count_in, hits_in, spans
from scorer.page import Page
from scorer.tokens import true_at
from scorer.zones import Zone

_MADE_FOR_SEARCH = re.compile(
    r"\b(?:best|top|how to|what is|what are|guide|ultimate|tips|ways to|reviews?|vs\.?|benefits|reasons|everything you need|things to|cost of|how much|alternatives|ideas)\b",
    re.IGNORECASE,
)
_NAME_WITHIN, _SMALL_WORD, _TO_READER = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+"), re.compile(r"(?<= )[a-z]{4,}"), re.compile(r"\b[Yy]ou")


@feature(trust=Trust.FALLS, facets=("unrelated", "farm"), reason="unrelated_teasers")
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
    return Measure(len(strangers) / len(blocks), block_spans(page, strangers))


@feature(trust=Trust.RISES, facets=("unrelated",), reason="unrelated_teasers")
def teaser_likeness(page: Page) -> Measure:
    """How much of the teasers' substance occurs in the body, on average."""
    blocks, alike = page.teasers
    if len(blocks) < 3 or not page.has_body:
        return UNKNOWN
    return Measure(float(alike.mean()), block_spans(page, blocks[np.argsort(alike, kind="stable")].tolist()))


@feature(trust=Trust.FREE, facets=("unrelated",))
def teaser_topic_spread(page: Page) -> Measure:
    """Different content words among the teasers' content words: 1 if no two teasers share a subject."""
    blocks, _ = page.teasers
    if len(blocks) < 4:
        return UNKNOWN
    listed = np.zeros(len(page.zones), np.bool_)
    listed[blocks] = True
    stems = page.tokens.stem[page.is_content & listed[page.tokens.line]]
    return Measure(len(np.unique(stems)) / len(stems))


@feature(trust=Trust.FALLS, facets=("unrelated", "farm"), reason="unrelated_teasers")
def unrelated_teaser_count(page: Page) -> Measure:
    """Links to other stories that have nothing to do with the body, counted up to 40."""
    if not page.has_body:
        return UNKNOWN
    blocks, alike = page.teasers
    strangers = blocks[alike == 0.0].tolist()
    return Measure(float(min(len(strangers), 40)), block_spans(page, strangers))


@feature(trust=Trust.FALLS, facets=("unrelated",))
def teaser_share(page: Page) -> Measure:
    """Share of the text that is links to other stories."""
    if not page.text:
        return UNKNOWN
    return Measure(float(page.zone_chars[Zone.TEASERS]) / len(page.text), block_spans(page, page.blocks_in(Zone.TEASERS)))


@feature(trust=Trust.FREE, facets=("unrelated",))
def teaser_heading_count(page: Page) -> Measure:
    """Headings such as "latest articles", "more like this", "you may also like"."""
    if not page.word_count:
        return UNKNOWN
    return Measure(float(min(count_in(page, (Zone.TEASERS,), "teaser_headings"), 8)), spans(hits_in(page, (Zone.TEASERS,), "teaser_headings")))


@feature(trust=Trust.FALLS, facets=("unrelated", "clickbait", "farm"))
def teasing_teaser_share(page: Page) -> Measure:
    """Clickbait and sensation per teaser."""
    blocks, _ = page.teasers
    if len(blocks) < 3:
        return UNKNOWN
    found = hits_in(page, (Zone.TEASERS,), "clickbait", "emotion", "hype")
    return Measure(len(found) / len(blocks), spans(found))


@feature(trust=Trust.FALLS, facets=("unrelated",))
def cut_teaser_count(page: Page) -> Measure:
    """Teasers cut off in mid-sentence ("Have you ever...")."""
    if not page.word_count:
        return UNKNOWN
    text, ends = page.text, page.columns.end
    around = true_at((page.zones == Zone.TEASERS) | (page.zones == Zone.CHROME))
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


@feature(trust=Trust.FALLS, facets=("farm", "unrelated", "promotion"))
def search_made_teaser_share(page: Page) -> Measure:
    """Share of the links to other pages that are worded for search ("best", "how to", "10 tips")."""
    lines = page.story_links
    if len(lines) < 4:
        return UNKNOWN
    found = [block for text, block in lines if _MADE_FOR_SEARCH.search(text)]
    return Measure(len(found) / len(lines), block_spans(page, dict.fromkeys(found)))


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
    return Measure(len(found) / len(lines), block_spans(page, dict.fromkeys(found)))
