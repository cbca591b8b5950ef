"""What do the tests of several modules share? Pages of our own making, and the way to the development corpus."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

_WORDS = (
    "river",
    "bridge",
    "council",
    "repair",
    "budget",
    "winter",
    "engineer",
    "traffic",
    "survey",
    "steel",
    "meeting",
)


@pytest.fixture(scope="session")
def page_html() -> Callable[[int], str]:
    """A function that writes the n-th of endlessly many pages, no two alike, some with little to judge by."""

    def write(number: int) -> str:
        text = " ".join(_sentence(number * 31 + i) for i in range(3 + number % 17))
        return (
            f"<!doctype html><html><head><meta charset=utf-8><title>Bridge report {number} – città</title></head><body><h1>Bridge report "
            f"{number}</h1><p class=byline>By Ann Example, 3 May 2021</p><p>{text}</p><p>{text[::2]}</p><aside>Subscribe now!</aside></body></html>"
        )

    return write


def _sentence(seed: int) -> str:
    words = [_WORDS[(seed * 7 + i * (1 + seed % 5)) % len(_WORDS)] for i in range(8 + seed % 6)]
    return " ".join(words).capitalize() + "."


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the development corpus; skips where it is absent."""
    folder = Path(os.environ.get("SCORER_CORPUS") or Path(__file__).parent.parent.parent / "shared" / "corpus")
    if not (folder / "pages.parquet").is_file():
        pytest.skip(f"the development corpus is not at {folder}; SCORER_CORPUS says where it is")
    return folder
