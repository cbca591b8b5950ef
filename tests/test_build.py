"""Does scoring read a page's build as training did, and can neither a site nor a collection be learned from it?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scorer import build, train_build
from scorer.page import Page
from scorer.shipped import ModelMismatch
from scorer.train_build import MIN_DOMAINS, Built
from scorer.wording import READINGS

GOOD, BAD = ("element code", "element p", "meta author"), ("element ins", "element p", "meta keywords")
FLAGS = ("farm", "clickbait", "aggregation", "promo", "unrelated")


def _pages(count: int = 80) -> list[Built]:
    return [Built(f"{n:040x}", f"site{n}.example", f"collection {n // 2 % 8}", (*(GOOD, BAD)[n % 2], f"meta own-{n}", f"meta of-collection-{n // 2 % 8}")) for n in range(count)]


def _rated(pages: list[Built]) -> pd.DataFrame:
    rows = [{"id": p.id, "group": "web", "fold": n % 5, "trust": 5 - 4 * (n % 2), **dict.fromkeys(FLAGS, n % 2)} for n, p in enumerate(pages)]
    return pd.DataFrame(rows)


def test_a_name_of_few_sites_or_of_one_collection_is_not_learned() -> None:
    few = [Built(f"few {n}", f"few{n}.example", f"collection {n % 8}", ("element marquee",)) for n in range(MIN_DOMAINS - 1)]
    one = [Built(f"one {n}", f"one{n}.example", "collection 0", ("element blink",)) for n in range(3 * MIN_DOMAINS)]
    assert train_build.vocabulary([*_pages(), *few, *one]) == sorted({*GOOD, *BAD})


def test_scoring_reads_what_training_read(tmp_path: Path) -> None:
    pages = _pages()
    frame, model = train_build.cross_fit(pages, _rated(pages))
    model.save(tmp_path)
    loaded = build.BuildModel.load(tmp_path)
    good, bad = loaded.read(GOOD), loaded.read(BAD)
    assert good[0] > 4 > 2 > bad[0]
    assert good == pytest.approx(model.read(GOOD), abs=1e-3)
    assert np.ptp(frame["build_trust"][::2]) < 1 < frame["build_trust"].iloc[0] - frame["build_trust"].iloc[1]
    assert loaded.read(()) == pytest.approx(loaded.mean)


def test_a_page_is_read_by_models_that_did_not_see_its_fold() -> None:
    pages = _pages()
    rated = _rated(pages)
    before, _ = train_build.cross_fit(pages, rated)
    changed = rated.assign(trust=np.where(rated["fold"] == 2, 6 - rated["trust"], rated["trust"]))
    after, _ = train_build.cross_fit(pages, changed)
    mine, other = rated["fold"].to_numpy() == 2, rated["fold"].to_numpy() == 1
    assert after["build_trust"][mine].tolist() == before["build_trust"][mine].tolist()
    assert (after["build_trust"][other] != before["build_trust"][other]).all()
    assert after["build_trust|2"][other].tolist() == before["build_trust|2"][other].tolist()


def test_evidence_names_what_the_page_is_made_of() -> None:
    page = Page.from_html('<title>Tea</title><meta name=author content=Ann><meta name="dc.creator" content=Ann><p>Black <code>tea</code>.')
    lines = page.part("markup").splitlines()
    assert lines == ["element body", "element code", "element p", "meta author", "meta dc.creator"]
    found = [page.part("markup")[span.start : span.end] for span in build.spans(page, "trust", 1)]
    assert found
    assert set(found) <= set(lines)


def test_text_has_no_build() -> None:
    page = Page.from_text("Black tea is made of leaves.")
    assert page.part("markup") == ""
    assert not list(build.spans(page, "trust", 1))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cannot be read"),
        (b"{}", "names"),
        (b'{"names": ["element p"], "idf": [], "weights": [], "mean": []}', "do not fit each other"),
        (b'{"names": ["element p"], "idf": ["x"], "weights": [], "mean": []}', "cannot be read"),
        (b'{"names": ["element p"], "idf": [1], "weights": [[1, 1, 1, 1, 1, 1, 1, null]], "mean": [1, 1, 1, 1, 1, 1, 1, 1]}', "do not fit each other"),
    ],
    ids=["empty", "no tables", "sizes", "no numbers", "not finite"],
)
def test_a_damaged_model_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / build.FILE).write_bytes(content)
    with pytest.raises(ModelMismatch, match=says):
        build.BuildModel.load(tmp_path)


def test_the_shipped_model_has_a_weight_for_every_reading() -> None:
    model = build.shipped()
    assert model.weights.shape == (len(model.names), len(READINGS))
    assert list(model.names) == sorted(model.names)
