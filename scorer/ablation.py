"""What do the figures owe to, and what does each family of features bring?

The page model is trained again without one family at a time, on the same folds; what it loses is what the family brings
beyond the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from scorer.blocks import Floats
from scorer.data import EVALUATED
from scorer.feature import FEATURES
from scorer.train import LOW_WEIGHT, Training, cross_validate


def families() -> dict[str, list[str]]:
    """The features of each family; the readings of the words are one of their own, since they carry most."""
    found: dict[str, list[str]] = {}
    for name, known in FEATURES.items():
        found.setdefault("wording (readings)" if known.reason == "wording" else known.family, []).append(name)
    return found


def table(data: Training, scores: Mapping[str, Floats], kind: str = "html") -> Iterator[str]:
    """Lines of a table: for each family what the metrics lose without it, largest first. `scores`: those of the whole model, by head."""
    from scorer.evaluate import metrics

    trust, group = data.pages["trust"].to_numpy(float), data.pages["group"].to_numpy()
    shown = data.table["input"].to_numpy() == kind

    def measured(found: Mapping[str, Floats]) -> Floats:
        score = found["high"] - LOW_WEIGHT * found["low"]
        rows = [shown & (group == name) for name in EVALUATED]
        return np.array([metrics(trust[m], found["low"][m], found["high"][m], score[m]) for m in rows]).ravel()

    whole = measured(scores)
    losses = {}
    for family, names in families().items():
        kept = [name for name in FEATURES if name not in set(names)]
        losses[family] = whole - measured(cross_validate(data, ("low", "high"), using=kept, kinds=("html",)))
    yield "| family | features | " + " | ".join(f"{g}: AUC low | AUC high | Spearman" for g in EVALUATED) + " |"
    yield "|---" * (2 + 3 * len(EVALUATED)) + "|"
    for family, lost in sorted(losses.items(), key=lambda pair: -float(pair[1].mean())):
        yield f"| {family} | {len(families()[family])} | " + " | ".join(f"{value:+.4f}" for value in lost) + " |"


def redrawn_table(path: Path) -> list[str]:
    """Lines of a table of what `scorer.seeds` found on folds drawn anew: mean and standard deviation over the seeds."""
    found = pd.read_csv(path)
    lines = ["| group | AUC low | AUC high | Spearman |", "|---|---|---|---|"]
    for name in EVALUATED:
        values = found.loc[found["group"] == name, ["auc_low", "auc_high", "spearman"]]
        cells = [f"{mean:.3f} ± {spread:.3f}" for mean, spread in zip(values.mean(), values.std(), strict=True)]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines
