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
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from scorer.model import FACETS
from scorer.read import MAX_LINE, Unreadable

ROWS = 20_000
TEXT_ROWS = 4_000
"""Rows that are held at a time, of Parquet and of the text formats, whose quotes pass through memory."""
_ROWS_TO_KNOW = 100
_FIELDS: dict[str, pa.DataType] = {"feature": pa.string(), "effect": pa.float64(), "summary": pa.string()}
"""What is read of a reason; its quotes are not."""
_REASONS = pa.list_(pa.struct(list(_FIELDS.items())))
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
    except (pa.ArrowException, orjson.JSONDecodeError, UnicodeDecodeError, csv.Error, EOFError) as fault:
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
    """A column of a Parquet file in the type that is wanted."""
    if name not in table.column_names:
        return pa.chunked_array([pa.nulls(table.num_rows, kind)])
    column = table.column(name)
    if column.type == kind:
        return column
    if name == "reasons":
        if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
            return pa.chunked_array([_slim(chunk) for chunk in column.chunks] or [pa.array([], _REASONS)])
        return pa.chunked_array([pa.nulls(table.num_rows, _REASONS)])
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_nested(column.type):
        return pa.chunked_array([_column(name, kind, column.to_pylist())])
    return column.cast(kind, safe=False)


def _column(name: str, kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    """Values of JSONL or CSV as a column of the type that is wanted; empty text is no number."""
    if name == "reasons":
        return _lists([orjson.loads(value or "[]") if isinstance(value, str) else value or [] for value in values])
    if pa.types.is_floating(kind):
        return pa.array([float(value) if value not in (None, "") else None for value in values], kind)
    return pa.array([value if value is None or isinstance(value, str) else str(value) for value in values], kind)


def _lists(rows: Sequence[Sequence[dict[str, Any]]]) -> pa.Array:
    """Reasons by column: many times faster than to hand over dictionaries."""
    ends = list(accumulate(map(len, rows), initial=0))
    flat = [reason for row in rows for reason in row]
    fields = [pa.array([reason.get(name) for reason in flat], kind) for name, kind in _FIELDS.items()]
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.StructArray.from_arrays(fields, list(_FIELDS)))


def _slim(chunk: pa.ListArray) -> pa.ListArray:
    """A chunk of reasons without their quotes."""
    flat = pc.list_flatten(chunk)
    fields = [flat.field(name).cast(kind) if name in flat.type.names else pa.nulls(len(flat), kind) for name, kind in _FIELDS.items()]
    lengths = pc.fill_null(pc.list_value_length(chunk), 0).cast(pa.int64())
    offsets = pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(lengths)]).cast(pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(fields, list(_FIELDS)))


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
    few = (*_FIELDS, "reasons")
    chosen = [leaf for leaf, steps in parts.items() if steps[0] in wanted and (steps[0] != "reasons" or steps[-1] in few)]
    for batch in file.iter_batches(batch_size=ROWS, columns=chosen, use_threads=False):
        yield pa.Table.from_batches([batch])


def _jsonl_rows(path: Path, stack: ExitStack) -> Iterator[tuple[int, dict[str, Any]]]:
    lines = stack.enter_context(io.TextIOWrapper(_unpacked(path, stack), "utf-8"))
    for number, line in enumerate(lines, 1):
        if line.strip():
            row = orjson.loads(line)
            if not isinstance(row, dict):
                raise Unreadable(f"{path}, line {number}: there is no JSON object; give a file that 'scorer score' wrote")
            yield number, row


def _jsonl_names(path: Path, stack: ExitStack) -> list[str]:
    first = islice(_jsonl_rows(path, stack), _ROWS_TO_KNOW)
    return list(dict.fromkeys(name for _, row in first for name in row))


def _jsonl(path: Path, wanted: dict[str, pa.DataType], stack: ExitStack) -> Iterator[pa.Table]:
    rows = _jsonl_rows(path, stack)
    while some := [row for _, row in islice(rows, TEXT_ROWS)]:
        yield _table(path, wanted, {name: [row.get(name) for row in some] for name in wanted})


def _csv_rows(path: Path, stack: ExitStack) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_LINE)
    lines = stack.enter_context(io.TextIOWrapper(_unpacked(path, stack), "utf-8", newline=""))
    return csv.reader(lines)


def _csv_names(path: Path, stack: ExitStack) -> list[str]:
    return next(_csv_rows(path, stack), [])


def _csv(path: Path, wanted: dict[str, pa.DataType], stack: ExitStack) -> Iterator[pa.Table]:
    rows = _csv_rows(path, stack)
    head = next(rows, [])
    at = {name: head.index(name) for name in wanted if name in head}
    while some := list(islice(rows, TEXT_ROWS)):
        yield _table(path, wanted, {name: [row[i] if i < len(row) else None for row in some] for name, i in at.items()})


def _table(path: Path, wanted: dict[str, pa.DataType], columns: dict[str, list[Any]]) -> pa.Table:
    made = {}
    for name, values in columns.items():
        try:
            made[name] = _column(name, wanted[name], values)
        except (ValueError, TypeError, AttributeError) as fault:
            raise Unreadable(f"{path}: the column {name!r} holds what no score is ({fault}); give a file that 'scorer score' wrote") from fault
    return pa.table(made)


_NAMES = {"parquet": _parquet_names, "jsonl": _jsonl_names, "csv": _csv_names}
_FORMATS = {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}


def _unpacked(path: Path, stack: ExitStack) -> Any:
    with path.open("rb") as file:
        packing = _PACKED.get(file.read(2))
    return stack.enter_context(pa.input_stream(str(path), compression=packing))
