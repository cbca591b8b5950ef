"""How do pages become the table that models are trained on?

`make features CORPUS=...`: trains the wording model, cross-fits its readings, measures every feature of every rated
page in each kind of input, and writes data/pages.csv and data/features.parquet: numbers and facts, no text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from scorer import compose, corpus, train_wording
from scorer.data import PAGE_COLUMNS
from scorer.feature import FEATURES
from scorer.page import Page
from scorer.train_wording import Counts

_DIGITS = 4


def build(source: Path, data: Path, models: Path, cache: Path, *, workers: int = 2) -> None:
    """Writes `data`/pages.csv, `data`/features.parquet and `models`/wording from the corpus in `source` and `data`/further.csv."""
    rated = corpus.ratings(source, data / "further.csv")
    table, counts = measure(source, cache, rated, workers)
    readings, model = train_wording.cross_fit(counts, rated)
    model.save(models / "wording")
    write(table, readings, rated, data)


def write(table: pd.DataFrame, readings: pd.DataFrame, rated: pd.DataFrame, data: Path) -> None:
    """Joins measured features with cross-fitted readings and writes both files of `data`."""
    merged = table.merge(readings, on=["id", "input"], how="left", validate="one_to_one")
    # The extractor that is held back serves evaluation only, and further ratings are not evaluated.
    further = set(rated.loc[rated["group"] == "further", "id"])
    merged = merged[~(merged["id"].isin(further) & (merged["input"] == corpus.INPUTS[-1]))].reset_index(drop=True)
    numbers = [c for c in merged.columns if c not in ("id", "input")]
    merged[numbers] = _rounded(merged[numbers].to_numpy(float)).astype(np.float32)
    order = [name for name in FEATURES if name in merged.columns]
    nested = [c for c in merged.columns if "|" in c]
    data.mkdir(parents=True, exist_ok=True)
    merged[["id", "input", *order, *nested]].to_parquet(data / "features.parquet", compression="zstd", compression_level=19, index=False)
    rated[list(PAGE_COLUMNS)].to_csv(data / "pages.csv", index=False)


def _rounded(values: Any) -> Any:
    """Four significant digits: what the models can use, in a third of the bytes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(np.abs(values))))
        return np.where((values == 0) | ~np.isfinite(scale), values, np.round(values * scale) / scale)


def measure(source: Path, cache: Path, rated: pd.DataFrame, workers: int = 2) -> tuple[pd.DataFrame, Counts]:
    """Every feature but the wording's, of every rated page in each input (columns id, input, one a feature), and the terms of all pages."""
    wanted = set(rated["id"])
    plain: dict[str, dict[str, str]] = {str(row["id"]): {name: str(row[name]) for name in corpus.INPUTS[1:]} for row in corpus.texts(source, cache, wanted).to_dict("records")}
    parts = Parallel(n_jobs=workers, batch_size=1, pre_dispatch="2*n_jobs")(delayed(_measure)(chunk) for chunk in _chunks(source, plain, wanted))
    table = pd.DataFrame([row for rows, _ in parts for row in rows], columns=["id", "input", *_measured()])
    return table, train_wording.collect([row for _, rows in parts for row in rows])


def _measured() -> list[str]:
    return [name for name, known in FEATURES.items() if known.reason != "wording"]


Chunk = list[tuple[dict[str, Any], dict[str, str] | None, bool]]
"""Records of pages, with the texts that were extracted of each and whether it is rated."""


def _chunks(source: Path, plain: dict[str, dict[str, str]], wanted: set[str]) -> Iterator[Chunk]:
    chunk: Chunk = []
    for record in chain(corpus.records(source, ["id", "url", "domain", "html"]), corpus.articles(source, wanted)):
        chunk.append((record, plain.get(record["id"]) if record["id"] in wanted else None, record["id"] in wanted))
        if len(chunk) == 40:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _measure(chunk: Chunk) -> tuple[list[list[Any]], list[train_wording.Row]]:
    import scorer.features  # noqa: F401  (workers start with an empty registry)

    measures = [FEATURES[name].measure for name in _measured()]
    rows, terms = [], []
    shown: list[tuple[dict[str, Any], dict[str, str], Page]] = []
    for record, plain, is_rated in chunk:
        for variant in corpus.variants(record, plain):
            terms.append(train_wording.row_of(variant))
            if is_rated:
                rows.append([variant.id, variant.input, *(measure(variant.page).value for measure in measures)])
            if variant.input == "html" and plain is not None:
                shown.append((record, plain, variant.page))
    for key, name, page in _composed(shown):
        rows.append([key, name, *(measure(page).value for measure in measures)])
    return rows, terms


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
