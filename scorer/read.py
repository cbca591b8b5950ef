"""What pages does this input hold?

Archives (WARC, WET), tables (Parquet, JSONL, CSV), single HTML and text files, folders and globs of them, and standard
input ("-") become one stream of `Record`s, in order and in bounded memory. A file is known by its content; the ending of
its name decides only what content leaves open.

Nothing is dropped silently: a row that cannot be read is a `Record` with `error`, a file that cannot be read is a
sentence in `Notes.problems`, and what is no page (an image in an archive) is counted in `Notes.left_out`.
"""

from __future__ import annotations

import codecs
import csv
import glob
import gzip
import io
import json
import os
import re
import shutil
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NamedTuple

import orjson

from scorer.charset import MAX_BYTES, not_a_page

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["html", "text"]
Packing = Literal["", "gzip", "zstd"]
Format = Literal["warc", "parquet", "jsonl", "csv", "html", "text"]

STANDARD_INPUT = "-"
MAX_LINE = 64_000_000
"""Characters of one line of JSONL, or of one CSV field, that are read; a longer one costs its row."""

_HEAD = 65_536
_PAGE_COLUMNS = ("html", "text", "raw_content", "content")
_SUFFIXES: dict[str, Format] = {
    "warc": "warc", "wet": "warc", "parquet": "parquet", "pq": "parquet", "jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv",
    "tsv": "csv", "html": "html", "htm": "html", "xhtml": "html", "shtml": "html", "txt": "text", "text": "text",
}  # fmt: skip


class Record(NamedTuple):
    """One page as it was found. `error` is a sentence where it could not be read; `extra` the columns passed through."""

    id: str
    url: str
    title: str
    content: bytes | str
    kind: Kind
    charset: str = ""
    error: str = ""
    extra: Mapping[str, Any] = {}


class Unreadable(ValueError):
    """An input that cannot be read; the message is a sentence that names it and says what to do."""


@dataclass
class Notes:
    """What was met beside records: `problems` are sentences about files, `left_out` counts what is no page, by cause,
    `mended` what was read although something was wrong with it.

    `position` of `size` bytes of the input are read; `size` is 0 where it is unknown.
    """

    problems: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    position: int = 0
    size: int = 0


class File(NamedTuple):
    """A file to read; `named` is False when it was only found in a folder, where files that are no pages are expected."""

    path: str
    named: bool = True


def read(
    inputs: Iterable[str | Path], *, keep: Iterable[str] = (), notes: Notes | None = None, leave_out: Iterable[str] = ()
) -> Iterator[Record]:
    """The pages of these files, folders, globs or "-" (standard input), in order; folders in the order of names.

    `keep`: columns of tables (headers of WARC records) to pass through in `extra`. Without `notes`, a file that cannot be
    read raises `Unreadable` after the pages before it. `leave_out`: paths that are skipped when a folder is walked.
    """
    kept = tuple(keep)
    seen = notes if notes is not None else Notes()
    for file in find(inputs, seen, leave_out):
        yield from read_file(file, kept, seen)
        if notes is None and seen.problems:
            raise Unreadable(seen.problems[0])
    if notes is None and seen.problems:
        raise Unreadable(seen.problems[0])


def find(inputs: Iterable[str | Path], notes: Notes, leave_out: Iterable[str] = ()) -> Iterator[File]:
    """The files that these inputs mean. Inputs that mean none become problems."""
    omitted = {Path(path).absolute() for path in leave_out}
    for given in map(str, inputs):
        if given == STANDARD_INPUT or Path(given).exists():
            yield from _files_of(given, omitted)
        elif glob.has_magic(given):
            matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 (Path.glob knows no absolute patterns)
            if not matches:
                notes.problems.append(f"no file matches {given}; check the pattern")
            for match in matches:
                yield from _files_of(match, omitted)
        else:
            notes.problems.append(f"{given} does not exist; check the name")


def _files_of(path: str, omitted: set[Path]) -> Iterator[File]:
    if not Path(path).is_dir():
        yield File(path)
        return
    for parent, folders, names in os.walk(path):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and Path(parent, f).absolute() not in omitted)
        for name in sorted(names):
            if not name.startswith(".") and Path(parent, name).absolute() not in omitted:
                yield File(str(Path(parent, name)), named=False)


def read_file(file: File, keep: tuple[str, ...], notes: Notes) -> Iterator[Record]:
    """The pages of one file."""
    name = file.path
    start, count = notes.position, 0
    try:
        with _opened(file) as source:
            try:
                form = sniff(source.head, name, named=file.named)
            except NoPage as fault:
                if not file.named:
                    notes.left_out[f"{fault.what} in a folder"] += 1
                    return
                notes.problems.append(
                    f"{name} is {fault.what}, not a page; give HTML, text, WARC, Parquet, JSONL or CSV"
                )
                yield Record(
                    name,
                    "",
                    "",
                    b"",
                    "html",
                    error=f"this is {fault.what}, not a page: give HTML or text",
                    extra=dict.fromkeys(keep),
                )
                return
            for record in _READERS[form](source, keep, notes):
                count += 1
                notes.position = start + source.stream.at
                yield record
    except Unreadable as fault:
        notes.problems.append(str(fault))
    except FileNotFoundError:
        notes.problems.append(f"{name} does not exist; check the name")
    except PermissionError:
        notes.problems.append(f"{name} may not be read; check its permissions")
    except _damage() as fault:
        notes.problems.append(
            f"{name} is damaged or cut off after {count:,} readable pages ({one_line(fault)}); those were read, fetch the file again for the rest"
        )


def _damage() -> tuple[type[Exception], ...]:
    """What readers raise on damage; those of zstd and Parquet are imported only when something is caught."""
    import pyarrow as pa
    import zstandard

    return OSError, EOFError, zlib.error, MemoryError, zstandard.ZstdError, pa.ArrowException


# -- which format is it? -------------------------------------------------------------------------------------------


class NoPage(Exception):
    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def sniff(head: bytes, name: str, *, named: bool = True) -> Format:
    """The format of a file that begins with these bytes (unpacked) and has this name.

    >>> sniff(b"WARC/1.0\\r\\nWARC-Type: warcinfo", "crawl")
    'warc'
    >>> sniff(b'{"url": "http://a.org/", "text": "Tea"}', "-")
    'jsonl'
    >>> sniff(b"<!DOCTYPE html><title>Tea</title>", "-")
    'html'
    """
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"PAR1"):
        return "parquet"
    by_name = _SUFFIXES.get(_suffix(name))
    if by_name in ("warc", "parquet"):
        raise Unreadable(
            f"{name} is {'empty' if not head else 'no ' + ('Parquet' if by_name == 'parquet' else 'WARC') + ' file, whatever its name says'}; fetch or write it again"
        )
    what = not_a_page(head)
    if what:
        raise NoPage(what)
    if by_name in ("jsonl", "csv", "html"):
        return by_name
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start[:1] in (b"{", b"[") and (_is_json_line(start) or _suffix(name) == "json"):
        if not _is_json_line(start):
            raise Unreadable(
                f"{name} is JSON, but not one object a line; rewrite it, for example with: jq -c '.[]' {name} > pages.jsonl"
            )
        return "jsonl"
    if looks_like_html(head):
        return "html"
    if by_name == "text":
        return "text"
    if not named:
        raise NoPage("a file of unknown format")
    return "csv" if _delimiter(start.split(b"\n", 1)[0].decode("utf-8", "replace")) else "text"


def _suffix(name: str) -> str:
    parts = Path(name).name.lower().split(".")[1:]
    while parts and parts[-1] in ("gz", "zst", "part"):
        parts.pop()
    return parts[-1] if parts else ""


def _is_json_line(start: bytes) -> bool:
    line, newline, _ = start.partition(b"\n")
    if not newline and len(line) > _HEAD // 2:  # the first line is longer than what was looked at: a page is
        return line.startswith(b"{") and b'":' in line[:1000]
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


_MARKUP = re.compile(
    r"(?:\s|<!--.{0,2000}?-->|<\?xml[^>]{0,200}>)*<(?:!doctype\s+html|(?:html|head|body|title|meta|link|script|style|div|p|h[1-6]|article|section|main|header|nav|table|ul|ol|span|a|img|center|font|br|b|i)\b)",
    re.IGNORECASE | re.DOTALL,
)


def looks_like_html(content: bytes | str) -> bool:
    """Whether this begins like HTML rather than like text.

    >>> looks_like_html("  <div>Tea"), looks_like_html("Is 3 < 4?")
    (True, False)
    """
    head = content[:4096]
    if isinstance(head, bytes):
        head = head.replace(b"\0", b"").decode("utf-8", "replace")
    return _MARKUP.match(head.lstrip("\ufeff\ufffd")) is not None


# -- bytes ---------------------------------------------------------------------------------------------------------


class Stream(io.RawIOBase):
    """Bytes that can be looked at before they are read, from something that need not be seekable."""

    def __init__(self, raw: BinaryIO, at: int = 0) -> None:
        self.raw = raw
        self.at = at
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        while len(self._ahead) < size and (more := self.raw.read(size - len(self._ahead))):
            self._ahead += more
        return self._ahead[:size]

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: Any) -> int:
        data, self._ahead = self._ahead[: len(buffer)], self._ahead[len(buffer) :]
        data = data or self.raw.read(len(buffer))
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)


@dataclass
class Source:
    """One open input. `head` is the beginning of what it holds, unpacked; `path` is empty where it can be read only once."""

    name: str
    path: str
    stream: Stream
    packing: Packing
    head: bytes

    def unpacked(self) -> io.BufferedReader:
        if self.packing == "gzip":
            return io.BufferedReader(gzip.GzipFile(fileobj=self.stream), 1 << 18)
        if self.packing == "zstd":
            return io.BufferedReader(_Unzstd(self.stream), 1 << 18)
        return io.BufferedReader(self.stream, 1 << 18)


class _Unzstd(io.RawIOBase):
    """What a stream of zstd frames holds. Unlike zstandard's own reader it says when the stream is cut off."""

    _STEP = 2048  # of which a bomb makes 64 MB at most

    def __init__(self, packed: Stream) -> None:
        self.packed = packed
        self.frame: Any = None
        self.ahead = memoryview(b"")
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.ahead:
            step = self.rest or self.packed.read(self._STEP)
            self.rest = b""
            if not step:
                if self.frame is not None:
                    raise EOFError("the file ends within a zstd frame")
                return 0
            self.frame = self.frame or _zstd_frame()
            self.ahead = memoryview(self.frame.decompress(step))
            if self.frame.eof:
                self.rest, self.frame = self.frame.unused_data, None
        data, self.ahead = self.ahead[: len(buffer)], self.ahead[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _zstd_frame() -> Any:
    import zstandard

    # A larger window would be memory that the file asks for and nobody needs.
    return zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()


@contextmanager
def _opened(file: File) -> Iterator[Source]:
    with (
        nullcontext(sys.stdin.buffer) if file.path == STANDARD_INPUT else Path(file.path).open("rb", buffering=0) as raw
    ):
        stream = Stream(raw)
        head = stream.peek(_HEAD)
        packing, head = _unpacked_start(head)
        yield Source(
            file.path,
            file.path if file.path != STANDARD_INPUT and Path(file.path).is_file() else "",
            stream,
            packing,
            head,
        )


def _unpacked_start(head: bytes) -> tuple[Packing, bytes]:
    try:
        if head.startswith(b"\x1f\x8b"):
            return "gzip", zlib.decompressobj(wbits=31).decompress(head, _HEAD)
        if head[:4] == b"\x28\xb5\x2f\xfd" or head[1:4] == b"\x2a\x4d\x18":
            import zstandard

            return "zstd", zstandard.ZstdDecompressor().stream_reader(head, read_across_frames=True).read(_HEAD)
    except _damage():
        return "gzip" if head.startswith(b"\x1f\x8b") else "zstd", b""
    return "", head


def one_line(fault: BaseException) -> str:
    return " ".join(str(fault).split())[:200] or type(fault).__name__


# -- one page a file -----------------------------------------------------------------------------------------------


def _read_html(source: Source, keep: tuple[str, ...], notes: Notes) -> Iterator[Record]:
    yield Record(source.name, "", "", source.unpacked().read(MAX_BYTES + 1), "html", extra=dict.fromkeys(keep))


def _read_text(source: Source, keep: tuple[str, ...], notes: Notes) -> Iterator[Record]:
    yield Record(source.name, "", "", source.unpacked().read(MAX_BYTES + 1), "text", extra=dict.fromkeys(keep))


# -- tables --------------------------------------------------------------------------------------------------------


def _read_jsonl(source: Source, keep: tuple[str, ...], notes: Notes) -> Iterator[Record]:
    for number, line in enumerate(_lines(source.unpacked()), 1):
        place = f"{source.name}:{number}"
        if line is None:
            yield _bad_row(place, keep, f"the line is longer than {MAX_LINE:,} bytes")
        elif not line.isspace():
            try:
                row = _json(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line, notes)
            except ValueError as fault:
                yield _bad_row(place, keep, f"not valid JSON: {one_line(fault)}")
                continue
            if isinstance(row, dict):
                yield _record(row, place, keep)
            else:
                yield _bad_row(place, keep, "not a JSON object; write one object a line")


def _lines(stream: io.BufferedReader) -> Iterator[bytes | None]:
    """The lines of a stream; None for one that is too long."""
    while line := stream.readline(MAX_LINE):
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            yield None
        else:
            yield line


def _json(line: bytes, notes: Notes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        # Lone surrogates, NaN and bytes that are not UTF-8 are read by the slower, more forgiving parser.
        text = line.decode("utf-8", "replace")
        try:
            row = json.loads(text)
            notes.mended["lines that are not UTF-8"] += text.encode() != line
            return row
        except RecursionError:
            raise ValueError("nested too deep") from None


def _read_csv(source: Source, keep: tuple[str, ...], notes: Notes) -> Iterator[Record]:
    wide = source.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = io.TextIOWrapper(source.unpacked(), "utf-16" if wide else "utf-8-sig", "replace" if wide else "surrogateescape", newline="")
    first = text.readline(MAX_LINE)
    delimiter = _delimiter(first)
    names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter or ","), [])]
    _check_columns(source.name, names, keep)
    csv.field_size_limit(MAX_LINE)
    rows = csv.reader(iter(lambda: text.readline(MAX_LINE), ""), delimiter=delimiter or ",")
    number = 0
    while True:
        try:
            values = next(rows)
        except StopIteration:
            return
        except csv.Error as fault:
            number += 1
            yield _bad_row(f"{source.name}:{number}", keep, f"not valid CSV: {one_line(fault)}")
            continue
        if not values:
            continue
        number += 1
        place = f"{source.name}:{number}"
        if len(values) != len(names):
            yield _bad_row(place, keep, f"not valid CSV: {len(values)} columns where the header has {len(names)}")
            continue
        row: dict[str, Any] = dict(zip(names, values, strict=True))
        for name in _PAGE_COLUMNS:
            if name in row:  # as the bytes that were in the file, so that a page in another charset is decoded as one
                row[name] = row[name].encode("utf-8", "surrogateescape")
        yield _record(row, place, keep)


def _delimiter(header: str) -> str:
    """What separates the names in this line, if they are those of a table of pages."""
    for delimiter in ",\t;|":
        names = {name.strip(' "\r\n\ufeff') for name in header.split(delimiter)}
        if not names.isdisjoint(_PAGE_COLUMNS):
            return delimiter
    return ""


def _read_parquet(source: Source, keep: tuple[str, ...], notes: Notes) -> Iterator[Record]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _seekable(source) as place:
        try:
            # Mapped, so that what is read is what the file has: a row group of pages can be larger than memory, and a damaged
            # page that claims a gigabyte would get it from a stream.
            file = pq.ParquetFile(place, pre_buffer=False, memory_map=True)
            names = file.schema_arrow.names
        except (pa.ArrowException, OSError, UnicodeDecodeError) as fault:
            raise Unreadable(
                f"{source.name} cannot be read as Parquet ({one_line(fault)}); fetch or write it again"
            ) from None
        _check_columns(source.name, names, keep)
        wanted = [name for name in dict.fromkeys((*_PAGE_COLUMNS, "id", "url", "title", *keep)) if name in names]
        size, total = (Path(source.path).stat().st_size if source.path else 0), max(file.metadata.num_rows, 1)
        number = 0
        for batch in file.iter_batches(batch_size=8, columns=wanted, use_threads=False):
            columns = [_values(source.name, name, batch.column(name)) for name in wanted]
            for values in zip(*columns, strict=True):
                number += 1
                source.stream.at = size * number // total
                yield _record(dict(zip(wanted, values, strict=True)), f"{source.name}:{number}", keep)


@contextmanager
def _seekable(source: Source) -> Iterator[str]:
    """A file with what `source` holds: Parquet is read from its end."""
    if source.path and not source.packing:
        yield source.path
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as copy:
        shutil.copyfileobj(source.unpacked(), copy, 1 << 20)
        copy.flush()
        yield copy.name


def _values(file: str, name: str, column: pa.Array) -> list[Any]:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if name not in _PAGE_COLUMNS:
        try:
            return list(column.to_pylist())
        except (ValueError, OverflowError):  # one value is no text, or a date that Python has none for
            return [_value(scalar) for scalar in column]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        # As bytes: pages go to another process, which decodes them, and a broken one must not break its batch.
        return list(column.cast(pa.large_binary()).to_pylist())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_null(kind):
        return list(column.to_pylist())
    raise Unreadable(
        f"{file}: the column {name!r} holds {kind}, not text; rename it, and give the pages the name 'html' or 'text'"
    )


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError as fault:
        return fault.object.decode("utf-8", "replace")
    except (ValueError, OverflowError):
        return f"{scalar.type} {scalar.value}" if hasattr(scalar, "value") else None


def _check_columns(file: str, names: list[str], keep: Iterable[str]) -> None:
    shown = ", ".join(names[:20]) or "none"
    if set(names).isdisjoint(_PAGE_COLUMNS):
        raise Unreadable(
            f"{file} has no column 'html' or 'text' (its columns: {shown}); rename the one that holds the pages"
        )
    missing = [name for name in keep if name not in names]
    if missing:
        raise Unreadable(f"{file} has no column {missing[0]!r} to keep; its columns: {shown}")


def _record(row: Mapping[str, Any], place: str, keep: tuple[str, ...]) -> Record:
    """The record of one row of a table: its first column of pages that is not empty counts."""
    content: Any = None
    name = ""
    for name in _PAGE_COLUMNS:
        content = row.get(name)
        if content:
            break
    else:
        if row.keys().isdisjoint(_PAGE_COLUMNS):
            return _bad_row(place, keep, "no html and no text in this row")
        content = ""
    extra = {column: row.get(column) for column in keep}
    ident = plain(row.get("id")) or place
    if not isinstance(content, (str, bytes)):
        return Record(
            ident,
            plain(row.get("url")),
            "",
            "",
            "html",
            error=f"its {name} is no text: {type(content).__name__}",
            extra=extra,
        )
    kind: Kind = (
        "html" if name == "html" or (name in ("content", "raw_content") and looks_like_html(content)) else "text"
    )
    # One more than is read, so that the row says that it was cut.
    content = content[: MAX_BYTES + 1]
    return Record(ident, plain(row.get("url")), plain(row.get("title")), content, kind, extra=extra)


def _bad_row(place: str, keep: tuple[str, ...], error: str) -> Record:
    return Record(place, "", "", "", "html", error=error, extra=dict.fromkeys(keep))


def plain(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    text = "" if value is None else str(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _read_warc(source: Source, keep: tuple[str, ...], notes: Notes) -> Iterator[Record]:
    from scorer.warc import read_warc

    return read_warc(source, keep, notes)


_READERS: dict[Format, Callable[[Source, tuple[str, ...], Notes], Iterator[Record]]] = {
    "warc": _read_warc,
    "parquet": _read_parquet,
    "jsonl": _read_jsonl,
    "csv": _read_csv,
    "html": _read_html,
    "text": _read_text,
}
