"""Does the model's own report show the model that there is, and what was measured of it?"""

from __future__ import annotations

import math
import re
from functools import cache
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from test_explain import Reader
from test_report import cells

from scorer import model_report
from scorer.feature import FEATURES
from scorer.model import HEADS, Model
from scorer.model_report import HeldOut, Learned

ROOT = Path(__file__).parent.parent


@cache
def held() -> HeldOut:
    """Rows of the committed features, with chances and labels drawn so that chances come true."""
    random = np.random.default_rng(0)
    model = Model.load()
    table = pd.read_parquet(ROOT / "data" / "features.parquet", columns=["input", *model.features])[:2000]
    count = len(table)
    chances = {head: random.beta(0.6, 1.4, count) for head in HEADS}
    labels = {head: random.random(count) < chances[head] for head in HEADS}
    rating = np.where(labels["low"], 1.0, np.where(labels["high"], 5.0, 3.0))
    groups = random.choice(["wcxb", "web", "static"], count)
    inputs = table["input"].to_numpy(str)
    return HeldOut(chances, labels, rating, groups, inputs, inputs == "html", table[list(model.features)].to_numpy(float), (Learned(100, 0.7, 0.72), Learned(400, 0.8, 0.81)))


@cache
def report() -> str:
    return model_report.render(held(), Model.load())


def test_the_file_is_one_whole_and_small(tmp_path: Path) -> None:
    path = model_report.write(tmp_path, held(), Model.load())
    assert path.name == "report.html"
    assert path.stat().st_size < 1_000_000
    html = path.read_text("utf-8")
    reader = Reader(html)
    assert reader.all_closed
    assert not [key for _, attrs in reader.tags for key in attrs if key in ("style", "src") or key.startswith("on")]
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "").partition("</main>")[0].partition("<pre>")[0]


def test_charts_have_their_numbers_beside_them() -> None:
    html = report()
    figures = re.findall(r"<figure.*?</figure>", html, re.S)
    assert len(figures) == 5
    for figure in figures:
        says = re.search(r'aria-label="([^"]+)"', figure)
        caption = re.search(r"<figcaption>(.*?)</figcaption>", figure)
        assert says
        assert caption
        assert unescape(says[1]) == unescape(caption[1])
        assert figure.count("<tr>") > 2


def test_the_numbers_are_those_of_the_rows() -> None:
    rows = {row[0]: row for row in cells(report(), "slices-table")}
    found = held()
    chosen = (found.inputs == "html") & (found.groups == "web")
    row = rows["html, collections of news and articles"]
    assert row[1] == f"{int(chosen.sum()):,}"
    assert row[3:] == [f"{roc_auc_score(found.labels[head][chosen], found.chances[head][chosen]):.3f}" for head in HEADS]


def test_chances_that_come_true_lie_on_the_line() -> None:
    distances = re.search(r"Mean distance from it: p_low (0\.\d+), p_high (0\.\d+)", report())
    assert distances
    assert max(map(float, distances.groups())) < 0.06


def steps_of(html: str) -> dict[str, list[tuple[float, float]]]:
    """The steps of every feature as they are printed: (upper bound, effect); infinity above the last, NaN for unknown."""
    out: dict[str, list[tuple[float, float]]] = {}
    for name, about in re.findall(r"<summary>(\w+): about, and its steps</summary>(.*?)</details>", html, re.S):
        out[name] = []
        for bound, effect in re.findall(r'<tr><th scope="row">([^<]+)</th><td>([^<]+)</td></tr>', about):
            upper = math.nan if bound == "not known" else float(bound.removeprefix("up to ")) if bound.startswith("up to") else math.inf
            out[name].append((upper, float(effect)))
    return out


def test_every_feature_is_there_with_its_docstring_and_its_steps_make_the_score() -> None:
    html, model = report(), Model.load()
    steps = steps_of(html)
    assert sorted(steps) == sorted(model.features)
    for name in model.features:
        assert FEATURES[name].summary in unescape(html)
    row = [0.0] * len(model.features)
    by_hand = model.scales["html"].intercept
    for name in model.features:
        if steps[name]:
            by_hand += next(effect for upper, effect in steps[name] if upper >= 0.0)
    assert by_hand == pytest.approx(model.scales["html"].read(row).score, abs=0.0006 * len(model.features))
    unknown = model.scales["html"].intercept + sum(effect for name in model.features for upper, effect in steps[name] if math.isnan(upper))
    assert unknown == pytest.approx(model.scales["html"].read([math.nan] * len(model.features)).score, abs=0.0006 * len(model.features))


def test_without_a_learning_curve_the_rest_is_drawn() -> None:
    found = held()
    short = HeldOut(found.chances, found.labels, found.rating, found.groups, found.inputs, found.natural, found.rows)
    assert model_report.render(short, Model.load()).count("<figure") == 4
