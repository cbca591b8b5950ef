"""How is the body model of the zones trained?

On pages whose main content was checked by hand (WCXB): a block is body if its words stand in that text. Every page
serves as HTML and as the plain text of an extraction, so that one model reads both.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow.parquet as pq
from resiliparse.extract.html2text import extract_plain_text
from sklearn.ensemble import HistGradientBoostingClassifier

from scorer import blocks, zones
from scorer.page import Floats, Page
from scorer.shipped import savez
from scorer.tables import StepTables, compile_boosting

_WORD = re.compile(r"\w+")
_RUN = 3


class Sample(NamedTuple):
    """One page as one kind of input: its block table, whether each block is body, and its weight."""

    page_type: str
    fold: int
    kind: str
    page: Page
    table: Floats
    body: Floats
    weight: Floats
    main_words: list[str]


def samples(pages: Path) -> Iterator[Sample]:
    """The training pages of a corpus table with columns html, url, main_text, page_type and fold."""
    table = pq.read_table(pages, columns=["html", "url", "main_text", "page_type", "fold"])
    for row in table.to_batches(max_chunksize=64):
        for record in row.to_pylist():
            if not record["main_text"]:
                continue
            main = record["main_text"].lower()
            runs = _runs(_WORD.findall(main))
            lines = {" ".join(_WORD.findall(line)) for line in main.split("\n")}
            plain = extract_plain_text(record["html"], main_content=False, links=False, list_bullets=False, alt_texts=False)
            for kind, page in (("html", Page.from_html(record["html"], record["url"] or "")), ("text", Page.from_text(plain, record["url"] or ""))):
                if not page.text:
                    continue
                found = [_share(page.block_text(i), runs, lines) for i in range(len(page.columns.start))]
                body = np.array([share for share, _ in found])
                size = np.array([count + 2.0 for _, count in found])
                yield Sample(record["page_type"], record["fold"], kind, page, blocks.describe(page), body, size / size.sum(), _WORD.findall(main))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(*(words[i:] for i in range(_RUN)), strict=False))


def _share(text: str, runs: set[tuple[str, ...]], lines: set[str]) -> tuple[float, int]:
    words = _WORD.findall(text.lower())
    if not words:
        return 0.0, 0
    if " ".join(words) in lines:
        return 1.0, len(words)
    mine = _runs(words)
    return (len(mine & runs) / len(mine) if mine else 0.0), len(words)


def fit(chosen: list[Sample]) -> tuple[StepTables, StepTables]:
    """Both passes, trained on `chosen`. The second pass sees odds that the first gave to pages of other folds."""
    folds = sorted({s.fold for s in chosen})
    odds: dict[int, Floats] = {}
    for fold in folds:
        part = _boost([s for s in chosen if s.fold != fold], [s.table for s in chosen if s.fold != fold])
        odds |= {id(s): part.scores(s.table) for s in chosen if s.fold == fold}
    first = _boost(chosen, [s.table for s in chosen])
    second = _boost(chosen, [np.column_stack([s.table, zones.neighbourhood(s.table, odds[id(s)])]) for s in chosen])
    return first, second


def _boost(chosen: list[Sample], tables: list[Floats]) -> StepTables:
    rows = np.vstack(tables).astype(np.float32).astype(np.float64)
    weight = np.concatenate([s.weight for s in chosen])
    model: Any = HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.12, max_leaf_nodes=8, min_samples_leaf=100, interaction_cst="no_interactions", random_state=0
    )
    model.fit(rows, np.concatenate([s.body for s in chosen]) > 0.5, sample_weight=weight / weight.mean())
    return compile_boosting(model, rows.shape[1])


def word_f1(found: str, wanted: list[str]) -> float:
    """Bag-of-words F1 of an extraction against the hand-checked text, as WCXB's benchmark counts it.

    >>> word_f1("the cat sat", ["the", "cat"])
    0.8
    """
    mine, true = Counter(_WORD.findall(found.lower())), Counter(wanted)
    shared = sum((mine & true).values())
    return 2 * shared / (sum(mine.values()) + sum(true.values())) if shared else 0.0


def evaluate(every: list[Sample]) -> dict[str, dict[str, float]]:
    """Word-F1 by five-fold cross-validation over domains, macro average over pages, by input kind and page type."""
    scores: dict[str, dict[str, list[float]]] = {}
    for fold in sorted({s.fold for s in every}):
        first, second = fit([s for s in every if s.fold != fold])
        for sample in every:
            if sample.fold != fold:
                continue
            odds = first.scores(sample.table)
            odds = second.scores(np.column_stack([sample.table, zones.neighbourhood(sample.table, odds)]))
            text = "\n".join(sample.page.block_text(i) for i in np.flatnonzero(odds > 0).tolist())
            by_type = scores.setdefault(sample.kind, {})
            for key in ("all", sample.page_type):
                by_type.setdefault(key, []).append(word_f1(text, sample.main_words))
    return {kind: {key: round(float(np.mean(v)), 4) for key, v in by.items()} for kind, by in scores.items()}


def train(corpus: Path, out: Path, *, cross_validate: bool = True) -> dict[str, Any]:
    """Trains on `corpus`/pages.parquet, writes `out`/zones.npz and zones.json, returns what the latter says."""
    every = list(samples(corpus / "pages.parquet"))
    result: dict[str, Any] = {"columns": [*blocks.COLUMNS, *zones.NEIGHBOURHOOD], "pages": len(every)}
    if cross_validate:
        result["word_f1"] = evaluate(every)
    first, second = fit(every)
    out.mkdir(parents=True, exist_ok=True)
    savez(out / "zones.npz", first.arrays("first_") | second.arrays("second_"))
    (out / "zones.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


if __name__ == "__main__":
    print(train(Path(sys.argv[1]), Path("models/zones")).get("word_f1"))
