"""Who says it: the page itself, or somebody it quotes? And is an outlet that is named another's, or the page's own?"""

from __future__ import annotations

import re

import numpy as np

from scorer.feature import UNKNOWN, Measure
from scorer.features.passages import LEAST_WORDS, spans
from scorer.lexicon import Hits
from scorer.page import Page
from scorer.tokens import MARK, QUOTE, Bools, Ints, true_at
from scorer.zones import Zone

Pairs = list[tuple[int, int]]

_SINGLE_OPENING, _SINGLE_CLOSING = 0x2018, 0x2019
_LEFT = ord("“")
_BRACKETS = tuple(map(ord, "([{"))
_NO_LETTER = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"^(?:told )?the ", re.IGNORECASE)
_LEAST_NAME = 3
_OTHER_THINGS = ("CCTV",)
"""Names of outlets that are mostly something else."""


def spoken(page: Page, start: Ints, line: Ints) -> Bools:
    """Which of these passages (offset and block of each) stand inside quotation marks of their block.

    The last mark before a passage decides: one that white space precedes opens. So the sign for inches opens nothing, and
    a quotation that no mark closes reaches to the end of its block, as printers set speeches of several paragraphs.
    """
    tokens = page.tokens
    double = _inside(page, true_at(tokens.flags & QUOTE), start, line)
    if tokens.code.dtype == np.uint8:
        return double
    single = true_at((tokens.code == _SINGLE_OPENING) | (tokens.code == _SINGLE_CLOSING))
    return double | _inside(page, single, start, line)


def _inside(page: Page, marks: Ints, start: Ints, line: Ints) -> Bools:
    tokens = page.tokens
    if not len(marks) or not len(start):
        return np.zeros(len(start), np.bool_)
    before = np.maximum(marks - 1, 0)
    opens = (marks == 0) | (tokens.start[marks] > tokens.end[before]) | (tokens.line[before] != tokens.line[marks]) | np.isin(tokens.code[before], _BRACKETS)
    opens |= (tokens.code[marks] == _LEFT) & (tokens.kind[before] == MARK)
    opens &= tokens.code[marks] != _SINGLE_CLOSING
    last = np.searchsorted(tokens.start[marks], start) - 1
    inside: Bools = (last >= 0) & opens[last] & (tokens.line[marks[last]] == line)
    return inside


def kept(hits: Hits, which: Bools) -> Pairs:
    """(start, end) of these hits."""
    return list(zip(hits.start[which].tolist(), hits.end[which].tolist(), strict=True))


def own_hits(page: Page, zones: tuple[Zone, ...], lexicon: str) -> Pairs:
    """Phrases of a lexicon that the page says itself, outside quotation marks, in blocks of these zones."""
    hits = page.hits.of(lexicon)
    if not len(hits.start):
        return []
    there = np.isin(page.zones[hits.line], [int(zone) for zone in zones])
    if there.any():
        there &= ~spoken(page, hits.start, hits.line)
    return kept(hits, there)


def rate(page: Page, found: Pairs, per: int = 1000) -> Measure:
    """These passages per `per` words of the body; UNKNOWN without a body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(per * len(found) / max(page.body_word_count, LEAST_WORDS), spans(found))


def own_rate(page: Page, lexicon: str) -> Measure:
    """Phrases of a lexicon that the body says outside quotation marks, per 1,000 words of it; UNKNOWN without a body."""
    return rate(page, own_hits(page, (Zone.BODY,), lexicon)) if page.has_body else UNKNOWN


def other_outlets(page: Page) -> tuple[Ints, Ints, Ints]:
    """Where outlets and agencies other than the page's own are named: offsets of start and end, and the block, in order."""
    found = [page.hits.of(name) for name in ("outlets", "agencies")]
    if not any(len(hits.start) for hits in found):
        return found[0].start, found[0].end, found[0].line
    start, end, line = (np.concatenate([getattr(hits, column) for hits in found]) for column in ("start", "end", "line"))
    order = np.argsort(start, kind="stable")
    start, end, line = start[order], end[order], line[order]
    # "Associated Press" may be of both lexicons.
    apart: Bools = np.append(True, start[1:] >= np.maximum.accumulate(end)[:-1])
    # "consumer reports" and "digital trends" in small letters are none; "webmd.com" is.
    apart &= np.array([(page.text[a].isupper() and page.text[a:b] not in _OTHER_THINGS) or "." in page.text[a - 1 : b] for a, b in zip(start.tolist(), end.tolist(), strict=True)], np.bool_)
    own = [_letters(page.site.partition(".")[0]), _letters(page.metadata.site_name)]
    own = [name for name in own if len(name) >= _LEAST_NAME]
    if own:
        known: dict[str, bool] = {}
        for at, (a, b) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
            name = page.text[a:b]
            if name not in known:
                letters = _letters(_ARTICLE.sub("", name))
                known[name] = any(site.startswith(letters) or letters.startswith(site) for site in own)
            apart[at] &= not known[name]
    return start[apart], end[apart], line[apart]


def _letters(name: str) -> str:
    return _NO_LETTER.sub("", name.lower()).removeprefix("the")
