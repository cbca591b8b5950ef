"""What do a million scores come to?

A `Digest` takes tables of rows, one after the other, and keeps counts, a few pages for each question, and the sites: its
size depends on how many different sites there are, up to a limit, and not on how many rows.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scorer import address
from scorer.model import FACETS

BINS: Final = 40
VERDICTS: Final = ("low", "mixed", "high")
KEPT: Final = 50
"""Pages that are kept for each question."""
MOST_NAMES: Final = 200_000
"""Names that one grouping counts; beyond twice as many those with the fewest pages are let go."""
LONGEST: Final = 300
"""Characters of an address or another foreign text that are kept."""
MOST_CAUSES: Final = 200
MOST_REASONS: Final = 2_000
SHELVES: Final = ("least", "most", "just low", "nearly low", "just high", "nearly high", "high but flagged", "low but not flagged")
"""The questions that pages are kept for."""
KIND_COLUMNS: Final = ("kind", "page_kind", "page_type", "type")
"""Columns that are taken for the kind of page where a file has one of them."""
LENGTHS: Final = ((0, "under 100 words"), (100, "100 to 299 words"), (300, "300 to 799 words"), (800, "800 to 1,999 words"), (2000, "2,000 words or more"))

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Shares(NamedTuple):
    """What one group of pages comes to; pages without a score are in `errors` alone."""

    name: str
    pages: int
    low: int
    high: int
    trust: float
    errors: int


class Groups:
    """Pages counted by a name that they have: their site, their language."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._sums = np.zeros((64, 5))
        self.let_go = 0

    def add(self, names: Sequence[str], codes: Ints, columns: Floats) -> None:
        """`codes` are indices into `names`, one a row; `columns` are pages, low, high, trust, errors of each row."""
        sums = np.column_stack([np.bincount(codes, columns[i], len(names)) for i in range(5)])
        at = np.fromiter((self._at.setdefault(name, len(self._at)) for name in names), np.int64, len(names))
        if len(self._at) > len(self._sums):
            grown = np.zeros((2 * len(self._at), 5))
            grown[: len(self._sums)] = self._sums
            self._sums = grown
        np.add.at(self._sums, at, sums)
        if len(self._at) > 2 * MOST_NAMES:
            self._prune()

    def _prune(self) -> None:
        names, sums = list(self._at), self._sums[: len(self._at)]
        keep = np.sort(np.argsort(-(sums[:, 0] + sums[:, 4]), kind="stable")[:MOST_NAMES])
        self.let_go += len(names) - len(keep)
        self._at = {names[i]: new for new, i in enumerate(keep.tolist())}
        self._sums = sums[keep].copy()

    def __len__(self) -> int:
        return len(self._at)

    def __iter__(self) -> Iterator[Shares]:
        for name, at in self._at.items():
            pages, low, high, trust, errors = self._sums[at].tolist()
            yield Shares(name, int(pages), int(low), int(high), trust / pages if pages else float("nan"), int(errors))


@dataclass(frozen=True, slots=True)
class Row:
    """One page that is shown."""

    id: str
    url: str
    trust: float
    p_low: float
    p_high: float
    verdict: str
    facets: dict[str, float]
    reason: str


class Shelf:
    """The pages that have most of something; of equal ones the first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Row]] = []
        self._seen = 0

    def add(self, key: Floats, rows: pa.Table) -> None:
        """`key`: how much each row has; those with minus infinity are none of it."""
        least = self._heap[0][0] if len(self._heap) == KEPT else -np.inf
        better = np.flatnonzero(key > least)
        if len(better) > KEPT:
            order = np.argsort(-key[better], kind="stable")[:KEPT]
            better = np.sort(better[order])
        if len(better):
            for index, row in zip(better.tolist(), _rows(rows.take(pa.array(better))), strict=True):
                entry = (float(key[index]), -(self._seen + index), row)
                if len(self._heap) < KEPT:
                    heapq.heappush(self._heap, entry)
                else:
                    heapq.heappushpop(self._heap, entry)
        self._seen += rows.num_rows

    def __iter__(self) -> Iterator[Row]:
        return (row for _, _, row in sorted(self._heap, key=lambda entry: (-entry[0], -entry[1])))

    def __len__(self) -> int:
        return len(self._heap)


def _rows(table: pa.Table) -> Iterator[Row]:
    for row in table.to_pylist():
        largest = max(row["reasons"] or (), key=lambda r: abs(r["effect"] or 0.0), default=None)
        yield Row(
            _cut(row["id"]), _cut(row["url"]), row["trust"], _number(row["p_low"]), _number(row["p_high"]), row["verdict"] or "",
            {name: _number(row[name]) for name in FACETS}, _cut(largest["summary"]) if largest else "",
        )  # fmt: skip


def _cut(text: str | None) -> str:
    return (text or "") if len(text or "") <= LONGEST else f"{(text or '')[:LONGEST]}…"


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


@dataclass
class ReasonCount:
    """How often one reason moved trust, on pages of each verdict, and by how much."""

    summary: str = ""
    lowers: int = 0
    raises: int = 0
    lowers_low: int = 0
    raises_high: int = 0
    lowered: float = 0.0
    raised: float = 0.0


@dataclass
class Digest:
    """Counts of everything that the report tells. `by`: the columns that pages are grouped by beside language and length."""

    by: tuple[str, ...] = ()
    pages: int = 0
    scored: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    first_error: dict[str, tuple[str, str]] = field(default_factory=dict)
    trust: Ints = field(default_factory=lambda: np.zeros((3, BINS), np.int64))
    trust_sum: float = 0.0
    facets: Ints = field(default_factory=lambda: np.zeros((len(FACETS), BINS), np.int64))
    chances: Ints = field(default_factory=lambda: np.zeros((2, 100), np.int64))
    reasons: dict[str, ReasonCount] = field(default_factory=dict)
    sites: Groups = field(default_factory=Groups)
    groups: dict[str, Groups] = field(default_factory=dict)
    shelves: dict[str, Shelf] = field(default_factory=lambda: {name: Shelf() for name in SHELVES})

    @staticmethod
    def of(tables: Iterable[pa.Table], by: Sequence[str] = ()) -> Digest:
        """All rows of these tables taken in."""
        whole = Digest(tuple(by))
        for table in tables:
            whole.add(table)
        return whole

    def add(self, rows: pa.Table) -> None:
        """Takes these rows in."""
        trust = _floats(rows, "trust")
        known = ~np.isnan(trust)
        verdict = np.array(rows.column("verdict").fill_null("").to_pylist(), dtype=object)
        self.pages += rows.num_rows
        self.scored += int(known.sum())
        self.verdicts.update(verdict[known].tolist())
        self.models.update(_cut(name) for name in rows.column("model").drop_null().to_pylist() if name)
        self._add_errors(rows)
        chance = {name: _floats(rows, name) for name in ("p_low", "p_high", *FACETS)}
        for index, name in enumerate(VERDICTS):
            self.trust[index] += _histogram(trust[known & (verdict == name)], BINS)
        self.trust_sum += float(trust[known].sum())
        for index, name in enumerate(FACETS):
            self.facets[index] += _histogram(chance[name], BINS)
        for index, name in enumerate(("p_low", "p_high")):
            self.chances[index] += _histogram(chance[name][known], 100)
        self._add_groups(rows, trust, known, verdict)
        self._add_reasons(rows, verdict)
        self._add_pages(rows, trust, verdict, chance)

    def _add_errors(self, rows: pa.Table) -> None:
        error = rows.column("error")
        some = rows.filter(pc.fill_null(pc.not_equal(error, ""), False))
        for ident, said in zip(some.column("id").to_pylist(), some.column("error").to_pylist(), strict=True):
            cause = _cut(said.partition(": ")[0])
            if cause not in self.errors and len(self.errors) >= MOST_CAUSES:
                cause = "other causes"
            self.errors[cause] += 1
            self.first_error.setdefault(cause, (_cut(ident), _cut(said)))

    def _add_groups(self, rows: pa.Table, trust: Floats, known: npt.NDArray[np.bool_], verdict: npt.NDArray[np.object_]) -> None:
        columns = np.stack([known, known & (verdict == "low"), known & (verdict == "high"), np.nan_to_num(trust), ~known]).astype(float)
        urls = rows.column("url").fill_null("").to_pylist()
        self.sites.add(*_coded([_site(url) for url in urls]), columns)
        for name in ("language", "evidence", *self.by):
            values = [_cut(value) for value in rows.column(name).fill_null("").to_pylist()]
            self.groups.setdefault(name, Groups()).add(*_coded(values), columns)
        words = _floats(rows, "words")
        length = np.searchsorted([start for start, _ in LENGTHS], np.nan_to_num(words), "right") - 1
        self.groups.setdefault("length", Groups()).add([name for _, name in LENGTHS], np.maximum(length, 0), columns)

    def _add_reasons(self, rows: pa.Table, verdict: npt.NDArray[np.object_]) -> None:
        column = rows.column("reasons").combine_chunks()
        flat = column.flatten()
        if not len(flat):
            return
        parent = pc.list_parent_indices(column).to_numpy(zero_copy_only=False)
        coded = pc.fill_null(flat.field("feature"), "").dictionary_encode()
        codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        effect = pc.fill_null(flat.field("effect"), 0.0).to_numpy(zero_copy_only=False)
        falls, rises = effect < 0, effect > 0
        low, high = verdict[parent] == "low", verdict[parent] == "high"
        names = coded.dictionary.to_pylist()
        summaries = flat.field("summary")
        _, first = np.unique(codes, return_index=True)
        sums = [np.bincount(codes, weights, len(names)) for weights in (falls, rises, falls & low, rises & high, effect * falls, effect * rises)]
        for index, name in enumerate(names):
            if name not in self.reasons and len(self.reasons) >= MOST_REASONS:
                continue
            count = self.reasons.setdefault(name, ReasonCount(_cut(summaries[int(first[index])].as_py())))
            for key, total in zip(("lowers", "raises", "lowers_low", "raises_high"), sums, strict=False):
                setattr(count, key, getattr(count, key) + int(total[index]))
            count.lowered += float(sums[4][index])
            count.raised += float(sums[5][index])

    def _add_pages(self, rows: pa.Table, trust: Floats, verdict: npt.NDArray[np.object_], chance: dict[str, Floats]) -> None:
        judged = ~np.isnan(trust) & (np.array(rows.column("evidence").fill_null("").to_pylist(), dtype=object) != "none")
        low, high = verdict == "low", verdict == "high"
        worst = np.max(np.nan_to_num(np.stack([chance[name] for name in FACETS])), axis=0)
        keys = {
            "least": (judged, -trust),
            "most": (judged, trust),
            "just low": (judged & low, -chance["p_low"]),
            "nearly low": (judged & ~low, chance["p_low"]),
            "just high": (judged & high, -chance["p_high"]),
            "nearly high": (judged & ~high & ~low, chance["p_high"]),
            "high but flagged": (judged & high & (worst >= 0.5), worst + trust),
            "low but not flagged": (judged & low & (worst < 0.5), -worst - trust),
        }
        for name, (chosen, key) in keys.items():
            self.shelves[name].add(np.where(chosen, np.nan_to_num(key, nan=-np.inf), -np.inf), rows)


def _floats(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows.column(name).cast(pa.float64()).fill_null(float("nan")).to_numpy(), float)


def _histogram(values: Floats, bins: int) -> Ints:
    known = values[~np.isnan(values)]
    return np.bincount(np.clip((known * bins).astype(np.int64), 0, bins - 1), minlength=bins)


def _coded(names: list[str]) -> tuple[list[str], Ints]:
    at: dict[str, int] = {}
    codes = np.fromiter((at.setdefault(name, len(at)) for name in names), np.int64, len(names))
    return list(at), codes


def _site(url: str) -> str:
    return _cut(address.site(address.host(url)))


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson's): what few pages can tell.

    >>> [round(bound, 2) for bound in wilson(2, 2)], [round(bound, 2) for bound in wilson(200, 200)]
    ([0.34, 1.0], [0.98, 1.0])
    """
    if not of:
        return 0.0, 1.0
    z = 1.959964
    share, spread = hits / of, z * z / of
    centre, half = share + spread / 2, z * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return max((centre - half) / (1 + spread), 0.0), min((centre + half) / (1 + spread), 1.0)
