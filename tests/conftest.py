"""What do the tests of several modules share? Pages of our own making, and the way to the development corpus."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
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


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scoring needs no network: a test that opens an internet socket fails. Engines and browsers talk to themselves."""
    if request.node.get_closest_marker("engine") or request.node.get_closest_marker("browser"):
        return

    class Socket(socket.socket):
        def __init__(self, family: int = -1, *args: object, **kwargs: object) -> None:
            if family in (-1, socket.AF_INET, socket.AF_INET6) and not _is_of_spark():
                pytest.fail("this opens a socket: nothing in this package may use the network")
            super().__init__(family, *args, **kwargs)  # type: ignore[arg-type]

    def refuse(*args: object, **kwargs: object) -> None:
        pytest.fail("this asks the network for a name or a connection")

    monkeypatch.setattr(socket, "socket", Socket)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


def _is_of_spark() -> bool:
    """Whether this is a thread that Spark's bridge left behind: it tells the other side of objects as they are collected, in later tests too."""
    return type(threading.current_thread()).__module__.partition(".")[0] == "py4j"


@pytest.fixture(autouse=True)
def no_leftovers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # fmt: skip
    """Temporary files are gone when a test is over. Engines keep theirs in places of their own."""
    if request.node.get_closest_marker("engine") or request.node.get_closest_marker("browser"):
        yield
        return
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield
    assert not list(folder.iterdir()), "temporary files were left behind"
    folder.rmdir()
