"""Does a batch of 100,000 pages survive being killed again and again, and how much memory does it take?

Cuts pages of about 400 characters from those of a Parquet file (column `html`) and writes them, each with an id of its
own, as WARC, WET and Parquet, a third each. Then scores them three times: undisturbed; killed (SIGKILL) 20 times at
random moments and given again; with a worker killed every few seconds. Compares the outputs and states the memory.

    python benchmarks/survival.py PAGES.parquet [COUNT] [FOLDER] [WORKERS]
"""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import escape
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scorer.page import Page

KILLS = 20
PIECE = 400
PATIENCE = "60"  # a page that is given up because the machine is busy with other things is not what is asked about


def pieces(source: Path) -> Iterator[str]:
    """Texts of about `PIECE` characters from the pages, endlessly, no two alike."""
    lap = 0
    while True:
        for batch in pq.ParquetFile(source).iter_batches(64, columns=["html"]):
            for html in batch.column(0).to_pylist():
                text = Page.from_html(html or "").text[:30_000]
                for at in range(0, len(text) - PIECE // 2, PIECE):
                    yield f"{text[at : at + PIECE]}\n({lap})" if lap else text[at : at + PIECE]
        lap += 1


def write_inputs(source: Path, count: int, folder: Path) -> list[Path]:
    """The pages as a WARC, a WET and a Parquet file."""
    paths = [folder / "pages.warc.gz", folder / "pages.warc.wet.gz", folder / "pages.parquet"]
    if paths[-1].exists():
        return paths
    texts = enumerate(islice(pieces(source), count))
    third = -(-count // 3)
    with paths[0].open("wb") as file:
        for number, text in islice(texts, third):
            body = _html(text).encode("utf-8", "replace")
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
            file.write(_record("response", number, http, "application/http; msgtype=response"))
    with paths[1].open("wb") as file:
        for number, text in islice(texts, third):
            file.write(_record("conversion", number, text.encode("utf-8", "replace"), "text/plain"))
    rows = [{"id": f"<urn:page:{number}>", "url": _url(number), "html": _html(text)} for number, text in texts]
    pq.write_table(pa.Table.from_pylist(rows), paths[2].with_suffix(".part"), row_group_size=5_000)
    paths[2].with_suffix(".part").replace(paths[2])
    return paths


def _html(text: str) -> str:
    title, _, rest = text.partition("\n")
    return f"<!doctype html><title>{escape(title[:80])}</title><h1>{escape(title[:80])}</h1><p>" + escape(rest).replace("\n", "</p>\n<p>")


def _url(number: int) -> str:
    return f"https://site{number % 997}.example/{number}"


def _record(kind: str, number: int, body: bytes, content_type: str) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:page:{number}>\r\nWARC-Target-URI: {_url(number)}\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return gzip.compress(head.encode() + body + b"\r\n\r\n", 1, mtime=0)


class Run:
    """One `scorer score` under watch: the highest memory of the parent and of any worker, in MB."""

    def __init__(self) -> None:
        self.parent = self.worker = 0.0

    def go(self, inputs: list[Path], output: Path, workers: int, meanwhile: Callable[[subprocess.Popen[bytes]], bool]) -> int:
        """Runs until it ends or `meanwhile`, called five times a second, says to kill it; returns its exit code."""
        process = subprocess.Popen([sys.executable, "-m", "scorer.cli", "score", *map(str, inputs), "-o", str(output), "--workers", str(workers), "--page-seconds", PATIENCE])
        while process.poll() is None:
            self.parent = max(self.parent, _peak(process.pid))
            self.worker = max([self.worker, *map(_peak, children(process.pid))])
            if meanwhile(process):
                process.kill()
            time.sleep(0.2)
        return process.returncode


def _peak(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        # A child between fork and exec still shows its parent's memory.
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return 0.0
    mine = [line for line in lines if line.startswith("VmHWM:")]
    return int(mine[0].split()[1]) / 1024 if mine and b"scorer" in command else 0.0


def children(pid: int) -> list[int]:
    try:
        return [int(child) for found in Path(f"/proc/{pid}/task").glob("*/children") for child in found.read_text().split()]
    except OSError:
        return []


def compare(output: Path, against: Path, count: int) -> str:
    """What can be said of an output: rows, doubles, errors, whether it is the undisturbed run's, byte for byte."""
    rows = pq.read_table(output, columns=["id", "error"])
    ids, errors = rows.column("id").to_pylist(), [e for e in rows.column("error").to_pylist() if e]
    same = "identical to the undisturbed run" if output.read_bytes() == against.read_bytes() else "not identical to the undisturbed run"
    return f"{len(ids):,} of {count:,} rows, {len(ids) - len(set(ids)):,} doubles, {len(errors):,} errors, {same}"


def main() -> None:
    source = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    folder = Path(sys.argv[3] if len(sys.argv) > 3 else "build/survival")
    workers = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    folder.mkdir(parents=True, exist_ok=True)
    inputs = write_inputs(source, count, folder)
    chance = random.Random(0)

    began, calm = time.monotonic(), Run()
    calm.go(inputs, folder / "calm.parquet", workers, lambda _: False)
    seconds = time.monotonic() - began
    print(f"undisturbed: {compare(folder / 'calm.parquet', folder / 'calm.parquet', count)}; {seconds:,.0f} s; memory: parent {calm.parent:,.0f} MB, largest worker {calm.worker:,.0f} MB", flush=True)

    killed, runs = Run(), 0
    output = folder / "killed.parquet"
    for kill in range(KILLS + 1):
        until = time.monotonic() + (chance.uniform(0.5, seconds / KILLS) if kill < KILLS else 1e9)
        code = killed.go(inputs, output, workers, lambda _, until=until: time.monotonic() > until)  # type: ignore[misc]
        runs += code == -signal.SIGKILL
        if code >= 0:
            break
    print(f"killed {runs} times and resumed: {compare(output, folder / 'calm.parquet', count)}; memory: parent {killed.parent:,.0f} MB, largest worker {killed.worker:,.0f} MB", flush=True)

    kills, last = 0, time.monotonic()

    def kill_a_worker(process: subprocess.Popen[bytes]) -> bool:
        nonlocal kills, last
        alive = children(process.pid)
        if alive and time.monotonic() - last > 4:
            os.kill(chance.choice(alive), signal.SIGKILL)
            kills, last = kills + 1, time.monotonic()
        return False

    Run().go(inputs, folder / "workers.parquet", workers, kill_a_worker)
    print(f"{kills} workers killed: {compare(folder / 'workers.parquet', folder / 'calm.parquet', count)}", flush=True)


if __name__ == "__main__":
    main()
