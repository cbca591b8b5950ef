"""How much do the figures owe to which domains fell into which fold?

`make seeds CORPUS=...`: everything that sees ratings (the readings of words and markup, and the page model) is trained and
measured again on folds that are drawn anew, domain by domain, and data/seeds.csv keeps what came out. The zones are not: they
do not see ratings.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from scorer import corpus, train_build, train_features, train_wording
from scorer.data import EVALUATED, FOLDS
from scorer.evaluate import metrics
from scorer.train import LOW_WEIGHT, Training, cross_validate

SEEDS = range(1, 6)


def redrawn(rated: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The pages with other folds: each domain goes into one at random, so that folds have as many domains as each other."""
    domains = np.array(sorted(set(rated["domain"])))
    place = np.random.default_rng(seed).permutation(len(domains)) % len(FOLDS)
    return rated.assign(fold=rated["domain"].map(dict(zip(domains, place.tolist(), strict=True))))


def measure(source: Path, data: Path, cache: Path) -> pd.DataFrame:
    """Columns seed, group, auc_low, auc_high, spearman; HTML only."""
    rated = corpus.ratings(source, data / "further.csv")
    table, counts, built = train_features.measure(source, cache, rated)
    found = []
    for seed in SEEDS:
        pages = redrawn(rated, seed)
        worded, _ = train_wording.cross_fit(counts, pages)
        made, _ = train_build.cross_fit(built, pages)
        rows = train_features.joined(table, worded.merge(made, on=["id", "input"], how="left"), pages)
        training = Training(rows, pages.set_index("id").loc[rows["id"]].reset_index())
        scores = cross_validate(training, ("low", "high"), kinds=("html",))
        trust, group = training.pages["trust"].to_numpy(float), training.pages["group"].to_numpy()
        for name in EVALUATED:
            m = (rows["input"] == "html").to_numpy() & (group == name)
            low, high = scores["low"][m], scores["high"][m]
            found.append((seed, name, *metrics(trust[m], low, high, high - LOW_WEIGHT * low)))
    return pd.DataFrame(found, columns=["seed", "group", "auc_low", "auc_high", "spearman"]).round(4)


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path("data"), Path("build/texts.parquet")).to_csv("data/seeds.csv", index=False)
