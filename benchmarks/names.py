"""Does the name of its outlet move the score of a page?

    python benchmarks/names.py CORPUS [--pages 1000]

In rated pages of the development corpus the outlet's name, as the page itself gives it, and the name in its domain are
replaced everywhere, in text, markup and address, by one that no outlet has; writes benchmarks/NAMES.md.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from scorer import Page  # noqa: E402
from scorer.score import score_page  # noqa: E402

LIMIT = 0.02
"""Of trust: what the name may move it by on 95 of 100 pages."""
SHORTEST = 4
"""Characters: shorter names ("BBC") stand inside other words."""
_NAME, _LABEL = "Larkfield", "larkfield"


def names_of(page: Page, domain: str) -> list[str]:
    """The outlet's name as the page and its domain have it, the longest first."""
    label = domain.split(".")[0]
    found = {page.metadata.site_name.strip(), label}
    return sorted((name for name in found if len(name) >= SHORTEST), key=len, reverse=True)


def renamed(text: str, names: list[str]) -> str:
    """The text with every name replaced, in whatever case; a name of several words may stand there as one."""
    for name in names:
        pattern = r"[\s_+-]?".join(re.escape(word) for word in name.split())
        text = re.sub(pattern, lambda found: _NAME if found[0][:1].isupper() else _LABEL, text, flags=re.IGNORECASE)
    return text


def pages(corpus: Path, count: int) -> list[dict[str, str]]:
    """Rated pages, drawn by the hash of their id."""
    rated = set(pd.read_csv(corpus / "ratings.csv", dtype={"id": str})["id"])
    found = []
    for file in ("pages.parquet", "pages_static.parquet"):
        for batch in pq.ParquetFile(corpus / file).iter_batches(batch_size=200, columns=["id", "url", "domain", "html"]):
            found += [row for row in batch.to_pylist() if row["id"] in rated and row["domain"]]
    return sorted(found, key=lambda row: hashlib.sha1(row["id"].encode()).hexdigest())[:count]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", type=Path)
    options.add_argument("--pages", type=int, default=1000)
    given = options.parse_args()
    moved, verdicts, left_out = [], [], 0
    for row in pages(given.corpus, given.pages):
        url = row["url"] or ""
        page = Page.from_html(row["html"], url)
        names = names_of(page, row["domain"])
        changed = renamed(row["html"], names)
        if changed == row["html"]:
            left_out += 1
            continue
        before, after = score_page(page), score_page(changed, renamed(url, names))
        moved.append(after.trust - before.trust)
        verdicts.append(before.verdict == after.verdict)
    shift = np.array(moved)
    shift = shift[~np.isnan(shift)]
    size = np.abs(shift)
    text = f"""# The name of the outlet

{len(size):,} rated pages of the corpus that say their outlet's name or that of their domain ({left_out} more do not, or it has fewer than {SHORTEST} letters), scored as they are and with the name replaced
everywhere by one that no outlet has ("{_NAME}"), in text, markup and address (`python benchmarks/names.py CORPUS`).

| trust moves by | |
|---|---|
| less than 0.01 | {np.mean(size < 0.01):.1%} of the pages |
| less than {LIMIT} | {np.mean(size < LIMIT):.1%} |
| less than 0.05 | {np.mean(size < 0.05):.1%} |
| on average | {shift.mean():+.4f} |
| the most | {size.max():.3f} |
| the verdict stays | {np.mean(verdicts):.1%} |
"""
    (ROOT / "benchmarks" / "NAMES.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
