"""How is a table scored with Spark?

    from scorer.engines.spark import score

    score(spark.read.parquet("s3://crawl/pages/"), keep=["warc_id"]).write.parquet("s3://crawl/scores/")

The package must be installed where the executors run, for the Python that `PYSPARK_PYTHON` names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from scorer.engines import format_of, free_output, missing, schema, score_part

if TYPE_CHECKING:
    import pandas as pd


def score(frame: Any, *, model: str | None = None, features: bool = False, keep: Iterable[str] = ()) -> Any:
    """The scores of a Spark DataFrame of pages, lazily."""
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    kept = list(keep)

    def run(parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for part in parts:
            yield score_part(part, model=model or "", features=features, keep=kept)

    fields = [*from_arrow_schema(schema(model=model or "", features=features)), *(frame.schema[name] for name in kept)]
    return frame.mapInPandas(run, StructType(fields))


def score_files(
    inputs: Sequence[str],
    output: str,
    *,
    model: str | None,
    workers: int,
    features: bool,
    keep: Iterable[str],
    overwrite: bool,
) -> int:
    """Scores tables into a folder of Parquet files with `workers` local threads; returns how many pages there were."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise missing("Spark", "spark") from None
    form = format_of(inputs, "Spark")
    free_output(output, overwrite=overwrite)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else the workers run another Python, without this package
    spark = (
        SparkSession.builder.master(f"local[{workers}]")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        # Pages are large: thousands of them in one Arrow batch would not fit.
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "128")
        .getOrCreate()
    )
    try:
        options = {"header": True, "multiLine": True, "escape": '"'} if form == "csv" else {}
        frame = spark.read.format(form).options(**options).load(list(inputs))
        score(frame, model=model, features=features, keep=keep).write.mode(
            "overwrite" if overwrite else "error"
        ).parquet(output)
        return int(spark.read.parquet(output).count())
    finally:
        spark.stop()
