"""What is known of a rated page besides its rating, to see whether the model is fair to all?

`data/facts.csv`, one row an evaluated page: facts about the page and its site, none of its text. The report slices by them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from scorer import corpus
from scorer.page import Page

COLUMNS = ("id", "language", "year", "leaning", "site_pages", "site_lists")
"""The declared or detected language; the year of publication; how AllSides rates the site's leaning; how many pages of the site the corpus has; how many families of
public lists know the site. Empty where it is not known."""
LEANING_LABELS, LEANING_SHARE = 3, 0.8
"""A site leans if so many articles of it are labelled, and so large a share of them alike."""

_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
_URL_YEAR = re.compile(r"[/\-_.](199\d|20[0-3]\d)[/\-_.]")


def year(published: str, url: str) -> int | None:
    """The year that a page names as that of its publication, else the one in its address.

    >>> year("Tue, 3 May 2016 10:00", ""), year("", "https://a.example/2012/05/x.html"), year("20160503", ""), year("", "https://a.example/2049/")
    (2016, 2012, 2016, None)
    """
    named = _YEAR.search(published) or re.match(r"(19[89]\d|20\d\d)[01]\d[0-3]\d", published) or _URL_YEAR.search(url)
    found = int(named[1]) if named else 0
    return found if 1990 <= found <= datetime.now(UTC).year else None


def leanings(articles: pd.DataFrame) -> dict[str, str]:
    """The leaning of each site that AllSides labels nearly always alike: left, center or right."""
    bias = articles["label"].astype(str).str.extract(r"^bias=(left|center|right)\b")[0]
    labelled = pd.crosstab(articles["domain"][bias.notna()], bias[bias.notna()])
    total = labelled.sum(axis=1)
    clear = labelled[(total >= LEANING_LABELS) & (labelled.max(axis=1) / total >= LEANING_SHARE)]
    return {str(domain): str(side) for domain, side in clear.idxmax(axis=1).items()}


def gather(source: Path, rated: pd.DataFrame) -> pd.DataFrame:
    """The facts of the rated pages, columns `COLUMNS`, in the order of `rated`."""
    tables = pd.concat([pq.read_table(source / name, columns=["id", "domain", "lang"]).to_pandas() for name in corpus.FILES], ignore_index=True)
    language, pages = tables.set_index("id")["lang"], tables["domain"].value_counts()
    lists = pd.read_csv(source / "sites.csv").set_index("domain")["n_families"]
    leaning = leanings(pq.read_table(source / "articles.parquet", columns=["domain", "label"]).to_pandas())
    wanted = set(rated["id"])
    years = {record["id"]: year(Page.from_html(record["html"], record["url"] or "").metadata.published, record["url"] or "") for record in corpus.records(source, ["id", "url", "html"]) if record["id"] in wanted}
    return pd.DataFrame({
        "id": rated["id"], "language": rated["id"].map(language), "year": rated["id"].map(years).astype("Int64"), "leaning": rated["domain"].map(leaning),
        "site_pages": rated["domain"].map(pages).fillna(0).astype(int), "site_lists": rated["domain"].map(lists).fillna(0).astype(int),
    })  # fmt: skip
