"""How is a chart drawn so that light, dark and paper show it well and the strict policy of a document admits it?

Matplotlib draws, in stand-in colours, as SVG with real text; then every inline style, which the policy would refuse,
becomes attributes and the classes of `charts.css`, so that the sheet's colours hold. A chart is never alone: `figure`
puts a sentence and a table with the same numbers beside it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#000001"
QUIET: Final = "#000002"
LINE: Final = "#000003"
LOW: Final = "#000004"
MIXED: Final = "#000005"
HIGH: Final = "#000006"
ACCENT: Final = "#000007"
CARD: Final = "#000008"
_CLASS_OF = {INK: "ink", QUIET: "quiet", LINE: "line", LOW: "low", MIXED: "mixed", HIGH: "high", ACCENT: "accent", CARD: "card"}

_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_LONG_NUMBER = re.compile(r"(\d\.\d{2})\d+")
_ATTRIBUTES = frozenset(("stroke-width", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "fill-opacity", "opacity", "text-anchor", "font-size", "font-weight"))
_SETTINGS: Any = {
    "svg.fonttype": "none", "text.parse_math": False, "font.size": 10, "font.family": "DejaVu Sans",
    "figure.facecolor": "none", "axes.facecolor": "none", "axes.edgecolor": LINE, "axes.labelcolor": QUIET, "axes.titlecolor": INK,
    "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "xtick.color": QUIET, "ytick.color": QUIET,
    "text.color": INK, "grid.color": LINE, "grid.linewidth": 0.6, "axes.grid": True, "axes.axisbelow": True, "lines.linewidth": 1.8,
    "legend.frameon": False, "legend.fontsize": 9,
}  # fmt: skip


class ChartsMissing(ImportError):
    """The plotting library is not installed; the message says what to install."""


@contextmanager
def drawing() -> Iterator[Callable[..., Figure]]:
    """Gives what makes an empty figure; raises `ChartsMissing` where the plotting library is not installed."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise ChartsMissing(
            "charts need matplotlib, which is not installed; say: pip install 'page-trust-scorer[report]'"
        ) from None
    with rc_context(_SETTINGS):
        yield lambda width, height: Figure(figsize=(width, height), layout="constrained")


def panels(figure: Figure, rows: int, columns: int) -> list[Axes]:
    """The axes of a grid of panels, row by row."""
    return list(figure.subplots(rows, columns, squeeze=False).flat)


def svg(figure: Figure, name: str, says: str) -> str:
    """The figure as an element that goes into a document; `name` keeps its ids apart, `says` is read out."""
    from matplotlib import rc_context

    raw = io.StringIO()
    with rc_context({"svg.hashsalt": name}):
        figure.savefig(raw, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(raw.getvalue().encode())
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        _restyle(element)
        if _LINK in element.attrib:
            element.set("href", element.attrib.pop(_LINK))
        for key in ("id", "clip-path", "href"):
            if key in element.attrib:
                element.set(key, _apart(element.attrib[key], name))
        for key in ("d", "x", "y", "width", "height", "transform"):
            if key in element.attrib:
                element.set(key, _LONG_NUMBER.sub(r"\1", " ".join(element.attrib[key].split())))
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-label", says)
    return re.sub(r">\s+<", "><", ElementTree.tostring(root, encoding="unicode"))


def _apart(value: str, name: str) -> str:
    return value.replace("#", f"#{name}-") if "#" in value else f"{name}-{value}"


def _restyle(element: ElementTree.Element) -> None:
    """Puts what the inline style says into attributes and classes."""
    classes = []
    for declaration in element.attrib.pop("style", "").split(";"):
        key, _, value = declaration.strip().partition(":")
        value = value.strip()
        if key in ("fill", "stroke"):
            known = _CLASS_OF.get(value.lower())
            if known:
                classes.append(f"{key[0]}-{known}")
            else:
                element.set(key, value)
        elif key in _ATTRIBUTES:
            element.set(key, value)
    for key in ("fill", "stroke"):
        if known := _CLASS_OF.get(element.attrib.get(key, "").lower()):
            del element.attrib[key]
            classes.append(f"{key[0]}-{known}")
    if classes:
        element.set("class", " ".join(classes))


def figure(drawn: str, title: str, says: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A drawn chart with its title, the sentence that it comes to, and the table that says the same."""
    cells = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    return (
        f'<figure class="card"><h3>{escape(title)}</h3>{drawn}<figcaption>{escape(says)}</figcaption>'
        f'<details class="numbers"><summary>{escape(title)}: the numbers</summary><div class="scroll" role="region" aria-label="{escape(title)}: the numbers" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table></div></details></figure>"
    )
