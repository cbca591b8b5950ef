"""How is the page model trained?

Two additive models, one for "rated 2 or lower", one for "4 or higher", and one for each facet. Each is made in two
steps: boosted step tables with monotone directions over what is seen on the page, then a logistic regression that adds
what the words say. Both together are step tables again. What they say of pages that they did not see is
calibrated on the natural draw of pages and gives the thresholds. The whole is a function of two files, data/pages.csv
and data/features.parquet: the same files give the same bytes.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import Parallel, delayed
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from scorer import model as models
from scorer.compose import COMPOSED
from scorer.data import load
from scorer.feature import FEATURES, Trust
from scorer.model import FACETS, HEADS
from scorer.page import Floats
from scorer.tables import StepTables, average, centre, compile_boosting

SEED = 20261123
RUNS = 3
WORDING = "wording"
STEPS = 60
INPUT_WEIGHT = {"html": 1.0, "resiliparse": 0.4, "trafilatura": 0.3, "lexbor": 0.0, "composed-text": 0.5, "composed-html": 0.3}
NATURAL = ("wcxb", "random")
"""The samples that were drawn without regard to quality: what calibration and base rates are taken from."""
FLAG_OF = {"clickbait": "clickbait", "aggregation": "aggregation", "promotion": "promo", "unrelated": "unrelated", "farm": "farm"}
PARAMETERS: dict[str, Any] = {
    "max_iter": 300, "learning_rate": 0.05, "max_leaf_nodes": 4, "min_samples_leaf": 40, "l2_regularization": 10.0, "max_features": 0.3,
    "interaction_cst": "no_interactions", "early_stopping": False,
}  # fmt: skip
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

    @property
    def weight(self) -> Floats:
        return np.array([INPUT_WEIGHT[name] for name in self.table["input"]])

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


def uses(head: str) -> list[str]:
    """The features that the first step of a head may use: all but the wording's for trust, a facet's own for a facet."""
    every = [name for name, known in FEATURES.items() if known.reason != WORDING]
    return every if head in ("low", "high") else [name for name in every if head in FEATURES[name].facets]


def wordings(head: str) -> list[str]:
    """The cross-fitted readings of the words that the second step of a head adds."""
    trust = [name for name, known in FEATURES.items() if known.reason == WORDING and not known.facets]
    return trust if head in ("low", "high") else [n for n, known in FEATURES.items() if known.reason == WORDING and head in known.facets]


def boost(head: str, data: Training, rows: Floats, chosen: Bools, *, runs: int = 1) -> StepTables:
    """The first step: boosted additive tables of what is seen on the page, the wording left out.

    Were the words among the features, they would take the credit for nearly everything, being strongest; so they come
    second, and explain what is left.
    """
    names = data.features
    mine = [names.index(name) for name in uses(head)]
    sign = {"low": -1, "high": 1}.get(head, 0)
    directions = [sign * int(FEATURES[names[i]].trust) for i in mine]
    weight = data.weight
    chosen = chosen & (weight > 0)
    part, label = rows[chosen][:, mine], data.label(head)[chosen]
    compiled = []
    for run in range(runs):
        boosted = HistGradientBoostingClassifier(**PARAMETERS, monotonic_cst=directions, random_state=SEED + run)
        boosted.fit(part, label, sample_weight=weight[chosen])
        compiled.append(compile_boosting(boosted, len(mine)))
    tables = average(compiled)
    edges, values = [np.zeros(0)] * len(names), [np.zeros(2)] * len(names)
    for at, i in enumerate(mine):
        edges[i], values[i] = _simplified(tables.edges[at], tables.values[at])
    return StepTables(tuple(edges), tuple(values), tables.intercept)


def join(head: str, data: Training, rows: Floats, first: Floats, chosen: Bools) -> tuple[float, dict[int, float], float]:
    """The second step, logistic: the slope of the first step's scores, of each wording (by column), and the intercept."""
    columns = [data.features.index(name) for name in wordings(head)]
    weight = data.weight
    chosen = chosen & (weight > 0) & ~np.isnan(rows[:, columns]).any(axis=1)
    inputs = np.column_stack([first, rows[:, columns]])[chosen]
    logistic = LogisticRegression(C=10.0, max_iter=1000).fit(inputs, data.label(head)[chosen], sample_weight=weight[chosen])
    slope, *rest = logistic.coef_[0].tolist()
    return slope, dict(zip(columns, rest, strict=True)), float(logistic.intercept_[0])


def compose(tables: StepTables, rows: Floats, joined: tuple[float, dict[int, float], float]) -> StepTables:
    """Both steps as one set of step tables; the wordings' slopes become steps of a 60th of their range."""
    slope, wording, intercept = joined
    edges, values = list(tables.edges), [v * slope for v in tables.values]
    for column, weight in wording.items():
        low, high = np.nanquantile(rows[:, column], [0.001, 0.999])
        cuts = np.linspace(low, high, STEPS)
        middle = np.concatenate([[low], (cuts[1:] + cuts[:-1]) / 2, [high], [np.nanmean(rows[:, column])]])
        edges[column], values[column] = cuts, weight * middle
    return StepTables(tuple(edges), tuple(values), tables.intercept * slope + intercept)


def _simplified(edges: Floats, values: Floats) -> tuple[Floats, Floats]:
    """The same steps without those that do not rise or fall."""
    steps = values[:-1]
    differs = np.abs(np.diff(steps)) > 1e-12
    return edges[differs], np.concatenate([steps[:1], steps[1:][differs], values[-1:]])


def cross_validate(data: Training, heads: Sequence[str] = HEADS) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """The score of every row, for each head, from models that saw nothing of the row's fold; and the first step's alone.

    The second step's few slopes are fitted for each fold on the first step's held-out scores of the other folds.
    """
    folds = data.folds
    every = sorted(set(folds.tolist()))
    plain = data.rows()
    fitted = Parallel(n_jobs=2, backend="threading")(delayed(boost)(head, data, plain, folds != fold) for head in heads for fold in every)
    first = {head: np.zeros(len(folds)) for head in heads}
    for at, head in enumerate(heads):
        for fold, tables in zip(every, fitted[at * len(every) : (at + 1) * len(every)], strict=True):
            first[head][folds == fold] = tables.scores(plain[folds == fold])
    out = {head: np.zeros(len(folds)) for head in heads}
    for fold in every:
        rows = data.rows(fold)
        held = folds == fold
        for head in heads:
            slope, wording, intercept = join(head, data, rows, first[head], ~held)
            words = sum(weight * np.nan_to_num(rows[held, column], nan=float(np.nanmean(rows[:, column]))) for column, weight in wording.items())
            out[head][held] = slope * first[head][held] + words + intercept
    return out, first


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
    scores, first = cross_validate(data)
    rows = data.rows()
    everything = np.ones(len(rows), np.bool_)
    fitted = Parallel(n_jobs=2, backend="threading")(delayed(boost)(head, data, rows, everything, runs=RUNS) for head in HEADS)
    trained = (data.weight > 0) & ~data.table["input"].isin(COMPOSED).to_numpy()
    tables = {
        head: centre(compose(boosted, rows, join(head, data, rows, first[head], everything)), rows[trained], data.weight[trained])
        for head, boosted in zip(HEADS, fitted, strict=True)
    }
    natural = data.natural()
    calibration: dict[str, Any] = {head: sigmoid(scores[head][natural], data.label(head)[natural]) for head in HEADS}
    trust = (data.pages["trust"].to_numpy(float) - 1) / 4
    combined = scores["high"] - LOW_WEIGHT * scores["low"]
    calibration["trust"] = trust_curve(combined[natural], trust[natural])
    chance = {head: 1 / (1 + np.exp(-(calibration[head][0] * scores[head] + calibration[head][1]))) for head in HEADS}
    low = threshold(chance["low"][natural], data.label("low")[natural], LOW_PRECISION)
    high = threshold(chance["high"][natural], data.label("high")[natural], HIGH_PRECISION)
    curve = calibration["trust"]
    info: dict[str, Any] = {
        "name": name,
        "scorer": metadata.version("page-trust-scorer"),
        "trained_with": {"python": platform.python_version(), **{p: metadata.version(p) for p in ("scikit-learn", "numpy", "pandas")}},
        "data": {
            "features_sha256": hashlib.sha256(features.read_bytes()).hexdigest(), "pages_sha256": hashlib.sha256(pages.read_bytes()).hexdigest(),
            "pages": int(data.pages["id"].nunique()), "domains": int(data.pages["domain"].nunique()), "split": "five folds by domain", "seed": SEED,
        },
        "parameters": {**PARAMETERS, "runs": RUNS, "input_weight": INPUT_WEIGHT},
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
