"""What has been learned, and may this program use it?

A model is a folder: `model.json` says what it is (features with versions and directions, calibration, thresholds with
the sentence each was chosen for, where the training data came from, golden scores), `tables.npz` holds its step tables.
Nothing in it is executed. A folder that was tampered with, or that belongs to another version of the features, is
refused with a sentence that says what to do.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

import scorer.features  # noqa: F401  (fills the registry)
from scorer.blocks import Floats
from scorer.feature import FEATURES, Measure
from scorer.page import Page
from scorer.shipped import ModelMismatch, load_arrays, model_folder, savez
from scorer.tables import Heads, StepTables

FACETS = ("clickbait", "aggregation", "promotion", "unrelated", "farm")
HEADS = ("low", "high", *FACETS)
KINDS = ("html", "text")
FORMAT = 2
MAX_JSON, MAX_ARRAYS = 5_000_000, 50_000_000


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """Platt's calibration of one head: probability = 1 / (1 + exp(-(slope * score + offset)))."""

    slope: float
    offset: float

    def __call__(self, score: float) -> float:
        return 1 / (1 + math.exp(-max(min(self.slope * score + self.offset, 40.0), -40.0)))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model reads off one row of features; see `PageScore`."""

    score: float
    trust: float
    p_low: float
    p_high: float
    facets: dict[str, float]
    effects: list[float]


class Scale:
    """What turns the features of one kind of page, HTML or plain text, into numbers: step tables and calibration."""

    def __init__(self, tables: Mapping[str, StepTables], calibration: Mapping[str, Any], low_weight: float) -> None:
        self.tables = tables
        self._heads = Heads([tables[name] for name in HEADS])
        self._sigmoids = {name: Sigmoid(*calibration[name]) for name in HEADS}
        self._trust_at = np.array(calibration["trust"]["score"], float)
        self._trust_is = np.array(calibration["trust"]["trust"], float)
        self._low_weight = low_weight
        self.intercept = float(self._heads.intercepts[1] - low_weight * self._heads.intercepts[0])

    def read(self, row: Sequence[float]) -> Reading:
        """What it says of one row of feature values, in the order of the model's features."""
        effects = self._heads.effects(row)
        logits = (effects.sum(axis=0) + self._heads.intercepts).tolist()
        ours = (effects[:, 1] - self._low_weight * effects[:, 0]).tolist()
        score = math.fsum(ours) + self.intercept
        p_low, p_high = self._sigmoids["low"](logits[0]), self._sigmoids["high"](logits[1])
        if p_low + p_high > 1:
            p_low, p_high = p_low / (p_low + p_high), p_high / (p_low + p_high)
        facets = {name: self._sigmoids[name](logit) for name, logit in zip(FACETS, logits[2:], strict=True)}
        return Reading(score, float(np.interp(score, self._trust_at, self._trust_is)), p_low, p_high, facets, ours)

    def facet_effects(self, row: Sequence[float], facet: str) -> list[float]:
        """What each feature adds to a facet's log-odds."""
        return [float(effect) for effect in self._heads.effects(row)[:, HEADS.index(facet)]]


class Model:
    """A trained model, ready to score; `Model.load()` gives the one that comes with the package.

    `scales`: one for HTML and one for plain text, which lacks what markup tells, so that all else has to tell more.
    """

    def __init__(self, info: Mapping[str, Any], tables: Mapping[str, Mapping[str, StepTables]], digest: str) -> None:
        self.info = info
        if not isinstance(info["name"], str):
            raise TypeError("its name is no text")
        self.name = info["name"]
        self.digest = digest
        self.features: tuple[str, ...] = tuple(f["name"] for f in info["features"])
        self.measures: tuple[Callable[[Page], Measure], ...] = tuple(FEATURES[name].measure for name in self.features)
        self.reasons: dict[str, list[int]] = {}
        """The features of each reason, by their places in `features`."""
        for at, feature in enumerate(self.features):
            self.reasons.setdefault(FEATURES[feature].reason, []).append(at)
        self.scales = {kind: Scale(tables[kind], info["calibration"][kind], float(info["low_weight"])) for kind in KINDS}
        self.low_from = float(info["thresholds"]["low"]["p_low_from"])
        self.high_from = float(info["thresholds"]["high"]["p_high_from"])
        self.base = {name: float(info["base_rates"][name]) for name in ("trust", "p_low", "p_high", *FACETS)}

    def __repr__(self) -> str:
        return f"<Model {self.label}: {len(self.features)} features>"

    @property
    def label(self) -> str:
        """Name and the first digits of the hash: what the output column `model` holds."""
        return f"{self.name}@{self.digest[:12]}"

    @staticmethod
    def load(folder: str | Path | None = None) -> Model:
        """The model in `folder`, or the shipped one. Raises `ModelMismatch` with what to do where it cannot be used."""
        return _shipped() if folder is None else _load(Path(folder))

    def scale_of(self, page: Page) -> Scale:
        """The scale that this page is read on."""
        return self.scales["html" if page.is_html else "text"]


@cache
def _shipped() -> Model:
    return _load(model_folder("page-trust"))


def _load(folder: Path) -> Model:
    described, arrays = folder / "model.json", folder / "tables.npz"
    for file, most in ((described, MAX_JSON), (arrays, MAX_ARRAYS)):
        if not file.is_file():
            raise ModelMismatch(f"{folder}: there is no {file.name}; give a folder that 'scorer train' wrote")
        if file.stat().st_size > most:
            raise ModelMismatch(f"{file}: the file is larger than any model; give a folder that 'scorer train' wrote")
    data = arrays.read_bytes()
    try:
        text = described.read_bytes()
        info = orjson.loads(text)
        if info["format"] != FORMAT:
            raise ModelMismatch(f"{folder}: the model has format {info['format']}, this program reads format {FORMAT}; train it again with 'scorer train'")
        if hashlib.sha256(data).hexdigest() != info["tables_sha256"]:
            raise ModelMismatch(f"{arrays}: the file is not the one that model.json was written with; restore both, or train again with 'scorer train'")
        _check_features(folder, info["features"])
        loaded = load_arrays(data, str(arrays))
        tables = {kind: {name: StepTables.from_arrays(loaded, f"{kind}_{name}_") for name in HEADS} for kind in KINDS}
        if any(len(t.edges) != len(info["features"]) for heads in tables.values() for t in heads.values()):
            raise ModelMismatch(f"{folder}: the tables are not those of the features in model.json; train again with 'scorer train'")
        return Model(info, tables, hashlib.sha256(text).hexdigest())
    except ModelMismatch:
        raise
    except (KeyError, TypeError, ValueError, OSError, AttributeError, IndexError, RecursionError) as fault:
        raise ModelMismatch(f"{folder}: the model cannot be read ({fault}); restore it, or train again with 'scorer train'") from fault


def _check_features(folder: Path, listed: list[dict[str, Any]]) -> None:
    for entry in listed:
        known = FEATURES.get(entry["name"])
        if known is None:
            raise ModelMismatch(f"{folder}: the model uses the feature {entry['name']!r}, which this version of the package does not have; install the version that trained it, or train again")
        if known.version != entry["version"] or int(known.trust) != entry["direction"]:
            raise ModelMismatch(f"{folder}: the feature {entry['name']!r} has changed since the model was trained (version {entry['version']} there, {known.version} here); train again with 'scorer train'")


def save(folder: Path, info: dict[str, Any], tables: Mapping[str, Mapping[str, StepTables]]) -> None:
    """Writes a model folder; `info` lacks only the format and the hash of the tables, by kind of page and head."""
    arrays: dict[str, Floats] = {}
    for kind in KINDS:
        for name in HEADS:
            arrays |= tables[kind][name].arrays(f"{kind}_{name}_")
    savez(folder / "tables.npz", arrays)
    data = (folder / "tables.npz").read_bytes()
    info = {"format": FORMAT, **info, "tables_sha256": hashlib.sha256(data).hexdigest()}
    (folder / "model.json").write_bytes(orjson.dumps(info, option=orjson.OPT_INDENT_2) + b"\n")
