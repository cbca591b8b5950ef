"""What do the words of a page sound like?

A linear model over words, marks, line shapes, short lines and pairs of neighbours (`tokens.py`) that occur on ten or more sites, so
that no name of a site can be learned. What surrounds the story has a vocabulary of its own: the same words mean another
thing in a menu than in a story. One pass gives a value for each of `READINGS`, all from the same counts; the words of the
text that moved a value most are its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from scorer.feature import Span
from scorer.lookup import Lookup
from scorer.shipped import ModelMismatch, load_arrays, model_folder, savez
from scorer.tokens import MARK, WORD, Hashes, Ints, Terms, Tokens, chain, terms, true_at
from scorer.zones import Zone

if TYPE_CHECKING:
    from scorer.blocks import Floats
    from scorer.page import Page

READINGS = ("trust", "low", "high", "farm", "clickbait", "aggregation", "promotion", "unrelated")
"""What the model was fitted to: the rating, the rating with stress on 1-2 and on 4-5, and the five flags."""

TEXT_SHARE = 0.75
"""How much of a page's likeness to another is its text's; the rest is that of what surrounds the story, where anything does."""
AROUND_AT_LEAST = 1000.0
"""The squared length, in idf, that surroundings need to count in full, some sixty terms: what a few lines say is unsure, and easily talked down by a few more. From 500 to 2,000 nothing else changes."""
PASSAGE = 60
"""Characters of a passage that is quoted: single words say little to a reader."""
_APART = 1 << 32
_REACH = PASSAGE + 60  # two passages whose starts are further apart than this have no term in common
RUN = 4
"""Tokens of a passage that counts once: shorter ones are grammar, longer ones are easily varied."""
AROUND = (Zone.TEASERS, Zone.PROMOTION, Zone.CHROME)
_OUTSIDE = np.isin(np.array(Zone), AROUND)

Floats32 = npt.NDArray[np.float32]
_FULL_STOP = ord(".")


class Wording(NamedTuple):
    """What the words of one text say: a value for each of `READINGS`, and what is needed to quote them."""

    values: Floats
    terms: Terms
    at: Ints  # which of `terms` the model knows, ascending
    key: Ints  # which of the model's terms they are


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
        path = folder / "wording.npz"
        arrays = load_arrays(path.read_bytes(), str(path))
        try:
            return WordingModel(*(arrays[name] for name in ("keys", "idf", "weights", "mean")))
        except KeyError as fault:
            raise ModelMismatch(f"{path}: the wording model lacks {fault}; reinstall the package") from fault

    def save(self, folder: Path) -> None:
        savez(folder / "wording.npz", {"keys": self.keys, "idf": self.idf, "weights": self.weights, "mean": self.mean})

    @cached_property
    def lookup(self) -> Lookup:
        """The terms, to be found by their hashes."""
        return Lookup.of(self.keys)

    def read(self, text: Terms, around: Hashes) -> Wording:
        """What the terms of the text say, and those of what surrounds the story."""
        at, key = self.lookup.find(text_terms(text.hash))
        values = self.mean.astype(float)
        mine, theirs = self._direction(key), self._direction(self.lookup.find(around_terms(around))[1], AROUND_AT_LEAST)
        if mine is not None:
            values += mine if theirs is None else np.sqrt(TEXT_SHARE) * mine + np.sqrt(1 - TEXT_SHARE) * theirs
        return Wording(values, text, at, key)

    def _direction(self, terms: Ints, least: float = 0.0) -> Floats | None:
        """What these terms of the model add to each reading, scaled as if they were all that the page has and `least` more without a say; None if there are none."""
        if not len(terms):
            return None
        counts = np.bincount(terms)
        present = (counts > 0).nonzero()[0]
        weight = (1 + np.log(counts.take(present))) * self.idf.take(present)
        return np.asarray(weight @ self.weights.take(present, axis=0) / np.sqrt(weight @ weight + least), float)

    def evidence(self, wording: Wording, reading: str, sign: int, lines: Ints, most: int = 5) -> Iterator[tuple[int, int, bool]]:
        """The passages of about `PASSAGE` characters whose terms together moved `reading` most towards `sign`: offsets, and whether into the title.

        `lines`: where the lines of the text begin; no passage goes from one into the next.
        """
        terms = wording.terms
        start, end = terms.start.take(wording.at), terms.end.take(wording.at)
        titled = terms.in_first.take(wording.at) if terms.parts > 1 else np.zeros(len(start), np.bool_)
        line = np.where(titled, 0, np.searchsorted(lines, start, "right"))
        shown = (terms.quotable.take(wording.at) & (titled | (np.searchsorted(lines, end, "left") == line))).nonzero()[0]
        if not len(shown):
            return
        start, end, key, line = start.take(shown), end.take(shown), wording.key.take(shown), line.take(shown)
        count = np.bincount(key).take(key)
        share = sign * self.weights[key, READINGS.index(reading)] * self.idf.take(key) * ((1 + np.log(count)) / count)
        # Lines far apart, so that what lies within reach of a term's start is of its line.
        place = start + line * _APART
        order = np.argsort(place, kind="stable")
        place, share = place.take(order), share.take(order)
        until = np.searchsorted(place, place + PASSAGE)
        sums = np.concatenate([[0.0], np.cumsum(share)])
        total = sums.take(until) - sums[:-1]
        for _ in range(most):
            best = int(total.argmax())
            if total[best] <= 0:
                return
            inside = order[best : until[best]]
            yield int(start[inside[0]]), int(end.take(inside).max()), not line[inside[0]]
            near = np.searchsorted(place, place[best] + np.array([-_REACH, _REACH + 1]))
            total[near[0] : near[1]] = 0


_LABEL = np.uint64(1)
_SPREAD = np.uint64(0x2545F4914F6CDD1D)


def text_terms(hashes: Hashes) -> Hashes:
    """The terms of a text: hashes whose lowest bit is 0."""
    return hashes & ~_LABEL


def around_terms(hashes: Hashes) -> Hashes:
    """The terms of what surrounds the story, a vocabulary of their own: hashes whose lowest bit is 1."""
    return hashes * _SPREAD | _LABEL


def is_around(keys: Hashes) -> npt.NDArray[np.bool_]:
    """Which terms are those of what surrounds the story."""
    return (keys & _LABEL).astype(np.bool_)


@cache
def shipped() -> WordingModel:
    """The wording model that comes with the package."""
    return WordingModel.load(model_folder("wording"))


def read(page: Page) -> Wording:
    """What the words of `page` say, its title included."""
    return shipped().read(terms_of(page), around(page))


def terms_of(page: Page) -> Terms:
    """The terms of the title, where the text does not show it, and of the text, each passage once."""
    heard = said_once(page.tokens)
    if not page.title or page.title in page.text[:2000]:
        return terms(heard)
    return terms(page.title_tokens, heard)


def said_once(tokens: Tokens) -> Tokens:
    """The tokens without addresses ("cdc.gov") and without runs of `RUN` that stood there before.

    Names of sites are no wording, and a phrase is no better for being said six times: both are cheap to add.

    >>> from scorer.tokens import tokenize
    >>> text = "Rain fell on the hills (see noaa.gov). Rain fell on the plain."
    >>> said = said_once(tokenize(text))
    >>> " ".join(text[start:end] for start, end in zip(said.start, said.end))
    'Rain fell on the hills ( see ) . plain .'
    """
    n = len(tokens.hash)
    keep = np.ones(n, np.bool_)
    stop = true_at(tokens.code[1:-1] == _FULL_STOP) + 1
    stop = stop[(tokens.start.take(stop) == tokens.end.take(stop - 1)) & (tokens.end.take(stop) == tokens.start.take(stop + 1))]
    # Small letters behind the stop: "Russia.However" are sentences run together.
    stop = stop[(tokens.kind[stop - 1] != MARK) & (tokens.kind[stop + 1] == WORD) & ~tokens.capital[stop + 1] & (tokens.end[stop + 1] - tokens.start[stop + 1] > 1)]
    for by in (-1, 0, 1):
        keep[stop + by] = False
    if n > RUN:
        runs = tokens.hash[: 1 - RUN]
        for by in range(1, RUN):
            runs = chain(runs, tokens.hash[by : n - RUN + 1 + by])
        again = _seen_before(runs)
        for by in range(RUN):
            keep[again + by] = False
    return tokens if keep.all() else tokens.take(true_at(keep))


def _seen_before(hashes: Hashes) -> Ints:
    """The places of hashes that stand at an earlier place too."""
    # Few do: only those whose first bits are shared are sorted.
    slots = (hashes >> np.uint64(62 - len(hashes).bit_length())).view(np.int64)
    shared = (np.bincount(slots).take(slots) > 1).nonzero()[0]
    candidates = hashes.take(shared)
    order = np.argsort(candidates, kind="stable")
    ordered = candidates.take(order)
    return np.asarray(shared.take(order[1:][ordered[1:] == ordered[:-1]]), np.int64)


def around(page: Page) -> Hashes:
    """The terms of the blocks that surround the story."""
    return terms(page.tokens.take(_OUTSIDE.take(page.token_zones).nonzero()[0])).hash


def spans(page: Page, reading: str, sign: int) -> Iterator[Span]:
    """The passages of `page` whose words moved `reading` most towards `sign`."""
    found = page.wording
    for start, end, in_title in shipped().evidence(found, reading, sign, page.columns.start):
        yield Span("title" if in_title else "text", start, end)
