"""How does a WET file become training data?

Scores it on all cores (stopped, it goes on where it was when it is run again), then reads it a second time beside the
scores, row by row in the same order, and keeps what a careful reader would not call low.

    python examples/filter_wet.py build/crawl/crawl.warc.wet.gz build/kept.jsonl
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from scorer.batch import score_files
from scorer.read import Notes, read

MOST_P_LOW = 0.5  # the report of the model has a table of what each cut keeps and loses


def rows(scores: Path) -> Iterator[dict[str, Any]]:
    for batch in pq.ParquetFile(scores).iter_batches(1000, columns=["id", "url", "trust", "p_low", "language", "error"]):
        yield from batch.to_pylist()


def main() -> None:
    crawl = sys.argv[1] if len(sys.argv) > 1 else "build/crawl/crawl.warc.wet.gz"
    kept = Path(sys.argv[2] if len(sys.argv) > 2 else "build/kept.jsonl")
    scores = kept.with_suffix(".scores.parquet")
    if not scores.exists():
        print(score_files(crawl, scores, workers=os.cpu_count() or 1), file=sys.stderr)
    total = count = 0
    with kept.open("wb") as out:
        for record, score in zip(read([crawl], notes=Notes()), rows(scores), strict=True):
            total += 1
            if not score["error"] and score["p_low"] < MOST_P_LOW:
                text = record.content.decode("utf-8", "replace") if isinstance(record.content, bytes) else record.content
                out.write(orjson.dumps({"text": text, **score}, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
    print(f"{count} of {total} pages kept in {kept}")


if __name__ == "__main__":
    main()
