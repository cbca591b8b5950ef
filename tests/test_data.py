"""Does training refuse data that is not fit, and name the row?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from scorer.data import check_features, check_pages

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def pages() -> pd.DataFrame:
    return pd.read_csv(DATA / "pages.csv", dtype={"id": str}).head(40).copy()


def _set(row: int, column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = frame[column].astype(object)
        frame.at[row, column] = value
        return frame

    return change


FAULTS: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "missing id": (_set(3, "id", None), "row 5: the id None"),
    "id that is no hash": (_set(3, "id", "page-4"), "row 5: the id 'page-4' is not the SHA-1"),
    "duplicate": (lambda f: pd.concat([f, f.iloc[[2]]], ignore_index=True), "row 42: the id"),
    "rating out of range": (_set(0, "trust", 6), "row 2: trust is 6"),
    "rating that is no number": (_set(0, "trust", "good"), "row 2: trust is 'good'"),
    "flag out of range": (_set(1, "farm", 3), "row 3: farm is 3"),
    "page without a fold": (_set(1, "fold", None), "row 3: fold is"),
    "unknown kind": (_set(1, "kind", "poem"), "row 3: kind is 'poem'"),
    "missing column": (lambda f: f.drop(columns="trust"), "the column trust is missing"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_rating_is_named(fault: str, pages: pd.DataFrame) -> None:
    change, said = FAULTS[fault]
    problems = check_pages(change(pages))
    assert any(said in problem for problem in problems), problems


def test_a_domain_in_two_folds_is_named(pages: pd.DataFrame) -> None:
    pages.loc[0, "domain"] = pages.loc[1, "domain"] = "twice.example"
    pages.loc[0, "fold"], pages.loc[1, "fold"] = 0, 1
    assert any("twice.example lies in more than one fold" in p for p in check_pages(pages))


def test_the_committed_data_is_sound() -> None:
    rated = pd.read_csv(DATA / "pages.csv", dtype={"id": str})
    assert check_pages(rated) == []
    assert check_features(pd.read_parquet(DATA / "features.parquet"), rated) == []


def test_unknown_and_missing_features_are_named(pages: pd.DataFrame) -> None:
    table = pd.read_parquet(DATA / "features.parquet")
    table = table[table["id"].isin(pages["id"])]
    table = table.rename(columns={"hype_rate": "hipe_rate"})
    problems = check_features(table, pages)
    assert any("hipe_rate is no feature" in p for p in problems)
    assert any("the feature hype_rate is missing" in p for p in problems)
