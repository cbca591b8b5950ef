"""What is each block of the page there for?

A reader sees at a glance which lines are the story, who signed it, what is pushed, and where the links to other
stories begin. Two steps do the same here, for HTML and for the bare lines of a text extraction alike:

1. a small additive model (trained on hand-checked main content, `train_zones.py`) gives each block the log-odds that
   it is body, by its look (`blocks.py`), in two passes, the second of which sees what the first said of the neighbours;
2. rules over headings, wording and markup hints say what the rest is for.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from scorer import blocks
from scorer.hints import Hint
from scorer.shipped import ModelMismatch, model_folder
from scorer.tables import StepTables

if TYPE_CHECKING:
    from scorer.page import Floats, Ints, Page


class Zone(IntEnum):
    """What a block is there for."""

    HEADLINE = 0
    BYLINE = 1
    BODY = 2
    SOURCES = 3
    TEASERS = 4
    PROMOTION = 5
    COMMENTS = 6
    CHROME = 7


_HEADLINE, _BYLINE, _BODY, _SOURCES, _TEASERS, _PROMOTION, _COMMENTS, _CHROME = (int(z) for z in Zone)

_HEADING_TAGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_SECTIONS = {"teaser_headings": _TEASERS, "source_headings": _SOURCES, "comment_headings": _COMMENTS}
_NAVIGATION = int(Hint.NAV_TAG | Hint.NAV | Hint.BREADCRUMB | Hint.COOKIE | Hint.FOOTER_TAG | Hint.FOOTER | Hint.HEADER_TAG | Hint.HEADER)
_FOOT = int(Hint.FOOTER_TAG | Hint.FOOTER | Hint.COOKIE)
_COMMENT_HINT, _SOURCE_HINT = int(Hint.COMMENT), int(Hint.SOURCES)
_RELATED_HINT = int(Hint.RELATED)
_PUSH_HINT = int(Hint.PROMO | Hint.SHARE)
_BYLINE_HINT = int(Hint.BYLINE | Hint.DATE | Hint.BIO)
_CARD_HINT = int(Hint.CARD | Hint.ASIDE_TAG | Hint.SIDEBAR)

MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
DATE = re.compile(
    rf"\b(?:(?:{MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d|\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?(?:{MONTHS})\.?,? (?:19|20)\d\d|"
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d|\d{1,2} (?:minutes?|hours?|days?|weeks?|months?|years?) ago|"
    r"\d{1,2}\. (?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember) (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
BYLINE_START = re.compile(r"(?:by|written by|posted by|author|posted on|published|updated|last updated|reviewed by|von|por|par|words by|story by|posted)\b", re.IGNORECASE)


def assign(page: Page) -> Ints:
    """The zone of each block, shape (blocks,), values of `Zone`."""
    columns = page.columns
    n = len(columns.start)
    if not n:
        return np.zeros(0, np.int64)
    hints = columns.hints.tolist()
    sizes = columns.end - columns.start
    chars = sizes.tolist()
    body = page.body_odds > 0
    if not body.any():
        # A page of one paragraph has no neighbours to tell it by: its longest prose is the body.
        best = int(np.argmax(sizes * (columns.link_chars < 0.3 * sizes)))
        if page.block_folded(best).count(" ") >= 24:
            body = np.arange(n) == best
    if sizes[body].sum() < 200 and sizes.sum() > 1500:
        # Something is told here, in a place that tells of none: a thread that is all comments, a story in cards.
        body = body | ((sizes >= 120) & (columns.link_chars < 0.3 * sizes) & (columns.hints & _FOOT == 0))
    link_share = (columns.link_chars / np.maximum(columns.end - columns.start, 1)).tolist()
    pushes = page.block_hits(*blocks.PROMOTION).tolist()
    chrome = page.block_hits("chrome").tolist()
    closing = page.block_hits("promo_enjoyed", "promo_follow").tolist()
    sections = _section_starts(page, chars)
    listings = _source_paragraphs(page)
    headline = page.headline_block
    is_body = body.tolist()
    is_html = page.is_html
    first_body = next((i for i in range(n) if is_body[i] and chars[i] > 80), n)
    # The last block that is long enough to be told, not teased; after it, short "body" below a teaser heading is teasers.
    last_long = n - 1 - next((i for i in range(n) if is_body[n - 1 - i] and chars[n - 1 - i] >= 250), n)
    told = np.cumsum(np.where(body, columns.end - columns.start, 0)).tolist()
    zones = [_CHROME] * n
    section = -1  # the zone that a heading opened
    for i in range(n):
        hint = hints[i]
        size = chars[i]
        if i == headline:
            zones[i] = _HEADLINE
            section = -1
            continue
        if i in sections and not (sections[i] == _SOURCES and told[i] < 0.5 * told[-1]):
            section = sections[i]
            zones[i] = section
            continue
        # "Did you like this story? Then follow us ...": below the story a closing formula makes the line promotion.
        closing_push = closing[i] and size < 400 and told[i] > 0.7 * told[-1]
        dense_push = closing_push or (pushes[i] and size < 260 and pushes[i] * 60 >= size)
        if i in listings and told[i] > 0.5 * told[-1]:
            zones[i] = _SOURCES
            continue
        if is_body[i] and not dense_push and not (chars[i] <= 120 and hint & _BYLINE_HINT and _is_byline(page, i, hint, size, headline, first_body)):
            if section == _SOURCES and size < 300 and i > first_body:
                zones[i] = _SOURCES
                continue
            if section == _TEASERS and i > last_long:
                zones[i] = _TEASERS
                continue
            if section == _COMMENTS and told[i] > 0.5 * told[-1] and told[i] > 400:
                zones[i] = _COMMENTS
                continue
            if size > 100:
                section = -1
            zones[i] = _BODY
            continue
        if hint & _FOOT or (chrome[i] and size < 300):
            if section != _COMMENTS or hint & _FOOT:
                section = -1
            zones[i] = _PROMOTION if pushes[i] else _CHROME
        elif dense_push or (hint & _PUSH_HINT and not hint & _NAVIGATION):
            zones[i] = _PROMOTION
        elif section >= 0:
            zones[i] = section
        elif hint & _COMMENT_HINT:
            zones[i] = _COMMENTS
        elif hint & _SOURCE_HINT:
            zones[i] = _SOURCES
        elif _is_byline(page, i, hint, size, headline, first_body):
            zones[i] = _BYLINE
        elif (hint & _RELATED_HINT and not hint & _NAVIGATION) or (is_html and link_share[i] > 0.7 and size >= 28 and not hint & _NAVIGATION) or (is_html and hint & _CARD_HINT and size >= 40 and not hint & _NAVIGATION):
            zones[i] = _TEASERS
        elif pushes[i] and size < 400:
            zones[i] = _PROMOTION
    return np.array(zones, np.int64)


def _section_starts(page: Page, chars: list[int]) -> dict[int, int]:
    """The blocks that are headings of teasers, sources or comments, with the zone that they open."""
    found: dict[int, int] = {}
    for name, zone in _SECTIONS.items():
        hits = page.hits.get(name)
        if hits is None:
            continue
        at = page.block_of(hits.start).tolist()
        for index, start, end in zip(at, hits.start.tolist(), hits.end.tolist(), strict=True):
            # The whole line, give or take a count or a name: "3 Comments", "More from Example".
            if chars[index] <= end - start + 14 and (page.columns.start[index] == start or chars[index] <= end - start + 6):
                found.setdefault(index, zone)
    return found


def _source_paragraphs(page: Page) -> set[int]:
    """Blocks that are a list of sources in one paragraph: they begin "Sources:" or the like."""
    hits = page.hits.get("source_headings")
    if hits is None:
        return set()
    at = page.block_of(hits.start)
    opens = (page.columns.start[at] == hits.start) & (page.columns.end[at] - hits.end > 14)
    return {i for i, end, first in zip(at.tolist(), hits.end.tolist(), opens.tolist(), strict=True) if first and page.text[end : end + 1] == ":"}


def _is_byline(page: Page, index: int, hint: int, size: int, headline: int, first_body: int) -> bool:
    if size > 200:
        return bool(hint & int(Hint.BIO))
    if hint & _BYLINE_HINT and not hint & (_RELATED_HINT | _NAVIGATION):
        return True
    near = headline <= index <= max(first_body, headline) + 1 if headline >= 0 else index <= first_body
    if not near or size > 120 or (headline >= 0 and index > headline + 12):
        return False
    text = page.block_text(index)
    return bool(BYLINE_START.match(text) or DATE.search(text))


# -- the body model ------------------------------------------------------------------------------------------------

NEIGHBOURHOOD = ("odds", "odds_near", "odds_around", "odds_wide", "best_before", "best_after", "share_before", "page_body_share", "page_body_chars", "page_body_blocks")  # fmt: skip
"""The columns that the second pass adds to those of `blocks.describe`: what the first pass said of the neighbours."""


def neighbourhood(table: Floats, odds: Floats) -> Floats:
    """What the first pass's `odds` say around each block, shape (blocks, len(NEIGHBOURHOOD))."""
    chance = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    chars = np.expm1(table[:, 0])
    mass = np.cumsum(chars * chance)
    n = len(odds)
    columns = (
        odds, blocks.window(odds, 1), blocks.window(odds, 3), blocks.window(odds, 8),
        np.maximum.accumulate(odds), np.maximum.accumulate(odds[::-1])[::-1], mass / max(float(mass[-1]), 1.0),
        np.full(n, mass[-1] / max(float(chars.sum()), 1.0)), np.full(n, np.log1p(mass[-1])), np.full(n, (chance > 0.5).mean()),
    )  # fmt: skip
    return np.column_stack(columns)


@cache
def _model() -> tuple[StepTables, StepTables]:
    with np.load(model_folder("zones") / "zones.npz", allow_pickle=False) as arrays:
        first, second = StepTables.from_arrays(arrays, "first_"), StepTables.from_arrays(arrays, "second_")
    if len(first.edges) != len(blocks.COLUMNS) or len(second.edges) != len(blocks.COLUMNS) + len(NEIGHBOURHOOD):
        raise ModelMismatch("the zone model was trained for other block columns; run 'make zones CORPUS=...' or reinstall the package")
    return first, second


def body_odds(page: Page) -> Floats:
    """Log-odds that each block is body, shape (blocks,)."""
    table = page.block_table
    if not len(table):
        return np.zeros(0)
    first, second = _model()
    odds = first.scores(table)
    return second.scores(np.column_stack([table, neighbourhood(table, odds)]))
