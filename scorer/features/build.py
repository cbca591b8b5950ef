"""How is the page built?"""

from __future__ import annotations

from scorer import build
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.page import Page
from scorer.wording import READINGS


@feature(trust=Trust.RISES, reason="build")
def build_trust(page: Page) -> Measure:
    """What the markup is made of, from 1 (as on pages rated bad) to 5 (as on strong ones)."""
    return _build(page, "trust", 0)


@feature(trust=Trust.RISES, reason="build")
def build_low(page: Page) -> Measure:
    """What the markup is made of where weak is told from middling (weak pages about 2.3, all others 3.3)."""
    return _build(page, "low", -1)


@feature(trust=Trust.RISES, reason="build")
def build_high(page: Page) -> Measure:
    """What the markup is made of where good is told from middling (good pages about 4.3, all others 3.4)."""
    return _build(page, "high", 1)


@feature(trust=Trust.FREE, facets=("farm",), reason="build")
def build_farm(page: Page) -> Measure:
    """What the markup says of being made in bulk."""
    return _build(page, "farm", 1)


@feature(trust=Trust.FREE, facets=("clickbait",), reason="build")
def build_clickbait(page: Page) -> Measure:
    """What the markup says of a teasing headline."""
    return _build(page, "clickbait", 1)


@feature(trust=Trust.FREE, facets=("aggregation",), reason="build")
def build_aggregation(page: Page) -> Measure:
    """What the markup says of retelling others."""
    return _build(page, "aggregation", 1)


@feature(trust=Trust.FREE, facets=("promotion",), reason="build")
def build_promotion(page: Page) -> Measure:
    """What the markup says of pushing the reader."""
    return _build(page, "promotion", 1)


@feature(trust=Trust.FREE, facets=("unrelated",), reason="build")
def build_unrelated(page: Page) -> Measure:
    """What the markup says of unrelated surroundings."""
    return _build(page, "unrelated", 1)


def _build(page: Page, reading: str, sign: int) -> Measure:
    if page.markup is None or not page.word_count:
        return UNKNOWN
    found = page.built[READINGS.index(reading)]
    return Measure(float(found), build.spans(page, reading, sign or (1 if found > 3.2 else -1)))
