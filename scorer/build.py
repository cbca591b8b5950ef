"""What does the way a page is built say of it?

A linear model over what the markup is made of (`Markup.build`): the kinds of element, the names of metadata, the relations of
links, schema.org types, the words of the address, and where links lead. A page that says who wrote it and when, that has
footnotes, code and citations, is built by other people than one that has share buttons and verification codes. Only names
that many sites of several collections have are known, so that neither a site nor a collection can be; plain text has none of
them, and nothing is said of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from scorer import address
from scorer.feature import Span
from scorer.shipped import ModelMismatch, model_folder
from scorer.tokens import Ints
from scorer.wording import READINGS

if TYPE_CHECKING:
    from scorer.blocks import Floats
    from scorer.page import Page

FILE = "build.json"
MOST_BYTES = 10_000_000
MAX_NAMES, LONGEST = 2_000, 60
"""How many names are kept of a page, and of how many characters each."""
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[a-z]+|\d+")


@dataclass(frozen=True)
class BuildModel:
    """Names that pages are built of, what each weighs, and what it adds to each of `READINGS`, shape (n, len(READINGS))."""

    names: tuple[str, ...]
    idf: Floats
    weights: Floats
    mean: Floats

    def __post_init__(self) -> None:
        n = len(self.names)
        fits = self.idf.shape == (n,) and self.weights.shape == (n, len(READINGS)) and self.mean.shape == (len(READINGS),)
        if not fits or not all(np.isfinite(values).all() for values in (self.idf, self.weights, self.mean)):
            raise ModelMismatch("the model of how pages are built is damaged: its tables do not fit each other; reinstall the package")

    @staticmethod
    def load(folder: Path) -> BuildModel:
        path = folder / FILE
        try:
            said: dict[str, Any] = orjson.loads(path.read_bytes()[:MOST_BYTES])
            names = tuple(str(name) for name in said["names"])
            return BuildModel(names, *(np.array(said[part], float) for part in ("idf", "weights", "mean")))
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as fault:
            raise ModelMismatch(f"{path}: the model of how pages are built cannot be read ({fault}); reinstall the package") from fault

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        said = {"readings": list(READINGS), "names": list(self.names), "idf": _short(self.idf), "mean": _short(self.mean), "weights": _short(self.weights)}
        (folder / FILE).write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2).replace(b",\n      ", b", ").replace(b"[\n      ", b"[").replace(b"\n    ]", b"]"))

    @cached_property
    def _index(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.names)}

    def known(self, build: Sequence[str]) -> Ints:
        """The places of those of these names that the model knows."""
        index = self._index
        return np.array([index[name] for name in build if name in index], np.int64)

    def read(self, build: Sequence[str]) -> Floats:
        """What these names say, one value for each of `READINGS`; the mean where the model knows none of them."""
        at = self.known(build)
        weight = self.idf[at]
        return self.mean + weight @ self.weights[at] / math.sqrt(float(weight @ weight) or 1.0)

    def evidence(self, build: Sequence[str], reading: str, sign: int, most: int = 5) -> Iterator[tuple[int, int]]:
        """Where the names that moved `reading` most towards `sign` stand in the lines of `Page.part("markup")`."""
        index, column = self._index, READINGS.index(reading)
        found, start = [], 0
        for name in build:
            if (at := index.get(name)) is not None and (moved := sign * float(self.idf[at] * self.weights[at, column])) > 0:
                found.append((-moved, start, start + len(name)))
            start += len(name) + 1
        for _, begin, end in sorted(found)[:most]:
            yield begin, end


def _short(values: Floats) -> Any:
    """Five significant digits: what is written is what is used, by whoever trains and whoever scores."""
    return np.array([float(f"{value:.5g}") for value in values.ravel()]).reshape(values.shape).tolist()


def names_of(elements: Iterable[str], metas: Iterable[str], rels: Iterable[str], types: Iterable[str], hrefs: Iterable[str], url: str) -> tuple[str, ...]:
    """What a page is made of, in alphabetical order: each thing once, "element table" or "path privacy-policy".

    `elements`: tags; `metas`: names of metadata; `rels`: relations, several in one; `types`: schema.org types; `hrefs`:
    where links lead; `url`: the page's own address.

    >>> names_of(["p", "-comment"], ["author"], ["nofollow ugc"], [], ["/about/team?x=1", "https://doi.org/10.1"], "https://blog.example.org/2021/tea.html")
    ('domain .org', 'domain blog', 'element p', 'host .org', 'meta author', 'path about', 'path team', 'rel nofollow', 'rel ugc', 'url 4 digits', 'url html', 'url tea')
    """
    host = address.host(url)
    found = {f"element {tag}" for tag in elements if tag[0] != "-"}
    found.update(f"meta {key.strip()}" for key in metas)
    found.update(f"rel {word}" for rel in rels for word in rel.lower().split())
    found.update(f"schema {kind}" for kind in types)
    found.update(_of_links(set(hrefs), address.site(host)))
    if host:
        labels = host.split(".")
        if len(labels[-1]) > 2:
            found.add(f"domain .{labels[-1]}")
        if len(labels) > 2:
            found.add(f"domain {labels[0]}")
        found.update(f"url {len(word)} digits" if word.isdigit() else f"url {word}" for word in _WORD.findall(address.path(url)[:300].lower()))
    return tuple(sorted(name for name in found if len(name) <= LONGEST and name.isprintable())[:MAX_NAMES])


def _of_links(hrefs: set[str], own: str) -> Iterator[str]:
    """The first two steps of the path within the site, and what hosts outside it end in."""
    for whole in hrefs:
        href = whole[:200].lower()
        if href.startswith(("http://", "https://", "//")):
            host, _, path = href[href.index("//") + 2 :].partition("/")
            host = host.removeprefix("www.")
            if not own or not (host == own or host.endswith(f".{own}")):
                # Neither a site nor a country is to be known by its name.
                ending = host.rpartition(".")[2]
                if len(ending) > 2:
                    yield f"host .{ending}"
                continue
        else:
            path = href
        for step in path.partition("?")[0].partition("#")[0].strip("/").split("/", 2)[:2]:
            if len(step) > 2:
                yield f"path {step if step.isalpha() else _DIGITS.sub('0', step)}"


@cache
def shipped() -> BuildModel:
    """The model that comes with the package."""
    return BuildModel.load(model_folder("build"))


def spans(page: Page, reading: str, sign: int) -> Iterator[Span]:
    """The names in the markup of `page` that moved `reading` most towards `sign`."""
    if page.markup is not None:
        for start, end in shipped().evidence(page.markup.build, reading, sign):
            yield Span("markup", start, end)
