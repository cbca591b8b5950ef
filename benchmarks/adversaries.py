"""How far does each cheap trick of a content farm move trust?

    python benchmarks/adversaries.py CORPUS [--pages 200]

Pages of the development corpus that were rated 1 or 2 are scored as they are and after each trick; writes
benchmarks/ADVERSARIES.md. The borrowed text is that of pages rated 5; it is read from the corpus and goes nowhere.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from scorer.score import score_page  # noqa: E402

GAIN = 0.1
"""Of trust, on the median page: a trick that gains more needs a counter, or is a limit."""

Trick = Callable[[str, str], str]
"""Takes the page and a good text; gives the page as the farm would publish it."""

_QUOTES = "".join(
    f"<p>“The figures for the {thing} were checked twice before they were published,” said Dr. {name}, professor of {field} at the University of {place}.</p>"
    for thing, name, field, place in (
        ("first quarter", "Ann Example", "economics", "Exeter"), ("second survey", "Paul Sample", "statistics", "Leeds"), ("coastal region", "Mary Model", "geology", "Oslo"),
        ("control group", "John Pattern", "medicine", "Ghent"), ("new method", "Ruth Draft", "chemistry", "Turin"), ("older data", "Carl Outline", "history", "Basel"),
    )
)  # fmt: skip
_GOV = "<p>Sources: " + ", ".join(f'<a href="https://www.{host}/reports/{2015 + i}">{host} report {2015 + i}</a>' for i, host in enumerate(("cdc.gov", "nih.gov", "census.gov", "bls.gov", "mit.edu", "nasa.gov", "epa.gov", "who.int"))) + "</p>"  # fmt: skip
_BYLINE = '<p class="byline">By <a rel="author" href="/authors/jane-smith">Jane Smith</a>, Senior Reporter. Published 3 May 2023, updated 5 May 2023</p>'
_BIO = "<p>Jane Smith has covered health policy for fifteen years. She holds a degree in biology and can be reached at jane.smith@example.org.</p>"
_LD = (
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","author":{"@type":"Person","name":"Jane Smith"},'
    '"publisher":{"@type":"NewsMediaOrganization","name":"The Example Times"},"datePublished":"2023-05-03T08:00:00Z","dateModified":"2023-05-05T08:00:00Z"}</script>'
    '<meta name="author" content="Jane Smith"><meta property="article:published_time" content="2023-05-03T08:00:00Z"><meta property="og:type" content="article">'
)
_POLICY = '<footer><p><a href="/about">About us</a> <a href="/ethics">Editorial standards</a> <a href="/corrections">Corrections</a> <a href="/contact">Contact the newsroom</a> 12 Main Street, Springfield. Phone 555-0100</p></footer>'
_WELL_BUILT = (
    "".join(f'<meta name="{name}" content="x">' for name in ("author", "date", "dc.creator", "dc.date", "citation_title", "article:section", "parsely-tags", "sailthru.author", "pubdate"))
    + '<link rel="license" href="/licence"><link rel="copyright" href="/licence"><link rel="sitemap" href="/sitemap.xml">',
    "<p><code>ok</code> <kbd>q</kbd> <sup>1</sup> <abbr>e.g.</abbr></p><pre>ok</pre>",
)
_TEASER_HEAD = re.compile(r">(\s*(?:latest|related|recent|trending|popular|recommended|you (?:may|might) (?:also )?like|more (?:from|stories|articles)|don.t miss|read (?:more|next|also)|most read|top stories)[^<]{0,40})<", re.IGNORECASE)  # fmt: skip
_PROMO = re.compile(r"\b(subscribe|newsletter|follow|sign up|signup|share|buy|shop|click|free|deal|discount|sponsored|advertisement|affiliate|download|join|offer)", re.IGNORECASE)  # fmt: skip
_TEXT_NODE = re.compile(r"(<(script|style)\b.*?</\2\s*>|<[^>]*>)", re.IGNORECASE | re.DOTALL)
_HOMOGLYPHS = str.maketrans("aeocpix", "аеосріх")


def _in_visible(page: str, change: Callable[[re.Match[str]], str]) -> str:
    """Promotional words of text nodes changed."""
    parts, at = [], 0
    for tag in _TEXT_NODE.finditer(page):
        parts += (_PROMO.sub(change, page[at : tag.start()]), tag.group())
        at = tag.end()
    return "".join([*parts, _PROMO.sub(change, page[at:])])


def _after_headline(page: str, what: str) -> str:
    found = re.search(r"</h1\s*>", page, re.IGNORECASE) or re.search(r"<body[^>]*>", page, re.IGNORECASE)
    at = found.end() if found else 0
    return page[:at] + what + page[at:]


def _at_end(page: str, what: str) -> str:
    at = page.lower().rfind("</body")
    return page[:at] + what + page[at:] if at >= 0 else page + what


def _in_head(page: str, what: str) -> str:
    found = re.search(r"<head[^>]*>", page, re.IGNORECASE)
    at = found.end() if found else 0
    return page[:at] + what + page[at:]


def _hidden(attributes: str) -> Trick:
    return lambda page, good: _after_headline(page, f"<div {attributes}>{good}</div>")


def _comments(page: str, good: str) -> str:
    opened = re.search(r"<body[^>]*>", page, re.IGNORECASE)
    at = opened.end() if opened else 0
    return page[:at] + good[:1500] + '<section id="comments" class="comments-area"><h2>12 Comments</h2>' + _at_end(page[at:], "</section>")


def _bare(page: str, good: str) -> str:
    return re.sub(r"""\s(?:class|id)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", "", page)


def _no_scripts(page: str, good: str) -> str:
    return re.sub(r"<(script|iframe|ins)\b.*?</\1\s*>", "", page, flags=re.IGNORECASE | re.DOTALL)


def _all(page: str, good: str) -> str:
    for name in ("fake byline and biography", "JSON-LD that vouches", "policy links", "renamed teaser headings", "promotion split by zero-width spaces", "six quotes of professors", "eight .gov links"):  # fmt: skip
        page = TRICKS[name](page, good)
    return _no_scripts(page, good)


TRICKS: dict[str, Trick] = {
    "six quotes of professors": lambda page, good: _after_headline(page, _QUOTES),
    "eight .gov links": lambda page, good: _at_end(page, _GOV),
    "quotes and .gov links": lambda page, good: _at_end(_after_headline(page, _QUOTES), _GOV),
    "good text, display:none": _hidden('style="display:none"'),
    "good text, hidden attribute": _hidden("hidden"),
    "good text, aria-hidden": _hidden('aria-hidden="true"'),
    "good text, 1 px": _hidden('style="font-size:1px"'),
    "good text, 1 px box": _hidden('style="width:1px;height:1px;overflow:hidden"'),
    "good text, white on white": _hidden('style="color:#fff;background:#ffffff"'),
    "good text, off screen": _hidden('style="position:absolute;left:-9999px"'),
    "good text, off screen by transform": _hidden('style="position:absolute;transform:translateX(-200vw)"'),
    "good text, clipped": _hidden('style="position:absolute;clip:rect(0,0,0,0)"'),
    "good text, visibility:hidden": _hidden('style="visibility:hidden"'),
    "good text, opacity:0": _hidden('style="opacity:0"'),
    "good text, class sr-only": _hidden('class="sr-only"'),
    "good text, hidden by a style sheet": lambda page, good: _in_head(_after_headline(page, f'<div class="q7x">{good}</div>'), "<style>.q7x{display:none}</style>"),
    # More than all that is shown: where a page hides so much, its story is taken to be what a script brings back.
    "good text four times over, hidden attribute": lambda page, good: _after_headline(page, f"<div hidden>{good * 4}</div>"),
    "good text four times over, 1 px": lambda page, good: _after_headline(page, f'<div style="font-size:1px">{good * 4}</div>'),
    "good text, shown (for comparison)": lambda page, good: _after_headline(page, good),
    "fake byline and biography": lambda page, good: _at_end(_after_headline(page, _BYLINE), _BIO),
    "JSON-LD that vouches": lambda page, good: _in_head(page, _LD),
    "markup of well-built pages": lambda page, good: _at_end(_in_head(page, _WELL_BUILT[0]), _WELL_BUILT[1]),
    "policy links": lambda page, good: _at_end(page, _POLICY),
    "renamed teaser headings": lambda page, good: _TEASER_HEAD.sub(">Background<", page),
    "promotion split by zero-width spaces": lambda page, good: _in_visible(page, lambda word: word[0][:2] + "\u200b" + word[0][2:]),
    "promotion split by soft hyphens": lambda page, good: _in_visible(page, lambda word: word[0][:2] + "&shy;" + word[0][2:]),
    "promotion split by empty tags": lambda page, good: _in_visible(page, lambda word: word[0][:2] + "<i></i>" + word[0][2:]),
    "promotion in look-alike letters": lambda page, good: _in_visible(page, lambda word: word[0].translate(_HOMOGLYPHS)),
    "promotion in mathematical letters": lambda page, good: _in_visible(page, lambda word: "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in word[0])),
    "the page moved into comments": _comments,
    "no class names": _bare,
    "no scripts and frames": _no_scripts,
    "all but borrowed text": _all,
}  # fmt: skip


def low_pages(corpus: Path, count: int) -> tuple[list[dict[str, str]], list[str]]:
    """Pages rated 1 or 2, drawn by the hash of their id, and texts rated 5 as paragraphs."""
    rated = pd.read_csv(corpus / "ratings.csv", dtype={"id": str})
    low, top = set(rated.loc[rated["trust"] <= 2, "id"]), set(rated.loc[rated["trust"] == 5, "id"])
    pages: list[dict[str, str]] = []
    good: list[str] = []
    for batch in pq.ParquetFile(corpus / "pages.parquet").iter_batches(batch_size=200, columns=["id", "url", "html", "lang", "main_text"]):  # fmt: skip
        for row in batch.to_pylist():
            if row["id"] in low and row["lang"] == "en":
                pages.append(row)
            elif row["id"] in top and len(row["main_text"] or "") > 3000 and len(good) < 40:
                good.append("".join(f"<p>{html.escape(line)}</p>" for line in row["main_text"][:4000].split("\n") if line.strip()))
    pages.sort(key=lambda row: hashlib.sha1(row["id"].encode()).hexdigest())
    return pages[:count], good


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", type=Path)
    options.add_argument("--pages", type=int, default=200)
    given = options.parse_args()
    pages, good = low_pages(given.corpus, given.pages)
    plain = [score_page(row["html"], row["url"] or "") for row in pages]
    before = np.array([result.trust for result in plain])
    lines = [
        "# Tricks of a content farm\n",
        f"{len(pages)} pages of the corpus rated 1 or 2, scored as they are (median trust {np.nanmedian(before):.2f}, {np.mean([r.verdict == 'low' for r in plain]):.0%} called low) and after each trick: how far `trust` moves (`make adversaries`).\n",
        "| trick | median | mean | 90th percentile | moved up by more than 0.1 | still low, of those called low |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, trick in TRICKS.items():
        after = [score_page(trick(row["html"], good[i % len(good)]), row["url"] or "") for i, row in enumerate(pages)]
        gain = np.array([result.trust for result in after]) - before
        gain = gain[~np.isnan(gain)]
        still = np.mean([new.verdict == "low" for old, new in zip(plain, after, strict=True) if old.verdict == "low"])
        median = f"**{np.median(gain):+.3f}**" if np.median(gain) > GAIN else f"{np.median(gain):+.3f}"
        lines.append(f"| {name} | {median} | {gain.mean():+.3f} | {np.quantile(gain, 0.9):+.3f} | {np.mean(gain > GAIN):.0%} | {still:.0%} |")  # fmt: skip
        print(lines[-1], flush=True)
    (ROOT / "benchmarks" / "ADVERSARIES.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
