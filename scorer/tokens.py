"""Which words and marks does a text consist of, as numbers?

The wording model looks words and pairs of neighbours up by their hashes. All tokens of a text are found and hashed by
a dozen array operations; no string is made for a token, only when one is quoted.

Tokens are words (folded, apostrophes inside kept), "0" for any number, each mark of punctuation, and for each line its
beginning and its *shape*: how long it is and whether its words are capitalised, since a crawl's lines tell headings,
menus and paragraphs apart even where no markup is left.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_SPACE, _LETTER, _DIGIT, _MARK, _LINE = range(5)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_PAIR = np.uint64(0x94D049BB133111EB)
_SHIFT = np.uint64(29)
_SHAPES = 14
_SHORT = 5


class Tokens(NamedTuple):
    """The tokens of a text: hashes, offsets, and whether each is a word. Line tokens have start == end.

    `line_hash`, `line_start`, `line_end`: of each line of two to five tokens as a whole ("Write for us").
    """

    hash: Hashes
    start: Ints
    end: Ints
    is_word: npt.NDArray[np.bool_]
    line_hash: Hashes
    line_start: Ints
    line_end: Ints

    def terms(self) -> Hashes:
        """The hashes of all terms: tokens, then pairs of neighbours, then short lines."""
        return np.concatenate([self.hash, self.pairs(), self.line_hash])

    def pairs(self) -> Hashes:
        """The hashes of neighbouring tokens, length n - 1."""
        if not len(self.hash):
            return self.hash
        with np.errstate(over="ignore"):
            mixed = self.hash[:-1] * _PAIR + self.hash[1:]
            return (mixed ^ (mixed >> _SHIFT)) * _MIX


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], Hashes, npt.NDArray[np.bool_]]:
    kind = np.full(0x10000, _MARK, np.uint8)
    value = np.arange(0x10000, dtype=np.uint64)
    upper = np.zeros(0x10000, np.bool_)
    for code in range(0x10000):
        char = chr(code)
        if char == "\n":
            kind[code] = _LINE
        elif char.isspace():
            kind[code] = _SPACE
        elif char.isdigit():
            kind[code] = _DIGIT
        elif char.isalpha() or char == "_":
            kind[code] = _LETTER
            low = char.lower()
            upper[code] = low != char
            value[code] = ord(low) if len(low) == 1 else code
    for quotes, plain in (("‘’ʼ`´", "'"), ("“”„«»", '"'), ("–—‒", "-"), ("•·●▪", "*")):
        for char in quotes:
            value[ord(char)] = ord(plain)
    with np.errstate(over="ignore"):
        value = (value + np.uint64(1)) * _MIX
        value ^= value >> _SHIFT
        value *= _PAIR
        value |= np.uint64(1)
    return kind, value, upper


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse modulo 2**64."""
    inverse = np.uint64(pow(int(_BASE), -1, 2**64))
    with np.errstate(over="ignore"):
        up = np.cumprod(np.concatenate(([np.uint64(1)], np.full(size - 1, _BASE))), dtype=np.uint64)
        down = np.cumprod(np.concatenate(([np.uint64(1)], np.full(size - 1, inverse))), dtype=np.uint64)
    return up, down


def hash_of(word: str) -> int:
    """The hash of a single token; what `tokenize` gives it inside any text.

    >>> hash_of("Reply") == int(tokenize("Leave a reply").hash[3])
    True
    """
    return int(tokenize(word).hash[1])


def tokenize(text: str) -> Tokens:
    """The tokens of `text`, with a line token before each line that holds any and a shape token after it.

    >>> found = tokenize("It's 1,200 km.")
    >>> ["It's 1,200 km."[s:e] for s, e in zip(found.start.tolist(), found.end.tolist())]
    ['', "It's", '1', ',', '200', 'km', '.', '']
    """
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32), 0xFFFF)
    if not len(codes):
        return _nothing()
    kinds, values, uppers = _tables()
    kind = kinds[codes]
    value = values[codes]
    _join_apostrophes(codes, kind)
    changes = np.empty(len(kind), np.bool_)
    changes[0] = True
    np.not_equal(kind[1:], kind[:-1], out=changes[1:])
    changes |= kind == _MARK
    starts = np.flatnonzero(changes)
    ends = np.append(starts[1:], len(kind))
    of = kind[starts]
    up, down = _powers(1 << max(int(len(kind) - 1).bit_length(), 14))
    with np.errstate(over="ignore"):
        sums = np.add.reduceat(value * up[: len(kind)], starts) * down[starts]
        sums ^= sums >> _SHIFT
        sums *= _MIX
    sums[of == _DIGIT] = _digit_hash()
    return _with_lines(sums, starts, ends, of, uppers[codes[starts]])


def _join_apostrophes(codes: npt.NDArray[np.uint32], kind: npt.NDArray[np.uint8]) -> None:
    marks = np.flatnonzero((codes == 39) | (codes == 0x2019))
    if len(marks):
        inner = marks[(marks > 0) & (marks < len(kind) - 1)]
        inner = inner[(kind[inner - 1] == _LETTER) & (kind[inner + 1] == _LETTER)]
        kind[inner] = _LETTER


@cache
def _digit_hash() -> np.uint64:
    with np.errstate(over="ignore"):
        value = _tables()[1][ord("0")]
        value = value ^ (value >> _SHIFT)
        return np.uint64(value * _MIX)


@cache
def _line_hashes() -> tuple[np.uint64, Hashes]:
    """The hashes of the line token and of the shapes: private numbers that no word has."""
    with np.errstate(over="ignore"):
        shapes = (np.arange(1, _SHAPES + 1, dtype=np.uint64) * _BASE) ^ np.uint64(0x5851F42D4C957F2D)
    return np.uint64(0x14057B7EF767814F), shapes


def _with_lines(sums: Hashes, starts: Ints, ends: Ints, of: npt.NDArray[np.uint8], capital: npt.NDArray[np.bool_]) -> Tokens:
    token = (of != _SPACE) & (of != _LINE)
    line = np.cumsum(of == _LINE)[token]
    sums, starts, ends, of, capital = sums[token], starts[token], ends[token], of[token], capital[token]
    n = len(sums)
    if not n:
        return _nothing()
    first = np.flatnonzero(np.append(True, line[1:] != line[:-1]))
    sizes = np.diff(np.append(first, n))
    word = of == _LETTER
    words = np.add.reduceat(word.astype(np.int64), first)
    capitals = np.add.reduceat((capital & word).astype(np.int64), first)
    length = np.minimum(np.log2(sizes).astype(np.int64), 6)
    shape = length + 7 * ((words > 2) & (capitals > 0.6 * words))
    newline, shapes = _line_hashes()
    # Make room: one token before each line, one after.
    which = np.repeat(np.arange(len(first)), sizes)
    place = np.arange(n) + 2 * which + 1
    total = n + 2 * len(first)
    hashes = np.empty(total, np.uint64)
    begin, end = np.empty(total, np.int64), np.empty(total, np.int64)
    is_word = np.zeros(total, np.bool_)
    hashes[place], begin[place], end[place], is_word[place] = sums, starts, ends, word
    head = first + 2 * np.arange(len(first))
    tail = head + sizes + 1
    hashes[head] = newline
    hashes[tail] = shapes[shape]
    begin[head] = end[head] = starts[first]
    begin[tail] = end[tail] = ends[first + sizes - 1]
    short = np.flatnonzero((sizes >= 2) & (sizes <= _SHORT))
    return Tokens(hashes, begin, end, is_word, _whole(sums, first[short], sizes[short]), starts[first[short]], ends[first[short] + sizes[short] - 1])


def _whole(sums: Hashes, first: Ints, sizes: Ints) -> Hashes:
    """The hash of each short line as a whole, from those of its tokens."""
    whole = np.full(len(first), _BASE, np.uint64)
    with np.errstate(over="ignore"):
        for step in range(_SHORT):
            more = sizes > step
            mixed = (whole[more] ^ sums[first[more] + step]) * _MIX
            whole[more] = mixed ^ (mixed >> _SHIFT)
    return whole


def _nothing() -> Tokens:
    offsets, hashes = np.zeros(0, np.int64), np.zeros(0, np.uint64)
    return Tokens(hashes, offsets, offsets, np.zeros(0, np.bool_), hashes, offsets, offsets)
