"""Does it hold on real pages? Needs the development corpus; its pages stay where they are."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from scorer import Model, Page, score_page
from scorer.zones import Zone

CORPUS = Path(os.environ.get("SCORER_CORPUS", Path(__file__).parent.parent.parent / "shared" / "corpus"))
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not (CORPUS / "pages.parquet").is_file(), reason="the development corpus is not here (set SCORER_CORPUS)"),
]  # fmt: skip


@pytest.fixture(scope="module")
def pages() -> list[tuple[str, str]]:
    """Every 60th page, as (url, html)."""
    file = pq.ParquetFile(CORPUS / "pages.parquet")
    batches = file.iter_batches(batch_size=60, columns=["url", "html"])
    first = [batch.slice(0, 1).to_pylist()[0] for batch in batches]
    return [(row["url"] or "", row["html"]) for row in first]


def test_real_pages_hold_the_contracts(pages: list[tuple[str, str]]) -> None:
    for url, html in pages:
        page = Page.from_html(html, url)
        assert len(page.zones) == len(page.columns.start)
        assert "\n".join(page.block_text(i) for i in range(len(page.zones))) == page.text
        result = score_page(page)
        if result.error:
            continue
        assert math.fsum(result.effects.values()) + result.intercept == pytest.approx(result.score, abs=1e-9)
        for reason in result.reasons:
            for quote in reason.quotes:
                assert page.part(quote.part)[quote.start : quote.end] == quote.text


def test_pages_cut_anywhere_still_give_a_row(pages: list[tuple[str, str]]) -> None:
    random = np.random.default_rng(7)
    for url, html in pages[:20]:
        data = html.encode("utf-8", "replace")[:300_000]
        for cut in random.integers(1, max(len(data), 2), 5).tolist():
            assert score_page(data[:cut], url) is not None
        noisy = bytearray(data)
        for at in random.integers(0, max(len(noisy), 1), 50).tolist():
            noisy[at] = int(random.integers(0, 256))
        assert score_page(bytes(noisy), url) is not None


def test_markup_that_no_reader_sees_changes_nothing(pages: list[tuple[str, str]]) -> None:
    for url, html in pages[:40]:
        varied = re.sub(r"<(/?)(p|div|li|h1|h2|span)(?=[ >])", lambda tag: f"<{tag[1]}{tag[2].upper()}", html)
        assert score_page(varied, url).score == pytest.approx(score_page(html, url).score, abs=1e-9, nan_ok=True)


@pytest.mark.skipif(not (CORPUS / "example_page.txt").is_file(), reason="the example page is not here")
def test_the_page_that_the_project_was_asked_for_with() -> None:
    page = Page.from_text((CORPUS / "example_page.txt").read_text())
    result = score_page(page)
    model = Model.load()
    assert result.verdict == "low"
    assert result.trust <= np.quantile(model.info["trust_quantiles"], 0.10)
    lowering = {reason.feature: [quote.text for quote in reason.quotes] for reason in result.reasons if reason.effect < 0}
    assert any("Business Insider" in text for text in lowering["outlet_list_entries"])
    assert {"be sure to follow", "Subscribe now to keep reading"} <= set(lowering["promo_footer"])
    zones = {Zone(page.zones[page.block_of(np.array([quote.start]))[0]]) for reason in result.reasons if reason.effect < 0 for quote in reason.quotes if quote.part == "text"}
    assert {Zone.SOURCES, Zone.TEASERS, Zone.PROMOTION} <= zones


def test_columns_of_the_rated_pages_are_all_there() -> None:
    rated = pd.read_csv(CORPUS / "ratings.csv")
    committed = pd.read_csv(Path(__file__).parent.parent / "data" / "pages.csv", dtype={"id": str})
    further = pd.read_csv(Path(__file__).parent.parent / "data" / "further.csv")
    assert set(rated["id"]) | set(further["id"]) == set(committed["id"])
    assert not set(rated["id"]) & set(further["id"])
