"""Does every page of the corpus keep its row when it is cut short or spoilt, and how long does it take?

    python benchmarks/cuts.py CORPUS [--share 1.0] [--cuts 50] [--spoils 5] [--workers 1]

Every page is cut at `--cuts` random bytes, and copied `--spoils` times with bytes changed at random
(tests/hostile/damage.py). All copies are scored one by one by `score_columns`, which every engine runs, and those of one
page in ten also by the command, from Parquet to Parquet, which must give the same. A shard is `SHARD_PAGES` pages in a
process of its own; what came of it is kept in build/cuts, so a run that was ended goes on where it was when the same
command is given again. A change of the program or its models begins anew. Writes benchmarks/CUTS.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "hostile")]

from damage import damaged  # noqa: E402

from scorer.batch import score_files  # noqa: E402
from scorer.page import Page  # noqa: E402
from scorer.read import Record  # noqa: E402
from scorer.score import score_columns  # noqa: E402

FILES = ("pages.parquet", "pages_static.parquet")
SHARD_PAGES = 50
BY_COMMAND = 10
"""The copies of one page in so many go through the command as well."""
SHOWN = 10
LEAST_WORDS = 25
"""Words of a body from which there is something to judge: a copy of so many that gets an error is a page that is hidden."""


def pages(corpus: Path, share: float) -> Iterator[tuple[str, str, int]]:
    """The pages of the sample: id, file, and place in it. Drawn by the hash of the id."""
    for name in FILES:
        at = 0
        for batch in pq.ParquetFile(corpus / name).iter_batches(batch_size=1000, columns=["id"]):
            for ident in batch.column("id").to_pylist():
                if int(hashlib.sha1(f"sample {ident}".encode()).hexdigest()[:8], 16) < share * (1 << 32):
                    yield str(ident), name, at
                at += 1


def program() -> str:
    """A digest of everything that a score depends on."""
    digest = hashlib.sha256()
    for file in sorted([*(ROOT / "scorer").rglob("*.py"), *(ROOT / "scorer").rglob("*.txt"), *(ROOT / "models").rglob("*.npz"), *(ROOT / "models").rglob("*.json"), Path(__file__), ROOT / "tests/hostile/damage.py"]):  # fmt: skip
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


# -- one shard, in a process of its own -------------------------------------------------------------------------------------


def run_shard(job: dict[str, Any], out: Path) -> None:
    """Scores the copies of the shard's pages and writes what came of it to `out`; the page in hand stands beside it, for the case that the process dies."""
    wanted = {(name, at): ident for ident, name, at in job["pages"]}
    found: dict[str, Any] = {"pages": 0, "rows_in": 0, "rows_out": 0, "seconds": 0.0, "errors": Counter(), "hidden": [], "faults": [], "slowest": [], "command": 0, "truncated": Counter()}
    score_columns([Record("", "", "", "<p>A page to warm up with. " * 9, "html")])
    in_hand = out.with_suffix(".page")
    for name in FILES:
        at, last = 0, max((at for n, at in wanted if n == name), default=-1)
        file = pq.ParquetFile(Path(job["corpus"]) / name)
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            here = [a for n, a in wanted if n == name and at <= a < at + rows]
            if here:
                place = at
                for batch in file.iter_batches(batch_size=20, row_groups=[group], columns=["id", "url", "html"]):
                    inside = [a for a in here if place <= a < place + len(batch)]
                    for row in (batch.slice(a - place, 1).to_pylist()[0] for a in inside):
                        if row["id"] not in job["skip"]:
                            in_hand.write_text(row["id"])
                            run_page(row, job["cuts"], job["spoils"], found)
                    place += len(batch)
            at += rows
            if at > last:
                break
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    found["slowest"] = sorted(found["slowest"], reverse=True)[:SHOWN]
    beside = out.with_suffix(".part")
    beside.write_text(json.dumps(found))
    beside.rename(out)
    in_hand.unlink(missing_ok=True)


def run_page(row: dict[str, Any], cuts: int, spoils: int, found: dict[str, Any]) -> None:
    """Scores the damaged copies of one page."""
    url = row["url"] or ""
    copies = list(damaged(row["id"], row["html"].encode("utf-8", "replace"), cuts, spoils))
    found["pages"] += 1
    trusts: list[float] = []
    for name, data in copies:
        found["rows_in"] += 1
        before = time.process_time()
        try:
            scored = score_columns([Record(name, url, "", data, "html")])
        except Exception as fault:  # what is measured: nothing may be raised
            found["faults"].append([name, f"raised {type(fault).__name__}: {fault}"[:200]])
            trusts.append(float("nan"))
            continue
        seconds = time.process_time() - before
        found["seconds"] += seconds
        found["slowest"].append((round(seconds, 4), name, len(data)))
        if {len(cells) for cells in scored.values()} != {1} or scored["id"] != [name]:
            found["faults"].append([name, "not one row of its own"])
            continue
        found["rows_out"] += 1
        error, trust = scored["error"][0], scored["trust"][0]
        trusts.append(trust)
        found["truncated"].update(filter(None, scored["truncated"][0].split(",")))
        if error:
            found["errors"][error.partition(": ")[0]] += 1
            if "report" in error:
                found["faults"].append([name, error[:200]])
            elif Page.from_html(data, url).body_word_count >= LEAST_WORDS:
                found["hidden"].append([name, error[:120]])
        elif not 0 <= trust <= 1:
            found["faults"].append([name, f"trust is {trust}"])
    if len(found["slowest"]) > 1000:
        found["slowest"] = sorted(found["slowest"], reverse=True)[:SHOWN]
    if int(hashlib.sha1(f"command {row['id']}".encode()).hexdigest()[:8], 16) % BY_COMMAND == 0:
        by_command(row, copies, trusts, found)


def by_command(row: dict[str, Any], copies: list[tuple[str, bytes]], trusts: list[float], found: dict[str, Any]) -> None:
    """Scores the copies by the command, reader to writer, and compares."""
    with tempfile.TemporaryDirectory(prefix="cuts-") as folder:
        table = pa.table({"id": [name for name, _ in copies], "url": [row["url"] or ""] * len(copies), "html": pa.array([data for _, data in copies], pa.binary())})
        pq.write_table(table, Path(folder) / "pages.parquet")
        score_files(Path(folder) / "pages.parquet", Path(folder) / "scores.parquet", page_seconds=20)
        scored = pq.read_table(Path(folder) / "scores.parquet", columns=["id", "trust"])
    found["command"] += scored.num_rows
    if scored.column("id").to_pylist() != [name for name, _ in copies]:
        found["faults"].append([row["id"], f"the command gave {scored.num_rows} rows for {len(copies)}, or in another order"])
        return
    for (name, _), mine, theirs in zip(copies, trusts, scored.column("trust").to_pylist(), strict=True):
        if mine != theirs and (mine == mine) | (theirs is not None and theirs == theirs):
            found["faults"].append([name, f"the command gave trust {theirs}, the function {mine}"])


# -- all of them ------------------------------------------------------------------------------------------------------------


def attempt(job: dict[str, Any], out: Path) -> dict[str, Any]:
    """Runs a shard until it is done; a page on which its process dies is noted and left out of the next attempt."""
    died: list[str] = []
    while not out.exists():
        done = subprocess.run([sys.executable, __file__, "--shard", str(out)], input=json.dumps({**job, "skip": died}), text=True, capture_output=True)  # fmt: skip
        if out.exists():
            break
        page = out.with_suffix(".page")
        if done.returncode >= 0 or not page.exists():
            raise SystemExit(f"{out.name} could not be run:\n{done.stderr[-2000:]}")
        died.append(page.read_text())
        page.unlink()
    found: dict[str, Any] = json.loads(out.read_text())
    found["died"] = died + found.get("died", [])
    if died:
        out.write_text(json.dumps(found))
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path, nargs="?")
    options.add_argument("--share", type=float, default=1.0, help="share of the pages that is drawn")
    options.add_argument("--cuts", type=int, default=50, help="cut copies of each page")
    options.add_argument("--spoils", type=int, default=5, help="copies of each page with bytes changed")
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--shard", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.shard:
        run_shard(json.loads(sys.stdin.read()), given.shard)
        return
    if given.corpus is None:
        options.error("give the folder of the corpus")
    every = list(pages(given.corpus, given.share))
    scorer = program()
    folder = ROOT / "build" / "cuts" / f"{scorer}-{given.share:g}-{given.cuts}-{given.spoils}"
    folder.mkdir(parents=True, exist_ok=True)
    shards = [every[i : i + SHARD_PAGES] for i in range(0, len(every), SHARD_PAGES)]
    jobs = [({"corpus": str(given.corpus.resolve()), "pages": shard, "cuts": given.cuts, "spoils": given.spoils}, folder / f"{i:05d}.json") for i, shard in enumerate(shards)]
    found: list[dict[str, Any]] = []
    started = time.monotonic()
    with ThreadPoolExecutor(given.workers) as pool:
        try:
            for result in pool.map(lambda job: attempt(*job), jobs):
                found.append(result)
                print(f"\r{len(found)} of {len(jobs)} shards, {sum(f['rows_out'] for f in found):,} rows, {time.monotonic() - started:,.0f} s", end="", flush=True)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
    print()
    write(found, given, scorer, len(every))


def write(found: list[dict[str, Any]], given: argparse.Namespace, scorer: str, drawn: int) -> None:
    """Writes benchmarks/CUTS.md; `scorer`: the digest of the program that was measured, `drawn`: of how many pages these are the first."""

    def total(name: str) -> int:
        return sum(shard[name] for shard in found)

    errors: Counter[str] = Counter()
    truncated: Counter[str] = Counter()
    for shard in found:
        errors.update(shard["errors"])
        truncated.update(shard["truncated"])
    rows, seconds = total("rows_in"), sum(shard["seconds"] for shard in found)
    slowest = sorted((tuple(one) for shard in found for one in shard["slowest"]), reverse=True)[:SHOWN]
    died, faults, hidden = ([one for shard in found for one in shard[name]] for name in ("died", "faults", "hidden"))
    pages_in = total("pages") + len(died)
    if pages_in < drawn:
        sample = f"the first {pages_in:,} of {drawn:,} pages"
    else:
        sample = f"every page ({pages_in:,})" if given.share >= 1 else f"{100 * given.share:g} % of the pages, drawn by the hash of their ids ({pages_in:,}),"
    lines = [
        "# Pages cut short and spoilt\n",
        f"Of the development corpus {sample} cut at {given.cuts} random bytes each, and {given.spoils} copies of each with bytes changed at random (`benchmarks/cuts.py`; program {scorer}).\n",
        "| | |", "|---|---|",
        f"| rows in | {rows:,} |",
        f"| rows out | {total('rows_out'):,} |",
        f"| of these also by the command, from Parquet to Parquet, with the same trust | {total('command'):,} |",
        f"| pages on which the process died | {len(died)} |",
        f"| faults: raised, a row lost, a number out of bounds, \"please report\" | {len(faults)} |",
        f"| errors that hide a body of {LEAST_WORDS} words or more | {len(hidden)} |",
        f"| CPU seconds | {seconds:,.0f} ({1000 * seconds / max(rows, 1):.1f} ms a row) |",
        f"| slowest row | {slowest[0][0] if slowest else 0:.2f} s |",
        f"| most memory of a process, the corpus' row group included | {max((shard['megabytes'] for shard in found), default=0):.0f} MB |",
        f"| cut by bounds | {', '.join(f'{name} {count:,}' for name, count in truncated.most_common()) or 'none'} |\n",
        "| error | rows |", "|---|---|",
        *(f"| {error} | {count:,} |" for error, count in errors.most_common()),
        "\n| slowest | s | bytes |", "|---|---|---|",
        *(f"| {name} | {took:.2f} | {size:,} |" for took, name, size in slowest),
    ]  # fmt: skip
    for title, listed in (("died", [[one, ""] for one in died]), ("fault", faults), ("hidden", hidden)):
        if listed:
            lines += [f"\n| {title} | what |", "|---|---|", *(f"| {name} | {what} |" for name, what in listed[:100])]
    text = "\n".join(lines) + "\n"
    (ROOT / "benchmarks" / "CUTS.md").write_text(text, "utf-8", "replace")
    print(text)


if __name__ == "__main__":
    main()
