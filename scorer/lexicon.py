"""Which stock phrases does a text hold?

Each file in `lexicons/` is one lexicon: a phrase a line, compared word by word as `tokens.py` folds them; punctuation
between the words of a phrase does not count. All phrases of all lexicons are one table of hashes: a text's words, pairs,
triples and runs of four are looked up in it at once, and the few longer phrases where their first four words stand.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scorer.lookup import Lookup
from scorer.tokens import MARK, Hashes, Ints, Tokens, chain, tokenize, true_at

_RUN = 4
"""Longest phrases that are looked up at every word."""
_FAR = 1 << 40


class Hits(NamedTuple):
    """Phrases found in a text, as columns: index of the lexicon in `names()`, offsets into the text, and the line.

    In the order of lexicons, then of the text; phrases of one lexicon do not overlap. `first`: for each lexicon the place of
    its first hit, and behind them how many there are.
    """

    lexicon: Ints
    start: Ints
    end: Ints
    line: Ints
    first: list[int]

    def of(self, name: str) -> Hits:
        """The hits of one lexicon."""
        at = index(name)
        inside = slice(self.first[at], self.first[at + 1])
        return Hits(self.lexicon[inside], self.start[inside], self.end[inside], self.line[inside], [])

    def in_line(self, line: int, offset: int) -> Hits:
        """The hits of one line, as those of a text that begins at `offset`."""
        here = self.line == line
        return _hits(self.lexicon[here], self.start[here] - offset, self.end[here] - offset, np.zeros(int(here.sum()), np.int64))

    def pairs(self) -> list[tuple[int, int]]:
        """(start, end) of each hit."""
        return list(zip(self.start.tolist(), self.end.tolist(), strict=True))


@cache
def phrases(name: str) -> frozenset[str]:
    """The phrases of one lexicon, lower case.

    >>> "leave a reply" in phrases("comment_headings")
    True
    """
    lines = (resources.files("scorer") / "lexicons" / f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(" ".join(line.lower().split()) for line in lines if line.strip() and not line.startswith("#"))


@cache
def names() -> tuple[str, ...]:
    """The names of all lexicons, sorted."""
    files = (resources.files("scorer") / "lexicons").iterdir()
    return tuple(sorted(f.name.removesuffix(".txt") for f in files if f.name.endswith(".txt")))


@cache
def index(name: str) -> int:
    """Where a lexicon stands in `names()`; raises ValueError for one that is none."""
    return names().index(name)


def _hits(lexicon: Ints, start: Ints, end: Ints, line: Ints) -> Hits:
    return Hits(lexicon, start, end, line, np.searchsorted(lexicon, np.arange(len(names()) + 1)).tolist())


class _Table(NamedTuple):
    """Phrases as hashes, and for each its lexicons."""

    lookup: Lookup
    exact: Ints  # characters of phrases with letters and digits side by side ("5g" is not "5 g"), 0 for all others
    first: Ints  # where its lexicons begin in `members`
    members: Ints
    long: dict[int, list[tuple[int, ...]]]  # hash of the first four words -> hashes of the further ones and the phrase


@cache
def _table() -> _Table:
    member: dict[int, list[int]] = {}
    exact: dict[int, int] = {}
    long: dict[int, list[tuple[int, ...]]] = {}
    for at, name in enumerate(names()):
        for phrase in sorted(phrases(name)):
            found = _words(tokenize(phrase))
            words = found.hash
            if not len(words):
                continue
            run = words[:1]
            for step in range(1, min(len(words), _RUN)):
                run = chain(run, words[step : step + 1])
            head = int(run[0])
            for step in range(_RUN, len(words)):
                run = chain(run, words[step : step + 1])
            key = int(run[0])
            if len(words) > _RUN and key not in exact:
                long.setdefault(head, []).append((*words[_RUN:].tolist(), key))
            if at not in member.setdefault(key, []):
                member[key].append(at)
            size = len(phrase) if (found.start[1:] == found.end[:-1]).any() else 0
            exact[key] = min(exact.get(key, size), size)
    for head in long:
        exact.setdefault(head, 0)  # no phrase itself, only the beginning of one
    keys = np.array(sorted(exact), np.uint64)
    lists = [member.get(key, []) for key in keys.tolist()]
    first = np.concatenate([[0], np.cumsum([len(found) for found in lists])])
    return _Table(
        Lookup.of(keys), np.array([exact[key] for key in keys.tolist()]), first,
        np.array([lexicon for found in lists for lexicon in found]), long,
    )  # fmt: skip


def _words(tokens: Tokens) -> Tokens:
    return tokens.take(true_at(tokens.kind != MARK))


def find(tokens: Tokens) -> Hits:
    """The phrases of every lexicon in a text.

    A phrase inside a longer phrase of the same lexicon is not counted again; none reaches across a line's end.

    >>> [found.tolist() for found in find(tokenize("Please leave a reply")).of("comment_headings")[1:3]]
    [[7], [20]]
    """
    table = _table()
    kept = true_at(tokens.kind != MARK)
    hashes = tokens.hash.take(kept)
    n = len(hashes)
    if not n:
        return _no_hits()
    longest = min(n, _RUN)
    # The words, pairs, triples and runs of four, one kind after the other; `begins` says where each kind begins.
    runs = [hashes]
    for size in range(1, longest):
        runs.append(chain(runs[-1][: n - size], hashes[size:]))
    begins = np.cumsum([0, *map(len, runs)])
    place, key = table.lookup.find(np.concatenate(runs))
    kinds = np.searchsorted(place, begins)
    of = np.repeat(np.arange(longest), np.diff(kinds))
    place -= begins.take(of)
    last = place + of
    if longest == _RUN:
        found = _longer(hashes, table, place[kinds[-2] :], key[kinds[-2] :])
        if found:
            more = np.array(found, np.int64).T
            place, last, key = np.concatenate([place, more[0]]), np.concatenate([last, more[1]]), np.concatenate([key, more[2]])
    # Beginnings that are no phrase themselves have no lexicon.
    place, last = kept.take(place), kept.take(last)
    line, start, end = tokens.line.take(place), tokens.start.take(place), tokens.end.take(last)
    begin = table.first.take(key)
    copies = table.first.take(key + 1) - begin
    exact = table.exact.take(key)
    inside = true_at((line == tokens.line.take(last)) & (copies > 0) & ((exact == 0) | (end - start == exact)))
    if not len(inside):
        return _no_hits()
    # A phrase is a hit of each lexicon that has it.
    copies = copies.take(inside)
    first = np.cumsum(copies) - copies
    which = np.repeat(np.arange(len(inside)), copies)
    lexicon = table.members.take(np.arange(len(which)) - (first - begin.take(inside)).take(which))
    which = inside.take(which)
    start, end = start.take(which), end.take(which)
    order = np.lexsort((-end, start, lexicon))
    lexicon, start, end, line = lexicon.take(order), start.take(order), end.take(order), line.take(which.take(order))
    free = _apart(start + lexicon * _FAR, end + lexicon * _FAR)
    return _hits(lexicon[free], start[free], end[free], line[free])


def _apart(start: Ints, end: Ints) -> npt.NDArray[np.bool_]:
    """Which of these passages, in order of `start`, stay if none may overlap one that stays before it."""
    free = np.concatenate([[True], start[1:] >= np.maximum.accumulate(end)[:-1]])
    passed = true_at(~free)
    if len(passed):
        # Behind one that was passed over another may stand free: "share on facebook share on twitter".
        held = end[np.maximum.accumulate(np.where(free, np.arange(len(free)), 0))[passed]]
        reach = 0
        for at in passed[start[passed] >= held].tolist():
            if start[at] >= reach:
                free[at] = True
                reach = end[at]
    return free


def _longer(hashes: Hashes, table: _Table, places: Ints, keys: Ints) -> list[tuple[int, int, int]]:
    """The phrases of more than `_RUN` words that begin at these places: first word, last word, phrase."""
    found = []
    for place, key in zip(places.tolist(), keys.tolist(), strict=True):
        for *rest, phrase in table.long.get(int(table.lookup.keys[key]), ()):
            at = place + _RUN
            if hashes[at : at + len(rest)].tolist() == rest:
                found.append((place, at + len(rest) - 1, int(np.searchsorted(table.lookup.keys, np.uint64(phrase)))))
    return found


@cache
def _no_hits() -> Hits:
    nothing = np.zeros(0, np.int64)
    return _hits(nothing, nothing, nothing, nothing)
