"""What must be noted of a page so that a site can be judged once its pages are gone?

A few small values that mean something only beside those of other pages: the day of publication, the topic, and hashes
by which near-duplicates and repeated passages are found without any text. They cost less than a tenth of a millisecond
a page.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from rensa import RMinHash

from scorer.page import Page
from scorer.tokens import Hashes, Ints, WordSet, chain, hash_of, is_one_of, true_at
from scorer.zones import Zone

BANDS, ROWS = 8, 8
"""Keys a page, and MinHash values a key: two bodies with a share s of word pairs in common agree in a key with probability 1 - (1 - s^8)^8."""
MOST_WORDS = 300
MOST_PASSAGES = 8
LEAST_PASSAGE = 60
_SEED = 20261123
_BITS = 53  # whole numbers of so many bits survive JSON readers that know only floating-point numbers


class Imprint(NamedTuple):
    """`published_on`: "2021-05-03" or "". `main_topic`: a word, or "". `body_keys`: near-duplicates share one of these or
    more. `passage_keys`: hashes of body paragraphs, those that are lowest, so that pages of one template keep the same ones."""

    published_on: str = ""
    main_topic: str = ""
    body_keys: tuple[int, ...] = ()
    passage_keys: tuple[int, ...] = ()


def take(page: Page) -> Imprint:
    """The imprint of a page."""
    return Imprint(day_of(page.metadata.published, page.url), topic_of(page), body_keys(page), passage_keys(page))


def body_keys(page: Page) -> tuple[int, ...]:
    """The keys of a page's body, by MinHash over the pairs of its first words; none without a body of 25 words."""
    if not page.has_body:
        return ()
    words = page.body_hashes[:MOST_WORDS]
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    sketch.update(list(map(str, chain(words[:-1], words[1:]).tolist())))
    digest = b"".join(value.to_bytes(4, "big") for value in sketch.digest())
    size = 4 * ROWS
    return tuple(_hash(bytes([band]) + digest[band * size : (band + 1) * size]) for band in range(BANDS))


def passage_keys(page: Page) -> tuple[int, ...]:
    """The lowest hashes of the body's paragraphs of 60 characters or more."""
    long = true_at((page.zones == Zone.BODY) & (page.block_chars >= LEAST_PASSAGE))
    keys = np.unique(page.block_hashes[long] >> np.uint64(64 - _BITS))
    return tuple(keys[:MOST_PASSAGES].tolist())


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big") >> (64 - _BITS)


# -- day -----------------------------------------------------------------------------------------------------------

_MONTHS = {name: at for at, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_MONTH = f"({'|'.join(_MONTHS)})[a-z]*\\.?"
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)(?!\d)")
_MONTH_FIRST = re.compile(_MONTH + r"\s+(\d{1,2})(?:st|nd|rd|th)?,?\s(?:[\d:]+\s\w+\s)?(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s-]+" + _MONTH + r",?[\s-]+(\d{4})")
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")


def day_of(stated: str, url: str = "") -> str:
    """The day of a date as pages state it, else that in the url, as "2021-05-03"; "" where there is none.

    >>> day_of("2017-04-06T13:52:01.714Z"), day_of("Mar 22, 2017, 1:17 pm IST"), day_of("Wed Apr 05 22:30:00 EDT 2017")
    ('2017-04-06', '2017-03-22', '2017-04-05')
    >>> day_of("3rd May 2021"), day_of("", "https://a.org/2019/7/04/tea"), day_of("05/03/2021"), day_of("2021-13-40")
    ('2021-05-03', '2019-07-04', '', '')
    """
    stated = stated.lower()
    if found := _ISO.search(stated):
        day = _day(*map(int, found.groups()))
    elif found := _MONTH_FIRST.search(stated):
        day = _day(int(found[3]), _MONTHS[found[1]], int(found[2]))
    elif found := _DAY_FIRST.search(stated):
        day = _day(int(found[3]), _MONTHS[found[2]], int(found[1]))
    else:
        day = ""
    if not day and (found := _IN_URL.search(url[:2000])):
        day = _day(*map(int, found.groups()))
    return day


def _day(year: int, month: int, day: int) -> str:
    return f"{year}-{month:02}-{day:02}" if 1990 <= year < 2100 and 1 <= month <= 12 and 1 <= day <= 31 else ""


# -- topic ---------------------------------------------------------------------------------------------------------


def topic_of(page: Page) -> str:
    """The topic that most words of the body belong to, by ``topics.txt``; "" where none stands out or there is no English.

    >>> topic_of(Page.from_text("Preheat the oven. Whisk flour and butter, add chopped onion and garlic, and simmer. " * 3))
    'cooking'
    """
    known, named = topics()
    words, counts = page.body_vocabulary
    at = np.searchsorted(words, known)
    at[at == len(words)] = 0
    here = true_at(words[at] == known) if len(words) else np.zeros(0, np.int64)
    if not len(here):
        return ""
    titled = is_one_of(known[here], WordSet.of(page.title_tokens.hash)) if len(page.title_tokens.hash) else np.zeros(len(here), np.bool_)
    topic = named[here]
    weight = np.bincount(topic, np.minimum(counts[at[here]], 4) + 4 * titled, len(topic_names()))
    distinct = np.bincount(topic, minlength=len(topic_names()))
    best = int((weight * np.minimum(distinct, 4)).argmax())
    sure = weight[best] >= 4 and distinct[best] >= 2 and weight[best] * 200 >= page.body_word_count
    return topic_names()[best] if sure else ""


@cache
def topic_names() -> tuple[str, ...]:
    """The topics of ``topics.txt``, sorted."""
    return tuple(sorted({topic for topic, _ in _listed()}))


@cache
def topics() -> tuple[Hashes, Ints]:
    """The words of ``topics.txt`` as hashes, sorted, and the topic of each as its place in `topic_names`."""
    found = {hash_of(word): topic_names().index(topic) for topic, words in _listed() for word in words}
    known = sorted(found)
    return np.array(known, np.uint64), np.array([found[key] for key in known])


@cache
def _listed() -> list[tuple[str, list[str]]]:
    lines = (files("scorer") / "topics.txt").read_text("utf-8").splitlines()
    return [(topic, words.split()) for topic, _, words in (line.partition(":") for line in lines if not line.startswith("#")) if words]
