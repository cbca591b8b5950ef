"""How much memory and time do the scores of ten million pages take to be summed up by site?

Writes made-up score rows (or reuses them) and runs `scorer sites` on them in a process of its own.

    python benchmarks/sites_memory.py [ROWS] [FOLDER]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scorer.write import COLUMNS

BATCH = 100_000
FEATURES = [f"feature_{i}" for i in range(60)]
TOPICS = ["health", "politics", "sports", "travel", None]


def scores(batch: int, rows: int, sites: int) -> pa.Table:
    """Made-up rows: sites of every size (a few large, most small), one page in ten a near-duplicate of another."""
    random = np.random.default_rng(batch)
    number = np.arange(batch * BATCH, batch * BATCH + rows)
    site = (sites * random.random(rows) ** 3).astype(np.int64)
    trust = np.clip(0.5 + 0.15 * np.sin(site) + 0.1 * random.standard_normal(rows), 0, 1)
    low = 1 / (1 + np.exp(20 * (trust - 0.35)))
    keys = random.integers(0, 1 << 53, (rows, 8))
    twin = random.random(rows) < 0.1
    keys[twin] = (number[twin] % 1000)[:, None] * 8 + np.arange(8)
    passages = random.integers(0, 1 << 53, (rows, 8))
    passages[:, 0] = site  # one paragraph that all pages of a site share
    effects = np.sort(random.standard_normal((rows, 6)))
    named = pa.array(FEATURES).take(pa.array(random.integers(0, len(FEATURES), rows * 6)))
    reasons = pa.ListArray.from_arrays(
        pa.array(np.arange(0, rows * 6 + 1, 6, dtype=np.int32)),
        pa.StructArray.from_arrays(
            [named, pa.array(effects.ravel()), pa.array(["Something that was counted: 3"] * (rows * 6)), pa.nulls(rows * 6, COLUMNS["reasons"].value_type.field("quotes").type)],
            fields=list(COLUMNS["reasons"].value_type),
        ),
    )  # fmt: skip
    day = np.datetime64("2020-01-01") + random.integers(0, 1500, rows).astype("timedelta64[D]")

    def lists(values: np.ndarray) -> pa.Array:
        return pa.ListArray.from_arrays(pa.array(np.arange(0, values.size + 1, 8, dtype=np.int32)), pa.array(values.ravel()))

    columns = {
        "id": [f"<urn:{i}>" for i in number.tolist()],
        "url": [f"https://www.site{s}.example/{i % 97}/story-{i}.html" for s, i in zip(site.tolist(), number.tolist(), strict=True)],
        "trust": trust, "p_low": low, "p_high": np.clip(trust - low / 2, 0, 1), "verdict": np.where(low > 0.5, "low", "mixed"), "reasons": reasons,
        "published_on": day.astype(str), "main_topic": pa.array(TOPICS).take(pa.array(random.integers(0, len(TOPICS), rows))), "body_keys": lists(keys), "passage_keys": lists(passages),
    }  # fmt: skip
    return pa.table({name: pa.array(values, COLUMNS[name]) if not isinstance(values, pa.Array) else values for name, values in columns.items()})


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else "build/sites-benchmark")
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"scores-{rows}.parquet"
    sites = max(rows // 20, 1)
    if not made.exists():
        writer = None
        for batch in range(-(-rows // BATCH)):
            table = scores(batch, min(BATCH, rows - batch * BATCH), sites)
            writer = writer or pq.ParquetWriter(made.with_suffix(".part"), table.schema, compression="zstd")
            writer.write_table(table)
        assert writer is not None
        writer.close()
        made.with_suffix(".part").replace(made)
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "scorer.cli", "sites", str(made), "-o", str(folder / "sites.parquet"), "--overwrite"], check=True)
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    found = pq.ParquetFile(folder / "sites.parquet").metadata.num_rows
    print(f"{rows:,} rows ({made.stat().st_size / 1e9:.2f} GB) into {found:,} sites: {seconds:,.0f} s, peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
