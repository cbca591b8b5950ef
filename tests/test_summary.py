"""Is a person told, when a run has ended, what came of it and what to do next, and a program the same in JSON?"""

from __future__ import annotations

import io
import json
import math
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console
from test_explain import HOSTILE, SAMPLES
from test_report import scores

from scorer import cli, summary
from scorer.batch import Tally


def tally_of(count: int = 200, **columns: list[str]) -> Tally:
    tally = Tally("s.parquet", seconds=4.0)
    tally.add(scores(count, 5, **columns))
    return tally


def printed(tally: Tally, *, terminal: bool, encoding: str = "utf-8", inputs: tuple[str, ...] = ("crawl.warc.gz",)) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    console = Console(file=stream, force_terminal=terminal, width=100, color_system="truecolor" if terminal else None)
    summary.render_summary(tally, inputs, console=console)
    stream.flush()
    return raw.getvalue().decode(encoding)


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def test_reasons_are_counted_over_the_pages_called_low() -> None:
    table = scores(200, 5)
    rows = table.to_pylist()
    low = [row for row in rows if row["verdict"] == "low"]
    tally = tally_of()
    assert dict(tally.lowering) == {"hype_rate": sum(1 for row in low if row["reasons"][0]["effect"] < 0)}
    assert tally.meanings["hype_rate"] == "Hype"
    assert tally.least == min((row["trust"], row["id"]) for row in rows if row["trust"] is not None)


@pytest.mark.parametrize("terminal", [True, False])
def test_both_ways_tell_the_same(terminal: bool) -> None:
    tally = tally_of()
    out = plain(printed(tally, terminal=terminal))
    for number in (*(tally.verdicts[name] for name in ("low", "mixed", "high")), tally.errors.total()):
        assert re.search(rf"\b{number}\b", out)
    assert "the page is empty (first: page" in out
    assert f"{tally.lowering['hype_rate'] / tally.verdicts['low']:.0%}" in out
    assert "written to s.parquet" in out
    assert "scorer report s.parquet -o report.html" in out
    assert f"scorer explain crawl.warc.gz --id '{tally.least[1]}'" in out


def test_what_is_no_terminal_gets_lines_without_colours() -> None:
    assert "\x1b" not in printed(tally_of(), terminal=False)
    assert "\x1b" in printed(tally_of(), terminal=True)
    assert "█" not in printed(tally_of(), terminal=True, encoding="ascii")


def test_a_run_without_a_low_page_or_any_score_ends_well() -> None:
    none = Tally("s.csv")
    none.add(scores(3, trust=[math.nan] * 3, verdict=[""] * 3, error=["the page is empty"] * 3, reasons=[[]] * 3))  # type: ignore[arg-type]
    for terminal in (True, False):
        out = plain(printed(none, terminal=terminal))
        assert "lowers trust" not in out
        assert "scorer explain" not in out
        assert "scorer report s.csv" in out
    assert summary.as_json(none)["least_trusted"] is None


@pytest.mark.parametrize("terminal", [True, False])
def test_hostile_ids_are_shown_and_not_obeyed(terminal: bool) -> None:
    trick = HOSTILE.replace("\ud800", "") + "'; rm -rf ~; $(id) `id`\n\nnext line"
    tally = tally_of(20, id=[trick] * 20, error=[f"{trick}: x"] * 20)
    tally.problems.append(trick)
    tally.left_out[trick] = 2
    out = plain(printed(tally, terminal=terminal, inputs=(trick,)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out)
    assert "[bold red]x[/]" in out
    assert ":smile:" in out
    command = next(line for line in out.splitlines() if "scorer explain" in line)
    assert "$(id)" in command
    assert "'\"'\"'; rm -rf" in command, "quoted for the shell"


def test_the_json_of_a_run(tmp_path: Path) -> None:
    pages = [str(path) for path in SAMPLES[:6] if path.suffix == ".html"]
    result = CliRunner().invoke(cli.main, ["score", *pages, "-o", str(tmp_path / "s.jsonl"), "--workers", "1", "--json"])
    told = json.loads(result.stdout)
    rows = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text("utf-8").splitlines()]
    assert result.stderr == ""
    assert told["pages"] == told["scored"] == len(rows)
    assert told["verdicts"] == {name: sum(1 for row in rows if row["verdict"] == name) for name in ("low", "mixed", "high")}
    assert told["least_trusted"] == min(rows, key=lambda row: row["trust"])["id"]
    assert told["complete"] is True
    assert all(set(reason) == {"feature", "summary", "low_pages"} for reason in told["lowering_reasons"])


def test_what_a_run_recommends_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [str(path) for path in SAMPLES if path.suffix == ".html"][:4]
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli.main, ["score", *pages, "-o", "s.parquet", "--workers", "1"])
    commands = [line.partition(": scorer ")[2] for line in result.stderr.splitlines() if ": scorer " in line]
    assert [command.split()[0] for command in commands] == ["report", "explain"]
    for command in commands:
        assert CliRunner().invoke(cli.main, shlex.split(command)).exit_code == 0
    assert Path("report.html").stat().st_size > 10_000
