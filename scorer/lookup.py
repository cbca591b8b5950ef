"""Which of these many hashes does a table know?

Phrases, the vocabulary of zones and the wording model are all tables of 64-bit hashes, in which every word of every page
is looked up. A bisection would cost a dozen cache misses a word; here the first bits of a hash lead to its place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scorer.tokens import Bools, Hashes, Ints


class Lookup(NamedTuple):
    """Hashes in ascending order, made to be found fast. `Lookup.of(keys)` builds one.

    >>> table = Lookup.of(np.array([1 << 10, 1 << 50, 3 << 50], np.uint64))
    >>> [found.tolist() for found in table.find(np.array([5, 3 << 50, 1 << 10, 3 << 50], np.uint64))]
    [[1, 2, 3], [2, 0, 2]]
    """

    keys: Hashes
    shift: np.uint64
    """How far a hash is shifted to leave its first bits, its slot."""
    filled: Bools
    """Which slots have a key: most words have none, and this table is small enough to stay in the cache."""
    first: Ints
    """The first key of each slot."""
    crowded: Bools
    """For each key whether the next one is in the same slot."""

    @staticmethod
    def of(keys: Hashes) -> Lookup:
        """The table of these keys, which are ascending and differ."""
        bits = max(len(keys).bit_length() + 3, 8)  # eight slots a key or more
        shift = np.uint64(64 - bits)
        slot = (keys >> shift).astype(np.int64)
        filled = np.zeros(1 << bits, np.bool_)
        filled[slot] = True
        first = np.zeros(1 << bits, np.int64)
        first[slot[::-1]] = np.arange(len(keys))[::-1]
        return Lookup(keys, shift, filled, first, np.append(slot[1:] == slot[:-1], False)[: len(keys)])

    def find(self, hashes: Hashes) -> tuple[Ints, Ints]:
        """Which of `hashes` are keys: their places in `hashes`, ascending, and their places in `keys`."""
        slots = (hashes >> self.shift).view(np.int64)
        here = self.filled.take(slots).nonzero()[0]
        if not len(here):
            return here, here
        wanted, at = hashes.take(here), self.first.take(slots.take(here))
        right = self.keys.take(at) == wanted
        # On to the next key of the same slot, for the few that have one.
        rest = (self.crowded.take(at) & ~right).nonzero()[0]
        while len(rest):
            at[rest] += 1
            hit = self.keys[at[rest]] == wanted[rest]
            right[rest[hit]] = True
            rest = rest[~hit & self.crowded[at[rest]]]
        return here[right], at[right]
