"""Does a page get the same row on every engine as on one machine? Each test runs the real engine with two workers."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from scorer import cli
from scorer.batch import score_files
from scorer.engines import EngineFailed, format_of

PageHtml = Callable[[int], str]
COUNT = 240
PACKAGES = {"dask": "dask.distributed", "spark": "pyspark", "ray": "ray.data"}

# What the engines themselves warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory, page_html: PageHtml) -> Path:
    """Pages of our own, an empty one among them, in a table of several row groups."""
    rows = [
        {
            "id": f"p{i}",
            "url": f"http://a.org/{i}",
            "title": "",
            "html": "" if i == 99 else page_html(i),
            "topic": f"t{i % 3}",
            "n": i,
        }
        for i in range(COUNT)
    ]
    path = tmp_path_factory.mktemp("pages") / "pages.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=50)
    return path


def plain(value: Any) -> Any:
    """Values as Python has them, an unknown number as None: engines differ in what they call a list and a null."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def rows_of(path: Path) -> list[dict[str, Any]]:
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    rows = [plain(row) for file in files for row in pq.ParquetFile(file).read().to_pylist()]
    return sorted(rows, key=lambda row: str(row["id"]))


def needs(engine: str) -> None:
    try:
        importlib.import_module(PACKAGES[engine])
    except ImportError:
        pytest.skip(f"{engine} is not installed: pip install 'page-trust-scorer[{engine}]'")


def score_with(engine: str, pages: Path, output: Path, *options: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(
        cli.main, ["score", str(pages), "-o", str(output), "--engine", engine, "--workers", "2", *options]
    )
    assert result.exit_code == 0, result.output
    return rows_of(output)


@pytest.mark.engine
@pytest.mark.parametrize("engine", PACKAGES)
def test_an_engine_gives_the_rows_of_one_machine(table: Path, tmp_path: Path, engine: str) -> None:
    needs(engine)
    score_files(table, tmp_path / "here.parquet", features=True, keep=["topic", "n"])
    there = score_with(engine, table, tmp_path / engine, "--features", "--keep", "topic", "--keep", "n")
    here = rows_of(tmp_path / "here.parquet")
    assert len(there) == COUNT
    assert there == here


@pytest.mark.engine
@pytest.mark.corpus
@pytest.mark.parametrize("engine", PACKAGES)
def test_an_engine_gives_the_rows_of_one_machine_on_the_corpus(corpus: Path, tmp_path: Path, engine: str) -> None:
    needs(engine)
    pages = tmp_path / "pages.parquet"
    columns = pq.ParquetFile(corpus / "pages_static.parquet").read(["id", "url", "title", "html"])
    pq.write_table(columns, pages, row_group_size=60)
    score_files(pages, tmp_path / "here.parquet", workers=2)
    assert score_with(engine, pages, tmp_path / engine) == rows_of(tmp_path / "here.parquet")


@pytest.mark.engine
def test_a_datatrove_pipeline_gives_the_rows_of_one_machine(table: Path, tmp_path: Path) -> None:
    pytest.importorskip("datatrove", reason="datatrove is not installed: pip install 'page-trust-scorer[datatrove]'")
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import JsonlWriter

    from scorer.engines.datatrove import _ADDED, ScorePages

    folder = tmp_path / "in"
    folder.mkdir()
    rows = pq.read_table(table).to_pylist()
    for part in (0, 1):
        pq.write_table(pa.Table.from_pylist([row for row in rows[part::2] if row["html"]]), folder / f"{part}.parquet")
    LocalPipelineExecutor(
        [ParquetReader(str(folder), text_key="html"), ScorePages("html"), JsonlWriter(str(tmp_path / "out"), compression=None)],
        tasks=2, workers=2, logging_dir=str(tmp_path / "logs"),
    ).run()  # fmt: skip
    import orjson

    documents = [
        orjson.loads(line) for file in (tmp_path / "out").glob("*.jsonl") for line in file.read_bytes().splitlines()
    ]
    there = {document["id"]: document["metadata"] for document in documents}
    score_files(table, tmp_path / "here.parquet")
    here = {row["id"]: row for row in rows_of(tmp_path / "here.parquet") if not row["error"]}
    assert there.keys() == here.keys()
    assert {key: {name: there[key][name] for name in _ADDED} for key in here} == {
        key: {name: row[name] for name in _ADDED} for key, row in here.items()
    }


def test_datatrove_drops_what_it_is_told_to(page_html: PageHtml) -> None:
    pytest.importorskip("datatrove", reason="datatrove is not installed: pip install 'page-trust-scorer[datatrove]'")
    from datatrove.data import Document

    from scorer.engines.datatrove import ScorePages

    documents = [Document(page_html(i), str(i)) for i in range(5)] + [Document("", "empty")]
    assert [d.id for d in ScorePages("html", min_trust=1.1).run(iter(documents))] == ["empty"]
    assert len(list(ScorePages("html", min_trust=0.0).run(iter(documents)))) == 6


@pytest.mark.parametrize(("inputs", "form"), [(["a.parquet", "b.parquet"], "parquet"), (["a.jsonl"], "json"), (["a.csv"], "csv"), (["folder"], "parquet")])  # fmt: skip
def test_tables_of_one_format_suit_an_engine(inputs: list[str], form: str) -> None:
    assert format_of(inputs, "Dask") == form


@pytest.mark.parametrize("inputs", [["a.warc.gz"], ["a.csv", "b.parquet"], ["a.html"]])
def test_other_inputs_are_refused(inputs: list[str]) -> None:
    with pytest.raises(EngineFailed, match="Dask scores tables of one format"):
        format_of(inputs, "Dask")
