"""Is what the parts of a url say read as whole steps and names, whatever the url?"""

from __future__ import annotations

import pytest

from scorer.address import MARKS, host, marks, path, site

SAYS = {
    "a redirector": ("https://amzn.to/3x", ["affiliate"]),
    "a parameter": ("/shop?item=7&aff_id=9", ["affiliate"]),
    "a partner's tag": ("https://www.example.com/dp/B0?tag=orchard-20", ["tag"]),
    "an author": ("https://example.org/author/ada-brandt/", ["people"]),
    "in capitals": ("/Author/Ada", ["people"]),
    "about": ("/about", ["about"]),
    "about, and a place on it": ("/about#team", ["about"]),
    "about, and a query": ("/about?x=1", ["about"]),
    "two kinds": ("/contact/about-us", ["about", "contact"]),
    "ethics, however it goes on": ("/corrections-and-clarifications", ["ethics"]),
    "a longer word is another": ("/aboutness", []),
    "a word inside a step": ("/all-about", []),
    "a list of people is not one of them": ("/authors", []),
    "a parameter's name that ends alike": ("/shop?stage=1", []),
    "nothing": ("", []),
    "broken": ("http://[ccpa-preferences", []),
}


@pytest.mark.parametrize("name", SAYS)
def test_what_an_address_says(name: str) -> None:
    href, wanted = SAYS[name]
    assert sorted(marks([href])) == wanted


def test_indices_are_those_of_the_addresses() -> None:
    hrefs = ["", "/about", "/x", "/contact", "/about/contact", "", "/a\nb/about"]
    assert marks(hrefs)["about"] == [1, 4, 6]
    assert marks(hrefs)["contact"] == [3, 4]


def test_an_address_that_says_it_twice_counts_once() -> None:
    assert marks(["/about/about", "/x"]) == {"about": [0]}


def test_no_addresses_say_nothing() -> None:
    assert marks([]) == {}
    assert marks(["", ""]) == {}


def test_marks_do_not_reach_from_one_address_into_the_next() -> None:
    assert marks(["/abo", "ut"]) == {}
    assert marks(["/x?", "tag=y"]) == {}


def test_every_listed_part_is_found() -> None:
    for kind, listed in MARKS.items():
        for part in listed.split():
            assert marks([f"https://example.org{part.rstrip('*')}"]).get(kind) == [0], part


@pytest.mark.parametrize(
    "url", ["", "//", "https://", "http://[x", "a" * 9000, "http://\x00/", "mailto:a@b", "İ/about"]
)
def test_no_url_raises(url: str) -> None:
    assert isinstance(site(host(url)), str)
    assert isinstance(path(url), str)
    assert set(marks([url])) <= set(MARKS)


def test_letters_that_grow_when_lowered_move_nothing() -> None:
    assert marks(["/İİİİ", "/about", "/İ/contact"]) == {"about": [1], "contact": [2]}
