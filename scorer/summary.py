"""What is a person told when a run has ended: what was scored, how much of it looks low, why, where it is, what next?

At a terminal with bars and colours; elsewhere plain lines that do not change with the width. Ids and sentences that come
from pages are made visible first, so that none of them is obeyed.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from scorer.batch import Tally
from scorer.explain.account import visible

MOST_REASONS = 5
MOST_ERRORS = 10
_COLOURS = {"low": "red", "mixed": "yellow", "high": "green"}
_BAR = 20


def render_summary(tally: Tally, inputs: Sequence[str], *, console: Console) -> None:
    """Prints what came of a run over `inputs`."""
    lines = _for_people(tally, inputs, console) if console.is_terminal else map(Text, _plain(tally, inputs))
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def as_json(tally: Tally) -> dict[str, Any]:
    """The same for programs."""
    return {
        "output": tally.output, "pages": tally.pages, "scored": tally.pages - tally.errors.total(), "resumed": tally.resumed,
        "seconds": round(tally.seconds, 3), "complete": tally.complete,
        "verdicts": {name: tally.verdicts[name] for name in _COLOURS},
        "lowering_reasons": [{"feature": name, "summary": tally.meanings[name], "low_pages": count} for name, count in tally.lowering.most_common()],
        "least_trusted": tally.least[1] or None,
        "errors": [{"cause": cause, "pages": count, "first": tally.examples.get(cause, "")} for cause, count in tally.errors.most_common()],
        "left_out": dict(tally.left_out), "problems": tally.problems,
    }  # fmt: skip


def _plain(tally: Tally, inputs: Sequence[str]) -> Iterator[str]:
    yield from str(tally).splitlines()
    low = tally.verdicts["low"]
    if low and tally.lowering:
        yield "what lowers trust on the pages called low:"
        for name, count in tally.lowering.most_common(MOST_REASONS):
            yield f"  {count / low:.0%} {visible(tally.meanings[name])}"
    for command, purpose in _next(tally, inputs):
        yield f"{purpose}: {command}"


def _for_people(tally: Tally, inputs: Sequence[str], console: Console) -> Iterator[Text]:
    full, empty, times = "█░×" if console.encoding.lower().startswith("utf") else "#.x"
    resumed = f", {tally.resumed:,} of them by an earlier run" if tally.resumed else ""
    rate = f", {(tally.pages - tally.resumed) / tally.seconds:,.0f} a second" if tally.seconds else ""
    yield Text.assemble((f"{tally.pages:,} page{'' if tally.pages == 1 else 's'}", "bold"), f" in {tally.seconds:,.1f} s{rate}{resumed}")
    scored = tally.pages - tally.errors.total()
    width = len(f"{tally.pages:,}")
    for name, colour in _COLOURS.items():
        share = tally.verdicts[name] / scored if scored else 0.0
        filled = round(share * _BAR)
        yield Text.assemble(f"{name:<9}{tally.verdicts[name]:>{width},} {share:>4.0%}  ", (full * filled + empty * (_BAR - filled), colour))
    if tally.errors:
        yield Text.assemble(f"{'no score':<9}{tally.errors.total():>{width},}")
        for cause, count in tally.errors.most_common(MOST_ERRORS):
            yield Text.assemble(" " * 10, f"{count:,} {times} {visible(cause)}", (f" (first: {visible(tally.examples.get(cause, ''))})", "dim"))
    for cause, count in tally.left_out.most_common():
        yield Text(f"left out: {count:,} {times} {visible(cause)}", style="dim")
    for problem in tally.problems:
        yield Text(visible(problem), style="yellow")
    low = tally.verdicts["low"]
    if low and tally.lowering:
        yield Text("")
        yield Text("What lowers trust on the pages called low", style="bold")
        for name, count in tally.lowering.most_common(MOST_REASONS):
            yield Text.assemble((f"{count / low:>4.0%}  ", "red"), visible(tally.meanings[name]))
    yield Text("")
    yield Text.assemble("written to ", (visible(tally.output), "bold"))
    commands = list(_next(tally, inputs))
    longest = max(len(command) for command, _ in commands)
    for at, (command, purpose) in enumerate(commands):
        yield Text.assemble("then       " if not at else "           ", (command.ljust(longest), "bold"), ("  " + purpose, "dim"))


def _next(tally: Tally, inputs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Commands that are worth running now, each with what it is for."""
    yield f"scorer report {_quoted(tally.output)} -o report.html", "the batch at a glance"
    trust, ident = tally.least
    if not ident:
        return
    if Path(ident).is_file():
        where = _quoted(ident)
    else:
        where = f"{_quoted(inputs[0]) if len(inputs) == 1 and inputs[0] != '-' else 'FILE'} --id {_quoted(ident)}"
    yield f"scorer explain {where}", f"why the least trusted page has {trust:.2f}"


def _quoted(word: str) -> str:
    return shlex.quote(visible(word))
