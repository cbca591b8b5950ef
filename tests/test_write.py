"""Do the scores arrive as they were, in every format, and never as half a file or a formula?"""

from __future__ import annotations

import csv
import gzip
import io
import math
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from scorer import score, write
from scorer.write import Unwritable

REASON = {
    "feature": "f",
    "effect": -0.5,
    "summary": "=1+1",
    "quotes": [{"part": "text", "start": 0, "end": 3, "text": "Tea"}],
}


def rows(**values: list[Any]) -> pa.Table:
    count = len(next(iter(values.values())))
    columns = {
        name: ["" if pa.types.is_string(kind) else [] if pa.types.is_list(kind) else 0] * count
        for name, kind in write.COLUMNS.items()
    }
    return write.table({**columns, **values})


TWO = {
    "id": ["a", "b"],
    "trust": [0.25, math.nan],
    "reasons": [[REASON], []],
    "words": [7, 0],
    "error": ["", "the page is empty"],
}


def written(path: Path, *tables: pa.Table) -> bytes:
    with write.writer(path, tables[0].schema) as append:
        for table in tables:
            append(table)
    return path.read_bytes()


def test_the_columns_are_those_that_scoring_gives() -> None:
    assert tuple(write.COLUMNS) == score.COLUMNS


def test_parquet(tmp_path: Path) -> None:
    written(tmp_path / "s.parquet", rows(**TWO), rows(id=["c"]))
    table = pq.read_table(tmp_path / "s.parquet")
    assert table.schema.names == list(write.COLUMNS)
    assert table.column("id").to_pylist() == ["a", "b", "c"]
    assert table.column("trust").to_pylist() == [0.25, None, 0.0]
    assert table.column("reasons").to_pylist() == [[REASON], [], []]


@pytest.mark.parametrize(("name", "unpack"), [("s.jsonl", bytes), ("s.jsonl.gz", gzip.decompress), ("s.jsonl.zst", lambda data: zstandard.ZstdDecompressor().stream_reader(data).read())])  # fmt: skip
def test_jsonl(tmp_path: Path, name: str, unpack: Any) -> None:
    lines = unpack(written(tmp_path / name, rows(**TWO))).splitlines()
    first, second = map(orjson.loads, lines)
    assert list(first) == list(write.COLUMNS)
    assert (first["trust"], first["reasons"], second["trust"], second["error"]) == (
        0.25,
        [REASON],
        None,
        "the page is empty",
    )


@pytest.mark.parametrize(("name", "unpack"), [("s.csv", bytes), ("s.csv.gz", gzip.decompress)])
def test_csv(tmp_path: Path, name: str, unpack: Any) -> None:
    first, second = csv.DictReader(io.StringIO(unpack(written(tmp_path / name, rows(**TWO))).decode()))
    assert (first["trust"], orjson.loads(first["reasons"]), second["trust"]) == ("0.25", [REASON], "")


@pytest.mark.parametrize("value", ['=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\tx", "\rx", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path, value: str) -> None:
    (row,) = csv.reader(
        io.StringIO(written(tmp_path / "s.csv", rows(id=[value], trust=[-0.5])).decode().partition("\n")[2], newline="")
    )
    assert row[0] == "'" + value
    assert row[2] == "-0.5"


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("s.parquet", "s.jsonl.gz", "s.jsonl.zst", "s.csv"):
        assert written(tmp_path / f"1{name}", rows(**TWO)) == written(tmp_path / f"2{name}", rows(**TWO))


KEPT: dict[str, tuple[list[list[Any]], pa.DataType, list[Any]]] = {
    # name: (the values of each part, the type of the whole, the whole)
    "numbers": ([[1, 2], [3.5]], pa.float64(), [1.0, 2.0, 3.5]),
    "absent at first": ([[None], ["a"]], pa.string(), [None, "a"]),
    "always absent": ([[None], [None]], pa.string(), [None, None]),
    "numbers and text": ([[1], ["a"]], pa.string(), ["1", "a"]),
    "mixed in one part": ([[1, "a", None]], pa.string(), ["1", "a", None]),
    "lists": ([[["a"]], [[]]], pa.list_(pa.string()), [["a"], []]),
    "objects of no one kind": ([[{"a": 1}], [{"a": "x"}]], pa.string(), ['{"a": 1}', '{"a": "x"}']),
    "too large": ([[2**70]], pa.string(), [str(2**70)]),
    "lone surrogates": ([["\ud800a"]], pa.string(), ["?a"]),
}


@pytest.mark.parametrize("name", KEPT)
def test_columns_that_are_kept_have_one_type(name: str) -> None:
    parts, kind, whole = KEPT[name]
    tables = [write.table({}, {"kept": values}) for values in parts]
    schema = write.unify(table.schema for table in tables)
    assert schema.field("kept").type == kind
    assert pa.concat_tables([write.conform(table, schema) for table in tables]).column("kept").to_pylist() == whole


def write_and_fail(path: Path) -> None:
    with write.writer(path, rows(**TWO).schema, overwrite=True) as append:
        append(rows(**TWO))
        raise RuntimeError


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "s.parquet").write_text("finished output")
    with pytest.raises(RuntimeError):
        write_and_fail(tmp_path / "s.parquet")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("s.parquet", "finished output")]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("there.parquet", "exists already; say --overwrite to replace it"),
        ("no/folder/s.parquet", "does not exist; create it first"),
        ("s.xlsx", "cannot tell the format"),
        ("s", "cannot tell the format"),
        ("s.parquet.gz", "cannot tell the format"),
        (".", "is a folder"),
    ],
)
def test_what_cannot_be_written_gives_a_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "there.parquet").touch()
    with pytest.raises(Unwritable, match=sentence):
        write.check(tmp_path / name, format="parquet" if name == "." else None)


def test_the_format_can_be_said(tmp_path: Path) -> None:
    assert write.check(tmp_path / "scores", format="csv") == "csv"
    with pytest.raises(Unwritable, match="there is no output format 'xls'"):
        write.check(tmp_path / "scores", format="xls")
