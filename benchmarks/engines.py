"""Does every engine give the rows of the one-machine run, on some thousands of real pages?

    python benchmarks/engines.py PAGES.parquet 2000 build/engines dask spark ray
    build/venv-datatrove/bin/python benchmarks/engines.py PAGES.parquet 2000 build/engines datatrove

PAGES has `id`, `url`, `title`, `html`. Each engine runs with two workers; what it wrote is compared row by row and column by
column with the scores of the one-machine run, which the first call makes.
"""

from __future__ import annotations

import importlib
import json
import math
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scorer.batch import score_files

Row = dict[str, Any]


def plain(value: Any) -> Any:
    """Values as Python has them: engines differ in what they call a list, a null and an unknown number."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def rows_of(path: Path) -> dict[str, Row]:
    """The rows by id."""
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    return {row["id"]: plain(row) for file in files for row in pq.ParquetFile(file).read().to_pylist()}


def with_engine(engine: str, pages: Path, folder: Path) -> dict[str, Row]:
    output = folder / f"{engine}-scores"
    importlib.import_module(f"scorer.engines.{engine}").score_files(
        [str(pages)], str(output), model=None, workers=2, features=False, keep=[], overwrite=True
    )
    return rows_of(output)


def with_datatrove(pages: Path, folder: Path) -> dict[str, Row]:
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import JsonlWriter

    from scorer.engines.datatrove import ScorePages

    for name in ("trove-in", "trove-out", "trove-logs"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "trove-in").mkdir()
    table = pq.read_table(pages)
    for part in (0, 1):
        pq.write_table(table.slice(part * (len(table) // 2), len(table) // 2 + part), folder / "trove-in" / f"{part}.parquet")
    LocalPipelineExecutor(
        [ParquetReader(str(folder / "trove-in"), text_key="html"), ScorePages("html"), JsonlWriter(str(folder / "trove-out"), compression=None, expand_metadata=True)],
        tasks=2, workers=2, logging_dir=str(folder / "trove-logs"),
    ).run()  # fmt: skip
    lines = [line for file in (folder / "trove-out").glob("*.jsonl") for line in file.read_text("utf-8").split("\n") if line]
    return {row["id"]: plain(row) for row in map(json.loads, lines)}


def main() -> None:
    source, count, folder = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    pages, scores = folder / "pages.parquet", folder / "here.parquet"
    if not pages.exists():
        batches = pq.ParquetFile(source).iter_batches(count, columns=["id", "url", "title", "html"])
        pq.write_table(pa.Table.from_batches([next(batches)]), pages, row_group_size=100)
    if not scores.exists():
        score_files(pages, scores, workers=2)
    here = rows_of(scores)
    for engine in sys.argv[4:]:
        began = time.monotonic()
        there = with_datatrove(pages, folder) if engine == "datatrove" else with_engine(engine, pages, folder)
        seconds = time.monotonic() - began
        if engine == "datatrove":  # its reader drops empty documents, and its documents have no columns for these
            compared = {key: row for key, row in here.items() if key in there}
            columns = [name for name in next(iter(there.values())) if name in next(iter(here.values())) and name not in ("id", "url")]
        else:
            compared, columns = here, list(next(iter(here.values())))
        unlike = [key for key, row in compared.items() if any(there.get(key, {}).get(name) != row[name] for name in columns)]
        print(f"{engine}: {len(there):,} rows, {len(compared) - len(unlike):,} of {len(here):,} equal in all of {len(columns)} columns, {len(unlike):,} not; {seconds:.0f} s", flush=True)
        for key in unlike[:3]:
            print(f"  {key}: {[name for name in columns if there.get(key, {}).get(name) != here[key][name]]}")


if __name__ == "__main__":
    main()
