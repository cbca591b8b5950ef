"""What is fuzzed, and what may it raise?

Each target takes bytes and returns when the code under it kept its promise: pages and rows never raise, readers raise
`Unreadable` and nothing else, models are refused with `ModelMismatch` and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from selectolax.lexbor import LexborHTMLParser

from scorer import Model, Page
from scorer.bounds import rewritten, tame
from scorer.charset import decode, inflate, not_a_page
from scorer.read import File, Notes, Record, Unreadable, read_file
from scorer.score import read_page, score_columns
from scorer.shipped import ModelMismatch, load_arrays, model_folder
from scorer.warc import http_body

_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))


def html(data: bytes) -> None:
    page = Page.from_html(data)
    assert "\n".join(page.block_text(i) for i in range(len(page.zones))) == page.text


def text(data: bytes) -> None:
    page = Page.from_text(data.decode("utf-8", "surrogateescape"))
    assert "\n".join(page.block_text(i) for i in range(len(page.zones))) == page.text


def score(data: bytes) -> None:
    """The first byte says what kind the page is; every row comes back, without a fault of ours in it."""
    kind = "html" if data[:1] < b"\x80" else "text"
    columns = score_columns([Record("a", "http://[a", "", data[1:], kind), Record("b", "", "", "Plain words.", "text")])
    assert columns["id"] == ["a", "b"]
    if "please report" in columns["error"][0]:
        read_page(data[1:], "http://[a", kind=kind)  # shows where
        raise AssertionError(columns["error"][0])


def parser(data: bytes) -> None:
    page = data.decode("latin-1")
    assert tame(page) == (page, ())  # so small that nothing can be wrong with it
    cut, names = rewritten(page, 3)
    assert names or cut == page
    assert len(cut) <= len(page) + cut.count(" ")
    LexborHTMLParser(cut)


def bytes_(data: bytes) -> None:
    body = inflate(data)
    decode(body, data[:12].decode("latin-1"))
    not_a_page(body)


def body(data: bytes) -> None:
    codings = ("", "gzip", "br", "zstd", "deflate", "gzip, br")
    first = data[0] if data else 0
    http_body(data[1:], "chunked" if first & 128 else "", codings[first % len(codings)])


def _reader(suffix: str) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        file = _FOLDER / f"input.{suffix}"
        file.write_bytes(data)
        notes = Notes()
        with contextlib.suppress(Unreadable):
            for record in read_file(File(str(file)), (), notes):
                assert isinstance(record.content, (str, bytes))
                assert isinstance(record.id, str)

    return run


def model(data: bytes) -> None:
    """Odd first byte: the rest are the tables, under their right hash; even: the rest takes the place of a part of model.json."""
    shipped = model_folder("page-trust")
    described = (shipped / "model.json").read_bytes()
    folder = _FOLDER / "model"
    folder.mkdir(exist_ok=True)
    tables = (shipped / "tables.npz").read_bytes()
    first, rest = (data[0] if data else 0), data[1:]
    if first % 2:
        info = orjson.loads(described)
        tables = rest
        info["tables_sha256"] = hashlib.sha256(tables).hexdigest()
        described = orjson.dumps(info)
    else:
        info = orjson.loads(described)
        key = sorted(info)[first // 2 % len(info)]
        try:
            info[key] = orjson.loads(rest)
            described = orjson.dumps(info)
        except orjson.JSONDecodeError:
            at = int.from_bytes(rest[:3], "big") % len(described)
            described = described[:at] + rest[3:] + described[at + len(rest) :]
    (folder / "model.json").write_bytes(described)
    (folder / "tables.npz").write_bytes(tables)
    with contextlib.suppress(ModelMismatch):
        Model.load(folder)


def arrays(data: bytes) -> None:
    with contextlib.suppress(ModelMismatch):
        load_arrays(data, "arrays")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "html": html, "text": text, "score": score, "parser": parser, "bytes": bytes_, "body": body, "warc": _reader("warc"), "warcgz": _reader("warc.gz"),
    "jsonl": _reader("jsonl"), "csv": _reader("csv"), "parquet": _reader("parquet"), "any": _reader("bin"), "model": model,
    "arrays": arrays,
}  # fmt: skip


def seeds(target: str) -> Iterator[bytes]:
    """What a target starts from: hostile inputs of its kind that are small."""
    from hostile_inputs import FILES, MODELS, PAGES

    if target == "model":
        yield from (b"\0{}", b"\x02[]", b"\x01" + _tables())
        return
    if target == "arrays":
        yield _tables()
        yield from (content for what, content in MODELS.values() if what == "tables" and isinstance(content, bytes) and len(content) <= 8192)
        return
    if target in ("html", "text", "score", "parser", "bytes", "body"):
        for trick in PAGES.values():
            content = trick.content()
            data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
            if len(data) <= 8192:
                yield data
        return
    for trick in FILES.values():
        data = trick.content()
        if len(data) <= 8192 and (target == "any" or trick.suffix.startswith(target[:4])):
            yield data


def _tables() -> bytes:
    """A small archive of arrays, of the names and types that a model has."""
    file = io.BytesIO()
    with zipfile.ZipFile(model_folder("page-trust") / "tables.npz") as shipped, zipfile.ZipFile(file, "w") as archive:
        for name in shipped.namelist()[:3]:
            archive.writestr(name, shipped.read(name)[:1000])
    return file.getvalue()
