"""Does everything run that the examples and the README show?

Each example is run on the sample pages. From the README each block marked ``sh``, ``console`` or ``python`` is run in a
folder that holds the files it names; the lines that set up (``make``, ``pip``) or need a cluster are run by CI itself or
under another name in ``examples/``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES: dict[str, list[str]] = {
    "sample_crawl.py": ["crawl"],
    "filter_wet.py": ["crawl.warc.wet.gz", "kept.jsonl"],
    "notebook.py": [],
    "spark_common_crawl.py": ["paths.txt", "archive-scores"],
    "datatrove_pipeline.py": [".", "trove"],
    "nominate_sites.sh": ["crawl.warc.gz", "nominated"],
}
NEEDS = {"spark": "pyspark", "dask": "dask.distributed", "ray": "ray.data", "datatrove": "datatrove", "scorer sites": "duckdb", "nominate": "duckdb"}
ELSEWHERE = re.compile(r"\s*(?:make|pip|python3? -m (?:pip|venv)|source|spark-submit|sbatch|#)\b|\s*#")


class Block(NamedTuple):
    kind: str
    text: str
    line: int


def blocks() -> list[Block]:
    """The code blocks of the README that are to be run."""
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.finditer(r"^```(sh|console|python)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [Block(block[1], block[2], text.count("\n", 0, block.start()) + 1) for block in found]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small crawl, the samples and the examples, and `scorer` and `python` to be found."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("data", "examples"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "bin").mkdir()
    for name, command in (("scorer", "-m scorer.cli"), ("python", "")):
        shim = folder / "bin" / name
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        shim.chmod(0o755)
    run(folder, [sys.executable, "examples/sample_crawl.py", "."])
    (folder / "page.html").write_bytes((ROOT / "data/samples/retold-news.html").read_bytes())
    (folder / "paths.txt").write_text("crawl.warc.wet.gz\ncrawl.warc.gz\n")
    (folder / "allow.txt").write_text("example.org\n")
    return folder


def run(folder: Path, command: list[str]) -> str:
    environment = {
        **os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "CUT": "0.9",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    }  # fmt: skip
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def needs(text: str) -> None:
    for word, package in NEEDS.items():
        # To import an engine here would start it: Ray opens sockets.
        if word in text and find_spec(package.partition(".")[0]) is None:
            pytest.skip(f"{package} is not installed")


def test_every_example_is_run() -> None:
    assert {path.name for path in (ROOT / "examples").iterdir() if path.suffix in (".py", ".sh", ".ipynb")} == EXAMPLES.keys()
    listed = (ROOT / "examples/README.md").read_text()
    assert all(f"`{name}" in listed for name in EXAMPLES)


ENGINES = ("dask", "spark", "ray", "datatrove")


def marks(text: str) -> list[pytest.MarkDecorator]:
    """Engines talk to themselves through sockets and keep their files in places of their own."""
    return [pytest.mark.engine] if any(engine in text for engine in ENGINES) else []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [pytest.param(name, marks=marks(name)) for name in EXAMPLES])
def test_an_example_runs(folder: Path, name: str) -> None:
    needs(name)
    output = run(folder, ["bash" if name.endswith(".sh") else sys.executable, f"examples/{name}", *EXAMPLES[name]])
    if name == "nominate_sites.sh":
        assert "## `swift-buzz.example`" in output
        assert (folder / "nominated/sites.domains.txt").read_text().splitlines()[1:] == ["swift-buzz.example"]
    if name == "filter_wet.py":
        assert 0 < len((folder / "kept.jsonl").read_text().splitlines()) < 16
    if name == "spark_common_crawl.py":
        assert "32 pages of 2 archives" in output
    if name == "datatrove_pipeline.py":
        assert list((folder / "trove").glob("*.jsonl.gz"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("block", [pytest.param(block, id=f"line{block.line}", marks=marks(block.text)) for block in blocks()])
def test_a_block_of_the_readme_runs(folder: Path, block: Block) -> None:
    lines = block.text.splitlines()
    if block.kind == "python":
        needs(block.text)
        before = ["import pandas as pd", "html = open('page.html').read()", "df = pd.read_parquet('pages.parquet')"]
        if "engines.spark" in block.text:
            before += ["import os, sys", "os.environ['PYSPARK_PYTHON'] = sys.executable", "from pyspark.sql import SparkSession", "pages = SparkSession.builder.master('local[2]').getOrCreate().read.parquet('pages.parquet')"]  # fmt: skip
        run(folder, [sys.executable, "-c", "\n".join([*before, *lines])])
        return
    if block.kind == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    script = "\n".join(line for line in lines if not ELSEWHERE.match(line))
    needs(script)
    if script.strip():
        run(folder, ["bash", "-e", "-c", script])
