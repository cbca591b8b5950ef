"""How well do others do, on the same folds and pages?

What each peer expects a page to be rated, from a model that saw nothing of the page's fold: the counts of the filters of
web corpora, RedPajama's signals and plain counts, each with a forest and with ridge regression (the better on HTML is kept);
a fastText classifier; TF-IDF and ridge; sentence embeddings. They learn from the rows that the page model learns from, with the same
weights, but for the composed ones; those that read words go without resiliparse's texts, which are nearly the HTML's, and
embeddings, which take long, know the HTML of the evaluated pages only. `make baseline CORPUS=...` writes data/baseline.parquet, which the
report reads, and data/facts.csv, what else is known of the evaluated pages.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr

from scorer import corpus, facts
from scorer.blocks import Floats
from scorer.data import FOLDS
from scorer.model import FACETS
from scorer.peers import fasttext_classifier, filters, learners, minilm, plain, redpajama
from scorer.peers import rows as peer_rows
from scorer.peers.fasttext_classifier import FastText
from scorer.peers.learners import Learner, Terms
from scorer.train import FLAG_OF
from scorer.train_wording import FURTHER

WEIGHT_OF_INPUT = {"html": 1.0, "resiliparse": 0.4, "trafilatura": 0.6, "lexbor": 0.0, corpus.ARTICLE: 0.4}
READ = ("html", "trafilatura", corpus.ARTICLE)
"""The inputs that readers of words learn from."""
NUMBER_LEARNERS: dict[str, Learner] = {"forest": learners.forest, "ridge": learners.ridge}
VECTOR_LEARNERS: dict[str, Learner] = {"SVR": learners.support_vectors, "ridge": learners.ridge}
_DIGITS = 3

Bools = npt.NDArray[np.bool_]


class Rows:
    """The rows of all inputs with what is to be learned of each; arrays stand in the order of `table`."""

    def __init__(self, table: pd.DataFrame, rated: pd.DataFrame) -> None:
        self.table, self.rated = table, rated
        pages = rated.set_index("id").loc[table["id"]]
        self.fold = pages["fold"].to_numpy(np.int64)
        self.trust = pages["trust"].to_numpy(float)
        self.flags = np.column_stack([pages[FLAG_OF[facet]].to_numpy() >= 1 for facet in FACETS]).astype(float)
        self.input = table["input"].to_numpy(str)
        further = (pages["group"] == "further").to_numpy()
        self.asked = ~further & (self.input != corpus.ARTICLE)
        self.weight = np.array([WEIGHT_OF_INPUT[name] for name in self.input]) * np.where(further, FURTHER, 1.0)

    @property
    def texts(self) -> npt.NDArray[np.object_]:
        return np.asarray((self.table["title"] + "\n" + self.table["text"]).to_numpy(object))

    @property
    def learned(self) -> Bools:
        """What numbers are learned from; words are, of these, from those `READ`."""
        return self.weight > 0

    @property
    def read(self) -> Bools:
        return self.learned & np.isin(self.input, READ)

    def out_of_fold(self, learn: Callable[[Bools, Bools], Floats], chosen: Bools, asked: Bools, columns: int = 0) -> Floats:
        """What `learn(rows to learn from, rows asked about)` says of each row, from the other folds; NaN where it was not asked."""
        out = np.full((len(self.fold), columns) if columns else len(self.fold), np.nan)
        for fold in FOLDS:
            held = asked & (self.fold == fold)
            out[held] = learn(chosen & (self.fold != fold), held)
        return out

    def best(self, name: str, numbers: Floats, candidates: dict[str, Learner], chosen: Bools, asked: Bools) -> pd.DataFrame:
        """What the learner says of each row whose expectations go best with the ratings of HTML pages: a column named after both."""
        found = {}
        for learner, learn in candidates.items():
            found[learner] = self.out_of_fold(lambda on, of, learn=learn: learn(numbers[on], self.trust[on], self.weight[on], numbers[of]), chosen, asked)  # type: ignore[misc]
        html = self.asked & (self.input == "html")
        agreement = {learner: float(spearmanr(self.trust[html], said[html])[0]) for learner, said in found.items()}
        learner = max(agreement, key=lambda each: agreement[each])
        print(f"{name}: Spearman on HTML " + ", ".join(f"{each} {value:.3f}" for each, value in agreement.items()), file=sys.stderr)
        return pd.DataFrame({f"{name}, {learner}": found[learner]})


def filter_signals(rows: Rows, cache: Path) -> pd.DataFrame:
    return rows.best("Gopher, C4, FineWeb signals", _measured(rows, cache, filters), NUMBER_LEARNERS, rows.learned, rows.asked)


def redpajama_signals(rows: Rows, cache: Path) -> pd.DataFrame:
    return rows.best("RedPajama-V2 signals", _measured(rows, cache, redpajama), NUMBER_LEARNERS, rows.learned, rows.asked)


def _measured(rows: Rows, cache: Path, module: ModuleType) -> Floats:
    numbers = peer_rows.cached(cache, module.__name__.rpartition(".")[2], [module], rows.rated, lambda: peer_rows.measured(rows.table, module.signals))
    return numbers.drop(columns=["id", "input"]).to_numpy(float)


def plain_counts(rows: Rows, cache: Path) -> pd.DataFrame:
    counts = pd.DataFrame([plain.counts(*row) for row in rows.table[["title", "text", "url"]].itertuples(index=False, name=None)])
    numbers = np.hstack([counts.to_numpy(float), rows.table[list(plain.MARKUP)].to_numpy(float)])
    return rows.best(f"{numbers.shape[1]} plain counts", numbers, NUMBER_LEARNERS, rows.learned, rows.asked)


def tfidf(rows: Rows, cache: Path) -> pd.DataFrame:
    """The rating, and in columns "...|facet" the flags."""
    terms = Terms(rows.texts.tolist())
    labels = np.column_stack([rows.trust, rows.flags])
    said = rows.out_of_fold(lambda on, of: terms.ridge(on, labels, rows.weight, of), rows.read, rows.asked, labels.shape[1])
    return pd.DataFrame(said, columns=["TF-IDF, ridge", *(f"TF-IDF, ridge|{facet}" for facet in FACETS)])


def fasttext(rows: Rows, cache: Path) -> pd.DataFrame:
    lines = np.array([fasttext_classifier.line(text) for text in rows.texts], object)
    ratings = rows.trust.astype(np.int64)
    return pd.DataFrame({"fastText classifier": rows.out_of_fold(lambda on, of: FastText().fit(lines[on], ratings[on]).predict(lines[of]), rows.read, rows.asked)})


def sentence_embeddings(rows: Rows, cache: Path) -> pd.DataFrame:
    chosen, evaluated = rows.asked & (rows.input == "html"), rows.rated[rows.rated["group"] != "further"]
    vectors = peer_rows.cached(cache, "minilm", [minilm], evaluated, lambda: embeddings(rows.table[chosen], rows.texts[chosen]))
    where = pd.MultiIndex.from_frame(rows.table[["id", "input"]])
    return rows.best("MiniLM embeddings", vectors.set_index(["id", "input"]).reindex(where).to_numpy(float), VECTOR_LEARNERS, chosen, chosen)


def embeddings(table: pd.DataFrame, texts: npt.NDArray[np.object_]) -> pd.DataFrame:
    """The vectors of these rows, beside id and input."""
    model = minilm.MiniLM()
    vectors = pd.DataFrame(np.stack([model.read(text) for text in texts])).rename(columns=str)
    return pd.concat([table[["id", "input"]].reset_index(drop=True), vectors], axis=1)


PEERS: dict[str, tuple[Callable[[Rows, Path], pd.DataFrame], Sequence[ModuleType]]] = {
    "filters": (filter_signals, (filters, learners)),
    "redpajama": (redpajama_signals, (redpajama, learners)),
    "plain": (plain_counts, (plain, learners)),
    "tfidf": (tfidf, (learners,)),
    "fasttext": (fasttext, (fasttext_classifier,)),
    "minilm": (sentence_embeddings, (minilm, learners)),
}
"""What says something of the rows, and the code whose change makes it speak anew."""


def build(source: Path, data: Path, build: Path, peers: Sequence[str] = tuple(PEERS)) -> None:
    """Writes `data`/baseline.parquet and `data`/facts.csv, and keeps in `build` what takes long; `peers` names those to ask."""
    rated = corpus.ratings(source, data / "further.csv")
    facts.gather(source, rated[rated["group"] != "further"]).to_csv(data / "facts.csv", index=False)
    cache = build / "peers"
    rows = Rows(peer_rows.cached(cache, "rows", [peer_rows, plain, corpus], rated, lambda: peer_rows.gather(source, build / "texts.parquet", rated)), rated)
    said = [rows.table[["id", "input"]]]
    for name in peers:
        speak, code = PEERS[name]
        said.append(peer_rows.cached(cache, f"{name}-said", code, rated, lambda speak=speak: speak(rows, cache)))  # type: ignore[misc]
    frame = pd.concat(said, axis=1)[rows.asked].reset_index(drop=True)
    numbers = frame.columns[2:]
    frame[numbers] = frame[numbers].round(_DIGITS).astype(np.float32)
    frame.to_parquet(data / "baseline.parquet", compression="zstd", compression_level=19, index=False)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path("data"), Path("build"), sys.argv[2:] or tuple(PEERS))
