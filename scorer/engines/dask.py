"""How is a table scored with Dask?

import dask.dataframe as dd
from scorer.engines.dask import score

score(dd.read_parquet("pages/")).to_parquet("scores/")
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from typing import Any

from scorer.engines import format_of, free_output, missing, schema, score_part


def score(frame: Any, *, model: str | None = None, features: bool = False, keep: Iterable[str] = ()) -> Any:
    """The scores of a Dask DataFrame of pages, lazily; the index is kept."""
    kept = list(keep)
    scored = schema(model=model or "", features=features).empty_table().to_pandas()
    meta = scored.join(frame._meta[kept]).set_index(frame._meta.index)
    return frame.map_partitions(score_part, model=model or "", features=features, keep=kept, meta=meta)


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
    """Scores tables into a folder of Parquet files with `workers` local processes; returns how many pages there were."""
    import pyarrow as pa

    try:
        import dask.dataframe as dd
        from dask.distributed import Client, LocalCluster
    except ImportError:
        raise missing("Dask", "dask") from None
    form = format_of(inputs, "Dask")
    free_output(output, overwrite=overwrite)
    readers = {"parquet": dd.read_parquet, "json": dd.read_json, "csv": dd.read_csv}
    options: dict[str, dict[str, Any]] = {
        "json": {"lines": True, "blocksize": 1 << 26},
        "csv": {"dtype": str, "blocksize": None},
        "parquet": {"split_row_groups": True},
    }
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster),
    ):
        frame = readers[form](list(inputs), **options[form])
        scores = score(frame, model=model, features=features, keep=keep)
        if overwrite:
            shutil.rmtree(output, ignore_errors=True)
        types = {field.name: field.type for field in schema(model=model or "", features=features)}
        scores.to_parquet(
            output,
            write_index=False,
            schema={name: kind for name, kind in types.items() if not pa.types.is_string(kind)},
        )
        return int(dd.read_parquet(output, columns=["id"]).shape[0].compute())
