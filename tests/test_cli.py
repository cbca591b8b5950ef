"""Does the command say what it did, what it could not do, and what to do about it?"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from scorer import cli
from scorer.feature import FEATURES
from scorer.shipped import model_folder

PageHtml = Callable[[int], str]


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words])


@pytest.fixture
def page(tmp_path: Path, page_html: PageHtml) -> Path:
    path = tmp_path / "page.html"
    path.write_text(page_html(3), encoding="utf-8")
    return path


def test_score(page: Path, tmp_path: Path) -> None:
    result = run("score", page, "-o", tmp_path / "s.jsonl", "--workers", 1)
    assert result.exit_code == 0
    assert re.match(r"1 page: \d low, \d mixed, \d high, 0 without a score, in [\d.]+ s\nwritten to ", result.stderr)
    row = orjson.loads((tmp_path / "s.jsonl").read_bytes())
    assert row["id"] == str(page)
    assert 0 < row["trust"] < 1


def test_score_with_features_and_kept_columns(tmp_path: Path, page_html: PageHtml) -> None:
    pq.write_table(pa.table({"html": [page_html(1)], "topic": ["tea"], "n": [7]}), tmp_path / "t.parquet")
    result = run(
        "score",
        tmp_path / "t.parquet",
        "-o",
        tmp_path / "s",
        "--format",
        "parquet",
        "--features",
        "--keep",
        "topic",
        "--keep",
        "n",
    )
    assert result.exit_code == 0
    (row,) = pq.read_table(tmp_path / "s").to_pylist()
    assert (row["topic"], row["n"]) == ("tea", 7)
    assert {name for name in row if name.startswith("feature_")} == {f"feature_{name}" for name in FEATURES}


BAD: dict[str, tuple[dict[str, bytes], list[str], int, str]] = {
    # name: (files, words after "score", exit code, what is said)
    "no input": ({}, ["-o", "s.csv"], 2, "Missing argument 'INPUT...'"),
    "no output": ({"a.html": b"<p>a"}, ["a.html"], 2, "say where the scores go"),
    "missing file": ({}, ["a.html", "-o", "s.csv"], 1, "a.html does not exist; check the name"),
    "empty folder": ({}, [".", "-o", "s.csv"], 1, "there is no page in .; nothing was written"),
    "a PDF": ({"a.pdf": b"%PDF-1.7"}, ["a.pdf", "-o", "s.csv"], 1, "a.pdf is a PDF document, not a page"),
    "an image named as a page": (
        {"a.html": b"\x89PNG"},
        ["a.html", "-o", "s.csv"],
        1,
        "a.html is a PNG image, not a page",
    ),
    "an empty page": ({"a.html": b""}, ["a.html", "-o", "s.csv"], 1, "1 x the page is empty (first: a.html)"),
    "JSON without text": (
        {"a.jsonl": b'{"a": 1}'},
        ["a.jsonl", "-o", "s.csv"],
        1,
        "1 x no html and no text in this row (first: a.jsonl:1)",
    ),
    "a JSON array": (
        {"a.json": b'[{"text": "a"}]'},
        ["a.json", "-o", "s.csv"],
        1,
        "a.json is JSON, but not one object a line",
    ),
    "missing column": (
        {"a.csv": b"x,y\n1,2"},
        ["a.csv", "-o", "s.csv"],
        1,
        "a.csv has no column 'html' or 'text' (its columns: x, y)",
    ),
    "column to keep": (
        {"a.csv": b"text\na"},
        ["a.csv", "-o", "s.csv", "--keep", "b"],
        1,
        "a.csv has no column 'b' to keep; its columns: text",
    ),
    "broken Parquet": ({"a.parquet": b"PAR1"}, ["a.parquet", "-o", "s.csv"], 1, "a.parquet cannot be read as Parquet"),
    "unknown format": ({"a.html": b"<p>a"}, ["a.html", "-o", "s.xlsx"], 2, "cannot tell the format of s.xlsx"),
    "missing folder": ({"a.html": b"<p>a"}, ["a.html", "-o", "no/s.csv"], 2, "does not exist; create it first"),
    "output exists": (
        {"a.html": b"<p>a", "s.csv": b""},
        ["a.html", "-o", "s.csv"],
        2,
        "s.csv exists already; say --overwrite",
    ),
    "no such model": (
        {"a.html": b"<p>a"},
        ["a.html", "-o", "s.csv", "--model", "none"],
        2,
        "none: there is no model.json",
    ),
    "no such engine": ({}, ["a.html", "-o", "s.csv", "--engine", "abacus"], 2, "'abacus' is not one of"),
    "archive for an engine": ({}, ["a.warc.gz", "-o", "s", "--engine", "dask"], 2, ""),
}


@pytest.mark.parametrize("name", BAD)
def test_what_will_not_do_gives_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    files, words, code, said = BAD[name]
    monkeypatch.chdir(tmp_path)
    for file, data in files.items():
        Path(file).write_bytes(data)
    result = run("score", *words)
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())
    assert isinstance(result.exception, SystemExit)


def test_a_model_of_another_version_is_refused(tmp_path: Path, page: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    shipped = model_folder("page-trust")
    info = orjson.loads((shipped / "model.json").read_bytes())
    info["features"][0]["version"] += 1
    (folder / "model.json").write_bytes(orjson.dumps(info))
    (folder / "tables.npz").write_bytes((shipped / "tables.npz").read_bytes())
    result = run("score", page, "-o", tmp_path / "s.csv", "--model", folder)
    assert result.exit_code == 2
    assert "has changed since the model was trained" in " ".join(result.stderr.split())


def test_standard_input(tmp_path: Path, page: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scorer.cli", "score", "-", "-o", str(tmp_path / "s.jsonl")], input=page.read_bytes(), capture_output=True, check=True
    )  # fmt: skip
    assert done.stderr.startswith(b"1 page: ")


def test_profile_shows_stages_and_features(page: Path) -> None:
    result = run("score", page, "--profile")
    assert result.exit_code == 0
    for word in ("read", "parse", "words", "zones", "wording", "features", "model", "reasons", *FEATURES):
        assert re.search(rf"^{word} +[\d.]+ ", result.output, re.MULTILINE), word


def test_the_progress_bar_is_for_people(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        cli.sys, "stderr", SimpleNamespace(isatty=lambda: True, write=lambda text: None, flush=lambda: None)
    )
    from scorer.batch import State

    with cli._progress_bar() as show:
        show(State(pages=10, low=5, position=3, size=9))


def test_progress_in_a_log_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    from scorer.batch import State

    state = State(pages=600, low=60, position=3, size=9)
    with cli._progress_bar() as show:
        show(state)
        state.started -= 61
        show(state)
        show(state)
    assert [line.split(", ")[2:] for line in capsys.readouterr().err.splitlines()] == [
        ["10% low", "0 without a score", "2 min left"]
    ]


# -- the other verbs -----------------------------------------------------------------------------------------------


def test_explain(page: Path, tmp_path: Path) -> None:
    shown = run("explain", page, "--url", "http://a.org/x")
    assert shown.exit_code == 0
    assert "http://a.org/x" in shown.output
    told = orjson.loads(run("explain", page, "--json").output)
    assert 0 < told["trust"] < 1
    written = run("explain", page, "--html", tmp_path / "why.html")
    assert written.exit_code == 0
    assert "Bridge report 3" in (tmp_path / "why.html").read_text(encoding="utf-8")


def test_explain_finds_a_page_in_a_table(tmp_path: Path, page_html: PageHtml) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps({"id": i, "html": page_html(i)}) for i in range(3)))
    assert orjson.loads(run("explain", path, "--id", 2, "--json").output)["title"] == "Bridge report 2 – città"
    assert "holds no page with the id '9'" in run("explain", path, "--id", 9).stderr


@pytest.mark.parametrize(("name", "data", "said"), [("a.html", b"", "the page is empty"), ("a.pdf", b"%PDF-", "a PDF document"), ("a.jsonl", b"{", "not valid JSON")])  # fmt: skip
def test_explain_says_what_is_no_page(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    result = run("explain", tmp_path / name)
    assert result.exit_code == 1
    assert said in result.stderr


def test_features() -> None:
    listed = run("features", "--markdown").output
    assert all(f"| {name} | {feature.family} |" in listed for name, feature in FEATURES.items())
    assert run("features").exit_code == 0
    name, feature = next(iter(FEATURES.items()))
    assert feature.summary in " ".join(run("features", name).output.split())
    assert run("features", "none").exit_code == 2


def test_check_data(tmp_path: Path) -> None:
    result = run("check-data", "--pages", tmp_path / "pages.csv")
    assert result.exit_code == 1
    assert "there is no such file" in result.stderr


@pytest.mark.parametrize("verb", ["train", "evaluate"])
def test_training_needs_its_data(tmp_path: Path, verb: str) -> None:
    result = run(verb, "--pages", tmp_path / "pages.csv")
    assert result.exit_code == 1
    assert "there is no such file" in result.stderr


def test_every_verb_has_help_and_the_command_starts_at_once() -> None:
    for name, verb in cli.main.commands.items():
        assert verb.help, name
        assert all(option.help for option in verb.params if option.param_type_name == "option"), name
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "scorer.cli", "--help"], capture_output=True, check=True)
    assert time.perf_counter() - begun < 5, "most of a second is the rule; the machine may be busy"
