"""Is the model what it says it is, and refused when it is not?"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scorer import FEATURES, Model, Page, score_frame, score_page
from scorer.feature import Trust
from scorer.model import FACETS, KINDS
from scorer.shipped import ModelMismatch, model_folder
from scorer.tables import Heads, StepTables

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
FILES = sorted([*SAMPLES.glob("*.html"), *SAMPLES.glob("*.txt")])


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_folder("page-trust"), tmp_path / "model"))


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_golden_scores_hold(file: Path, model: Model) -> None:
    assert score_page(file.read_bytes(), model=model).score == pytest.approx(model.info["golden"][file.name], abs=1e-6)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_effects_and_intercept_sum_to_the_score(file: Path) -> None:
    result = score_page(file.read_bytes())
    assert math.fsum(result.effects.values()) + result.intercept == pytest.approx(result.score, abs=1e-9)
    assert set(result.facets) == set(FACETS)
    numbers = [result.trust, result.p_low, result.p_high, *result.facets.values()]
    assert all(0 <= x <= 1 for x in numbers)
    assert result.p_low + result.p_high <= 1 + 1e-12


def test_a_page_alone_equals_the_page_in_a_batch() -> None:
    texts = [f.read_text() for f in FILES if f.suffix == ".html"]
    batch = score_frame(pd.DataFrame({"html": texts}, index=[f"r{i}" for i in range(len(texts))]))
    alone = [score_page(text) for text in texts]
    assert list(batch.index) == [f"r{i}" for i in range(len(texts))]
    for column in ("trust", "p_low", "p_high"):
        assert batch[column].tolist() == [getattr(result, column) for result in alone]
    assert batch["verdict"].tolist() == [result.verdict for result in alone]


def test_quotes_are_what_stands_at_their_offsets() -> None:
    for file in FILES:
        page = Page.from_html(file.read_bytes()) if file.suffix == ".html" else Page.from_text(file.read_text())
        for reason in score_page(page).reasons:
            for quote in reason.quotes:
                assert page.part(quote.part)[quote.start : quote.end] == quote.text != ""


def test_moving_a_feature_its_way_never_moves_a_head_against_it(model: Model) -> None:
    for kind, head, sign in ((kind, head, sign) for kind in KINDS for head, sign in (("low", -1), ("high", 1))):
        tables = model.scales[kind].tables[head]
        for name, values in zip(model.features, tables.values, strict=True):
            direction = sign * int(FEATURES[name].trust)
            if direction != Trust.FREE:
                assert (np.diff(values[:-1]) * direction >= -1e-9).all(), (kind, head, name)


def test_expected_order_of_the_samples() -> None:
    trust = {file.name: score_page(file.read_bytes()).trust for file in FILES}
    bad = ["affiliate-best-blenders.html", "clickbait-gossip-slideshow.html", "doorway-plumber-city.html", "seo-filler-grout-drying.html", "doorway-locksmith.txt"]  # fmt: skip
    good = ["local-report-water-contract.html", "research-institute-nitrate-report.html", "documentation-retention.html", "good-report-bus-cuts.txt", "tested-recipe-plum-cake.html"]  # fmt: skip
    assert max(trust[name] for name in bad) < min(trust[name] for name in good)


def _json(change: Callable[[dict[str, object]], None]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        info = json.loads((folder / "model.json").read_text())
        change(info)
        (folder / "model.json").write_text(json.dumps(info))

    return tamper


def _flip(folder: Path) -> None:
    data = bytearray((folder / "tables.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "tables.npz").write_bytes(data)


def _first(info: dict[str, object]) -> dict[str, object]:
    listed = info["features"]
    assert isinstance(listed, list)
    return listed[0]


TAMPERED: dict[str, tuple[Callable[[Path], None], str]] = {
    "one bit of the tables": (_flip, "not the one that model.json was written with"),
    "no tables": (lambda folder: (folder / "tables.npz").unlink(), "there is no tables.npz"),
    "no json": (lambda folder: (folder / "model.json").unlink(), "there is no model.json"),
    "json that is none": (lambda folder: (folder / "model.json").write_text("{"), "cannot be read"),
    "json of a list": (lambda folder: (folder / "model.json").write_text("[]"), "cannot be read"),
    "another format": (_json(lambda info: info.update(format=99)), "this program reads format"),
    "an unknown feature": (_json(lambda info: _first(info).update(name="phase_of_the_moon")), "does not have"),
    "a changed feature": (_json(lambda info: _first(info).update(version=7)), "has changed since the model was trained"),
    "a feature less": (_json(lambda info: info.update(features=[_first(info)])), "not those of the features"),
    "thresholds gone": (_json(lambda info: info.pop("thresholds")), "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("trick", TAMPERED)
def test_a_tampered_model_is_refused_with_what_to_do(trick: str, copied: Path) -> None:
    tamper, said = TAMPERED[trick]
    tamper(copied)
    with pytest.raises(ModelMismatch, match=said):
        Model.load(copied)


def test_heads_look_up_what_their_tables_say() -> None:
    random = np.random.default_rng(1)
    tables = [
        StepTables(tuple(np.sort(random.normal(size=k)) for k in (3, 0, 5)), tuple(random.normal(size=k + 2) for k in (3, 0, 5)), 0.5)
        for _ in range(3)
    ]
    heads = Heads(tables)
    rows = random.normal(size=(50, 3))
    rows[random.random(rows.shape) < 0.2] = np.nan
    for row in rows:
        for head, table in enumerate(tables):
            assert heads.effects(row.tolist())[:, head].tolist() == table.effects(row[None])[0].tolist()


@pytest.mark.parametrize(
    ("page", "said"),
    [("", "empty"), (b"", "empty"), ("  \n", "empty"), (b"%PDF-1.4 x", "PDF"), (b"\x89PNG\r\n", "PNG"), (bytes(range(256)) * 8, "binary")],
)
def test_what_is_no_page_gets_a_sentence(page: str | bytes, said: str) -> None:
    result = score_page(page)
    assert said in result.error
    assert math.isnan(result.trust)
    assert result.verdict == ""


def test_three_words_are_nothing_to_judge() -> None:
    result = score_page("Only three words")
    assert (result.verdict, result.evidence, result.reasons[0].feature) == ("mixed", "none", "nothing_to_judge")
