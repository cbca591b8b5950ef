"""What is a feature?

One decorated function that looks at a `Page` and returns a `Measure`: a number, and the passages that it was counted
from. The function's name is the column's name, the first line of its docstring the sentence that users read.

    @feature(trust=Trust.FALLS)
    def shouting_share(page: Page) -> Measure:
        \"\"\"Share of the title's words that are written in capitals.\"\"\"

Everything else follows from the registry `FEATURES`: columns, directions for training, documentation, explanations,
and the invariants that the tests hold every feature to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from scorer.page import Page

Part = Literal["text", "title", "url", "markup"]


class Span(NamedTuple):
    """A passage: `part` is one of the page's (`Page.part`), `start` and `end` are offsets into it."""

    part: Part
    start: int
    end: int


class Trust(IntEnum):
    """Which way trust may move when the feature rises, everything else equal: what the trained model is held to."""

    FALLS = -1
    FREE = 0
    RISES = 1


class Measure(NamedTuple):
    """A feature's value, finite or NaN for "cannot be known", and its evidence.

    `evidence` may be a generator: passages are looked up only for the few reasons that are shown.
    """

    value: float
    evidence: Iterable[Span] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(self.evidence)

    @property
    def known(self) -> bool:
        return not math.isnan(self.value)


UNKNOWN = Measure(math.nan)
"""There is nothing to measure, or this kind of input does not show it."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A registered feature. `version` rises when the meaning of the value changes, and old models then refuse it."""

    name: str
    family: str
    trust: Trust
    version: int
    facets: tuple[str, ...]
    reason: str
    measure: Callable[[Page], Measure]

    @property
    def summary(self) -> str:
        """The first line of the docstring, without its full stop."""
        return (self.measure.__doc__ or "").strip().partition("\n")[0].rstrip(".")

    def __call__(self, page: Page) -> Measure:
        return self.measure(page)


FEATURES: dict[str, Feature] = {}
"""Every feature by name, in column order."""


def feature(
    *, trust: Trust, version: int = 1, facets: tuple[str, ...] = (), reason: str = ""
) -> Callable[[Callable[[Page], Measure]], Callable[[Page], Measure]]:
    """Registers the decorated function as a feature of the family that its module is named after.

    `facets`: the facets that may use it beside the trust score. `reason`: the name that it is explained under, where
    several features are one reason to the reader.
    """

    def register(measure: Callable[[Page], Measure]) -> Callable[[Page], Measure]:
        name = measure.__name__
        if name in FEATURES:
            raise ValueError(f"two features are named {name!r}; give one of them another name")
        family = measure.__module__.rpartition(".")[2]
        FEATURES[name] = Feature(name, family, trust, version, facets, reason or name, measure)
        return measure

    return register


def extract(page: Page) -> Iterator[Measure]:
    """The measures of `page`, one for each of `FEATURES`, in that order."""
    return (known.measure(page) for known in FEATURES.values())
