"""How are scores stored so that no tool misreads them and no file is ever half written?

Rows go to Parquet, JSONL or CSV, by column, in one schema. A file is written beside its place (``scores.parquet.part``)
and renamed when it is complete.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

import orjson
import pyarrow as pa

from scorer.model import FACETS

Format = Literal["parquet", "jsonl", "csv"]
_FORMATS: dict[str, Format] = {"parquet": "parquet", "pq": "parquet", "jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv"}

_QUOTE = pa.struct([("part", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())])
_REASON = pa.struct(
    [("feature", pa.string()), ("effect", pa.float64()), ("summary", pa.string()), ("quotes", pa.list_(_QUOTE))]
)
COLUMNS: dict[str, pa.DataType] = {
    "id": pa.string(), "url": pa.string(), "trust": pa.float64(), "p_low": pa.float64(), "p_high": pa.float64(), "verdict": pa.string(),
    **dict.fromkeys(FACETS, pa.float64()), "reasons": pa.list_(_REASON), "evidence": pa.string(), "language": pa.string(),
    "words": pa.int32(), "truncated": pa.string(), "published_on": pa.string(), "main_topic": pa.string(), "body_keys": pa.list_(pa.int64()), "passage_keys": pa.list_(pa.int64()),
    "error": pa.string(), "model": pa.string(),
}  # fmt: skip
"""The columns of every output, in order; those of the features (``feature_<name>``) and those kept follow."""


class Unwritable(ValueError):
    """An output that cannot be written; the message is a sentence that names it and says what to do."""


def table(columns: Mapping[str, Sequence[Any]], kept: Mapping[str, Sequence[Any]] | None = None) -> pa.Table:
    """The output columns as an Arrow table; a number that is not known (NaN) becomes null.

    `kept` columns get the type that their values have, or become JSON text where these have none in common.
    """
    arrays = {
        name: pa.array(values, COLUMNS.get(name, pa.float64()), from_pandas=True) for name, values in columns.items()
    }
    for name, values in (kept or {}).items():
        try:
            arrays[name] = pa.array(values, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError, UnicodeEncodeError):
            arrays[name] = pa.array([None if value is None else _as_text(value) for value in values], pa.string())
    return pa.table(arrays)


def unify(schemas: Iterable[pa.Schema]) -> pa.Schema:
    """One schema that the tables of all these schemas can be cast to (`conform`)."""
    known: dict[str, pa.DataType] = {}
    for schema in schemas:
        for field in schema:
            known[field.name] = _common(known[field.name], field.type) if field.name in known else field.type
    return pa.schema([(name, pa.string() if pa.types.is_null(kind) else kind) for name, kind in known.items()])


def _common(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    if one == other:
        return one
    schemas = [pa.schema([("column", one)]), pa.schema([("column", other)])]
    try:
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.string()


def conform(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """`rows` cast to `schema`."""
    if rows.schema.equals(schema):
        return rows
    return pa.table([_cast(rows.column(field.name), field.type) for field in schema], schema=schema)


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if kind == pa.string() and not pa.types.is_null(column.type) and column.type != kind:
        return pa.chunked_array(
            [pa.array([None if value is None else _as_text(value) for value in column.to_pylist()], kind)]
        )
    return column.cast(kind)


def _as_text(value: Any) -> str:
    """A value of a kept column as text: strings as they are, other values as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace").decode()


# -- files ---------------------------------------------------------------------------------------------------------


def format_of(path: str | Path, format: str | None = None) -> Format:
    """The format asked for, or that which the name of the output ends in."""
    if format is not None:
        if format not in get_args(Format):
            raise Unwritable(f"there is no output format {format!r}; choose parquet, jsonl or csv")
        return _FORMATS[format]
    parts = Path(path).name.lower().split(".")
    ending = parts[-2] if len(parts) > 2 and parts[-1] in ("gz", "zst") else parts[-1]
    if ending not in _FORMATS or (ending in ("parquet", "pq") and ending != parts[-1]):
        raise Unwritable(
            f"cannot tell the format of {path}; end its name in .parquet, .jsonl or .csv (.jsonl.gz, .csv.zst), or say --format"
        )
    return _FORMATS[ending]


def check(path: str | Path, *, format: str | None = None, overwrite: bool = False) -> Format:
    """The format of an output that can be written at `path`; raises `Unwritable` where none can."""
    found = format_of(path, format)
    path = Path(path)
    folder = path.absolute().parent
    if path.is_dir():
        raise Unwritable(f"{path} is a folder; name a file in it, such as {path / 'scores.parquet'}")
    if path.exists() and not overwrite:
        raise Unwritable(f"{path} exists already; say --overwrite to replace it, or choose another name")
    if not folder.is_dir():
        raise Unwritable(f"the folder {folder} does not exist; create it first, for example with: mkdir -p {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Unwritable(f"the folder {folder} may not be written to; choose another, or change its permissions")
    return found


def write_beside(path: Path, text: str) -> None:
    """Writes a file that is either there in full or not at all."""
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


@contextmanager
def writer(
    path: str | Path, schema: pa.Schema, *, format: str | None = None, overwrite: bool = False
) -> Iterator[Callable[[pa.Table], None]]:
    """A function that appends tables of this schema to the output, which is at `path` once all of them are in."""
    found = check(path, format=format, overwrite=overwrite)
    beside = Path(f"{path}.part")
    try:
        with _WRITERS[found](beside, str(path), schema) as write:
            yield write
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _parquet(beside: Path, path: str, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(beside, schema, compression="zstd") as file:
        yield file.write_table


@contextmanager
def _jsonl(beside: Path, path: str, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    def write(rows: pa.Table) -> None:
        for row in rows.to_pylist():
            stream.write(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE))

    with _packed(beside, path) as stream:
        yield write


@contextmanager
def _csv(beside: Path, path: str, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    def write(rows: pa.Table) -> None:
        lines.writerows(zip(*([_cell(value) for value in column.to_pylist()] for column in rows.columns), strict=True))

    with _packed(beside, path) as stream, io.TextIOWrapper(stream, "utf-8", newline="") as text:
        lines = csv.writer(text)  # its line ends, \r\n, make it quote cells with either of the two
        lines.writerow([_cell(name) for name in schema.names])
        yield write


_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets begin a formula with; those set to East Asian languages take the wide forms too."""


def _cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula: it would run what a page's author wrote.

    >>> _cell("=HYPERLINK(1)"), _cell(-0.25), _cell("-0.25"), _cell(None)
    ("'=HYPERLINK(1)", '-0.25', '-0.25', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        dangerous = value.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(value)
        return "'" + value if dangerous else value
    if isinstance(value, (list, dict)):
        return orjson.dumps(value, default=str).decode()
    return str(value)


@contextmanager
def _packed(beside: Path, path: str) -> Iterator[BinaryIO]:
    with beside.open("wb") as file:
        if path.endswith(".gz"):
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as stream:  # no name and time in it: same rows, same bytes
                yield stream  # type: ignore[misc]
        elif path.endswith(".zst"):
            import zstandard

            with zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False) as stream:
                yield stream
        else:
            yield file


_WRITERS = {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}
