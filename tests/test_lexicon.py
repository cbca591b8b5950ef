"""Are the stock phrases of a text found where a reader sees them, each once, and nowhere else?"""

from __future__ import annotations

import numpy as np
import pytest

from scorer import lexicon
from scorer.tokens import tokenize


def found(name: str, text: str) -> list[str]:
    return [text[s:e] for s, e in lexicon.find(tokenize(text)).of(name).pairs()]


@pytest.mark.parametrize("name", lexicon.names())
def test_every_phrase_is_found_on_a_line_of_its_own(name: str) -> None:
    """Long ones and short ones, with marks and without, in every script."""
    listed = sorted(phrase for phrase in lexicon.phrases(name) if any(map(str.isalnum, phrase)))
    assert listed
    text = "\n".join(f"Xyzzy {phrase} xyzzy" for phrase in listed)
    hits = lexicon.find(tokenize(text)).of(name)
    assert np.unique(hits.line).tolist() == list(range(len(listed)))


WHERE = {
    "inside a sentence": ("comment_headings", "Please leave a reply below", ["leave a reply"]),
    "in capitals": ("comment_headings", "LEAVE A REPLY", ["LEAVE A REPLY"]),
    "marks between the words": ("comment_headings", "Leave: a “reply”", ["Leave: a “reply"]),
    "more than four words": ("clickbait", "Well, do you have what it takes?", ["do you have what it takes"]),
    "not the beginning of a long one": ("clickbait", "Do you have what it needs", []),
    "look-alike letters": ("promo_subscribe", "Our weekly newslеtter", ["Our weekly newslеtter"]),
    "the longest of those that begin together": (
        "promo_subscribe",
        "now subscribe to our newsletter",
        ["subscribe to our newsletter"],
    ),
    "twice": ("promo_subscribe", "Newsletter signup, newsletter signup", ["Newsletter signup", "newsletter signup"]),
    "behind one that is passed over": (
        "promo_share",
        "share on facebook share on twitter share on pinterest",
        ["share on facebook", "share on twitter", "share on pinterest"],
    ),
    "letters and digits side by side": ("outlets", "on News24. Masts", ["News24"]),
    "not with a space between them": ("outlets", "the news 24 hours a day", []),
    "not across the end of a line": ("promo_subscribe", "Our weekly\nnewsletter", []),
    "not inside a word": ("promo_subscribe", "Our biweekly newsletters", []),
    "not with a word between": ("promo_subscribe", "A weekly printed newsletter", []),
    "nothing": ("promo_subscribe", "", []),
    "only marks": ("promo_subscribe", "... !!! ???", []),
    "a single word": ("promo_subscribe", "weekly", []),
}


@pytest.mark.parametrize("case", WHERE)
def test_where_phrases_are_found(case: str) -> None:
    name, text, wanted = WHERE[case]
    assert found(name, text) == wanted


def test_phrases_of_one_lexicon_do_not_overlap() -> None:
    text = " ".join(phrase for name in lexicon.names() for phrase in sorted(lexicon.phrases(name)))
    hits = lexicon.find(tokenize(text))
    assert len(hits.start) > 5000
    same = hits.lexicon[1:] == hits.lexicon[:-1]
    assert (hits.start[1:][same] >= hits.end[:-1][same]).all()


def test_a_phrase_of_two_lexicons_counts_in_both() -> None:
    shared = [
        (one, two, sorted(both)[0])
        for i, one in enumerate(lexicon.names())
        for two in lexicon.names()[i + 1 :]
        if (both := lexicon.phrases(one) & lexicon.phrases(two))
    ]
    assert shared
    for one, two, phrase in shared:
        assert found(one, phrase)
        assert found(two, phrase)


def test_columns_agree() -> None:
    text = "Leave a reply\nOur weekly newsletter\nShare on facebook"
    hits = lexicon.find(tokenize(text))
    assert hits.first[-1] == len(hits.start) == len(hits.end) == len(hits.line) == len(hits.lexicon)
    assert (np.diff(hits.lexicon) >= 0).all()
    for at, name in enumerate(lexicon.names()):
        assert hits.of(name).lexicon.tolist() == [at] * (hits.first[at + 1] - hits.first[at])
    assert hits.of("promo_subscribe").line.tolist() == [1]


def test_one_line_is_a_text_of_its_own() -> None:
    text = "Leave a reply\nOur weekly newsletter"
    line = lexicon.find(tokenize(text)).in_line(1, text.index("Our"))
    alone = lexicon.find(tokenize("Our weekly newsletter"))
    for mine, theirs in zip(line, alone, strict=True):
        assert np.array_equal(mine, theirs)


def test_an_unknown_lexicon_is_refused() -> None:
    with pytest.raises(ValueError, match="tuple"):
        lexicon.find(tokenize("word")).of("no such lexicon")


def test_a_hundred_thousand_overlapping_phrases() -> None:
    text = "share on facebook " * 20_000
    assert found("promo_share", text) == ["share on facebook"] * 20_000
