"""Do the peers' numbers say what their definitions say?"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from scorer import facts
from scorer.peers import filters, learners, plain, redpajama

Signals = Callable[[str], dict[str, float]]

LIST = "- plums\n- pears\n- plums\nPlums and pears are to be had with the cheese of the day."
TWICE = "The mill stands by the river bank\n\nThe mill stands by the river bank\n\nNobody knows who built it."

CASES: list[tuple[Signals, str, dict[str, float]]] = [
    (filters.signals, LIST, {"gopher_bullet_lines": 3 / 4, "gopher_stopwords": 6, "gopher_words": 16, "c4_kept_lines": 1 / 4, "c4_open_lines": 3 / 4, "c4_sentences": 1, "fineweb_closed_lines": 1 / 4, "fineweb_short_lines": 3 / 4}),
    (filters.signals, LIST, {"gopher_repeated_lines": 1 / 4, "gopher_repeated_line_chars": 7 / len(LIST), "fineweb_breaks_to_words": 3 / 20}),
    (filters.signals, TWICE, {"gopher_repeated_paragraphs": 1 / 3, "gopher_repeated_paragraph_chars": 33 / len(TWICE), "gopher_repeated_5gram_chars": 18 / len(TWICE)}),
    (filters.signals, "Wait... #now {x}\nWe use cookies. Read our privacy policy.", {"gopher_ellipses_to_words": 1 / 16, "gopher_hashes_to_words": 1 / 16, "c4_policy_lines": 1 / 2, "c4_curly_brackets": 1}),
    (redpajama.signals, "One two. ONE two!\nThree…", {"doc_word_count": 5, "doc_num_sentences": 3, "doc_frac_unique_words": 3 / 5, "doc_frac_lines_end_with_ellipsis": 1 / 2, "doc_frac_all_caps_words": 1 / 8, "lines_num_words": 5 / 2}),
    (redpajama.signals, "a b a b a b", {"doc_frac_chars_top_2gram": 1.0, "doc_frac_unique_words": 1 / 3, "doc_unigram_entropy": math.log(2)}),
    (redpajama.signals, "• {one}\ntwo", {"lines_start_with_bulletpoint": 1 / 2, "doc_curly_bracket": 2 / 11, "doc_lorem_ipsum": 0}),
    (lambda text: plain.counts("Why 3?", text, "http://[ccpa-preferences"), "Rain. “Rain” again…", {"title_questions": 1, "title_digits": 1, "words": 3, "distinct_share": 2 / 3, "host_dots": 0, "ellipsis_share": 1 / 3}),
]


@pytest.mark.parametrize(("signals", "text", "says"), CASES)
def test_signals_count_what_they_say(signals: Signals, text: str, says: dict[str, float]) -> None:
    found = signals(text)
    assert {name: found[name] for name in says} == pytest.approx(says)


@pytest.mark.parametrize("text", ["", " \n\n ", "a", "…" * 50, "{" * 50, "x" * 5000, "\u200b", "no stop\n" * 300])
@pytest.mark.parametrize("signals", [filters.signals, redpajama.signals, lambda text: plain.counts(text, text, text)])
def test_signals_are_finite_and_the_same_of_every_text(signals: Signals, text: str) -> None:
    found = signals(text)
    assert found.keys() == signals("Any other text.").keys()
    assert all(math.isfinite(value) for value in found.values())


@pytest.mark.parametrize("learner", [learners.forest, learners.ridge, learners.support_vectors])
def test_learners_find_what_one_number_tells(learner: learners.Learner) -> None:
    random = np.random.default_rng(2)
    rows = random.normal(size=(300, 4))
    ratings = np.where(rows[:, 2] > 0, 5.0, 1.0)
    said = learner(rows[:200], ratings[:200], np.ones(200), rows[200:])
    assert np.corrcoef(said, ratings[200:])[0, 1] > 0.7


def test_words_are_learned_from_the_chosen_texts_only() -> None:
    texts = ["good report"] * 5 + ["casino bonus"] * 5 + ["casino report"]
    chosen = np.array([True] * 10 + [False])
    labels = np.array([[5.0, 0.0]] * 5 + [[1.0, 1.0]] * 6)
    said = learners.Terms(texts).ridge(chosen, labels, np.ones(11), np.ones(11, np.bool_))[:, 0]
    assert said[0] > said[10] > said[5]


def test_a_site_leans_if_nearly_all_labels_agree() -> None:
    labels = [("a.example", "bias=left"), ("b.example", "bias=left"), ("c.example", "bias=right")]
    table = pd.DataFrame([row for row in labels for _ in range(4)] + [("b.example", "bias=right")] * 3, columns=["domain", "label"])
    assert facts.leanings(table) == {"a.example": "left", "c.example": "right"}
