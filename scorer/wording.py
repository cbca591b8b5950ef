"""What do the words of a page sound like?

A linear model over words, marks, line shapes, short lines and pairs of neighbours (`tokens.py`) that occur on ten or more sites, so
that no name of a site can be learned. What links say has a vocabulary of its own: the same words mean another thing in a
menu than in a story. One pass gives a value for each of `READINGS`, all from the same counts; the words of the text that
moved a value most are its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from scorer.feature import Span
from scorer.shipped import ModelMismatch, model_folder, savez
from scorer.tokens import Hashes, Ints, Tokens, tokenize

if TYPE_CHECKING:
    from scorer.page import Floats, Page

READINGS = ("trust", "low", "high", "farm", "clickbait", "aggregation", "promotion", "unrelated")
"""What the model was fitted to: the rating, the rating with stress on 1-2 and on 4-5, and the five flags."""

TEXT_SHARE = 0.75
"""How much of a page's likeness to another is its text's; the rest is its link labels', where links are known."""

Floats32 = npt.NDArray[np.float32]
_BITS = 18


class Wording(NamedTuple):
    """What the words of one text say: a value for each of `READINGS`, and what is needed to quote them."""

    values: Floats
    tokens: Tokens
    terms: Ints  # the term of each of `tokens.terms()`, -1 if unknown
    share_known: float


@dataclass(frozen=True)
class WordingModel:
    """Terms as sorted hashes, shape (n,), their idf, and their weights for each reading, shape (n, len(READINGS))."""

    keys: Hashes
    idf: Floats32
    weights: Floats32
    mean: Floats32

    def __post_init__(self) -> None:
        n = len(self.keys)
        if self.idf.shape != (n,) or self.weights.shape != (n, len(READINGS)) or self.mean.shape != (len(READINGS),):
            raise ModelMismatch("the wording model is damaged: its arrays do not fit each other; reinstall the package")

    @staticmethod
    def load(folder: Path) -> WordingModel:
        with np.load(folder / "wording.npz", allow_pickle=False) as arrays:
            return WordingModel(*(arrays[name] for name in ("keys", "idf", "weights", "mean")))

    def save(self, folder: Path) -> None:
        savez(folder / "wording.npz", {"keys": self.keys, "idf": self.idf, "weights": self.weights, "mean": self.mean})

    def terms_of(self, hashes: Hashes) -> Ints:
        """The index of each hash among the terms, -1 where it is none."""
        slots, extra = _slots(self)
        found = slots[hashes >> np.uint64(64 - _BITS)]
        right = self.keys[found] == hashes
        out = np.where(right, found, -1)
        if len(extra):
            # The few terms that share a slot with another one.
            odd = np.flatnonzero(~right)
            at = np.searchsorted(extra, hashes[odd])
            hit = extra[np.minimum(at, len(extra) - 1)] == hashes[odd]
            out[odd[hit]] = np.searchsorted(self.keys, hashes[odd[hit]])
        return out

    def read(self, tokens: Tokens, labels: Tokens | None = None) -> Wording:
        """What these tokens of the text say, and those of the link labels where links are known."""
        terms = self.terms_of(text_terms(tokens))
        known = terms[terms >= 0]
        values = self.mean.astype(float)
        if not len(known):
            return Wording(values, tokens, terms, 0.0)
        linked = self.terms_of(label_terms(labels)) if labels is not None else terms[:0]
        linked = linked[linked >= 0]
        values += np.sqrt(TEXT_SHARE if len(linked) else 1.0) * self._direction(known)
        if len(linked):
            values += np.sqrt(1 - TEXT_SHARE) * self._direction(linked)
        words = tokens.is_word
        share = float((terms[: len(words)][words] >= 0).mean()) if words.any() else 0.0
        return Wording(values, tokens, terms, share)

    def _direction(self, terms: Ints) -> Floats:
        """What these known terms add to each reading, scaled as if they were all that the page has."""
        counts = np.bincount(terms, minlength=len(self.keys))
        present = np.flatnonzero(counts)
        weight = (1 + np.log(counts[present])) * self.idf[present]
        return np.asarray(weight @ self.weights[present] / np.sqrt(weight @ weight), float)

    def evidence(self, wording: Wording, reading: str, sign: int, most: int = 6) -> Iterator[tuple[int, int]]:
        """Where the words and pairs stand that moved `reading` most towards `sign`: offsets into the tokenized text."""
        tokens = wording.tokens
        n = len(tokens.hash)
        column = self.weights[:, READINGS.index(reading)]
        known = wording.terms >= 0
        words = np.concatenate([tokens.is_word, tokens.is_word[:-1] & tokens.is_word[1:], np.ones(len(tokens.line_hash), np.bool_)])
        usable = np.flatnonzero(known & words)
        if not len(usable):
            return
        terms = wording.terms[usable]
        counts = np.bincount(terms, minlength=len(self.keys))
        share = sign * column[terms] * self.idf[terms] * (1 + np.log(counts[terms])) * np.where(usable >= n, 1.5, 1.0)
        seen: set[int] = set()
        for at in np.argsort(-share, kind="stable").tolist():
            if share[at] <= 0 or len(seen) == most:
                return
            if terms[at] in seen:
                continue
            seen.add(int(terms[at]))
            token = int(usable[at])
            if token < n:
                yield int(tokens.start[token]), int(tokens.end[token])
            elif token < 2 * n - 1:
                yield int(tokens.start[token - n]), int(tokens.end[token - n + 1])
            else:
                yield int(tokens.line_start[token - 2 * n + 1]), int(tokens.line_end[token - 2 * n + 1])


_LABEL = np.uint64(1)
_SPREAD = np.uint64(0x2545F4914F6CDD1D)


def text_terms(tokens: Tokens) -> Hashes:
    """The terms of a text: hashes whose lowest bit is 0."""
    return tokens.terms() & ~_LABEL


def label_terms(tokens: Tokens) -> Hashes:
    """The terms of link labels, a vocabulary of their own: hashes whose lowest bit is 1."""
    return tokens.terms() * _SPREAD | _LABEL


def is_label(keys: Hashes) -> npt.NDArray[np.bool_]:
    """Which terms are those of link labels."""
    return (keys & _LABEL).astype(np.bool_)


@cache
def shipped() -> WordingModel:
    """The wording model that comes with the package."""
    return WordingModel.load(model_folder("wording"))


_SLOTS: dict[int, tuple[Ints, Hashes]] = {}


def _slots(model: WordingModel) -> tuple[Ints, Hashes]:
    """For each value of the first bits of a hash a term that has them, and the hashes of the terms left over."""
    made = _SLOTS.get(id(model.keys))
    if made is None:
        slots = np.zeros(1 << _BITS, np.int64)
        place = (model.keys >> np.uint64(64 - _BITS)).astype(np.int64)
        slots[place[::-1]] = np.arange(len(place))[::-1]
        left = model.keys[slots[place] != np.arange(len(place))]
        made = _SLOTS[id(model.keys)] = (slots, left)
    return made


def read(page: Page) -> Wording:
    """What the words of `page` say, its title included."""
    return shipped().read(tokenize(text_of(page)), tokenize(labels_of(page)))


def text_of(page: Page) -> str:
    """The text that the wording is read from: a title that the text does not show, then the text."""
    return page.text if not page.title or page.title in page.text[:2000] else f"{page.title}\n{page.text}"


def labels_of(page: Page) -> str:
    """What the links of `page` say, a line each; nothing where links are unknown."""
    return "\n".join([link.text for link in page.links or ()])


def spans(page: Page, reading: str, sign: int) -> Iterator[Span]:
    """The passages of `page` whose words moved `reading` most towards `sign`."""
    lead = len(text_of(page)) - len(page.text)
    for start, end in shipped().evidence(page.wording, reading, sign):
        if start >= lead:
            yield Span("text", start - lead, end - lead)
        elif end < lead:
            yield Span("title", start, end)
