"""How is a table written so that it sorts and filters, reads on a phone, and is whole without scripts?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, NamedTuple

from scorer.explain.marked import attribute, shown

SHOWN_AT_FIRST: Final = 10


class Cell(NamedTuple):
    """What stands in a cell, as HTML, and the number that it sorts by; text sorts by itself."""

    html: str
    value: float | None = None


def text(words: str) -> Cell:
    """Foreign text, made harmless."""
    return Cell(f'<bdi dir="auto">{shown(words)}</bdi>')


def count(number: int) -> Cell:
    return Cell(f"{number:,}", number)


def number(value: float) -> Cell:
    return Cell("unknown", -1.0) if math.isnan(value) else Cell(f"{value:.2f}", value)


def effect(value: float) -> Cell:
    return Cell(f"{value:+.2f}".replace("-", "−"), value)


def share(hits: int, of: int, kind: str = "") -> Cell:
    """A share with its bar."""
    return chance(hits / of if of else math.nan, kind)


def chance(value: float, kind: str = "") -> Cell:
    if math.isnan(value):
        return Cell("–", -1.0)
    said = "<1%" if 0 < value < 0.005 else f"{value:.0%}"
    bar = f'<svg class="bar" width="48" height="8" aria-hidden="true"><rect class="rail" width="48" height="8"/><rect class="{kind or "fill"}" width="{48 * value:.1f}" height="8"/></svg>'
    return Cell(f"{bar}{escape(said)}", round(value, 6))


def listing(ident: str, caption: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], *, sorted_by: int | None = None) -> str:
    """A table whose first column names its rows. `sorted_by`: the column that the rows come sorted by, falling.

    The roles are said outright, for on a phone rows are laid out as cards, and browsers then forget that they are rows.
    """
    body = list(rows)
    if not body:
        return f"<h3>{escape(caption)}</h3><p>None.</p>"
    heads = "".join(
        f'<th scope="col" role="columnheader" aria-sort="{"descending" if at == sorted_by else "none"}"><button type="button" class="sort" data-column="{at}">{escape(name)}</button></th>'
        for at, name in enumerate(head)
    )
    lines = "".join(f'<tr role="row">{"".join(_cell(at, cell, head) for at, cell in enumerate(row))}</tr>' for row in body)
    tools = (
        f'<p class="tools"><label>Filter <input type="search" autocomplete="off" spellcheck="false" aria-controls="{ident}"></label> <span class="status" role="status">{len(body):,} rows</span>'
        f' <button type="button" class="more" aria-expanded="false" aria-controls="{ident}">Show all {len(body):,}</button></p>'
    )
    return (
        f'<div class="listing" data-first="{SHOWN_AT_FIRST}"><h3 id="{ident}-name">{escape(caption)}</h3>{tools}'
        f'<div class="scroll" role="region" aria-labelledby="{ident}-name" tabindex="0"><table id="{ident}" role="table" aria-labelledby="{ident}-name"><thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{lines}</tbody></table></div></div>'
    )


def _cell(at: int, cell: Cell, head: Sequence[str]) -> str:
    if not at:
        return f'<th scope="row" role="rowheader">{cell.html}</th>'
    value = "" if cell.value is None else f' class="number" data-value="{cell.value:g}"'
    return f'<td role="cell" data-head="{attribute(head[at])}"{value}>{cell.html}</td>'
