"""What pages does this web archive hold?

WARC (responses and resources that are HTML or plain text) and WET (extracted text). Archives are met cut short, with
broken records and with bodies that are not coded as their headers say: what is sound is read, the rest is an error row
or a sentence. After damage, reading goes on at the next record.
"""

from __future__ import annotations

import io
import os
import re
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from scorer.charset import MAX_BYTES, inflate, inflate_raw, not_a_page
from scorer.read import Kind, Notes, Record, Source, Stream, looks_like_html, one_line, plain

_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xhtml", "application/vnd.wap.xhtml+xml")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")


def read_warc(source: Source, keep: tuple[str, ...], notes: Notes) -> Iterator[Record]:
    """The pages of a WARC or WET file. `keep` names WARC headers."""
    start, faults = 0, list[str]()
    while start >= 0:
        with _from(source, start) as stream:
            last, fault = yield from _sound_stretch(stream, source, start, keep, notes)
        fault = fault or ("the file ends within a record" if _is_cut(source, last) else "")
        if not fault:
            break
        if last > start or not faults:  # else it is the damage met before
            faults.append(fault)
        start = _next_record(source, last + 1)
    if faults:
        where = "a damaged place" if len(faults) == 1 else f"{len(faults):,} damaged places"
        notes.problems.append(
            f"{source.name} has {where} or is cut off ({faults[0]}); sound records were read, fetch the file again for the rest"
        )


@contextmanager
def _from(source: Source, start: int) -> Iterator[Stream]:
    if start == 0:
        yield source.stream
        return
    with Path(source.path).open("rb", buffering=0) as file:
        file.seek(start)
        yield Stream(file, start)


class _Item(NamedTuple):
    """One record of the archive: where it begins, the page in it, and what is wrong with it if reading cannot go on."""

    offset: int
    page: Record | None
    fault: str = ""


def _sound_stretch(
    stream: Stream, source: Source, start: int, keep: tuple[str, ...], notes: Notes
) -> Generator[Record, None, tuple[int, str]]:
    """The pages up to the first damage; returns where the last record began, and what is wrong ("" at the end)."""
    from fastwarc import ArchiveIterator, WarcRecordType

    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    last = start
    try:
        for warc in ArchiveIterator(stream, record_types=wanted, parse_http=False, quirks_mode=True):
            item = _item(warc, source.name, keep, notes)
            last = item.offset
            source.stream.at = max(source.stream.at, last)
            if item.page is not None:
                yield item.page
            if item.fault:
                return last, item.fault
    except OSError as fault:
        return last, one_line(fault)
    except BaseException as panic:
        if (
            type(panic).__name__ != "PanicException"
        ):  # what the reader's native code raises where it meets the unforeseen
            raise
        return last, "the archive reader failed"
    return last, ""


def _item(warc: Any, name: str, keep: tuple[str, ...], notes: Notes) -> _Item:
    offset, get = warc.stream_pos, warc.headers.get
    extra = {wanted: get(wanted) for wanted in keep}

    def page(content: bytes, kind: Kind = "html", charset: str = "", error: str = "") -> Record:
        ident = get("WARC-Record-ID") or f"{name}:{offset}"
        return Record(ident, plain(get("WARC-Target-URI")).strip("<>"), "", content, kind, charset, error, extra)

    status, content_type, header = None, get("Content-Type") or "", get
    if warc.is_http:
        try:
            warc.parse_http(quirks_mode=True)
        except OSError as fault:
            return _Item(offset, page(b"", error=f"damaged HTTP headers: {one_line(fault)}"))
        if warc.http_headers is None or warc.http_headers.status_code is None:
            return _Item(offset, page(b"", error="damaged in the archive: no readable HTTP headers"))
        header, status = warc.http_headers.get, warc.http_headers.status_code
        content_type = header("Content-Type") or ""
    kind = _kind(content_type)
    if kind is None or (status or 200) >= 300:
        notes.left_out[
            "images and other files in archives" if kind is None else "redirects and error pages in archives"
        ] += 1
        return _Item(offset, None)
    claimed = warc.content_length
    try:
        body = _all(warc.reader.read, MAX_BYTES + 1)
    except OSError as fault:
        return _Item(offset, page(b"", kind, error=f"damaged in the archive: {one_line(fault)}"), "a damaged record")
    if len(body) < min(claimed, MAX_BYTES + 1):
        return _Item(offset, page(b"", kind, error="cut off in the archive"), "a record is cut off")
    if not warc.is_http:
        return _Item(offset, page(body, kind))
    body, error = http_body(body, header("Transfer-Encoding") or "", header("Content-Encoding") or "")
    return _Item(offset, page(body, kind, warc.http_charset or "", error))


def _kind(content_type: str) -> Kind | None:
    """What kind of page this content type names; none named is taken for HTML, as browsers do."""
    name = content_type.partition(";")[0].strip().lower()
    return "html" if not name or name in _HTML_TYPES else "text" if name == "text/plain" else None


def http_body(body: bytes, transfer: str, encoding: str) -> tuple[bytes, str]:
    """The body without transfer and content encoding, and why it cannot be had.

    Many archives store bodies decoded under the headers of the encoded ones, so the body is looked at, too.

    >>> http_body(b"6\\r\\n<p>Tea\\r\\n0\\r\\n\\r\\n", "chunked", "")
    (b'<p>Tea', '')
    >>> http_body(b"<p>Tea", "chunked", "br")
    (b'<p>Tea', '')
    """
    if "chunked" in transfer.lower() and _CHUNK.match(body):
        body = _dechunk(body)
    for coding in reversed(encoding.lower().split(",")[-3:]):
        body, error = _uncoded(body, coding.strip())
        if error:
            return b"", error
    return body, ""


def _uncoded(body: bytes, coding: str) -> tuple[bytes, str]:
    if coding not in ("br", "zstd", "deflate", "gzip", "x-gzip") or looks_like_html(body):
        return body, ""
    if coding == "br":
        from fastwarc import stream_io

        try:
            unpacked = _all(stream_io.BrotliReader(io.BytesIO(body)).read, MAX_BYTES + 1)
        except OSError:
            unpacked = b""
    else:
        unpacked = inflate_raw(body) if coding == "deflate" else inflate(body)
    if unpacked and unpacked != body:
        return unpacked, ""
    if not_a_page(body) or b"\0" in body[:2048]:
        return b"", f"packed with {coding} and cannot be unpacked"
    return body, ""


def _dechunk(body: bytes) -> bytes:
    """A body in HTTP's chunked coding, put together; what follows a broken chunk is taken as it is."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK.match(body, at):
        length = int(size.group(1), 16)
        if not length:
            return b"".join(parts)
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
    return b"".join([*parts, body[at:]])


def _all(read: Callable[[int], bytes], size: int) -> bytes:
    """Up to `size` bytes, however many calls it takes."""
    data = read(size)
    while len(data) < size and (more := read(size - len(data))):
        data += more
    return data


# -- after damage --------------------------------------------------------------------------------------------------


def _next_record(source: Source, start: int) -> int:
    """Where the next record at or after `start` begins; -1 where there is none or it cannot be known."""
    if not source.path or source.packing == "zstd":
        return -1
    mark = re.compile(rb"\x1f\x8b\x08" if source.packing else rb"(?<=\n)WARC/\d\.\d\r?\n")
    with Path(source.path).open("rb") as file:
        at = start
        while True:
            file.seek(at)
            window = file.read(1 << 20)
            for found in mark.finditer(window):
                if not source.packing or _is_packed_record(file, at + found.start()):
                    return at + found.start()
            if len(window) < 1 << 20:
                return -1
            at += len(window) - 16  # a mark may lie across the edge


def _is_cut(source: Source, last: int) -> bool:
    """Whether the file ends within a record after that at `last`, of which nothing could be read."""
    if not source.path or source.packing == "zstd":
        return False
    with Path(source.path).open("rb") as file:
        if source.packing:
            file.seek(last)
            return _ends_within_member(file)
        file.seek(max(last, Path(source.path).stat().st_size - (1 << 16)))
        _, mark, header = file.read().rpartition(b"\nWARC/")
        return bool(mark) and b"\n\r\n" not in header and b"\n\n" not in header


def _ends_within_member(file: BinaryIO) -> bool:
    """Whether the gzip members from here on are not all complete; False where none begins here."""
    member, begun = zlib.decompressobj(wbits=31), False
    while data := member.unconsumed_tail or file.read(1 << 16):
        if not begun and data[:2] not in (b"\x1f\x8b", b"\x1f"):
            return False
        begun = True
        try:
            member.decompress(data, 1 << 20)
        except zlib.error:
            return True
        if member.eof:
            file.seek(-len(member.unused_data), os.SEEK_CUR)
            member, begun = zlib.decompressobj(wbits=31), False
    return begun


def _is_packed_record(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    try:
        return zlib.decompressobj(wbits=31).decompress(file.read(4096), 5) == b"WARC/"
    except zlib.error:
        return False
