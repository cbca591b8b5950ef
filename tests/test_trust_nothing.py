"""Does scoring stay within its bounds: no network, nothing executed, no more memory or time than was allowed?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from scorer.batch import score_files

# What a process imports first: opening an internet socket ends it, in whatever library.
_FORBID = """
import sys
def audit(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto", "socket.gethostbyname"):
        sys.stderr.write("NETWORK: " + event)
        __import__("os")._exit(77)
    if event in ("pickle.find_class", "os.system", "os.exec"):
        sys.stderr.write("EXECUTED: " + event)
        __import__("os")._exit(78)
sys.addaudithook(audit)
"""


@pytest.fixture
def guarded(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every Python process started from here, workers too, ends when it uses the network or executes what it read."""
    folder = tmp_path_factory.mktemp("guard")
    (folder / "sitecustomize.py").write_text(_FORBID)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(Path(__file__).parent.parent)]))
    return folder


def test_the_command_uses_no_network_and_executes_nothing(guarded: Path, tmp_path: Path, page_html: Callable[[int], str]) -> None:  # fmt: skip
    (tmp_path / "pages.jsonl").write_bytes(b"\n".join(orjson.dumps({"html": page_html(i)}) for i in range(20)))
    done = subprocess.run(
        [sys.executable, "-c", "from scorer.cli import main; main()", "score", "pages.jsonl", "-o", "scores.parquet", "--workers", "2", "--features"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, "NETWORK" in done.stderr, "EXECUTED" in done.stderr) == (0, False, False), done.stderr
    assert pq.read_metadata(tmp_path / "scores.parquet").num_rows == 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pages.jsonl", "scores.parquet"]


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize(("code", "exit_code"), [("import socket; socket.socket().connect(('127.0.0.1', 9))", 77), ("import pickle; pickle.loads(b'cos\\ngetpid\\n.')", 78)])  # fmt: skip
def test_the_guard_guards(code: str, exit_code: int) -> None:
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == exit_code


def test_the_suite_forbids_sockets() -> None:
    with pytest.raises(pytest.fail.Exception, match="may use the network"):
        socket.socket(socket.AF_INET)
    with pytest.raises(pytest.fail.Exception, match="asks the network"):
        socket.getaddrinfo("example.org", 80)


# -- limits of workers ----------------------------------------------------------------------------------------------------

# What a worker imports first: pages that take memory, in Python and in native code, or time.
_GREEDY = """
import sys
if any("scorer.workers" in word for word in sys.orig_argv):
    import scorer.score as score
    real = score.score_columns
    def read(content, *args, **kwargs):
        if "MEMORY" in content: hold = bytearray(3_000_000_000)
        if "ARRAY" in content: __import__("numpy").ones(400_000_000)
        if "TREE" in content: from selectolax.lexbor import LexborHTMLParser; LexborHTMLParser("".join(f"<p><b id={i}>x" for i in range(8000)))
        if "BUSY" in content:
            while True: pass
        return read_page(content, *args, **kwargs)
    read_page, score.read_page = score.read_page, read
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process holds as data")
def test_greedy_pages_cost_their_own_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page_html: Callable[[int], str], tmp_path_factory: pytest.TempPathFactory) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("greedy")
    (folder / "sitecustomize.py").write_text(_GREEDY)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(Path(__file__).parent.parent)]))
    marks = {2: "MEMORY", 3: "ARRAY", 4: "TREE", 6: "BUSY"}
    rows = [{"id": str(i), "html": page_html(i) + marks.get(i, "")} for i in range(8)]
    (tmp_path / "crawl.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    score_files(tmp_path / "crawl.jsonl", tmp_path / "scores.parquet", page_seconds=2)
    found = pq.read_table(tmp_path / "scores.parquet", columns=["id", "error"]).to_pylist()
    too_large = "the page needs more memory than a page may take; --page-megabytes allows more"
    assert [row["id"] for row in found] == [str(i) for i in range(8)]
    assert {int(row["id"]): row["error"] for row in found if row["error"]} == {
        2: too_large, 3: too_large, 4: too_large, 6: "took longer than 2 s and was stopped; --page-seconds allows more",
    }  # fmt: skip
