"""How much does a headline, read alone, sound like clickbait?

A linear model over what a headline is made of: words, pairs, words with a gap between them, stems, its first and last words, its
skeleton (function words with blanks between them: "the … that … you"), its letters by threes to fives, its length and
capitals. Each has a place in one table of weights that its hash tells (the hashing trick: Weinberger et al., "Feature hashing
for large scale multitask learning", 2009), so the table is small and holds no words. Learned from posts that five people
each had judged (Webis-Clickbait-17: Potthast et al., 2018); `train_clickbait.py`.

Posts are written to be clicked on. Headlines above articles are written otherwise, and say less.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scorer.shipped import ModelMismatch, load_arrays, model_folder
from scorer.stopwords import FUNCTION_WORDS
from scorer.tokens import (
    MARK,
    NUMBER,
    WORD,
    Bools,
    Hashes,
    Ints,
    Tokens,
    WordSet,
    chain,
    codes_of,
    find_words,
    hash_of,
    is_one_of,
    tally,
    tokenize,
    word_set,
)

FILE = "clickbait.npz"
BITS = 17
"""The table has 2 ** BITS places; with 16 the AUC is lower by 0.001, with 18 higher by less than that."""
LETTERS_SHARE = 0.5
"""How much a run of letters counts against a word: there are many more of them."""
LONGEST = 400
"""Characters of a headline that are read."""
_SPREAD = np.uint64(0x2545F4914F6CDD1D)
_TO_PLACE = np.uint64(64 - BITS)
_BEGIN, _END = np.uint64(0x14057B7EF767814F), np.uint64(0x14057B7EF7678150)
_BLANK = np.uint64(0x9FB21C651E98DF25)
_GAP, _STEM, _FIRST, _LAST, _SKELETON, _LETTERS, _COUNTS = ((n * 0x9E3779B97F4A7C15 + 0x5851F42D4C957F2D) & (2**64 - 1) for n in range(1, 8))
_ADDRESSED = "you your you're you'll yourself yours"
_SAID_OFTEN = (
    "here there why very just only ever never every most best worst than really still now then before again something nothing everything anyone everyone someone i'm i've we're we'll they're you're you've you'll it's that's he's she's "
    "let's there's here's what's who's don't can't won't isn't didn't doesn't couldn't wouldn't shouldn't must might need needs want get got make makes made know thing things people reasons ways says say new one two"
)
"""Words that hold the skeleton of a teasing headline together beside the function words."""


class Places(NamedTuple):
    """Where in the table of weights the parts of a headline are: those of words and shape, and those of letters. Each once."""

    words: Ints
    letters: Ints


def places(headline: str, tokens: Tokens) -> Places:
    """The places of the parts of `headline`; `tokens`: its tokens, one at least."""
    plain = is_one_of(tokens.hash, _bones())
    words = _words(tokens, plain)
    words &= ~np.uint64(1)
    return Places(_place(np.concatenate([words, _counts(headline, tokens, plain)])), _place(_letters(headline)))


def _place(hashes: Hashes) -> Ints:
    spread = tally(hashes)[0]
    spread *= _SPREAD
    spread >>= _TO_PLACE
    return spread.view(np.int64)


def _words(tokens: Tokens, plain: Bools) -> Hashes:
    """Words, pairs, pairs with one word between them, stems, both ends, and two to four steps of the skeleton; `plain`: which tokens hold it together."""
    line = _between_ends(tokens.hash)
    said = line[1:-1]
    said[tokens.kind == NUMBER] = hash_of("0")
    skeleton = line.copy()
    skeleton[1:-1][(tokens.kind == WORD) & ~plain] = _BLANK
    skeleton ^= np.uint64(_SKELETON)
    two = chain(skeleton[:-1], skeleton[1:])
    three = chain(two[:-1], skeleton[2:])
    return np.concatenate([
        said, chain(line[:-1], line[1:]), chain(line[:-2] ^ np.uint64(_GAP), line[2:]), tokens.stem ^ np.uint64(_STEM),
        said[:3] ^ np.uint64(_FIRST), said[-3:] ^ np.uint64(_LAST), two, three, chain(three[:-1], skeleton[3:]),
    ])  # fmt: skip


def _between_ends(hashes: Hashes) -> Hashes:
    """These hashes between one for the beginning and one for the end."""
    out = np.empty(len(hashes) + 2, np.uint64)
    out[0], out[1:-1], out[-1] = _BEGIN, hashes, _END
    return out


@cache
def _bones() -> WordSet:
    return word_set(" ".join([_SAID_OFTEN, *sorted(FUNCTION_WORDS["en"])]))


@cache
def _letter_hashes() -> Hashes:
    """For each code point its hash: capitals as small letters, every digit the same."""
    code = np.arange(0x10000, dtype=np.uint64)
    code[ord("A") : ord("Z") + 1] += np.uint64(ord("a") - ord("A"))
    code[ord("0") : ord("9") + 1] = ord("0")
    code ^= np.uint64(_LETTERS)
    return code


def _letters(headline: str) -> Hashes:
    """The runs of three to five letters, a blank at either end of the headline."""
    code = _letter_hashes().take(codes_of(f" {headline} "))
    two = chain(code[:-1], code[1:])
    three = chain(two[:-1], code[2:])
    four = chain(three[:-1], code[3:])
    return np.concatenate([three, four, chain(four[:-1], code[4:])])


def _counts(headline: str, tokens: Tokens, plain: Bools) -> Hashes:
    """How long the headline and its words are, and what it has of capitals, numbers, marks and words to the reader: one value each, in steps."""
    n = len(plain)
    word = tokens.kind == WORD
    sizes = (tokens.end - tokens.start)[word].tolist()
    words, capitals, bones = len(sizes), int(np.count_nonzero(tokens.capital & word)), int(np.count_nonzero(plain))
    longest, last, mean = (max(sizes), sizes[-1], sum(sizes) / words) if words else (0, 0, 0.0)
    shouted = sum(part.isupper() and len(part) > 1 for part in headline.split())
    steps = [
        min(n, 30), min(len(headline) // 8, 20), 10 * capitals // max(words, 1), min(shouted, 4), min(int(np.count_nonzero(tokens.kind == NUMBER)), 4),
        10 * bones // n, int(2 * mean), min(longest, 14), min(int(np.count_nonzero(tokens.kind == MARK)), 6),
        int(len(find_words(tokens.hash, word_set(_ADDRESSED))) > 0), last, min(words - bones, 12),
    ]  # fmt: skip
    return np.array([((at << 32) + step + 1) * _COUNTS & (2**64 - 1) | 1 for at, step in enumerate(steps)], np.uint64)


@dataclass(frozen=True)
class ClickbaitModel:
    """The weights of all places, shape (2 ** BITS,), in log-odds, and what every headline begins with."""

    weights: npt.NDArray[np.float16]
    start: float

    def __post_init__(self) -> None:
        if self.weights.shape != (1 << BITS,) or self.weights.dtype != np.float16 or not (np.isfinite(self.weights).all() and math.isfinite(self.start)):
            raise ModelMismatch("the model of clickbait is damaged: its table has not the size or the kind of numbers that it must have; reinstall the package")

    @staticmethod
    def load(folder: Path) -> ClickbaitModel:
        path = folder / FILE
        try:
            arrays = load_arrays(path.read_bytes(), str(path))
            return ClickbaitModel(arrays["weights"], float(arrays["start"]))
        except (OSError, KeyError, TypeError) as fault:
            raise ModelMismatch(f"{path}: the model of clickbait cannot be read ({fault}); reinstall the package") from fault

    def chance(self, headline: str, tokens: Tokens) -> float:
        """How likely people who see this headline in a post are to call it clickbait, 0..1; `tokens`: its tokens, one at least."""
        found = places(headline, tokens)
        words, letters = (float(self.weights.take(at).sum(dtype=np.float64)) for at in found)
        return 1 / (1 + math.exp(-self.start - words - LETTERS_SHARE * letters))


@cache
def shipped() -> ClickbaitModel:
    """The model that comes with the package."""
    return ClickbaitModel.load(model_folder("clickbait"))


def score_headline(headline: str) -> float:
    """How likely people who see this English headline in a post are to call it clickbait, 0..1; NaN where it has no words.

    It judges a headline without its page: use `score_page` for what stands on a page.

    >>> score_headline("You Won't Believe What This Dog Did Next") > 0.7 > 0.3 > score_headline("Council approves budget for 2024")
    True
    """
    headline = headline[:LONGEST].replace("\n", " ")
    tokens = tokenize(headline)
    return shipped().chance(headline, tokens) if len(tokens.hash) else math.nan
