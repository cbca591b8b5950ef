"""Do class names say what their author wrote them to say, read as words?"""

from __future__ import annotations

import pytest

from scorer.hints import UNSEEN, Hint, of_name

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
    assert Hint(of_name(said)) == wanted


@pytest.mark.parametrize("name", ["sr-only", "btn visually-hidden", "VisuallyHidden x", "ad screen-reader-text"])
def test_names_that_hide(name: str) -> None:
    assert of_name(name) & UNSEEN
    assert not of_name(name.replace("-", "_").replace("Hidden", "-hide")) & UNSEEN


def test_more_names_than_are_remembered() -> None:
    names = [f"x{i} footer" for i in range(100_050)]
    assert {of_name(name) for name in names} == {int(Hint.FOOTER)}
    assert (of_name("entry-content"), of_name(""), of_name(names[0])) == (Hint.BODY, 0, Hint.FOOTER)
