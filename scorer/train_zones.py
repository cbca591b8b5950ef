"""How are the networks that name a block's zone trained, and how good are they?

The first learns from pages whose main content was checked by hand (WCXB): a block is body if its words stand in that
text. The second learns zones from pages whose every block was marked by reading (data/zones.jsonl: offsets and names, no
text), and main content from those that the first learns from. Every page serves as HTML and as the plain text of an
extraction, so that one model reads both. Figures are from five-fold cross-validation over domains.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from resiliparse.extract.html2text import extract_plain_text
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from scorer import blocks, zones
from scorer.blocks import Floats, Floats32
from scorer.page import Page
from scorer.shipped import savez
from scorer.tokens import Ints
from scorer.zones import Judges, Network, Vocabulary, Zone

_WORD = re.compile(r"\w+")
_RUN = 3
FIRST_WIDTH, SECOND_WIDTH = 32, 32
RUNS = 3
_STRESS = np.array([1.0, 1.4, 1.0, 5.0, 1.0, 1.8, 1.0, 1.0])
"""How much a block of each zone counts in training: sources and promotion are rare, and missed first."""
LEAST_PAGES = 4
"""Marked pages that a word must stand on to be known: the names of sites do not."""
"""Networks that are averaged: one alone depends much on its seed."""


class Sample(NamedTuple):
    """One page as one kind of input, with what is known of its blocks.

    `body`: whether each block is body (WCXB), `zone`: its zone, -1 where none was marked; one of them is empty.
    """

    id: str
    page_type: str
    fold: int
    kind: str
    page: Page
    body: Floats
    zone: Ints
    main_words: list[str]

    @property
    def weight(self) -> Floats:
        """What each block counts: its words, so that a page counts as one."""
        size = self.page.block_words + 2.0
        return np.asarray(size / size.sum())


def with_main_text(pages: Path) -> Iterator[Sample]:
    """The pages of a corpus table that have hand-checked `main_text`, as HTML and as plain text."""
    table = pq.read_table(pages, columns=["id", "html", "url", "main_text", "page_type", "fold"])
    for batch in table.to_batches(max_chunksize=64):
        for record in batch.to_pylist():
            if not record["main_text"]:
                continue
            main = record["main_text"].lower()
            runs = _runs(_WORD.findall(main))
            lines = {" ".join(_WORD.findall(line)) for line in main.split("\n")}
            plain = extract_plain_text(record["html"], main_content=False, links=False, list_bullets=False, alt_texts=False)
            url = record["url"] or ""
            for kind, page in (("html", Page.from_html(record["html"], url)), ("text", Page.from_text(plain, url))):
                if page.text:
                    share = np.array([_share(page.block_text(i), runs, lines) for i in range(len(page.columns.start))])
                    yield Sample(record["id"], record["page_type"], record["fold"], kind, page, share, np.zeros(0, np.int64), _WORD.findall(main))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(*(words[i:] for i in range(_RUN)), strict=False))


def _share(text: str, runs: set[tuple[str, ...]], lines: set[str]) -> float:
    words = _WORD.findall(text.lower())
    if not words:
        return 0.0
    if " ".join(words) in lines:
        return 1.0
    mine = _runs(words)
    return len(mine & runs) / len(mine) if mine else 0.0


def marked(marks: Path, tables: Sequence[Path]) -> Iterator[Sample]:
    """The pages that were marked, the first marking of each, as HTML and as the bare lines of it.

    Raises ValueError where a page no longer reads as it did when it was marked: then offsets point elsewhere.
    """
    wanted: dict[str, dict[str, Any]] = {}
    for line in marks.read_text("utf-8").splitlines():
        mark = json.loads(line)
        wanted.setdefault(mark["id"], mark)
    for path in tables:
        table = pq.read_table(path, columns=["id", "html", "url", "fold"], filters=[("id", "in", list(wanted))])
        for record in table.to_pylist():
            mark = wanted.pop(record["id"], None)
            if mark is None:
                continue
            page = Page.from_html(record["html"], record["url"] or "")
            if hashlib.sha1(page.text.encode("utf-8", "replace")).hexdigest()[:12] != mark["sha1"]:
                raise ValueError(f"{record['id']}: the page does not read as it did when its zones were marked; map the offsets of {marks} onto its text of today")
            zone = np.full(len(page.columns.start), -1)
            for start, end, name in mark["zones"]:
                zone[(page.columns.start >= start) & (page.columns.end <= end)] = Zone[name.upper()]
            for kind, shown in (("html", page), ("text", Page.from_text(page.text, record["url"] or "", page.title))):
                yield Sample(record["id"], "", record["fold"], kind, shown, np.zeros(0), zone, [])


def fit_first(chosen: Sequence[Sample]) -> Network:
    """The network that tells body from the rest by a block's look."""
    rows = np.vstack([s.page.block_table for s in chosen])
    label = np.concatenate([s.body for s in chosen]) > 0.5
    weight = np.concatenate([s.weight for s in chosen])
    return _fit(rows, label.astype(np.int64), weight, FIRST_WIDTH, [0, 1], epochs=8, batch=1024, alpha=1e-4)


def fit_vocabulary(chosen: Sequence[Sample]) -> Vocabulary:
    """What words and whole lines are used for: logistic regression over those that stand on `LEAST_PAGES` marked pages."""
    shown = [s for s in chosen if s.kind == "html"]  # the text has the same words
    found = [zones.terms_of(s.page) for s in shown]
    seen, on = np.unique(np.concatenate([np.unique(terms) for terms, _ in found]), return_counts=True)
    keys = seen[on >= LEAST_PAGES]
    rows, columns, values, at = [], [], [], 0
    for terms, line in found:
        place = np.minimum(np.searchsorted(keys, terms), len(keys) - 1)
        known = keys[place] == terms
        size = np.sqrt(np.bincount(line))
        rows.append(line[known] + at)
        columns.append(place[known])
        values.append(1 / size[line[known]])
        at += int(line[-1]) + 1 if len(line) else 0
    matrix = csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(at, len(keys)))
    label = np.concatenate([s.zone for s in shown])
    weight = np.concatenate([np.sqrt(s.page.block_words + 2.0) for s in shown])
    known = label >= 0
    model = LogisticRegression(C=0.3, max_iter=80, tol=1e-3).fit(matrix[known], label[known], sample_weight=(weight / weight.mean())[known])
    weights = np.zeros((len(keys), len(Zone)), np.float32)
    weights[:, model.classes_] = model.coef_.T
    return Vocabulary.of(keys, weights)


def fit_second(chosen: Sequence[Sample], odds: Sequence[Floats32], words: Sequence[Floats32]) -> Network:
    """The network that names the zone, given the first one's `odds` and what the vocabulary says of the `words`, for each sample."""
    rows = np.vstack([np.column_stack([s.page.block_table, zones.neighbourhood(s.page.block_table, o, w)]) for s, o, w in zip(chosen, odds, words, strict=True)])
    label = np.concatenate([s.zone for s in chosen])
    # Long blocks count more, but a line is a line: sources and bylines are short.
    weight = np.concatenate([np.sqrt(s.page.block_words + 2.0) for s in chosen]) * _STRESS[label]
    known = label >= 0
    return _fit(rows[known], label[known], weight[known], SECOND_WIDTH, list(range(len(Zone))), epochs=25, batch=256, alpha=3e-3)


def fit_main(chosen: Sequence[Sample], odds: Sequence[Floats32], words: Sequence[Floats32], like: Network) -> Network:
    """The network that tells main content from what `fit_second` sees, its inputs scaled like those of that network."""
    rows = np.vstack([np.column_stack([s.page.block_table, zones.neighbourhood(s.page.block_table, o, w)]) for s, o, w in zip(chosen, odds, words, strict=True)])
    label = np.concatenate([s.body for s in chosen]) > 0.5
    weight = np.concatenate([s.weight for s in chosen])
    return _fit(rows, label.astype(np.int64), weight, SECOND_WIDTH, [0, 1], epochs=8, batch=1024, alpha=1e-3, like=like)


def _fit(
    rows: Floats32, label: npt.NDArray[Any], weight: Floats, width: int, classes: list[int], *, epochs: int, batch: int, alpha: float, like: Network | None = None
) -> Network:
    mean, deviation = rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64)
    scale = np.where(deviation > 1e-9, 1 / np.maximum(deviation, 1e-9), 0.0)
    if like is not None:
        mean, scale = like.mean, like.scale
    scaled = np.clip((rows - mean) * scale, -8, 8).astype(np.float32)
    layers: list[list[Floats]] = []
    for run in range(RUNS):
        model = MLPClassifier((width // RUNS + 1,), alpha=alpha, batch_size=batch, learning_rate_init=2e-3, max_iter=epochs, n_iter_no_change=epochs, random_state=run)
        for _ in range(epochs):
            model.partial_fit(scaled, label, classes=classes, sample_weight=weight / weight.mean())
        hidden, out = model.coefs_
        layers.append([hidden, model.intercepts_[0], out / RUNS, model.intercepts_[1] / RUNS])
    hidden, bias, out, out_bias = zip(*layers, strict=True)
    return Network(mean, scale, np.hstack(hidden), np.concatenate(bias), np.vstack(out), np.sum(out_bias, axis=0))


def word_f1(found: str, wanted: list[str]) -> float:
    """Bag-of-words F1 of an extraction against the hand-checked text, as WCXB's benchmark counts it.

    >>> word_f1("the cat sat", ["the", "cat"])
    0.8
    """
    mine, true = Counter(_WORD.findall(found.lower())), Counter(wanted)
    shared = sum((mine & true).values())
    return 2 * shared / (sum(mine.values()) + sum(true.values())) if shared else 0.0


def fit_judges(checked: Sequence[Sample], read: Sequence[Sample], firsts: dict[int, Network], first: Network) -> Judges:
    """What names the zones, from `first` and these samples; `firsts`: for each fold a first network that did not see it."""

    def odds(samples: Sequence[Sample]) -> list[Floats32]:
        # What a first network gives to pages of other folds, as it will be in use.
        return [firsts.get(s.fold, first)(s.page.block_table)[:, 0] for s in samples]

    parts = {fold: fit_vocabulary([s for s in read if s.fold != fold]) for fold in {s.fold for s in [*read, *checked]}}
    words = [[parts[s.fold](s.page) for s in samples] for samples in (read, checked)]
    second = fit_second(read, odds(read), words[0])
    return Judges(first, second.beside(fit_main(checked, odds(checked), words[1], second)), fit_vocabulary(read))


def evaluate(checked: Sequence[Sample], read: Sequence[Sample], firsts: dict[int, Network]) -> dict[str, Any]:
    """Word-F1 of the body and precision and recall of every zone, by input kind, from networks that did not see the page's fold.

    `firsts`: for each fold the first network trained without it.
    """
    f1: dict[str, dict[str, list[float]]] = {}
    confusion = {kind: np.zeros((len(Zone), len(Zone))) for kind in ("html", "text")}
    for fold, first in firsts.items():
        judges = fit_judges([s for s in checked if s.fold != fold], [s for s in read if s.fold != fold], firsts, first)
        with zones.using(judges):
            for sample in checked:
                if sample.fold == fold:
                    score = word_f1(_again(sample).body, sample.main_words)
                    by_type = f1.setdefault(sample.kind, {})
                    for key in ("all", sample.page_type):
                        by_type.setdefault(key, []).append(score)
            for sample in read:
                if sample.fold == fold:
                    known = sample.zone >= 0
                    np.add.at(confusion[sample.kind], (sample.zone[known], _again(sample).zones[known]), sample.page.block_chars[known])
    return {
        "word_f1": {kind: {key: round(float(np.mean(v)), 4) for key, v in by.items()} for kind, by in f1.items()},
        "zones": {kind: _precision_recall(table) for kind, table in confusion.items()},
        "confusion": {kind: table.astype(int).tolist() for kind, table in confusion.items()},
    }  # fmt: skip


def _again(sample: Sample) -> Page:
    """The sample's page with nothing remembered that stands on the networks."""
    page = Page(sample.page.text, sample.page.title, sample.page.url, sample.page.columns, sample.page.links, sample.page.metadata, sample.page.markup)
    page.__dict__.update({name: sample.page.__dict__[name] for name in ("tokens", "hits", "block_table", "title_match", "block_hashes") if name in sample.page.__dict__})
    return page


def _precision_recall(table: Floats) -> dict[str, dict[str, float]]:
    found, true = table.sum(axis=0), table.sum(axis=1)
    return {
        zone.name.lower(): {"precision": round(float(table[zone, zone] / max(found[zone], 1)), 3), "recall": round(float(table[zone, zone] / max(true[zone], 1)), 3), "chars": int(true[zone])}
        for zone in Zone
    }  # fmt: skip


def train(corpus: Path, marks: Path, out: Path, *, cross_validate: bool = True) -> dict[str, Any]:
    """Trains on the tables in `corpus` and the `marks`; writes `out`/zones.npz and zones.json, returns what the latter says."""
    checked = list(with_main_text(corpus / "pages.parquet"))
    read = list(marked(marks, [corpus / "pages.parquet", corpus / "pages_static.parquet"]))
    result: dict[str, Any] = {"columns": [*blocks.COLUMNS, *zones.NEIGHBOURHOOD], "pages with main text": len(checked) // 2, "pages marked": len(read) // 2}
    firsts = {fold: fit_first([s for s in checked if s.fold != fold]) for fold in sorted({s.fold for s in checked})}
    if cross_validate:
        result |= evaluate(checked, read, firsts)
    out.mkdir(parents=True, exist_ok=True)
    savez(out / "zones.npz", fit_judges(checked, read, firsts, fit_first(checked)).arrays())
    (out / "zones.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


if __name__ == "__main__":
    outcome = train(Path(sys.argv[1]), Path("data/zones.jsonl"), Path("models/zones"))
    print(json.dumps({key: outcome[key] for key in ("word_f1", "zones")}, indent=1))
