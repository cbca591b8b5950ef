"""Tables of hashes: what they know is found, whatever slots it shares."""

from __future__ import annotations

import numpy as np
import pytest

from scorer.lookup import Lookup
from scorer.tables import Heads, StepTables

RNG = np.random.default_rng(7)
SPREAD = np.unique(RNG.integers(1, 2**63, 3000).astype(np.uint64))
KEYS = {
    "none": np.zeros(0, np.uint64),
    "one": np.array([1 << 40], np.uint64),
    "spread": SPREAD,
    "all in one slot": np.arange(5, 400, 3).astype(np.uint64),
    "neighbours": np.unique(np.concatenate([SPREAD, SPREAD + np.uint64(1), SPREAD + np.uint64(5)])),
}


@pytest.mark.parametrize("name", KEYS)
def test_known_hashes_are_found_and_no_others(name: str) -> None:
    keys = KEYS[name]
    asked = RNG.permutation(np.concatenate([keys, keys, keys + np.uint64(2), SPREAD[:500], np.array([0, 2**64 - 1], np.uint64)]))
    places, found = Lookup.of(keys).find(asked)
    assert places.tolist() == np.flatnonzero(np.isin(asked, keys)).tolist()
    assert keys[found].tolist() == asked[places].tolist()


def test_heads_read_the_steps_of_each_table() -> None:
    """On edges, between them and beyond, and where a value is unknown, whatever the neighbouring features are."""
    edges = (np.array([-1.0, 0.0, 2.5]), np.zeros(0), np.array([0.0]))
    tables = [StepTables(edges, tuple(RNG.normal(size=len(e) + 2) for e in edges), 0.0) for _ in range(2)]
    tables.append(StepTables((np.array([0.5]), np.array([9.0]), np.array([-7.0, 7.0])), (RNG.normal(size=3), RNG.normal(size=3), RNG.normal(size=4)), 1.0))
    heads = Heads(tables)
    points = [-np.inf, -7.0, -1.0, np.nextafter(-1.0, 0), 0.0, 0.5, 2.5, 7.0, 9.0, 1e300, np.inf, np.nan]
    for row in RNG.choice(points, (200, 3)):
        assert heads.effects(row.tolist()).T.tolist() == [table.effects(row[None])[0].tolist() for table in tables]
