"""How do pages become the table that models are trained on?

`make features CORPUS=...`: trains the wording model, cross-fits its readings, measures every feature of every rated
page in each kind of input, and writes data/pages.csv and data/features.parquet: numbers and facts, no text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from scorer import compose, corpus, train_wording
from scorer.corpus import INPUTS
from scorer.data import PAGE_COLUMNS
from scorer.feature import FEATURES
from scorer.page import Page

_DIGITS = 4


def build(source: Path, data: Path, models: Path, cache: Path, *, workers: int = 2) -> None:
    """Writes `data`/pages.csv, `data`/features.parquet and `models`/wording from the corpus in `source`."""
    rated = corpus.ratings(source)
    readings = train_wording.train(corpus.variants(source, cache, rated_only=False), rated, models / "wording")
    write(measure(source, cache, workers), readings, rated, data)


def write(table: pd.DataFrame, readings: pd.DataFrame, rated: pd.DataFrame, data: Path) -> None:
    """Joins measured features with cross-fitted readings and writes both files of `data`."""
    merged = table.merge(readings, on=["id", "input"], how="left", validate="one_to_one")
    numbers = [c for c in merged.columns if c not in ("id", "input")]
    merged[numbers] = _rounded(merged[numbers].to_numpy(float)).astype(np.float32)
    order = [name for name in FEATURES if name in merged.columns]
    nested = [c for c in merged.columns if "|" in c]
    data.mkdir(parents=True, exist_ok=True)
    merged[["id", "input", *order, *nested]].to_parquet(data / "features.parquet", compression="zstd", compression_level=19, index=False)
    rated.rename(columns={"source_repo": "source"})[list(PAGE_COLUMNS)].to_csv(data / "pages.csv", index=False)


def _rounded(values: Any) -> Any:
    """Four significant digits: what the models can use, in a third of the bytes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(np.abs(values))))
        return np.where((values == 0) | ~np.isfinite(scale), values, np.round(values * scale) / scale)


def measure(source: Path, cache: Path, workers: int = 2) -> pd.DataFrame:
    """Every feature but the wording's, of every rated page in each input; columns id, input, one a feature."""
    plain = corpus.texts_by_id(source, cache)
    chunks = _chunks(source, plain)
    rows = Parallel(n_jobs=workers, batch_size=1, pre_dispatch="2*n_jobs")(delayed(_measure)(chunk) for chunk in chunks)
    return pd.DataFrame([row for part in rows for row in part], columns=["id", "input", *_measured()])


def _measured() -> list[str]:
    return [name for name, known in FEATURES.items() if known.reason != "wording"]


def _chunks(source: Path, plain: dict[str, dict[str, str]]) -> Iterator[list[tuple[dict[str, Any], dict[str, str]]]]:
    chunk: list[tuple[dict[str, Any], dict[str, str]]] = []
    for record in corpus.records(source, ["id", "url", "domain", "html"]):
        if record["id"] in plain:
            chunk.append((record, plain[record["id"]]))
        if len(chunk) == 40:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _measure(chunk: list[tuple[dict[str, Any], dict[str, str]]]) -> list[list[Any]]:
    import scorer.features  # noqa: F401  (workers start with an empty registry)

    measures = [FEATURES[name].measure for name in _measured()]
    rows = []
    shown: list[tuple[str, str, Page]] = []
    for record, plain in chunk:
        url = record["url"] or ""
        for name in INPUTS:
            page = Page.from_html(record["html"], url) if name == "html" else Page.from_text(plain[name], url)
            shown.append((record["id"], name, page))
    for key, name, page in [*shown, *_composed(chunk, [page for _, name, page in shown if name == "html"])]:
        rows.append([key, name, *(measure(page).value for measure in measures)])
    return rows


def _composed(chunk: list[tuple[dict[str, Any], dict[str, str]]], pages: list[Page]) -> Iterator[tuple[str, str, Page]]:
    """Composed twins of a few pages of the chunk, made with the titles of the others."""
    others = [compose.Material(page.headline, page.body[:200].replace("\n", " "), record["domain"]) for (record, _), page in zip(chunk, pages, strict=True)]
    for (record, plain), page in zip(chunk, pages, strict=True):
        body = plain["trafilatura"]
        if int(record["id"][:8], 16) % compose.EVERY or not 800 <= len(body) <= 12_000 or not page.headline:
            continue
        text, html = compose.compose(page.headline, body, record["domain"], others, record["id"])
        yield record["id"], compose.COMPOSED[0], Page.from_text(text, record["url"] or "")
        yield record["id"], compose.COMPOSED[1], Page.from_html(html, record["url"] or "")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path("data"), Path("models"), Path("build/texts.parquet"))
