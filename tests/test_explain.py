"""Is what a person is told the page's own words, in the right place, and harmless?"""

from __future__ import annotations

import dataclasses
import io
import json
import math
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from scorer.explain import as_json, render_html, render_terminal, repr_html
from scorer.explain.account import in_context, percents, standing, summed, visible
from scorer.explain.marked import MOST_SHOWN
from scorer.feature import FEATURES, Trust
from scorer.model import Model
from scorer.page import Page
from scorer.score import PageScore, Quote, Reason, score_page
from scorer.shipped import ModelMismatch

SAMPLES = sorted((Path(__file__).parent.parent / "data" / "samples").glob("*.*"))
PAGES = [path for path in SAMPLES if path.suffix in (".html", ".txt")]
HOSTILE = (
    "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\"></script></style></title>"
    "<svg onload=alert(1)> {{7*7}} ${7*7} %s {0} `+alert(1)+` '\" javascript:alert(1) <!-- ]]> [bold red]x[/] :smile: "
    "\x1b[31mred\x1b]0;owned\x07 \x9b31m \u202erotcarrab\u202c \u2066a\u2069 \x00 \ud800 end"
)
LONG = "The council approved the plan after a hearing that lasted until ten in the evening, and two members voted against it. "


def shipped() -> Model | None:
    try:
        return Model.load()
    except ModelMismatch:
        return None


def read(path: Path) -> Page:
    content = path.read_bytes()
    if path.suffix == ".html":
        return Page.from_html(content, f"https://www.example.org/{path.stem}")
    return Page.from_text(content.decode(), f"https://www.example.org/{path.stem}")


def made(page: Page, quotes_of: int = 5) -> PageScore:
    """A score of round numbers whose reasons quote what the features found; it needs no model."""
    effects, reasons = {}, []
    for index, feature in enumerate(FEATURES.values()):
        found = feature(page)
        spans = found.spans[:quotes_of]
        sign = -1 if feature.trust is Trust.FALLS or index % 2 else 1
        effects[feature.name] = sign * (0.1 + index % 13 / 10 if spans else 0.002)
        if spans and feature.reason == feature.name:
            whole = {"text": page.text, "title": page.title, "url": page.url}
            quotes = tuple(Quote(*span, whole[span.part][span.start : span.end]) for span in spans)
            reasons.append(Reason(feature.name, effects[feature.name], f"{feature.summary}: {found.value:.3g}", quotes))
    reasons.sort(key=lambda reason: -abs(reason.effect))
    return PageScore(
        0.18, 0.71, 0.08, "low", {"clickbait": 0.64, "aggregation": 0.31, "promotion": 0.52, "unrelated": 0.2, "farm": 0.81},
        tuple(reasons[:10]), "strong", "en", page.word_count, score=math.fsum(effects.values()) - 0.4, intercept=-0.4, effects=effects,
    )  # fmt: skip


def scored(page: Page) -> PageScore:
    model = shipped()
    return score_page(page, model=model) if model else made(page)


def quoting(page: Page, *spans: tuple[str, int, int]) -> PageScore:
    """A score with one reason for each span."""
    whole = {"text": page.text, "title": page.title, "url": page.url}
    reasons = tuple(
        Reason(
            f"reason_{i}", -1.0 + i / 10, f"Reason {i} {HOSTILE}", (Quote(part, start, end, whole[part][start:end]),)
        )
        for i, (part, start, end) in enumerate(spans)
    )
    effects = {r.feature: r.effect for r in reasons}
    facets = {"clickbait": 0.64, "farm": 0.2}
    return PageScore(
        0.3,
        0.5,
        0.1,
        "mixed",
        facets,
        reasons,
        "fair",
        "en",
        score=sum(effects.values()) + 0.25,
        intercept=0.25,
        effects=effects,
    )


class Reader(HTMLParser):
    """What a browser would find in a report: its elements, the text in view, and each mark with its offset."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marks: list[tuple[dict[str, str | None], str]] = []
        self.blocks: list[str] = []
        self._open: list[str] = []
        self._block = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self.marks.append((dict(attrs), ""))
        if tag == "p" and dict(attrs).get("dir") == "auto":
            self.blocks.append("")
            self._block = True
        if tag not in ("meta", "br", "input"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1:] == [tag], f"</{tag}> closes nothing"
        self._open.pop()
        self._block = self._block and tag != "p"

    def handle_data(self, data: str) -> None:
        if "mark" in self._open:
            attrs, text = self.marks[-1]
            self.marks[-1] = attrs, text + data
        if self._block and "button" not in self._open:
            self.blocks[-1] += data

    def quote(self, number: str) -> str:
        return "".join(text for attrs, text in self.marks if number in (attrs["data-quotes"] or "").split())

    @property
    def all_closed(self) -> bool:
        return not self._open


def printed(page: Page, score: PageScore, *, terminal: bool = True, encoding: str = "utf-8", width: int = 100) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    render_terminal(
        page,
        score,
        console=Console(
            file=stream, force_terminal=terminal, width=width, color_system="truecolor" if terminal else None
        ),
    )
    stream.flush()
    return raw.getvalue().decode(encoding)


# -- what adds up ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_quote_is_marked_with_the_words_at_its_offsets(path: Path) -> None:
    page = read(path)
    score = scored(page)
    document = render_html(page, score, model=shipped())
    report = Reader(document)
    assert report.all_closed
    for index, reason in enumerate(summed(score).reasons):
        for number, quote in enumerate(reason.quotes):
            if quote.part == "markup":  # nobody sees it in the text
                assert f'<code dir="ltr">{quote.text}</code>' in document
                continue
            assert report.quote(f"{index}.{number}") == quote.text.replace("\n", ""), reason.feature
    for attrs, text in report.marks:
        at = int(attrs["data-start"] or -1)
        assert text in (page.text[at : at + len(text)], page.title[at : at + len(text)], page.url[at : at + len(text)])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_report_holds_the_whole_text_in_order(path: Path) -> None:
    page = read(path)
    report = Reader(render_html(page, scored(page)))
    assert report.blocks == [page.text[block.start : block.end] for block in page.blocks]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_is_shown_sums_to_the_score(path: Path) -> None:
    score = scored(read(path))
    if score.evidence == "none":
        return
    parts = summed(score)
    assert math.isclose(
        parts.start + math.fsum(r.effect for r in parts.reasons) + parts.rest, score.score, abs_tol=1e-9
    )
    html = render_html(read(path), score)
    table = html[html.index('class="every"') :]
    effects = [float(number) for number in re.findall(r"<td>([+-]\d+\.\d{9})</td></tr>", table)]
    assert math.isclose(math.fsum(effects[:-1]), effects[-1], abs_tol=1e-6)
    assert math.isclose(effects[-1], score.score, abs_tol=1e-8)


def test_overlapping_quotes_split_at_their_boundaries() -> None:
    page = Page.from_text("One two three four five six. " * 6)
    score = quoting(page, ("text", 0, 13), ("text", 4, 18), ("text", 8, 13))
    report = Reader(render_html(page, score))
    assert [(text, attrs["data-reasons"]) for attrs, text in report.marks] == [
        ("One ", "0"),
        ("two ", "0 1"),
        ("three", "0 1 2"),
        (" four", "1"),
    ]


def test_a_quote_over_several_lines_is_marked_in_each() -> None:
    page = Page.from_text(f"{LONG}\n{LONG}\n{LONG}")
    report = Reader(render_html(page, quoting(page, ("text", 100, len(page.text) - 10))))
    assert len(report.marks) == 3
    assert report.quote("0.0") == page.text[100:-10].replace("\n", "")


def test_title_and_address_are_marked_too() -> None:
    page = Page.from_text(LONG * 3, "https://www.example.org/shock", "A shock for all")
    report = Reader(render_html(page, quoting(page, ("title", 2, 7), ("url", 24, 29))))
    assert (report.quote("0.0"), report.quote("1.0")) == ("shock", "shock")


# -- what is hostile ------------------------------------------------------------------------------------------------------


def hostile_pages() -> list[Page]:
    text = f"{HOSTILE} {LONG * 4}\n{LONG}{HOSTILE}"
    escaped = HOSTILE.replace("\0", "").replace("&", "&amp;").replace("<", "&lt;")
    return [
        dataclasses.replace(Page.from_text(text, f"https://example.org/?{HOSTILE}"), title=HOSTILE),
        Page.from_html(
            f"<title>{escaped}</title><h1>{escaped}</h1><p>{escaped} {LONG * 4}<p>{LONG}", f"javascript:{HOSTILE}"
        ),
    ]


def hostile_score(page: Page) -> PageScore:
    spans = [("text", 0, 60), ("text", 40, 300), ("title", 0, len(page.title)), ("url", 0, len(page.url))]
    return dataclasses.replace(quoting(page, *spans), truncated=(HOSTILE,), language=HOSTILE)


@pytest.mark.parametrize("page", hostile_pages(), ids=["text", "html"])
def test_a_hostile_page_stays_text_in_the_report(page: Page) -> None:
    html = render_html(page, hostile_score(page))
    report = Reader(html)
    html.encode("utf-8")
    assert report.all_closed
    assert [tag for tag, _ in report.tags].count("script") == 1
    assert {tag for tag, _ in report.tags}.isdisjoint(
        {"img", "iframe", "object", "link", "base", "form", "foreignobject", "use", "image"}
    )
    for tag, attrs in report.tags:
        assert not [
            name for name in attrs if name.startswith("on") or name in ("style", "src", "srcdoc", "xlink:href")
        ], tag
        assert attrs.get("href") in (None, "#text")
    assert "\x1b" not in html.replace('U+001B">\x1b</span>', "")
    assert "\u202e" not in html.replace('U+202E">\u202e</span>', "")


def test_the_policy_admits_only_the_reports_own_blocks() -> None:
    page = hostile_pages()[0]
    html = render_html(page, hostile_score(page))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    assert html.index("http-equiv") < html.index("<style>")
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]


@pytest.mark.parametrize("page", hostile_pages(), ids=["text", "html"])
def test_a_hostile_page_stays_text_in_a_notebook(page: Page) -> None:
    report = Reader(repr_html(hostile_score(page)))
    assert {tag for tag, _ in report.tags} <= {"div", "strong", "br", "table", "thead", "tbody", "tr", "th", "td", "q"}
    assert not [name for _, attrs in report.tags for name in attrs if name.startswith("on")]


@pytest.mark.parametrize("page", hostile_pages(), ids=["text", "html"])
def test_a_hostile_page_stays_text_at_a_terminal(page: Page) -> None:
    out = printed(page, hostile_score(page))
    assert not re.sub(r"\x1b\[[\d;]*m", "", out).translate({10: None}).count("\x1b")
    assert not re.search("[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out)
    assert "[bold red]x[/]" in printed(page, hostile_score(page), terminal=False, width=3000)
    assert ":smile:" in printed(page, hostile_score(page), terminal=False, width=3000)


# -- at the terminal ------------------------------------------------------------------------------------------------------


def test_a_terminal_is_told_verdict_reasons_and_quotes() -> None:
    page = read(next(path for path in PAGES if path.stem == "affiliate-best-blenders"))
    score = scored(page)
    out = re.sub(r"\x1b\[[\d;]*m", "", printed(page, score))
    assert f"{score.trust:.2f}" in out
    assert "evidence   strong" in out
    assert "a careful reader would say" in out
    for reason in score.reasons:
        assert reason.summary[:60] in out
        assert all(visible(quote.text)[:20] in out for quote in reason.quotes)
    assert f"{score.score:+.2f}".replace("-", "−") in out
    assert max(len(line) for line in out.splitlines()) <= 100


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252", "latin-1"])
@pytest.mark.parametrize("width", [10, 60, 200])
def test_what_is_no_terminal_gets_plain_text(encoding: str, width: int) -> None:
    page = Page.from_text(f"Müllers Katze lief über die Straße, 東京へ — 😀 und zurück. {LONG * 3}")
    out = printed(page, made(page), terminal=False, encoding=encoding, width=width)
    assert "\x1b" not in out
    assert "LOW TRUST" in out


def test_a_passage_is_cut_to_its_line() -> None:
    page = Page.from_text("Before it " * 30 + "the words" + " and after it" * 30 + "\nanother line")
    at = page.text.index("the words")
    before, said, after = in_context(page, Quote("text", at, at + 9, "the words"), 60)
    assert (said, before[0], after[-1]) == ("the words", "…", "…")
    assert len(before + said + after) <= 60
    assert before.endswith("it ")
    assert after.startswith(" and")
    assert in_context(page, Quote("text", 0, 300, page.text[:300]), 60)[1].endswith("…")


# -- what has no score, no text, or too much ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [Page.from_text(""), Page.from_html(""), Page.from_text("Three short words"), Page.from_html("<p>عربي <b>نص</b>")],
)
def test_a_page_with_little_or_nothing_is_told_as_such(page: Page) -> None:
    base = PageScore(
        0.5, 0.3, 0.3, "mixed", dict.fromkeys(("clickbait", "farm"), 0.2), (Reason("nothing_to_judge", 0.0, "Nothing to judge", ()),),
        "none", score=0.1, intercept=0.1, effects={"a": 0.0},
    )  # fmt: skip
    html = render_html(page, base)
    assert "Nothing to judge" in html
    assert 'class="reason"' not in html
    assert Reader(html).all_closed
    assert "NOTHING TO JUDGE" in printed(page, base, terminal=False)
    assert "Nothing to judge" in repr_html(base)
    assert as_json(page, base)["evidence"] == "none"


def test_an_error_is_told_in_its_own_words() -> None:
    page = Page.from_text("")
    score = PageScore(error=f"this is a PDF document, not a page: {HOSTILE}")
    html = render_html(page, score)
    assert "This is a PDF document, not a page" in html
    assert Reader(html).all_closed
    assert "nan" not in html.partition("<style>")[2].partition("</style>")[2].partition("<script>")[0]
    assert "This is a PDF document" in printed(page, score, terminal=False)
    assert "nan" not in printed(page, score, terminal=False)
    assert "This is a PDF document" in repr_html(score)
    assert as_json(page, score)["trust"] is None


def test_a_long_text_is_cut_but_for_its_passages() -> None:
    line = LONG.strip()
    page = Page.from_text("\n".join([line] * 9000))
    size = len(page.text)
    assert size > MOST_SHOWN + 50_000, "the page is cut before the report would cut it"
    spans = [("text", 500, 520), ("text", size - 30_000, size - 29_960), ("text", size - 30, size)]
    started = time.perf_counter()
    html = render_html(page, quoting(page, *spans))
    assert time.perf_counter() - started < 1
    report = Reader(html)
    assert MOST_SHOWN - 5_000 < sum(map(len, report.blocks)) < MOST_SHOWN + 5_000
    for index, (_, start, end) in enumerate(spans):
        assert report.quote(f"{index}.0") == page.text[start:end].replace("\n", "")
    assert html.count("characters are left out") == 2


def test_the_report_of_a_single_line_of_a_megabyte_is_cut() -> None:
    page = Page.from_text("word " * 200_000)
    report = Reader(render_html(page, quoting(page, ("text", 0, len(page.text)), ("text", 390_000, 390_004))))
    assert report.quote("0.0").startswith("word word")
    assert report.quote("1.0") == page.text[390_000:390_004]
    assert MOST_SHOWN <= sum(map(len, report.blocks)) < MOST_SHOWN + 2_000


# -- for programs ---------------------------------------------------------------------------------------------------------


def test_json_is_json_and_quotes_by_offsets() -> None:
    page = hostile_pages()[0]
    told = json.loads(json.dumps(as_json(page, hostile_score(page)), allow_nan=False))
    for reason in told["reasons"]:
        for quote in reason["quotes"]:
            assert quote["text"] == {"text": page.text, "title": page.title, "url": page.url}[quote["part"]][
                quote["start"] : quote["end"]
            ].replace("\ud800", "\ufffd")
    assert math.isclose(
        told["intercept"] + sum(r["effect"] for r in told["reasons"]) + told["smaller_effects"],
        told["score"],
        abs_tol=1e-9,
    )
    assert math.isclose(sum(told["zones"].values()), 1)


def test_where_a_page_stands_among_rated_pages() -> None:
    quantiles = [step / 100 for step in range(101)]
    assert [standing(trust, quantiles) for trust in (-1.0, 0.25, 0.999, 2.0)] == [
        0.0,
        0.25,
        pytest.approx(0.995, abs=0.006),
        1.0,
    ]
    assert standing(0.2, [0.2] * 101) == 0.5


def test_percents_are_of_a_hundred() -> None:
    assert percents(PageScore(0.5, 0.335, 0.665)) == (34, 0, 66) or sum(percents(PageScore(0.5, 0.335, 0.665))) == 100
    assert sum(percents(PageScore(0.5, 0.125, 0.215))) == 100


# -- on real pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.corpus
@pytest.mark.parametrize("kind", ["html", "text"])
def test_on_real_pages_every_highlight_is_the_evidence(corpus: Path, kind: str) -> None:
    """200 pages from all over the corpus, as HTML and as the plain text of an extractor."""
    import pyarrow.parquet as pq
    from resiliparse.extract.html2text import extract_plain_text

    file = pq.ParquetFile(corpus / "pages.parquet")
    step = file.metadata.num_rows // 210
    quotes = checked = 0
    for batch in file.iter_batches(batch_size=step, columns=["url", "html"]):
        row = batch.slice(0, 1).to_pylist()[0]
        page = Page.from_html(row["html"], row["url"] or "") if kind == "html" else Page.from_text(extract_plain_text(row["html"]), row["url"] or "")
        score = score_page(page)
        html = render_html(page, score)
        report = Reader(html)
        assert report.all_closed
        whole = {"text": page.text, "title": page.title, "url": page.url}
        if score.evidence != "none":
            for index, reason in enumerate(summed(score).reasons):
                for number, quote in enumerate(reason.quotes):
                    assert quote.text == page.part(quote.part)[quote.start : quote.end]
                    if quote.part == "markup":
                        continue
                    marked = report.quote(f"{index}.{number}")
                    assert marked == quote.text.replace("\n", ""), (row["url"], reason.feature)
                    quotes += 1
        for attrs, text in report.marks:
            at = int(attrs["data-start"] or -1)
            assert text in {part[at : at + len(text)] for part in whole.values()}
        checked += 1
        if checked == 200:
            break
    assert checked == 200
    assert quotes > 1000
