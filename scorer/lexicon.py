"""Which stock phrases does a text hold?

Each file in `lexicons/` is one lexicon: a phrase a line, matched at word boundaries in folded text (`fold.py`). All
phrases of all lexicons are one automaton, so a text is read once however many lexicons there are.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from scorer.fold import fold


class _Compiled(NamedTuple):
    automaton: AhoCorasick
    lexicons: tuple[str, ...]
    member: tuple[tuple[int, ...], ...]  # phrase -> indices of the lexicons that list it


class Hits(NamedTuple):
    """Where a lexicon's phrases stand in a text: arrays of starts and ends, in the order of the ends."""

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)


NO_HITS = Hits(np.zeros(0, np.int64), np.zeros(0, np.int64))


@cache
def phrases(name: str) -> frozenset[str]:
    """The folded phrases of one lexicon.

    >>> "leave a reply" in phrases("comment_headings")
    True
    """
    return frozenset(" ".join(phrase.split()) for phrase in _folded(name))


def _folded(name: str) -> set[str]:
    # Folding leaves a space for each mark of punctuation, in the phrase as in the text: "name, email, and" has two.
    lines = (resources.files("scorer") / "lexicons" / f"{name}.txt").read_text("utf-8").splitlines()
    return {fold(line.strip()).strip() for line in lines if line.strip() and not line.startswith("#")}


@cache
def names() -> tuple[str, ...]:
    """The names of all lexicons, sorted."""
    files = (resources.files("scorer") / "lexicons").iterdir()
    return tuple(sorted(f.name.removesuffix(".txt") for f in files if f.name.endswith(".txt")))


@cache
def _compiled() -> _Compiled:
    member: dict[str, list[int]] = {}
    for index, name in enumerate(names()):
        for phrase in _folded(name):
            member.setdefault(phrase, []).append(index)
    every = sorted(member)
    automaton = AhoCorasick([f" {p} " for p in every], matchkind=MatchKind.Standard, implementation=Implementation.DFA)
    return _Compiled(automaton, names(), tuple(tuple(member[p]) for p in every))


def find(folded: str) -> dict[str, Hits]:
    """The hits of every lexicon that has any in `folded`, a text as `fold.fold` gives it.

    A phrase inside a longer phrase of the same lexicon is not counted again.

    >>> len(find("leave a reply")["comment_headings"])
    1
    """
    compiled = _compiled()
    found = compiled.automaton.find_matches_as_indexes(f" {folded.translate(_LINES)} ", overlapping=True)
    starts: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for phrase, start, end in found:
        end -= 2
        for lexicon in compiled.member[phrase]:
            mine = ends.setdefault(lexicon, [])
            if mine and start < mine[-1]:
                # Overlaps the last hit: the longer of the two stays.
                if end - start <= mine[-1] - starts[lexicon][-1]:
                    continue
                mine[-1], starts[lexicon][-1] = end, start
                continue
            starts.setdefault(lexicon, []).append(start)
            mine.append(end)
    return {compiled.lexicons[i]: Hits(np.array(starts[i]), np.array(ends[i])) for i in ends}


_LINES = {10: " "}
