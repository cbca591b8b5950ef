"""Which words and marks does a text consist of, as numbers?

All tokens of a text are found and hashed by a dozen array operations; no string is made for a token, only when one is
quoted. What comes after (lexicons, the wording model, word counts) compares hashes.

Tokens are words (folded, apostrophes inside kept), numbers, each mark of punctuation, and each character of scripts
that put no spaces between words. For the wording model a line has a token for its beginning and one for its *shape*:
how long it is and whether its words are capitalised, since a crawl's lines tell headings, menus and paragraphs apart
even where no markup is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scorer.fold import unmix

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SPACE, WORD, NUMBER, MARK, LINE, SIGN = range(6)
"""Kinds of characters; a SIGN is a character that is a word by itself (Chinese, Japanese, Thai)."""

STOP, COMMA, QUOTE, OPENING, CLOSING, CURRENCY, SIGN_STOP = (1 << bit for bit in range(7))
"""What a mark is used for, as bits of `Tokens.flags`."""
_USES = ((STOP, ".!?…。！？"), (COMMA, ",;、，"), (QUOTE, "\"“”„«»"), (OPENING, "\"'“‘([«„"), (CLOSING, "\"'”’)]»"), (CURRENCY, "$€£₹"), (SIGN_STOP, "。！？"))
_STEM = 6
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_PAIR = np.uint64(0x94D049BB133111EB)
_SHIFT = np.uint64(29)
_SHAPES = 14
_SHORT = 5
_SIGNS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF))


class TokenClass(IntEnum):
    """What blocks are counted by; words and numbers are those from `NUMBER` on."""

    OTHER_MARK = 0
    STOP = 1
    COMMA = 2
    NUMBER = 3
    CAPITAL = 4
    WORD = 5


class Tokens(NamedTuple):
    """The tokens of a text as columns of equal length, in order.

    `hash` of the folded word, number or mark, `stem` of its first six letters ("elections" as "election"); `start`, `end`:
    offsets into the text; `kind`: `WORD`, `NUMBER`, `MARK` or `SIGN`; `code`: the first character's code point; `flags`: what
    that character is used for (`STOP`, `COMMA`, ...); `capital`: whether it is a capital; `line`: how many lines with tokens
    stand before its own; `lines`: how many of them there are.
    """

    hash: Hashes
    stem: Hashes
    start: Ints
    end: Ints
    kind: npt.NDArray[np.uint8]
    code: npt.NDArray[np.unsignedinteger]
    flags: npt.NDArray[np.uint8]
    capital: Bools
    line: Ints
    lines: int

    def take(self, at: Ints | slice) -> Tokens:
        """The tokens at these places; lines keep their numbers."""
        return Tokens(
            self.hash[at], self.stem[at], self.start[at], self.end[at], self.kind[at], self.code[at], self.flags[at], self.capital[at], self.line[at], self.lines
        )  # fmt: skip

    def split(self, offset: int) -> tuple[Tokens, Tokens]:
        """The tokens before an offset that stands in none of them, and those behind it as those of a text that begins there."""
        at = int(self.start.searchsorted(offset))
        before, behind = self.take(slice(0, at)), self.take(slice(at, None))
        first = int(behind.line[0]) if len(behind.line) else self.lines
        return (
            before._replace(lines=int(before.line[-1]) + 1 if at else 0),
            behind._replace(start=behind.start - offset, end=behind.end - offset, line=behind.line - first, lines=self.lines - first),
        )  # fmt: skip

    def part(self, low: int, high: int, offset: int) -> Tokens:
        """The tokens from `low` to before `high`, of one line, as those of a text that begins at `offset`."""
        found = self.take(slice(low, high))
        return found._replace(start=found.start - offset, end=found.end - offset, line=np.zeros(high - low, np.int64), lines=1)


@dataclass(frozen=True)
class Terms:
    """What the wording model looks up: hashes of tokens, pairs of neighbours and short lines, with their offsets.

    The first `tokens` of `hash` are tokens (line tokens among them have start == end), the next ``tokens - 1`` pairs, the rest lines
    of two to five tokens as a whole ("Write for us"). `parts`: in how many the text was given. What only quoting needs is made when it is asked for.
    """

    hash: Hashes
    tokens: int
    parts: int
    _given: tuple[Tokens, ...] = field(repr=False)
    _place: Ints = field(repr=False, default_factory=lambda: np.zeros(0, np.int64))  # where each token stands in `hash`
    _first: Ints = field(repr=False, default_factory=lambda: np.zeros(0, np.int64))  # the first token of each line
    _last: Ints = field(repr=False, default_factory=lambda: np.zeros(0, np.int64))
    _short: Ints = field(repr=False, default_factory=lambda: np.zeros(0, np.int64))  # the lines that are terms as a whole

    @cached_property
    def start(self) -> Ints:
        """Where each begins, as offset into its part."""
        starts = _column(self._given, "start")
        begin = self._spread(starts, starts[self._first], _column(self._given, "end")[self._last])
        return np.concatenate([begin, begin[:-1], starts[self._first[self._short]]])

    @cached_property
    def end(self) -> Ints:
        """Where each ends."""
        ends = _column(self._given, "end")
        end = self._spread(ends, _column(self._given, "start")[self._first], ends[self._last])
        return np.concatenate([end, end[1:], ends[self._last[self._short]]])

    @cached_property
    def quotable(self) -> Bools:
        """Words, pairs of words and short lines."""
        kind = _column(self._given, "kind")
        is_word = np.zeros(self.tokens, np.bool_)
        is_word[self._place] = (kind == WORD) | (kind == SIGN)
        return np.concatenate([is_word, is_word[:-1] & is_word[1:], np.ones(len(self._short), np.bool_)])

    @cached_property
    def in_first(self) -> Bools:
        """Those of the first of the parts."""
        size = len(self._given[0].hash)
        early = np.arange(self.tokens) < size + 2 * int(np.searchsorted(self._first, size))
        return np.concatenate([early, early[1:], self._first[self._short] < size])

    def _spread(self, tokens: Ints, heads: Ints, tails: Ints) -> Ints:
        """A column of the tokens and of the line tokens, in the order of `hash`."""
        out = np.empty(self.tokens, np.int64)
        out[self._place], out[self._place[self._first] - 1], out[self._place[self._last] + 1] = tokens, heads, tails
        return out


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], Hashes, Bools, npt.NDArray[np.uint8]]:
    kind = np.full(0x10000, MARK, np.uint8)
    value = np.arange(0x10000, dtype=np.uint64)
    upper = np.zeros(0x10000, np.bool_)
    for code in range(0x10000):
        char = chr(code)
        if char == "\n":
            kind[code] = LINE
        elif char.isspace():
            kind[code] = SPACE
        elif char.isdigit():
            kind[code] = NUMBER
        elif char.isalpha() or char == "_":
            kind[code] = WORD
            low = char.lower()
            upper[code] = low != char
            value[code] = ord(low) if len(low) == 1 else code
    for first, last in _SIGNS:
        part = kind[first : last + 1]
        part[part == WORD] = SIGN
    for quotes, plain in (("‘’ʼ`´", "'"), ("“”„«»", '"'), ("–—‒", "-"), ("•·●▪", "*")):
        for char in quotes:
            value[ord(char)] = ord(plain)
    with np.errstate(over="ignore"):
        value = (value + np.uint64(1)) * _MIX
        value ^= value >> _SHIFT
        value *= _PAIR
        value |= np.uint64(1)
    flags = np.zeros(0x10000, np.uint8)
    for use, chars in _USES:
        flags[[ord(char) for char in chars]] |= use
    return kind, value, upper, flags


@cache
def token_classes() -> npt.NDArray[np.uint8]:
    """The `TokenClass` of tokens by their first character's code point."""
    kinds, _, uppers, uses = _tables()
    classes = np.full(len(kinds), TokenClass.OTHER_MARK, np.uint8)
    for wanted, where in (
        (TokenClass.STOP, (kinds == MARK) & (uses & STOP > 0)), (TokenClass.COMMA, (kinds == MARK) & (uses & COMMA > 0)),
        (TokenClass.NUMBER, kinds == NUMBER), (TokenClass.WORD, (kinds == WORD) | (kinds == SIGN)), (TokenClass.CAPITAL, uppers),
    ):  # fmt: skip
        classes[where] = wanted
    return classes


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse modulo 2**64."""
    inverse = np.uint64(pow(int(_BASE), -1, 2**64))
    with np.errstate(over="ignore"):
        up = np.cumprod(np.concatenate(([np.uint64(1)], np.full(size - 1, _BASE))), dtype=np.uint64)
        down = np.cumprod(np.concatenate(([np.uint64(1)], np.full(size - 1, inverse))), dtype=np.uint64)
    return up, down


def true_at(mask: Bools | Ints) -> Ints:
    """Where a one-dimensional array is not 0, ascending: `numpy.flatnonzero` without what it does for others.

    >>> true_at(np.array([False, True, True])).tolist()
    [1, 2]
    """
    places: Ints = mask.nonzero()[0]
    return places


def codes_of(text: str) -> npt.NDArray[np.unsignedinteger]:
    """The code point of each character, those beyond the basic plane as 0xFFFF."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    wide = text.encode("utf-16-le", "replace")
    if len(wide) == 2 * len(text):
        return np.frombuffer(wide, np.uint16)
    return np.minimum(np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32), 0xFFFF).astype(np.uint16)


def tokenize(text: str) -> Tokens:
    """The tokens of `text`.

    >>> found = tokenize("It's 1,200 km.")
    >>> ["It's 1,200 km."[s:e] for s, e in zip(found.start.tolist(), found.end.tolist())]
    ["It's", '1', ',', '200', 'km', '.']
    """
    codes = codes_of(text)
    if not len(codes):
        return _nothing()
    if codes.dtype != np.uint8 and (codes - _GREEK <= _CYRILLIC - _GREEK).any():  # what is below wraps around
        codes = codes_of(unmix(text))
    kinds, values, uppers, uses = _tables()
    letters = codes.astype(np.int64)
    kind, value = kinds.take(letters), values.take(letters)
    _join_apostrophes(codes, kind)
    n = len(kind)
    changes = np.empty(n, np.bool_)
    changes[0] = True
    np.not_equal(kind[1:], kind[:-1], out=changes[1:])
    changes |= kind >= MARK  # each mark, line end and sign by itself
    starts = true_at(changes)
    of = kind.take(starts)
    breaks = of == LINE
    token = true_at((of != SPACE) ^ breaks)
    if not len(token):
        return _nothing()
    # The hash of a token is a sum over its letters, each times a power of its place in the token.
    up, down = _powers(1 << max(int(n).bit_length(), 14))
    value *= up[:n]
    sums = np.empty(n + 1, np.uint64)
    sums[0] = 0
    np.cumsum(value, out=sums[1:])
    start = starts.take(token)
    # Where the next token, space or line begins, and for the last of all the end of the text.
    starts[:-1] = starts[1:]
    starts[-1] = n
    end = starts.take(token)
    before, shift = sums.take(start), down.take(start)
    whole, stem = sums.take(end), sums.take(np.minimum(start + _STEM, end))
    for part in (whole, stem):
        part -= before
        part *= shift
    passed = np.cumsum(breaks).take(token)
    # Lines without a token are not counted.
    line = np.empty(len(token), np.int64)
    line[0] = 0
    np.cumsum(passed[1:] != passed[:-1], out=line[1:])
    letter = letters.take(start)
    return Tokens(_mixed(whole), stem, start, end, of.take(token), codes.take(start), uses.take(letter), uppers.take(letter), line, int(line[-1]) + 1)


_GREEK, _CYRILLIC = np.uint16(0x370), np.uint16(0x52F)
"""The first character of one alphabet with look-alikes of Latin letters, and the last of the other."""


def _mixed(sums: Hashes) -> Hashes:
    sums ^= sums >> _SHIFT
    sums *= _MIX
    return sums


def _nothing() -> Tokens:
    offsets, flags = np.zeros(0, np.int64), np.zeros(0, np.bool_)
    hashes, small = np.zeros(0, np.uint64), np.zeros(0, np.uint8)
    return Tokens(hashes, hashes, offsets, offsets, small, small, small, flags, offsets, 0)


def _join_apostrophes(codes: npt.NDArray[np.unsignedinteger], kind: npt.NDArray[np.uint8]) -> None:
    marks = true_at(codes == 39)
    if codes.dtype != np.uint8:
        marks = np.concatenate([marks, true_at(codes == 0x2019)])
    if len(marks):
        inner = marks[(marks > 0) & (marks < len(kind) - 1)]
        inner = inner[(kind[inner - 1] == WORD) & (kind[inner + 1] == WORD)]
        kind[inner] = WORD


@cache
def hash_of(word: str) -> int:
    """The hash of a single token; what `tokenize` gives it inside any text.

    >>> hash_of("Reply") == int(tokenize("Leave a reply").hash[2])
    True
    """
    return int(tokenize(word).hash[0])


class WordSet(NamedTuple):
    """A set of words: their hashes, sorted, and which of the first bits of a hash any of them has."""

    hashes: Hashes
    filled: Bools

    @staticmethod
    def of(hashes: Hashes) -> WordSet:
        """The set of these hashes."""
        filled = np.zeros(1 << _FILTER, np.bool_)
        filled[(hashes >> _FILTER_SHIFT).view(np.int64)] = True
        return WordSet(tally(hashes)[0], filled)


_FEW, _SHORT_TEXT = 4, 64
_FILTER = 13
_FILTER_SHIFT = np.uint64(64 - _FILTER)


def tally(hashes: Hashes) -> tuple[Hashes, Ints]:
    """The different ones of these hashes, ascending, and how often each occurs: `numpy.unique` without what it does for others.

    >>> [found.tolist() for found in tally(np.array([7, 5, 7], np.uint64))]
    [[5, 7], [1, 2]]
    """
    ordered = np.sort(hashes)
    begins = np.ones(len(ordered) + 1, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:-1])
    first = true_at(begins)
    return ordered.take(first[:-1]), first[1:] - first[:-1]


@cache
def word_set(words: str) -> WordSet:
    """The set of these words, which spaces part."""
    return WordSet.of(tokenize(words).hash)


def find_words(hashes: Hashes, wanted: WordSet) -> Ints:
    """Where in `hashes` words of the set stand, ascending.

    >>> find_words(tokenize("he said that she told").hash, word_set("said told")).tolist()
    [1, 4]
    """
    known = wanted.hashes
    if len(known) < _FEW:
        # Comparing with one after the other is cheaper than any search.
        same = np.zeros(len(hashes), np.bool_)
        for one in known:
            same |= hashes == one
        return true_at(same)
    if len(hashes) < _SHORT_TEXT:
        return true_at(known.take(known.searchsorted(hashes), mode="clip") == hashes)
    likely = true_at(wanted.filled.take((hashes >> _FILTER_SHIFT).view(np.int64)))
    these = hashes.take(likely)
    found: Ints = likely[known.take(known.searchsorted(these), mode="clip") == these]
    return found


def is_one_of(hashes: Hashes, wanted: WordSet) -> Bools:
    """Which of `hashes` are among the words of the set.

    >>> is_one_of(tokenize("he said that").hash, word_set("said told")).tolist()
    [False, True, False]
    """
    out = np.zeros(len(hashes), np.bool_)
    out[find_words(hashes, wanted)] = True
    return out


def chain(left: Hashes, right: Hashes) -> Hashes:
    """The hashes of sequences: of each that `left` stands for, followed by the token of `right`."""
    mixed = left * _PAIR
    mixed += right
    return _mixed(mixed)


@cache
def _special() -> tuple[np.uint64, np.uint64, Hashes]:
    """The hashes of any number, of a line's beginning and of the shapes: private numbers that no word has."""
    with np.errstate(over="ignore"):
        shapes = (np.arange(1, _SHAPES + 1, dtype=np.uint64) * _BASE) ^ np.uint64(0x5851F42D4C957F2D)
    return np.uint64(hash_of("0")), np.uint64(0x14057B7EF767814F), shapes


def _column(parts: tuple[Tokens, ...], name: str) -> Any:
    """One column of the tokens of all parts."""
    return np.concatenate([getattr(part, name) for part in parts]) if len(parts) > 1 else getattr(parts[0], name)


def terms(*parts: Tokens) -> Terms:
    """The terms of a text in one or more parts, a title and a body say; offsets are those of each part in itself."""
    number, newline, shapes = _special()
    line = parts[0].line
    if len(parts) > 1:
        lines = [0, *accumulate(part.lines for part in parts)]
        line = np.concatenate([part.line + before for part, before in zip(parts, lines, strict=False)])
    n = len(line)
    if not n:
        return Terms(np.zeros(0, np.uint64), 0, len(parts), parts)
    sums, kind, capital = (_column(parts, name) for name in ("hash", "kind", "capital"))
    sums = np.where(kind == NUMBER, number, sums)
    edges = np.ones(n + 1, np.bool_)
    np.not_equal(line[1:], line[:-1], out=edges[1:-1])
    edge = true_at(edges)
    first, last = edge[:-1], edge[1:] - 1
    sizes = edge[1:] - first
    # Words and capitalised words of each line, summed up as halves of one number.
    word = (kind == WORD).view(np.int8).astype(np.int64)
    word += (word & capital) << 32
    counted = np.add.reduceat(word, first)
    words, capitals = counted & 0xFFFFFFFF, counted >> 32
    shape = np.minimum(np.log2(sizes).astype(np.int64), 6)
    shape += 7 * ((words > 2) & (capitals > 0.6 * words))
    # Make room: one token before each line, one after.
    count = len(first)
    place = np.arange(1, n + 1)
    place += np.repeat(np.arange(0, 2 * count, 2), sizes)
    total = n + 2 * count
    short = true_at((sizes >= 2) & (sizes <= _SHORT))
    whole = _whole(sums, first[short], sizes[short])
    hashes = np.empty(2 * total - 1 + len(short), np.uint64)
    singles = hashes[:total]
    singles[place], singles[place[first] - 1], singles[place[last] + 1] = sums, newline, shapes[shape]
    hashes[total : 2 * total - 1] = chain(singles[:-1], singles[1:])
    hashes[2 * total - 1 :] = whole
    return Terms(hashes, total, len(parts), parts, place, first, last, short)


def _whole(sums: Hashes, first: Ints, sizes: Ints) -> Hashes:
    """The hash of each short line as a whole, from those of its tokens."""
    whole = np.full(len(first), _BASE, np.uint64)
    for step in range(_SHORT):
        more = true_at(sizes > step)
        mixed = (whole[more] ^ sums[first[more] + step]) * _MIX
        whole[more] = mixed ^ (mixed >> _SHIFT)
    return whole
