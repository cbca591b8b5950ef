"""How far does a fastText classifier get, the learned filter of large corpora?

Joulin et al. 2017, https://arxiv.org/abs/1607.01759: words and pairs hashed into buckets, a vector each, averaged over the
text, and a softmax over the labels; what DCLM and others choose documents with. Here the labels are the ratings 1 to 5, and
what is read off is the expected rating. Trained by the package fasttext-community, in one thread, so that it can be had again.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scorer.blocks import Floats

SETTINGS = {"dim": 64, "wordNgrams": 2, "bucket": 500_000, "minCount": 3, "lr": 1.0, "epoch": 10, "loss": "softmax", "thread": 1, "verbose": 0}
"""Learning rates of 0.5 and 1 were tried on the first fold; 1 is better."""
MOST_WORDS = 1000
"""Words read of a text, from its start."""
_TOKEN = re.compile(r"\w+|[^\w\s]")


def line(text: str) -> str:
    """A text as fastText reads it: one line of folded words and marks.

    >>> line("Who knew?\\nNobody.")
    'who knew ? nobody .'
    """
    return " ".join(_TOKEN.findall(text.lower())[:MOST_WORDS])


class FastText:
    """A classifier of lines; `fit`, then `predict` the expected rating."""

    def __init__(self, **settings: object) -> None:
        self.settings = {**SETTINGS, **settings}

    def fit(self, lines: Iterable[str], ratings: npt.NDArray[np.int64]) -> FastText:
        import fasttext

        # In a mixed order: it trains on one line after another.
        labelled = [f"__label__{rating} {text}\n" for rating, text in zip(ratings.tolist(), lines, strict=True)]
        order = np.random.default_rng(0).permutation(len(labelled))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "lines.txt"
            file.write_text("".join(labelled[i] for i in order), "utf-8")
            self.model = fasttext.train_supervised(str(file), **self.settings)
        return self

    def predict(self, lines: Iterable[str]) -> Floats:
        """The expected rating of each line."""
        out = []
        for text in lines:
            labels, chances = self.model.predict(text, k=-1)
            out.append(sum(int(label.removeprefix("__label__")) * chance for label, chance in zip(labels, chances, strict=True)))
        return np.array(out)
