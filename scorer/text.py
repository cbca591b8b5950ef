"""What does a reader of this plain text see?

Crawls keep pages as the lines that a text extraction left. Each line is a block; what markup would have told is
unknown.
"""

from __future__ import annotations

import re

import numpy as np

from scorer.fold import clean, is_plain
from scorer.page import Columns, Metadata, Page
from scorer.zones import BYLINE_START

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
    """The headline, if the text starts with one.

    Text extractions often leave the breadcrumb or the <title> first and the headline after it: of the first lines, the
    one that is worded like a headline (4 to 30 words, no full stop) and followed by prose or by itself again.
    """
    for index, line in enumerate(lines[:12]):
        words = line.count(" ") + 1
        if 4 <= words <= 30 and len(line) <= MAX_TITLE and line[-1] not in ".:;,%" and not BYLINE_START.match(line) and not _NO_TITLE.search(line) and any(len(rest) > 120 for rest in lines[index + 1 : index + 12]):
            return line
    if len(lines) > 1 and len(lines[0]) <= 150 and _LETTERS.search(lines[0]) and not _NO_TITLE.search(lines[0]):
        return lines[0]
    return ""


_LETTERS = re.compile(r"[^\W\d_]{2}")
# What stands above headlines: bars that sell, ask or warn.
_NO_TITLE = re.compile(r"\b(?:subscribe|newsletter|sign up|sign in|log in|cookies?|skip to|free shipping|% off|javascript)\b", re.IGNORECASE)
