"""What is each block of the page there for?

A reader sees at a glance which lines are the story, who signed it, what is pushed, and where the links to other
stories begin. Two small networks do the same here, for HTML and for the bare lines of a text extraction alike:

1. the first, trained on hand-checked main content, gives each block the log-odds that it is body, by its look
   (`blocks.py`);
2. the second sees the same, what the first said of the neighbours and what the block's words are used for elsewhere (a
   linear model of words). It names the zone, as learned from pages whose every block was marked by reading, and says once
   more, as learned from the hand-checked pages, whether this is main content.

Body is what both opinions of the second together expect to be told best by (`told_best`).

All are matrices (`train_zones.py`), so that all blocks of a page cost a few products.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scorer import blocks
from scorer.blocks import Floats, Floats32
from scorer.hints import Hint
from scorer.lookup import Lookup
from scorer.shipped import ModelMismatch, load_arrays, model_folder
from scorer.tokens import Hashes, Ints

if TYPE_CHECKING:
    from scorer.page import Page


class Zone(IntEnum):
    """What a block is there for."""

    HEADLINE = 0
    BYLINE = 1
    BODY = 2
    SOURCES = 3
    TEASERS = 4
    PROMOTION = 5
    COMMENTS = 6
    CHROME = 7


_FOOT = int(Hint.FOOTER_TAG | Hint.FOOTER | Hint.COOKIE)
LEAST_BODY_WORDS = 25
LEAST_CHANCE = 0.35
"""Below this nothing is body: a page may have none. Of 0 to 0.5; from 0 to 0.35 F1 is the same."""

_LEAST_SHARE, _MOST_ODDS = 1e-6, 14
"""How far one of the two opinions on a block can be from doubt (of its log-odds, both bounds are about the same)."""

LEAST_HEADLINE = 0.5
"""The score below which no block is the headline; then the title serves."""
_SOON = 3
"""How many blocks below a headline its byline or its story begins."""

MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
DATE = re.compile(
    rf"\b(?:(?:{MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d|\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?(?:{MONTHS})\.?,? (?:19|20)\d\d|"
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d|\d{1,2} (?:minutes?|hours?|days?|weeks?|months?|years?) ago|"
    r"\d{1,2}\. (?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember) (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
BYLINE_START = re.compile(r"(?:by|written by|posted by|author|posted on|published|updated|last updated|reviewed by|von|por|par|words by|story by|posted)\b", re.IGNORECASE)

NEIGHBOURHOOD = (
    "odds", "odds_before1", "odds_after1", "odds_before2", "odds_after2", "odds_around3", "odds_around8", "best_before", "best_after", "told_before", "body_share", "body_chars", "body_blocks",
    *(f"words_{way}_{zone}" for way in ("here", "before", "after", "around") for zone in range(8)),
)  # fmt: skip
"""The columns that the second network sees beside those of `blocks.describe`: what the first said of the neighbours."""


_ONE_THREAD = 200_000
"""Multiplications in a product that OpenBLAS does not spread over threads (its limit is 262,144)."""


class Network(NamedTuple):
    """One hidden layer: ``relu((x - mean) * scale @ hidden + hidden_bias) @ out + out_bias``."""

    mean: Floats32
    scale: Floats32
    hidden: Floats32
    hidden_bias: Floats32
    out: Floats32
    out_bias: Floats32

    def __call__(self, rows: Floats32) -> Floats32:
        """The outputs for each row, shape (rows, outputs)."""
        scaled = rows - self.mean
        scaled *= self.scale
        np.clip(scaled, -8, 8, out=scaled)
        inner = _product(scaled, self.hidden)
        inner += self.hidden_bias
        np.maximum(inner, 0, out=inner)
        out = _product(inner, self.out)
        out += self.out_bias
        return out

    def beside(self, other: Network) -> Network:
        """One network of this one's outputs and then those of `other`, which scales its inputs alike."""
        width, outputs = len(self.hidden_bias), len(self.out_bias)
        out = np.zeros((width + len(other.hidden_bias), outputs + len(other.out_bias)), np.float32)
        out[:width, :outputs], out[width:, outputs:] = self.out, other.out
        return self._replace(
            hidden=np.hstack([self.hidden, other.hidden]), hidden_bias=np.concatenate([self.hidden_bias, other.hidden_bias]),
            out=out, out_bias=np.concatenate([self.out_bias, other.out_bias]),
        )  # fmt: skip

    def arrays(self, prefix: str) -> dict[str, Any]:
        """The network as arrays for an npz file, under names that begin with `prefix`."""
        return {f"{prefix}{name}": np.asarray(array, np.float32) for name, array in self._asdict().items()}

    @staticmethod
    def from_arrays(arrays: Mapping[str, Any], prefix: str, inputs: int, outputs: int) -> Network:
        """The inverse of `arrays`; raises ValueError where shapes do not fit."""
        found = Network(*(np.asarray(arrays[f"{prefix}{name}"], np.float32) for name in Network._fields))
        width = len(found.hidden_bias)
        wanted = ((inputs,), (inputs,), (inputs, width), (width,), (width, outputs), (outputs,))
        if any(array.shape != shape or not np.isfinite(array).all() for array, shape in zip(found, wanted, strict=True)):
            raise ValueError("its arrays do not fit the columns of blocks")
        return found


def _product(rows: Floats32, matrix: Floats32) -> Floats32:
    """``rows @ matrix``, in slices that a BLAS library does in one thread: waking others costs more than the product."""
    out = np.empty((len(rows), matrix.shape[1]), np.float32)
    step = max(_ONE_THREAD // matrix.size, 1)
    for at in range(0, len(rows), step):
        np.matmul(rows[at : at + step], matrix, out=out[at : at + step])
    return out


class Vocabulary(NamedTuple):
    """What the words of a block are used for: a linear model of words and whole lines, a weight for each `Zone`.

    `lookup`: hashes of words (lowest bit 0) and of whole lines (lowest bit 1), n of them; `weights`, shape (n, zones).
    """

    lookup: Lookup
    weights: Floats

    @staticmethod
    def of(keys: Hashes, weights: Floats32) -> Vocabulary:
        """The model of these keys, sorted, and weights."""
        return Vocabulary(Lookup.of(keys), weights.astype(np.float64))

    def __call__(self, page: Page) -> Floats32:
        """The sum of each block's weights over the root of its length, shape (blocks, zones)."""
        n, zones = len(page.columns.start), len(Zone)
        if not n:
            return np.zeros((n, zones), np.float32)
        tokens = page.tokens
        at, key = self.lookup.find(tokens.hash & ~_WHOLE)
        cells = (tokens.line.take(at) * zones)[:, None] + np.arange(zones)
        sums = np.bincount(cells.ravel(), self.weights.take(key, axis=0).ravel(), n * zones)
        out = np.asarray(sums, np.float64).reshape(n, zones)  # of nothing it makes whole numbers
        at, key = self.lookup.find(page.block_hashes | _WHOLE)
        out[at] += self.weights.take(key, axis=0)
        out /= np.sqrt(np.bincount(tokens.line, minlength=n) + 1)[:, None]
        return out.astype(np.float32)


def terms_of(page: Page) -> tuple[Hashes, Ints]:
    """The words of each block and, before them, the block as a whole; and the block of each."""
    tokens = page.tokens
    first = np.searchsorted(tokens.line, np.arange(tokens.lines))
    terms = np.insert(tokens.hash & ~_WHOLE, first, page.block_hashes | _WHOLE)
    return terms, np.insert(tokens.line, first, np.arange(tokens.lines))


_WHOLE = np.uint64(1)


class Judges(NamedTuple):
    """What names the zones: both networks and the vocabulary. The outputs of the second are the zones, and main content."""

    first: Network
    second: Network
    vocabulary: Vocabulary

    def arrays(self) -> dict[str, Any]:
        """All of it as arrays for an npz file."""
        return self.first.arrays("first_") | self.second.arrays("second_") | {"keys": self.vocabulary.lookup.keys, "weights": self.vocabulary.weights.astype(np.float32)}

    @staticmethod
    def from_arrays(arrays: Mapping[str, Any]) -> Judges:
        """The inverse of `arrays`; raises ValueError where shapes do not fit."""
        keys, weights = np.asarray(arrays["keys"], np.uint64), np.asarray(arrays["weights"], np.float32)
        if weights.shape != (len(keys), len(Zone)) or not np.isfinite(weights).all() or (keys[1:] <= keys[:-1]).any():
            raise ValueError("its vocabulary is damaged")
        first = Network.from_arrays(arrays, "first_", len(blocks.COLUMNS), 1)
        return Judges(first, Network.from_arrays(arrays, "second_", len(blocks.COLUMNS) + len(NEIGHBOURHOOD), len(Zone) + 1), Vocabulary.of(keys, weights))


@cache
def _shipped() -> Judges:
    path = model_folder("zones") / "zones.npz"
    try:
        return Judges.from_arrays(load_arrays(path.read_bytes(), str(path)))
    except (KeyError, ValueError) as fault:
        raise ModelMismatch(f"the zone model was trained for other block columns ({fault}); run 'make zones CORPUS=...' or reinstall the package") from fault


_IN_USE: ContextVar[Judges | None] = ContextVar("judges", default=None)


@contextmanager
def using(judges: Judges) -> Iterator[None]:
    """Lets these judge instead of the shipped ones: for training and evaluation."""
    token = _IN_USE.set(judges)
    try:
        yield
    finally:
        _IN_USE.reset(token)


def _judges() -> Judges:
    return _IN_USE.get() or _shipped()


def body_odds(page: Page) -> Floats32:
    """Log-odds that each block is body, by its look alone, shape (blocks,)."""
    table = page.block_table
    return _judges().first(table)[:, 0] if len(table) else np.zeros(0, np.float32)


def neighbourhood(table: Floats32, odds: Floats32, words: Floats32) -> Floats32:
    """What the first network's `odds` say around each block, and what the vocabulary says of its `words` and theirs, shape (blocks, len(NEIGHBOURHOOD))."""
    odds = np.clip(odds, -10, 10)
    chance = 1 / (1 + np.exp(-odds))
    chars = np.expm1(table[:, 0])
    mass = np.cumsum(chars * chance)
    n = len(odds)
    out = np.empty((len(NEIGHBOURHOOD), n), np.float32)
    out[0] = odds
    out[1:5] = -10
    for row, by in ((1, 1), (3, 2)):
        out[row, by:] = odds[:-by] if n > by else odds[:0]
        out[row + 1, : max(n - by, 0)] = odds[by:]
    out[5:6], out[6:7] = blocks.window(odds[None], 3), blocks.window(odds[None], 8)
    out[7], out[8] = np.maximum.accumulate(odds), np.maximum.accumulate(odds[::-1])[::-1]
    out[9] = mass / max(float(mass[-1]), 1.0)
    out[10] = mass[-1] / max(float(chars.sum()), 1.0)
    out[11] = np.log1p(mass[-1])
    out[12] = (chance > 0.5).mean()
    here, before, after, around = out[13:].reshape(4, words.shape[1], n)
    here[:] = words.T
    before[:, :1], after[:, -1:] = 0, 0
    before[:, 1:], after[:, :-1] = here[:, :-1], here[:, 1:]
    around[:] = blocks.window(here, 3)
    return out.T


def zone_odds(page: Page) -> tuple[Floats32, Floats32]:
    """The second network's score of each block for each `Zone`, shape (blocks, zones), and its log-odds of main content, shape (blocks,).

    The softmax of the scores gives probabilities.
    """
    table = page.block_table
    if not len(table):
        return np.zeros((0, len(Zone)), np.float32), np.zeros(0, np.float32)
    judges = _judges()
    out = judges.second(np.concatenate([table, neighbourhood(table, page.body_odds, judges.vocabulary(page))], axis=1))
    return out[:, :-1], out[:, -1]


def told_best(chance: Floats32, words: Ints) -> Ints:
    """The blocks to take for body where each is body with this `chance` and has so many `words`: those of highest expected F1.

    For F1 the best threshold is half of the best F1 that can be had (Lipton, Elkan and Naryanaswamy, "Optimal
    thresholding of classifiers to maximize F1 measure", 2014): where all is doubtful, more is taken. Never what is unlikely.

    >>> told_best(np.array([0.9, 0.1, 0.45, 0.2]), np.array([50, 9, 60, 5])).tolist()
    [0, 2]
    """
    order = np.argsort(-chance, kind="stable")
    order = order[: int((chance > LEAST_CHANCE).sum())]
    if not len(order):
        return order
    size = words + 0.5
    hits = np.cumsum((chance * size).take(order))
    expected = hits / (np.cumsum(size.take(order)) + float(chance @ size))
    return order[: int(expected.argmax()) + 1]


def assign(page: Page) -> Ints:
    """The zone of each block, shape (blocks,), values of `Zone`."""
    columns = page.columns
    n = len(columns.start)
    if not n:
        return np.zeros(0, np.int64)
    odds, main = zone_odds(page)
    share = np.exp(odds - odds.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    headline = headline_of(page, share)
    named = np.log(share[:, Zone.BODY] + _LEAST_SHARE) - np.log(1 - share[:, Zone.BODY] + _LEAST_SHARE)
    chance = 1 / (1 + np.exp(-0.5 * (named + np.clip(main, -_MOST_ODDS, _MOST_ODDS))))
    odds[:, Zone.HEADLINE] = odds[:, Zone.BODY] = -np.inf
    zones = odds.argmax(axis=1)
    zones[told_best(chance, page.block_words)] = Zone.BODY
    if headline >= 0:
        zones[headline] = Zone.HEADLINE
    zones[_listings(page)] = Zone.SOURCES
    sizes = columns.end - columns.start
    prose = np.maximum(columns.link_chars, 0) < 0.3 * sizes
    told = int(sizes[zones == Zone.BODY].sum())
    if not told:
        # A page of one paragraph has no neighbours to tell it by: its longest prose is the body.
        best = int(np.argmax(sizes * prose))
        if page.block_text(best).count(" ") >= LEAST_BODY_WORDS - 1:
            zones[best] = Zone.BODY
            told = int(sizes[best])
    if told < 200 and sizes.sum() > 1500:
        # Something is told here, in a place that tells of none: a thread that is all comments, a story in cards.
        zones[(sizes >= 120) & prose & (columns.hints & _FOOT == 0) & (zones != Zone.HEADLINE)] = Zone.BODY
    return np.asarray(zones, np.int64)


def headline_of(page: Page, share: Floats32) -> int:
    """The one block that is the headline, -1 where none is; `share`: how likely each block is of each `Zone`.

    Title, look and place speak for it together. The title alone takes the site's name, or the wrong one of two copies;
    the look alone misses what is set in an odd way. Of 902 marked pages that have a headline, the title alone finds 794
    in HTML and 596 as text, title and look 824 and 692, all three 835 and 720 (networks that saw no page of the site).
    """
    columns, chars = page.columns, page.block_chars
    n = len(chars)
    ahead = np.zeros((2, n + _SOON), np.float32)
    ahead[:, :n] = share[:, [Zone.BODY, Zone.BYLINE]].T
    below = ahead[:, 1 : n + 1].copy()
    for by in range(2, _SOON + 1):
        np.maximum(below, ahead[:, by : n + by], out=below)
    score = page.title_match.telling + 2 * share[:, Zone.HEADLINE] + 0.3 * below[0] + 0.5 * below[1]
    # What has the story above it is a heading within it, a teaser or a copy; what is all link leads to another page or to the front one.
    told = np.cumsum(share[:, Zone.BODY] * chars)
    score -= told / max(float(told[-1]), 1.0) + 0.5 * (columns.link_chars > 0.8 * chars)
    best = int(score.argmax())
    return best if score[best] >= LEAST_HEADLINE else -1


def _listings(page: Page) -> list[int]:
    """Blocks that are a list of sources in one paragraph: they begin "Sources:" or the like, and name an outlet or three days.

    Pages that retell run their sources together ("Relevant articles: – ... , Business Insider – ..."), which no marked page does.
    """
    found = page.hits.of("source_headings")
    starts = page.columns.start[found.line] == found.start
    if not starts.any():
        return []
    outlets = page.block_hits("outlets", "agencies")
    return [
        line
        for line, end in zip(found.line[starts].tolist(), found.end[starts].tolist(), strict=True)
        if page.text[end : end + 1] == ":" and (outlets[line] or len(DATE.findall(page.block_text(line))) > 2)
    ]
