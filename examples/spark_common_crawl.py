"""How are the archives of a crawl scored on a Spark cluster?

PATHS is a text file with the path of one WARC or WET file a line, as Common Crawl publishes it (`wet.paths.gz`); BASE,
where they are: https://data.commoncrawl.org/, s3://commoncrawl/ or a folder. Each task takes one archive, reads it in
bounded memory and scores it; OUT becomes a folder of Parquet files, ready for `scorer sites`.

    spark-submit examples/spark_common_crawl.py wet.paths.gz s3://my-bucket/scores s3://commoncrawl/
"""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from scorer.engines import load, schema
from scorer.read import Notes, read
from scorer.score import score_columns

BATCH = 128


@contextmanager
def fetched(url: str) -> Iterator[str]:
    """A local copy of an archive, for as long as it is read."""
    if "://" not in url:
        yield url
        return
    from pyarrow import fs

    with tempfile.NamedTemporaryFile(suffix=f"-{Path(url).name}") as copy:
        if url.startswith("http"):
            import shutil
            from urllib.request import urlopen

            with urlopen(url) as source:
                shutil.copyfileobj(source, copy, 1 << 20)
        else:
            system, path = fs.FileSystem.from_uri(url)
            with system.open_input_stream(path) as source:
                while part := source.read(1 << 20):
                    copy.write(part)
        copy.flush()
        yield copy.name


def score_archives(parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The scores of all pages in the archives that these rows name."""
    model = load("")
    for part in parts:
        for url in part["url"]:
            with fetched(url) as local:
                records = read([local], notes=Notes())
                while batch := list(islice(records, BATCH)):
                    yield pd.DataFrame(score_columns(batch, model))


def main() -> None:
    paths, out, base = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    text = gzip.decompress(Path(paths).read_bytes()) if paths.endswith(".gz") else Path(paths).read_bytes()
    urls = [f"{base}{line}" for line in text.decode().split()]
    spark = SparkSession.builder.appName("page trust").getOrCreate()
    archives = spark.createDataFrame([(url,) for url in urls], "url string").repartition(len(urls))
    scores = archives.mapInPandas(score_archives, from_arrow_schema(schema()))
    scores.write.mode("overwrite").parquet(out)
    print(f"{spark.read.parquet(out).count():,} pages of {len(urls):,} archives written to {out}")
    spark.stop()


if __name__ == "__main__":
    main()
