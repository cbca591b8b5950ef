"""Does anything that a crawl contains hurt? Every input of `hostile_inputs`; time and memory: benchmarks/hostile.py."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from damage import cut_at, damaged
from hostile_inputs import FILES, GOOD, MODELS, PAGES

from scorer import Model, Page, address, score_page
from scorer.batch import score_files
from scorer.read import File, Notes, Record, read_file
from scorer.score import COLUMNS, score_columns
from scorer.shipped import ModelMismatch, load_arrays, model_folder

READER_FAULTS: dict[str, str] = {}
"""Tricks that the page reader does not stand yet, and what happens; a test that begins to pass says so."""
MODEL_FAULTS: dict[str, str] = {}


def names(tricks: Any, faults: dict[str, str]) -> list[Any]:
    return [
        pytest.param(name, marks=[pytest.mark.xfail(reason=faults[name], strict=True)] if name in faults else [])
        for name in tricks
    ]


def test_there_are_at_least_three_hundred_tricks() -> None:
    assert len(PAGES) + len(FILES) + len(MODELS) >= 300


# -- pages ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names(PAGES, READER_FAULTS))
def test_a_page_gives_a_row(name: str) -> None:
    trick = PAGES[name]
    row = score_columns([Record("a", trick.url, "", trick.content(), trick.kind)])  # type: ignore[arg-type]
    assert set(row) == set(COLUMNS)
    assert {len(cells) for cells in row.values()} == {1}
    assert "please report" not in row["error"][0]
    assert row["error"][0] or 0 <= row["trust"][0] <= 1
    for reason in row["reasons"][0]:
        for quote in reason["quotes"]:
            quote["text"].encode()  # lone surrogates would spoil the output


def test_no_page_changes_another() -> None:
    """All of them in one batch, with the same page between them."""
    records = []
    for name, trick in PAGES.items():
        records += [Record(name, trick.url, "", trick.content(3_000), trick.kind), Record("good", "", "", GOOD["html"], "html")]  # type: ignore[arg-type]
    rows = score_columns(records)
    assert rows["id"] == [record.id for record in records]
    assert len(set(rows["trust"][1::2])) == 1


def test_the_command_gives_every_page_its_row(tmp_path: Path) -> None:
    contents = [trick.content(20_000) for trick in PAGES.values()]
    data = [c.encode("utf-8", "replace") if isinstance(c, str) else c for c in contents]
    pq.write_table(
        pa.table({"id": list(PAGES), "html": pa.array(data, pa.binary())}), tmp_path / "pages.parquet", row_group_size=50
    )
    score_files(tmp_path / "pages.parquet", tmp_path / "scores.parquet", page_seconds=20)
    rows = pq.read_table(tmp_path / "scores.parquet")
    assert rows.column("id").to_pylist() == list(PAGES)
    assert not [error for error in rows.column("error").to_pylist() if "crashed" in error or "report" in error]
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["pages.parquet", "scores.parquet"]


SAMPLES = Path(__file__).parents[2] / "data" / "samples"


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir() if path.suffix in (".html", ".txt")))
def test_a_page_cut_short_or_spoilt_keeps_its_row(name: str) -> None:
    """The samples cut at 50 bytes and spoilt ten times; every page of the development corpus: benchmarks/cuts.py."""
    kind = "html" if name.endswith(".html") else "text"
    copies = list(damaged(name, (SAMPLES / name).read_bytes(), 50, 10))
    rows = score_columns([Record(ident, "", "", data, kind) for ident, data in copies])  # type: ignore[arg-type]
    assert rows["id"] == [ident for ident, _ in copies]
    assert not [error for error in rows["error"] if "report" in error]
    # A cut that leaves a body leaves a score.
    assert not [ident for (ident, data), error in zip(copies, rows["error"], strict=True) if error and Page.from_html(data).has_body]
    assert all(0 <= trust <= 1 for trust, error in zip(rows["trust"], rows["error"], strict=True) if not error)


def test_damage_is_done_and_can_be_done_again() -> None:
    data = (SAMPLES / "retold-news.html").read_bytes()
    copies = dict(damaged("a", data, 50, 10))
    assert copies == dict(damaged("a", data, 50, 10))
    assert data not in copies.values()
    assert len(set(cut_at("a", data, 50))) > 40


# -- files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_its_pages_or_a_sentence(name: str, tmp_path: Path) -> None:
    trick = FILES[name]
    file = tmp_path / f"input.{trick.suffix}"
    file.write_bytes(trick.content())
    notes = Notes()
    rows = list(read_file(File(str(file)), (), notes))
    if trick.rows >= 0:
        assert len(rows) == trick.rows, notes
    else:
        assert rows or notes.problems or trick.suffix.startswith("warc")  # archives may hold no page
    assert all("\n" not in problem and str(file) in problem for problem in notes.problems)


def test_a_folder_of_all_files_loses_none(tmp_path: Path) -> None:
    folder = tmp_path / "crawl"
    folder.mkdir()
    for number, trick in enumerate(FILES.values()):
        (folder / f"{number:03}.{trick.suffix}").write_bytes(trick.content())
    read = [record for number, trick in enumerate(FILES.values()) for record in read_file(File(str(folder / f"{number:03}.{trick.suffix}"), named=False), (), Notes())]  # fmt: skip
    tally = score_files(folder, tmp_path / "scores.jsonl", page_seconds=20)
    rows = [json.loads(line) for line in (tmp_path / "scores.jsonl").read_text("utf-8").split("\n")[:-1]]
    assert [row["id"] for row in rows] == [record.id for record in read]
    assert tally.pages == len(rows)


# -- models ---------------------------------------------------------------------------------------------------------------


def write_model(folder: Path, name: str) -> Path:
    shipped = model_folder("page-trust")
    info, tables = orjson.loads((shipped / "model.json").read_bytes()), (shipped / "tables.npz").read_bytes()
    what, content = MODELS[name]
    if what == "tables":
        assert isinstance(content, bytes)
        tables = content
        info["tables_sha256"] = hashlib.sha256(tables).hexdigest()
    elif isinstance(content, dict):
        info |= content
    (folder / "tables.npz").write_bytes(tables)
    (folder / "model.json").write_bytes(content if what == "whole" and isinstance(content, bytes) else orjson.dumps(info))
    return folder


@pytest.mark.parametrize("name", names(MODELS, MODEL_FAULTS))
def test_a_model_with_something_wrong_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match=tmp_path.name):
        Model.load(write_model(tmp_path, name))


@pytest.mark.parametrize("name", [name for name, (what, _) in MODELS.items() if what == "tables" and name not in ("arrays of nothing", "an archive of nothing", "arrays of other names")])  # fmt: skip
def test_arrays_that_are_none_are_refused(name: str) -> None:
    content = MODELS[name][1]
    assert isinstance(content, bytes)
    if name in ("an array of NaN", "steps without end", "an array of text"):
        load_arrays(content, "tables.npz")  # arrays they are; what they hold is the model's affair
        return
    with pytest.raises(ModelMismatch, match=r"^tables\.npz: "):
        load_arrays(content, "tables.npz")


@pytest.mark.parametrize("model", ["page-trust/tables.npz", "wording", "zones"])
def test_the_arrays_that_are_shipped_are_read_as_numpy_does(model: str) -> None:
    folder = model_folder(model.partition("/")[0])
    for file in folder.glob("*.npz"):
        ours = load_arrays(file.read_bytes(), file.name)
        with np.load(file, allow_pickle=False) as theirs:
            assert set(theirs.files) == set(ours)
            assert all(np.array_equal(theirs[name], ours[name]) for name in ours)


# -- urls -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("url: ")])
def test_a_url_is_taken_apart_without_raising(name: str) -> None:
    url = PAGES[name].url
    found = address.host(url)
    assert len(address.site(found)) <= 255
    assert isinstance(address.path(url), str)
    assert Page.from_text("A page of plain words.", url).url == url
    assert score_page(Page.from_text("A page of plain words. " * 20, url)).error == ""
