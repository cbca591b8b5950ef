"""How is the page model trained?

Two additive models, one for "rated 2 or lower", one for "4 or higher", and one for each facet. Each is one logistic
regression over steps of what is seen on the page, whose signs keep to the features' directions, and over what the words
say: fitted together, neither takes the other's credit, and the result is step tables. What they say of pages that they
did not see is calibrated on the natural draw of pages and gives the thresholds. The whole is a function of two files,
data/pages.csv and data/features.parquet: the same files give the same bytes.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import Parallel, delayed
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from scorer import model as models
from scorer.blocks import Floats
from scorer.compose import COMPOSED
from scorer.corpus import ARTICLE
from scorer.data import load
from scorer.feature import FEATURES, Trust
from scorer.model import FACETS, HEADS, KINDS
from scorer.tables import StepTables, centre
from scorer.train_wording import FURTHER

READ = ("wording", "build")
"""The reasons whose features are readings of linear models: what they say enters as it is, not by steps."""
SHARES = (0.05, *(n / 10 for n in range(1, 10)), 0.95, 0.99)
"""The quantiles of a feature at which its table may step."""
RAREST = 0.001
"""The share of pages that a step must part from the others: what marks a retold story is rare, and never by chance."""
PENALTY, READING_PENALTY = 1.5, 0.05
"""How much large steps cost, and large slopes of readings. Of 0.25 to 12; between 1 and 2 nothing changes."""
READING_STEPS = 120
INPUT_WEIGHT = {
    "html": {"html": 1.0, "resiliparse": 0.1, "trafilatura": 0.1, "lexbor": 0.0, ARTICLE: 0.1, "composed-text": 0.0, "composed-html": 0.05},
    "text": {"html": 0.0, "resiliparse": 1.0, "trafilatura": 1.0, "lexbor": 0.0, ARTICLE: 0.4, "composed-text": 0.1, "composed-html": 0.0},
}
"""What each kind of page is learned from. A page as text says of HTML what is in its words, but nothing of its markup."""
TEXT_INPUTS = ("resiliparse", "trafilatura")
"""The extractions that the scale of plain text is calibrated on."""
NATURAL = ("wcxb", "random")
"""The samples that were drawn without regard to quality: what calibration and base rates are taken from."""
FLAG_OF = {"clickbait": "clickbait", "aggregation": "aggregation", "promotion": "promo", "unrelated": "unrelated", "farm": "farm"}
LOW_PRECISION, HIGH_PRECISION = 0.70, 0.80
LOW_WEIGHT = 0.7
"""The score that trust is read from is the log-odds of "high" less so much of those of "low"; of 0.3 to 1.2 (Spearman varies by 0.005)."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Training:
    """The rows to train on, page by page and input by input, in the order of the feature table."""

    table: pd.DataFrame
    pages: pd.DataFrame  # the page of each row of `table`

    @staticmethod
    def read(features: Path, pages: Path) -> Training:
        table, rated = load(features, pages)
        return Training(table, rated.set_index("id").loc[table["id"]].reset_index())

    @property
    def features(self) -> list[str]:
        return [name for name in FEATURES if name in self.table.columns]

    def weight(self, kind: str) -> Floats:
        """How much each row counts for the scale of this kind of page."""
        return np.array([INPUT_WEIGHT[kind][name] for name in self.table["input"]]) * np.where(self.pages["group"] == "further", FURTHER, 1.0)

    def is_kind(self, kind: str) -> Bools:
        """The rows that are read on the scale of this kind of page."""
        html = self.table["input"].isin(("html", "composed-html")).to_numpy()
        return html if kind == "html" else ~html

    @property
    def folds(self) -> npt.NDArray[np.int64]:
        return self.pages["fold"].to_numpy(np.int64)

    def rows(self, fold: int | None = None) -> Floats:
        """The features of every row. With `fold`, cross-fitted ones come from models that never saw that fold."""
        columns = []
        for name in self.features:
            column = self.table[name].to_numpy(float)
            if fold is not None and f"{name}|{fold}" in self.table.columns:
                column = np.where(self.folds == fold, column, self.table[f"{name}|{fold}"].to_numpy(float))
            columns.append(column)
        return np.column_stack(columns)

    def label(self, head: str) -> Bools:
        """Whether each row is what the head predicts."""
        composed = self.table["input"].isin(COMPOSED).to_numpy()
        if head == "low":
            return (self.pages["trust"] <= 2).to_numpy() | composed
        if head == "high":
            return (self.pages["trust"] >= 4).to_numpy() & ~composed
        flagged = (self.pages[FLAG_OF[head]] >= 1).to_numpy()
        return flagged if head == "clickbait" else flagged | composed

    def natural(self, kind: str = "html") -> Bools:
        return np.asarray(self.pages["sample"].isin(NATURAL) & (self.table["input"] == kind))

    def calibrated_on(self, kind: str) -> Bools:
        """The rows that the scale of this kind of page is calibrated on."""
        return self.natural() if kind == "html" else np.logical_or.reduce([self.natural(name) for name in TEXT_INPUTS])


def uses(head: str) -> list[str]:
    """The features that a head may step on: all but readings for trust, a facet's own for a facet."""
    every = stepped()
    return every if head in ("low", "high") else [name for name in every if head in FEATURES[name].facets]


def readings(head: str) -> list[str]:
    """The cross-fitted readings of the words and of the markup that a head adds: those of good and bad, and a facet its own."""
    every = [known for known in FEATURES.values() if known.reason in READ]
    return [known.name for known in every if not known.facets or head in known.facets]


def stepped() -> list[str]:
    """The features that are no readings."""
    return [name for name, known in FEATURES.items() if known.reason not in READ]


class _Column(NamedTuple):
    """One column of the regression: whether `feature` exceeds `edge`, whether it is unknown (edge NaN), or a reading itself (edge infinite)."""

    feature: int
    edge: float
    values: npt.NDArray[np.float32]
    mean: float
    scale: float
    bounds: tuple[float | None, float | None]


def fit(head: str, data: Training, rows: Floats, chosen: Bools, *, kind: str = "html", using: Collection[str] | None = None) -> StepTables:
    """The step tables of a head for one kind of page, fitted to the chosen rows; `using`: the features that it may use, all by default."""
    names = data.features
    mine = frozenset(names if using is None else using)
    weights = data.weight(kind)
    chosen = chosen & (weights > 0)
    rows, label, weight = rows[chosen], data.label(head)[chosen].astype(np.float32), weights[chosen].astype(np.float32)
    sign = {"low": -1, "high": 1}.get(head, 0)
    columns: list[_Column] = []
    for name in filter(mine.__contains__, uses(head)):
        at = names.index(name)
        columns += _steps(at, rows[:, at], weight, sign * int(FEATURES[name].trust))
    # So scaled, a page's steps have length 1 on average, however many features a head has.
    size = float(np.sqrt(sum(np.average(c.values**2, weights=weight) for c in columns)))
    columns = [c._replace(values=c.values / size, scale=c.scale / size) for c in columns]
    read = [_reading(names.index(name), rows[:, names.index(name)], weight, sign * int(FEATURES[name].trust)) for name in readings(head) if name in mine and not np.isnan(rows[:, names.index(name)]).all()]
    penalty = np.concatenate([np.full(len(columns), PENALTY), np.full(len(read), READING_PENALTY), [0.0]])
    columns += read
    matrix = np.column_stack([*(c.values for c in columns), np.ones(len(rows), np.float32)])
    slopes = _logistic(matrix, label, weight, penalty, [*(c.bounds for c in columns), (None, None)])
    return _tables(len(names), columns, slopes, rows)


def _steps(at: int, x: Floats, weight: npt.NDArray[np.float32], direction: int) -> list[_Column]:
    known = ~np.isnan(x)
    if not known.any():
        return []
    edges = np.unique(np.nanquantile(x, SHARES)).tolist()
    found = []
    for edge in edges:
        share = float(np.average(x[known] > edge, weights=weight[known]))
        if RAREST < share < 1 - RAREST:
            scale = 1 / max(np.sqrt(share * (1 - share)), 0.25) / np.sqrt(len(edges))
            found.append(_Column(at, edge, np.where(known, ((x > edge) - share) * scale, 0).astype(np.float32), share, scale, _bounds(direction)))
    share = float(np.average(~known, weights=weight))
    if RAREST < share < 1 - RAREST:
        found.append(_Column(at, np.nan, ((~known - share) * 1.5).astype(np.float32), share, 1.5, (None, None)))
    return found


def _bounds(direction: int) -> tuple[float | None, float | None]:
    """What a slope may be, so that the score rises with the column (1), falls (-1) or does as it likes (0)."""
    return 0.0 if direction > 0 else None, 0.0 if direction < 0 else None


def _reading(at: int, x: Floats, weight: npt.NDArray[np.float32], direction: int) -> _Column:
    """A reading as it is; where there is none, in composed pages and of the markup of plain text, it counts as average."""
    known = ~np.isnan(x)
    mean = float(np.average(x[known], weights=weight[known]))
    scale = 1 / float(x[known].std())
    return _Column(at, np.inf, np.where(known, (x - mean) * scale, 0).astype(np.float32), mean, scale, _bounds(direction))


def _logistic(matrix: npt.NDArray[np.float32], label: npt.NDArray[np.float32], weight: npt.NDArray[np.float32], penalty: Floats, bounds: list[tuple[float | None, float | None]]) -> Floats:
    """The slopes, within their bounds, of least weighted log-loss and penalty; scikit-learn's logistic has no bounds."""

    def loss(slopes: Floats) -> tuple[float, Floats]:
        odds = matrix @ slopes.astype(np.float32)
        error = weight * (1 / (1 + np.exp(-odds)) - label)
        value = float((weight * (np.logaddexp(0, odds) - label * odds)).sum()) + float(penalty @ slopes**2) / 2
        return value, (error @ matrix).astype(np.float64) + penalty * slopes

    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200, "maxcor": 20})
    return np.asarray(found.x)


def _tables(features: int, columns: list[_Column], slopes: Floats, rows: Floats) -> StepTables:
    """The fitted columns as step tables; the readings' slopes become `READING_STEPS` steps of their range."""
    edges, values = [np.zeros(0)] * features, [np.zeros(2)] * features
    mine: dict[int, list[tuple[_Column, float]]] = {}
    for column, slope in zip(columns, slopes.tolist(), strict=False):
        mine.setdefault(column.feature, []).append((column, slope * column.scale))
    for at, parts in mine.items():
        if np.isinf(parts[0][0].edge):
            (column, slope), x = parts[0], rows[:, at]
            cuts = np.linspace(float(np.nanquantile(x, 0.001)), float(np.nanquantile(x, 0.999)), READING_STEPS)
            middle = np.concatenate([cuts[:1], (cuts[1:] + cuts[:-1]) / 2, cuts[-1:], [column.mean]])
            edges[at], values[at] = cuts, slope * (middle - column.mean)
            continue
        rises = [(column.edge, slope) for column, slope in parts if not np.isnan(column.edge) and abs(slope) > 1e-12]
        base = -sum(slope * column.mean for column, slope in parts)
        unknown = sum(slope * (1 - column.mean) for column, slope in parts if np.isnan(column.edge))
        edges[at] = np.array([edge for edge, _ in rises], float)
        values[at] = np.concatenate([base + np.cumsum([0.0, *(slope for _, slope in rises)]), [unknown]])
    return StepTables(tuple(edges), tuple(values), float(slopes[-1]))


def cross_validate(data: Training, heads: Sequence[str] = HEADS, *, using: Collection[str] | None = None, kinds: Sequence[str] = KINDS) -> dict[str, Floats]:
    """The score of every row of these kinds, for each head, from tables that saw nothing of the row's fold; `using` as in `fit`."""
    folds = data.folds
    out = {head: np.zeros(len(folds)) for head in heads}
    asked = [(head, kind) for kind in kinds for head in heads]
    for fold in sorted(set(folds.tolist())):
        rows, held = data.rows(fold), folds == fold
        fitted = Parallel(n_jobs=2, backend="threading")(delayed(fit)(head, data, rows, ~held, kind=kind, using=using) for head, kind in asked)
        for (head, kind), tables in zip(asked, fitted, strict=True):
            mine = held & data.is_kind(kind)
            out[head][mine] = tables.scores(rows[mine])
    return out


def sigmoid(scores: Floats, label: Bools) -> tuple[float, float]:
    """Platt's slope and offset."""
    platt = LogisticRegression(C=1e6).fit(scores[:, None], label)
    return float(platt.coef_[0, 0]), float(platt.intercept_[0])


def trust_curve(scores: Floats, trust: Floats) -> dict[str, list[float]]:
    """Expected trust as a rising, piecewise linear function of the score: isotonic means of 24 groups of equal size."""
    order = np.argsort(scores, kind="stable")
    groups = np.array_split(order, 24)
    at = np.array([scores[g].mean() for g in groups])
    mean = IsotonicRegression().fit_transform(at, np.array([trust[g].mean() for g in groups]))
    # A score beyond the last group still counts for something: the curve goes on with the slope of its end.
    low, high = (mean[3] - mean[0]) / (at[3] - at[0]), (mean[-1] - mean[-4]) / (at[-1] - at[-4])
    at = np.concatenate([[at[0] - 3], at, [at[-1] + 3]])
    mean = np.concatenate([[max(mean[0] - 3 * max(low, 0.01), 0.0)], mean, [min(mean[-1] + 3 * max(high, 0.01), 1.0)]])
    strictly = np.maximum.accumulate(mean) + 1e-6 * np.arange(len(mean))
    return {"score": [round(float(x), 6) for x in at], "trust": [round(float(min(max(x, 0.0), 1.0)), 6) for x in strictly]}


def threshold(probability: Floats, label: Bools, precision: float) -> dict[str, float]:
    """The lowest probability from which at least `precision` of the pages are what it says, with what it gives."""
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(label[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(hits >= precision)
    last = int(good[-1]) if len(good) else 0
    return {
        "from": round(float(probability[order[last]]), 4), "precision": round(float(hits[last]), 3),
        "recall": round(float(label[order[: last + 1]].sum() / max(label.sum(), 1)), 3), "share": round((last + 1) / len(order), 3),
    }  # fmt: skip


def train(features: Path, pages: Path, out: Path, *, name: str = "page-trust", samples: Path | None = None) -> dict[str, Any]:
    """Trains the model of these tables and writes it to the folder `out`; returns what its model.json says."""
    data = Training.read(features, pages)
    scores = cross_validate(data)
    rows = data.rows()
    trust = (data.pages["trust"].to_numpy(float) - 1) / 4
    combined = scores["high"] - LOW_WEIGHT * scores["low"]
    tables: dict[str, dict[str, StepTables]] = {}
    calibration: dict[str, dict[str, Any]] = {}
    for kind in KINDS:
        fitted = Parallel(n_jobs=2, backend="threading")(delayed(fit)(head, data, rows, np.ones(len(rows), np.bool_), kind=kind) for head in HEADS)
        weight = data.weight(kind) * ~data.table["input"].isin(COMPOSED).to_numpy() * data.is_kind(kind)
        tables[kind] = {head: centre(found, rows[weight > 0], weight[weight > 0]) for head, found in zip(HEADS, fitted, strict=True)}
        drawn = data.calibrated_on(kind)
        calibration[kind] = {head: sigmoid(scores[head][drawn], data.label(head)[drawn]) for head in HEADS}
        calibration[kind]["trust"] = trust_curve(combined[drawn], trust[drawn])
    natural = data.natural()
    chance = {head: 1 / (1 + np.exp(-(calibration["html"][head][0] * scores[head] + calibration["html"][head][1]))) for head in HEADS}
    low = threshold(chance["low"][natural], data.label("low")[natural], LOW_PRECISION)
    high = threshold(chance["high"][natural], data.label("high")[natural], HIGH_PRECISION)
    curve = calibration["html"]["trust"]
    info: dict[str, Any] = {
        "name": name,
        "scorer": metadata.version("page-trust-scorer"),
        "trained_with": {"python": platform.python_version(), **{p: metadata.version(p) for p in ("scikit-learn", "numpy", "pandas")}},
        "data": {
            "features_sha256": hashlib.sha256(features.read_bytes()).hexdigest(), "pages_sha256": hashlib.sha256(pages.read_bytes()).hexdigest(),
            "pages": int(data.pages["id"].nunique()), "domains": int(data.pages["domain"].nunique()), "split": "five folds by domain",
        },
        "parameters": {"shares": list(SHARES), "penalty": PENALTY, "reading_penalty": READING_PENALTY, "reading_steps": READING_STEPS, "input_weight": INPUT_WEIGHT},
        "calibration": calibration,
        "low_weight": LOW_WEIGHT,
        "thresholds": {
            "low": {"p_low_from": low["from"], **low, "sentence": f"p_low of {low['from']:.2f} or more: {low['precision']:.0%} of such pages are rated 2 or lower where {data.label('low')[natural].mean():.0%} of all are; it finds {low['recall']:.0%} of them"},
            "high": {"p_high_from": high["from"], **high, "sentence": f"p_high of {high['from']:.2f} or more: {high['precision']:.0%} of such pages are rated 4 or higher where {data.label('high')[natural].mean():.0%} of all are; it finds {high['recall']:.0%} of them"},
        },
        "base_rates": {
            "trust": round(float(trust[natural].mean()), 4), "p_low": round(float(data.label("low")[natural].mean()), 4), "p_high": round(float(data.label("high")[natural].mean()), 4),
            **{f: round(float(data.label(f)[natural].mean()), 4) for f in FACETS},
        },
        "trust_quantiles": [round(float(q), 4) for q in np.quantile(np.interp(combined[data.table["input"] == "html"], curve["score"], curve["trust"]), np.linspace(0, 1, 101))],
        "features": [{"name": n, "version": FEATURES[n].version, "direction": int(Trust(FEATURES[n].trust))} for n in data.features],
    }  # fmt: skip
    models.save(out, info, tables)
    if samples is not None:
        info["golden"] = golden(out, samples)
        models.save(out, info, tables)
    return info


def golden(folder: Path, samples: Path) -> dict[str, float]:
    """The score of each sample page: what any later version must give unless its features changed."""
    from scorer.model import Model
    from scorer.score import score_page

    trained = Model.load(folder)
    files = sorted([*samples.glob("*.html"), *samples.glob("*.txt")])
    return {f.name: round(score_page(f.read_bytes(), model=trained).score, 9) for f in files}
