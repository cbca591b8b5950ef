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

from scorer.tokens import MARK, Hashes, Ints, Tokens, chain, tokenize, true_at

_BITS = 16
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
    """Phrases as hashes: for each value of the first bits of a hash the first that has them, and for each phrase its lexicons."""

    keys: Hashes  # sorted
    slots: Ints
    filled: npt.NDArray[np.bool_]  # whether a slot has any
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
    place = (keys >> np.uint64(64 - _BITS)).astype(np.int64)
    slots = np.searchsorted(place, np.arange((1 << _BITS) + 1))
    lists = [member.get(key, []) for key in keys.tolist()]
    first = np.concatenate([[0], np.cumsum([len(found) for found in lists])])
    return _Table(
        keys, slots, np.diff(slots) > 0, np.array([exact[key] for key in keys.tolist()]), first,
        np.array([lexicon for found in lists for lexicon in found]), long,
    )  # fmt: skip


def _words(tokens: Tokens) -> Tokens:
    return tokens.take(true_at(tokens.kind != MARK))


def _known(hashes: Hashes, table: _Table) -> tuple[Ints, Ints]:
    """Which of `hashes` are keys: their places, and the keys' indices."""
    bits = (hashes >> np.uint64(64 - _BITS)).astype(np.int64)
    here = true_at(table.filled[bits])
    bits, wanted = bits[here], hashes[here]
    at = table.slots[bits]
    places, keys = [], []
    while len(here):
        right = true_at(table.keys[at] == wanted)
        if len(right):
            places.append(here[right])
            keys.append(at[right])
        # On to the next phrase of the same slot, where there is one.
        at += 1
        more = true_at(at < table.slots[bits + 1])
        here, bits, wanted, at = here[more], bits[more], wanted[more], at[more]
    if not places:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(places), np.concatenate(keys)


def find(tokens: Tokens) -> Hits:
    """The phrases of every lexicon in a text.

    A phrase inside a longer phrase of the same lexicon is not counted again; none reaches across a line's end.

    >>> [found.tolist() for found in find(tokenize("Please leave a reply")).of("comment_headings")[1:3]]
    [[7], [20]]
    """
    table = _table()
    kept = true_at(tokens.kind != MARK)
    n = len(kept)
    hashes = tokens.hash[kept]
    places, keys, lasts = [], [], []
    run = hashes
    for size in range(1, _RUN + 1):
        if size > 1:
            run = chain(run[: n - size + 1], hashes[size - 1 :])
        if not len(run):
            break
        place, key = _known(run, table)
        places.append(place)
        keys.append(key)
        lasts.append(place + size - 1)
    if not places:
        return _no_hits()
    place, key, last = np.concatenate(places), np.concatenate(keys), np.concatenate(lasts)
    if size == _RUN:
        found = _longer(hashes, table, places[-1], keys[-1])
        if found:
            more = np.array(found, np.int64).T
            place, last, key = np.concatenate([place, more[0]]), np.concatenate([last, more[1]]), np.concatenate([key, more[2]])
    # Beginnings that are no phrase themselves have no lexicon.
    place, last = kept[place], kept[last]
    copies = table.first[key + 1] - table.first[key]
    exact = table.exact[key]
    inside = true_at((tokens.line[place] == tokens.line[last]) & (copies > 0) & ((exact == 0) | (tokens.end[last] - tokens.start[place] == exact)))
    if not len(inside):
        return _no_hits()
    place, key, last, copies = place[inside], key[inside], last[inside], copies[inside]
    which = np.repeat(np.arange(len(place)), copies)
    lexicon = table.members[np.arange(len(which)) - np.repeat(np.cumsum(copies) - copies, copies) + table.first[key][which]]
    start, end = tokens.start[place][which], tokens.end[last][which]
    order = np.lexsort((-end, start, lexicon))
    lexicon, start, end, line = lexicon[order], start[order], end[order], tokens.line[place][which][order]
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
        for *rest, phrase in table.long.get(int(table.keys[key]), ()):
            at = place + _RUN
            if hashes[at : at + len(rest)].tolist() == rest:
                found.append((place, at + len(rest) - 1, int(np.searchsorted(table.keys, np.uint64(phrase)))))
    return found


@cache
def _no_hits() -> Hits:
    nothing = np.zeros(0, np.int64)
    return _hits(nothing, nothing, nothing, nothing)
