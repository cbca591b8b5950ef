"""Which pages is the model trained on, and in which shapes do they arrive?

The development corpus is a folder outside the repository (``CORPUS``): pages with HTML, and ratings. Each rated page
is read four ways: as HTML, and as the plain text of three extractors, two to train on and one held back to see whether
the model has learned pages or extractors.
"""

from __future__ import annotations

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
TRAINED_INPUTS = INPUTS[:3]
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


def ratings(corpus: Path) -> pd.DataFrame:
    """The ratings, one row a page, with `group` ("wcxb", "web", "static") beside the columns of ratings.csv."""
    if not (corpus / "ratings.csv").is_file():
        raise CorpusError(f"{corpus}: there is no ratings.csv; give the folder of the development corpus with CORPUS=...")
    rated = pd.read_csv(corpus / "ratings.csv")
    rated["group"] = rated["sample"].map({"wcxb": "wcxb", "static": "static"}).fillna("web")
    return rated


def texts(corpus: Path, cache: Path) -> pd.DataFrame:
    """The plain texts of the rated pages by the extractors, columns id and one for each of `INPUTS` but the first.

    Kept in `cache`, since extraction takes longer than everything else.
    """
    if cache.is_file():
        return pd.read_parquet(cache)
    wanted = set(ratings(corpus)["id"])
    rows = Parallel(n_jobs=2, batch_size=8)(
        delayed(_extract)(record["id"], record["html"]) for record in records(corpus, ["id", "html"]) if record["id"] in wanted
    )
    frame = pd.DataFrame(rows, columns=["id", *INPUTS[1:]])
    cache.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(cache)
    return frame


def texts_by_id(corpus: Path, cache: Path) -> dict[str, dict[str, str]]:
    """The same as a dictionary: id, then extractor."""
    frame = texts(corpus, cache)
    return {str(row["id"]): {name: str(row[name]) for name in INPUTS[1:]} for row in frame.to_dict("records")}


def records(corpus: Path, columns: list[str]) -> Iterator[dict[str, Any]]:
    """The rows of the page tables, a few at a time in memory."""
    for name in FILES:
        file = pq.ParquetFile(corpus / name)
        for batch in file.iter_batches(batch_size=64, columns=columns):
            yield from pa.Table.from_batches([batch]).to_pylist()


def variants(corpus: Path, cache: Path, *, rated_only: bool = True) -> Iterator[Variant]:
    """Every rated page in each of `INPUTS`; with `rated_only=False` also the unrated pages, as HTML."""
    plain = texts_by_id(corpus, cache)
    for record in records(corpus, ["id", "domain", "url", "html"]):
        key, url = record["id"], record["url"] or ""
        if key not in plain:
            if not rated_only:
                yield Variant(key, record["domain"], url, "html", Page.from_html(record["html"], url))
            continue
        yield Variant(key, record["domain"], url, "html", Page.from_html(record["html"], url))
        for name in INPUTS[1:]:
            yield Variant(key, record["domain"], url, name, Page.from_text(plain[key][name], url))


def _extract(key: str, html: str) -> tuple[str, str, str, str]:
    import trafilatura

    whole = extract_plain_text(html, main_content=False, links=False, list_bullets=False, alt_texts=False)
    main = trafilatura.extract(html, fast=True, include_comments=False) or ""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "noscript", "template"])
    lines = (tree.body.text(separator="\n") if tree.body is not None else "").split("\n")
    return key, whole, main, "\n".join(line.strip() for line in lines if line.strip())
