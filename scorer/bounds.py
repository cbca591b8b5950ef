"""Would this page cost a parser more than it is worth?

Parsers that follow the HTML standard take quadratic time, and memory, on some pages: every start tag looks through the
elements that are open, every attribute through those of its tag, and every paragraph opens again the formatting that was
left open, so that 40 kB of ``<p><b id=1>`` become gigabytes. Browsers cap nesting at some 512; here the same is done on
the text, before it is parsed. Ordinary pages cost a few searches at the speed of memory and come back untouched.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

MAX_DEPTH = 512
"""Elements within one another; further ones are taken apart, as in browsers: their text stays."""
MAX_TAGS = 200_000
MAX_ATTRIBUTES = 2_000
"""Attributes of one tag; one that has more loses them."""
MAX_REOPENED = 1_000_000
"""Formatting elements that a parser may have to open again."""

_FEW_TAGS = 16_000
"""So few cannot take long, however they nest."""
_LONG_TAG = 32_000
"""Characters of one tag from which its attributes are counted."""
_FORMATTING = frozenset(("b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"))
# Letters of either case one by one: with re.IGNORECASE the search for "<" would not run at the speed of memory.
_FORMAT_TAG = re.compile(("<(/?)(" + "|".join("".join(f"[{c}{c.upper()}]" for c in name) for name in sorted(_FORMATTING)) + r")[\s/>]").encode())
_LESS_THAN = ord("<")
# Which two bytes behind "<" may begin a formatting element.
_BEGINNINGS = np.zeros((256, 256), np.bool_)
for _name in _FORMATTING:
    for _first in _name[0] + _name[0].upper():
        for _second in _name[1] + _name[1].upper() if len(_name) > 1 else "\t\n\v\f\r />":
            _BEGINNINGS[ord(_first), ord(_second)] = True
_ATTRIBUTE = re.compile(r"""[^\s=>"'/]++(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]*+))?""")
# Never open for long: they hold nothing, or end where their like begins.
_FLAT = frozenset(
    ["area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr", "a", "p", "li", "dd", "dt", "option", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup", "rt", "rp", "html", "head", "body", "button", "form", "h1", "h2", "h3", "h4", "h5", "h6", "script", "style", "title", "textarea"]
)  # fmt: skip
_WALLS = frozenset(("td", "th", "caption", "table", "object", "template", "button", "marquee", "applet"))
_LOOK_BACK = 64
_TOKEN = re.compile(
    # Scripts, styles and comments hold no elements; all loops are possessive, so time is linear.
    r"<!--(?:[^-]*+(?:-(?!->)[^-]*+)*+)|<(?:(script|style)\b)[^>]*+>[^<]*+(?:<(?!/(?:script|style))[^<]*+)*+|<(/?)([a-z][a-z0-9:-]*+)([^>]*+)>?",
    re.IGNORECASE,
)


def tame(html: str) -> tuple[str, tuple[str, ...]]:
    """The HTML as it may be parsed, and what was cut of it: "nesting", "nodes", "attributes".

    >>> tame("<p>Tea <b>and</b> cake")
    ('<p>Tea <b>and</b> cake', ())
    >>> tame("<div>" * 20_000 + "Tea")[1]
    ('nesting',)
    """
    if is_tame(html.encode("utf-8", "ignore")):
        return html, ()
    return rewritten(html, max(MAX_REOPENED // max(min(html.count("<"), MAX_TAGS), 1), 4))


def is_tame(html: bytes) -> bool:
    """Whether this HTML can be parsed as it is."""
    codes = np.frombuffer(html, np.uint8)
    begins = codes == _LESS_THAN
    tags = int(np.count_nonzero(begins))
    if tags >= _FEW_TAGS or _has_crowded_tag(html):
        return False
    if tags * tags <= 4 * MAX_REOPENED:
        return True
    most = MAX_REOPENED // tags
    # Most pages have so few formatting elements that it does not matter where they end.
    return _begun(codes, begins) <= most or _most_open(html) <= most


def _begun(codes: npt.NDArray[np.uint8], begins: npt.NDArray[np.bool_]) -> int:
    """How many formatting elements begin, at most: tags, which begin there, that do so by their first two letters."""
    at = begins[:-2].nonzero()[0]
    return int(np.count_nonzero(_BEGINNINGS[codes[at + 1], codes[at + 2]]))


def _most_open(html: bytes) -> int:
    """How many formatting elements may be open at once: as many as begin before as many of their name have ended."""
    found = [(slash, name.lower()) for slash, name in _FORMAT_TAG.findall(html)]
    open_now = dict.fromkeys([name for _, name in found], 0)
    total = most = 0
    for slash, name in found:
        if not slash:
            open_now[name] += 1
            total += 1
            most = max(most, total)
        elif open_now[name]:
            open_now[name] -= 1
            total -= 1
    return most


def _has_crowded_tag(html: bytes) -> bool:
    # A tag of that length covers one of these windows whole: most pages are known to have none after a few steps.
    half = _LONG_TAG // 2
    at = 0
    while at < len(html) - half:
        if html.find(b">", at, at + half) >= 0:
            at += half
            continue
        begin, end = html.rfind(b">", 0, at) + 1, html.find(b">", at)
        end = end if end >= 0 else len(html)
        if end - begin > _LONG_TAG and _crowded(html[begin:end].decode("latin-1")):
            return True
        at = end - end % half
    return False


def _crowded(part: str) -> bool:
    """Whether a tag that begins in `part` and does not end there has too many attributes."""
    at = part.find("<")
    return at >= 0 and len(part) - at > _LONG_TAG and len(_ATTRIBUTE.findall(part, at)) > MAX_ATTRIBUTES


def rewritten(html: str, most_formatting: int) -> tuple[str, tuple[str, ...]]:
    """`html` without the tags that would nest too deep; `most_formatting` is how many may be left open."""
    kept: list[str] = []
    cut: dict[str, None] = {}
    stack: list[str] = []
    left_open: dict[str, int] = {}  # formatting that its parent's end has cut short: it is opened again and again
    formatting = roots = tags = at = 0
    for token in _TOKEN.finditer(html):
        name = token.group(3)
        if name is None:
            continue
        tags += 1
        if tags > MAX_TAGS:
            html = html[: token.start()]
            cut["nodes"] = None
            break
        name = name.lower()
        drop = False
        if token.group(2):
            if name in _FLAT and name not in _WALLS:
                continue
            drop, freed = _close(name, stack, left_open)
            formatting -= freed
        else:
            if name not in _FLAT or name in _WALLS:
                drop = len(stack) >= MAX_DEPTH or (name in _FORMATTING and formatting >= most_formatting)
                if not drop:
                    stack.append(name)
                    formatting += name in _FORMATTING
            elif name in ("html", "body"):  # further ones only add to the attributes of the first
                roots += 1
                drop = roots > 4
            if not drop and len(token.group(4)) > _LONG_TAG and _crowded(token.group()):
                kept += (html[at : token.start()], f"<{name}>")
                at = token.end()
                cut["attributes"] = None
        if drop:
            kept += (html[at : token.start()], " ")
            at = token.end()
            cut["nesting"] = None
    return "".join([*kept, html[at:]]), tuple(cut)


def _close(name: str, stack: list[str], left_open: dict[str, int]) -> tuple[bool, int]:
    """Takes the element that ends off the stack; whether nothing of that name was open, and how much formatting ended."""
    for back in range(1, min(len(stack), _LOOK_BACK) + 1):
        opened = stack[-back]
        if opened == name:
            for inner in stack[-back + 1 :] if back > 1 else ():
                if inner in _FORMATTING and name not in _FORMATTING:
                    left_open[inner] = left_open.get(inner, 0) + 1
            if name in _FORMATTING:
                del stack[-back]
            else:
                del stack[-back:]
            return False, int(name in _FORMATTING)
        if opened in _WALLS and name not in _WALLS:
            break
    if left_open.get(name):
        left_open[name] -= 1
        return False, 1
    return len(stack) > _LOOK_BACK, 0
