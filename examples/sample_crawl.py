"""What does a crawl look like to the other examples?

Writes the sample pages into FOLDER as `crawl.warc.gz`, `crawl.warc.wet.gz` and `pages.parquet`. The pages that a careful
reader would rate low are given to one invented site, the others to two more.

    python examples/sample_crawl.py build/crawl
"""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scorer.page import Page
from scorer.score import read_page

SAMPLES = Path(__file__).parent.parent / "data" / "samples"


def pages() -> list[tuple[str, str, Page]]:
    """(url, HTML, page) of each sample."""
    table = (SAMPLES / "README.md").read_text("utf-8")
    low = set(re.findall(r"^\| (\S+) \|.*\| low \|$", table, re.MULTILINE))
    found = []
    for number, path in enumerate(sorted(SAMPLES.glob("*.html"))):
        site = "swift-buzz.example" if path.name in low else f"town-almanac-{number % 2}.example"
        url, html = f"https://www.{site}/2026/05/03/{path.stem}.html", path.read_text("utf-8")
        found.append((url, html, read_page(html, url, kind="html")))
    return found


def record(kind: str, url: str, content_type: str, body: bytes) -> bytes:
    """One record of an archive, packed."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:sample:{url}>\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2026-05-03T00:00:00Z\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + body + b"\r\n\r\n", mtime=0)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/crawl")
    folder.mkdir(parents=True, exist_ok=True)
    found = pages()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    responses = [record("response", url, "application/http; msgtype=response", http + html.encode()) for url, html, _ in found]
    texts = [record("conversion", url, "text/plain", page.text.encode()) for url, _, page in found]
    (folder / "crawl.warc.gz").write_bytes(b"".join(responses))
    (folder / "crawl.warc.wet.gz").write_bytes(b"".join(texts))
    rows = [{"id": url, "url": url, "title": page.title, "html": html} for url, html, page in found]
    pq.write_table(pa.Table.from_pylist(rows), folder / "pages.parquet")
    print(f"{len(found)} pages written to {folder}")


if __name__ == "__main__":
    main()
