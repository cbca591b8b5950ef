"""How is an additive model stored, applied and explained?

As one step table a feature: edges, and the value of each step between them. A regression over steps (`train.py`) is
exactly that; applying it needs numpy only, and the looked-up values *are* the explanation: they add up to the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StepTables:
    """A sum of step functions, one a feature.

    `edges[j]`: ascending, k values; `values[j]`: k + 2 values: of x <= edges[0], of each step up to x > edges[-1], and
    last of an unknown (NaN) x. `intercept`: what the sum starts from.
    """

    edges: tuple[Floats, ...]
    values: tuple[Floats, ...]
    intercept: float

    def __post_init__(self) -> None:
        for edges, values in zip(self.edges, self.values, strict=True):
            if len(values) != len(edges) + 2 or not np.isfinite(values).all() or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
                raise ValueError("a step table is damaged: its edges must ascend and it needs one value a step")

    def effects(self, rows: Floats) -> Floats:
        """What each feature adds to the score of each row, shape (rows, features).

        >>> tables = StepTables((np.array([1.0]),), (np.array([-1.0, 2.0, 0.5]),), 0.25)
        >>> tables.effects(np.array([[1.0], [1.5], [np.nan]])).tolist()
        [[-1.0], [2.0], [0.5]]
        """
        out = np.empty(rows.shape)
        columns = np.ascontiguousarray(rows.T)
        for j, (edges, values) in enumerate(zip(self.edges, self.values, strict=True)):
            if len(edges):
                column = columns[j]
                # NaN sorts behind every number, that is to len(edges); one further is its own step.
                out[:, j] = values[np.searchsorted(edges, column, "left") + np.isnan(column)]
            else:
                out[:, j] = values[np.isnan(columns[j]).astype(np.int64)]
        return out

    def scores(self, rows: Floats) -> Floats:
        """The score of each row, shape (rows,)."""
        return np.asarray(self.effects(rows).sum(axis=1) + self.intercept)

    def arrays(self, prefix: str) -> dict[str, Floats]:
        """The tables as flat arrays for an npz file, under names that begin with `prefix`."""
        return {
            f"{prefix}edges": np.concatenate([*self.edges, np.zeros(0)]),
            f"{prefix}values": np.concatenate([*self.values, np.zeros(0)]),
            f"{prefix}steps": np.array([len(e) for e in self.edges], np.float64),
            f"{prefix}intercept": np.array([self.intercept]),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, Any], prefix: str) -> StepTables:
        """The inverse of `arrays`; raises ValueError where sizes do not fit."""
        steps = np.asarray(arrays[f"{prefix}steps"], np.float64)
        if steps.ndim != 1 or not ((steps >= 0) & (steps <= 10_000)).all():
            raise ValueError("a step table is damaged: its sizes make no sense")
        sizes = steps.astype(np.int64)
        edges, values = (np.asarray(arrays[f"{prefix}{name}"], np.float64) for name in ("edges", "values"))
        intercept = np.asarray(arrays[f"{prefix}intercept"], np.float64)
        if edges.shape != (sizes.sum(),) or values.shape != ((sizes + 2).sum(),) or intercept.shape != (1,) or not np.isfinite(intercept).all():
            raise ValueError("a step table is damaged: its arrays are too short or too long")
        return StepTables(
            tuple(np.split(edges, np.cumsum(sizes)[:-1])) if len(sizes) else (),
            tuple(np.split(values, np.cumsum(sizes + 2)[:-1])) if len(sizes) else (),
            float(intercept[0]),
        )


class Heads:
    """Several step-table models over the same features, looked up together: one bisection a feature serves all.

    `effects` of a row has shape (features, heads); its column sums plus `intercepts` are the scores.
    """

    def __init__(self, tables: Sequence[StepTables]) -> None:
        self.intercepts = np.array([t.intercept for t in tables])
        points_of: list[npt.NDArray[np.complex128]] = []
        unknown: list[int] = []
        blocks: list[Floats] = []
        at = 0
        for j in range(len(tables[0].edges)):
            edges = np.unique(np.concatenate([t.edges[j] for t in tables]))
            points = np.concatenate([edges, [np.inf, np.nan]])
            values = np.column_stack([t.values[j][np.searchsorted(t.edges[j], points, "left") + np.isnan(points)] for t in tables])
            # Behind its last edge each feature has one at infinity, for what is beyond all others.
            points_of.append(_points(np.full(len(edges) + 1, float(j)), np.append(edges, np.inf)))
            blocks.append(values)
            at += len(values)
            unknown.append(at - 1)
        self._points = np.concatenate(points_of)
        self._unknown = np.array(unknown)
        self._shift = np.arange(len(unknown))
        self._index = self._shift.astype(np.float64)
        self._values = np.vstack(blocks)

    def effects(self, row: Sequence[float]) -> Floats:
        """What each feature adds to the score of each head, shape (features, heads)."""
        values = np.array(row, np.float64)
        # Each feature has one step more than it has points: that of an unknown value.
        at = np.searchsorted(self._points, _points(self._index, values)) + self._shift
        return self._values.take(np.where(np.isnan(values), self._unknown, at), axis=0)


def _points(feature: Floats, value: Floats) -> npt.NDArray[np.complex128]:
    """Complex numbers sort by their real part and, where that is equal, by the other: so one bisection serves all features."""
    out = np.empty(len(value), np.complex128)
    out.real, out.imag = feature, value
    return out


def centre(tables: StepTables, rows: Floats, weight: Floats) -> StepTables:
    """The same model with each table's mean over `rows` moved into the intercept: an effect of 0 is the ordinary case."""
    means = np.average(tables.effects(rows), axis=0, weights=weight)
    values = tuple(v - m for v, m in zip(tables.values, means.tolist(), strict=True))
    return StepTables(tables.edges, values, tables.intercept + float(means.sum()))
