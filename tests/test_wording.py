"""Does scoring read words as training counted them?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scorer import train_wording
from scorer.corpus import Variant
from scorer.page import Page
from scorer.tokens import tokenize
from scorer.wording import is_label, label_terms, labels_of, text_of, text_terms

GOOD = "The council published the minutes of its meeting, said the clerk on Monday."
BAD = "You will not believe these amazing tricks, click here and buy now!"
MENUS = ("Sign in", "Terms of service", "Casino bonus", "Essay writing service")


def _variant(n: int) -> Variant:
    """A page of a site of its own: good and bad sites alternate in what they tell and in what they link to."""
    story = " ".join([(GOOD, BAD)[n % 2]] * (1 + n % 5)) + f" Orchard {n}."
    links = "".join(f"<li><a href=/{i}>{label}</a>" for i, label in enumerate(MENUS[n % 2 :: 2]))
    html = f"<title>Story</title><p>{story}</p><ul>{links}</ul>"
    return Variant(f"{n:040x}", f"site{n}.example", "", "html", Page.from_html(html))


@pytest.fixture(scope="module")
def variants() -> list[Variant]:
    return [_variant(n) for n in range(60)]


@pytest.fixture(scope="module")
def rated(variants: list[Variant]) -> pd.DataFrame:
    rows = [{"id": v.id, "domain": v.domain, "fold": n % 5, "trust": 5 - 4 * (n % 2), **dict.fromkeys(("farm", "clickbait", "aggregation", "promo", "unrelated"), n % 2)} for n, v in enumerate(variants)]
    return pd.DataFrame(rows)


def test_scoring_reads_what_training_counted(variants: list[Variant], rated: pd.DataFrame) -> None:
    counts = train_wording.count(variants)
    wanted = train_wording.targets(rated)
    model = train_wording.fit(counts.matrix, counts.keys, wanted, np.ones(len(wanted)), counts.matrix)
    trained = train_wording.apply(model, counts.matrix, counts.keys)
    assert is_label(model.keys).any()
    assert not is_label(model.keys).all()
    for variant, values in zip(variants, trained, strict=True):
        page = variant.page
        assert model.read(tokenize(text_of(page)), tokenize(labels_of(page))).values == pytest.approx(values, abs=1e-4)
    assert trained[0, 0] > 4 > 2 > trained[1, 0]


def test_a_word_of_one_site_is_no_term(variants: list[Variant]) -> None:
    counts = train_wording.count(variants)
    own = text_terms(tokenize("Orchard 7"))[1:3]
    assert np.isin(own[:1], counts.keys).all()  # "orchard" is on every site
    once = Variant("f" * 40, "once.example", "", "html", Page.from_html("<p>Brambleshire tells " + GOOD))
    assert not np.isin(text_terms(tokenize("Brambleshire"))[1:2], train_wording.count([*variants, once]).keys).any()


def test_a_label_is_another_term_than_the_same_words_in_the_text() -> None:
    tokens = tokenize("Write for us")
    assert not np.isin(label_terms(tokens), text_terms(tokens)).any()
    assert is_label(label_terms(tokens)).all()
    assert not is_label(text_terms(tokens)).any()
    assert labels_of(Page.from_html("<p>Tea <a href=/x>Write for us</a> and <a href=/y>Contact</a>")) == "Write for us\nContact"
    assert labels_of(Page.from_text("Write for us")) == ""
