"""Is no more open in a parser than the bounds allow, whatever markup says?"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scorer.bounds import MAX_DEPTH, MAX_LOST, is_tame, rewritten, tame

sys.path.insert(0, str(Path(__file__).parent / "hostile"))

from hostile_inputs import MISREAD

MOST_FORMATTING = 20
DEEPEST = MAX_DEPTH + 2 * MAX_LOST
"""What is open, and what may be open twice over."""
AGAIN = 9_000
"""So often is each pattern repeated: one that adds a level each time is seen."""
NAMES = ["div", "section", "span", "svg", "math", "g", "path", "textarea", "title", "script", "style", "iframe", "xmp", "noscript", "select", "option", "table", "td", "tr", "form", "button", "p", "li", "a", "b", "i", "font", "h1", "template", "foreignObject", "desc", "mi", "mtext", "annotation-xml", "body", "html", "head", "frameset", "plaintext", "object", "center", "ul", "dl", "dd", "nobr", "noembed", "caption", "marquee", "x-y", "image", "input"]
PIECES = [f"{opens}{name}{closes}" for name in NAMES for opens, closes in (("<", ">"), ("</", ">"), ("<", "/>"))]
PIECES += ["<!--", "-->", "<!-->", "--!>", "<![CDATA[", "]]>", "<?", "<!", "</ ", ">", '"', "'", '<x a="', "<x a='", '<x =">', "a", "<div a=b/>", '<g a="b"/>', "</>", "=", "<script><!--<script>"]


def depth(html: str) -> int:
    """How many elements that hold something stand within one another once a parser has read this."""
    root = LexborHTMLParser(html).root
    deepest, left = 0, [(root, 1)] if root is not None else []
    while left:
        node, level = left.pop()
        deepest = max(deepest, level)
        child = node.first_child
        while child is not None:
            if child.first_child is not None:
                left.append((child, level + 1))
            child = child.next
    return deepest


@given(head=st.lists(st.sampled_from(PIECES), max_size=3).map("".join), unit=st.lists(st.sampled_from(PIECES), min_size=2, max_size=9).map("".join))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_nothing_nests_without_bound(head: str, unit: str) -> None:
    assert depth(rewritten(head + unit * AGAIN, MOST_FORMATTING)[0]) <= DEEPEST


@pytest.mark.parametrize("name", MISREAD)
def test_what_a_parser_reads_otherwise_is_bounded(name: str) -> None:
    head, unit, *tail = MISREAD[name]
    assert depth(rewritten("".join([head, unit * AGAIN, *tail]), MOST_FORMATTING)[0]) <= DEEPEST


WHOLE = {
    "a drawing of many shapes": "<p>one<svg>" + '<path d="M0 0"/>' * 17_000 + "</svg><p>two",
    "rows whose cells are not ended": "<table>" + "<tr><td>one<td>two" * 9_000 + "</table><p>three",
    "items that are not ended": "<ul>" + "<li>one<li><p>two" * 9_000 + "</ul><p>three",
    "terms that are not ended": "<dl>" + "<dt>one<dd>two" * 9_000 + "</dl><p>three",
    "paragraphs that are not ended": "<p>one<div>two</div>" * 9_000,
    "scripts that write markup": "<script>w('<div><div>' + '<svg>')</script><p>one</p>" * 6_000,
    "a list to choose from": "<select>" + "<option>one" * 17_000 + "</select><p>two",
}


@pytest.mark.parametrize("name", WHOLE)
def test_sound_pages_are_left_as_they_are(name: str) -> None:
    assert not is_tame(WHOLE[name].encode())
    assert tame(WHOLE[name]) == (WHOLE[name], ())
