"""Do class names say what their author wrote them to say, read as words?"""

from __future__ import annotations

import pytest

from scorer.hints import Hint, of_frames

NAMES = {
    "a word": ("newsletter", Hint.PROMO),
    "beside others": ("widget newsletter", Hint.PROMO | Hint.SIDEBAR),
    "hyphens part": ("site-footer", Hint.FOOTER),
    "underscores part": ("site_footer", Hint.FOOTER),
    "in capitals": ("FOOTER", Hint.FOOTER),
    "a compound": ("entry-content", Hint.BODY),
    "the same word by itself": ("content", Hint(0)),
    "an advertisement": ("ad", Hint.AD),
    "its slot": ("ad-slot-3", Hint.AD),
    "a word that only begins like it": ("adapter", Hint(0)),
    "a word that only ends like it": ("header-loader", Hint.HEADER),
    "a word that goes on": ("advertisement", Hint.AD),
    "what separators leave": ("a__b--c::d", Hint(0)),
    "letters beyond ascii": ("über-ads", Hint.AD),
    "nothing": ("", Hint(0)),
    "what stands behind 300 characters": ("x" * 400 + " footer", Hint(0)),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_name_says(name: str) -> None:
    said, wanted = NAMES[name]
    assert [Hint(bits) for bits in of_frames(["div"], [said])] == [wanted]


def test_tags_say_it_too() -> None:
    found = of_frames(["nav", "footer", "div", "nav"], ["", "share", "share", "ad"])
    assert found == [Hint.NAV_TAG, Hint.FOOTER_TAG | Hint.SHARE, Hint.SHARE, Hint.NAV_TAG | Hint.AD]


def test_many_names_at_once_say_what_each_says_alone() -> None:
    names = [f"{word}-{i}" for i in range(50) for word in ("footer", "x", "comment", "ad", "entry-content", "ü")]
    assert of_frames(["div"] * len(names), names) == [of_frames(["div"], [name])[0] for name in names]
    assert of_frames([], []) == []


def test_a_name_does_not_reach_into_the_next() -> None:
    """All new names are read in one pass."""
    assert of_frames(["div"] * 3, ["some entry", "content here", "entry content"]) == [0, 0, Hint.BODY]


def test_more_names_than_are_remembered() -> None:
    names = [f"x{i} footer" for i in range(100_050)]
    assert set(of_frames(["div"] * len(names), names)) == {int(Hint.FOOTER)}
    assert of_frames(["div"], ["entry-content"]) == [Hint.BODY]
    assert of_frames(["div", "div"], ["", names[0]]) == [0, Hint.FOOTER]
