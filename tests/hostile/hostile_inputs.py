"""What could a crawl contain that hurts whoever reads it? Pages and files of our own making, each named by its trick.

`PAGES` are the contents of one row, `FILES` whole inputs, `MODELS` model folders with something wrong. Most are a line
in a table here; ``{i}`` in a pattern counts up, so that no two pieces are alike. A new trick is a new line.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import zstandard

PROSE = "The council met on Tuesday to discuss the bridge, and its engineer told the members what the repair would cost. "
ARTICLE = f"<!doctype html><title>Bridge report</title><h1>Bridge report</h1><p>By Ann Example</p><p>{PROSE * 4}</p>"
SMALL, FULL = 60_000, 3_000_000
"""Sizes of what can be made as large as one likes: in the test suite, and in benchmarks/hostile.py."""


@dataclass(frozen=True)
class Trick:
    """One page. `make` gets the size to aim at; `kind` is that of its row."""

    make: Callable[[int], str | bytes]
    kind: str = "html"
    url: str = "https://example.org/story"

    def content(self, size: int = SMALL) -> str | bytes:
        return self.make(size)


@dataclass(frozen=True)
class FileTrick:
    """One file. `rows`: how many pages must come out, -1 where damage leaves that open."""

    suffix: str
    make: Callable[[], bytes]
    rows: int = -1

    def content(self) -> bytes:
        return self.make()


def _fill(head: str, unit: str, tail: str = "") -> Callable[[int], str]:
    """`unit` again and again between `head` and `tail`."""

    def make(size: int) -> str:
        if "{i}" not in unit:
            return head + unit * (size // len(unit)) + tail
        parts, length = [head], len(head)
        for i in count():
            parts.append(unit.replace("{i}", str(i)))
            length += len(parts[-1])
            if length >= size:
                return "".join([*parts, tail])
        raise AssertionError

    return make


def _fixed(content: str | bytes) -> Callable[[int], str | bytes]:
    return lambda size: content


# -- markup: what makes a parser or a walk slow, deep or large ------------------------------------------------------------

MARKUP = {
    "divs without end": ("", "<div>"), "divs in paragraphs": ("", "<p><div>"), "bold without end": ("", "<b>"), "bold reopened by every paragraph": ("", "<p><b id={i}>x"),
    "fonts reopened by every paragraph": ("", "<p><font color={i}>x"), "bold left open in divs": ("", "<div><b id={i}>x</div>"),
    "bold closed in another cell": ("", "<p><b id={i}><table><tr><td></b></td></tr></table></p>x"), "ends that match nothing": ("<span>" * 2000, "</i>"),
    "headings ended by others": ("", "<h1></h6>"), "spans, then divs": ("<span>" * 5000, "<div></div>"), "adoption agency": ("", "<b id={i}><div></b>"),
    "adoption agency in depth": ("<b>" * 500, "<div></b>"), "links in links": ("", "<a href={i}><div>x"), "lists in lists": ("", "<ul><li>x"),
    "definition lists in one another": ("", "<dl><dd>x"), "tables in tables": ("", "<table><tr><td>"), "tables without cells": ("", "<table>x"), "text fostered out of tables": ("<table>", "<div>x"),
    "cells without table": ("", "<td>x"), "forms in forms": ("", "<form><div>"), "buttons in buttons": ("", "<button><div>x"), "option groups": ("", "<optgroup>"),
    "selects in selects": ("", "<select><option>x"), "templates in templates": ("", "<template>"), "svg in svg": ("", "<svg><g>"), "math in svg in html": ("", "<svg><foreignObject><math><mi>"),
    "ruby": ("", "<ruby><rt>x"), "objects": ("", "<object><p>x"), "framesets": ("", "<frameset>"), "iframes": ("", "<iframe>"), "noscript": ("", "<noscript><p>x"),
    "plaintext": ("<plaintext>", "<p>x"), "unknown elements": ("", "<x-{i}>y"), "names with colons": ("", "<a:b:c{i}>x"), "attributes of one tag": ("<p ", "a{i}=1 ", ">" + PROSE),
    "attributes of one tag, with > in them": ("<p ", 'a{i}=">" b{i}=" ', ">" + PROSE), "attributes of the body": ("", "<body a{i}=1>"), "attributes of the html element": ("", "<html a{i}=1>"),
    "one attribute for ever": ('<p title="', "word ", '">x'), "an attribute that never ends": ('<p title="', "word "), "classes": ('<p class="', "c{i} ", '">x'),
    "styles": ('<p style="', "color:red;", '">x'), "a tag that never ends": ("<p ", "word "), "less-than signs": ("", "<"), "less-than signs and letters": ("", "<a"),
    "greater-than signs": ("", ">"), "comments": ("", "<!-- x -->"), "a comment that never ends": (ARTICLE + "<!--", "word "), "comments that never end": ("", "<!--"),
    "dashes in a comment": ("<!-", "-"), "doctypes": ("", "<!doctype html>"), "processing instructions": ("", "<?xml x?>"), "cdata": ("", "<![CDATA[x]]>"),
    "a script that never ends": (ARTICLE + "<script>", "if (a<b) c(); "), "scripts": ("", "<script>x</script>"), "scripts in scripts": ("", "<script><"),
    "a style that never ends": ("<style>", ".a{}"), "styles by the thousand": ("", "<style>.a{}</style>"), "titles": ("", "<title>x</title>"), "a title that never ends": ("<title>", "word "),
    "metas": ("", "<meta name=author content=x{i}>"), "bases": ("", "<base href=http://a{i}/>"), "line breaks": ("x", "<br>"), "rules": ("", "<hr>"), "images": ("", "<img src=a{i}.png>"),
    "links by the thousand": ("", "<a href=/story/{i}>Story {i}</a> "), "links without text": ("", "<a href=/{i}></a>"), "links to everywhere": ("", "<a href=https://site{i}.example/>x</a> "),
    "headings": ("", "<h2>Why {i} things matter</h2>"), "paragraphs of a letter": ("", "<p>x"), "empty paragraphs": ("", "<p></p>"), "inline elements round each letter": ("", "<i>x</i>"),
    "white space": (ARTICLE, " \n\t"), "one word for ever": ("<p>", "a"), "entities": ("<p>", "&amp;"), "entities without end": ("<p>", "&amp"), "numeric entities out of range": ("<p>", "&#x110000;"),
    "entities of null": ("<p>", "&#0;"), "entities of surrogates": ("<p>", "&#xD800;"), "entity names that go on": ("<p>&", "a"), "hidden divs": ("", "<div style=display:none>x</div>"),
    "hidden in hidden": ("", "<div hidden>x"), "bylines": ("", "<p class=byline>By Ann Example</p>"), "comment sections": ("", "<div class=comments>x"), "times": ("", "<time datetime=2020-01-01>x</time>"),
    "blockquotes": ("", "<blockquote>x"), "details": ("", "<details><summary>x"), "labels and inputs": ("", "<label>x<input type=email>"), "audio and video": ("", "<video><source src=a>"),
    "areas": ("", "<map><area href=/{i}>"), "marquees": ("", "<marquee>x"), "nobr": ("", "<nobr>x"), "center": ("", "<center>x"), "main elements": ("", "<main>x"), "articles": ("", "<article>x"),
    "rules that hide": ("<style>", ".n{i}{display:none}"), "one rule for many names": ("<style>.a", ",.n{i}"), "style sheets within one another": ("<style>", "@media x{"), "many style sheets": ("", "<style>.a{display:none}</style><p class=a>x"),
    "dialogs": ("", "<dialog open>x"), "slots and shadows": ("", "<div><template shadowrootmode=open>x</template></div>"), "fieldsets": ("", "<fieldset><legend>x"),
}  # fmt: skip

# Markup in which a counter of tags that is no parser sees fewer elements open than a parser does.
_DEEP = "<div>" * 60
MISREAD = {
    "an element begun in a text field": ("", f"<textarea><section></textarea>{_DEEP}a </section>"), "an element ended in a text field": ("", "<div><textarea></div></textarea>"),
    "an element begun in a title": ("", f"<title><section></title>{_DEEP}a </section>"), "divs out of a drawing": ("", f"<svg>{_DEEP}a</svg>"), "divs that a form leaves open": ("", f"<form>{_DEEP}a</form>"),
    "divs in a script of a drawing": ("<svg><script>", "<div>a"), "divs in a style of a drawing": ("<svg><style>", "<div>a"), "shapes behind a drawing that a paragraph ended": ("<svg></p>", "<path/>a"),
    "shapes in the description of a drawing": ("<svg><desc>", "<path/>a"), "shapes behind a drawing in a text field": ("<textarea><svg></textarea>", "<path/>a"), "divs that close themselves": ("<svg>", "<div/>a"),
    "shapes whose stroke is a value": ("<svg>", "<path a= />a"), "a div ended in an attribute": ("", '<div a="></div>">'), "a div ended in the second attribute": ("", '<div a=">" b="></div>">'),
    "divs in an attribute that is none": ('<x =">', "<div>a", '">'), "divs in a value that is none": ('<x a==">', "<div>a", '">'), "divs behind an empty comment": ("<!-->", "<div>a"), "divs behind a comment ended with !": ("<!-- --!>", "<div>a"),
    "a div ended in an instruction": ("", "<div><?</div>"), "a div ended in an end tag of nothing": ("", "<div></ </div>"), "groups ended in cdata": ("<svg>", "<g><![CDATA[</g>]]>"),
    "a div ended in a script behind the end of a style": ("", "<div><script></style></div></script>"), "a div ended behind the end of another script": ("", "<div><script></scriptx></div></script>"),
    "a div ended in a script in a script": ("", "<div><script><!--<script></script></div></script>"), "divs behind a script in a text field": ("<textarea><script></textarea>", "<div>a"),
    "headings and items in turn": ("", "<h1><li>"), "cells without rows in a drawing": ("<svg>", "<g><tr>"), "divs in a list of options, behind a style": ("<select><style>", "<div>a"), "divs in frames, behind a style": ("<frameset/><style>", "<mtext/><a>"),
    "spans ended within items": ("", "<span><li></span>"),
}  # fmt: skip

# -- text: what makes patterns slow or offsets wrong ----------------------------------------------------------------------

TEXT = {
    "spaces between letters": "a ", "commas": ",", "full stops": ".", "question marks": "?", "exclamation marks": "! ", "quotation marks": '"', "curly quotation marks": "“", "closing quotation marks": "”",
    "apostrophes": "'", "parentheses": "(", "brackets": "[", "dashes": "—", "hyphens": "a-", "slashes": "a/", "digits": "1", "digits and commas": "1,", "digits and dots": "1.", "dollars": "$1 ",
    "percent": "5% ", "at signs": "a@", "mail addresses": "a@b.c ", "hash tags": "#tag ", "mentions": "@name ", "urls": "http://a.b/ ", "urls run together": "http://", "dots in a host": "www.", "by by by": "by ",
    "names": "Ann Example ", "capitals": "SHOUT ", "one capital letter": "A", "initials": "A. ", "abbreviations": "e.g. ", "ellipses": "… ", "said": '"yes," he said. ', "according to": "according to ",
    "dates": "May 3, 2021 ", "times of day": "12:30 ", "years": "2020 ", "list numbers": "1. x\n", "bullets": "• x\n", "lines of a letter": "x\n", "empty lines": "\n", "carriage returns": "x\r", "form feeds": "x\f",
    "vertical tabs": "x\v", "line separators": "x\u2028", "next lines": "x\x85", "no-break spaces": "x\u00a0", "ideographic spaces": "x\u3000", "thin spaces": "x\u2009", "zero-width spaces": "x\u200b",
    "zero-width joiners": "x\u200d", "word joiners": "x\u2060", "soft hyphens": "x\u00ad", "byte order marks": "x\ufeff", "right to left": "\u202ex", "left to right isolates": "\u2066x", "variation selectors": "x\ufe0f",
    "tags nobody sees": "x\U000e0041", "combining marks on one letter": "\u0301", "letters with towers": "e" + "\u0301" * 40, "hangul jamo": "\u1100\u1161", "arabic": "\u0627\u0644 ", "hebrew": "\u05d0\u05d1 ",
    "chinese without spaces": "\u4e2d\u6587", "chinese sentences": "\u4e2d\u6587\u3002", "japanese": "\u3042\u30a2", "thai without spaces": "\u0e01\u0e32", "emoji": "😀", "emoji of families": "👨\u200d👩\u200d👧", "flags": "🇩🇪",
    "mathematical letters": "𝐛𝐨𝐥𝐝 ", "fullwidth letters": "\uff21\uff22 ", "ligatures that grow": "\ufdfa", "sharp s": "ß", "dotted capital i": "\u0130", "long s": "\u017f", "cyrillic look-alikes": "\u0430\u0435\u043e ",
    "private use": "\ue000", "unassigned": "\u0378", "noncharacters": "\uffff", "replacement characters": "\ufffd", "null characters": "x\0", "control characters": "x\x01", "escape sequences": "\x1b[31mx", "lone high surrogates": "x\ud800",
    "lone low surrogates": "x\udc00", "surrogates the wrong way round": "\udc00\ud800", "escaped bytes": "\udce9", "formulas": "=cmd|' /C calc'!A0\n", "markup in text": "<b>x", "entities in text": "&lt;", "templates": "{{x}} ",
    "subscribe": "Subscribe to our newsletter! ", "follow us": "Follow us on Facebook ", "you may also like": "You may also like\n", "read more": "Read more: Why {i} things\n", "sources": "BBC\nReuters\nCNN\n",
    "cookies": "We use cookies. ", "comments": "Ann says:\nReply\n", "one word again": "word ", "one sentence again": PROSE, "one line again": PROSE + "\n", "words never seen": "w{i}x ", "long words": "w" * 500 + " ",
    "tabs": "a\tb\t", "pipes": "a | b | ", "breadcrumbs": "Home > News > ", "underscores": "_", "stars": "*", "backslashes": "\\", "percent escapes": "%41%", "base64": "QUJDRA==", "json": '{"a":', "csv": '"a","b"\n',
}  # fmt: skip

# -- what a page says of itself -------------------------------------------------------------------------------------------


def _ld(data: str) -> Callable[[int], str]:
    return lambda size: f"<script type=application/ld+json>{data}</script>{ARTICLE}"


SELF = {
    "json-ld nested deep": lambda size: _ld("[" * size + "]" * size)(size), "json-ld never closed": lambda size: _ld("[" * size)(size), "json-ld objects in objects": lambda size: _ld('{"a":' * (size // 5))(size),
    "json-ld of one long text": lambda size: _ld(json.dumps({"@type": "Article", "headline": "a" * size}))(size), "json-ld of many authors": lambda size: _ld(json.dumps({"@type": "Article", "author": [{"name": f"A{i}"} for i in range(size // 20)]}))(size),
    "json-ld of many types": lambda size: _ld(json.dumps([{"@type": f"T{i}"} for i in range(size // 20)]))(size), "json-ld graph of itself": _ld('{"@id":"#a","@graph":[{"@id":"#a"}]}'), "json-ld of numbers": _ld("1e999"),
    "json-ld of a long number": lambda size: _ld("9" * size)(size), "json-ld of null": _ld("null"), "json-ld author is null": _ld('{"@type":"Article","author":null}'), "json-ld author is a number": _ld('{"@type":"Article","author":5}'),
    "json-ld author in lists in lists": _ld('{"@type":"Article","author":[[[["x"]]]]}'), "json-ld author is true": _ld('{"@type":"Article","author":{"name":true}}'), "json-ld type is an object": _ld('{"@type":{"a":1}}'),
    "json-ld with a bad escape": _ld('{"@type":"\\ud800"}'), "json-ld with nulls": _ld('{"@type":"a\\u0000b"}'), "json-ld with NaN": _ld('{"@type":"Article","author":NaN}'), "json-ld that is empty": _ld(""),
    "json-ld scripts by the thousand": _fill("", "<script type=application/ld+json>{}</script>", ARTICLE), "json-ld in a comment": _ld('<!-- {"@type":"Article"} -->'), "json-ld of dates": _ld('{"@type":"Article","datePublished":"0000-99-99T99:99"}'),
    "json-ld date is a list": _ld('{"@type":"Article","datePublished":[1,2]}'), "json-ld publisher is a text": _ld('{"@type":"Article","publisher":"x"}'), "meta author for ever": lambda size: f"<meta name=author content='{'a ' * (size // 2)}'>{ARTICLE}",
    "meta charset again and again": _fill("", "<meta charset=utf-7>", ARTICLE), "meta refresh": _fixed(f"<meta http-equiv=refresh content='0;url=/'>{ARTICLE}"), "language for ever": lambda size: f"<html lang='{'e' * size}'>{ARTICLE}",
    "canonical of no sense": _fixed(f"<link rel=canonical href='http://[bad'>{ARTICLE}"), "open graph title for ever": lambda size: f"<meta property=og:title content='{'a ' * (size // 2)}'>{ARTICLE}", "robots of no sense": _fixed(f"<meta name=robots content='\x00\x01'>{ARTICLE}"),
    "dates of no sense": _fixed(f"<time datetime='99999-99-99'>now</time>{ARTICLE}"), "base of no sense": _fixed(f"<base href='javascript:'><a href=x>y</a>{ARTICLE}"), "empty title": _fixed(f"<title></title>{ARTICLE}"), "only a title": _fixed("<title>Tea</title>"),
    "only a script": _fixed("<script>x</script>"), "only white space": _fixed(" \n\t "), "nothing at all": _fixed(""), "no bytes": _fixed(b""), "one letter": _fixed("x"), "one tag": _fixed("<"), "one byte": _fixed(b"\xff"), "one null": _fixed(b"\0"),
}  # fmt: skip

# -- urls -----------------------------------------------------------------------------------------------------------------

URLS = (
    "http://[bad", "http://[::1", "http://[::1]:99999/", "http://a:b:c/", "http://a:-1/", "http://a:99999999999999999999/", "http://user:pass@host@other/", "http://", "//", "///", "://", ":", "?", "#", "http:///path", "http://.", "http://..",
    "http://-a.example/", "http://a..b/", "http://xn--/", "http://xn--a-ecp.ru\x00/", "http://\u0130.example/", "http://\u2100.example/", "http://faß.example/", "http://" + "a" * 300 + ".example/", "http://" + "a." * 200, "javascript:alert(1)", "data:text/html,<p>x",
    "data:;base64," + "QUJD" * 9000, "mailto:a@b@c", "file:///etc/passwd", "ftp://a/", "about:blank", "blob:x", "http://127.0.0.1:22/", "http://0x7f.1/", "http://1.2.3.4.5/", "http://a/%", "http://a/%zz", "http://a/%00", "http://a/\n", "http://a/\ud800",
    "http://a/?" + "a=1&" * 9000, "http://a/#" + "#" * 9000, "http://a/" + "../" * 9000, "http://a/" + "x" * 1_000_000, "\\\\server\\share", "http:\\\\a\\b", " http://a/ ", "HTTP://A.EXAMPLE/", "http://a.example:/", "http://com/", "http://co.uk/", "http://*.ck/",
)  # fmt: skip


# -- bytes ----------------------------------------------------------------------------------------------------------------

_WORLD = {
    "windows-1251": "Совет собрался во вторник. ", "koi8-r": "Совет собрался во вторник. ", "ibm866": "Совет собрался во вторник. ", "gbk": "市议会星期二开会讨论桥梁。", "gb18030": "市议会星期二开会讨论桥梁。", "big5": "市議會星期二開會討論橋樑。",
    "shift_jis": "市議会は火曜日に会合した。", "euc-jp": "市議会は火曜日に会合した。", "iso-2022-jp": "市議会は火曜日に会合した。", "euc-kr": "시의회는 화요일에 만났다. ", "windows-1252": "Der Rat größer café naïve “so” – ",
    "iso-8859-1": "Der Rat größer café naïve ", "iso-8859-2": "Rada miejska zebrała się we wtorek żółć ", "iso-8859-7": "Το συμβούλιο συνεδρίασε ", "windows-1255": "המועצה נפגשה ביום שלישי ", "windows-1256": "اجتمع المجلس يوم الثلاثاء ", "cp874": "สภาเมืองประชุม ",
    "utf-8": "größer café 市议会 😀 ", "utf-16-le": "größer café 市议会 😀 ", "utf-16-be": "größer café 市议会 😀 ", "utf-32-le": "größer café ", "utf-7": "größer café ", "mac-roman": "größer café ", "cp037": "THE COUNCIL MET ",
}  # fmt: skip
LABELS = (
    "utf-8", "iso-8859-1", "windows-1251", "gb2312", "shift_jis", "utf-16", "utf-7", "punycode", "idna", "unicode_escape", "rot13", "hex", "zlib", "undefined", "mbcs", "x-user-defined", "../../etc/passwd", "\0", "none", "utf-8; q=1", '"utf-8"', "a" * 40,
)  # fmt: skip


def _encoded(codec: str, label: str) -> bytes:
    body = f"<html><head><meta charset='{label}'><title>T</title></head><body><p>{_WORLD[codec] * 40}</p>"
    return body.encode(codec, "replace")


def _mixed(first: str, second: str) -> bytes:
    return f"<meta charset={first}><p>{_WORLD[first] * 20}".encode(first) + f"<p>{_WORLD[second] * 20}".encode(second)


def _bytes() -> Iterator[tuple[str, Callable[[int], str | bytes]]]:
    for codec in _WORLD:
        yield f"{codec} with its own label", _fixed(_encoded(codec, codec))
        yield f"{codec} labelled utf-8", _fixed(_encoded(codec, "utf-8"))
        yield f"{codec} without a label", _fixed(f"<html><body><p>{_WORLD[codec] * 40}</p>".encode(codec, "replace"))
    for label in LABELS:
        yield f"Latin letters labelled {label[:20]!r}", _fixed(_encoded("iso-8859-1", label))
    for first, second in (
        ("utf-8", "iso-8859-1"),
        ("utf-8", "windows-1251"),
        ("gbk", "utf-8"),
        ("shift_jis", "euc-jp"),
        ("iso-8859-1", "utf-8"),
    ):
        yield f"{first}, then {second}", _fixed(_mixed(first, second))
    page = ARTICLE.encode()
    yield "utf-16 with a mark, cut in a letter", _fixed(ARTICLE.encode("utf-16")[:-1])
    yield "utf-8 mark and utf-16", _fixed(b"\xef\xbb\xbf" + ARTICLE.encode("utf-16-le"))
    yield "two marks", _fixed(b"\xef\xbb\xbf\xef\xbb\xbf" + page)
    yield "utf-8 cut in a letter", _fixed(("<p>" + "é" * 500).encode()[:-1])
    yield "overlong utf-8", _fixed(b"<p>" + b"\xc0\xbcscript\xc0\xbe" * 200)
    yield "utf-8 of surrogates", _fixed(b"<p>" + b"\xed\xa0\x80" * 500)
    yield "five-byte utf-8", _fixed(b"<p>" + b"\xf8\x88\x80\x80\x80" * 500)
    yield "bytes of every value", _fixed(b"<p>" + bytes(range(256)) * 50)
    yield "continuation bytes only", lambda size: b"<p>" + b"\x80" * size
    yield "lead bytes only", lambda size: b"<p>" + b"\xc3" * size
    yield "nulls between letters", _fixed(b"\0".join(page[i : i + 1] for i in range(len(page))))
    yield "nulls after the page", lambda size: page + b"\0" * size
    yield "nulls before the page", lambda size: b"\0" * 3000 + page
    yield "random bytes", lambda size: np.random.default_rng(1).bytes(size)
    yield "random bytes in a paragraph", lambda size: b"<p>" + np.random.default_rng(2).bytes(size)
    gz, zst = gzip.compress(page), zstandard.compress(page)
    bomb = gzip.compress(b"<p>" + b"a " * 20_000_000)
    yield from (
        ("left in gzip", _fixed(gz)), ("left in zlib", _fixed(zlib.compress(page))), ("left in zstd", _fixed(zst)), ("gzip in gzip", _fixed(gzip.compress(gz))), ("zstd in gzip", _fixed(gzip.compress(zst))),
        ("gzip cut off", _fixed(gz[: len(gz) // 2])), ("gzip with a bad sum", _fixed(gz[:-8] + b"\0" * 8)), ("gzip damaged in the middle", _fixed(gz[:60] + b"\xff\xff\xff" + gz[63:])), ("gzip head only", _fixed(gz[:10])), ("gzip of two members", _fixed(gz + gz)),
        ("gzip with a tail", _fixed(gz + b"tail")), ("gzip members by the thousand", lambda size: gzip.compress(b"a") * (size // 21)), ("gzip of nothing", _fixed(gzip.compress(b""))), ("gzip in gzip without end", _fixed(_nest(gzip.compress, page, 40))), ("gzip bomb", _fixed(bomb)),
        ("gzip bomb in gzip", _fixed(gzip.compress(bomb))), ("zlib bomb", _fixed(zlib.compress(b"<p>" + b"a" * 40_000_000))), ("zstd bomb", _fixed(zstandard.compress(b"<p>" + b"a" * 40_000_000))), ("zstd cut off", _fixed(zst[: len(zst) // 2])),
        ("zstd damaged", _fixed(zst[:20] + b"\xff\xff" + zst[22:])), ("zstd that asks for a huge window", _fixed(b"\x28\xb5\x2f\xfd\x00\xf8" + b"\0" * 60)), ("zlib's head before text", _fixed(b"\x78\x9cis no zlib, but text")),
    )  # fmt: skip
    for magic in (b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"PK\x03\x04", b"\x7fELF", b"MZ\x90\0", b"\x00\x00\x01\x00", b"ID3", b"BZh91AY", b"wOF2", b"PAR1", b"\xd0\xcf\x11\xe0", b"SQLite format 3\0", b"\xfd7zXZ\0"):
        yield f"no page: {magic[:5]!r}", _fixed(magic + bytes(range(256)) * 8)  # fmt: skip


def _nest(pack: Callable[[bytes], bytes], data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = pack(data)
    return data


def _pages() -> Iterator[tuple[str, Trick]]:
    for name, parts in (MARKUP | MISREAD).items():
        yield f"markup: {name}", Trick(_fill(*parts))
    for name, unit in TEXT.items():
        yield f"text: {name}", Trick(_fill("", unit), "text")
        yield f"text in html: {name}", Trick(_fill("<h1>A headline of five words</h1><p>", unit, "</p>" + ARTICLE))
    for name, make in SELF.items():
        yield f"self: {name}", Trick(make)
    for url in URLS:
        yield f"url: {url[:30]!r} of {len(url)}", Trick(_fixed(ARTICLE), url=url)
        yield f"href: {url[:30]!r} of {len(url)}", Trick(_fixed(ARTICLE + f'<p><a href="{url}">a link</a> and <img src="{url}">'))  # fmt: skip
    for name, make in _bytes():
        yield f"bytes: {name}", Trick(make)
        if name.startswith(("random", "nulls", "left", "lead")):
            yield f"bytes as text: {name}", Trick(make, "text")


PAGES: Mapping[str, Trick] = dict(_pages())


# -- files ----------------------------------------------------------------------------------------------------------------

GOOD = {"id": "good", "html": ARTICLE}


def warc_record(
    body: bytes, *, kind: str = "response", headers: str = "", length: int | None = None, http: bytes | None = None
) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" if http is None else http
    block = head + body if kind == "response" else body
    size = len(block) if length is None else length
    content = "application/http; msgtype=response" if kind == "response" else "text/plain"
    lines = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://example.org/\r\n{headers}Content-Type: {content}\r\nContent-Length: {size}\r\n\r\n"
    return lines.encode("utf-8", "replace") + block + b"\r\n\r\n"


_PAGE = ARTICLE.encode()
_SOUND = warc_record(_PAGE)


def _http(*lines: str) -> bytes:
    return "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: text/html", *lines, "", "")).encode()


WARC: dict[str, tuple[Callable[[], bytes], int]] = {
    "sound": (lambda: _SOUND * 3, 3), "cut in the body": (lambda: _SOUND * 2 + _SOUND[:-400], 3), "cut in the head": (lambda: _SOUND * 2 + _SOUND[:30], 3), "zeros between records": (lambda: _SOUND + b"\0" * 999 + _SOUND, -1),
    "rubbish between records": (lambda: _SOUND + b"rubbish\r\n" * 99 + _SOUND, -1), "length too small": (lambda: warc_record(_PAGE, length=60) + _SOUND, -1), "length too large": (lambda: warc_record(_PAGE, length=9_999) + _SOUND * 5, -1),
    "length of four gigabytes": (lambda: warc_record(_PAGE, length=4_294_967_296) + _SOUND, -1), "length of two to the 63": (lambda: warc_record(_PAGE, length=2**63) + _SOUND, -1), "negative length": (lambda: warc_record(_PAGE, length=-5) + _SOUND, -1),
    "no length": (lambda: b"WARC/1.0\r\nWARC-Type: response\r\n\r\n" + _SOUND, -1), "two lengths": (lambda: warc_record(_PAGE, headers="Content-Length: 3\r\n") + _SOUND, -1), "header without colon": (lambda: warc_record(_PAGE, headers="nocolon\r\n"), 1),
    "header for ever": (lambda: warc_record(_PAGE, headers="X: " + "a" * 500_000 + "\r\n"), -1), "headers by the thousand": (lambda: warc_record(_PAGE, headers="X: a\r\n" * 20_000), -1), "headers with nulls": (lambda: warc_record(_PAGE, headers="X: \0\r\n"), -1),
    "headers of no charset": (lambda: warc_record(_PAGE).replace(b"http://example.org/", b"http://\xff\xfe/"), -1), "url of a megabyte": (lambda: warc_record(_PAGE).replace(b"example.org", b"a" * 1_000_000), -1), "no http": (lambda: warc_record(_PAGE, http=b""), 1),
    "http status of no sense": (lambda: warc_record(_PAGE, http=b"HTTP/1.1 abc\r\n\r\n"), -1), "http headers that never end": (lambda: warc_record(b"", http=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 99_999), -1), "gzip body": (lambda: warc_record(gzip.compress(_PAGE), http=_http("Content-Encoding: gzip")), 1),
    "gzip body without a word": (lambda: warc_record(gzip.compress(_PAGE)), 1), "gzip bomb as body": (lambda: warc_record(gzip.compress(b"a " * 30_000_000), http=_http("Content-Encoding: gzip")), 1), "gzip body cut off": (lambda: warc_record(gzip.compress(_PAGE)[:99], http=_http("Content-Encoding: gzip")), 1),
    "zstd body": (lambda: warc_record(zstandard.compress(_PAGE), http=_http("Content-Encoding: zstd")), 1), "zstd bomb as body": (lambda: warc_record(zstandard.compress(b"a " * 30_000_000), http=_http("Content-Encoding: zstd")), 1),
    "deflate body": (lambda: warc_record(zlib.compress(_PAGE)[2:-4], http=_http("Content-Encoding: deflate")), 1), "brotli that is none": (lambda: warc_record(b"\x8b\x00\x80\x03" + b"\xff" * 99, http=_http("Content-Encoding: br")), 1),
    "codings of no sense": (lambda: warc_record(_PAGE, http=_http("Content-Encoding: " + "gzip, " * 500)), 1), "chunked": (lambda: warc_record(b"5\r\n<p>Te\r\n1\r\na\r\n0\r\n\r\n", http=_http("Transfer-Encoding: chunked")), 1),
    "chunk of two gigabytes": (lambda: warc_record(b"7fffffff\r\n<p>Tea", http=_http("Transfer-Encoding: chunked")), 1), "chunks by the thousand": (lambda: warc_record(b"1\r\na\r\n" * 50_000, http=_http("Transfer-Encoding: chunked")), 1),
    "charset of no sense": (lambda: warc_record(_PAGE, http=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=punycode\r\n\r\n"), 1), "charset for ever": (lambda: warc_record(_PAGE, http=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=" + b"a" * 99_999 + b"\r\n\r\n"), 1),
    "image that says it is a page": (lambda: warc_record(b"\x89PNG\r\n\x1a\n" + bytes(999)), 1), "only requests": (lambda: warc_record(b"GET / HTTP/1.1\r\n\r\n", kind="request") * 5, 0), "unknown type": (lambda: warc_record(_PAGE, kind="nonsense") + _SOUND, 1),
    "version of no sense": (lambda: _SOUND + b"WARC/9.9\r\n" + _SOUND, -1), "lines without returns": (lambda: _SOUND.replace(b"\r\n", b"\n"), -1), "wet": (lambda: warc_record(PROSE.encode() * 5, kind="conversion") * 2, 2), "wet with nulls": (lambda: warc_record(b"a\0" * 999, kind="conversion"), 1),
    "empty bodies": (lambda: warc_record(b"") * 5, 5), "a record in a record": (lambda: warc_record(_SOUND) + _SOUND, 2), "only a head": (lambda: b"WARC/1.0\r\n\r\n", 0), "only the word": (lambda: b"WARC/", -1),
}  # fmt: skip

_LINE = json.dumps(GOOD).encode()
JSONL: dict[str, tuple[Callable[[], bytes], int]] = {
    "sound": (lambda: b"\n".join([_LINE] * 3), 3), "cut in a line": (lambda: _LINE + b"\n" + _LINE[:50], 2), "not json": (lambda: _LINE + b"\nthis is not json\n" + _LINE, 3), "nested deep": (lambda: _LINE + b"\n" + b"[" * 200_000 + b"\n" + _LINE, 3),
    "objects in objects": (lambda: _LINE + b"\n" + b'{"a":' * 100_000 + b"\n" + _LINE, 3), "lone surrogates": (lambda: _LINE + b'\n{"html":"<p>\\ud800 x","id":"\\udfff","url":"\\ud800"}', 2), "null html": (lambda: _LINE + b'\n{"html":null}', 2),
    "html is a number": (lambda: _LINE + b'\n{"html":5}', 2), "html is a list": (lambda: _LINE + b'\n{"html":["a"]}', 2), "html is an object": (lambda: _LINE + b'\n{"html":{"a":1}}', 2), "id is an object": (lambda: _LINE + b'\n{"html":"a","id":{"a":1}}', 2),
    "url is a list": (lambda: _LINE + b'\n{"html":"a","url":[1]}', 2), "huge numbers": (lambda: _LINE + b'\n{"html":"a","id":' + b"9" * 5000 + b"}", 2), "infinite numbers": (lambda: _LINE + b'\n{"html":"a","id":1e999}', 2), "NaN": (lambda: _LINE + b'\n{"html":"a","id":NaN}', 2),
    "the same key twice": (lambda: _LINE + b'\n{"html":"a","html":"b"}', 2), "no page in a row": (lambda: _LINE + b'\n{"other":"a"}', 2), "an array": (lambda: _LINE + b"\n[1,2]", 2), "a text": (lambda: _LINE + b'\n"text"', 2), "null": (lambda: _LINE + b"\nnull", 2),
    "empty lines": (lambda: b"\n\n\n".join([_LINE] * 3), 3), "carriage returns": (lambda: b"\r\n".join([_LINE] * 3), 3), "byte order mark": (lambda: b"\xef\xbb\xbf" + _LINE, 1), "bytes of no charset": (lambda: _LINE + b'\n{"html":"\xff\xfe\xe9"}', 2), "nulls": (lambda: _LINE + b"\n\0\0\0\n" + _LINE, 3),
    "two objects on a line": (lambda: _LINE + _LINE + b"\n" + _LINE, 2), "a comma after each line": (lambda: _LINE + b",\n" + _LINE + b",\n", 2), "keys by the thousand": (lambda: json.dumps({**GOOD, **{f"k{i}": i for i in range(20_000)}}).encode(), 1), "a page of four megabytes": (lambda: json.dumps({"html": "<p>" + "word " * 800_000}).encode(), 1),
    "html and text": (lambda: json.dumps({"html": "", "text": PROSE * 5}).encode(), 1), "escapes for ever": (lambda: b'{"html":"' + b"\\u0041" * 100_000 + b'"}', 1),
}  # fmt: skip


def _csv(*rows: list[str]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode("utf-8", "surrogateescape")


CSV: dict[str, tuple[Callable[[], bytes], int]] = {
    "sound": (lambda: _csv(["id", "html"], ["a", ARTICLE], ["b", ARTICLE]), 2), "a quote that never ends": (lambda: _csv(["id", "html"], ["a", "x"]) + b'b,"never ends\n' + b"a,b\n" * 1000, -1), "too many columns": (lambda: b"id,html\na,b,c\nd,e\n", 2), "too few columns": (lambda: b"id,html\na\nd,e\n", 2),
    "nulls": (lambda: b"id,html\na,\0\nb,c\n", 2), "bytes of no charset": (lambda: b"id,html\na,\xff\xe9\xfe\nb,c\n", 2), "a field of a megabyte": (lambda: _csv(["id", "html"], ["a", "x" * 1_000_000]), 1), "only a header": (lambda: b"id,html\n", 0), "two columns of one name": (lambda: b"html,html\na,b\n", 1),
    "utf-16": (lambda: "id,html\na,b\n".encode("utf-16"), 1), "byte order mark": (lambda: b"\xef\xbb\xbfid,html\na,b\n", 1), "tabs": (lambda: b"id\thtml\na\tb\n", 1), "carriage returns only": (lambda: b"id,html\ra,b\r", -1), "quotes within": (lambda: b'id,html\na,x"y"z\n', 1), "quote after quote": (lambda: b"id,html\na," + b'"' * 100_001 + b"\n", -1),
    "lines in a field": (lambda: _csv(["id", "html"], ["a", "x\n" * 50_000]), 1), "formulas": (lambda: _csv(["id", "html", "url"], ["=1+1", ARTICLE, "@SUM(A1)"]), 1), "columns by the thousand": (lambda: (",".join(["html", *(f"c{i}" for i in range(9999))]) + "\n" + "," * 9999 + "\n").encode(), 1), "empty lines": (lambda: b"id,html\n\n\na,b\n", 1),
    "empty fields": (lambda: b"id,html\n,\n,\n", 2), "a header for ever": (lambda: b"html," + b"a" * 1_000_000 + b"\nx,y\n", 1),
}  # fmt: skip


def _parquet(columns: dict[str, Any], **options: Any) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, **options)
    return file.getvalue()


def _arrays() -> dict[str, tuple[Callable[[], bytes], int]]:
    import pyarrow as pa

    def sound() -> bytes:
        return _parquet({"id": ["a", "b"], "html": [ARTICLE, ARTICLE]})

    return {
        "sound": (sound, 2), "cut in the middle": (lambda: sound()[:200], -1), "cut at the end": (lambda: sound()[:-1], -1), "only the mark": (lambda: b"PAR1", -1), "only both marks": (lambda: b"PAR1PAR1", -1), "footer of no sense": (lambda: sound()[:-40] + b"\xff" * 32 + sound()[-8:], -1),
        "footer longer than the file": (lambda: sound()[:-8] + b"\xff\xff\xff\x7fPAR1", -1), "data of no sense": (lambda: sound()[:10] + b"\xff" * 30 + sound()[40:], -1), "nulls for pages": (lambda: _parquet({"html": pa.array([None, None], pa.string())}), 2), "a column of nothing": (lambda: _parquet({"html": pa.nulls(2)}), 2),
        "bytes of no charset": (lambda: _parquet({"html": [b"<p>\xff\xfe\xe9" * 50]}), 1), "numbers for pages": (lambda: _parquet({"html": [1, 2]}), 0), "lists for pages": (lambda: _parquet({"html": [["a"]]}), 0), "an empty table": (lambda: _parquet({"html": pa.array([], pa.string())}), 0), "no column of pages": (lambda: _parquet({"other": ["a"]}), 0),
        "dictionaries": (lambda: _parquet({"html": pa.array([ARTICLE] * 50).dictionary_encode()}), 50), "one page a thousand times": (lambda: _parquet({"html": [ARTICLE * 100] * 1000}), 1000), "a page of eight megabytes": (lambda: _parquet({"html": ["<p>" + "word " * 1_600_000]}, compression="zstd"), 1),
        "structs for ids": (lambda: _parquet({"id": [{"a": 1}], "html": [ARTICLE]}), 1), "dates for ids": (lambda: _parquet({"id": pa.array([2**62], pa.timestamp("us")), "html": [ARTICLE]}), -1), "columns by the thousand": (lambda: _parquet({"html": [ARTICLE], **{f"c{i}": [i] for i in range(999)}}), 1),
    }  # fmt: skip


def _files() -> Iterator[tuple[str, FileTrick]]:
    for kind, tricks in (("warc", WARC), ("jsonl", JSONL), ("csv", CSV), ("parquet", _arrays())):
        for name, (make, rows) in tricks.items():
            yield f"{kind}: {name}", FileTrick(kind, make, rows)
    for name, (make, rows) in WARC.items():
        yield f"warc.gz: {name}", FileTrick("warc.gz", _packed(make), rows if name in ("sound", "only requests", "only a head") else -1)
    for kind in ("warc", "jsonl", "csv", "parquet", "html", "txt"):
        data = {"warc": _SOUND, "jsonl": _LINE, "csv": _csv(["html"], [ARTICLE]), "html": _PAGE, "txt": PROSE.encode() * 5}
        content = data.get(kind) or _parquet({"html": [ARTICLE]})
        gz, zst = gzip.compress(content), zstandard.compress(content)
        for name, packed, ending, rows in (("gzip", gz, "gz", 1), ("zstd", zst, "zst", 1), ("gzip cut off", gz[: len(gz) // 2], "gz", -1), ("zstd cut off", zst[: len(zst) // 2], "zst", -1), ("zstd damaged", zst[:12] + b"\xff" * 9 + zst[21:], "zst", -1)):  # fmt: skip
            yield f"{kind} in {name}", FileTrick(f"{kind}.{ending}", _just(packed), rows)
        yield f"{kind} by another name", FileTrick("bin", _just(content), 1)
    yield "empty file", FileTrick("html", _just(b""), -1)
    yield "nulls in a file", FileTrick("html", _just(b"\0" * 70_000), -1)
    yield "a warc record that is a gzip bomb", FileTrick("warc.gz", lambda: gzip.compress(warc_record(b"a " * 50_000_000)) + gzip.compress(_SOUND), 2)  # fmt: skip
    yield "a jsonl line that is a gzip bomb", FileTrick("jsonl.gz", lambda: gzip.compress(b'{"html":"' + b"a" * 100_000_000) + gzip.compress(b'"}\n' + _LINE), -1)  # fmt: skip


def _just(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _packed(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Each record a gzip member of its own, as archives are."""
    return lambda: b"".join(gzip.compress(b"WARC/" + part) for part in make().split(b"WARC/")[1:])


FILES: Mapping[str, FileTrick] = dict(_files())


# -- models ---------------------------------------------------------------------------------------------------------------


def _npz(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return file.getvalue()


def npy(shape: str, dtype: str = "<f8", data: bytes = b"") -> bytes:
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + data


def _heads(**changed: bytes) -> bytes:
    heads = ("low", "high", "clickbait", "aggregation", "promotion", "unrelated", "farm")
    names = [f"{head}_{part}" for head in heads for part in ("edges", "values", "steps", "intercept")]
    return _npz(**{name: changed.get(name, npy("(0,)")) for name in names})


MODELS: Mapping[str, tuple[str, bytes | dict[str, Any]]] = {
    # what takes the place of the tables (with their right hash), or of parts of model.json
    "no tables": ("tables", b""), "tables that are no archive": ("tables", b"\0" * 999), "an archive of nothing": ("tables", _npz()), "an archive cut off": ("tables", _npz(low_edges=npy("(0,)"))[:-9]), "arrays of other names": ("tables", _npz(a=npy("(0,)"))), "arrays of nothing": ("tables", _heads()),
    "pickled arrays": ("tables", _heads(low_steps=npy("(1,)", "|O", b"cos\nsystem\n(S'true'\ntR."))), "an array of terabytes": ("tables", _heads(low_steps=npy("(1099511627776,)"))), "an array of a negative size": ("tables", _heads(low_steps=npy("(-1,)"))), "an array of many axes": ("tables", _heads(low_steps=npy("(" + "1," * 64 + ")"))),
    "an array of text": ("tables", _heads(low_steps=npy("(1,)", "<U4", b"\0" * 16))), "an array of NaN": ("tables", _heads(low_steps=npy("(1,)", "<f8", np.float64("nan").tobytes()))), "steps without end": ("tables", _heads(low_steps=npy("(1,)", "<f8", np.float64(1e300).tobytes()))),
    "a head of no sense": ("tables", _heads(low_steps=b"\x93NUMPY\x01\x00\x20\x00" + b"(" * 32)), "a head nested deep": ("tables", _heads(low_steps=npy("(" * 200 + ")" * 200))), "a zip bomb of zeros": ("tables", _heads(low_edges=npy("(40000000,)", "<f8", bytes(320_000_000)))),
    "another format": ("json", {"format": 99}), "features that are a text": ("json", {"features": "x"}), "features that are null": ("json", {"features": None}), "a feature that is unknown": ("json", {"features": [{"name": "os.system", "version": 1, "direction": 0}]}), "no features": ("json", {"features": []}),
    "a feature without a version": ("json", {"features": [{"name": "words"}]}), "calibration of text": ("json", {"calibration": "x"}), "calibration of nothing": ("json", {"calibration": {}}), "thresholds of nothing": ("json", {"thresholds": {}}), "a name of no sense": ("json", {"name": None}), "a hash of no sense": ("json", {"tables_sha256": 5}),
    "base rates of nothing": ("json", {"base_rates": None}), "json that is a list": ("whole", b"[]"), "json that is cut off": ("whole", b'{"format": 1'), "json nested deep": ("whole", b"[" * 100_000), "json of nothing": ("whole", b""), "json of bytes": ("whole", b"\xff\xfe"), "json of infinite numbers": ("whole", b'{"format": 1e999}'), "json too large": ("whole", b" " * 5_000_001 + b"{}"),
}  # fmt: skip
