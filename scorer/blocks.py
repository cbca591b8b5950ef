"""What does each block of a page look like, by itself and among its neighbours?

One row a block, one column a property, computed for all blocks at once. The zone model (`zones.py`) reads this table;
it is the same for HTML and for plain text, where what only markup tells is NaN.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scorer.fold import fold
from scorer.hints import Hint

if TYPE_CHECKING:
    from scorer.page import Floats, Page

PROMOTION = ("promo_follow", "promo_subscribe", "promo_app", "promo_donate", "promo_buy", "promo_share", "promo_enjoyed")
_CLASSES = 6
UPPER, DIGIT, SPACE, COMMA, STOP, ODD = range(_CLASSES)


def _classes() -> npt.NDArray[np.uint8]:
    table = np.full(0x10000, 255, np.uint8)
    for code in range(0x10000):
        char = chr(code)
        if char.isupper():
            table[code] = UPPER
        elif char.isdigit():
            table[code] = DIGIT
        elif char == " ":
            table[code] = SPACE
        elif char in ",;、，":
            table[code] = COMMA
        elif char in ".!?。！？…":
            table[code] = STOP
        elif char in "|»›•·→©®/\\#@=<>{}[]_":
            table[code] = ODD
    return table


_CLASS_OF = _classes()

_TAGS = {"p": 1, "li": 2, "td": 3, "th": 3, "dd": 4, "dt": 4, "blockquote": 5, "pre": 6, "h1": 7, "h2": 8, "h3": 9, "h4": 10, "h5": 10, "h6": 10, "figcaption": 11, "button": 12, "div": 13, "section": 13, "article": 13}  # fmt: skip
_HINTS = (
    Hint.NAV_TAG | Hint.NAV | Hint.BREADCRUMB, Hint.HEADER_TAG | Hint.HEADER, Hint.FOOTER_TAG | Hint.FOOTER, Hint.ASIDE_TAG | Hint.SIDEBAR,
    Hint.ARTICLE_TAG, Hint.MAIN_TAG, Hint.FORM_TAG, Hint.QUOTE_TAG, Hint.TABLE_TAG, Hint.LIST_TAG, Hint.FIGURE_TAG | Hint.CAPTION,
    Hint.COMMENT, Hint.RELATED, Hint.SHARE, Hint.PROMO | Hint.POPUP, Hint.AD, Hint.BYLINE, Hint.DATE, Hint.BODY, Hint.SOURCES,
    Hint.COOKIE, Hint.META, Hint.POST, Hint.CARD, Hint.PRODUCT, Hint.BIO, Hint.TITLE,
)  # fmt: skip
_HINT_NAMES = ("nav", "header", "footer", "sidebar", "article", "main", "form", "quote", "table", "list", "figure", "comment", "related", "share", "promo", "ad", "byline", "date", "body", "sources", "cookie", "meta", "post", "card", "product", "bio", "title")
_AWAY = int(Hint.FOOTER_TAG | Hint.FOOTER | Hint.COOKIE | Hint.NAV_TAG | Hint.NAV | Hint.BREADCRUMB | Hint.RELATED)
_SEPARATOR = re.compile(r"\s[|–—·»«•:-]+\s|[|]|::")
_NO_LETTER = re.compile(r"[^a-z0-9]")
_OWN = (
    "chars", "words", "stops", "commas", "upper_share", "digit_share", "odd_share", "stop_rate", "link_share", "place",
    "tag", "depth", "group_chars", "group_link_share", "outer_chars", "outer_link_share", "from_title", "like_title",
    "repeats", "promotion", "chrome", "ends_as_sentence", "page_chars",
)  # fmt: skip
_CONTEXT = ("chars_before", "chars_after", "chars_near", "chars_around", "links_before", "links_after", "links_near", "stops_near", "stops_around", "from_longest", "stops_until")  # fmt: skip
COLUMNS = (*_OWN, *_CONTEXT, *(f"in_{name}" for name in _HINT_NAMES))
"""The names of the columns of `describe`."""


def codes(text: str) -> npt.NDArray[np.uint8]:
    """The character class of each character of `text`: one of the constants above, or 255."""
    wide = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    return _CLASS_OF[np.minimum(wide, 0xFFFF)]


def counts(page: Page) -> Floats:
    """How many characters of each class each block has, shape (classes, blocks)."""
    columns = page.columns
    found = codes(page.text)
    n = len(columns.start)
    where = np.flatnonzero(found != 255)
    block = np.searchsorted(columns.start, where, "right") - 1
    flat = np.bincount(found[where].astype(np.int64) * n + block, minlength=_CLASSES * n)
    return flat.reshape(_CLASSES, n).astype(float)


def describe(page: Page) -> Floats:
    """The table of blocks, shape (blocks, len(COLUMNS)); NaN where this kind of input does not show it."""
    columns = page.columns
    n = len(columns.start)
    table = np.full((n, len(COLUMNS)), np.nan)
    if not n:
        return table
    chars = (columns.end - columns.start).astype(float)
    classes = page.block_classes
    total = float(columns.end[-1]) + 1
    stops = classes[STOP]
    logs = np.log1p(chars)
    links = np.where(columns.link_chars >= 0, columns.link_chars / np.maximum(chars, 1), np.nan)
    own = table.T
    own[0] = logs
    own[1] = classes[SPACE] + 1
    own[2] = stops
    own[3] = classes[COMMA]
    own[4] = classes[UPPER] / chars
    own[5] = classes[DIGIT] / chars
    own[6] = classes[ODD] / chars
    own[7] = stops / (classes[SPACE] + 1)
    own[8] = links
    own[9] = columns.start / total
    if page.is_html:
        own[10] = [_TAGS.get(tag, 0) for tag in columns.tag]
        own[11] = columns.depth
        for at, size, linked in ((12, columns.group_chars, columns.group_links), (14, columns.outer_chars, columns.outer_links)):
            own[at] = np.log1p(size)
            own[at + 1] = linked / np.maximum(size, 1)
    title_at, likeness = page.title_match
    index = np.arange(n)
    own[16] = np.clip(index - title_at, -40, 80) if title_at >= 0 else np.nan
    own[17] = likeness
    own[18] = page.block_repeats
    own[19] = page.block_hits(*PROMOTION)
    own[20] = page.block_hits("chrome")
    last = codes("".join(page.text[e - 1] for e in columns.end.tolist()))
    own[21] = last == STOP
    own[22] = np.log1p(total)
    _context(own, logs, links, stops, chars)
    if page.is_html:
        first = len(_OWN) + len(_CONTEXT)
        for offset, hint in enumerate(_HINTS):
            own[first + offset] = (columns.hints & int(hint)) != 0
    return table


def _context(own: Floats, logs: Floats, links: Floats, stops: Floats, chars: Floats) -> None:
    first = len(_OWN)
    own[first], own[first + 1] = _shift(logs, 1), _shift(logs, -1)
    own[first + 2], own[first + 3] = window(logs, 2), window(logs, 6)
    filled = np.nan_to_num(links, nan=0.0)
    if not np.isnan(links[0]):
        own[first + 4], own[first + 5] = _shift(filled, 1), _shift(filled, -1)
        own[first + 6] = window(filled, 3)
    capped = np.minimum(stops, 8)
    own[first + 7], own[first + 8] = window(capped, 2), window(capped, 8)
    own[first + 9] = np.clip(np.arange(len(chars)) - int(np.argmax(chars * (1 - filled))), -60, 60)
    running = np.cumsum(stops)
    own[first + 10] = running / max(float(running[-1]), 1.0)


def _shift(values: Floats, by: int) -> Floats:
    out = np.zeros_like(values)
    if by > 0:
        out[by:] = values[:-by]
    else:
        out[:by] = values[-by:]
    return out


def window(values: Floats, reach: int) -> Floats:
    """The mean over the blocks from `reach` before to `reach` after."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    index = np.arange(len(values))
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(values))
    return np.asarray((sums[high] - sums[low]) / (high - low))


def title_likeness(page: Page) -> tuple[int, Floats]:
    """The index of the block that is most likely the headline (-1: none), and how alike each block is to the title."""
    likeness = np.zeros(len(page.columns.start))
    words = set(fold(" ".join(_own_segments(page))).split())
    if not words:
        return -1, likeness
    best, at = 0.0, -1
    hints = page.columns.hints.tolist()
    chars = (page.columns.end - page.columns.start).tolist()
    tags = page.columns.tag
    for index in _holding(page, sorted(words, key=lambda w: (-len(w), w))[:4]):
        if not 3 < chars[index] < 300:
            continue
        mine = set(page.block_folded(index).split())
        shared = len(words & mine)
        if shared:
            alike = shared / len(words | mine)
            contained = shared / len(mine) if len(mine) > 2 else 0.0
            score = max(alike, 0.8 * contained)
            likeness[index] = score
            if tags[index] == "h1":
                score += 0.3
            if hints[index] & _AWAY:
                # A breadcrumb or the foot of the page repeats the title too.
                score -= 0.3
            if score > best + 1e-9:
                best, at = score, index
    return (at if best >= 0.3 else -1), likeness


def _own_segments(page: Page) -> list[str]:
    """The parts of the title, as separated by bars and dashes, without the one that is the site's name."""
    host = page.site.partition(".")[0].replace("-", "")
    name = _NO_LETTER.sub("", fold(page.metadata.site_name))
    parts = [part for part in _SEPARATOR.split(page.title) if part.strip()]
    kept = []
    for part in parts:
        letters = _NO_LETTER.sub("", fold(part))
        if letters and letters != name and not (host and len(letters) > 2 and (letters in host or host in letters)):
            kept.append(part)
    return kept or parts


def _holding(page: Page, words: list[str]) -> list[int]:
    """The first 200 blocks that hold one of these words: the title's longest, which a headline shares if any."""
    found: list[int] = []
    folded = page.folded
    for word in words:
        at = folded.find(word)
        while at >= 0 and len(found) < 800:
            found.append(at)
            at = folded.find(word, at + len(word))
    return np.unique(page.block_of(np.array(found, np.int64)))[:200].tolist() if found else []
