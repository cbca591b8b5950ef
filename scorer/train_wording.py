"""How is the wording model trained?

Ridge regression on the ratings, one target a reading, over terms of the text and of what surrounds the story that occur on
ten or more sites. Because its value is a feature of the page model, it is cross-fitted: a page's value for training comes from
models that saw neither its fold nor, for evaluating on a fold, that fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, diags

from scorer.blocks import Floats
from scorer.corpus import ARTICLE, TRAINED_INPUTS, Variant
from scorer.tokens import Hashes
from scorer.wording import (
    AROUND_AT_LEAST,
    READINGS,
    TEXT_SHARE,
    WordingModel,
    around,
    around_terms,
    is_around,
    terms_of,
    text_terms,
)

MIN_DOMAINS = 10
MOST_TERMS = 30_000
RIDGE = 0.8
MOST_STEPS = 100
ACCURACY = 5e-3
"""The norm of the residual, as a share of the target's, at which the regression is solved."""
WEIGHT_OF_INPUT = {"html": 1.0, "resiliparse": 0.5, "trafilatura": 0.5, ARTICLE: 0.5}
FURTHER = 0.5
"""How much a further rating counts against one of the pages that figures are given of: those were drawn otherwise. Of 0 to 1."""


@dataclass(frozen=True)
class Counts:
    """Term counts of every variant: one row a variant, one column a term, terms sorted by hash."""

    ids: list[str]
    inputs: list[str]
    domains: list[str]
    keys: Hashes
    matrix: csr_matrix


class Row(NamedTuple):
    """The terms of one page read one way, sorted, and how often each stands there."""

    id: str
    input: str
    domain: str
    terms: Hashes
    counts: npt.NDArray[np.int32]


def row_of(variant: Variant) -> Row:
    """What is counted of a page: the terms of its text and of what surrounds the story."""
    page = variant.page
    terms, counts = np.unique(np.concatenate([text_terms(terms_of(page).hash), around_terms(around(page))]), return_counts=True)
    return Row(variant.id, variant.input, variant.domain, terms, counts.astype(np.int32))


def collect(rows: Sequence[Row]) -> Counts:
    """The counts of the terms that occur on `MIN_DOMAINS` domains or more; unrated pages count for the vocabulary only."""
    on_domain: dict[str, list[Hashes]] = {}
    for row in rows:
        if row.input in ("html", ARTICLE):
            on_domain.setdefault(row.domain, []).append(row.terms)
    seen = np.concatenate([np.unique(np.concatenate(found)) for found in on_domain.values()])
    keys, on = np.unique(seen, return_counts=True)
    keys = keys[on >= MIN_DOMAINS]
    indptr, indices, data = [0], [], []
    for row in rows:
        at = np.minimum(np.searchsorted(keys, row.terms), len(keys) - 1)
        kept = keys[at] == row.terms
        indices.append(at[kept].astype(np.int32))
        data.append(row.counts[kept].astype(np.float32))
        indptr.append(indptr[-1] + int(kept.sum()))
    matrix = csr_matrix((np.concatenate(data), np.concatenate(indices), np.array(indptr)), shape=(len(rows), len(keys)))
    return Counts([row.id for row in rows], [row.input for row in rows], [row.domain for row in rows], keys, matrix)


def targets(rated: pd.DataFrame) -> Floats:
    """What each reading is fitted to, shape (pages, len(READINGS))."""
    trust = rated["trust"].to_numpy(float)
    flags = {name: np.minimum(rated[name], 1) + 0.5 * (rated[name] == 2) for name in ("farm", "clickbait", "aggregation", "promo", "unrelated")}
    low = trust - 0.3 * rated["farm"].to_numpy(float) - (trust <= 2)
    high = trust + (trust >= 4)
    return np.column_stack([trust, low, high, *(flags[n] for n in ("farm", "clickbait", "aggregation", "promo", "unrelated"))])


def fit(matrix: csr_matrix, keys: Hashes, wanted: Floats, weight: Floats, documents: csr_matrix) -> WordingModel:
    """The model for these rows; `documents` are the rows that idf is counted on."""
    frequency = np.asarray((documents > 0).sum(axis=0)).ravel()
    idf = (np.log((1 + documents.shape[0]) / (1 + frequency)) + 1).astype(np.float32)
    spread = wanted.std(axis=0)
    full = _weigh(matrix, idf, keys)
    weights, _, dual = _ridge(full, wanted, weight)
    size = np.sqrt(np.asarray(full.multiply(full).mean(axis=0)).ravel())
    score = (np.abs(weights) / spread).max(axis=1) * size
    top = np.sort(np.argsort(-score, kind="stable")[:MOST_TERMS])
    weights, mean, _ = _ridge(_weigh(matrix[:, top], idf[top], keys[top]), wanted, weight, dual)
    return WordingModel(keys[top], idf[top], weights.astype(np.float32), mean.astype(np.float32))


def _weigh(matrix: csr_matrix, idf: npt.NDArray[np.float32], keys: Hashes) -> csr_matrix:
    """The rows as `WordingModel.read` sees them: text and labels each of length 1, then joined by their shares."""
    out = matrix.astype(np.float32).copy()
    out.data = 1 + np.log(out.data)
    out = csr_matrix(out @ diags(idf))
    label = is_around(keys)
    square = out.multiply(out)
    of_text, of_label = np.asarray(square @ ~label).ravel(), np.asarray(square @ label).ravel()
    text = np.where(of_label > 0, np.sqrt(TEXT_SHARE), 1.0) / np.sqrt(np.maximum(of_text, 1e-18))
    labels = np.sqrt(1 - TEXT_SHARE) / np.sqrt(of_label + AROUND_AT_LEAST)
    row = np.repeat(np.arange(out.shape[0]), np.diff(out.indptr))
    out.data *= np.where(label[out.indices], labels[row], text[row]).astype(np.float32)
    return out


def _ridge(rows: csr_matrix, wanted: Floats, weight: Floats, start: npt.NDArray[np.float32] | None = None) -> tuple[Floats, Floats, npt.NDArray[np.float32]]:
    """Weights and means that minimise the weighted squared error plus `RIDGE` times the squared weights, and the dual.

    Conjugate gradients on the dual, all targets at once: the kernel of 12,000 pages would not pay for itself. `start`:
    a dual to begin from, of the same pages with other terms.
    """
    mean = np.average(wanted, axis=0, weights=weight)
    columns = rows.T.tocsr()
    ridge = (RIDGE / weight).astype(np.float32)[:, None]
    centred = (wanted - mean).astype(np.float32)
    goal = ACCURACY * np.linalg.norm(centred, axis=0)
    dual = np.zeros(wanted.shape, np.float32) if start is None else start.astype(np.float32)
    residual = centred if start is None else centred - (rows @ (columns @ dual) + ridge * dual)
    direction = residual.copy()
    power = (residual**2).sum(axis=0)
    for _ in range(MOST_STEPS):
        if (np.linalg.norm(residual, axis=0) < goal).all():
            break
        image = rows @ (columns @ direction) + ridge * direction
        step = power / np.maximum((direction * image).sum(axis=0), 1e-30)
        dual = dual + step * direction
        residual = residual - step * image
        before, power = power, (residual**2).sum(axis=0)
        direction = residual + power / np.maximum(before, 1e-30) * direction
    return np.asarray(columns @ dual), mean, dual


def apply(model: WordingModel, matrix: csr_matrix, keys: Hashes) -> Floats:
    """The readings of these rows, shape (rows, len(READINGS))."""
    at = np.searchsorted(keys, model.keys)
    return np.asarray(_weigh(matrix[:, at], model.idf, model.keys) @ model.weights + model.mean)


def cross_fit(counts: Counts, rated: pd.DataFrame) -> tuple[pd.DataFrame, WordingModel]:
    """Cross-fitted readings of every rated variant, and the model of all pages.

    Columns: id, input, and for each reading `wording_<reading>` (from models without the page's fold) and
    `wording_<reading>|<f>` (without the page's fold and without fold f).
    """
    row_of = {key: n for n, key in enumerate(rated["id"])}
    is_rated = np.array([key in row_of for key in counts.ids])
    page = np.array([row_of.get(key, -1) for key in counts.ids])
    fold = np.where(page >= 0, rated["fold"].to_numpy()[page], -1)
    trained = is_rated & np.isin(counts.inputs, TRAINED_INPUTS)
    further = rated["group"].to_numpy() == "further"
    weight = np.array([WEIGHT_OF_INPUT.get(name, 0.0) for name in counts.inputs]) * np.where(further[page], FURTHER, 1.0)
    wanted = targets(rated)
    folds = sorted(set(rated["fold"]))
    html = np.array(counts.inputs) == "html"
    out = {f"wording_{name}{suffix}": np.full(len(page), np.nan) for name in READINGS for suffix in ("", *(f"|{f}" for f in folds))}

    def fitted(without: set[int]) -> WordingModel:
        rows = np.flatnonzero(trained & ~np.isin(fold, list(without)))
        documents = np.flatnonzero(html & ~np.isin(fold, list(without)))
        return fit(counts.matrix[rows], counts.keys, wanted[page[rows]], weight[rows], counts.matrix[documents])

    def store(model: WordingModel, rows: npt.NDArray[np.int64], suffix: str) -> None:
        values = apply(model, counts.matrix[rows], counts.keys)
        for column, name in enumerate(READINGS):
            out[f"wording_{name}{suffix}"][rows] = values[:, column]

    pairs = [(f, g) for f in folds for g in folds if g <= f]
    models = Parallel(n_jobs=2, backend="threading")(delayed(fitted)({f, g}) for f, g in pairs)
    for (f, g), model in zip(pairs, models, strict=True):
        mine = np.flatnonzero(is_rated & (fold == f))
        store(model, mine, f"|{g}")
        if f == g:
            store(model, mine, "")
        else:
            store(model, np.flatnonzero(is_rated & (fold == g)), f"|{f}")
    frame = pd.DataFrame({"id": counts.ids, "input": counts.inputs, **out})[is_rated].reset_index(drop=True)
    return frame, fitted(set())
