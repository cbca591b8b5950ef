"""How much does a score cost, against parsing the page and against what people use today?

Every row handles the same pages in the same order in one process and one thread; the ratio is CPU time over that of a
bare lexbor parse. `make bench` writes RESULTS.md. With SCORER_CORPUS (a folder with pages.parquet) the pages are real,
else the samples repeated.
"""

from __future__ import annotations

import gc
import io
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pyarrow.parquet as pq
from resiliparse.extract.html2text import extract_plain_text
from selectolax.lexbor import LexborHTMLParser
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scorer import Model, Page, lexicon, score_page
from scorer.batch import score_files
from scorer.score import judge
from scorer.tokens import tokenize
from scorer.wording import around, shipped, terms_of

ROOT = Path(__file__).parent.parent
PAGES, SEED_STEP, RUNS = 400, 19, 3


def pages() -> tuple[list[bytes], str]:
    """Up to `PAGES` pages of 10 kB to 1.5 MB, and where they are from."""
    corpus = os.environ.get("SCORER_CORPUS")
    if corpus and (Path(corpus) / "pages.parquet").is_file():
        column = pq.read_table(Path(corpus) / "pages.parquet", columns=["html"])["html"]
        found = [column[i].as_py().encode("utf-8", "replace") for i in range(0, len(column), SEED_STEP)]
        kept = [page for page in found if 10_000 < len(page) < 1_500_000][:PAGES]
        return kept, "real pages of the development corpus"
    samples = [file.read_bytes() for file in sorted((ROOT / "data" / "samples").glob("*.html"))]
    return (samples * (PAGES // len(samples) + 1))[:PAGES], "the sample pages, repeated"


def measure(name: str, work: Callable[[object], object], inputs: Sequence[object], runs: int = RUNS) -> tuple[str, float, float]:
    """Median CPU and wall milliseconds an input over `runs` passes."""
    cpu, wall = [], []
    for _ in range(runs):
        gc.collect()
        began, clock = time.process_time(), time.perf_counter()
        for item in inputs:
            work(item)
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - clock)
    result = name, 1000 * statistics.median(cpu) / len(inputs), 1000 * statistics.median(wall) / len(inputs)
    print(f"{name:48s} {result[1]:8.3f} ms CPU {result[2]:8.3f} ms wall", file=sys.stderr, flush=True)
    return result


def from_archive(html: Sequence[bytes]) -> list[tuple[str, float, float]]:
    """The same pages from a .warc.gz to a Parquet file, by the command's own function, with one and two workers."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pages.warc.gz"
        with archive.open("wb") as stream:
            writer = WARCWriter(stream, gzip=True)
            for number, page in enumerate(html):
                head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
                writer.write_record(writer.create_warc_record(f"https://example.org/{number}", "response", payload=io.BytesIO(page), http_headers=head))
        rows = []
        for workers in (1, 2):
            began, clock = _cpu_of_children(), time.perf_counter()
            score_files(archive, Path(folder) / f"{workers}.parquet", workers=workers)
            wall, cpu = time.perf_counter() - clock, _cpu_of_children() - began
            rows.append((f".warc.gz to Parquet, {workers} worker{'s' if workers > 1 else ''} (start-up included)", 1000 * cpu / len(html), 1000 * wall / len(html)))
        return rows


def _cpu_of_children() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def hashed_classifier(texts: Sequence[str]) -> Callable[[str], object]:
    """A linear classifier over hashed words and pairs, page by page: what fastText predicts with, in scikit-learn."""
    vectorizer = HashingVectorizer(ngram_range=(1, 2), n_features=2**20, alternate_sign=False)
    model = LogisticRegression(max_iter=20).fit(vectorizer.transform(texts), [len(text) % 2 for text in texts])
    return lambda text: model.predict_proba(vectorizer.transform([text]))


def main() -> None:
    """Measures every row and writes RESULTS.md beside this file."""
    html, source = pages()
    model = Model.load()
    decoded = [page.decode("utf-8", "replace") for page in html]
    texts = [Page.from_html(page).text for page in html]
    read = [Page.from_html(page) for page in html]
    for page in read:
        judge(page, model)
    found = [terms_of(page) for page in read]
    gc.collect()
    gc.freeze()  # what is held here for the benchmark's sake is not the scorer's to look through
    rows = [
        measure("bare lexbor parse", lambda page: LexborHTMLParser(page), html),
        measure("memory pass (bytes.count)", lambda page: page.count(b"<"), html),
        measure("Page.from_html: parse and walk", lambda page: Page.from_html(page), html),
        measure("... and zones", lambda page: Page.from_html(page).zones, html),
        measure("... words and phrases", lambda page: lexicon.find(tokenize(page.text)), read),
        measure("... wording", lambda pair: shipped().read(*pair), [(terms, around(page)) for terms, page in zip(found, read, strict=True)]),
        measure("score_page(HTML bytes), with reasons", lambda page: score_page(page), html),
        measure("score_page(text), with reasons", lambda text: score_page(Page.from_text(text)), texts),
        measure("resiliparse main content", lambda page: extract_plain_text(page, main_content=True), decoded),
    ]
    small = (ROOT / "data" / "samples" / "seo-filler-grout-drying.html").read_bytes()
    rows.append(measure("one small page (10 kB), warm", lambda _: score_page(small), range(200)))
    rows += from_archive(html)
    rows.append(measure("fastText's shape (1-2-grams, 2^20), text", hashed_classifier(texts), texts))
    try:
        import trafilatura

        rows.append(measure("trafilatura (fast), first 60 pages", lambda page: trafilatura.extract(page, fast=True), decoded[:60], 1))
    except ImportError:
        print("trafilatura is not installed: its row is left out", file=sys.stderr)
    base = rows[0][1]
    mean, middle = sum(map(len, html)) / len(html), sorted(map(len, html))[len(html) // 2]
    lines = [
        "# Speed", "", f"{len(html)} pages ({source}), mean {mean / 1000:.1f} kB, median {middle / 1000:.1f} kB; one process, one thread, median of {RUNS} passes;",
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}. Compare ratios, not times.", "",
        "| work | CPU ms a page | wall ms a page | times a bare parse |", "|---|---|---|---|",
        *(f"| {name} | {cpu:.3f} | {wall:.3f} | {cpu / base:.1f} |" for name, cpu, wall in rows), "",
        f"Peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (all pages held at once).",
        f"At this rate a billion such pages take {next(cpu for name, cpu, _ in rows if name.startswith('score_page(HTML')) * 1e9 / 3.6e6:,.0f} core-hours.",
    ]  # fmt: skip
    (ROOT / "benchmarks" / "RESULTS.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
