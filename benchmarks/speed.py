"""How much does a score cost, against parsing the page and against what people use today?

Every row handles the same pages in the same order, one thread a process; the ratio is CPU time over that of a bare lexbor parse. `make bench` writes
RESULTS.md. With SCORER_CORPUS (a folder with pages.parquet) the pages are real, else the samples repeated.

datatrove's filters run in an environment of their own, since it asks for an older trafilatura than training does:

    python -m venv build/venv-datatrove && build/venv-datatrove/bin/pip install datatrove regex spacy nltk tldextract
"""

from __future__ import annotations

import gc
import gzip
import io
import json
import multiprocessing
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pyarrow.parquet as pq
from resiliparse.extract.html2text import extract_plain_text
from selectolax.lexbor import LexborHTMLParser
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scorer import Model, Page, score_page
from scorer.read import Record
from scorer.timing import Times, time_page

ROOT = Path(__file__).parent.parent
T = TypeVar("T")
DATATROVE = ROOT / "build" / "venv-datatrove" / "bin" / "python"
PAGES, SEED_STEP, RUNS, COPIES = 400, 19, 3, 8
"""How many pages; every how many-th of the corpus; passes, of which the median counts; how often the pages stand in the archive."""
CORE_HOUR = 0.04
"""Dollars, an assumption: about what one virtual core of a cloud machine costs an hour on demand; by the spot market a third."""


class Row(NamedTuple):
    """One line of the table: milliseconds a page, NaN where not measured; `note` is said below the table."""

    name: str
    cpu: float
    wall: float = float("nan")
    note: str = ""


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


def say(row: Row) -> Row:
    """Tells of a row as soon as it is known."""
    print(f"{row.name:60s} {row.cpu:8.3f} ms CPU {row.wall:8.3f} ms wall", file=sys.stderr, flush=True)
    return row


def measure(name: str, work: Callable[[T], object], inputs: Sequence[T], runs: int = RUNS) -> Row:
    """Median CPU and wall milliseconds an input over `runs` passes."""
    cpu, wall = [], []
    for _ in range(runs):
        gc.collect()
        began, clock = time.process_time(), time.perf_counter()
        for item in inputs:
            work(item)
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - clock)
    return say(Row(name, 1000 * statistics.median(cpu) / len(inputs), 1000 * statistics.median(wall) / len(inputs)))


# -- the scorer ----------------------------------------------------------------------------------------------------

_STAGES = {
    "parse": "parse and walk", "words": "words and phrases", "zones": "zones", "wording": "wording", "features": "features, all others", "model": "model",
    "reasons": "reasons and passages",
}  # fmt: skip


def stages(html: Sequence[bytes], model: Model) -> list[Row]:
    """What the parts of a score take, CPU time only."""
    passes = []
    for _ in range(RUNS):
        gc.collect()
        times = Times()
        for page in html:
            time_page(Record("", "", "", page, "html"), model, times)
        passes.append(times.stages)
    return [say(Row(f"... {name}", statistics.median(p[stage] for p in passes) / len(html) / 1e6)) for stage, name in _STAGES.items()]


def side_by_side(html: Sequence[bytes], processes: int) -> float:
    """Wall milliseconds a page where so many processes score all pages in memory at once: what this machine allows at best."""
    workers = [multiprocessing.get_context("fork").Process(target=_score_all, args=(html,)) for _ in range(processes)]
    clock = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return 1000 * (time.perf_counter() - clock) / (processes * len(html))


def _score_all(html: Sequence[bytes]) -> None:
    for page in html:
        score_page(page)


class Batch(NamedTuple):
    """What runs of the batch function in processes of their own took: seconds, and megabytes at most."""

    wall: float
    parent_cpu: float
    workers_cpu: float
    parent_memory: float
    worker_memory: float

    @staticmethod
    def of(archive: Path, workers: int, shard_bytes: int = 4_000_000) -> Batch:
        """A run that scores an archive into Parquet."""
        command = [sys.executable, "-c", _BATCH, str(archive), str(archive.with_suffix(".parquet")), str(workers), str(shard_bytes)]
        return Batch(*json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout))

    @staticmethod
    def median(runs: Sequence[Batch]) -> Batch:
        return Batch(*map(statistics.median, zip(*runs, strict=True)))

    @property
    def cpu(self) -> float:
        return self.parent_cpu + self.workers_cpu


_BATCH = r"""
import json, re, resource, sys, time
from scorer.batch import score_files
archive, out, workers, shard = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
clock = time.perf_counter()
score_files(archive, out, workers=workers, shard_bytes=shard, overwrite=True)
wall = time.perf_counter() - clock
me, they = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
most = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])  # ru_maxrss remembers who started this process
print(json.dumps([wall, me.ru_utime + me.ru_stime, they.ru_utime + they.ru_stime, most / 1024, they.ru_maxrss / 1024]))
"""


def write_archive(path: Path, html: Sequence[bytes]) -> None:
    """A .warc.gz of these pages, a gzip member each, as crawlers write them."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number, page in enumerate(html):
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(f"https://example.org/{number}", "response", payload=io.BytesIO(page), http_headers=head))


def from_archive(html: Sequence[bytes]) -> list[Row]:
    """The pages, `COPIES` times, from a .warc.gz to a Parquet file, with one and two workers; start-up apart.

    Start-up is a run over one page a worker. Each is run in turn with what one and two processes do that score in memory and share nothing, since
    the machine may be busier at one time than at another.
    """
    n = COPIES * len(html)
    found: dict[tuple[str, int], list[Batch]] = {(kind, workers): [] for kind in ("start", "whole") for workers in (1, 2)}
    memory: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pages.warc.gz"
        firsts = {workers: Path(folder) / f"first-{workers}.warc.gz" for workers in (1, 2)}
        write_archive(archive, list(html) * COPIES)
        for workers, first in firsts.items():
            write_archive(first, html[:workers])
        for _ in range(RUNS):
            for workers, first in firsts.items():
                memory[workers].append(side_by_side(html, workers))
                found["start", workers].append(Batch.of(first, workers, shard_bytes=1))
                found["whole", workers].append(Batch.of(archive, workers))
    in_memory = {workers: statistics.median(times) for workers, times in memory.items()}
    rows: list[Row] = []
    for workers in (1, 2):
        start, whole = (Batch.median(found[kind, workers]) for kind in ("start", "whole"))
        wall = 1000 * (whole.wall - start.wall) / (n - workers)
        gain = f"{in_memory[1] / wall:.0%} of the in-memory rate"
        if workers > 1:
            gain = f"{rows[0].wall / wall:.2f} times one worker, where processes that score in memory and share nothing do {in_memory[1] / in_memory[2]:.2f} times one"
        note = (
            f"{n:,} pages in {whole.wall:.1f} s, of which start-up {start.wall:.2f} s; {1000 / wall:,.0f} pages/s after it, {gain}; "
            f"the parent takes {1000 * (whole.parent_cpu - start.parent_cpu) / n:.2f} ms of CPU a page; at most {whole.worker_memory:.0f} MB a worker, {whole.parent_memory:.0f} MB the parent"
        )
        rows.append(say(Row(f".warc.gz to Parquet, {workers} worker{'s' * (workers > 1)}, without start-up", 1000 * (whole.cpu - start.cpu) / (n - workers), wall, note)))
    return rows


# -- others --------------------------------------------------------------------------------------------------------


def hashed_classifier(texts: Sequence[str]) -> Callable[[str], object]:
    """A linear classifier over hashed words and pairs, page by page: what fastText predicts with, in scikit-learn."""
    vectorizer = HashingVectorizer(ngram_range=(1, 2), n_features=2**20, alternate_sign=False)
    model = LogisticRegression(max_iter=20).fit(vectorizer.transform(texts), [len(text) % 2 for text in texts])
    return lambda text: model.predict_proba(vectorizer.transform([text]))


def others(decoded: Sequence[str], texts: Sequence[str]) -> list[Row]:
    """What people use today, on the same pages."""
    main = partial(extract_plain_text, main_content=True)
    classify = hashed_classifier(texts)
    rows = [
        measure("resiliparse main content", main, decoded),
        measure("classifier of fastText's shape (1-2-grams, 2^20), whole text", classify, texts),
        measure("resiliparse main content + that classifier", lambda page: classify(main(page)), decoded),
    ]
    try:
        import trafilatura
    except ImportError:
        return [*rows, Row("trafilatura", float("nan"), note="trafilatura is not installed: pip install 'page-trust-scorer[bench]'")]
    rows.append(measure("trafilatura, fast, one pass", partial(trafilatura.extract, fast=True), decoded, 1))
    extracted: list[str] = []
    extract = measure("trafilatura, as it comes, one pass", lambda page: extracted.append(trafilatura.extract(page) or ""), decoded, 1)
    return [*rows, extract, filtered(extract, extracted)]


def filtered(extract: Row, texts: Sequence[str]) -> Row:
    """`extract` and after it datatrove's four filters."""
    name = "trafilatura + datatrove's Gopher (2), C4 and FineWeb filters"
    if not DATATROVE.is_file():
        return Row(name, float("nan"), note=f"not measured: there is no {DATATROVE.relative_to(ROOT)}; the head of benchmarks/speed.py says how it is made")
    lines = "\n".join(json.dumps(text) for text in texts if text)
    done = subprocess.run([DATATROVE, ROOT / "benchmarks" / "datatrove_filters.py"], input=lines, capture_output=True, text=True)
    if done.returncode:
        return Row(name, float("nan"), note=f"datatrove's filters did not run: {done.stderr.strip().rpartition(chr(10))[2]}")
    found = json.loads(done.stdout)
    n = len(texts)
    note = f"the filters alone take {1000 * found['cpu'] / n:.1f} ms of CPU a page and keep {found['kept']} of {n}; a page that one drops is not shown to the next"
    return say(Row(name, extract.cpu + 1000 * found["cpu"] / n, extract.wall + 1000 * found["wall"] / n, note))


# -- the table -----------------------------------------------------------------------------------------------------


def table(rows: Sequence[Row], base: float) -> list[str]:
    """The rows as Markdown, with their notes below."""

    def number(value: float, digits: int = 3) -> str:
        return "–" if value != value else f"{value:,.{digits}f}"

    lines = ["| work | CPU ms a page | wall ms a page | times a bare parse | core-hours for 10^9 pages | dollars |", "|---|---|---|---|---|---|"]
    for row in rows:
        hours = row.cpu * 1e9 / 3.6e6
        lines.append(f"| {row.name} | {number(row.cpu)} | {number(row.wall)} | {number(row.cpu / base, 1)} | {number(hours, 0)} | {number(hours * CORE_HOUR, 0)} |")
    return [*lines, "", *(f"- {row.name}: {row.note}." for row in rows if row.note)]


def main() -> None:
    """Measures every row and writes RESULTS.md beside this file."""
    html, source = pages()
    model = Model.load()
    decoded = [page.decode("utf-8", "replace") for page in html]
    texts = [Page.from_html(page).text for page in html]
    packed = [gzip.compress(page) for page in html]
    score_page(html[0])
    gc.collect()
    gc.freeze()  # what is held here for the benchmark's sake is not the scorer's to look through
    parse = measure("bare lexbor parse", LexborHTMLParser, html)
    floors = [
        measure("floor: a pass over the bytes in memory (bytes.count)", lambda page: page.count(b"<"), html),
        measure("floor: gunzip", partial(zlib.decompress, wbits=31), packed),
    ]
    whole = measure("score_page(HTML bytes), with reasons", score_page, html)
    parts = stages(html, model)
    small = (ROOT / "data" / "samples" / "seo-filler-grout-drying.html").read_bytes()
    ours = [
        measure("score_page(text), with reasons", lambda text: score_page(Page.from_text(text)), texts),
        measure("score_page of one small page (10 kB), warm", lambda _: score_page(small), range(200)),
        *from_archive(html),
    ]
    peers = others(decoded, texts)
    rows = [parse, *floors, whole, *parts, *ours, *peers]
    mean, middle = sum(map(len, html)) / len(html), sorted(map(len, html))[len(html) // 2]
    lines = [
        "# Speed", "", f"{len(html)} pages ({source}), mean {mean / 1000:.1f} kB, median {middle / 1000:.1f} kB; one thread a process, median of {RUNS} passes; {platform.machine()}, {os.cpu_count()} cores,",
        f"Python {platform.python_version()}. Compare ratios, not times. Core-hours are CPU time of pages like these, without fetching and storing them; dollars assume {CORE_HOUR} a core-hour.", "",
        *table(rows, parse.cpu),
        "", "Against the peers of this run, a score with reasons takes:", "",
        *(f"- {whole.cpu / row.cpu:.2f} times the CPU time of {row.name}" for row in peers if row.cpu == row.cpu), "",
        f"Peak memory of the benchmark itself: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (all pages held at once).",
    ]  # fmt: skip
    (ROOT / "benchmarks" / "RESULTS.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
