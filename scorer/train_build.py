"""How is the model of how pages are built trained?

Ridge regression on the ratings over the presence of each name, the targets those of the wording, solved exactly. Like the
wording it is cross-fitted: what a page says for training comes from models that saw neither its fold nor, for evaluating on
a fold, that fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from scorer.blocks import Floats
from scorer.build import BuildModel
from scorer.train_wording import FURTHER, targets
from scorer.wording import READINGS

MIN_DOMAINS, MIN_SOURCES = 15, 4
"""On how many domains, and in how many collections, a name must be met."""
RIDGE = 2.0


class Built(NamedTuple):
    """What one page is made of."""

    id: str
    domain: str
    source: str
    names: tuple[str, ...]


def vocabulary(pages: Sequence[Built]) -> list[str]:
    """The names that may be learned, in alphabetical order; unrated pages count too."""
    domains: dict[str, set[str]] = {}
    sources: dict[str, set[str]] = {}
    for page in pages:
        for name in page.names:
            domains.setdefault(name, set()).add(page.domain)
            sources.setdefault(name, set()).add(page.source)
    return sorted(name for name in domains if len(domains[name]) >= MIN_DOMAINS and len(sources[name]) >= MIN_SOURCES)


def cross_fit(pages: Sequence[Built], rated: pd.DataFrame) -> tuple[pd.DataFrame, BuildModel]:
    """Cross-fitted readings of the HTML of every rated page, and the model of all pages.

    Columns: id, input ("html"), and for each reading `build_<reading>` (from models without the page's fold) and
    `build_<reading>|<f>` (without the page's fold and without fold f).
    """
    names = vocabulary(pages)
    place = {key: n for n, key in enumerate(rated["id"])}
    mine = [page for page in pages if page.id in place]
    at = np.array([place[page.id] for page in mine])
    index = {name: n for n, name in enumerate(names)}
    found = [[index[name] for name in page.names if name in index] for page in mine]
    present = csr_matrix((np.ones(sum(map(len, found))), np.concatenate(found).astype(np.int64), np.cumsum([0, *map(len, found)])), shape=(len(mine), len(names)))
    wanted = targets(rated)[at]
    weight = np.where(rated["group"].to_numpy()[at] == "further", FURTHER, 1.0)
    fold = rated["fold"].to_numpy()[at]
    folds = sorted(set(fold.tolist()))
    out = {f"build_{reading}{suffix}": np.full(len(mine), np.nan) for reading in READINGS for suffix in ("", *(f"|{f}" for f in folds))}
    for f in folds:
        for g in folds[: folds.index(f) + 1]:
            values = _values(_fit(names, present, wanted, weight, ~np.isin(fold, [f, g])), present)
            for held, other in ((f, g), (g, f)):
                rows = fold == held
                for column, reading in enumerate(READINGS):
                    out[f"build_{reading}|{other}"][rows] = values[rows, column]
                    if f == g:
                        out[f"build_{reading}"][rows] = values[rows, column]
    frame = pd.DataFrame({"id": [page.id for page in mine], "input": "html", **out})
    return frame, _fit(names, present, wanted, weight, np.ones(len(mine), np.bool_))


def _fit(names: Sequence[str], present: csr_matrix, wanted: Floats, weight: Floats, chosen: npt.NDArray[np.bool_]) -> BuildModel:
    rows, target, share = present[chosen], wanted[chosen], weight[chosen]
    idf = np.log((1 + rows.shape[0]) / (1 + np.asarray(rows.sum(axis=0)).ravel())) + 1
    x = _scaled(rows, idf).toarray()
    mean = np.average(target, axis=0, weights=share)
    weights = np.linalg.solve(x.T @ (x * share[:, None]) + RIDGE * np.eye(x.shape[1]), x.T @ ((target - mean) * share[:, None]))
    return BuildModel(tuple(names), idf, weights, mean)


def _scaled(present: csr_matrix, idf: Floats) -> csr_matrix:
    """The rows as `BuildModel.read` sees them: each of length 1."""
    length = np.sqrt(np.asarray(present @ idf**2).ravel())
    return csr_matrix(present.multiply(idf).multiply(1 / np.maximum(length, 1e-9)[:, None]))


def _values(model: BuildModel, present: csr_matrix) -> Floats:
    return np.asarray(_scaled(present, model.idf) @ model.weights + model.mean)
