"""Does the report say of the model and of its peers what is so?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scorer.corpus import INPUTS
from scorer.data import EVALUATED, PAGE_COLUMNS
from scorer.evaluate import LEAST_SLICE, Evaluation, metrics, read_facts, read_peers
from scorer.feature import FEATURES
from scorer.model import FACETS
from scorer.train import Training, stepped

DATA = Path(__file__).parent.parent / "data"
PAGES = 120


@cache
def evaluation() -> Evaluation:
    """Pages of noise in a few features and the readings, in each input; one peer that was asked of all, one of HTML alone, one that tells flags too."""
    random = np.random.default_rng(5)
    ids = [f"{n:040x}" for n in range(PAGES)]
    told = {"accountability_rate", "hype_rate", "body_word_count", *(set(FEATURES) - set(stepped()))}
    table = pd.concat([pd.DataFrame({name: random.normal(size=PAGES) if name in told else np.zeros(PAGES) for name in FEATURES}).assign(id=ids, input=kind) for kind in INPUTS], ignore_index=True)
    rated = pd.DataFrame(dict.fromkeys(PAGE_COLUMNS, 0), index=range(PAGES)).assign(id=ids, domain=ids, fold=np.arange(PAGES) % 5, trust=random.integers(1, 6, PAGES), sample="random", kind="news")
    rated["group"] = np.array(EVALUATED)[np.arange(PAGES) % 3]
    for flag in ("farm", "clickbait", "aggregation", "promo", "unrelated"):
        rated[flag] = random.integers(0, 3, PAGES)
    data = Training(table, rated.set_index("id").loc[table["id"]].reset_index())
    rating = data.pages["trust"].to_numpy(float)
    html = (data.table["input"] == "html").to_numpy()
    peers = {
        "one that knows": rating, "one asked of HTML": np.where(html, random.normal(size=len(rating)), np.nan), "TF-IDF, ridge": random.normal(size=len(rating)),
        **{f"TF-IDF, ridge|{facet}": random.normal(size=len(rating)) for facet in FACETS},
    }  # fmt: skip
    facts = pd.DataFrame({"language": "en", "year": 2015.0, "leaning": None, "site_pages": 1, "site_lists": 0}, index=range(len(rating)))
    facts.loc[facts.index % PAGES < LEAST_SLICE - 1, "year"] = 2021.0
    facts.loc[facts.index % PAGES >= PAGES - LEAST_SLICE, "leaning"] = "left"
    return Evaluation(data, peers, facts)


def cells(lines: list[str]) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_each_peer_has_a_row_for_each_input_that_it_was_asked_of() -> None:
    found = evaluation()
    heads, _, *rows = cells(found.main_table())
    assert {len(row) for row in rows} == {len(heads)}
    asked = {(row[0], row[1]) for row in rows}
    assert {(kind, "one that knows") for kind in INPUTS} | {(kind, "TF-IDF, ridge") for kind in INPUTS} <= asked
    assert [kind for kind, name in asked if name == "one asked of HTML"] == ["html"]
    assert not [name for _, name in asked if "|" in name or name.startswith("TF-IDF, ridge|")]


def test_the_figures_of_a_peer_are_those_of_its_expectations() -> None:
    found = evaluation()
    rows = {(row[0], row[1]): row[2:] for row in cells(found.main_table())}
    assert rows["lexbor", "one that knows"] == ["1.000"] * 9
    said = found.peers["one asked of HTML"]
    by_hand: list[str] = []
    for group in EVALUATED:
        m = found.rows_of("html", group)
        by_hand += [f"{v:.3f}" for v in metrics(found.trust[m], -said[m], said[m], said[m])]
    assert rows["html", "one asked of HTML"] == by_hand


def test_facets_stand_beside_the_words_that_tell_them() -> None:
    heads, _, *rows = cells(evaluation().facet_table())
    assert heads[7:] == ["TF-IDF, ridge: wcxb", "web", "static"]
    assert [row[0] for row in rows] == list(FACETS)
    assert {len(row) for row in rows} == {10}


def test_slices_that_are_too_small_are_left_out() -> None:
    _, _, *rows = cells(evaluation().fairness_table())
    found = {row[0]: row for row in rows}
    assert set(found) == {"language: English", "year: 2013-2016", "leaning: left", "site: 1 page in the corpus", "site: on no public list"}
    assert found["leaning: left"][1] == str(LEAST_SLICE)


def test_a_slice_tells_false_alarms_of_both_kinds() -> None:
    found = evaluation()
    heads, _, *rows = cells(found.fairness_table())
    row = dict(zip(heads, next(row for row in rows if row[0] == "year: 2013-2016"), strict=True))
    m = (found.kind == "html") & (found.facts["year"] == 2015).to_numpy()  # type: ignore[index]
    low, high = found.chance("low"), found.chance("high")
    good, bad = m & (found.trust >= 3), m & (found.trust <= 2)
    assert row["mean rating"] == f"{found.trust[m].mean():.2f}"
    assert row["false alarms: rated 3-5 with p_low ≥ 0.5"] == f"{(low[good] >= 0.5).mean():.1%}"
    assert row["missed: rated 1-2 with p_high ≥ 0.5"] == f"{(high[bad] >= 0.5).mean():.1%}"


def test_what_peers_said_is_whole_and_small() -> None:
    said = pd.read_parquet(DATA / "baseline.parquet")
    rated = pd.read_csv(DATA / "pages.csv")
    evaluated = set(rated.loc[rated["group"].isin(EVALUATED), "id"])
    assert (DATA / "baseline.parquet").stat().st_size < 1_000_000
    assert not said.duplicated(["id", "input"]).any()
    for kind, rows in said.groupby("input"):
        assert set(rows["id"]) == evaluated, kind
        known = rows.drop(columns=["id", "input"]).notna().mean()
        assert known.isin([0.0, 1.0]).all(), kind
    assert set(said["input"]) == set(INPUTS)
    peers = said.drop(columns=["id", "input"])
    ratings = peers[[name for name in peers if "|" not in name]]
    assert ratings.min().min() > -2
    assert ratings.max().max() < 8


def test_without_the_files_the_report_goes_without_them(tmp_path: Path) -> None:
    data = evaluation().data
    assert read_peers(tmp_path / "baseline.parquet", data) == {}
    assert read_facts(tmp_path / "facts.csv", data) is None


@pytest.mark.parametrize("name", ["language", "year", "leaning", "site_pages", "site_lists"])
def test_facts_are_of_every_evaluated_page(name: str) -> None:
    facts, rated = pd.read_csv(DATA / "facts.csv"), pd.read_csv(DATA / "pages.csv")
    assert set(facts["id"]) == set(rated.loc[rated["group"].isin(EVALUATED), "id"])
    assert facts[name].notna().any()
