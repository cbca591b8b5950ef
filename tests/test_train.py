"""Does the fit of the page model keep to the directions of the features, and can it be had without some?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from scorer.data import PAGE_COLUMNS
from scorer.feature import FEATURES
from scorer.train import Training, fit, readings, stepped, uses


def _training(pages: int = 400) -> Training:
    """Pages whose every feature is noise but two: one that raises trust as it says, one that does the contrary."""
    random = np.random.default_rng(4)
    table = pd.DataFrame({name: random.normal(size=pages) for name in FEATURES})
    trust = np.where(table["accountability_rate"] + table["hype_rate"] + random.normal(size=pages) > 0, 4, 2)
    table.loc[random.random(pages) < 0.2, "hedge_rate"] = np.nan
    rated = pd.DataFrame(dict.fromkeys(PAGE_COLUMNS, 0), index=range(pages)).assign(trust=trust, fold=np.arange(pages) % 5)
    return Training(table.assign(id=[str(n) for n in range(pages)], input="html"), rated)


def test_tables_keep_to_the_directions_of_the_features() -> None:
    data = _training()
    tables = fit("high", data, data.rows(), np.ones(len(data.table), np.bool_))
    for name, values in zip(data.features, tables.values, strict=True):
        assert (np.diff(values[:-1]) * int(FEATURES[name].trust) >= 0).all(), name
    spread = {name: np.ptp(values[:-1]) for name, values in zip(data.features, tables.values, strict=True)}
    assert spread["accountability_rate"] > 0.3
    assert spread["hype_rate"] == 0  # says the contrary of its direction
    assert set(uses("high")) | set(readings("high")) >= {n for n, s in spread.items() if s > 0}


def test_readings_of_the_words_keep_to_their_directions_too() -> None:
    """What three readings share one of them could win by falling; a better sound must never lower trust."""
    data = _training()
    loud = data.table["wording_high"].to_numpy(float)
    data.table["wording_trust"] = loud + np.random.default_rng(5).normal(size=len(loud)) / 2
    data.pages["trust"] = np.where(2 * loud - data.table["wording_trust"] > 0, 4, 2)
    for head, sign in (("high", 1), ("low", -1)):
        tables = fit(head, data, data.rows(), np.ones(len(data.table), np.bool_))
        steps = {name: np.diff(tables.values[data.features.index(name)][:-1]) * sign for name in readings(head)}
        assert all((step >= 0).all() for step in steps.values())
        assert steps["wording_high"].sum() > 0.3


def test_what_may_not_be_used_says_nothing() -> None:
    data = _training()
    tables = fit("low", data, data.rows(), np.ones(len(data.table), np.bool_), using=stepped())
    for name in readings("low"):
        assert not tables.values[data.features.index(name)].any()
