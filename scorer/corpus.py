"""Which pages is the model trained on, and in which shapes do they arrive?

The development corpus is a folder outside the repository (``CORPUS``): pages with HTML, articles of which only the text is
known, and ratings. Each rated page is read four ways: as HTML, and as the plain text of three extractors, two to train on
and one held back to see whether the model has learned pages or extractors. Further ratings, made later by the same rubric,
stand in data/further.csv; models are trained on them too, and never evaluated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from joblib import Parallel, delayed
from resiliparse.extract.html2text import extract_plain_text
from selectolax.lexbor import LexborHTMLParser

from scorer.page import Page

INPUTS = ("html", "resiliparse", "trafilatura", "lexbor")
"""How a page is read: HTML, whole text by resiliparse, main text by trafilatura, whole text by lexbor."""
ARTICLE = "article"
"""The input of articles of which the collection kept only the text."""
TRAINED_INPUTS = (*INPUTS[:3], ARTICLE)
FILES = ("pages.parquet", "pages_static.parquet")
FLAGS = ("farm", "clickbait", "aggregation", "promo", "unrelated")


class CorpusError(ValueError):
    """The corpus is missing or not as it should be; the message says what and where."""


class Variant(NamedTuple):
    """One page read one way."""

    id: str
    domain: str
    url: str
    input: str
    page: Page


def ratings(corpus: Path, further: Path | None = None) -> pd.DataFrame:
    """The ratings, one row a page, with `group` beside the columns of ratings.csv: "wcxb", "web", "static", or "further".

    `further`: a table of more ratings; of pages that were rated twice there the first counts.
    """
    if not (corpus / "ratings.csv").is_file():
        raise CorpusError(f"{corpus}: there is no ratings.csv; give the folder of the development corpus with CORPUS=...")
    rated = pd.read_csv(corpus / "ratings.csv")
    rated["group"] = rated["sample"].map({"wcxb": "wcxb", "static": "static"}).fillna("web")
    rated = rated.rename(columns={"source_repo": "source"})
    if further is not None:
        more = pd.read_csv(further).drop_duplicates("id").assign(group="further")
        rated = pd.concat([rated, more[~more["id"].isin(rated["id"])]], ignore_index=True)
    return rated


def texts(corpus: Path, cache: Path, wanted: set[str]) -> pd.DataFrame:
    """The plain texts of the `wanted` pages by the extractors, columns id and one for each of `INPUTS` but the first.

    Kept in `cache`, since extraction takes longer than everything else.
    """
    if cache.is_file():
        kept = pd.read_parquet(cache)
        if wanted - _articles(corpus) <= set(kept["id"]):
            return kept
    rows = Parallel(n_jobs=2, batch_size=8)(
        delayed(_extract)(record["id"], record["html"]) for record in records(corpus, ["id", "html"]) if record["id"] in wanted
    )
    frame = pd.DataFrame(rows, columns=["id", *INPUTS[1:]])
    cache.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(cache)
    return frame


def _articles(corpus: Path) -> set[str]:
    return {_sha1(key) for key in pq.read_table(corpus / "articles.parquet", columns=["id"])["id"].to_pylist()}


def _sha1(key: str) -> str:
    return hashlib.sha1(key.encode()).hexdigest()


def records(corpus: Path, columns: list[str]) -> Iterator[dict[str, Any]]:
    """The rows of the page tables, a few at a time in memory."""
    for name in FILES:
        file = pq.ParquetFile(corpus / name)
        for batch in file.iter_batches(batch_size=64, columns=columns):
            yield from pa.Table.from_batches([batch]).to_pylist()


def variants(record: dict[str, Any], plain: dict[str, str] | None) -> Iterator[Variant]:
    """A page as HTML and, if there are extractions of it, as each of them; an article as its text."""
    key, url, domain = record["id"], record["url"] or "", record["domain"]
    if "text" in record:
        yield Variant(key, domain, url, ARTICLE, Page.from_text(record["text"], url, record["title"] or ""))
        return
    yield Variant(key, domain, url, "html", Page.from_html(record["html"], url))
    if plain is not None:
        for name in INPUTS[1:]:
            yield Variant(key, domain, url, name, Page.from_text(plain[name], url))


def articles(corpus: Path, wanted: set[str]) -> Iterator[dict[str, Any]]:
    """The articles with these ids: the SHA-1 of the collection's own id, since there is no HTML to hash."""
    file = pq.ParquetFile(corpus / "articles.parquet")
    for batch in file.iter_batches(batch_size=512, columns=["id", "url", "domain", "title", "text"]):
        for record in pa.Table.from_batches([batch]).to_pylist():
            record["id"] = _sha1(record["id"])
            if record["id"] in wanted:
                yield record


def _extract(key: str, html: str) -> tuple[str, str, str, str]:
    import trafilatura

    whole = extract_plain_text(html, main_content=False, links=False, list_bullets=False, alt_texts=False)
    main = trafilatura.extract(html, fast=True, include_comments=False) or ""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "noscript", "template"])
    lines = (tree.body.text(separator="\n") if tree.body is not None else "").split("\n")
    return key, whole, main, "\n".join(line.strip() for line in lines if line.strip())
