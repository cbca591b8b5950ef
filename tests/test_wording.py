"""Does scoring read words as training counted them?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scorer import train_wording
from scorer.corpus import Variant
from scorer.page import Page
from scorer.tokens import terms, tokenize
from scorer.wording import around, around_terms, is_around, terms_of, text_terms

GOOD = "The council published the minutes of its meeting, said the clerk on Monday."
BAD = "You will not believe these amazing tricks, click here and buy now!"
MENUS = ("Sign in", "Terms of service", "Casino bonus", "Essay writing service")


def _variant(n: int) -> Variant:
    """A page of a site of its own: good and bad sites alternate in what they tell and in what their menus say."""
    story = " ".join([(GOOD, BAD)[n % 2]] * (3 + n % 5)) + f" Orchard {n}."
    links = "".join(f"<li><a href=/{i}>{label}</a>" for i, label in enumerate(MENUS[n % 2 :: 2]))
    html = f"<title>Story</title><nav class=menu><ul>{links}</ul></nav><article><h1>Story</h1><p>{story}</p></article>"
    return Variant(f"{n:040x}", f"site{n}.example", "", "html", Page.from_html(html))


@pytest.fixture(scope="module")
def variants() -> list[Variant]:
    return [_variant(n) for n in range(60)]


@pytest.fixture(scope="module")
def rated(variants: list[Variant]) -> pd.DataFrame:
    rows = [{"id": v.id, "domain": v.domain, "fold": n % 5, "trust": 5 - 4 * (n % 2), **dict.fromkeys(("farm", "clickbait", "aggregation", "promo", "unrelated"), n % 2)} for n, v in enumerate(variants)]
    return pd.DataFrame(rows)


def test_scoring_reads_what_training_counted(variants: list[Variant], rated: pd.DataFrame) -> None:
    counts = train_wording.collect([train_wording.row_of(v) for v in variants])
    wanted = train_wording.targets(rated)
    model = train_wording.fit(counts.matrix, counts.keys, wanted, np.ones(len(wanted)), counts.matrix)
    trained = train_wording.apply(model, counts.matrix, counts.keys)
    assert is_around(model.keys).any()
    assert not is_around(model.keys).all()
    for variant, values in zip(variants, trained, strict=True):
        page = variant.page
        assert model.read(terms_of(page), around(page)).values == pytest.approx(values, abs=1e-4)
    assert trained[0, 0] > 4 > 2 > trained[1, 0]


def test_a_word_of_one_site_is_no_term(variants: list[Variant]) -> None:
    rows = [train_wording.row_of(v) for v in variants]
    counts = train_wording.collect(rows)
    assert np.isin(text_terms(tokenize("Orchard").hash), counts.keys).all()  # on every site
    once = Variant("f" * 40, "once.example", "", "html", Page.from_html("<p>Brambleshire tells " + GOOD))
    assert not np.isin(text_terms(tokenize("Brambleshire").hash), train_wording.collect([*rows, train_wording.row_of(once)]).keys).any()


def test_a_word_of_the_surroundings_is_another_term_than_the_same_in_the_text() -> None:
    found = terms(tokenize("Write for us")).hash
    assert not np.isin(around_terms(found), text_terms(found)).any()
    assert is_around(around_terms(found)).all()
    assert not is_around(text_terms(found)).any()


def test_what_surrounds_the_story_is_menus_and_teasers_not_the_story() -> None:
    menu = set(terms(tokenize(MENUS[0])).hash.tolist())
    assert menu <= set(around(_variant(0).page).tolist())
    assert not set(tokenize("council minutes").hash.tolist()) & set(around(_variant(0).page).tolist())


def test_a_passage_counts_once_and_an_address_not_at_all() -> None:
    def heard(text: str) -> dict[int, int]:
        found, counts = np.unique(terms_of(Page.from_text(text)).hash, return_counts=True)
        return dict(zip(found.tolist(), counts.tolist(), strict=True))

    word, pair = terms(tokenize("professor")).hash[1], terms(tokenize("professor of")).hash
    padded = heard("Old walls stand there.\n" + "\n".join(f"“It was checked twice,” said Dr. {name}, professor of geology at the University of Oslo." for name in ("Ann", "Bo", "Cy")))
    assert padded[int(word)] == 1
    assert max(padded.get(int(one), 0) for one in pair) >= 1
    gov = int(tokenize("gov").hash[0])
    assert gov not in heard("Sources: cdc.gov report, nih.gov report")
    assert gov in heard("The gov of the hill")
    # Sentences run together are no address.
    assert int(tokenize("However").hash[0]) in heard("It rained in Russia.However, the wall held.")
