"""How is a table scored with Ray Data?

import ray
from scorer.engines.ray import score

score(ray.data.read_parquet("pages/")).write_parquet("scores/")
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from scorer.engines import format_of, free_output, missing, schema, score_part

if TYPE_CHECKING:
    import pyarrow as pa


def score(
    dataset: Any, *, model: str | None = None, features: bool = False, keep: Iterable[str] = (), batch_size: int = 128
) -> Any:
    """The scores of a Ray dataset of pages, lazily."""
    kept = list(keep)

    def run(part: pa.Table) -> pa.Table:
        import pyarrow as pa

        scored = score_part(part.to_pandas(), model=model or "", features=features, keep=kept)
        # The columns are given their types here: in a part without reasons they could not be told from the values.
        fields = [*schema(model=model or "", features=features), *(part.schema.field(name) for name in kept)]
        return pa.Table.from_pandas(scored, pa.schema(fields), preserve_index=False)

    return dataset.map_batches(run, batch_format="pyarrow", batch_size=batch_size)


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
    try:
        import ray
    except ImportError:
        raise missing("Ray", "ray") from None
    form = format_of(inputs, "Ray")
    free_output(output, overwrite=overwrite)
    ray.init(num_cpus=workers, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    try:
        readers = {"parquet": ray.data.read_parquet, "json": ray.data.read_json, "csv": ray.data.read_csv}
        dataset = readers[form](list(inputs), **({"lines": True} if form == "json" else {}))
        scores = score(dataset, model=model, features=features, keep=keep)
        if overwrite:
            shutil.rmtree(output, ignore_errors=True)
        scores.write_parquet(output)
        return int(ray.data.read_parquet(output).count())
    finally:
        ray.shutdown()
