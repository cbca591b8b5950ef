"""What rows do these files of scores hold?

Parquet, JSONL and CSV as `scorer score` and the engines write them, packed or not, and folders of them, become a stream
of tables of one shape, `WANTED` and whatever columns were asked for, a few thousand rows at a time. A column that a file
does not have is null there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from scorer.model import FACETS
from scorer.read import Unreadable

ROWS = 20_000
_BLOCK = 16_000_000
"""Bytes of JSONL or CSV that are read at a time; one row must fit in them."""
_ROWS_TO_KNOW = 100
_REASONS = pa.list_(pa.struct([("feature", pa.string()), ("effect", pa.float64()), ("summary", pa.string())]))
WANTED: dict[str, pa.DataType] = {
    "id": pa.string(), "url": pa.string(), "trust": pa.float64(), "p_low": pa.float64(), "p_high": pa.float64(), "verdict": pa.string(),
    **dict.fromkeys(FACETS, pa.float64()), "reasons": _REASONS, "evidence": pa.string(), "language": pa.string(), "words": pa.float64(),
    "error": pa.string(), "model": pa.string(),
}  # fmt: skip
_NEEDED = ("trust", "verdict")
_ENDINGS = {"parquet": "parquet", "pq": "parquet", "jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv"}
_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd"}


class Source(NamedTuple):
    """One file of scores: where, and its format."""

    path: Path
    format: str


def find(inputs: Sequence[str | Path]) -> list[Source]:
    """The files of these paths, those of a folder in the order of their names. Raises `Unreadable` where there is none."""
    found: list[Source] = []
    for given in map(Path, inputs):
        if not given.exists():
            raise Unreadable(f"{given} does not exist; give a file that 'scorer score' wrote")
        files = sorted(p for p in given.rglob("*") if p.is_file() and not p.name.startswith((".", "_"))) if given.is_dir() else [given]
        known = [Source(file, kind) for file in files if (kind := _format(file))]
        if not known:
            raise Unreadable(f"{given} holds no scores: give Parquet, JSONL or CSV that 'scorer score' wrote")
        found += known
    return found


def _format(file: Path) -> str:
    with file.open("rb") as opened:
        if opened.read(4) == b"PAR1":
            return "parquet"
    endings = [part.lower() for part in file.name.split(".")[1:]]
    return next((_ENDINGS[part] for part in reversed(endings) if part in _ENDINGS), "")


def columns(source: Source) -> list[str]:
    """The names of the columns that a file has."""
    with _sentences(source), ExitStack() as stack:
        return _NAMES[source.format](source.path, stack)


def read(sources: Iterable[Source], extra: Sequence[str] = ()) -> Iterator[pa.Table]:
    """The rows of these files, in order. Raises `Unreadable` for a file that is damaged or holds no scores."""
    wanted = WANTED | {name: pa.string() for name in extra if name not in WANTED}
    for source in sources:
        names = columns(source)
        missing = [name for name in _NEEDED if name not in names]
        if missing and names:
            raise Unreadable(f"{source.path} has no column {missing[0]!r}; give a file that 'scorer score' wrote")
        with _sentences(source), ExitStack() as stack:
            for table in _FORMATS[source.format](source.path, wanted, stack):
                yield pa.table({name: _as(table, name, kind) for name, kind in wanted.items()})


@contextmanager
def _sentences(source: Source) -> Iterator[None]:
    """Turns what a damaged file raises into a sentence."""
    try:
        yield
    except (pa.ArrowException, orjson.JSONDecodeError, UnicodeDecodeError, EOFError) as fault:
        said = (str(fault).splitlines() or [""])[0][:200]
        raise Unreadable(
            f"{source.path} cannot be read as {source.format} ({said}); score the pages again, or leave the file out"
        ) from fault
    except OSError as fault:
        if fault.errno is not None:
            raise
        raise Unreadable(
            f"{source.path} cannot be unpacked ({fault}); score the pages again, or leave the file out"
        ) from fault


def _as(table: pa.Table, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    if name not in table.column_names:
        return pa.chunked_array([pa.nulls(table.num_rows, kind)])
    column = table.column(name)
    if name == "reasons":
        return _reasons(column)
    if column.type == kind:
        return column
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_nested(column.type):
        return pa.chunked_array([pa.array([None if v is None else str(v) for v in column.to_pylist()], kind)])
    return column.cast(kind, safe=False)


def _reasons(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Reasons as lists of feature, effect and summary; in CSV they are JSON text."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        rows = [orjson.loads(cell) if cell else [] for cell in column.to_pylist()]
        return pa.chunked_array([pa.array([[{n: r.get(n) for n in ("feature", "effect", "summary")} for r in row] for row in rows], _REASONS)])
    if not pa.types.is_list(column.type) and not pa.types.is_large_list(column.type):
        return pa.chunked_array([pa.nulls(len(column), _REASONS)])
    return column if column.type == _REASONS else pa.chunked_array([_slim(chunk) for chunk in column.chunks] or [pa.array([], _REASONS)])


def _slim(chunk: pa.ListArray) -> pa.ListArray:
    """A chunk of reasons without their quotes."""
    flat = pc.list_flatten(chunk)
    fields = [flat.field(name).cast(kind) if name in flat.type.names else pa.nulls(len(flat), kind) for name, kind in (("feature", pa.string()), ("effect", pa.float64()), ("summary", pa.string()))]
    lengths = pc.fill_null(pc.list_value_length(chunk), 0).cast(pa.int64())
    offsets = pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(lengths)]).cast(pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(fields, ["feature", "effect", "summary"]))


# -- formats -------------------------------------------------------------------------------------------------------


def _parquet_names(path: Path, stack: ExitStack) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_schema(path).names)


def _parquet(path: Path, wanted: dict[str, pa.DataType], stack: ExitStack) -> Iterator[pa.Table]:
    import pyarrow.parquet as pq

    file = stack.enter_context(pq.ParquetFile(path))
    # Quotes are most of the bytes of a file of scores, and are not read here.
    leaves = [file.schema.column(i).path for i in range(len(file.schema))]
    parts = {leaf: leaf.split(".") for leaf in leaves}
    few = ("feature", "effect", "summary", "reasons")
    chosen = [leaf for leaf, steps in parts.items() if steps[0] in wanted and (steps[0] != "reasons" or steps[-1] in few)]
    for batch in file.iter_batches(batch_size=ROWS, columns=chosen, use_threads=False):
        yield pa.Table.from_batches([batch])


def _first_rows(path: Path, stack: ExitStack) -> list[dict[str, Any]]:
    lines = stack.enter_context(io.TextIOWrapper(_unpacked(path, stack), "utf-8"))
    rows = [orjson.loads(line) for line in islice(lines, _ROWS_TO_KNOW) if line.strip()]
    return [row for row in rows if isinstance(row, dict)]


def _jsonl_names(path: Path, stack: ExitStack) -> list[str]:
    return list(dict.fromkeys(name for row in _first_rows(path, stack) for name in row))


def _jsonl(path: Path, wanted: dict[str, pa.DataType], stack: ExitStack) -> Iterator[pa.Table]:
    from pyarrow import json

    first = _first_rows(path, stack)
    types = {name: kind if name in WANTED else _type_of(name, first) for name, kind in wanted.items()}
    options = json.ParseOptions(explicit_schema=pa.schema(types), unexpected_field_behavior="ignore")
    opened = json.open_json(_unpacked(path, stack), read_options=json.ReadOptions(use_threads=False, block_size=_BLOCK), parse_options=options)
    for batch in stack.enter_context(opened):
        yield pa.Table.from_batches([batch])


def _type_of(name: str, rows: Sequence[dict[str, Any]]) -> pa.DataType:
    """The type of a column that was passed through: that of its first value, for a file has one type a column."""
    value = next((row[name] for row in rows if row.get(name) is not None), "")
    return {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}.get(type(value), pa.string())


def _csv_names(path: Path, stack: ExitStack) -> list[str]:
    lines = stack.enter_context(io.TextIOWrapper(_unpacked(path, stack), "utf-8", newline=""))
    return next(csv.reader(lines), [])


def _csv(path: Path, wanted: dict[str, pa.DataType], stack: ExitStack) -> Iterator[pa.Table]:
    from pyarrow import csv

    types = {name: pa.string() if name == "reasons" else kind for name, kind in wanted.items()}
    opened = csv.open_csv(
        _unpacked(path, stack), parse_options=csv.ParseOptions(newlines_in_values=True),
        read_options=csv.ReadOptions(use_threads=False, block_size=_BLOCK),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )  # fmt: skip
    for batch in stack.enter_context(opened):
        yield pa.Table.from_batches([batch])


_NAMES = {"parquet": _parquet_names, "jsonl": _jsonl_names, "csv": _csv_names}
_FORMATS = {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}


def _unpacked(path: Path, stack: ExitStack) -> Any:
    with path.open("rb") as file:
        packing = _PACKED.get(file.read(2))
    return stack.enter_context(pa.input_stream(str(path), compression=packing))
