"""Does trust move the right way on real pages? Needs the development corpus; its pages stay where they are."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from scorer import Model, Page, score_page
from scorer.score import PageScore
from scorer.zones import Zone

CORPUS = Path(os.environ.get("SCORER_CORPUS", Path(__file__).parent.parent.parent / "shared" / "corpus"))
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not (CORPUS / "pages.parquet").is_file(), reason="the development corpus is not here (set SCORER_CORPUS)"),
]  # fmt: skip

PAGES = 100
SLACK = 1e-6

_PROMO = "<footer><p>Follow us on Facebook, Twitter and Instagram!</p><p>Subscribe to our newsletter and never miss a story.</p><p>Share this with your friends. Like our page!</p></footer>"
_TEASERS = "<section><h2>You may also like</h2><ul>" + "".join(f'<li><a href="/{i}">{title}</a></li>' for i, title in enumerate((
    "Ten celebrities who lost everything overnight", "This trick makes stains vanish in seconds", "What your birth month says about your luck", "She opened the old box and could not believe it",
    "Doctors stunned by the diet of this village", "The cutest puppies of the year, ranked", "Why everybody talks about this actress", "Nine cars that will never lose their value",
))) + "</ul></section>"  # fmt: skip
_BYLINE = re.compile(r"<(span|p|a|address|li|h\d|strong|em)\b[^>]*\b(?:byline|author)(?:[-_]{1,2}(?:author|bio|box|byline|date|details|info|link|meta|names?|text|url|wrap|wrapper))?(?![\w-])[^>]*>[^<]{0,200}</\1\s*>|<meta[^>]+\bname\s*=\s*[\"']?(?:author|article:author)\b[^>]*>", re.IGNORECASE)  # fmt: skip
# A tag of an element, where nothing in quotes can be mistaken for one.
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s+[a-z-]+=\"[^\"<>]*\")*)(\s*/?)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\s+([a-z-]+=\"[^\"<>]*\")", re.IGNORECASE)
_RAW = re.compile(r"(<(script|style|textarea|pre|title|noscript|xmp|svg)\b.*?</\2\s*>|<!--.*?-->)", re.IGNORECASE | re.DOTALL)  # fmt: skip


def at_end(html: str, what: str) -> str:
    at = html.lower().rfind("</body")
    return html[:at] + what + html[at:] if at >= 0 else html + what


def in_markup(html: str, change: Callable[[re.Match[str]], str]) -> str:
    """Tags changed, outside scripts, comments and text that keeps its white space."""
    parts, at = [], 0
    for raw in _RAW.finditer(html):
        parts += (_TAG.sub(change, html[at : raw.start()]), raw.group())
        at = raw.end()
    return "".join([*parts, _TAG.sub(change, html[at:])])


NEVER_RAISES: dict[str, Callable[[str], str]] = {
    "a promotional footer": lambda html: at_end(html, _PROMO),
    "teasers of unrelated stories": lambda html: at_end(html, _TEASERS),
    "no byline": lambda html: _BYLINE.sub("", html),
}
SIGNED = ("no byline",)
"""Of pages that somebody signs by name: to take away a byline such as "admin" is no loss."""
NEVER_CHANGES: dict[str, Callable[[str], str]] = {
    "attributes in another order": lambda html: in_markup(html, lambda tag: f"<{tag[1]}{''.join(' ' + a for a in reversed(_ATTRIBUTE.findall(tag[2])))}{tag[3]}>"),
    "white space in tags": lambda html: in_markup(html, lambda tag: f"<{tag[1]}{_ATTRIBUTE.sub(chr(10) + '   ' + chr(92) + '1', tag[2])} {tag[3]}>"),
    "tags in capitals": lambda html: in_markup(html, lambda tag: f"<{tag[1].upper()}{tag[2]}{tag[3]}>"),
    "comments after tags": lambda html: in_markup(html, lambda tag: f"{tag[0]}<!-- x -->" if tag[1].lower() in ("div", "p", "li", "span", "section", "article") else tag[0]),
    "lines between blocks": lambda html: re.sub(r"(</(?:div|p|li|section|article|h\d)>)(?=<(?:div|p|li|section|article|h\d)\b)", r"\1\n\n", html),
}  # fmt: skip
MAY_RISE = {"a promotional footer": (0.0, 0.001), "teasers of unrelated stories": (0.011, 0.022), "no byline": (0.0, 0.007)}
"""Shares of pages whose trust rises by more than 0.01, and by how much at most: what the present features reach."""


@pytest.fixture(scope="module")
def pages() -> list[tuple[str, str]]:
    """Every 55th page in English that shows a body, as (url, html)."""
    rows = [
        row
        for batch in pq.ParquetFile(CORPUS / "pages.parquet").iter_batches(batch_size=55, columns=["url", "html", "lang"])
        for row in batch.slice(0, 1).to_pylist()
        if row["lang"] == "en"
    ]
    return [(row["url"] or "", row["html"]) for row in rows if len(row["html"]) < 600_000][:PAGES]


@pytest.fixture(scope="module")
def plain(pages: list[tuple[str, str]]) -> list[PageScore]:
    return [score_page(html, url) for url, html in pages]


@pytest.mark.parametrize("name", NEVER_RAISES)
def test_what_is_no_merit_never_raises_trust(name: str, pages: list[tuple[str, str]], plain: list[PageScore]) -> None:
    change = NEVER_RAISES[name]
    signed = list(Model.load().features).index("named_author")
    changed = [
        (change(html), url, before.trust) for (url, html), before in zip(pages, plain, strict=True)
        if change(html) != html and before.evidence not in ("none", "") and (name not in SIGNED or before.values[signed] == 1)
    ]  # fmt: skip
    rises = np.array([score_page(html, url).trust - before for html, url, before in changed])
    rises = rises[~np.isnan(rises)]
    share, most = MAY_RISE[name]
    print(f"{name}: {len(rises)} pages, rises {np.mean(rises > SLACK):.1%}, by more than 0.01 {np.mean(rises > 0.01):.1%}, most {rises.max():.3f}, median {np.median(rises):+.3f}")  # fmt: skip
    assert len(rises) >= 10
    assert np.mean(rises > 0.01) <= share
    assert rises.max() <= most


@pytest.mark.parametrize("name", NEVER_CHANGES)
def test_what_no_reader_sees_never_changes_trust(name: str, pages: list[tuple[str, str]], plain: list[PageScore]) -> None:
    change = NEVER_CHANGES[name]
    differing = {}
    for (url, html), before in zip(pages, plain, strict=True):
        after = score_page(change(html), url)
        if before.score != pytest.approx(after.score, abs=1e-9, nan_ok=True):
            names = [feature for feature in before.effects if before.effects[feature] != after.effects[feature]]
            differing[url] = (round(after.score - before.score, 4), names[:4])
    print(f"{name}: {len(differing)} of {len(pages)} change", list(differing.items())[:6])
    assert not differing


def test_every_page_cut_and_spoilt_keeps_its_row(pages: list[tuple[str, str]]) -> None:
    from scorer.read import Record
    from scorer.score import score_columns

    random = np.random.default_rng(11)
    records = []
    for url, html in pages[:20]:
        data = html.encode("utf-8", "replace")[:200_000]
        records += [Record(f"{url} cut at {cut}", url, "", data[:cut], "html") for cut in random.integers(1, len(data), 5).tolist()]
        spoilt = bytearray(data)
        for at in random.integers(0, len(spoilt), 50).tolist():
            spoilt[at] = int(random.integers(0, 256))
        records.append(Record(f"{url} spoilt", url, "", bytes(spoilt), "html"))
    rows = score_columns(records)
    assert rows["id"] == [record.id for record in records]
    assert not [error for error in rows["error"] if "report" in error]


def test_promotion_that_is_added_is_seen_as_promotion(pages: list[tuple[str, str]]) -> None:
    seen = [Zone.PROMOTION in Page.from_html(at_end(html, _PROMO), url).zones for url, html in pages[:40]]
    assert np.mean(seen) > 0.9
