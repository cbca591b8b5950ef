"""Does every kind of input give its pages, and every kind of damage a sentence?"""

from __future__ import annotations

import gzip
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scorer import read
from scorer.read import Notes, Record, Unreadable

HTML = "<!doctype html><title>Tea</title><p>Black tea, grün."
ROWS = [
    {"id": f"a{i}", "url": f"http://a.org/{i}", "title": f"Tea {i}", "html": HTML + str(i), "lang": "en", "size": i}
    for i in range(5)
]


def as_text(record: Record) -> str:
    return record.content.decode() if isinstance(record.content, bytes) else record.content


def pages_of(
    *inputs: Path | str, keep: Iterable[str] = (), leave_out: Iterable[str] = ()
) -> tuple[list[Record], Notes]:
    notes = Notes()
    return list(read.read(inputs, keep=keep, notes=notes, leave_out=leave_out)), notes


# -- archives ------------------------------------------------------------------------------------------------------


def response(
    body: bytes, *headers: tuple[str, str], url: str = "http://a.org/", status: str = "200 OK", kind: str = "text/html"
) -> dict[str, Any]:
    return {
        "type": "response",
        "url": url,
        "body": body,
        "http": StatusAndHeaders(status, [("Content-Type", kind), *headers], protocol="HTTP/1.1"),
    }


def write_warc(path: Path, records: Iterable[dict[str, Any]], *, packed: bool = True) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        for record in records:
            made = writer.create_warc_record(
                record["url"],
                record["type"],
                payload=io.BytesIO(record["body"]),
                http_headers=record.get("http"),
                warc_content_type=record.get("kind", ""),
            )
            writer.write_record(made)
            made.raw_stream.close()  # a temporary file of the writer's
    return path


def ten_pages() -> list[dict[str, Any]]:
    filler = bytes(i * 7 % 95 + 32 for i in range(3000))  # so that damage in the middle hits a body
    return [response(f"<p>page {i}".encode() + filler[i:], url=f"http://a.org/{i}") for i in range(10)]


@pytest.mark.parametrize("packing", ["gz", "plain", "zst", "one-gz"])
def test_archives_give_their_pages_however_packed(tmp_path: Path, packing: str) -> None:
    path = write_warc(tmp_path / "crawl", ten_pages(), packed=packing == "gz")
    if packing in ("zst", "one-gz"):
        data = path.read_bytes()
        path.write_bytes(zstandard.compress(data) if packing == "zst" else gzip.compress(data))
    records, notes = pages_of(path)
    assert [r.url for r in records] == [f"http://a.org/{i}" for i in range(10)]
    assert all(as_text(r).startswith(f"<p>page {i}") for i, r in enumerate(records))
    assert all(r.id.startswith("<urn:uuid:") and r.kind == "html" and not r.error for r in records)
    assert not notes.problems


def test_wet_gives_text(tmp_path: Path) -> None:
    record = {"type": "conversion", "url": "http://a.org/", "body": b"Tea\nBlack tea.", "kind": "text/plain"}
    records, _ = pages_of(write_warc(tmp_path / "crawl.wet.gz", [record]))
    assert [(r.kind, as_text(r)) for r in records] == [("text", "Tea\nBlack tea.")]


def test_only_pages_of_an_archive_count(tmp_path: Path) -> None:
    path = write_warc(
        tmp_path / "crawl.warc.gz",
        [
            {"type": "warcinfo", "url": "", "body": b"software: x", "kind": "application/warc-fields"},
            {
                "type": "request",
                "url": "http://a.org/",
                "body": b"",
                "http": StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True),
            },
            response(b"<p>yes"),
            response(b"\x89PNG", kind="image/png"),
            response(b"<p>moved", status="301 Moved Permanently"),
            response(b"just text", kind="text/plain; charset=utf-8"),
            {"type": "resource", "url": "http://a.org/r", "body": b"<p>resource", "kind": "text/html"},
            {"type": "metadata", "url": "http://a.org/r", "body": b"x: y", "kind": "application/warc-fields"},
            response(b"<p>xhtml", kind="application/xhtml+xml"),
        ],
    )
    records, notes = pages_of(path)
    assert [(as_text(r), r.kind) for r in records] == [
        ("<p>yes", "html"),
        ("just text", "text"),
        ("<p>resource", "html"),
        ("<p>xhtml", "html"),
    ]
    assert notes.left_out == {"images and other files in archives": 1, "redirects and error pages in archives": 1}


def test_headers_of_an_archive_can_be_kept(tmp_path: Path) -> None:
    records, _ = pages_of(
        write_warc(tmp_path / "a.warc.gz", [response(b"<p>a")]), keep=["WARC-Target-URI", "WARC-Nothing"]
    )
    assert [r.extra for r in records] == [{"WARC-Target-URI": "http://a.org/", "WARC-Nothing": None}]


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:])) + b"0\r\n\r\n"


BODY = b"<p>Tea " + bytes(range(33, 126)) * 9


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (chunked(BODY), [("Transfer-Encoding", "chunked")]),
        (BODY, [("Transfer-Encoding", "chunked"), ("Content-Encoding", "br")]),  # stored decoded under stale headers
        (zstandard.compress(BODY), [("Content-Encoding", "zstd")]),
        (BODY, [("Content-Encoding", "zstd")]),
    ],
)
def test_coded_bodies_are_decoded(tmp_path: Path, body: bytes, headers: list[tuple[str, str]]) -> None:
    records, _ = pages_of(write_warc(tmp_path / "a.warc.gz", [response(body, *headers)]))
    assert [(r.content, r.error) for r in records] == [(BODY, "")]


def test_a_body_that_cannot_be_unpacked_says_so(tmp_path: Path) -> None:
    records, _ = pages_of(
        write_warc(tmp_path / "a.warc.gz", [response(b"\x00\x01\x02" * 50, ("Content-Encoding", "br"))])
    )
    assert [r.error for r in records] == ["packed with br and cannot be unpacked"]


def test_brotli_is_unpacked(tmp_path: Path) -> None:
    from fastwarc import stream_io

    with stream_io.BrotliWriter(str(tmp_path / "body")) as writer:
        writer.write(BODY)
    packed = (tmp_path / "body").read_bytes()
    records, _ = pages_of(write_warc(tmp_path / "a.warc.gz", [response(packed, ("Content-Encoding", "br"))]))
    assert [r.content for r in records] == [BODY]


def test_charset_of_the_http_header_goes_with_the_page(tmp_path: Path) -> None:
    records, _ = pages_of(
        write_warc(
            tmp_path / "a.warc.gz", [response("<p>grün".encode("cp1252"), kind="text/html; charset=windows-1252")]
        )
    )
    assert [r.charset.lower() for r in records] == ["cp1252"] or records[0].charset.lower() == "windows-1252"


def test_long_records_are_read_up_to_the_bound(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [response(b"<p>" + b"x" * 5_000_000), response(b"<p>next")])
    records, notes = pages_of(path)
    assert [len(r.content) for r in records] == [read.MAX_BYTES + 1, 7]
    assert not notes.problems


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], int, int]] = {
    # name: (what is done to the file, pages still read, at least; error rows)
    "cut in the last record": (lambda data: data[:-100], 9, 1),
    "cut in the middle": (lambda data: data[: len(data) * 45 // 100], 4, 1),
    "a hole in the middle": (lambda data: data[: len(data) // 2] + bytes(60) + data[len(data) // 2 + 60 :], 8, 1),
    "a page of noise": (lambda data: data[:5000] + os.urandom(3000) + data[8000:], 6, 2),
    "noise at the end": (lambda data: data + b"\x1f\x8b\x08noise" * 9, 10, 0),
}


@pytest.mark.parametrize("name", DAMAGE)
@pytest.mark.parametrize("packed", [True, False])
def test_after_damage_reading_goes_on(tmp_path: Path, name: str, packed: bool) -> None:
    spoil, least, errors = DAMAGE[name]
    path = write_warc(tmp_path / "a.warc.gz", ten_pages(), packed=packed)
    path.write_bytes(spoil(path.read_bytes()))
    records, notes = pages_of(path)
    sound = [r for r in records if not r.error]
    assert len(sound) >= least
    assert len({r.id for r in records}) == len(records), "a record is read once"
    assert len(records) - len(sound) <= errors
    if packed and name != "noise at the end":
        assert len(notes.problems) == 1
        assert str(path) in notes.problems[0]


def test_a_wrong_length_costs_its_record(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc", ten_pages(), packed=False)
    data = path.read_bytes()
    at = data.index(b"Content-Length: ", len(data) // 2)
    path.write_bytes(data[:at] + b"Content-Length: 99999999" + data[data.index(b"\r\n", at) :])
    records, _ = pages_of(path)
    assert [r.url for r in records if not r.error] == [f"http://a.org/{i}" for i in range(10) if i != 5]


# -- tables --------------------------------------------------------------------------------------------------------


def write_jsonl(path: Path, rows: Iterable[Any]) -> Path:
    data = b"\n".join(row if isinstance(row, bytes) else orjson.dumps(row) for row in rows)
    path.write_bytes(
        gzip.compress(data) if path.suffix == ".gz" else zstandard.compress(data) if path.suffix == ".zst" else data
    )
    return path


def write_csv(path: Path, rows: Iterable[dict[str, Any]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    import csv

    rows = list(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=2)
    return path


TABLES: dict[str, Callable[[Path], Path]] = {
    "jsonl": lambda folder: write_jsonl(folder / "t.jsonl", ROWS),
    "jsonl.gz": lambda folder: write_jsonl(folder / "t.jsonl.gz", ROWS),
    "jsonl.zst": lambda folder: write_jsonl(folder / "t.jsonl.zst", ROWS),
    "jsonl without a name": lambda folder: write_jsonl(folder / "table", ROWS),
    "csv": lambda folder: write_csv(folder / "t.csv", ROWS),
    "csv with a mark": lambda folder: write_csv(folder / "t.csv", ROWS, "utf-8-sig"),
    "csv in utf-16": lambda folder: write_csv(folder / "t.csv", ROWS, "utf-16"),
    "semicolons": lambda folder: write_csv(folder / "t.csv", ROWS, delimiter=";"),
    "tabs": lambda folder: write_csv(folder / "t.tsv", ROWS, delimiter="\t"),
    "csv without a name": lambda folder: write_csv(folder / "table", ROWS),
    "parquet": lambda folder: write_parquet(folder / "t.parquet", ROWS),
    "parquet without a name": lambda folder: write_parquet(folder / "table", ROWS),
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_give_their_rows(tmp_path: Path, kind: str) -> None:
    records, notes = pages_of(TABLES[kind](tmp_path), keep=["lang", "size"])
    assert [(r.id, r.url, r.title, as_text(r), r.kind) for r in records] == [
        (row["id"], row["url"], row["title"], row["html"], "html") for row in ROWS
    ]
    assert [(r.extra["lang"], str(r.extra["size"])) for r in records] == [("en", str(i)) for i in range(5)]
    assert not notes.problems


@pytest.mark.parametrize("write", [write_jsonl, write_csv, write_parquet], ids=["jsonl", "csv", "parquet"])
def test_rows_without_id_are_named_by_their_place(tmp_path: Path, write: Callable[..., Path]) -> None:
    path = write(tmp_path / f"t.{write.__name__[6:]}", [{"text": "Tea"}, {"text": "Milk"}])
    records, _ = pages_of(path)
    assert [(r.id, r.kind) for r in records] == [(f"{path}:1", "text"), (f"{path}:2", "text")]


@pytest.mark.parametrize(
    ("row", "kind", "content"),
    [
        ({"html": HTML, "text": "Tea"}, "html", HTML),
        ({"html": None, "text": "Tea"}, "text", "Tea"),
        ({"html": "", "text": "Tea"}, "text", "Tea"),
        ({"raw_content": HTML}, "html", HTML),
        ({"content": "Tea < milk"}, "text", "Tea < milk"),
        ({"content": "  <div>Tea"}, "html", "  <div>Tea"),
        ({"text": ""}, "text", ""),
        ({"text": "lone \ud800"}, "text", None),
    ],
)
def test_which_column_is_the_page(tmp_path: Path, row: dict[str, Any], kind: str, content: str | None) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps(row))
    (record,), _ = pages_of(path)
    assert not record.error
    assert record.kind == kind or not content
    assert content is None or as_text(record) == content


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"text": "cut', "not valid JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b"17", "not a JSON object"),
        (b'{"url": "http://a.org/"}', "no html and no text in this row"),
        (b'{"text": 17}', "its text is no text: int"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"text": "grau \xff\xfe"}', ""),
        (b'{"text": NaN, "html": "<p>a"}', ""),
    ],
)
def test_a_bad_line_costs_its_row(tmp_path: Path, line: bytes, error: str) -> None:
    path = write_jsonl(tmp_path / "t.jsonl", [{"text": "first"}, line, {"text": "last"}])
    records, notes = pages_of(path)
    assert [bool(r.error) for r in records] == [False, bool(error), False]
    assert records[1].error.startswith(error)
    assert not notes.problems


def test_an_endless_line_costs_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_LINE", 1000)
    path = write_jsonl(tmp_path / "t.jsonl", [{"text": "first"}, {"text": "x" * 9000}, {"text": "last"}])
    records, _ = pages_of(path)
    assert [as_text(r) for r in records] == ["first", "", "last"]
    assert records[1].error == "the line is longer than 1,000 bytes"


def test_csv_keeps_large_fields_and_foreign_bytes(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    large = "<p>" + 'x, "y"\n' * 40_000
    path.write_bytes(b'html,id\n"' + large.replace('"', '""').encode() + b'",1\n"<p>gr\xfcn",2\nshort\n\n"<p>\x00",3\n')
    records, _ = pages_of(path)
    assert [r.error for r in records] == ["", "", "not valid CSV: 1 columns where the header has 2", ""]
    assert as_text(records[0]) == large
    assert records[1].content == b"<p>gr\xfcn"
    assert [r.id for r in records] == ["1", "2", f"{path}:3", "3"]


def test_parquet_columns_of_other_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "html": pa.array([HTML, None, HTML]).dictionary_encode(),
            "text": pa.array([b"a", b"grau \xff", None], pa.binary()),
            "id": [1, 2, None],
            "when": pa.array([1, 2, 3], pa.timestamp("s")),
        }
    )
    path = tmp_path / "t.parquet"
    pq.write_table(table, path)
    records, _ = pages_of(path, keep=["when"])
    assert [(r.id, r.kind, r.content) for r in records] == [
        ("1", "html", HTML.encode()), ("2", "text", b"grau \xff"), (f"{path}:3", "html", HTML.encode()),
    ]  # fmt: skip
    assert records[0].extra["when"].year == 1970


# -- files, folders, standard input --------------------------------------------------------------------------------


def test_single_files(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(HTML)
    (tmp_path / "b.txt").write_text("Tea\n<b>")
    (tmp_path / "c").write_text(HTML)
    (tmp_path / "d").write_text("Only words, no tags")
    (tmp_path / "e.html.gz").write_bytes(gzip.compress(HTML.encode()))
    (tmp_path / "f.html").write_bytes(b"\xff\xfe" + HTML.encode("utf-16-le"))
    records, notes = pages_of(*(tmp_path / name for name in ("a.html", "b.txt", "c", "d", "e.html.gz", "f.html")))
    assert [r.kind for r in records] == ["html", "text", "html", "text", "html", "html"]
    assert records[0].id == str(tmp_path / "a.html")
    assert not notes.problems


def test_folders_are_walked_in_order_and_hold_more_than_pages(tmp_path: Path) -> None:
    for name in (
        "b/2.html",
        "b/1.html",
        "a.html",
        "z.txt",
        ".hidden/h.html",
        ".dot.html",
        "scores.parquet.work/x.html",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(HTML)
    (tmp_path / "style.css").write_text("p { color: red }")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff photo")
    (tmp_path / "page.php?id=3").write_text(HTML)
    records, notes = pages_of(tmp_path, leave_out=[str(tmp_path / "scores.parquet.work")])
    assert [Path(r.id).name for r in records] == ["a.html", "page.php?id=3", "z.txt", "1.html", "2.html"]
    assert notes.left_out.total() == 2
    assert not notes.problems


def test_globs(tmp_path: Path) -> None:
    for name in ("1.html", "2.html", "3.txt"):
        (tmp_path / name).write_text(HTML)
    records, notes = pages_of(f"{tmp_path}/*.html", f"{tmp_path}/*.pdf")
    assert [Path(r.id).name for r in records] == ["1.html", "2.html"]
    assert notes.problems == [f"no file matches {tmp_path}/*.pdf; check the pattern"]


class OnePass(io.RawIOBase):
    """Standard input as a pipe gives it: a few bytes at a time, and no way back."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part, self.data = self.data[: min(len(buffer), 777)], self.data[min(len(buffer), 777) :]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize("kind", [*TABLES, "warc.gz", "warc", "html"])
def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    if kind == "html":
        path = tmp_path / "a.html"
        path.write_text(HTML)
    else:
        path = (
            TABLES[kind](tmp_path)
            if kind in TABLES
            else write_warc(tmp_path / f"a.{kind}", ten_pages(), packed=kind == "warc.gz")
        )
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=OnePass(path.read_bytes())))
    records, notes = pages_of("-")
    assert [as_text(r) for r in records] == [as_text(r) for r in pages_of(path)[0]]
    assert not notes.problems


# -- what cannot be read -------------------------------------------------------------------------------------------

UNREADABLE: dict[str, tuple[bytes, str]] = {
    "a.parquet": (b"PAR1 but no more", "cannot be read as Parquet"),
    "b.parquet": (b"", "is empty"),
    "c.warc.gz": (b"", "is empty"),
    "d.warc": (b"<html>not found</html>", "is no WARC file, whatever its name says"),
    "e.csv": (b"a,b\n1,2\n", "has no column 'html' or 'text' (its columns: a, b)"),
    "f.csv": (b"", "has no column 'html' or 'text' (its columns: none)"),
    "g.json": (b'[\n {"text": "Tea"}\n]', "is JSON, but not one object a line"),
    "h.json": (b'{\n "text": "Tea"\n}', "is JSON, but not one object a line"),
    "i.jsonl.gz": (gzip.compress(b'{"text": "Tea"}\n' * 5000)[:-40], "is damaged or cut off"),
    "j.pdf": (b"%PDF-1.7 ...", "is a PDF document, not a page"),
    "k.html": (b"\x89PNG\r\n", "is a PNG image, not a page"),
    "l.html.gz": (b"\x1f\x8b\x08 not gzip at all", "is damaged or cut off"),
    "m.jsonl.zst": (zstandard.compress(os.urandom(500_000))[:1000], ""),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_gives_one_sentence(tmp_path: Path, name: str) -> None:
    data, sentence = UNREADABLE[name]
    path = tmp_path / name
    path.write_bytes(data)
    (tmp_path / "good.html").write_text(HTML)
    records, notes = pages_of(path, tmp_path / "good.html")
    assert records[-1].id == str(tmp_path / "good.html"), "the files after it are read"
    assert not sentence or (
        len(notes.problems) == 1 and str(path) in notes.problems[0] and sentence in notes.problems[0]
    )
    if sentence:
        with pytest.raises(Unreadable):
            list(read.read([path]))


def test_missing_files_and_columns(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", ROWS)
    _, notes = pages_of(tmp_path / "nothing.html", path, keep=["topic"])
    assert notes.problems == [
        f"{tmp_path}/nothing.html does not exist; check the name",
        f"{path} has no column 'topic' to keep; its columns: id, url, title, html, lang, size",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(HTML)
    path.chmod(0)
    assert pages_of(path)[1].problems == [f"{path} may not be read; check its permissions"]


def test_a_parquet_column_of_numbers(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"text": [1, 2]}), path)
    assert "the column 'text' holds int64, not text" in pages_of(path)[1].problems[0]


# -- properties ----------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=8))
def test_rows_out_are_rows_in(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = [{"text": text} for text in texts]
        for path in (
            write_jsonl(Path(folder) / "t.jsonl", rows), write_csv(Path(folder) / "t.csv", [{"id": "1", **r} for r in rows]), write_parquet(Path(folder) / "t.parquet", rows),
        ):  # fmt: skip
            assert [as_text(r) for r in pages_of(path)[0]] == texts


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PAR1", b"{", b"html,id\n", b"<html>"]), suffix=st.sampled_from(["", ".html", ".csv", ".jsonl", ".warc.gz", ".parquet"]))  # fmt: skip
def test_no_bytes_make_reading_raise(data: bytes, start: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"input{suffix}"
        path.write_bytes(start + data)
        pages_of(path)


@settings(max_examples=40, deadline=None)
@given(
    cut=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=4),
    packed=st.booleans(),
)
def test_spoilt_archives_never_raise_nor_double_a_record(
    cut: float, flips: list[tuple[float, int]], packed: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_warc(Path(folder) / "a.warc.gz", ten_pages(), packed=packed)
        data = bytearray(path.read_bytes())
        for place, value in flips:
            data[int(place * len(data))] = value
        path.write_bytes(data[: int(cut * len(data))])
        records, _ = pages_of(path)
        assert len(records) <= 10
        assert len({r.id for r in records}) == len(records)
