"""What does each block of a page look like, by itself and among its neighbours?

One row a block, one column a property, computed for all blocks at once. The zone model (`zones.py`) reads this table;
it is the same for HTML and for plain text, where what only markup tells is 0 and the column "html" says so.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scorer import lexicon
from scorer.fold import fold
from scorer.hints import Hint
from scorer.tokens import (
    MARK,
    STOP,
    Hashes,
    Ints,
    TokenClass,
    WordSet,
    find_words,
    hash_of,
    is_one_of,
    true_at,
    word_set,
)

if TYPE_CHECKING:
    from scorer.page import Page

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]

PROMOTION = ("promo_follow", "promo_subscribe", "promo_app", "promo_donate", "promo_buy", "promo_share", "promo_enjoyed")
SECTIONS = ("teaser_headings", "source_headings", "comment_headings")
"""Lexicons of headings that open a section: of other stories, of sources, of comments."""
_COUNTED = (*PROMOTION, "chrome", *SECTIONS, "byline_cues", "outlets", "agencies", "ui_junk", "accountability", "sponsored", "affiliate_disclosure", "second_person_sell", "testimonials")  # fmt: skip
_COUNTED_AS = {"marketing_talk": "second_person_sell"}
_TAGS = ("p", "li", "td", "dd", "blockquote", "pre", "h1", "h2", "h3", "h4", "figcaption", "button", "div")
_SAME_TAG = {"th": "td", "dt": "dd", "h5": "h4", "h6": "h4", "section": "div", "article": "div", "caption": "figcaption", "summary": "button", "legend": "button"}
_TAG_AT = {tag: at for at, tag in enumerate(_TAGS)} | {tag: _TAGS.index(same) for tag, same in _SAME_TAG.items()}
_HINTS = (
    Hint.NAV_TAG | Hint.NAV | Hint.BREADCRUMB, Hint.HEADER_TAG | Hint.HEADER, Hint.FOOTER_TAG | Hint.FOOTER, Hint.ASIDE_TAG | Hint.SIDEBAR,
    Hint.ARTICLE_TAG, Hint.MAIN_TAG, Hint.FORM_TAG, Hint.QUOTE_TAG, Hint.TABLE_TAG, Hint.LIST_TAG, Hint.FIGURE_TAG | Hint.CAPTION,
    Hint.COMMENT, Hint.RELATED, Hint.SHARE, Hint.PROMO | Hint.POPUP, Hint.AD, Hint.BYLINE, Hint.DATE, Hint.BODY, Hint.SOURCES,
    Hint.COOKIE, Hint.META, Hint.POST, Hint.CARD, Hint.PRODUCT, Hint.BIO, Hint.TITLE,
)  # fmt: skip
_HINT_BITS = np.array([[int(hint)] for hint in _HINTS])
_HINT_NAMES = ("nav", "header", "footer", "sidebar", "article", "main", "form", "quote", "table", "list", "figure", "comment", "related", "share", "promo", "ad", "byline", "date", "body", "sources", "cookie", "meta", "post", "card", "product", "bio", "title")
_AWAY = int(Hint.FOOTER_TAG | Hint.FOOTER | Hint.COOKIE | Hint.NAV_TAG | Hint.NAV | Hint.BREADCRUMB | Hint.RELATED)
_SEPARATOR = re.compile(r"\s[|–—·»«•:-]+\s|[|]|::")
_NO_LETTER = re.compile(r"[^a-z0-9]")

_OWN = (
    "chars", "words", "stops", "commas", "capital_share", "number_share", "odd_share", "stop_rate", "link_share", "page_chars", "place", "from_start", "to_end",
    "ends_as_sentence", "begins_with_capital", "repeats", "like_title", "after_title", "before_title", "has_title", "dates", "begins_as_byline",
)  # fmt: skip
_MARKUP = ("html", "depth", "group_size", "group_link_share", "outer_size", "outer_link_share")
_SHIFTED = ("chars", "stops", "link_share", "capital_share", "dates", "ends_as_sentence")
_SMOOTHED = ("chars", "stops", "link_share", "words", "repeats")
_REACHES = (2, 8)
COLUMNS = (
    *_OWN, *_MARKUP, *(f"in_{name}" for name in _HINT_NAMES), *(f"tag_{tag}" for tag in _TAGS), *_COUNTED, *(f"is_{name}" for name in SECTIONS), *(f"below_{name}" for name in SECTIONS),
    *(f"{name}_{way}{by}" for by in (1, 2) for way in ("before", "after") for name in _SHIFTED), *(f"{name}_around{reach}" for reach in _REACHES for name in _SMOOTHED),
    "from_longest", "stops_until",
)  # fmt: skip
"""The names of the columns of `describe`."""
_AT = {name: at for at, name in enumerate(COLUMNS)}


@cache
def _lexicon_columns() -> Ints:
    """For each lexicon the column that counts it, -1 for those that none does.

    Phrases that prove nothing by themselves (`<name>_weak`) tell a zone all the same, and count with the others.
    """
    columns = np.full(len(lexicon.names()), -1)
    for at, name in enumerate(lexicon.names()):
        counted = _COUNTED_AS.get(name, name.removesuffix("_weak"))
        if counted in _COUNTED:
            columns[at] = _COUNTED.index(counted)
    return columns


_LONG, _LONG_WORDS = 5000, 1000
"""Characters and words beyond which a block is no longer: a book in one block is nothing that networks have seen."""
_FAR = 1000
"""How many blocks below a heading one stands that has none above it."""
_MONTHS = "january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec ago januar februar märz mai juni juli oktober dezember"
_BYLINE_WORDS = "by written posted author published updated last reviewed von por par words story photos text"


def describe(page: Page) -> Floats32:
    """The table of blocks, shape (blocks, len(COLUMNS)); every value finite."""
    columns, tokens = page.columns, page.tokens
    n = len(columns.start)
    table = np.zeros((len(COLUMNS), n), np.float32)
    if not n:
        return table.T
    chars = page.block_chars.astype(float)
    total = float(columns.end[-1]) + 1
    counts = page.block_tokens
    everything = counts.sum(axis=0)
    stops, commas, numbers, capitals = counts[TokenClass.STOP].astype(float), counts[TokenClass.COMMA], counts[TokenClass.NUMBER], counts[TokenClass.CAPITAL]
    all_marks = counts[TokenClass.OTHER_MARK] + counts[TokenClass.STOP] + commas
    words = page.block_words - numbers.astype(float)
    first = page.block_first[:-1]
    last = page.block_first[1:] - 1
    index = np.arange(n, dtype=float)
    some = np.maximum(words, 1)
    logs = np.log1p(np.minimum(chars, _LONG))
    links = np.maximum(columns.link_chars, 0) / np.maximum(chars, 1)
    title_at, likeness, _ = page.title_match
    dated = np.bincount(tokens.line.take(find_words(tokens.hash, word_set(_MONTHS))), minlength=n)
    own: tuple[Any, ...] = (
        logs, np.log1p(np.minimum(words, _LONG_WORDS)), np.minimum(stops, 8), np.minimum(commas, 10), capitals / some, numbers / (some + numbers), (all_marks - stops - commas) / np.maximum(everything, 1),
        stops / some, links, np.log1p(total), columns.start / total, np.log1p(index), np.log1p(n - 1 - index),
        (tokens.flags.take(last) & STOP) > 0, tokens.capital.take(first), np.log(page.block_repeats), likeness,
        np.minimum(np.maximum((index - title_at) / 20, 0), 3) if title_at >= 0 else 0.0, index < title_at, title_at >= 0,
        np.minimum(dated, 2) * (chars < 200) + 0.3 * ((numbers >= 2) & (chars < 60)), is_one_of(tokens.hash.take(first), word_set(_BYLINE_WORDS)) & (chars < 200),
    )  # fmt: skip
    for at, column in enumerate(own):
        table[at] = column
    at = len(_OWN)
    if page.is_html:
        table[at] = 1
        table[at + 1] = np.minimum(np.array(columns.depth), 60) / 10
        for offset, size, linked in ((2, columns.group_chars, columns.group_links), (4, columns.outer_chars, columns.outer_links)):
            table[at + offset] = np.log1p(size) - np.log1p(chars)
            table[at + offset + 1] = linked / np.maximum(size, 1)
        at += len(_MARKUP)
        table[at : at + len(_HINTS)] = (columns.hints & _HINT_BITS) != 0
        at += len(_HINTS)
        rows = np.fromiter(map(_TAG_AT.get, columns.tag, repeat(len(_TAGS))), np.int64, n)
        known = true_at(rows < len(_TAGS))
        table[at + rows[known], known] = 1
    _phrases(page, table, chars)
    _context(table, links, chars, stops)
    return np.ascontiguousarray(table.T)


def _phrases(page: Page, table: Floats32, chars: Floats) -> None:
    """Lexicon hits in each block, which blocks are headings of a section, and how far below such a heading each stands."""
    hits = page.hits
    n = len(chars)
    at = _AT[_COUNTED[0]]
    if len(hits.lexicon):
        column = _lexicon_columns()[hits.lexicon]
        kept = true_at(column >= 0)
        counts = np.bincount(column[kept] * n + hits.line[kept], minlength=len(_COUNTED) * n).reshape(len(_COUNTED), n)
        table[at : at + len(_COUNTED)] = np.minimum(counts, 3)
    index = np.arange(n)
    table[_AT["below_teaser_headings"] : _AT["below_teaser_headings"] + len(SECTIONS)] = np.exp(-(index + _FAR) / 10)
    for offset, name in enumerate(SECTIONS):
        found = hits.of(name)
        if len(found.line):
            # The whole line, give or take a count or a name: "3 Comments", "More from Example".
            size = found.end - found.start
            here = np.zeros(n)
            whole = (chars[found.line] <= size + 6) | ((chars[found.line] <= size + 14) & (found.start == page.columns.start[found.line]))
            here[found.line[whole]] = 1
            table[_AT[f"is_{name}"]] = here
            since = index - np.maximum.accumulate(np.where(here > 0, index, -_FAR))
            table[_AT["below_teaser_headings"] + offset] = np.exp(-since / 10)


def _context(table: Floats32, links: Floats, chars: Floats, stops: Floats) -> None:
    at = _AT["chars_before1"]
    shifted = table[[_AT[name] for name in _SHIFTED]]
    k = len(_SHIFTED)
    for by in (1, 2):
        if len(chars) > by:
            table[at : at + k, by:] = shifted[:, :-by]
            table[at + k : at + 2 * k, :-by] = shifted[:, by:]
        at += 2 * k
    smoothed = table[[_AT[name] for name in _SMOOTHED]]
    sums = _sums(smoothed)
    for reach in _REACHES:
        table[at : at + len(_SMOOTHED)] = _means(sums, reach)
        at += len(_SMOOTHED)
    n = len(chars)
    table[at] = np.minimum(np.maximum((np.arange(n) - int((chars * (1 - links)).argmax())) / 20, -3), 3)
    running = np.cumsum(stops)
    table[at + 1] = running / max(float(running[-1]), 1.0)


def window(rows: Floats | Floats32, reach: int) -> Floats:
    """The mean of each row over the blocks from `reach` before to `reach` after; shape as `rows`, (k, blocks)."""
    return _means(_sums(rows), reach)


def _sums(rows: Floats | Floats32) -> Floats:
    """The sums of each row's values before each place, shape (k, blocks + 1)."""
    sums = np.zeros((rows.shape[0], rows.shape[1] + 1))
    np.cumsum(rows, axis=1, out=sums[:, 1:])
    return sums


def _means(sums: Floats, reach: int) -> Floats:
    n = sums.shape[1] - 1
    index = np.arange(n)
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, n)
    means: Floats = (sums.take(high, axis=1) - sums.take(low, axis=1)) / (high - low)
    return means


_HEADING_BONUS = {"h1": 0.6, "h2": 0.1, "h3": 0.1}
"""How much a heading is more likely the headline than another block that is as much like the title."""


class TitleMatch(NamedTuple):
    """How the blocks of a page compare with its title.

    `best`: the index of the block that is most like it, as a heading would be, -1 where none is; `likeness`: how alike each block is to
    the title, 0..1; `telling`: how much speaks for each as the headline by its words and its tag, 0 to 1.6.
    """

    best: int
    likeness: Floats
    telling: Floats


def title_match(page: Page) -> TitleMatch:
    """How the blocks of a page compare with its title."""
    columns, tokens = page.columns, page.tokens
    n = len(columns.start)
    likeness, telling = np.zeros(n), np.zeros(n)
    words = WordSet.of(_title_words(page))
    if not len(words.hashes) or not n:
        return TitleMatch(-1, likeness, telling)
    shared = np.bincount(tokens.line.take(find_words(tokens.hash, words)), minlength=n)
    chars = page.block_chars
    here = true_at((shared > 0) & (chars > 3) & (chars < 300))
    if not len(here):
        return TitleMatch(-1, likeness, telling)
    mine = page.block_words[here]
    both = np.minimum(shared[here], len(words.hashes))
    alike = both / (len(words.hashes) + mine - both)
    contained = np.where(mine > 2, np.minimum(both / mine, 1.0), 0.0)
    likeness[here] = np.maximum(alike, 0.8 * contained)
    # A site's name or a section's is in the title too, whole but short. Of 943 marked pages the headline is so found on 3 in 100 more.
    score = np.maximum(alike, contained * (0.3 + 0.5 * both / len(words.hashes)))
    tags = columns.tag
    score += np.array([_HEADING_BONUS.get(tags[i], 0.0) for i in here.tolist()])
    # A breadcrumb or the foot of the page repeats the title too.
    score -= 0.3 * ((columns.hints[here] & _AWAY) != 0)
    telling[here] = score
    best = int(np.argmax(score))
    return TitleMatch(int(here[best]) if score[best] >= 0.3 else -1, likeness, telling)


def _title_words(page: Page) -> Hashes:
    """The words of the title's parts, as separated by bars and dashes, without the one that is the site's name."""
    title = page.title_tokens
    host = page.site.partition(".")[0].replace("-", "")
    name = _NO_LETTER.sub("", fold(page.metadata.site_name))
    words = title.kind != MARK
    theirs = np.zeros(len(words), np.bool_)
    at = 0
    for end in [*(match.span() for match in _SEPARATOR.finditer(page.title)), (len(page.title), 0)]:
        letters = _NO_LETTER.sub("", fold(page.title[at : end[0]]))
        if letters and (letters == name or (host and len(letters) > 2 and (letters in host or host in letters))):
            theirs |= (title.start >= at) & (title.end <= end[0])
        at = end[1]
    return np.asarray(title.hash[words & ~theirs] if (words & ~theirs).any() else title.hash[words])


def hashes(page: Page) -> Hashes:
    """A number for each block that blocks of the same words share, shape (blocks,)."""
    tokens = page.tokens
    if not tokens.lines:
        return tokens.hash
    first = page.block_first
    sums = np.add.reduceat(tokens.hash, first[:-1])
    # The sum of odd multiples is that multiple of the sum.
    found: Hashes = sums * _ODD + sums * (first[1:] - first[:-1]).astype(np.uint64)
    return found


_ODD = np.uint64(hash_of("repeat") | 1)
