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
_VOID = frozenset(["area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr", "html", "head", "body"])
"""Nothing stands within these, or all does."""
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS, _SECTIONS, _TERMS = frozenset(("td", "th")), frozenset(("tbody", "thead", "tfoot")), frozenset(("dd", "dt"))
_REPLACES = {name: frozenset((name,)) for name in ("p", "li", "option", "a", "button", "tr")} | dict.fromkeys(_HEADINGS, _HEADINGS) | dict.fromkeys(_CELLS, _CELLS) | dict.fromkeys(_SECTIONS, _SECTIONS) | dict.fromkeys(_TERMS, _TERMS)
"""What an element ends that stands right before it."""
_BLOCKS = frozenset(["address", "article", "aside", "blockquote", "center", "details", "dialog", "dir", "div", "dl", "fieldset", "figcaption", "figure", "footer", "header", "hgroup", "main", "menu", "nav", "ol", "section", "summary", "ul", "pre", "listing"])
"""Their beginning ends a paragraph right before it, and their end what need not be ended."""
_ENDED_WITH = _TERMS | _CELLS | _SECTIONS | {"p", "li", "option", "optgroup", "rt", "rp", "tr"}
"""What need not be ended."""
_WALLS = frozenset(("td", "th", "caption", "table", "object", "template", "button", "marquee", "applet"))
_LOOK_BACK = 64
_FOREIGN = frozenset(("svg", "math"))
# What a drawing or formula is made of. An element of these that closes itself is closed; all others end the drawing, or are HTML within it.
_DRAWN = _FOREIGN | frozenset(
    ["g", "path", "circle", "rect", "line", "polygon", "polyline", "ellipse", "use", "defs", "symbol", "stop", "text", "tspan", "textpath", "mask", "pattern", "clippath", "lineargradient", "radialgradient", "marker", "filter", "switch", "view", "metadata", "animate", "animatetransform", "animatemotion", "set", "mpath",
     *(f"fe{name}" for name in ("blend", "colormatrix", "composite", "flood", "gaussianblur", "image", "merge", "mergenode", "morphology", "offset", "tile", "turbulence", "dropshadow", "componenttransfer", "funca", "funcb", "funcg", "funcr", "displacementmap")),
     "mrow", "mfrac", "msub", "msup", "msubsup", "mspace", "mstyle", "munder", "mover", "munderover", "msqrt", "mtable", "mtr", "mtd", "mpadded", "mprescripts", "none", "semantics"]
)  # fmt: skip
_ELSEWHERE = _FOREIGN | {"select", "frameset"}
_CLOSES_ITSELF = re.compile(r"""(?:[^"'=/]|/(?!\s*\Z)|=\s*(?:"[^"]*"|'[^']*'))*+/""")
"""The attributes of a tag that does: all values stand in quotation marks, so that the stroke at the end belongs to none."""
_RAW = frozenset(("textarea", "title", "xmp", "iframe", "noembed", "noframes", "script", "style"))
"""What looks like a tag within these is text: nothing ends there but they themselves."""
_SCRIPT = re.compile(r"<script", re.IGNORECASE)
MAX_LOST = 2_000
"""Elements that ended with one around them: where a parser sees things otherwise than is reckoned here, these may be open still."""
# An element as a parser reads it: quotation marks count where a value begins. All loops are possessive, so time is linear.
_TAG = (
    r"""<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)"""
    r"""(?P<attributes>(?:[\s/]++|(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?)?)*+)>?"""
)
_TOKEN = re.compile(
    # What holds no elements: comments, what is taken for one, scripts and style sheets.
    r"<!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+)|(?P<cdata><!\[CDATA\[)|<(?:[!?]|/(?![a-z]))[^>]*+>?|"
    rf"<(?:(?P<raw>script|style)(?=[\s/>])[^>]*+>(?P<content>[^<]*+(?:<(?!/(?P=raw)[\s/>])[^<]*+)*+))|{_TAG}",
    re.IGNORECASE,
)
_ELEMENT = re.compile(_TAG, re.IGNORECASE)


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
    """`html` without the tags that would nest too deep; `most_formatting` is how many may be left open.

    What is open is to be reckoned no less than it is (tests hold it against a parser; nobody has proved it): an end tag
    closes what stands right before it; what it closes besides counts as lost, and some thousands of lost elements are too
    many. So a page on which a parser sees things otherwise should gain nothing by it.
    """
    kept: list[str] = []
    cut: dict[str, None] = {}
    reckoning = _Reckoning(most_formatting)
    roots = tags = at = begin = 0
    blind = -1  # up to here it is open whether this is text
    while (token := _TOKEN.search(html, begin)) is not None:
        if token["raw"] and token.start() > blind and reckoning.holds(token["raw"].lower()):
            reckoning.hold(token["raw"].lower(), token["content"])
        elif token["raw"]:
            token = _ELEMENT.match(html, token.start()) or token
        elif token["cdata"]:
            # Text where a drawing is open, else a comment that ends at the first ">".
            blind = html.find("]]>", token.end())
            blind = blind if blind >= 0 else len(html)
        begin = token.end()
        name = (token["name"] or "").lower()
        if not name:
            continue
        tags += 1
        if tags > MAX_TAGS:
            html = html[: token.start()]
            cut["nodes"] = None
            break
        if token["end"]:
            drop = token.start() > blind and reckoning.end(name)
        else:
            attributes = token["attributes"]
            drop = reckoning.begin(name, attributes)
            if name in ("html", "body"):  # further ones only add to the attributes of the first
                roots += 1
                drop = roots > 4
            if not drop and len(attributes) > _LONG_TAG and _crowded(token.group()):
                kept += (html[at : token.start()], f"<{name}>")
                at = begin
                cut["attributes"] = None
        if drop:
            kept += (html[at : token.start()], " ")
            at = begin
            cut["nesting"] = None
    return "".join([*kept, html[at:]]), tuple(cut)


class _Reckoning:
    """What may be open in a parser, tag by tag."""

    def __init__(self, most_formatting: int) -> None:
        self.most_formatting = most_formatting
        self.formatting = 0
        self.stack: list[str] = []
        self.left_open: dict[str, int] = {}  # formatting that its parent's end has cut short: it is opened again and again
        self.lost = 0
        self.drawings = 0  # drawings and formulas on the stack
        self.elsewhere = 0  # what else there was in which a parser reads by other rules
        self.foreign = -1  # where the drawing or formula begins that is surely open, with nothing but its own within
        self.raw = ""  # the element in which all is text, if it is one of those
        self.raw_ends = 0  # and how many of its end tags are to come

    def holds(self, name: str) -> bool:
        """Whether all is surely text in a script or style sheet that begins here: in drawings, lists to choose from, frames and what is text itself it may be otherwise."""
        return not self.elsewhere and self.raw in ("", name)

    def hold(self, name: str, content: str) -> None:
        """A script or style sheet, up to its end tag."""
        self.raw, self.raw_ends = name, self.raw_ends + 1
        # A script that opens a comment and a script in it goes on behind the end of the latter.
        if "<!--" in content:
            self.raw_ends += len(_SCRIPT.findall(content))

    def begin(self, name: str, attributes: str) -> bool:
        """A start tag; whether it has to go."""
        stack = self.stack
        if name in _DRAWN:
            if self.foreign >= 0 and _CLOSES_ITSELF.fullmatch(attributes):
                return False
        else:
            self.foreign = -1
        if name in _RAW and not self.raw:
            self.raw, self.raw_ends = name, 1
        if not self.drawings:
            if name in _VOID:
                return False
            if stack:
                self._make_room(name)
        if len(stack) >= MAX_DEPTH or self.lost >= MAX_LOST or (name in _FORMATTING and self.formatting >= self.most_formatting):
            return True
        if name in _FOREIGN and self.foreign < 0 and not self.raw:
            if _CLOSES_ITSELF.fullmatch(attributes):
                return False
            self.foreign = len(stack)
        stack.append(name)
        self.drawings += name in _FOREIGN
        self.elsewhere += name in _ELSEWHERE
        self.formatting += name in _FORMATTING
        return False

    def _make_room(self, name: str) -> None:
        """Takes off the stack what the beginning of this element ends, of what stands right before it."""
        stack = self.stack
        replaced = _REPLACES.get(name, ())
        if stack[-1] == "p" and (name in _BLOCKS or (len(stack) > 1 and stack[-2] in replaced)):
            stack.pop()
        if name == "tr" and len(stack) > 1 and stack[-1] in _CELLS and stack[-2] == "tr":
            stack.pop()
        if stack and stack[-1] in replaced:
            stack.pop()

    def end(self, name: str) -> bool:
        """An end tag; whether it has to go."""
        if name in ("p", "br"):
            self.foreign = -1
        if self.raw:
            self.raw_ends -= name == self.raw
            if self.raw_ends:
                return False
            self.raw = ""
        if name in _VOID and not self.drawings:
            return False
        drop, freed = self._close(name)
        self.formatting -= freed
        if self.foreign >= len(self.stack):
            self.foreign = -1
        return drop

    def _close(self, name: str) -> tuple[bool, int]:
        """Takes the element that ends off the stack; whether nothing of that name was open, and how much formatting ended."""
        stack, left_open = self.stack, self.left_open
        for back in range(1, min(len(stack), _LOOK_BACK) + 1):
            opened = stack[-back]
            if opened == name:
                for inner in stack[-back + 1 :] if back > 1 else ():
                    if inner in _FORMATTING and name not in _FORMATTING:
                        left_open[inner] = left_open.get(inner, 0) + 1
                if name in _FORMATTING:
                    del stack[-back]
                    return False, 1
                if back > 1:
                    sure = name in _BLOCKS or name == "table" or name == "tr" or name in _SECTIONS or name in _CELLS
                    self.lost += sum(inner not in _ENDED_WITH for inner in stack[-back + 1 :]) if sure and not self.drawings else back
                self.drawings -= sum(inner in _FOREIGN for inner in stack[-back:])
                self.elsewhere -= sum(inner in _ELSEWHERE for inner in stack[-back:])
                del stack[-back:]
                return False, 0
            if opened in _WALLS and name not in _WALLS:
                break
        if left_open.get(name):
            left_open[name] -= 1
            return False, 1
        return len(stack) > _LOOK_BACK, 0
