"""How long do the slowest hostile pages take, and how much memory?

    python benchmarks/hostile.py [--size 3000000] [--name PART]

Every page of tests/hostile/hostile_inputs.py, made as large as pages are read, is scored in a process of its own under a
time limit; writes the slowest and the largest to benchmarks/HOSTILE.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "hostile")]

from hostile_inputs import FULL, PAGES  # noqa: E402

from scorer.read import Record  # noqa: E402
from scorer.score import score_columns  # noqa: E402

LIMIT = 10
SHOWN = 15


def measure(name: str, size: int, out: Any) -> None:
    """Runs in a process that was forked from a warm one: sends CPU seconds, peak of memory in MB, error, what was cut."""
    trick = PAGES[name]
    content = trick.content(size)[: FULL + 1]
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    Path("/proc/self/clear_refs").write_text("5")  # the peak of what follows, not of making the page
    before = time.process_time()
    row = score_columns([Record(name, trick.url, "", content, trick.kind)])  # type: ignore[arg-type]
    seconds = time.process_time() - before
    peak = next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().split("\n") if line.startswith("VmHWM"))  # fmt: skip
    out.send((seconds, peak / 1000, row["error"][0], row["truncated"][0]))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=FULL)
    options.add_argument("--name", default="", help="only tricks whose name has this in it")
    given = options.parse_args()
    score_columns([Record("", "", "", "<p>A page to warm up with. " * 9, "html")])
    context = multiprocessing.get_context("fork")
    found: list[tuple[float, float, str, str, str]] = []
    for name in (name for name in PAGES if given.name in name):
        ours, theirs = context.Pipe(False)
        process = context.Process(target=measure, args=(name, given.size, theirs))
        process.start()
        theirs.close()
        try:
            seconds, peak, error, cut = ours.recv()
        except EOFError:
            seconds, peak, error, cut = float(LIMIT), float("nan"), "ended by the limit", ""
        process.join()
        found.append((seconds, peak, name, error, cut))
    write(found, given.size)


def write(found: list[tuple[float, float, str, str, str]], size: int) -> None:
    over = sum(seconds > 1 for seconds, *_ in found)
    lines = [
        "# Hostile pages\n",
        f"{len(found)} pages of `tests/hostile/hostile_inputs.py`, those that can be made as large as one likes {size:,} characters long; CPU time and peak of memory of the whole process (`make hostile`).",
        f"Over one second: {over}. Median {sorted(row[0] for row in found)[len(found) // 2] * 1000:.0f} ms. Largest {max(row[1] for row in found if row[1] == row[1]):.0f} MB.\n",
        "| slowest | s | MB | cut | error |", "|---|---|---|---|---|",
        *(f"| {name} | {seconds:.2f} | {peak:.0f} | {cut} | {error[:60]} |" for seconds, peak, name, error, cut in sorted(found, reverse=True)[:SHOWN]),
        "\n| largest | MB | s |", "|---|---|---|",
        *(f"| {name} | {peak:.0f} | {seconds:.2f} |" for seconds, peak, name, _, _ in sorted(found, key=lambda row: -row[1])[:5]),
    ]  # fmt: skip
    text = "\n".join(lines) + "\n"
    print(text)
    if len(found) == len(PAGES) and size == FULL:
        (ROOT / "benchmarks" / "HOSTILE.md").write_text(text.replace("\x00", ""), "utf-8", "replace")


if __name__ == "__main__":
    main()
