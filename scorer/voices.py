"""Who says it: the page itself, or somebody it quotes? And is an outlet that is named another's, or the page's own?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scorer.tokens import MARK, QUOTE, Bools, Ints, true_at
from scorer.zones import Zone

if TYPE_CHECKING:
    from scorer.page import Page

_SINGLE_OPENING, _SINGLE_CLOSING = 0x2018, 0x2019
_LEFT = ord("“")
_BRACKETS = tuple(map(ord, "([{"))
_NO_LETTER = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"^(?:told )?the ", re.IGNORECASE)
_LEAST_NAME = 3
_OTHER_THINGS = ("CCTV", "UPI", "AP Photo")
"""What is mostly something else where it is named, or made a picture."""
_SURNAMES = ("Bloomberg",)
"""Names of outlets that are also people's: where a text calls somebody so, it means him throughout."""
_PERSON = re.compile(r"\b(?:M(?:r|s|rs)|Mayor|Governor|Senator|Michael|Mike|[A-Z])\.? $")
_ANOTHER_NAME = re.compile(r"[’']?s? (?:Foundation|Awards?|Company|Payments?|Apps?|Store|Prize|Kush|School|Trust|Terminal|Philanthropies|University|Center)\b")
"""What follows the name of an outlet in the name of something else."""


class Marks(NamedTuple):
    """Quotation marks in order: their offsets, their blocks, and whether each opens a quotation."""

    start: Ints
    line: Ints
    opens: Bools


class Outlets(NamedTuple):
    """Outlets that are named, in order: offsets of start and end, and the block of each."""

    start: Ints
    end: Ints
    line: Ints


def marks(page: Page) -> tuple[Marks, Marks]:
    """The double quotation marks of a page, and the single ones where it sets them apart from apostrophes.

    A mark that white space or a bracket precedes opens. So the sign for inches opens nothing, and a quotation that no mark
    closes reaches to the end of its block, as printers set speeches of several paragraphs.
    """
    tokens = page.tokens
    double = true_at(tokens.flags & QUOTE)
    single = double[:0] if tokens.code.dtype == np.uint8 else true_at((tokens.code == _SINGLE_OPENING) | (tokens.code == _SINGLE_CLOSING))
    return _marks(page, double), _marks(page, single)


def _marks(page: Page, at: Ints) -> Marks:
    tokens = page.tokens
    if not len(at):
        return Marks(at, at, np.zeros(0, np.bool_))
    before = np.maximum(at - 1, 0)
    code, behind, line = tokens.code[at], tokens.code[before], tokens.line[at]
    opens = (at == 0) | (tokens.start[at] > tokens.end[before]) | (tokens.line[before] != line)
    for bracket in _BRACKETS:
        opens |= behind == bracket
    opens |= (code == _LEFT) & (tokens.kind[before] == MARK)
    opens &= code != _SINGLE_CLOSING
    return Marks(tokens.start[at], line, opens)


def spoken(page: Page, start: Ints, line: Ints) -> Bools:
    """Which of these passages (offset and block of each) stand inside quotation marks: the last mark before them opens."""
    inside = np.zeros(len(start), np.bool_)
    for found in page.quotation_marks:
        if not len(found.start):
            continue
        last = np.searchsorted(found.start, start) - 1
        inside |= (last >= 0) & found.opens[last] & (found.line[last] == line)
    return inside


def other_outlets(page: Page) -> Outlets:
    """Where outlets and agencies other than the page's own are named."""
    found = [page.hits.of(name) for name in ("outlets", "agencies")]
    if not any(len(hits.start) for hits in found):
        return Outlets(found[0].start, found[0].end, found[0].line)
    start, end, line = (np.concatenate([getattr(hits, column) for hits in found]) for column in ("start", "end", "line"))
    order = np.argsort(start, kind="stable")
    start, end, line = start[order], end[order], line[order]
    # "Associated Press" may be of both lexicons.
    apart: Bools = np.append(True, start[1:] >= np.maximum.accumulate(end)[:-1])
    own = [_letters(page.site.partition(".")[0]), _letters(page.metadata.site_name)]
    own = [name for name in own if len(name) >= _LEAST_NAME]
    text = page.text
    if not own:
        # Of a page without an address the byline tells whose it is: "By Ann Reed, Village Gazette". An agency may sign elsewhere.
        papers = found[0]
        signed = page.zones[papers.line] == Zone.BYLINE
        own = [_letters(_ARTICLE.sub("", text[a:b])) for a, b in zip(papers.start[signed].tolist(), papers.end[signed].tolist(), strict=True)]
    known = {text[a:b]: True for a, b in zip(start.tolist(), end.tolist(), strict=True) if text[a:b] in _SURNAMES and _PERSON.search(text, max(a - 12, 0), a)}
    for at, (a, b) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        name = text[a:b]
        if name not in known:
            bare = _ARTICLE.sub("", name)
            letters = _letters(bare)
            initials = "".join(word[0] for word in name.split() if word[0].isupper()).lower()
            # "consumer reports" and "digital trends" in small letters are none; "webmd.com" is.
            small = not (bare[0].isupper() or "." in bare)
            known[name] = small or bare in _OTHER_THINGS or ". " in bare[2:] or any(site.startswith(letters) or letters.startswith(site) or site in (initials, f"{initials}news") for site in own)
        # "tee('ABC', 2)" names letters.
        if known[name] or _ANOTHER_NAME.match(text, b) or (text[max(a - 1, 0)] == "'" and text[b : b + 1] == "'"):
            apart[at] = False
    return Outlets(start[apart], end[apart], line[apart])


def _letters(name: str) -> str:
    return _NO_LETTER.sub("", name.lower()).removeprefix("the")
