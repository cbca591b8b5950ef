"""Does a batch lose nothing, double nothing, and go on after whatever happens to it?"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from scorer import batch, read
from scorer.batch import Refused, State, Tally, score_files
from scorer.model import Model
from scorer.score import score_columns
from scorer.write import Unwritable

PageHtml = Callable[[int], str]
SMALL = 20_000  # bytes a shard: a few pages each


@pytest.fixture
def crawl(tmp_path: Path, page_html: PageHtml) -> Path:
    """Sixty pages in a table, a broken line, an empty page and one that is none among them."""
    path = tmp_path / "crawl.jsonl"
    rows = [
        orjson.dumps({"id": f"p{i}", "url": f"http://a.org/{i}", "html": page_html(i), "topic": i % 3})
        for i in range(60)
    ]
    rows[7], rows[20], rows[33] = (
        b'{"html": "<p>cut',
        orjson.dumps({"id": "p20", "text": ""}),
        orjson.dumps({"id": "p33", "html": " "}),
    )
    path.write_bytes(b"\n".join(rows))
    return path


def rows_of(path: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(path).to_pylist())


def test_every_page_has_its_row_in_order(crawl: Path, tmp_path: Path) -> None:
    tally = score_files(crawl, tmp_path / "scores.parquet", keep=["topic"], shard_bytes=SMALL)
    rows = rows_of(tmp_path / "scores.parquet")
    assert [row["id"] for row in rows] == [f"p{i}" if i != 7 else f"{crawl}:8" for i in range(60)]
    assert [i for i, row in enumerate(rows) if row["error"]] == [7, 20, 33]
    assert all((row["trust"] is None) == bool(row["error"]) for row in rows)
    assert [row["topic"] for row in rows[:7]] == [0, 1, 2, 0, 1, 2, 0]
    assert (tally.pages, tally.errors.total(), tally.verdicts[""], tally.complete) == (60, 3, 3, True)
    assert tally.examples["not valid JSON"] == f"{crawl}:8"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crawl.jsonl", "scores.parquet"], (
        "nothing is left behind"
    )


def test_a_row_is_what_the_function_gives(crawl: Path, tmp_path: Path) -> None:
    score_files(crawl, tmp_path / "scores.parquet", features=True, shard_bytes=SMALL)
    columns = score_columns(list(read.read([crawl])), Model.load(), features=True)
    table = pq.read_table(tmp_path / "scores.parquet")
    assert table.schema.names == list(columns)
    for name, values in columns.items():
        assert table.column(name).to_pylist() == [None if value != value else value for value in values], name


@pytest.mark.parametrize("name", ["scores.parquet", "scores.jsonl.gz", "scores.csv"])
def test_any_number_of_workers_gives_the_same_bytes(crawl: Path, tmp_path: Path, name: str) -> None:
    for workers in (1, 3):
        (tmp_path / str(workers)).mkdir()
        score_files(crawl, tmp_path / str(workers) / name, workers=workers, keep=["topic"], shard_bytes=SMALL)
    assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "3" / name).read_bytes()


def test_progress_is_told(crawl: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []
    score_files(
        crawl, tmp_path / "s.csv", shard_bytes=SMALL, progress=lambda s: told.append((s.pages, s.position, s.size))
    )
    pages, positions, sizes = zip(*told, strict=True)
    assert pages[-1] == 60
    assert list(positions) == sorted(positions)
    assert positions[-1] <= sizes[-1] == crawl.stat().st_size


# -- pages that hurt -----------------------------------------------------------------------------------------------

HOSTILE = '''
"""What a worker imports before anything else in these tests: scoring that can be made to fail in every way."""
import os, signal, sys, time
if any("scorer.workers" in word for word in sys.orig_argv):
    import scorer.score as score
    real = score.score_columns
    def score_columns(records, *args, **kwargs):
        for record in records:
            content = record.content if isinstance(record.content, str) else record.content.decode("utf-8", "replace")
            if "CRASH" in content: os.kill(os.getpid(), signal.SIGSEGV)
            if "HANG" in content: time.sleep(60)
            if "RAISE" in content: raise KeyError("an unforeseen fault")
            if "SLOW" in content: time.sleep(0.02)
        return real(records, *args, **kwargs)
    score.score_columns = score_columns
'''


@pytest.fixture
def hostile(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "sitecustomize.py").write_text(HOSTILE)
    monkeypatch.setenv("PYTHONPATH", str(folder))


def write_pages(path: Path, page_html: PageHtml, marks: dict[int, str], count: int = 40) -> Path:
    rows = [{"id": f"p{i}", "html": page_html(i) + marks.get(i, marks.get(-1, ""))} for i in range(count)]
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return path


@pytest.mark.usefixtures("hostile")
def test_a_page_that_crashes_hangs_or_raises_costs_its_own_row(tmp_path: Path, page_html: PageHtml) -> None:
    crawl = write_pages(tmp_path / "crawl.jsonl", page_html, {3: "CRASH", 4: "HANG", 21: "RAISE", 39: "CRASH"})
    tally = score_files(crawl, tmp_path / "scores.parquet", workers=2, page_seconds=0.5, shard_bytes=SMALL)
    rows = rows_of(tmp_path / "scores.parquet")
    assert [row["id"] for row in rows] == [f"p{i}" for i in range(40)]
    assert {i: row["error"] for i, row in enumerate(rows) if row["error"]} == {
        3: "crashed the worker process twice: SIGSEGV",
        4: "took longer than 0.5 s and was stopped; --page-seconds allows more",
        21: "crashed the worker process twice: KeyError: 'an unforeseen fault'",
        39: "crashed the worker process twice: SIGSEGV",
    }
    assert tally.errors.total() == 4


def children() -> list[int]:
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(pid) for found in lists for pid in found.read_text().split()]


@pytest.mark.usefixtures("hostile")
@pytest.mark.skipif(
    not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists(),
    reason="the system does not list child processes",
)
def test_workers_that_are_killed_cost_no_row(tmp_path: Path, page_html: PageHtml) -> None:
    crawl = write_pages(tmp_path / "crawl.jsonl", page_html, {-1: "SLOW"}, 120)
    killed = 0

    def kill_one(state: State) -> None:
        nonlocal killed
        if killed < 4 and (alive := children()):
            os.kill(alive[killed % len(alive)], signal.SIGKILL)
            killed += 1

    tally = score_files(crawl, tmp_path / "scores.parquet", workers=2, shard_bytes=SMALL, progress=kill_one)
    assert killed == 4
    assert [row["id"] for row in rows_of(tmp_path / "scores.parquet")] == [f"p{i}" for i in range(120)]
    assert tally.errors.total() <= killed


# -- stopped and gone on with --------------------------------------------------------------------------------------


def command(*words: object) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((os.environ["PYTHONPATH"], str(Path(batch.__file__).parent.parent))),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "scorer.cli", "score", *map(str, words)],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def wait_for_parts(folder: Path, count: int) -> None:
    until = time.monotonic() + 30
    while len(list(folder.glob("*.arrow"))) < count:
        assert time.monotonic() < until, "no shard was finished in time"
        time.sleep(0.02)


@pytest.fixture
def large(tmp_path: Path, page_html: PageHtml) -> Path:
    """Pages for some dozens of shards of the ordinary size."""
    filler = "<!--" + "x" * 1_000_000 + "-->"
    rows = [{"id": f"p{i}", "html": page_html(i) + "SLOW" + filler} for i in range(120)]
    path = tmp_path / "large.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return path


@pytest.mark.usefixtures("hostile")
def test_a_run_that_was_killed_goes_on_where_it_was(large: Path, tmp_path: Path) -> None:
    output, work = tmp_path / "scores.parquet", tmp_path / "scores.parquet.work"
    for finished in (2, 4, 7):
        run = command(large, "-o", output, "--workers", 2)
        wait_for_parts(work, finished)
        run.kill()
        run.communicate()
    before = {part.name: part.stat().st_mtime_ns for part in work.glob("*.arrow")}
    assert not output.exists()
    seen: dict[str, int] = {}

    def look(state: State) -> None:
        seen.update((part.name, part.stat().st_mtime_ns) for part in work.glob("*.arrow") if part.name in before)

    tally = score_files(str(large), output, workers=2, progress=look)
    assert seen == before, "a finished shard was scored again"
    assert tally.resumed >= 7 * 4
    assert not work.exists()
    score_files(large, tmp_path / "undisturbed.parquet", workers=1)
    assert output.read_bytes() == (tmp_path / "undisturbed.parquet").read_bytes()


@pytest.mark.usefixtures("hostile")
def test_ctrl_c_keeps_what_is_done_and_says_so(large: Path, tmp_path: Path) -> None:
    output, work = tmp_path / "scores.jsonl", tmp_path / "scores.jsonl.work"
    run = command(large, "-o", output, "--workers", 2)
    wait_for_parts(work, 2)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=20)
    assert run.returncode == 130
    assert f"Stopped. What is scored is kept in {work}; the same command goes on from there." in said
    assert "Traceback" not in said
    assert score_files(str(large), output, workers=2).resumed >= 2 * 4


@pytest.fixture
def unfinished(crawl: Path, tmp_path: Path) -> Path:
    """An output whose run was stopped after its first shard."""

    def stop(state: State) -> None:
        raise KeyboardInterrupt

    output = tmp_path / "scores.parquet"
    with pytest.raises(KeyboardInterrupt):
        score_files([str(crawl)], output, shard_bytes=SMALL, progress=stop)
    return output


def test_another_command_is_refused(unfinished: Path, crawl: Path) -> None:
    with pytest.raises(Refused, match="unfinished run with other options; run its command again"):
        score_files([str(crawl)], unfinished, shard_bytes=SMALL, features=True)
    os.utime(crawl)
    with pytest.raises(Refused, match=re.escape("unfinished run with other input files (changed since);")):
        score_files([str(crawl)], unfinished, shard_bytes=SMALL)
    crawl.write_bytes(crawl.read_bytes() + b"\n")
    with pytest.raises(Refused, match=re.escape(f"unfinished run with other input files (changed since: {crawl});")):
        score_files([str(crawl)], unfinished, shard_bytes=SMALL)


def test_a_damaged_shard_is_scored_again(unfinished: Path, crawl: Path) -> None:
    part = next(iter(unfinished.with_name("scores.parquet.work").glob("*.arrow")))
    part.write_bytes(part.read_bytes()[:100])
    assert score_files([str(crawl)], unfinished, shard_bytes=SMALL).pages == 60


def test_a_run_that_was_killed_while_it_cleared_up_ends_well(
    unfinished: Path, crawl: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = unfinished.with_name("scores.parquet.work")

    def killed(folder: Path) -> None:
        next(iter(folder.glob("*.arrow"))).unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(batch, "_clear", killed)
        with pytest.raises(KeyboardInterrupt):
            score_files([str(crawl)], unfinished, shard_bytes=SMALL)
    written = unfinished.stat().st_mtime_ns
    tally = score_files([str(crawl)], unfinished, shard_bytes=SMALL)
    assert (tally.pages, tally.resumed, tally.complete) == (60, 60, True)
    assert unfinished.stat().st_mtime_ns == written, "the output was made again"
    assert not work.exists()


def test_an_output_of_another_run_is_never_taken_for_the_finished_one(unfinished: Path, crawl: Path) -> None:
    unfinished.write_text("somebody else's file")
    work = unfinished.with_name("scores.parquet.work")
    (work / "complete").write_text(json.dumps({"output": 0, **Tally("").counts()}))
    with pytest.raises(Unwritable, match="exists already"):
        score_files([str(crawl)], unfinished, shard_bytes=SMALL)
    assert unfinished.read_text() == "somebody else's file"


def test_a_run_from_a_pipe_begins_anew(crawl: Path, tmp_path: Path) -> None:
    pipe, output = tmp_path / "pipe", tmp_path / "s.parquet"
    os.mkfifo(pipe)

    def stop(state: State) -> None:
        raise KeyboardInterrupt

    def feed() -> None:
        with suppress(BrokenPipeError):
            pipe.write_bytes(crawl.read_bytes())

    threading.Thread(target=feed, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        score_files([str(pipe)], output, shard_bytes=SMALL, progress=stop)
    threading.Thread(target=feed, daemon=True).start()
    assert score_files([str(pipe)], output, shard_bytes=SMALL).resumed == 0
    assert [row["id"] for row in rows_of(output)][:2] == ["p0", "p1"]


def test_two_runs_do_not_write_to_one_output(crawl: Path, tmp_path: Path) -> None:
    def second(state: State) -> None:
        with pytest.raises(Refused, match="another run is writing"):
            score_files([str(crawl)], tmp_path / "s.csv", shard_bytes=SMALL)

    assert score_files([str(crawl)], tmp_path / "s.csv", shard_bytes=SMALL, progress=second).pages == 60


# -- input and output that will not do -----------------------------------------------------------------------------


def test_bad_files_among_good_ones_are_told_at_the_end(crawl: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    tally = score_files([crawl, tmp_path / "none.html", tmp_path / "a.pdf"], tmp_path / "s.parquet", keep=["topic"])
    assert (tally.pages, len(tally.problems), tally.complete) == (61, 2, False)
    assert rows_of(tmp_path / "s.parquet")[-1]["error"] == "this is a PDF document, not a page: give HTML or text"
    assert f"{tmp_path}/none.html does not exist" in str(tally)


def test_lines_that_are_not_utf_8_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(
        b'{"text": "Tea caf\xe9 and more"}\n{"text": "NaN is read, too", "n": NaN}\n{"text": "sound"}\n{"text": "cut \xe9'
    )
    tally = score_files(tmp_path / "a.jsonl", tmp_path / "s.csv")
    assert (tally.pages, tally.mended["lines that are not UTF-8"], tally.errors["not valid JSON"]) == (4, 1, 1)
    assert "  1 lines that are not UTF-8 read, with marks for what is broken" in str(tally)


def test_the_output_within_the_input_folder_is_not_read(tmp_path: Path, page_html: PageHtml) -> None:
    (tmp_path / "a.html").write_text(page_html(1))
    score_files(tmp_path, tmp_path / "s.csv")
    assert score_files(tmp_path, tmp_path / "s.csv", overwrite=True).pages == 1


def test_no_page_at_all(tmp_path: Path) -> None:
    with pytest.raises(read.Unreadable, match="there is no page in"):
        score_files(tmp_path, tmp_path / "s.csv")
    assert list(tmp_path.iterdir()) == []


def test_columns_that_the_scores_have_cannot_be_kept(crawl: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="'trust' cannot be kept"):
        score_files(crawl, tmp_path / "s.csv", keep=["trust"])


def test_progress_reads_well() -> None:
    state = State(pages=900, low=90, errors=2, resumed=100, resumed_to=1000, position=10_000, size=28_000)
    state.started -= 90
    assert str(state).startswith("1,000 pages, 10/s, 10% low, 2 without a score")
    assert state.seconds_left == pytest.approx(180, abs=1)
    assert State(position=5).seconds_left is None


def test_the_tally_reads_well() -> None:
    tally = Tally("s.csv", resumed=3, seconds=2)
    tally.verdicts.update(["low", "mixed", ""])
    tally.errors["not valid JSON"], tally.examples["not valid JSON"] = 1, "a.jsonl:7"
    tally.left_out["images"] = 2
    assert str(tally).splitlines() == [
        "3 pages: 1 low, 1 mixed, 0 high, 1 without a score, in 2.0 s (3 of them by an earlier run)",
        "  1 x not valid JSON (first: a.jsonl:7)",
        "  2 images left out",
        "written to s.csv",
    ]


def test_scoring_imports_neither_scikit_learn_nor_pandas(crawl: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom scorer.cli import main\n"
        f"main(['score', {str(crawl)!r}, '-o', {str(tmp_path / 's.csv')!r}], standalone_mode=False)\n"
        "print([name for name in ('sklearn', 'pandas', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(batch.__file__).parent.parent
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.corpus
def test_the_corpus_is_scored_in_full(corpus: Path, tmp_path: Path) -> None:
    tally = score_files(corpus / "pages_static.parquet", tmp_path / "s.parquet", workers=2, keep=["domain"])
    ids = pq.read_table(corpus / "pages_static.parquet", columns=["id"]).column("id").to_pylist()
    rows = rows_of(tmp_path / "s.parquet")
    assert [row["id"] for row in rows] == ids
    assert all((row["trust"] is None) == bool(row["error"]) for row in rows)
    assert tally.complete


def test_the_manifest_says_what_the_run_is(unfinished: Path) -> None:
    manifest = json.loads(unfinished.with_name("scores.parquet.work").joinpath("manifest.json").read_text())
    assert list(manifest["files"].values()) == [manifest["bytes"]]
    assert manifest["model"] == Model.load().digest
