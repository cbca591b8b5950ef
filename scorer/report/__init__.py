"""What is in a batch of scores, at a glance?

`write_report` streams files of scores, however large, into a `Digest` of bounded size, and writes it as one HTML file
that loads nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scorer import charts
from scorer.read import Unreadable
from scorer.report import tables
from scorer.report.digest import KIND_COLUMNS, Digest
from scorer.report.document import render

__all__ = ["Digest", "render", "write_report"]


def write_report(inputs: Iterable[str | Path], output: str | Path, *, by: Iterable[str] = ()) -> Digest:
    """Reads files of scores (Parquet, JSONL, CSV, folders of them) and writes the report `output`; returns its counts.

    `by`: columns to group pages by, beside language, length and, where a file has it, the kind of page. Raises
    `scorer.read.Unreadable` with what to do where a file is no file of scores, and `scorer.charts.ChartsMissing`, before
    anything is read, where the plotting library is not installed.
    """
    with charts.drawing():
        pass
    sources = tables.find(list(inputs))
    present = {name for source in sources for name in tables.columns(source)}
    asked = list(dict.fromkeys(by))
    if missing := [name for name in asked if name not in present]:
        raise Unreadable(f"no file has a column {missing[0]!r} to group by; the columns are: {', '.join(sorted(present))}")
    grouped = [*asked, *(name for name in KIND_COLUMNS if name in present and name not in asked)]
    found = Digest.of(tables.read(sources, grouped), grouped)
    if not found.pages:
        raise Unreadable(f"{', '.join(str(source.path) for source in sources[:3])}: there is no row of scores; nothing was written")
    text = render(found, [source.path.name for source in sources])
    beside = Path(f"{output}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
    return found
