"""Does the headline model judge headlines as it was trained to, and refuse what is no model?"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scorer import score_headline
from scorer.clickbait import BITS, LONGEST, ClickbaitModel, shipped
from scorer.page import Page
from scorer.shipped import ModelMismatch, savez
from scorer.tokens import tokenize
from scorer.train_clickbait import SOURCE, fit, judged, matrix, read, train

TEASING = [
    "You won't believe what this dentist found behind the wall", "This is why nobody goes to the old mill anymore", "What she did next will make you cry",
    "We tried every pie in town and this is the best one", "The one thing you should never say to your landlord",
]  # fmt: skip
TELLING = [
    "Parliament passes budget after six-hour debate", "Storm cuts power to 40,000 homes in the north", "Central bank raises rate by quarter point",
    "Two miners rescued from flooded shaft", "Court upholds ban on river dredging",
]  # fmt: skip


def test_teasing_headlines_stand_above_telling_ones() -> None:
    assert min(map(score_headline, TEASING)) > max(map(score_headline, TELLING))


@pytest.mark.parametrize("nothing", ["", " ", "\n"])
def test_no_words_no_judgement(nothing: str) -> None:
    assert math.isnan(score_headline(nothing))


@pytest.mark.parametrize("odd", ["?", "a", "\ud800", "标题", "😀😀", "x" * 100_000, "you " * 50_000, "\x00"])
def test_any_text_gets_a_probability(odd: str) -> None:
    assert 0 <= score_headline(odd) <= 1


def test_only_so_much_is_read() -> None:
    start = ("Parliament passes budget " * 40)[:LONGEST]
    assert score_headline(start + " you won't believe") == score_headline(start)


def test_scoring_reads_what_training_read() -> None:
    rows = matrix([*TEASING, *TELLING])
    trained = fit(rows, np.array([1.0] * 5 + [0.0] * 5))
    mine = [trained.chance(text, tokenize(text)) for text in [*TEASING, *TELLING]]
    assert mine == pytest.approx((1 / (1 + np.exp(-judged(trained, rows)))).tolist(), abs=1e-6)
    assert min(mine[:5]) > max(mine[5:])


def test_a_headline_in_the_text_reads_as_the_same_in_the_title() -> None:
    shown = Page.from_html(f"<title>{TEASING[0]}</title><h1>{TEASING[0]}</h1><p>It was an old safe. Nobody knew of it.</p>")
    model = shipped()
    assert shown.headline == TEASING[0]
    assert model.chance(shown.headline, shown.headline_tokens) == model.chance(TEASING[0], tokenize(TEASING[0]))


def test_half_is_never_trained_on(tmp_path: Path) -> None:
    """Labels of the held-out half may be anything: the model is the same."""
    texts = [f"{text} {word}" for word in ["ash", "beech", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine", "rowan", "willow"] for text in [*TEASING, *TELLING]]
    strength = [float("you" in text.lower() or "this" in text.lower()) for text in texts]
    table = pd.DataFrame({"headline": texts, "strength": strength, "label": [int(s) for s in strength], "label_source": SOURCE, "lang": "en"})
    table.to_parquet(tmp_path / "one.parquet")
    held = read(tmp_path / "one.parquet")["hash"].to_numpy() % 2 == 1
    assert 10 < held.sum() < len(texts) - 10
    changed = table.assign(strength=np.where(held, 1 - table["strength"], strength), label=np.where(held, 1 - table["label"], table["label"]))
    changed.to_parquet(tmp_path / "other.parquet")
    measured = train(tmp_path / "one.parquet", tmp_path / "one"), train(tmp_path / "other.parquet", tmp_path / "other")
    assert (tmp_path / "one/clickbait.npz").read_bytes() == (tmp_path / "other/clickbait.npz").read_bytes()
    assert measured[0]["auc"]["held out"] > 0.5 > measured[1]["auc"]["held out"]


@pytest.mark.parametrize(
    ("what", "arrays"),
    [
        ("too small", {"weights": np.zeros(1 << (BITS - 1), np.float16), "start": np.float64(0)}),
        ("another kind of number", {"weights": np.zeros(1 << BITS, np.float64), "start": np.float64(0)}),
        ("not finite", {"weights": np.full(1 << BITS, np.inf, np.float16), "start": np.float64(0)}),
        ("lacks an array", {"weights": np.zeros(1 << BITS, np.float16)}),
        ("a row for a number", {"weights": np.zeros(1 << BITS, np.float16), "start": np.zeros(3)}),
    ],
)
def test_a_damaged_model_is_refused(tmp_path: Path, what: str, arrays: dict[str, np.ndarray]) -> None:
    savez(tmp_path / "clickbait.npz", arrays)
    with pytest.raises(ModelMismatch, match="model of clickbait"):
        ClickbaitModel.load(tmp_path)
    with pytest.raises(ModelMismatch, match="cannot be read"):
        ClickbaitModel.load(tmp_path / "nowhere")
