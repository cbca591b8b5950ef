"""Does every feature measure what its first line says, and does none of them break on any page?

Two kinds of tests. The cases in ``cases/<family>.jsonl`` are data: a page, the value that the docstring promises and
the passages that prove it. The invariants hold for whatever is registered, so a new feature needs cases, no code here.

A case: ``feature``; ``kind``: "fires" (the feature sees what it is for) or "near-miss" (looks like it, is not it);
``why``: what the case shows; ``html`` or ``text`` (and ``title``); ``url``, default `URL`; then ``value`` (null:
UNKNOWN) or a bound, ``above`` or ``below`` or both, for measured shares; ``quotes``: the evidence, word for word.
``zones``: what a reader says that each block is for, where the case asks what a feature makes of a zone; the zone model,
which judges by whole pages, is then not asked (``test_zones.py`` asks it).
``body_words``: so many words of `FILLER` are put where the page says ``{filler}``, or appended as a paragraph.
``known_miss``: why the case fails today; it is then expected to, and noticed when it no longer does.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from scorer import features
from scorer.feature import FEATURES, Feature, Measure, extract
from scorer.page import Page
from scorer.train import READ
from scorer.zones import Zone

HERE = Path(__file__).parent
URL = "https://www.example.org/a"

# Says nothing that any feature looks for: no stock phrase, number, name, question or address to the reader.
FILLER = (
    "The orchard lies on a slope above the village, where the soil is thin and the wind comes from the lake. "
    "Rows of old pear trees grow between low stone walls. "
    "In spring the grass grows tall under the branches, and sheep keep it short until the harvest. "
    "Most of the walls were built from stones that a plough had turned up. "
    "Water runs through a ditch along the upper edge and fills a small pond near the gate. "
    "Frogs live there until the summer, when the pond dries out. "
    "Beside the gate stands a shed with a tin roof, and inside it are ladders, baskets and a wooden press. "
    "The press has a heavy screw and a plate of oak. "
    "Juice flows over a lip into a stone trough, and from the trough into barrels. "
    "A path of flat slabs leads down to the road. "
    "On the far side of the road the fields are wide and flat, and barley grows on them as far as the river. "
)

Case = dict[str, Any]


def cases() -> list[Case]:
    found: list[Case] = []
    for file in sorted((HERE / "cases").glob("*.jsonl")):
        found += [{**json.loads(line), "family": file.stem} for line in file.read_text("utf-8").splitlines()]
    return found


CASES = cases()


def parameters() -> list[Any]:
    made = []
    for case in CASES:
        marks = [pytest.mark.xfail(reason=case["known_miss"], strict=True)] if "known_miss" in case else []
        label = re.sub(r"[^\w-]+", "-", case["why"])[:50].strip("-")
        made.append(pytest.param(case, id=f"{case['feature']}-{case['kind']}-{label}", marks=marks))
    return made


def filler(words: int) -> str:
    """The first `words` words of `FILLER`, ended as a sentence."""
    return " ".join(FILLER.split()[:words]).rstrip(",.") + "." if words else ""


def page_of(case: Case) -> Page:
    content: str = case["html"] if "html" in case else case["text"]
    words = filler(case.get("body_words", 0))
    if "{filler}" in content:
        content = content.replace("{filler}", words)
    elif words:
        content += f"<p>{words}</p>" if "html" in case else f"\n{words}"
    if "html" in case:
        page = Page.from_html(content, case.get("url", URL))
    else:
        page = Page.from_text(content, case.get("url", URL), case.get("title", ""))
    return _in_zones(page, [Zone[name.upper()] for name in case["zones"].split()]) if "zones" in case else page


def _in_zones(page: Page, zones: list[Zone]) -> Page:
    assert len(zones) == len(page.columns.start), page.text
    page.__dict__["zones"] = np.array(zones, np.int64)
    return page


def quotes(page: Page, measure: Measure) -> list[str]:
    return [page.part(span.part)[span.start : span.end] for span in measure.spans]


# -- the cases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", parameters())
def test_case(case: Case) -> None:
    page = page_of(case)
    found = FEATURES[case["feature"]](page)
    if "value" in case and case["value"] is None:
        assert math.isnan(found.value)
    elif "value" in case:
        assert found.value == pytest.approx(case["value"], abs=2e-3)
    assert found.value > case.get("above", -math.inf) or case.get("value", 0) is None
    assert found.value < case.get("below", math.inf) or case.get("value", 0) is None
    if "quotes" in case:
        assert quotes(page, found) == case["quotes"]


def test_cases_are_well_formed() -> None:
    known = {"feature", "family", "why", "kind", "html", "text", "title", "url", "body_words"}
    known |= {"zones", "value", "above", "below", "quotes", "known_miss"}
    for case in CASES:
        assert not case.keys() - known, case
        assert case["feature"] in FEATURES, case
        assert FEATURES[case["feature"]].family == case["family"], case
        assert case["kind"] in ("fires", "near-miss"), case
        assert ("html" in case) != ("text" in case), case
        assert {"value", "above", "below"} & case.keys(), case
        assert case["why"].endswith("."), case
        assert len(case["why"]) <= 160, case


def test_no_case_stands_twice() -> None:
    seen = Counter(json.dumps({k: v for k, v in case.items() if k != "why"}, sort_keys=True) for case in CASES)
    assert not [case for case, count in seen.items() if count > 1]


def test_filler_is_neutral() -> None:
    """The filler holds no stock phrase, so that no case fires by it."""
    page = Page.from_html(f"<h1>Pear harvest</h1><p>{FILLER}</p><p>{FILLER}</p>")
    assert page.hits.pairs() == []
    assert page.body_word_count == 2 * len(FILLER.split())


@pytest.mark.parametrize("name", FEATURES)
def test_feature_has_cases(name: str) -> None:
    mine = [case["kind"] for case in CASES if case["feature"] == name]
    assert "fires" in mine
    # What words and markup say is no yes or no: their models have pages of two kinds, and bounds for both.
    assert "near-miss" in mine or (FEATURES[name].reason in READ and len(mine) >= 2)


# -- names and documentation ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES.keys())
def test_first_line_is_a_sentence_users_can_read(feature: Feature) -> None:
    first = (feature.measure.__doc__ or "").strip().partition("\n")[0]
    assert first.endswith(".")
    assert len(first) <= 110
    assert first[0].isupper()
    assert feature.summary == first[:-1]


@pytest.mark.parametrize("name", FEATURES)
def test_name_can_be_a_column(name: str) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
    assert len(name) <= 32


def test_families_are_modules() -> None:
    assert {feature.family for feature in FEATURES.values()} == set(features.__all__)
    assert {file.stem for file in (HERE / "cases").glob("*.jsonl")} == set(features.__all__)


# -- invariants -----------------------------------------------------------------------------------------------------


def _odd_pages() -> dict[str, Callable[[], Page]]:
    rtl = "فتحت البلدية الجسر القديم أمام المشاة بعد أعمال ترميم استمرت عامين. "
    chinese = "市政府星期一宣布，旧桥在维修两年之后重新向行人开放。工程师检查了每一块石头。"
    broken = '<p>open <b>bold <i>both</b> wrong</i> <a href="x>no end <div><table><td>cell</p></div>' + filler(80)
    links = "".join(f"<a href='/story/{i}'>Story number {i} of the day</a> " for i in range(60))
    tiny = "".join(f"<div>b{i}</div>" for i in range(1000))
    astral = "<h1>𝕎𝕠𝕨 🎉</h1><p>" + "𝕎𝕠𝕨 🎉 é İstanbul ﬁ ß Ǆ ŉ. " * 40
    return {
        "empty html": lambda: Page.from_html("", URL),
        "empty text": lambda: Page.from_text("", URL),
        "no url": lambda: Page.from_html(f"<title>Orchard</title><p>{filler(90)}"),
        "white space": lambda: Page.from_html("<body> \n\t&nbsp; </body>", URL),
        "white space text": lambda: Page.from_text(" \n\t \n", URL),
        "three words": lambda: Page.from_html("<p>Only three words", URL),
        "three words text": lambda: Page.from_text("Only three words", URL),
        "title only": lambda: Page.from_html("<title>You won't believe these 7 tricks!</title>", URL),
        "broken html": lambda: Page.from_html(broken, URL),
        "only links": lambda: Page.from_html(links, URL),
        "thousand tiny blocks": lambda: Page.from_html(tiny, URL),
        "thousand lines": lambda: Page.from_text("\n".join(f"line {i}" for i in range(1000)), URL),
        "right to left": lambda: Page.from_html(
            f"<html dir=rtl lang=ar><h1>{rtl}</h1><p>{rtl * 8}</p><p>{rtl * 5}", URL
        ),
        "chinese": lambda: Page.from_html(f"<title>{chinese[:16]}</title><h1>{chinese[:16]}</h1><p>{chinese * 9}", URL),
        "chinese text": lambda: Page.from_text(f"{chinese[:16]}\n{chinese * 9}\n{chinese * 4}", URL),
        "characters beyond 16 bits": lambda: Page.from_html(astral, URL),
        "one long word": lambda: Page.from_text("a" * 50_000, URL),
        "only punctuation": lambda: Page.from_text("... !!! ??? --- \n" * 40, URL),
        "broken url": lambda: Page.from_html(f"<a href='http://[x'>y</a><p>{filler(60)}", "http://[ccpa-preferences"),
        "surrogates": lambda: Page.from_text(f"Head \ud800 line\n{filler(60)} \udfff end", URL),
    }


def _whole_pages() -> dict[str, Callable[[], Page]]:
    made: dict[str, Callable[[], Page]] = {}
    for folder in (HERE / "pages", HERE.parent / "data" / "samples"):
        for file in sorted(folder.iterdir()):
            if file.suffix in (".html", ".txt"):
                made[file.name] = partial(_read, file)
            if file.suffix == ".html":
                made[f"{file.name} as text"] = partial(_read_as_text, file)
    return made


def _read(file: Path) -> Page:
    if file.suffix == ".html":
        return Page.from_html(file.read_bytes(), f"{URL}/{file.stem}")
    return Page.from_text(file.read_text("utf-8"), f"{URL}/{file.stem}")


def _read_as_text(file: Path) -> Page:
    return Page.from_text(_read(file).text, f"{URL}/{file.stem}")


PAGES = _odd_pages() | _whole_pages()


@pytest.mark.parametrize("name", PAGES)
def test_every_feature_holds_on(name: str) -> None:
    """Finite or NaN, evidence inside its part, the same again from a page read again."""
    page, again = PAGES[name](), PAGES[name]()
    size = {part: len(page.part(part)) for part in ("text", "title", "url", "markup")}
    for feature in FEATURES.values():
        found = feature(page)
        spans = found.spans
        assert type(found.value) is float, feature.name
        assert not math.isinf(found.value), feature.name
        assert found.known or not spans, f"{feature.name}: evidence for what is unknown"
        for span in spans:
            assert span.part in size, feature.name
            assert type(span.start) is int, feature.name
            assert type(span.end) is int, feature.name
            assert 0 <= span.start < span.end <= size[span.part], (feature.name, span)
        assert len(spans) <= 30, f"{feature.name}: {len(spans)} passages are no evidence but a copy"
        for other in (feature(page), feature(again)):
            assert other.value == found.value or not (other.known or found.known), feature.name
            assert other.spans == spans, feature.name


@pytest.mark.parametrize("name", PAGES)
def test_shares_are_shares(name: str) -> None:
    page = PAGES[name]()
    for feature in FEATURES.values():
        value = feature(page).value
        if feature.reason in READ or math.isnan(value):
            continue
        assert value >= 0, feature.name
        # Hidden text is set against the text that is shown.
        if feature.name.endswith("_share") and feature.name != "hidden_text_share":
            bound = 100.0 if re.search(r"per 1(00|,000)", feature.summary) else 1.0
            assert value <= bound + 1e-9, feature.name


def test_extract_gives_every_feature_in_order() -> None:
    page = PAGES["news-article.html"]()
    assert [m.value for m in extract(page)] == pytest.approx([f(page).value for f in FEATURES.values()], nan_ok=True)


NEEDS_MARKUP = {
    *(name for name, known in FEATURES.items() if known.reason == "build"),
    "faq_schema", "ad_network_count", "teaser_network_count", "push_network", "ad_slot_rate", "ad_slots_in_body",
    "affiliate_link_count", "store_link_count", "nofollow_share", "hidden_text_share", "outbound_share_outside_body",
    "author_page_link", "author_nowhere_shown", "accountability_links", "hidden_author", "email_input_count", "popup_count", "link_text_share",
    "link_count", "image_rate", "outbound_link_rate", "primary_link_count", "outbound_to_one_site_share",
}  # fmt: skip


def test_plain_text_leaves_unknown_what_only_markup_tells() -> None:
    for name in ("good-report-bus-cuts.txt", "news-article.html as text", "empty text"):
        page = PAGES[name]()
        assert page.markup is None
        assert page.links is None
        assert [name for name in NEEDS_MARKUP if FEATURES[name](page).known] == []


def test_all_other_features_are_known_for_some_plain_text() -> None:
    """The list of features that need markup cannot fall behind: every feature missing from it is known for a text."""
    texts = [page for make in PAGES.values() if (page := make()).markup is None]
    texts += [Page.from_text(page_of(case).text, URL) for case in CASES if case["kind"] == "fires"]
    never = {name for name, feature in FEATURES.items() if not any(feature(page).known for page in texts)}
    assert never == NEEDS_MARKUP


# -- growth ---------------------------------------------------------------------------------------------------------


def _calls(work: Callable[[], object]) -> int:
    """How many functions, of Python and of C, `work` calls: a count, the same on every machine."""
    count = 0

    def note(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _spans(feature: Feature, page: Page) -> object:
    return feature(page).spans


SECTION = (
    "<h2>What is part {i} of the wall?</h2><p>Mason Ann Reed said on 3 May 2021 that part {i} cost $1,{i:03d}. “It was "
    "reportedly the hardest part of all,” she wrote to Reuters, according to experts (Weber 2019). You must see it!</p>"
    "<p>Then the {i} workers went to <a href='https://site{i}.example.net/paper.pdf'>the quarry {i}</a> and we asked "
    "why.Nobody knew... BREAKING the stone was an amazing game changer for the old town.</p>"
    "<ul><li>{i}. One more thing</li></ul>"
)
AROUND = (
    "<aside><a href='/shop/{i}?ref=x'>You won't believe what happened next in town {i}</a></aside>"
    "<p>Subscribe to our newsletter {i}!</p><p>Advertisement</p><div>By Ann Reed{i}, 3 May 2021</div>"
)
SHAPES = {
    "long story": (SECTION, "", False),
    "long surroundings": ("", AROUND, False),
    "both": (SECTION, AROUND, False),
    "long story as text": (SECTION, AROUND, True),
}


@cache
def _grown(shape: str, n: int) -> Callable[[], Page]:
    section, around, as_text = SHAPES[shape]
    html = "<title>What is the wall?</title><h1>What is the wall?</h1>" + (f"<p>{FILLER}</p>" if not section else "")
    html += "".join(section.format(i=i) for i in range(n)) + "<h3>Latest articles</h3>"
    html += "".join(around.format(i=i) for i in range(n))
    text = Page.from_html(html).text
    return (lambda: Page.from_text(text, URL)) if as_text else (lambda: Page.from_html(html, URL))


def _in_fixed_zones(page: Page) -> Page:
    """`page` with zones by place: as the zone model judges it, the parts of a longer page may not grow in step."""
    texts = page.text.split("\n")
    opens = texts.index("Latest articles")
    around = (Zone.TEASERS, Zone.PROMOTION, Zone.CHROME, Zone.BYLINE, Zone.SOURCES, Zone.COMMENTS)
    zones = [Zone.BODY if index < opens else around[index % 6] for index in range(len(texts))]
    return _in_zones(page, [Zone.HEADLINE, *zones[1:]])


@pytest.mark.parametrize("shape", SHAPES)
def test_no_feature_works_more_than_linearly(shape: str) -> None:
    """Twice the blocks, at most 2.6 times the calls; counted, not timed."""
    small, large = (_in_fixed_zones(_grown(shape, n)()) for n in (100, 200))
    for page in (small, large):
        for measure in extract(page):  # the shared views are counted by the test below
            _ = measure.spans
    slow = {}
    for feature in FEATURES.values():
        few, many = (_calls(partial(_spans, feature, page)) for page in (small, large))
        if many > 2.6 * few + 60:
            slow[feature.name] = (few, many)
    assert slow == {}


def test_a_feature_that_compares_all_with_all_would_be_noticed() -> None:
    def work(n: int) -> int:
        page = _in_fixed_zones(_grown("long story", n)())
        return _calls(lambda: [page.block_text(i) for i in page.body_blocks for _ in page.body_blocks])

    assert work(80) > 2.6 * work(40) + 60


@pytest.mark.parametrize("shape", SHAPES)
def test_reading_and_measuring_a_page_grow_linearly(shape: str) -> None:
    def work(n: int) -> Callable[[], object]:
        make = _grown(shape, n)
        return lambda: [measure.spans for measure in extract(make())]

    work(3)()  # models and lexicons are loaded
    few, many = _calls(work(80)), _calls(work(160))
    assert many <= 2.6 * few
