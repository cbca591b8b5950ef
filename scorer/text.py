"""What does a reader of this plain text see?

Crawls keep pages as the lines that a text extraction left. Each line is a block; what markup would have told is
unknown.
"""

from __future__ import annotations

import re

import numpy as np

from scorer.fold import clean, is_plain
from scorer.page import Columns, Metadata, Page
from scorer.zones import BYLINE_START, DATE

MAX_TEXT = 400_000
MAX_LINES = 30_000
"""As many blocks as an HTML page can have: each costs a row of the zone model."""
MAX_TITLE = 300


def read_text(text: str, url: str = "", title: str = "") -> Page:
    """The page that these lines show; see `Page.from_text`."""
    truncated: tuple[str, ...] = ()
    if len(text) > MAX_TEXT:
        text, truncated = text[:MAX_TEXT], ("text",)
    lines = _lines(text.replace("\r", "\n"))
    if len(lines) > MAX_LINES:
        lines, truncated = lines[:MAX_LINES], ("text",)
    lengths = np.fromiter(map(len, lines), np.int64, len(lines))
    ends = np.cumsum(lengths + 1) - 1
    unknown = np.full(len(lines), -1, np.int64)
    columns = Columns(ends - lengths, ends, [""] * len(lines), [0] * len(lines), unknown, np.zeros(len(lines), np.int64), unknown, unknown, unknown, unknown)
    title = " ".join(clean(title).split())[:1000] or _first_title(lines)
    return Page("\n".join(lines), title, url, columns, None, Metadata(), None, truncated)


def _lines(text: str) -> list[str]:
    """The lines that show something, with one space between words."""
    if is_plain(text) and not any(run in text for run in ("  ", " \n", "\n ")):
        # As most extractions leave it.
        return [line for line in text.strip(" ").split("\n") if line]
    lines = [" ".join(line.split()) for line in clean(text).split("\n")]
    return [line for line in lines if line]


def _first_title(lines: list[str]) -> str:
    """The title, as far as lines alone tell it: the first line where it is one, else the headline.

    The headline is worded like one and stands above the first prose. Navigation often stands there too: so it is the line
    that is long enough, near the prose, and over a byline or a date. Of 902 marked pages the headline that `Page` shows
    has 0.55 of its words right on average, where the first line of four words is right in 0.25; 0.84 instead of 0.79
    where the page's title is the first line, as in WET files.
    """
    if len(lines) > 1 and _is_title(lines):
        return lines[0]
    prose = next((at for at, line in enumerate(lines[:_LAST_PROSE]) if len(line) > _PROSE and line[-1] in _ENDS and not _NO_TITLE.search(line)), 0)
    best, most = "", -np.inf
    for at in range(max(prose - _ABOVE_PROSE, 0), prose):
        line = lines[at]
        words = line.count(" ") + 1
        if 3 <= words <= 30 and len(line) <= MAX_TITLE and line[-1] not in ".:;,%" and not BYLINE_START.match(line) and not _NO_TITLE.search(line):
            score = min(words, 6) - 0.3 * (prose - at) + _signed(lines[at + 1 : at + 4])
            if score > most:
                best, most = line, score
    if best:
        return best
    if len(lines) > 1 and len(lines[0]) <= 150 and _LETTERS.search(lines[0]) and not _NO_TITLE.search(lines[0]):
        return lines[0]
    return ""


def _is_title(lines: list[str]) -> bool:
    """Whether the first line is the page's title: it names the site as well, or another line stands in it whole."""
    first = lines[0]
    words = first.count(" ") + 1
    if not 3 <= words <= 40 or len(first) > MAX_TITLE or _NO_TITLE.search(first):
        return False
    return (words > 4 and _SEPARATOR.search(first) is not None) or any(len(line) > 8 and " " in line and line in first for line in lines[1:_LAST_PROSE])


def _signed(lines: list[str]) -> float:
    """How much these lines, below one that may be a headline, speak for it."""
    if any(len(line) < 200 and BYLINE_START.match(line) for line in lines):
        return 4.0
    return 2.5 if any(len(line) < 80 and DATE.search(line) for line in lines) else 0.0


_SEPARATOR = re.compile(r"\s[|–—·»-]\s")
_PROSE, _ENDS = 100, frozenset(".!?…\"'”’)。！？")
"""Characters of a line that tells something, and how it ends."""
_LAST_PROSE, _ABOVE_PROSE = 400, 20
"""Of so many lines one must be prose for a headline to be told by it, and so far above it the headline may stand."""
_LETTERS = re.compile(r"[^\W\d_]{2}")
# What stands above headlines: bars that sell, ask or warn.
_NO_TITLE = re.compile(r"\b(?:subscribe|newsletter|sign up|sign in|log in|cookies?|skip to|free shipping|% off|javascript)\b", re.IGNORECASE)
