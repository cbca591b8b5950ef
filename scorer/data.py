"""Are the ratings and the feature table fit to train on?

`data/pages.csv`: one row a rated page: id (sha1 of its HTML), url, source, domain, group, sample, fold, rating, flags,
kind. `data/features.parquet`: the numbers computed from those pages, one row a page and input; what `make model` reads.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from scorer.compose import COMPOSED
from scorer.corpus import ARTICLE, FLAGS, INPUTS
from scorer.feature import FEATURES

PAGE_COLUMNS = ("id", "url", "domain", "source", "group", "sample", "fold", "trust", *FLAGS, "kind")
EVALUATED = ("wcxb", "web", "static")
"""The groups of pages that figures are given of."""
GROUPS = (*EVALUATED, "further")
FOLDS = range(5)
KINDS = ("news", "article", "listing", "product", "forum", "doc", "other")
_SHA1 = re.compile(r"[0-9a-f]{40}")


class DataError(ValueError):
    """Data that training refuses; the message lists the rows and what is wrong with each."""


def check_pages(pages: pd.DataFrame, name: str = "pages.csv") -> list[str]:
    """What is wrong with a table of ratings: a sentence for each row that training must not see, empty if none."""
    missing = [column for column in PAGE_COLUMNS if column not in pages.columns]
    if missing:
        return [f"{name}: the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing"]
    problems = []
    for row, key in enumerate(pages["id"]):
        if not isinstance(key, str) or not _SHA1.fullmatch(key):
            problems.append(f"{name} row {row + 2}: the id {key!r} is not the SHA-1 of a page")
    for row in pages.index[pages["id"].duplicated() & pages["id"].notna()]:
        problems.append(f"{name} row {row + 2}: the id {pages.at[row, 'id']!r} stands there twice; keep one of its ratings")
    allowed: dict[str, tuple[object, ...]] = {
        "trust": (1, 2, 3, 4, 5), "fold": tuple(FOLDS), "group": GROUPS, "kind": KINDS, **dict.fromkeys(FLAGS, (0, 1, 2)),
    }  # fmt: skip
    for column, values in allowed.items():
        for row in pages.index[~pages[column].isin(values)]:
            problems.append(f"{name} row {row + 2}: {column} is {pages.at[row, column]!r}; it must be one of {', '.join(map(str, values))}")
    by_domain = pages.groupby("domain")["fold"].nunique()
    for domain in by_domain.index[by_domain > 1]:
        problems.append(f"{name}: the domain {domain} lies in more than one fold; a domain belongs to one")
    return problems


def check_features(table: pd.DataFrame, pages: pd.DataFrame, name: str = "features.parquet") -> list[str]:
    """What is wrong with a feature table for these pages."""
    problems = [f"{name}: the column {column} is missing" for column in ("id", "input") if column not in table.columns]
    if problems:
        return problems
    columns = {c.partition("|")[0] for c in table.columns} - {"id", "input"}
    problems += [f"{name}: {c} is no feature of this version; run 'make features'" for c in sorted(columns - set(FEATURES))]
    problems += [f"{name}: the feature {c} is missing; run 'make features'" for c in FEATURES if c not in columns]
    rated = set(pages["id"])
    unknown = table.loc[~table["id"].isin(rated), "id"].unique()
    problems += [f"{name}: the page {key} has no rating" for key in unknown[:20]]
    problems += [f"{name}: the rated page {key} has no features" for key in sorted(rated - set(table["id"]))[:20]]
    problems += [f"{name}: {kind!r} is no input ({', '.join(INPUTS)})" for kind in sorted(set(table["input"]) - {*INPUTS, ARTICLE, *COMPOSED})]
    if table.duplicated(["id", "input"]).any():
        problems.append(f"{name}: some pages stand there twice for the same input")
    infinite = [c for c in table.columns if table[c].dtype.kind == "f" and (table[c].abs() == float("inf")).any()]
    return problems + [f"{name}: {c} is infinite in some rows" for c in infinite]


def load(features: Path, pages: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The feature table and the ratings; raises `DataError` if either is unfit to train on."""
    for file in (features, pages):
        if not file.is_file():
            raise DataError(f"{file}: there is no such file; run 'make features CORPUS=...' to make it")
    rated = pd.read_csv(pages, dtype={"id": str})
    table = pd.read_parquet(features)
    problems = check_pages(rated, str(pages)) or check_features(table, rated, str(features))
    if problems:
        more = f"\n... and {len(problems) - 20} more" if len(problems) > 20 else ""
        raise DataError("\n".join(problems[:20]) + more)
    return table, rated


def check(features: Path, pages: Path) -> list[str]:
    """Every problem of both tables, for `scorer check-data`."""
    if not pages.is_file():
        return [f"{pages}: there is no such file"]
    rated = pd.read_csv(pages, dtype={"id": str})
    problems = check_pages(rated, str(pages))
    if not features.is_file():
        return [*problems, f"{features}: there is no such file"]
    return problems if problems and "missing" in problems[0] else problems + check_features(pd.read_parquet(features), rated, str(features))
