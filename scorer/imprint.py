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
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from rensa import RMinHash

from scorer.page import Page

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
    words = page.body_words[:MOST_WORDS]
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    sketch.update(list(map(" ".join, pairwise(words))))
    digest = b"".join(value.to_bytes(4, "big") for value in sketch.digest())
    size = 4 * ROWS
    return tuple(_hash(bytes([band]) + digest[band * size : (band + 1) * size]) for band in range(BANDS))


def passage_keys(page: Page) -> tuple[int, ...]:
    """The lowest hashes of the body's paragraphs of 60 characters or more."""
    texts = {text for text in page.body_folded.split("\n") if len(text) >= LEAST_PASSAGE}
    # Only pages of one site are compared, so that a checksum and the length will do.
    return tuple(sorted([crc32(text.encode("utf-8", "replace")) << 21 | len(text) & 0x1FFFFF for text in texts])[:MOST_PASSAGES])


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
    known = topics()
    counts = page.body_counts
    titled = page.title_words
    weight: dict[str, int] = {}
    distinct: dict[str, int] = {}
    for word in known.keys() & counts.keys():
        topic = known[word]
        distinct[topic] = distinct.get(topic, 0) + 1
        weight[topic] = weight.get(topic, 0) + min(counts[word], 4) + 4 * (word in titled)
    best = max(sorted(weight), key=lambda topic: weight[topic] * min(distinct[topic], 4), default="")
    return best if best and weight[best] >= 4 and distinct[best] >= 2 and weight[best] * 200 >= len(page.body_words) else ""


@cache
def topics() -> dict[str, str]:
    """The topic of each word of ``topics.txt``."""
    found: dict[str, str] = {}
    for line in (files("scorer") / "topics.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            topic, _, words = line.partition(":")
            found.update(dict.fromkeys(words.split(), topic))
    return found
