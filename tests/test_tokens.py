"""Are the words and marks of a text those that a reader would count, and are equal words equal numbers?"""

from __future__ import annotations

import numpy as np
import pytest

from scorer.tokens import (
    CLOSING,
    COMMA,
    CURRENCY,
    MARK,
    NUMBER,
    OPENING,
    QUOTE,
    SIGN,
    SIGN_STOP,
    STOP,
    WORD,
    Terms,
    WordSet,
    chain,
    find_words,
    hash_of,
    is_one_of,
    terms,
    tokenize,
    word_set,
)


def words(text: str) -> list[str]:
    found = tokenize(text)
    return [text[s:e] for s, e in zip(found.start.tolist(), found.end.tolist(), strict=True)]


WORDS = {
    "words and marks": ("One, two (three).", ["One", ",", "two", "(", "three", ")", "."]),
    "apostrophes inside a word": ("It's the dogs' o'clock", ["It's", "the", "dogs", "'", "o'clock"]),
    "typographic apostrophes": ("Don’t ‘go’", ["Don’t", "‘", "go", "’"]),
    "hyphens part": ("well-known", ["well", "-", "known"]),
    "numbers": ("3.5 and 1,200", ["3", ".", "5", "and", "1", ",", "200"]),
    "letters and digits part": ("5g MP3", ["5", "g", "MP", "3"]),
    "each mark by itself": ("...!", [".", ".", ".", "!"]),
    "letters with accents": ("Überall blühen Äpfel", ["Überall", "blühen", "Äpfel"]),
    "scripts without spaces, a sign each": ("旧桥 open", ["旧", "桥", "open"]),
    "kana": ("ありがとう", list("ありがとう")),
    "arabic": ("فتحت البلدية", ["فتحت", "البلدية"]),
    "hangul is written with spaces": ("오래된 다리", ["오래된", "다리"]),
    "beyond 16 bits": ("old 😀 𝕓", ["old", "😀", "𝕓"]),
    "odd spaces": ("one\u00a0two\u2003three", ["one", "two", "three"]),
    "an underscore is a letter": ("max_bytes", ["max_bytes"]),
    "nothing": ("", []),
    "white space": (" \n\t ", []),
}


@pytest.mark.parametrize("name", WORDS)
def test_words(name: str) -> None:
    text, wanted = WORDS[name]
    assert words(text) == wanted


def test_columns_have_one_length() -> None:
    for text in ("", " ", "One, two.\n\nThree", "旧桥 1"):
        found = tokenize(text)
        assert len({len(column) for column in found[:-1]}) == 1


def test_kinds() -> None:
    assert tokenize("word 12 , 桥 ½").kind.tolist() == [WORD, NUMBER, MARK, SIGN, MARK]


USES = {
    STOP: ".!?…。！？",
    COMMA: ",;、，",
    QUOTE: '"“”„«»',
    OPENING: "\"'“‘([«„",
    CLOSING: "\"'”’)]»",
    CURRENCY: "$€£₹",
    SIGN_STOP: "。！？",
}


@pytest.mark.parametrize("use", USES)
def test_what_marks_are_used_for(use: int) -> None:
    marks = "".join(sorted(set("".join(USES.values())) | set("-*&a1")))
    found = tokenize(" ".join(marks))
    assert {marks[at] for at in np.flatnonzero(found.flags & use)} == set(USES[use])


def test_lines_without_a_word_are_not_counted() -> None:
    found = tokenize("\none two\n\n \nthree\n.\n")
    assert found.line.tolist() == [0, 0, 1, 2]
    assert found.lines == 3


def test_capitals() -> None:
    assert tokenize("One two Äpfel 3 ÉTÉ ß 旧").capital.tolist() == [True, False, True, False, True, False, False]


SAME = [
    ("Subscribe", "SUBSCRIBE"),
    ("Don't", "don’t"),
    ("Äpfel", "äpfel"),
    ("subѕcribe", "subscribe"),
    ("“", '"'),
    ("–", "-"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_reads_the_same_is_the_same(one: str, other: str) -> None:
    assert hash_of(one) == hash_of(other)


DIFFERENT = [("one", "neo"), ("on", "one"), ("a", "aa"), ("cafe", "café"), ("1", "l"), ("Москва", "Mockba"), (".", ",")]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_reads_otherwise_is_another(one: str, other: str) -> None:
    assert hash_of(one) != hash_of(other)


def test_a_word_is_the_same_wherever_it_stands() -> None:
    for before in ("", "x " * 40_000, "桥" * 9_000 + " ", "\n\n— “", "é" * 300 + " "):
        assert int(tokenize(f"{before}orchard, and").hash[-3]) == hash_of("orchard")
        assert tokenize(f"{before}orchards").stem[-1] == tokenize("Orchard").stem[0]


def test_fifty_thousand_words_have_fifty_thousand_hashes() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    made = [a + b + c + d for a in letters for b in letters for c in letters for d in "aeiz"]
    assert len(np.unique(tokenize(" ".join(made)).hash)) == len(made)


def test_stems_are_the_first_six_letters() -> None:
    one, two, other, short = tokenize("elections Election electric elec").stem.tolist()
    assert one == two
    assert len({one, other, short}) == 3


def test_a_part_is_a_text_of_its_own() -> None:
    text = "One two.\nThree, four"
    whole, alone = tokenize(text), tokenize("Three, four")
    part = whole.part(3, 6, text.index("Three"))
    for mine, theirs in zip(part, alone, strict=True):
        assert np.array_equal(mine, theirs)


# -- sets of words --------------------------------------------------------------------------------------------------


def test_words_of_a_set_are_found() -> None:
    found = tokenize("He said that she told; said he.")
    assert find_words(found.hash, word_set("said told")).tolist() == [1, 4, 6]
    assert is_one_of(found.hash, word_set("said told")).tolist() == [
        False,
        True,
        False,
        False,
        True,
        False,
        True,
        False,
        False,
    ]
    assert find_words(found.hash, word_set("nobody")).tolist() == []
    assert find_words(found.hash[:0], word_set("said")).tolist() == []


def test_a_set_may_be_empty_or_hold_the_same_twice() -> None:
    found = tokenize("one two three")
    assert find_words(found.hash, WordSet.of(found.hash[:0])).tolist() == []
    assert len(WordSet.of(tokenize("one One ONE two").hash).hashes) == 2


def test_a_set_finds_what_a_python_set_finds() -> None:
    """All of a few thousand words, the greatest and the least hash among them."""
    every = tokenize(
        " ".join(f"w{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}" for i in range(3000))
    ).hash
    for chosen in (every[::3], np.sort(every)[-2:], np.sort(every)[:2]):
        known = set(chosen.tolist())
        assert find_words(every, WordSet.of(chosen)).tolist() == [
            at for at, one in enumerate(every.tolist()) if one in known
        ]


def test_sequences_are_told_apart_by_order() -> None:
    one, two, three = (tokenize(word).hash for word in ("one", "two", "three"))
    runs = {
        int(chain(a, b)[0])
        for a, b in (
            (one, two),
            (two, one),
            (one, three),
            (one, one),
            (chain(one, two), three),
            (one, chain(two, three)),
        )
    }
    assert len(runs) == 6


# -- terms of the wording model -------------------------------------------------------------------------------------


def quoted(text: str, found: Terms) -> list[str]:
    return [text[found.start[at] : found.end[at]] for at in np.flatnonzero(found.quotable).tolist()]


def test_terms_are_words_pairs_and_short_lines() -> None:
    text = "Write for us\nA line, rather longer than that"
    assert quoted(text, terms(tokenize(text))) == [
        *["Write", "for", "us", "A", "line", "rather", "longer", "than", "that"],
        *["Write for", "for us", "A line", "rather longer", "longer than", "than that"],
        "Write for us",
    ]


def test_terms_have_as_many_pairs_as_neighbours() -> None:
    text = "One two.\nThree"
    found = terms(tokenize(text))
    assert found.tokens == 4 + 2 * 2
    assert len(found.hash) == found.tokens + found.tokens - 1 + 1
    assert {len(column) for column in (found.start, found.end, found.quotable, found.in_first)} == {len(found.hash)}


def test_the_same_short_line_is_the_same_term() -> None:
    one, two, other = (int(terms(tokenize(text)).hash[-1]) for text in ("Write for us", "WRITE FOR US", "Write us for"))
    assert one == two
    assert one != other


def test_numbers_are_one_term_and_words_many() -> None:
    one, two = (terms(tokenize(f"In {year} it rained")) for year in (1873, 2019))
    assert np.array_equal(one.hash, two.hash)


def test_terms_of_two_parts_keep_their_offsets() -> None:
    title, text = "Old bridge", "The new bridge\nis old"
    found = terms(tokenize(title), tokenize(text))
    assert found.parts == 2
    for at in np.flatnonzero(found.quotable).tolist():
        part = title if found.in_first[at] else text
        assert 0 <= found.start[at] < found.end[at] <= len(part)
    of_title = np.flatnonzero(found.quotable & found.in_first).tolist()
    assert {title[found.start[at] : found.end[at]] for at in of_title} == {"Old", "bridge", "Old bridge"}


@pytest.mark.parametrize("parts", [("",), ("", ""), ("", "word"), ("word", ""), ("word",)])
def test_terms_of_nothing_and_of_one_word(parts: tuple[str, ...]) -> None:
    found = terms(*map(tokenize, parts))
    assert {len(column) for column in (found.start, found.end, found.quotable, found.in_first)} == {len(found.hash)}
    assert found.quotable.sum() == (1 if any(parts) else 0)
