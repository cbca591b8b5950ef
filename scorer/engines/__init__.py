"""How is the same scoring run on more than one machine?

By engines that exist: each module here hands `scorer.score_frame` to one of them in a few lines, so a page gets the same
row wherever it is scored. Tables need a column `html` or `text`, and may have `id`, `url` and `title`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from scorer.model import Model

TableFormat = Literal["parquet", "json", "csv"]
_FORMATS: dict[str, TableFormat] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "json",
    ".ndjson": "json",
    ".csv": "csv",
}


class EngineFailed(ValueError):
    """What an engine cannot do; the message is a sentence that says what to do instead."""


@cache
def load(model: str) -> Model:
    """The model in this folder ("" for the shipped one), loaded once in each worker."""
    from scorer.model import Model

    return Model.load(model or None)


def score_part(
    part: pd.DataFrame, *, model: str = "", features: bool = False, keep: Iterable[str] = ()
) -> pd.DataFrame:
    """The scores of one part of a table; what every engine maps over its parts."""
    from scorer.score import score_frame

    return score_frame(part, model=load(model), features=features, keep=keep)


def schema(*, model: str = "", features: bool = False) -> pa.Schema:
    """The columns that `score_part` gives, those kept left out: engines that plan ahead ask for them."""
    import pyarrow as pa

    from scorer.write import COLUMNS

    measured = [f"feature_{name}" for name in load(model).features] if features else []
    return pa.schema([*COLUMNS.items(), *((name, pa.float64()) for name in measured)])


def format_of(inputs: Iterable[str], engine: str) -> TableFormat:
    """The one format that all these tables have, by their names (a folder of Parquet files needs no ending)."""
    formats = {_FORMATS.get(Path(path).suffix, "" if Path(path).suffix else "parquet") for path in inputs}
    only = formats.pop() if len(formats) == 1 else ""
    if not only:
        raise EngineFailed(
            f"{engine} scores tables of one format: .parquet, .jsonl or .csv; score archives and pages with --engine local"
        )
    return only  # type: ignore[return-value]


def free_output(output: str, *, overwrite: bool) -> None:
    """Refuses an output that exists, or a name that ends like a file: engines write folders of files."""
    if Path(output).exists() and not overwrite:
        raise EngineFailed(f"{output} exists already; say --overwrite to replace it, or choose another name")


def missing(engine: str, extra: str) -> EngineFailed:
    """The sentence for an engine that is not installed."""
    return EngineFailed(f"{engine} is not installed; install it with: pip install 'page-trust-scorer[{extra}]'")
