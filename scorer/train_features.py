"""How do pages become the table that models are trained on?

`make features CORPUS=...`: trains the wording model, cross-fits its readings, measures every feature of every rated
page in each kind of input, and writes data/pages.csv and data/features.parquet: numbers and facts, no text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from scorer import compose, corpus, train_build, train_wording
from scorer.data import PAGE_COLUMNS
from scorer.feature import FEATURES
from scorer.page import Page
from scorer.train import stepped
from scorer.train_build import Built
from scorer.train_wording import Counts

_DIGITS = 4


def build(source: Path, data: Path, models: Path, cache: Path, *, workers: int = 2) -> None:
    """Writes `data`/pages.csv, `data`/features.parquet and `models`/wording from the corpus in `source` and `data`/further.csv."""
    rated = corpus.ratings(source, data / "further.csv")
    table, counts, built = measure(source, cache, rated, workers)
    worded, wording = train_wording.cross_fit(counts, rated)
    wording.save(models / "wording")
    made, build = train_build.cross_fit(built, rated)
    build.save(models / "build")
    write(table, worded.merge(made, on=["id", "input"], how="left", validate="one_to_one"), rated, data)


def write(table: pd.DataFrame, readings: pd.DataFrame, rated: pd.DataFrame, data: Path) -> None:
    """Joins measured features with cross-fitted readings and writes both files of `data`."""
    merged = joined(table, readings, rated)
    order = [name for name in FEATURES if name in merged.columns]
    nested = [c for c in merged.columns if "|" in c]
    data.mkdir(parents=True, exist_ok=True)
    merged[["id", "input", *order, *nested]].to_parquet(data / "features.parquet", compression="zstd", compression_level=19, index=False)
    rated[list(PAGE_COLUMNS)].to_csv(data / "pages.csv", index=False)


def joined(table: pd.DataFrame, readings: pd.DataFrame, rated: pd.DataFrame) -> pd.DataFrame:
    """Measured features with cross-fitted readings, rounded: the rows that models are trained on and measured by."""
    merged = table.merge(readings, on=["id", "input"], how="left", validate="one_to_one")
    # The extractor that is held back serves evaluation only, and further ratings are not evaluated.
    further = set(rated.loc[rated["group"] == "further", "id"])
    merged = merged[~(merged["id"].isin(further) & (merged["input"] == corpus.INPUTS[-1]))].reset_index(drop=True)
    numbers = [c for c in merged.columns if c not in ("id", "input")]
    merged[numbers] = _rounded(merged[numbers].to_numpy(float)).astype(np.float32)
    return merged


def _rounded(values: Any) -> Any:
    """Four significant digits: what the models can use, in a third of the bytes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(np.abs(values))))
        return np.where((values == 0) | ~np.isfinite(scale), values, np.round(values * scale) / scale)


def measure(source: Path, cache: Path, rated: pd.DataFrame, workers: int = 2) -> tuple[pd.DataFrame, Counts, list[Built]]:
    """Every feature but readings, of every rated page in each input (columns id, input, one a feature); the terms of all pages; what all are built of."""
    wanted = set(rated["id"])
    plain: dict[str, dict[str, str]] = {str(row["id"]): {name: str(row[name]) for name in corpus.INPUTS[1:]} for row in corpus.texts(source, cache, wanted).to_dict("records")}
    parts = Parallel(n_jobs=workers, batch_size=1, pre_dispatch="2*n_jobs")(delayed(_measure)(chunk) for chunk in _chunks(source, plain, wanted))
    table = pd.DataFrame([row for part in parts for row in part.rows], columns=["id", "input", *stepped()])
    return table, train_wording.collect([row for part in parts for row in part.terms]), [page for part in parts for page in part.built]


Chunk = list[tuple[dict[str, Any], dict[str, str] | None, bool]]
"""Records of pages, with the texts that were extracted of each and whether it is rated."""


def _chunks(source: Path, plain: dict[str, dict[str, str]], wanted: set[str]) -> Iterator[Chunk]:
    chunk: Chunk = []
    for record in chain(corpus.records(source, ["id", "url", "domain", "source_repo", "html"]), corpus.articles(source, wanted)):
        chunk.append((record, plain.get(record["id"]) if record["id"] in wanted else None, record["id"] in wanted))
        if len(chunk) == 40:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Part(NamedTuple):
    """What is measured of one chunk of pages."""

    rows: list[list[Any]]
    terms: list[train_wording.Row]
    built: list[Built]


def _measure(chunk: Chunk) -> _Part:
    import scorer.features  # noqa: F401  (workers start with an empty registry)

    measures = [FEATURES[name].measure for name in stepped()]
    rows, terms, built = [], [], []
    shown: list[tuple[dict[str, Any], dict[str, str], Page]] = []
    for record, plain, is_rated in chunk:
        for variant in corpus.variants(record, plain):
            terms.append(train_wording.row_of(variant))
            if is_rated:
                rows.append([variant.id, variant.input, *(measure(variant.page).value for measure in measures)])
            if variant.page.markup is not None:
                built.append(Built(variant.id, variant.domain, record["source_repo"], variant.page.markup.build))
            if variant.input == "html" and plain is not None:
                shown.append((record, plain, variant.page))
    for key, name, page in _composed(shown):
        rows.append([key, name, *(measure(page).value for measure in measures)])
    return _Part(rows, terms, built)


def _composed(shown: list[tuple[dict[str, Any], dict[str, str], Page]]) -> Iterator[tuple[str, str, Page]]:
    """Composed twins of a few of these pages, made with the titles of the others."""
    others = [compose.Material(page.headline, page.body[:200].replace("\n", " "), record["domain"]) for record, _, page in shown]
    for record, plain, page in shown:
        body = plain["trafilatura"]
        if int(record["id"][:8], 16) % compose.EVERY or not 800 <= len(body) <= 12_000 or not page.headline:
            continue
        text, html = compose.compose(page.headline, body, record["domain"], others, record["id"])
        yield record["id"], compose.COMPOSED[0], Page.from_text(text, record["url"] or "")
        yield record["id"], compose.COMPOSED[1], Page.from_html(html, record["url"] or "")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path("data"), Path("models"), Path("build/texts.parquet"))
