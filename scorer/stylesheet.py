"""What does the page's own style sheet keep from sight?

Of a `<style>` element only plain rules are read: a class or an id, nothing around it, not within ``@media``; and only
declarations that hide for good. What moves, fades or opens by a script is left alone: a reader may see it after all.
"""

from __future__ import annotations

import re

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

MAX_CSS = 50_000
"""Characters of a page's style sheets that are read."""
MAX_NAMES = 500
"""Names of a style sheet that are looked at."""

# What hides and does not come back by itself, written with and without a space. Opacity is left out: style sheets fade in with it.
_HIDES = AhoCorasick(
    [f"{name}:{space}{value}" for name, value in (("display", "none"), ("visibility", "hidden"), ("font-size", "0"), ("left", "-9"), ("text-indent", "-9"), ("clip", "rect(0"), ("clip", "rect(1"), ("color", "#f"), ("color", "white")) for space in ("", " ")],
    matchkind=MatchKind.Standard, implementation=Implementation.DFA,
)  # fmt: skip
_SURE = re.compile(r"display:\s?none|visibility:\s?hidden|font-size:\s?0(?![.\d])|(?:left|text-indent):\s?-9\d{2,5}(?:px|em)|clip:\s?rect\([01]")
_MOVES = re.compile(r"animation|transition|@|opacity", re.IGNORECASE)
_SIMPLE = re.compile(r"[.#][\w-]{1,80}")
_COLOUR = re.compile(r"(?<![-\w])(background(?:-color)?|color)\s{0,3}:\s{0,3}(#[0-9a-f]{3,8}|rgba?\([\d\s,.]{5,30}\)|[a-z]{3,20})", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_COMMENT = re.compile(r"/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/")
_NAMED = {"white": "ffffff", "black": "000000", "red": "ff0000", "yellow": "ffff00", "gray": "808080", "grey": "808080", "silver": "c0c0c0", "blue": "0000ff", "green": "008000"}


def hidden_names(css: str) -> frozenset[str]:
    """The classes (".a") and ids ("#a") whose elements this style sheet hides.

    >>> sorted(hidden_names(".a, #b { display: none } .c .d { display: none } .e { color: #fff; background: white }"))
    ['#b', '.a', '.e']
    >>> hidden_names("@media print { .a { display: none } } .b { display: none } .b { display: block }")
    frozenset()
    """
    if "/*" in css:
        css = _COMMENT.sub("", css)
    found: set[str] = set()
    at = counted = depth = seen = 0
    for _, start, end in _HIDES.find_matches_as_indexes(css):
        if start < at:
            continue
        opened, at = css.rfind("{", 0, start), css.find("}", end)
        if opened < 0 or at < 0:
            break
        rule = css[opened + 1 : at]
        if "}" in rule or not (_SURE.search(rule) or same_colour(rule)):
            continue
        begins = max(css.rfind("}", 0, opened), css.rfind("{", 0, opened), css.rfind(";", 0, opened)) + 1
        # Within @media or the like more is open than closed.
        depth += css.count("{", counted, begins) - css.count("}", counted, begins)
        counted = begins
        if depth > 0 or opened - begins > 2_000 or _MOVES.search(rule):
            continue
        for name in map(str.strip, css[begins:opened].split(",")):
            if _SIMPLE.fullmatch(name):
                seen += 1
                if seen > MAX_NAMES:
                    return frozenset(found)
                if not _shown_again(css, name, at):
                    found.add(name)
    return frozenset(found)


def _shown_again(css: str, name: str, after: int) -> bool:
    """Whether a later rule for the very same name sets it in sight."""
    at = css.find(name + "{", after)
    if at < 0:
        at = css.find(name + " {", after)
    if at < 0:
        return False
    rule = css[at : css.find("}", at) + 1]
    return "display" in rule or "visibility" in rule


def same_colour(style: str) -> bool:
    """Whether a style paints text in the colour that it also gives the background.

    >>> same_colour("color:#fff;background:#ffffff"), same_colour("color:white;background-color:rgb(255, 255, 255)"), same_colour("color:#fff;background:#123")
    (True, True, False)
    """
    if "color" not in style or "background" not in style:
        return False
    said = {name.lower()[:10]: _hexadecimal(value.lower()) for name, value in _COLOUR.findall(style)}
    return bool(said.get("color", "") == said.get("background", "-"))


def _hexadecimal(colour: str) -> str:
    """A colour as six digits where it is known, else as written.

    >>> _hexadecimal("#fff"), _hexadecimal("rgb(255,0,0)"), _hexadecimal("white"), _hexadecimal("inherit")
    ('ffffff', 'ff0000', 'ffffff', 'inherit')
    """
    if colour[0] == "#":
        digits = colour[1:]
        return "".join(c + c for c in digits[:3]) if len(digits) in (3, 4) else digits[:6]
    if colour.startswith("rgb"):
        parts = _NUMBER.findall(colour)[:3]
        return "".join(f"{min(int(part), 255):02x}" for part in parts) if len(parts) == 3 else colour
    return _NAMED.get(colour, colour)
