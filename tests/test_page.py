"""Is what a reader of the page sees what `Page` holds: its letters, its blocks, its links, its words about itself?"""

from __future__ import annotations

import dataclasses
import gzip
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from scorer.charset import MAX_BYTES, decode, inflate
from scorer.fold import INVISIBLE, clean, fold
from scorer.html import MAX_LINKS, MAX_NODES
from scorer.page import Page
from scorer.text import MAX_LINES, MAX_TEXT
from scorer.zones import Zone

URL = "https://www.example.org/a"
GERMAN = "Überall blühen Äpfel – „schön“, sagt Frau Größmann. Preis: 5 €."
JAPANESE = "古い橋は二年間の修理を終え、月曜日に再び歩行者に開放された。市は費用を公表していない。"
CHINESE = "市政府星期一宣布，旧桥在维修两年之后重新向行人开放，工程师检查了每一块石头。"
RUSSIAN = "Старый мост снова открыт для пешеходов после двух лет ремонта, сообщил город."


def texts(page: Page) -> list[str]:
    return [page.text[block.start : block.end] for block in page.blocks]


# -- bytes to letters -----------------------------------------------------------------------------------------------


def labelled(charset: str, text: str) -> str:
    return f"<html><head><meta charset={charset}></head><body><p>{text}</p></body></html>"


# name: the letters, the bytes, the charset of the HTTP header.
BYTES: dict[str, tuple[str, bytes, str]] = {
    "utf-8 unlabelled": (GERMAN, f"<p>{GERMAN}".encode(), ""),
    "utf-8 with byte order mark": (GERMAN, f"<p>{GERMAN}".encode("utf-8-sig"), ""),
    "windows-1252 by meta": (GERMAN, labelled("windows-1252", GERMAN).encode("cp1252"), ""),
    "windows-1252 by header": (GERMAN, f"<p>{GERMAN}".encode("cp1252"), "windows-1252"),
    "windows-1252 called iso-8859-1": (GERMAN, labelled("iso-8859-1", GERMAN).encode("cp1252"), ""),
    "windows-1252 by the old meta": (
        GERMAN,
        f"<meta http-equiv=Content-Type content='text/html; charset=windows-1252'><p>{GERMAN}".encode("cp1252"),
        "",
    ),
    "shift_jis by meta": (JAPANESE, labelled("Shift_JIS", JAPANESE).encode("shift_jis"), ""),
    "shift_jis unlabelled": (JAPANESE, f"<p>{JAPANESE * 4}".encode("shift_jis"), ""),
    "euc-jp by header": (JAPANESE, f"<p>{JAPANESE}".encode("euc_jp"), "EUC-JP"),
    "gb18030 by meta": (CHINESE, labelled("gb18030", CHINESE).encode("gb18030"), ""),
    "gb18030 called gb2312": (CHINESE, labelled("gb2312", CHINESE).encode("gb18030"), ""),
    "gb18030 unlabelled": (CHINESE, f"<p>{CHINESE * 4}".encode("gb18030"), ""),
    "windows-1251 by meta": (RUSSIAN, labelled("windows-1251", RUSSIAN).encode("cp1251"), ""),
    "koi8-r by header": (RUSSIAN, f"<p>{RUSSIAN}".encode("koi8_r"), "koi8-r"),
    "utf-16 little endian with mark": (GERMAN, b"\xff\xfe" + f"<p>{GERMAN}".encode("utf-16-le"), ""),
    "utf-16 big endian with mark": (GERMAN, b"\xfe\xff" + f"<p>{GERMAN}".encode("utf-16-be"), ""),
    "utf-16 little endian without mark": (GERMAN, f"<html><body><p>{GERMAN}".encode("utf-16-le"), ""),
    "utf-16 big endian without mark": (GERMAN, f"<html><body><p>{GERMAN}".encode("utf-16-be"), ""),
    "utf-8 labelled shift_jis": (GERMAN, labelled("shift_jis", GERMAN).encode(), ""),
    "utf-8 labelled windows-1252": (GERMAN, f"<p>{GERMAN}".encode(), "windows-1252"),
    "shift_jis labelled utf-8": (JAPANESE, labelled("utf-8", JAPANESE * 4).encode("shift_jis"), ""),
    "unknown label": (GERMAN, labelled("no-such-charset", GERMAN).encode(), ""),
    "a label that is no charset of text": (GERMAN, labelled("base64", GERMAN).encode(), "rot13"),
    "the header before the meta": (RUSSIAN, labelled("windows-1252", RUSSIAN).encode("cp1251"), "windows-1251"),
    "gzip": (GERMAN, gzip.compress(f"<p>{GERMAN}".encode()), ""),
    "zlib": (GERMAN, zlib.compress(f"<p>{GERMAN}".encode()), ""),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_are_decoded(name: str) -> None:
    letters, content, charset = BYTES[name]
    assert Page.from_html(content, URL, charset=charset).text.startswith(letters)


@pytest.mark.parametrize("name", BYTES)
def test_bytes_and_letters_give_the_same_page(name: str) -> None:
    """However a page was stored: once decoded it is the page that its letters give."""
    _, content, charset = BYTES[name]
    from_bytes = Page.from_html(content, URL, charset=charset)
    from_letters = Page.from_html(decode(inflate(content), charset), URL)
    assert from_bytes.text == from_letters.text
    assert from_bytes.zones.tolist() == from_letters.zones.tolist()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"\xff" * 500,
        b"\x1f\x8b broken gzip",
        bytes(range(256)) * 20,
        b"\xff\xfe",
        b"\xff\xfeA",
        b"\xef\xbb\xbf",
        gzip.compress(b"<p>cut short " * 900)[:60],
        b"<meta charset=utf-7>+ADw-script+AD4-",
        b"<meta charset=" + b"x" * 5000,
    ],
    ids=lambda content: repr(content[:12]),
)
def test_no_bytes_raise(content: bytes) -> None:
    page = Page.from_html(content, URL)
    assert len(page.zones) == len(page.blocks)


def test_null_bytes_are_passed_over() -> None:
    assert Page.from_html("<p>Old \0bri\0dge</p>").text == "Old bridge"
    assert Page.from_html(b"<p>Old \0bridge</p>").text == "Old bridge"
    assert Page.from_text("Old \0bridge").text == "Old bridge"


def test_a_page_cut_inside_a_character_is_still_utf_8() -> None:
    assert Page.from_html(f"<p>{GERMAN} ü".encode()[:-1]).text.startswith(GERMAN)


def test_lone_surrogates_do_no_harm() -> None:
    page = Page.from_html("<title>a\ud800b</title><p>Old \udfffbridge</p>")
    assert "Old" in page.text
    page.text.encode("utf-8")
    page.title.encode("utf-8")


# -- what is visible ------------------------------------------------------------------------------------------------

SEEN: dict[str, tuple[str, list[str]]] = {
    "paragraphs": ("<p>One<p>Two", ["One", "Two"]),
    "inline elements stay in the line": (
        "<p>An <b>old <i>stone</i></b> bri<span>dge</span></p>",
        ["An old stone bridge"],
    ),
    "block inside text splits it": ("<div>Before<p>Inside</p>After</div>", ["Before", "Inside", "After"]),
    "one break is a space": ("<p>One<br>Two</p>", ["One Two"]),
    "two breaks are a paragraph": ("<p>One<br><br>Two</p>", ["One", "Two"]),
    "a rule splits": ("<div>One<hr>Two</div>", ["One", "Two"]),
    "white space is one space": ("<p>One \n\t  two&nbsp;&nbsp;three</p>", ["One two three"]),
    "entities": ("<p>R&amp;D &lt;b&gt; &eacute; &#128512;</p>", ["R&D <b> é 😀"]),
    "cells": ("<table><tr><td>One<td>Two</table>", ["One", "Two"]),
    "list items": ("<ul><li>One<li>Two <b>three</b></ul>", ["One", "Two three"]),
    "script": ("<p>Seen<script>document.write('x')</script></p>", ["Seen"]),
    "style": ("<p>Seen<style>p { color: red }</style></p>", ["Seen"]),
    "noscript and template": ("<p>Seen<noscript>no</noscript><template><p>no</template></p>", ["Seen"]),
    "comment": ("<p>Seen<!-- no --></p>", ["Seen"]),
    "text fields": ("<p>Seen<textarea>no</textarea><select><option>no</select></p>", ["Seen"]),
    "display none": ("<p>Seen<p style='display:none'>no<p style='color:red;DISPLAY : none !important'>no", ["Seen"]),
    "display none holds for what is inside": ("<div style='display:none'><p>no<b>no</b></div><p>Seen", ["Seen"]),
    "hidden attribute": ("<p>Seen<p hidden>no<div hidden><p>no</p></div>", ["Seen"]),
    "visibility hidden": ("<p>Seen<p style='visibility:hidden'>no", ["Seen"]),
    "no size": ("<p>Seen<p style='font-size:0'>no<p style='opacity: 0'>no", ["Seen"]),
    "far outside": ("<p>Seen<p style='position:absolute; left:-9999px'>no", ["Seen"]),
    "far outside by a margin": ("<p>Seen<p style='margin-left:-9999px'>no", ["Seen"]),
    "a margin that overlaps": ("<p style='margin-top:-120px'>Seen<p style='margin-left: -300px'>too", ["Seen", "too"]),
    "inline hidden": ("<p>Seen <span style='display:none'>no</span><a hidden href=/x>no</a>too</p>", ["Seen too"]),
    "a style that hides nothing": ("<p style='display:block;opacity:0.9;left:-3px'>Seen", ["Seen"]),
    "svg": ("<p>Seen<svg><text>no</text></svg></p>", ["Seen"]),
    "image text is not shown": ("<p>Seen<img alt=no></p>", ["Seen"]),
    "title is not in the text": ("<title>no</title><p>Seen", ["Seen"]),
    "nor is one that a note in the head pushed into the body": (
        "<head><noscript>Turn on <a href=/x>scripts</a></noscript><title>no</title></head><body><p>Seen",
        ["Turn on scripts", "Seen"],
    ),
    "zero-width characters": ("<p>sub\u200bscri\u00adbe \ufeffno\u2060w</p>", ["subscribe now"]),
    "direction marks": ("<p>\u202eold\u202c \u2066bridge\u2069</p>", ["old bridge"]),
    "unknown elements stay in the line": ("<foo>One <bar>Two</bar></foo>", ["One Two"]),
    "elements of the page's own making are boxes": ("<foo>One <bar-baz>Two</bar-baz></foo>", ["One", "Two"]),
    "not shown to anybody": ("<p>Seen<p aria-hidden=true>no", ["Seen"]),
    "shown whatever programs are told": ("<p>Seen<p aria-hidden=false>too<p aria-hidden>also", ["Seen", "too", "also"]),
    "a box of one pixel": (
        "<p>Seen<p style='width:1px;height:1px;overflow:hidden'>no<p style='overflow: hidden; height: 0px'>no",
        ["Seen"],
    ),
    "a small box that lets its text out": ("<p style='height:1px'>Seen<p style='width:1px'>too", ["Seen", "too"]),
    "a box of 100 pixels": ("<p style='height:100px;overflow:hidden'>Seen", ["Seen"]),
    "a thin border hides nothing": ("<p style='border-width:1px;overflow:hidden'>Seen", ["Seen"]),
    "text in the colour of its ground": (
        "<p>Seen<p style='color:#fff;background:#fff'>no<p style='background-color: White; color: white'>no",
        ["Seen"],
    ),
    "text in another colour than its ground": (
        "<p style='color:#fff;background:#123'>Seen<p style='border-color:#fff;background:#fff'>too<p style='color:#fff'>also",
        ["Seen", "too", "also"],
    ),
    "colours written in two ways": (
        "<p>Seen<p style='color:#fff;background:#ffffff'>no<p style='color:white;background-color:rgb(255, 255, 255)'>no",
        ["Seen"],
    ),
    "colours that differ, as numbers": ("<p style='color: rgb(0, 0, 0); background-color: rgb(255, 255, 255)'>Seen", ["Seen"]),
    "hidden by the page's style sheet": (
        "<head><style>/* .s{} */ .q7x, #k { display: none }</style><style>.off{position:absolute;left:-9999px}</style></head><p>Seen it all<p class='b q7x'>no<p id=k>no<p class=off>no",
        ["Seen it all"],
    ),
    "painted over by the page's style sheet": ("<style>.w{color:#fff;background:white}.v{color:#fff;background:#000}</style><p>Seen<p class=w>no<p class=v>too", ["Seen", "too"]),
    "style sheets for other occasions": (
        "<style>@media print{.a{display:none}}.menu .b{display:none}.c{display:none}.c{display:block}.d{visibility:hidden;transition:1s}.e::before{display:none}.fg{display:none}</style>"
        "<p class=a>Seen<p class=b>by<p class=c>every<p class=d>reader<p class=e>of<p class=f>this",
        ["Seen", "by", "every", "reader", "of", "this"],
    ),
    "a style sheet that hides the page": ("<style>.page{display:none}</style><div class=page><p>A story that a script uncovers</div><p>Wait", ["A story that a script uncovers", "Wait"]),
    "half a size": (
        "<p style='font-size:0.9em'>Seen<p style='opacity:.5'>too<p style='font-size:10px'>also",
        ["Seen", "too", "also"],
    ),
    "unclosed": ("<div><p>One <b>two<p>Three <a href='/x'>four", ["One two", "Three four"]),
    "wrongly nested": ("<p><b>One <i>two</b> three</i></p>", ["One two three"]),
    "an attribute that never ends": ("<p>One</p><a href='x>two</a><p>three", ["One"]),
    "text after the end": ("<html><body><p>One</p></body></html>Two", ["One", "Two"]),
    "no markup": ("Just words", ["Just words"]),
    "nothing": ("", []),
}


@pytest.mark.parametrize("name", SEEN)
def test_what_a_reader_sees(name: str) -> None:
    html, seen = SEEN[name]
    assert texts(Page.from_html(html, URL)) == seen


@pytest.mark.parametrize("code", sorted({ord(c) for c in INVISIBLE}), ids=lambda code: f"U+{code:04X}")
def test_characters_that_nobody_sees_are_removed(code: int) -> None:
    assert clean(f"sub{chr(code)}scribe") == "subscribe"
    assert Page.from_text(f"sub{chr(code)}scribe now").text == "subscribe now"


FRAME = "".join(f"<li><a href=/{n}>Section {n} of the paper</a>" for n in range(40))
"""What is shown: more than a page that is nearly empty has, and no story."""
BROUGHT_BACK = ["style='opacity:0;transform:translateY(60px)'", "hidden id=S:0", "style='display:none'", "style='visibility:hidden'", "aria-hidden=true", "style='max-height:0'"]
NEVER_SEEN = ["style='font-size:0'", "style='position:absolute;left:-9999px'", "style='color:#fff;background:#fff'", "class=sr-only", "style='width:1px;height:1px;overflow:hidden'", "style='display:none;font-size:1px'"]


@pytest.mark.parametrize("how", [*BROUGHT_BACK, *NEVER_SEEN])
def test_a_story_that_a_script_brings_back_is_read(how: str) -> None:
    story = "".join(f"<p>{LONG} {LONG} {LONG}</p>" for _ in range(4))
    assert (LONG in Page.from_html(f"{FRAME}<div {how}>{story}</div>", URL).text) == (how in BROUGHT_BACK)
    # Beside a story that is shown it would be an addition that nobody sees.
    assert Page.from_html(f"{FRAME}<main>{story}</main><div {how}><p>Apricots, {LONG}</p></div>", URL).text.count("Apricots") == 0


def test_hidden_text_is_counted() -> None:
    markup = Page.from_html("<p>Seen<p hidden>Apricots").markup
    assert markup is not None
    assert markup.hidden_chars == len("Apricots")


@pytest.mark.parametrize("tag", ["div", "b", "span", "blockquote", "ul", "table", "a href=/x", "foo"])
def test_five_thousand_elements_deep(tag: str) -> None:
    page = Page.from_html(f"<{tag}>" * 5000 + "Deep down" + f"</{tag.split()[0]}>" * 5000 + "<p>And out", URL)
    assert " ".join(texts(page)) in ("Deep down And out", "Deep downAnd out")


# -- offsets --------------------------------------------------------------------------------------------------------

WHOLE: dict[str, Callable[[], Page]] = {
    **{name: partial(Page.from_html, html, URL) for name, (html, _) in SEEN.items()},
    "letters that grow when lowered": lambda: Page.from_html("<p>İİİ old BRIDGE</p><p>ẞ ŉ ǰ ﬁ Ⅷ</p>"),
    "beyond 16 bits": lambda: Page.from_html("<p>😀 old 𝕓ridge 😀</p><p>𝟘 two</p>"),
    "only what nobody sees": lambda: Page.from_html("<p>\u200b</p><p>two</p><p>\u00ad\u200d</p>"),
    "line separators": lambda: Page.from_text("one\u2028two\u2029three\x0bfour\x0cfive\x85six\rseven\r\neight"),
    "separators in html": lambda: Page.from_html("<p>one\u2028two\x85three\x0bfour</p><p>five"),
    "text": lambda: Page.from_text("  One  line \n\n\n another\tline\n"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_blocks_tile_the_text(name: str) -> None:
    """Blocks are the lines of the text: none empty, in order, one line break between them, nothing left over."""
    page = WHOLE[name]()
    at = 0
    for block in page.blocks:
        assert block.start == at
        assert block.end > block.start
        at = block.end + 1
    assert max(at - 1, 0) == len(page.text)
    assert texts(page) == (page.text.split("\n") if page.text else [])
    assert all(line == line.strip() for line in texts(page))
    assert [page.block_text(index) for index in range(len(page.blocks))] == texts(page)


@pytest.mark.parametrize("html", ["<p>\u00ad \u200d</p>", "<p>One \u200b</p>", "<p>One \u200b two</p>"])
def test_invisible_characters_leave_no_white_space(html: str) -> None:
    assert texts(Page.from_html(html)) == [" ".join(line.split()) for line in texts(Page.from_html(html))]


@pytest.mark.parametrize("name", WHOLE)
def test_offsets_hold_in_every_view(name: str) -> None:
    page = WHOLE[name]()
    tokens = page.tokens
    assert (tokens.end > tokens.start).all()
    assert (tokens.start[1:] >= tokens.end[:-1]).all()
    assert page.block_of(tokens.start).tolist() == tokens.line.tolist()
    assert not any(char.isspace() for s, e in zip(tokens.start, tokens.end, strict=True) for char in page.text[s:e])
    for start, end in [*page.sentences, *page.hits.pairs()]:
        assert 0 <= start < end <= len(page.text)
        assert "\n" not in page.text[start:end]
    for index, block in enumerate(page.blocks):
        assert page.block_of(np.array([block.start, block.end - 1])).tolist() == [index, index]
    columns = page.columns
    for name_of, column in ((f.name, getattr(columns, f.name)) for f in dataclasses.fields(columns)):
        assert len(column) == len(page.blocks), name_of


def test_folding_keeps_offsets() -> None:
    text = "Don’t MISS — “this” İ ẞ ﬁ 😀 Ⅷ!"
    assert len(fold(text)) == len(text)
    page = Page.from_html(f"<h1>Orchards</h1><p>{text} Subscribe to our newsletter today</p>")
    assert [page.text[s:e] for s, e in page.hits_of("promo_subscribe")] == ["Subscribe to our newsletter"]


def test_no_phrase_is_found_across_two_blocks() -> None:
    assert Page.from_html("<p>Newsletter signup</p>").hits_of("promo_subscribe") == [(0, 17)]
    assert Page.from_html("<p>Newsletter</p><p>signup</p>").hits_of("promo_subscribe") == []


# -- links ----------------------------------------------------------------------------------------------------------


def test_links_stand_in_their_blocks() -> None:
    html = "<p>See <a href=/log>the <b>log</b></a> or "
    html += "<a href='https://example.com/x' rel='nofollow ugc'>that\n one</a></p>"
    page = Page.from_html(f"<p>Before</p>{html}<ul><li><a href=#top>Top</a></ul>", URL)
    assert page.links is not None
    assert [(link.text, link.href, link.rel, link.block) for link in page.links] == [
        ("the log", "/log", "", 1),
        ("that one", "https://example.com/x", "nofollow ugc", 1),
        ("Top", "#top", "", 2),
    ]
    assert [block.links for block in page.blocks] == [(), (0, 1), (2,)]
    for link in page.links:
        assert link.text in page.block_text(link.block)
    assert page.columns.link_chars.tolist() == [0, len("the") + len("log") + len("that\n one"), 3]
    assert page.link_sites == ["", "example.com", ""]


NO_LINKS = {
    "no target": "<a name=x>Word</a>",
    "empty target": "<a href=''>Word</a>",
    "nothing to see": "<a href=/x></a><a href=/y><img src=z></a>Word",
    "hidden": "<a href=/x hidden>no</a>Word",
}


@pytest.mark.parametrize("name", NO_LINKS)
def test_what_is_no_link(name: str) -> None:
    assert Page.from_html(f"<p>{NO_LINKS[name]}</p>", URL).links == ()


def test_plain_text_knows_no_links() -> None:
    page = Page.from_text("See https://example.com/x or not", URL)
    assert page.links is None
    assert page.markup is None
    assert not page.is_html
    assert page.columns.link_chars.tolist() == [-1]
    assert page.link_sites == []


@pytest.mark.parametrize(
    "href", ["http://[x", "//", "https://", "javascript:void(0)", "http://\x00", "x" * 9000, "mailto:a@b"]
)
def test_broken_targets_lead_nowhere_and_do_no_harm(href: str) -> None:
    page = Page.from_html(f'<p><a href="{href}">word</a>', URL)
    assert page.links is not None
    assert len(page.link_sites) == len(page.links)
    assert all(len(link.href) <= 2000 for link in page.links)


# -- what the page says of itself -----------------------------------------------------------------------------------


def about(*head: str) -> dict[str, Any]:
    return dataclasses.asdict(Page.from_html(f"<html lang=de-AT><head>{''.join(head)}</head><body><p>x", URL).metadata)


def ld(content: str) -> str:
    return f"<script type=application/ld+json>{content}</script>"


METADATA: dict[str, tuple[str, dict[str, Any]]] = {
    "language": ("", {"language": "de-AT", "author": "", "schema_types": ()}),
    "meta author": ("<meta name=author content=' Ada Holm '>", {"author": "Ada Holm"}),
    "article tags": (
        "<meta property=article:author content='Ada Holm'><meta property=article:published_time content=2021-05-03>",
        {"author": "Ada Holm", "published": "2021-05-03"},
    ),
    "open graph": (
        "<meta property=og:title content=Title><meta property=og:type content=article>"
        "<meta property=og:site_name content=Post>",
        {"og_title": "Title", "og_type": "article", "site_name": "Post"},
    ),
    "names in capitals": ("<META NAME=Description CONTENT='A page'>", {"description": "A page"}),
    "in the body": ("</head><body><p>Words<meta name=author content='Ada Holm'>", {"author": "Ada Holm"}),
    "microdata": (
        "</head><body><div itemscope><meta itemprop=datePublished content=2021-05-03><p>Words</div>",
        {"published": "2021-05-03"},
    ),
    "the head before the body": (
        "<meta name=author content=A></head><body><meta name=author content=B>",
        {"author": "A"},
    ),
    "more than anybody writes": (
        "".join(f"<meta name=n{i} content=x>" for i in range(400)) + "<meta name=author content=A>",
        {"author": ""},
    ),
    "the first of two": ("<meta name=author content=A><meta name=author content=B>", {"author": "A"}),
    "canonical": ("<link rel=canonical href=https://example.org/b>", {"canonical": "https://example.org/b"}),
    "json-ld": (
        ld(
            '{"@type":"NewsArticle","author":{"@type":"Person","name":"Ada Holm"},'
            '"datePublished":"2021-05-03","publisher":{"name":"Post"}}'
        ),
        {"author": "Ada Holm", "published": "2021-05-03", "publisher": "Post", "schema_types": ("NewsArticle",)},
    ),
    "json-ld graph": (
        ld(
            '{"@graph":[{"@type":"WebPage"},{"@type":["Article","BlogPosting"],'
            '"author":[{"name":"Ada"},{"name":"Bo"}]}]}'
        ),
        {"author": "Ada, Bo", "schema_types": ("Article", "BlogPosting", "WebPage")},
    ),
    "json-ld author as text": (ld('[{"author":"Ada Holm"}]'), {"author": "Ada Holm"}),
    "json-ld before meta": (ld('{"author":"Ada"}') + "<meta name=author content=Bo>", {"author": "Ada"}),
    "broken json-ld": (ld('{"author":') + "<meta name=author content=Bo>", {"author": "Bo"}),
    "json-ld of odd kinds": (
        ld('{"@type":7,"author":{"name":[1]},"datePublished":5,"publisher":null}'),
        {"author": "", "published": ""},
    ),
    "json-ld that is no object": (ld('"text"') + ld("null") + ld("[[[[1]]]]"), {"author": "", "schema_types": ()}),
    "deep json-ld": (ld("[" * 5000 + "]" * 5000) + "<meta name=author content=Bo>", {"author": "Bo"}),
    "invisible characters": ("<meta name=author content='A\u200bda'>", {"author": "Ada"}),
}


@pytest.mark.parametrize("name", METADATA)
def test_metadata(name: str) -> None:
    head, wanted = METADATA[name]
    found = about(head)
    assert {key: found[key] for key in wanted} == wanted


def test_the_first_time_serves_as_date() -> None:
    page = Page.from_html("<p><time datetime=2021-05-03>May</time><time datetime=2020-01-01>x</time>")
    assert page.metadata.published == "2021-05-03"


def test_scripts_that_may_have_been_stripped_are_unknown() -> None:
    none, some = Page.from_html("<p>x").markup, Page.from_html("<script>1</script><p>x").markup
    assert none is not None
    assert some is not None
    assert none.scripts is None
    assert some.scripts == 1


# -- titles ---------------------------------------------------------------------------------------------------------

LONG = (
    "The orchard lies on a slope above the village, where the soil is thin and the wind comes from the lake, "
    "and rows of pear trees grow."
)
TITLES: dict[str, tuple[Callable[[], Page], str]] = {
    "title element": (lambda: Page.from_html("<title> Old\n bridge </title><h1>Other</h1>"), "Old bridge"),
    "og:title where there is none": (
        lambda: Page.from_html("<meta property=og:title content='Old bridge'>"),
        "Old bridge",
    ),
    "no title": (lambda: Page.from_html("<p>Words"), ""),
    "invisible characters": (lambda: Page.from_html("<title>Old\u200b bridge</title>"), "Old bridge"),
    "given for text": (lambda: Page.from_text("First line of text\n" + LONG, title=" Old  bridge "), "Old bridge"),
    "first line": (lambda: Page.from_text(f"How the old bridge fell\n{LONG}"), "How the old bridge fell"),
    "after a breadcrumb": (
        lambda: Page.from_text(f"Home > News\nHow the old bridge fell\n{LONG}"),
        "How the old bridge fell",
    ),
    "under menus, over a byline": (
        lambda: Page.from_text(f"Valley Post\nHome\nWhat the council does\nLetters to the editor\nHow the old bridge fell\nBy Ada Holm\nShare\n{LONG}\nWhat the mill burned\n{LONG}"),
        "How the old bridge fell",
    ),
    "over a date": (lambda: Page.from_text(f"Home and garden\nThe flood of the century\n3 May 2021\nPhotos of the mill\n1 of 12\nShare\nPrint\n{LONG}"), "The flood of the century"),
    "the page's own, before the menus": (lambda: Page.from_text(f"How the old bridge fell | Valley Post\nHome\nAll our old stories\nHow the old bridge fell\n{LONG}"), "How the old bridge fell | Valley Post"),
    "not a bar that asks": (lambda: Page.from_text(f"Subscribe to our newsletter today\nHow the old bridge fell\n{LONG}"), "How the old bridge fell"),
    "a sentence is none": (lambda: Page.from_text(f"{LONG}\n{LONG}"), LONG),
    "nothing but prose": (lambda: Page.from_text(f"{LONG} {LONG}\n{LONG}"), ""),
    "one line": (lambda: Page.from_text("How the old bridge fell"), ""),
    "nothing": (lambda: Page.from_text(""), ""),
}


@pytest.mark.parametrize("name", TITLES)
def test_title(name: str) -> None:
    make, title = TITLES[name]
    assert make().title == title


def test_a_byline_is_no_title() -> None:
    assert Page.from_text(f"Pear harvest\nBy Ada Holm, 3 May 2021\n{LONG}").title == "Pear harvest"


def test_headline_is_shown_or_taken_from_the_title() -> None:
    shown = Page.from_html(f"<title>Old bridge falls | Post</title><h1>Old bridge falls</h1><p>{LONG}")
    assert (shown.headline, shown.headline_span) == ("Old bridge falls", ("text", 0, 16))
    hidden = Page.from_html(f"<title>Old bridge falls | Post</title><p>{LONG}")
    assert (hidden.headline, hidden.headline_span) == ("Old bridge falls", ("title", 0, 16))


# name: the title, what stands above the body, the headline.
BANNERS = {
    "a site that leads its titles": ("The Village Paper - Old bridge falls", f"<h1>Old bridge falls</h1><p>{LONG} {LONG}</p><h3>The Village Paper</h3>", "Old bridge falls"),
    "a section below the headline": ("News | Old bridge falls", "<h1>Old bridge falls</h1><p>News</p>", "Old bridge falls"),
    "a page of the site itself": ("Start - The Village Paper", "<h1>The Village Paper</h1><p>Start</p>", "The Village Paper"),
}  # fmt: skip


@pytest.mark.parametrize("name", BANNERS)
def test_the_parts_of_a_title_that_head_the_page(name: str) -> None:
    title, top, headline = BANNERS[name]
    assert Page.from_html(f"<title>{title}</title>{top}<p>{LONG}").headline == headline


# -- bounds ---------------------------------------------------------------------------------------------------------

TOO_MUCH: dict[str, tuple[Callable[[], Page], str]] = {
    "bytes": (lambda: Page.from_html(b"<p>word</p>" + b" " * MAX_BYTES), "bytes"),
    "letters": (lambda: Page.from_html("<p>word</p>" + " " * MAX_BYTES), "bytes"),
    "a small file that unpacks to a large one": (
        lambda: Page.from_html(gzip.compress(b"<p>" + b" " * MAX_BYTES * 4)),
        "bytes",
    ),
    "nodes": (lambda: Page.from_html("<b></b>" * (MAX_NODES + 10)), "nodes"),
    "text of html": (lambda: Page.from_html(f"<p>{LONG}</p>" * (MAX_TEXT // len(LONG) + 50)), "text"),
    "text": (lambda: Page.from_text("word " * MAX_TEXT), "text"),
    "lines of text": (lambda: Page.from_text("ab\n" * (MAX_LINES + 10)), "text"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_was_cut_is_said(name: str) -> None:
    make, mark = TOO_MUCH[name]
    page = make()
    assert page.truncated == (mark,)
    assert len(page.text) <= MAX_TEXT + 2 * len(LONG)  # cut between blocks


def test_lines_are_bounded() -> None:
    assert len(Page.from_text("ab\n" * (MAX_LINES + 10)).columns.start) == MAX_LINES


def test_a_whole_page_is_not_marked() -> None:
    assert Page.from_text("ab\n" * MAX_LINES).truncated == ()
    assert Page.from_html(f"<p>{LONG}", URL).truncated == ()
    assert Page.from_text("w" * MAX_TEXT).truncated == ()


def test_one_block_longer_than_the_bound_is_cut() -> None:
    page = Page.from_html(f"<p>{'word ' * MAX_TEXT}</p>", URL)
    assert page.truncated == ("text",)
    assert len(page.text) <= MAX_TEXT


def test_links_are_bounded() -> None:
    page = Page.from_html("<a href=/x>y</a> " * (MAX_LINKS + 100), URL)
    assert page.links is not None
    assert len(page.links) == MAX_LINKS


# -- words ----------------------------------------------------------------------------------------------------------


def test_words_and_numbers_are_counted_marks_are_not() -> None:
    page = Page.from_text("Well-known: it's 3.5 km, isn't it?")
    assert page.word_count == len(["Well", "known", "it's", "3", "5", "km", "isn't", "it"])


def test_the_body_is_counted_by_itself() -> None:
    html = f"<title>Pear trees</title><nav><a href=/>Home</a></nav><h1>Pear trees</h1><p>{LONG} {LONG}</p><p>{LONG}</p>"
    page = Page.from_html(html, URL)
    assert page.body_word_count == 3 * len(LONG.split()) == len(page.body_hashes)
    assert page.body_count_of("the and lake") == 3 * (5 + 2 + 1)
    assert page.body_count_of("home nobody") == 0
    assert page.sentence_count == 3
    assert [page.text[s:e] for s, e in page.sentences] == [LONG] * 3
    assert page.sentence_of.max() == 2


SENTENCES = {
    "stops": ("One came. Two left! Three? Four", ["One came.", "Two left!", "Three?", "Four"]),
    "no capital follows": ("It is e.g. here, and so on.", ["It is e.g. here, and so on."]),
    "short titles": ("Mr. Smith of the U.S. Navy came. He left.", ["Mr. Smith of the U.S. Navy came.", "He left."]),
    "a quotation ends behind its mark": ("“It fell.” He left.", ["“It fell.”", "He left."]),
    "no spaces between": ("桥开放了。人们来了。", ["桥开放了。", "人们来了。"]),
    "a number is no end": ("It cost 3.5 million. Then 2 more.", ["It cost 3.5 million.", "Then 2 more."]),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentences(name: str) -> None:
    said, wanted = SENTENCES[name]
    page = Page.from_html(
        f"<title>Pear trees</title><h1>Pear trees</h1><p>{LONG}</p><p>{LONG}</p><p>{said}</p><p>{LONG}</p>", URL
    )
    page.__dict__["zones"] = np.array([Zone.HEADLINE, *[Zone.BODY] * 4], np.int64)
    assert [page.text[s:e] for s, e in page.sentences] == [LONG, LONG, *wanted, LONG]


def test_hits_of_the_headline_are_offsets_into_it() -> None:
    for html in (f"<title>Newsletter signup</title><p>{LONG}", f"<p>{LONG}</p><h1>The newsletter signup</h1><p>{LONG}"):
        page = Page.from_html(html if "<title>" in html else f"<title>The newsletter signup</title>{html}", URL)
        assert [page.headline[s:e].lower() for s, e in page.headline_hits.of("promo_subscribe").pairs()] == [
            "newsletter signup"
        ]


# -- a page never changes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["text", "title", "url", "columns", "links", "metadata", "markup", "truncated"])
def test_a_page_cannot_be_changed(field: str) -> None:
    page = Page.from_html(f"<title>Old bridge</title><p>{LONG}", URL)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(page, field, None)


def test_its_parts_cannot_be_changed() -> None:
    page = Page.from_html(f"<title>Old bridge</title><p><a href=/x>{LONG}</a>", URL)
    assert page.markup is not None
    assert page.links is not None
    for part in (page.columns, page.metadata, page.markup):
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
            part.tag = None  # type: ignore[union-attr,misc]
    with pytest.raises(AttributeError):
        page.links[0].href = ""  # type: ignore[misc]
    with pytest.raises(AttributeError):
        page.blocks[0].start = 1  # type: ignore[misc]
    assert isinstance(page.links, tuple)
    assert isinstance(page.blocks, tuple)


@pytest.mark.parametrize(
    "view",
    [
        "tokens",
        "title_tokens",
        "headline_tokens",
        "hits",
        "hit_counts",
        "headline_hits",
        "sentences",
        "body",
        "body_hashes",
        "body_vocabulary",
        "body_tokens",
        "body_stems",
        "zones",
        "zone_chars",
        "token_zones",
        "blocks",
        "block_words",
        "block_repeats",
        "headline",
        "teasers",
        "labels",
        "story_links",
        "link_sites",
        "href_marks",
        "body_headings",
        "author_names",
        "block_table",
    ],
)
def test_views_are_made_once(view: str) -> None:
    page = Page.from_html(f"<title>Old bridge</title><h1>Old bridge</h1><p>{LONG}<p>{LONG}", URL)
    assert getattr(page, view) is getattr(page, view)


def test_the_order_of_questions_does_not_matter() -> None:
    """A view asked for first is the view asked for last."""
    views = [
        "zones",
        "body",
        "sentences",
        "headline",
        "teasers",
        "author_names",
        "body_headings",
        "language",
        "zone_chars",
        "hits",
        "labels",
    ]
    html = f"<title>Old bridge</title><h1>Old bridge</h1><p class=byline>By Ada Holm</p><p>{LONG}<p>{LONG}"
    forth, back = Page.from_html(html, URL), Page.from_html(html, URL)
    first = {view: str(getattr(forth, view)) for view in views}
    assert {view: str(getattr(back, view)) for view in reversed(views)} == first


def test_half_characters_are_left_out() -> None:
    assert Page.from_html("<p>Black t\ud800ea<p>\udc80Green tea").text == "Black tea\nGreen tea"
