"""Does the report work for a person, in a real browser: with a mouse, by keyboard, on a phone, with a hostile page?

Chromium comes from the system (Debian: apt-get install chromium), Playwright from PyPI; without them these tests are
skipped. The accessibility check needs axe-core: npm install --prefix build/axe axe-core
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from test_explain import LONG, PAGES, hostile_pages, hostile_score, made, quoting, read, scored, shipped
from test_model_report import report as model_page
from test_report import hostile_scores, saved, scores

from scorer.explain import render_html, repr_html
from scorer.explain.account import summed
from scorer.page import Page
from scorer.report import write_report
from scorer.score import PageScore

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = Path(__file__).parent.parent / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SAMPLE = next(path for path in PAGES if path.stem == "affiliate-best-blenders")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def opened(browser: Any, folder: Path, html: str, width: int = 1280, **options: Any) -> Iterator[Any]:
    """The report in a tab; when done with it, nothing may have been said on the console, asked for, or popped up."""
    file = folder / "report.html"
    file.write_text(html, encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce", **options)
    tab = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("dialog", lambda dialog: [complaints.append(dialog.message), dialog.dismiss()])  # type: ignore[func-returns-value]
    tab.on("popup", lambda popup: complaints.append(f"popup: {popup.url}"))
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(file.as_uri())
    yield tab
    assert complaints == []
    assert requests == [file.as_uri()]
    context.close()


def report(score_of: Any = made) -> str:
    page = read(SAMPLE)
    return render_html(page, score_of(page), model=shipped())


def in_view(tab: Any, selector: str) -> bool:
    return bool(
        tab.locator(selector).first.evaluate(
            "e => { const r = e.getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight }"
        )
    )


def test_choosing_a_reason_shows_its_passages(browser: Any, tmp_path: Path) -> None:
    page = read(SAMPLE)
    with opened(browser, tmp_path, report()) as tab:
        last = max(at for at, reason in enumerate(summed(made(page)).reasons) if len(reason.quotes) > 1)
        assert tab.locator(".chosen").is_hidden()
        assert tab.locator(".quote").first.is_hidden()
        tab.click(f"#reason-{last}")
        assert tab.locator(f"#reason-{last}").get_attribute("aria-pressed") == "true"
        marked = set(tab.locator("mark.on").evaluate_all("ms => ms.map(m => m.dataset.reasons)"))
        assert marked
        assert all(str(last) in reasons.split() for reasons in marked)
        assert in_view(tab, "mark.at")
        assert "passage 1 of" in tab.inner_text(".place")
        first = tab.inner_text("mark.at >> nth=0")
        tab.click("text=Next passage")
        assert in_view(tab, "mark.at")
        assert "passage 2 of" in tab.inner_text(".place")
        tab.click("text=Previous passage")
        assert tab.inner_text("mark.at >> nth=0") == first
        tab.click(f"#reason-{last} + .quotes .quote >> nth=-1")
        assert in_view(tab, "mark.at")
        tab.click(f"#reason-{last}")
        assert tab.locator("mark.on").count() == 0
        assert tab.locator(".chosen").is_hidden()


def test_choosing_a_passage_shows_its_reasons(browser: Any, tmp_path: Path) -> None:
    page = Page.from_text(f"{LONG}\n" * 3)
    with opened(
        browser, tmp_path, render_html(page, quoting(page, ("text", 0, 30), ("text", 10, 40), ("text", 200, 220)))
    ) as tab:
        tab.click("mark[data-reasons='0 1']")
        assert tab.locator("[aria-pressed=true].reason").get_attribute("id") == "reason-0"
        assert tab.locator(".names button").count() == 1, "the other reason of the passage is offered"
        assert tab.locator(".same").count() == 2
        tab.click("mark[data-reasons='0 1']")
        assert tab.locator("[aria-pressed=true].reason").get_attribute("id") == "reason-1", "again: the next reason"
        tab.click(".names button")
        assert tab.locator("[aria-pressed=true].reason").get_attribute("id") == "reason-0"
        tab.click("mark[data-reasons='2']")
        assert tab.locator(".same").count() == 1
        assert "Reason 2" in tab.inner_text(".names strong")
        tab.click("[data-go=list]")
        assert tab.evaluate("document.activeElement.id") == "reason-2"


def test_what_is_marked_in_the_browser_are_the_words_at_the_offsets(browser: Any, tmp_path: Path) -> None:
    for path in PAGES:
        page = read(path)
        score = scored(page)
        with opened(browser, tmp_path, render_html(page, score)) as tab:
            marks = tab.locator("mark").evaluate_all("ms => ms.map(m => [m.dataset.quotes, m.textContent])")
        for index, reason in enumerate(summed(score).reasons if score.evidence != "none" else ()):
            for number, quote in enumerate(reason.quotes):
                if quote.part == "markup":
                    continue
                marked = "".join(text for quotes, text in marks if f"{index}.{number}" in quotes.split())
                assert marked == quote.text.replace("\n", ""), (path.name, reason.feature)


def test_zones_are_hidden_and_come_back_for_a_passage(browser: Any, tmp_path: Path) -> None:
    page = read(SAMPLE)
    block = page.blocks_in(page.blocks[0].zone.CHROME)[0]
    start, end = page.blocks[block].start, page.blocks[block].end
    with opened(browser, tmp_path, render_html(page, quoting(page, ("text", start, end)))) as tab:
        lines = tab.locator(".zone.chrome .lines").first
        assert lines.is_visible()
        tab.click(".toggle.chrome")
        assert not lines.is_visible()
        assert tab.get_attribute(".toggle.chrome", "aria-pressed") == "false"
        assert tab.locator(".zone.body .lines").first.is_visible()
        tab.click("#reason-0")
        assert lines.is_visible()
        assert tab.get_attribute(".toggle.chrome", "aria-pressed") == "true"


def test_everything_can_be_done_by_keyboard(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, report()) as tab:
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "skip"
        while tab.evaluate("document.activeElement.id") != "reason-0":
            tab.keyboard.press("Tab")
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        tab.keyboard.press("ArrowDown")
        assert tab.evaluate("document.activeElement.id") == "reason-1"
        tab.keyboard.press("Enter")
        assert "passage 1 of" in tab.inner_text(".place")
        while tab.inner_text(".place").split()[3] == "1":  # on to a reason with more than one passage
            tab.keyboard.press("ArrowDown")
            tab.keyboard.press("Enter")
        assert in_view(tab, "mark.at")
        tab.keyboard.press("ArrowRight")
        assert "passage 2 of" in tab.inner_text(".place")
        tab.keyboard.press("ArrowLeft")
        tab.keyboard.press("ArrowLeft")
        assert tab.inner_text(".place").split()[1] == tab.inner_text(".place").split()[3], (
            "before the first comes the last"
        )
        chosen = tab.evaluate("document.activeElement.id")
        tab.keyboard.press("Escape")
        assert tab.locator(".chosen").is_hidden()
        assert tab.evaluate("document.activeElement.id") == chosen
        tab.locator(".ref").first.focus()
        tab.keyboard.press("Enter")
        own = tab.evaluate("document.activeElement.dataset.reason")
        assert tab.locator(".reason[aria-pressed=true]").get_attribute("data-reason") == own
        tab.keyboard.press("ArrowRight")
        assert (
            tab.evaluate("document.activeElement.classList.contains('ref') && document.activeElement.dataset.reason")
            == own
        )
        tab.locator(".toggle").first.focus()
        tab.keyboard.press("Space")
        assert tab.locator(".toggle").first.get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(browser: Any, tmp_path: Path, scheme: str) -> None:
    text = f"{'unbroken' * 60} {LONG * 3}\n{LONG}"
    wide = Page.from_text(text, f"https://example.org/{'path' * 100}", "Title" * 60)
    reports = [
        report(scored),
        render_html(wide, quoting(wide, ("text", 0, 500), ("text", 3, 200), ("title", 0, 300), ("url", 0, 300))),
    ]
    reports += [render_html(page, hostile_score(page)) for page in hostile_pages()]
    for html in reports:
        with opened(browser, tmp_path, html, 360, color_scheme=scheme) as tab:
            tab.click("#reason-0")
            tab.click("summary")
            assert tab.evaluate("document.documentElement.scrollWidth") <= 360
            assert in_view(tab, "[data-go=on]")
            assert tab.locator("[data-go=close]").is_visible()


@pytest.mark.parametrize("index", [0, 1])
def test_a_hostile_page_runs_and_loads_nothing(browser: Any, tmp_path: Path, index: int) -> None:
    page = hostile_pages()[index]
    with opened(browser, tmp_path, render_html(page, hostile_score(page), model=shipped())) as tab:
        title = tab.title()
        for number in range(4):
            tab.click(f"#reason-{number}")
            tab.click("[data-go=on]")
        assert tab.locator("script").count() == 1
        assert tab.locator("img, iframe, .blocks svg, [onerror], [onload], a:not(.skip)").count() == 0
        assert tab.title() == title != "ran"
        assert title.startswith("Mixed: <script>")
        assert "<script>document.title='ran'</script>" in tab.inner_text(".blocks")
        loose = "e => { const c = e.cloneNode(true); c.querySelectorAll('.control').forEach(x => x.remove()); return c.textContent }"
        assert all(
            "\u202e" not in text
            for text in tab.locator("title, .names, .blocks, h1, .url, .why").evaluate_all(f"es => es.map({loose})")
        )
        assert tab.locator(".control").first.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"


def test_the_policy_stops_what_an_escape_would_miss(browser: Any, tmp_path: Path) -> None:
    html = report().replace(
        '<div class="columns">',
        '<img src="https://example.org/x.png" onerror="document.title=\'ran\'"><script>document.title="ran"</script><div class="columns">',
    )
    file = tmp_path / "report.html"
    file.write_text(html, encoding="utf-8")
    tab = browser.new_page()
    refused: list[str] = []
    tab.on("console", lambda message: refused.append(message.text))
    tab.goto(file.as_uri())
    assert tab.title() != "ran"
    assert sum("Content Security Policy" in text for text in refused) >= 3
    tab.close()


def test_without_scripts_everything_can_be_read(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, report(), java_script_enabled=False) as tab:
        assert tab.locator(".quote").first.is_visible()
        assert tab.locator("mark").first.is_visible()
        assert tab.locator(".toggles").is_hidden()
        assert tab.locator(".chosen").is_hidden()


def test_paper_gets_all_reasons_quotes_and_effects(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, report()) as tab:
        tab.click("#reason-0")
        tab.emulate_media(media="print")
        assert tab.locator(".quote").last.is_visible()
        assert tab.locator(".chosen").is_hidden()
        assert tab.locator(".toggles").is_hidden()
        assert tab.evaluate("getComputedStyle(document.querySelector('.why')).position") == "static"
        assert len(tab.pdf()) > 10_000


def test_the_largest_page_opens_within_a_second(browser: Any, tmp_path: Path) -> None:
    paragraph = f"<h2>Part of it</h2><p>{LONG}<a href=/x>{LONG}</a></p><ul><li>One<li>Two</ul>"
    html = f"<title>Large</title>{paragraph * (1_000_000 // len(paragraph))}"
    page = Page.from_html(html)
    assert len(html) > 990_000
    content = render_html(page, quoting(page, ("text", 100, 140), ("text", len(page.text) - 100, len(page.text) - 60)))
    took = []
    for _ in range(3):
        with opened(browser, tmp_path, content) as tab:
            took.append(
                tab.evaluate(
                    "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
                )
            )
            tab.click("#reason-1")
            assert in_view(tab, "mark.at")
    assert min(took) < 1000, took


def violations(tab: Any) -> list[Any]:
    """What axe-core finds fault with, of whatever weight."""
    found: list[Any] = tab.evaluate(
        "axe.run().then(r => r.violations.map(v => [v.id, v.impact, v.nodes.slice(0, 3).map(n => n.html + n.failureSummary)]))"
    )
    return found


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm install --prefix build/axe axe-core")
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, tmp_path: Path, scheme: str, width: int) -> None:
    hostile = hostile_pages()[0]
    failed = PageScore(error="the page is empty: there is nothing to score")
    for html in (report(scored), render_html(hostile, hostile_score(hostile)), render_html(Page.from_text(""), failed)):
        with opened(browser, tmp_path, html, width, color_scheme=scheme, bypass_csp=True) as tab:
            tab.evaluate(AXE.read_text("utf-8"))
            for chosen in (False, True):
                if chosen and tab.locator(".reason").count():
                    tab.locator(".toggle").first.click()
                    tab.click("#reason-0")
                assert violations(tab) == []


def test_a_notebooks_snippet_shows(browser: Any, tmp_path: Path) -> None:
    page = hostile_pages()[0]
    with opened(
        browser,
        tmp_path,
        f"<!doctype html><meta charset=utf-8><title>cell</title>{repr_html(hostile_score(page))}",
        700,
    ) as tab:
        assert tab.title() == "cell"
        assert "Mixed" in tab.inner_text("div")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 700


# -- the report of a batch, and the model's own ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def batch_report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("batch")
    write_report([saved(folder / "s.parquet", scores(3000, kind=["article", "shop"] * 1500))], folder / "r.html")
    return (folder / "r.html").read_text("utf-8")


def shown_rows(tab: Any, table: str, column: int) -> list[str]:
    texts: list[str] = tab.locator(f"#{table} tbody tr:visible").evaluate_all(
        f"rows => rows.map(row => row.cells[{column}].innerText.trim())"
    )
    return texts


def test_tables_sort(browser: Any, tmp_path: Path, batch_report: str) -> None:
    with opened(browser, tmp_path, batch_report) as tab:
        first = shown_rows(tab, "sites-largest", 0)
        assert len(first) == 10
        trust = "#sites-largest thead th:nth-child(6)"
        for expected, falling in (("descending", True), ("ascending", False)):
            tab.click(f"{trust} button")
            assert tab.get_attribute(trust, "aria-sort") == expected
            values = [float(text) for text in shown_rows(tab, "sites-largest", 5)]
            assert values == sorted(values, reverse=falling)
        tab.click("#sites-largest thead th:nth-child(1) button")
        names = shown_rows(tab, "sites-largest", 0)
        assert names[:3] == ["site0.example", "site1.example", "site2.example"], "numbers in names go by size"
        assert tab.locator("#sites-largest thead th[aria-sort=ascending], #sites-largest thead th[aria-sort=descending]").count() == 1
        assert shown_rows(tab, "sites-worst", 0) != names, "other tables stay as they are"


def test_tables_filter_and_show_all(browser: Any, tmp_path: Path, batch_report: str) -> None:
    with opened(browser, tmp_path, batch_report) as tab:
        listing = tab.locator(".listing", has=tab.locator("#sites-largest"))
        assert listing.locator(".status").inner_text() == "10 of 40 rows"
        listing.locator(".more").click()
        assert len(shown_rows(tab, "sites-largest", 0)) == 40
        assert listing.locator(".more").get_attribute("aria-expanded") == "true"
        listing.locator("input").fill("SITE1 example")
        assert all("site1" in name for name in shown_rows(tab, "sites-largest", 0))
        assert listing.locator(".status").inner_text() == "11 of 11 matching rows"
        listing.locator("input").fill("none such")
        assert shown_rows(tab, "sites-largest", 0) == []
        listing.locator("input").fill("")
        listing.locator(".more").click()
        assert len(shown_rows(tab, "sites-largest", 0)) == 10


def test_a_report_is_used_by_keyboard(browser: Any, tmp_path: Path, batch_report: str) -> None:
    with opened(browser, tmp_path, batch_report) as tab:
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "skip"
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "content"
        seen = set()
        for _ in range(120):
            tab.keyboard.press("Tab")
            seen.add(tab.evaluate("document.activeElement.tagName + '.' + document.activeElement.className"))
            if "BUTTON.more" in seen and tab.evaluate("document.activeElement.className") == "sort":
                break
        assert {"SUMMARY.", "INPUT.", "BUTTON.more", "BUTTON.sort"} <= seen
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"


def test_a_report_without_scripts_shows_every_row(browser: Any, tmp_path: Path, batch_report: str) -> None:
    with opened(browser, tmp_path, batch_report, java_script_enabled=False) as tab:
        assert tab.locator("#sites-largest tbody tr:visible").count() == 40
        assert tab.locator(".tools").first.is_hidden()
        tab.click("summary >> nth=0")
        assert tab.locator(".numbers td").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_reports_need_no_sideways_scrolling_on_a_phone(browser: Any, tmp_path: Path, batch_report: str, scheme: str) -> None:
    hostile = tmp_path / "hostile.html"
    write_report([saved(tmp_path / "s.parquet", hostile_scores())], hostile)
    for html in (batch_report, hostile.read_text("utf-8"), model_page()):
        with opened(browser, tmp_path, html, 360, color_scheme=scheme) as tab:
            for button in tab.locator(".more:visible").all():
                button.click()
            tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_reports_fit_on_paper(browser: Any, tmp_path: Path, batch_report: str) -> None:
    for html in (batch_report, model_page()):
        with opened(browser, tmp_path, html, 794) as tab:
            tab.emulate_media(media="print")
            tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            assert tab.evaluate("document.documentElement.scrollWidth") <= 794
            assert tab.locator(".tools").first.is_hidden()
            assert len(tab.pdf()) > 20_000


def test_hostile_scores_run_and_load_nothing(browser: Any, tmp_path: Path) -> None:
    write_report([saved(tmp_path / "s.parquet", hostile_scores())], tmp_path / "r.html", by=["kind"])
    with opened(browser, tmp_path, (tmp_path / "r.html").read_text("utf-8")) as tab:
        for button in tab.locator(".more:visible").all():
            button.click()
        for button in tab.locator(".sort:visible").all():
            button.click()
        for field in tab.locator("input").all():
            field.fill("<script>")
        assert tab.title().startswith("Trust report")
        assert tab.locator("script").count() == 1
        assert tab.locator("img, iframe, form, base, math, [onerror], [onload], a:not([href^='#'])").count() == 0
        tab.locator("#pages-least").scroll_into_view_if_needed()
        assert "</script><script>document.title='ran'</script>" in tab.locator("#pages-least").text_content()


def test_charts_follow_the_colours_of_the_page(browser: Any, tmp_path: Path, batch_report: str) -> None:
    fills = []
    for scheme in ("light", "dark"):
        with opened(browser, tmp_path, batch_report, color_scheme=scheme) as tab:
            fills.append(tab.locator(".chart .f-low").first.evaluate("e => getComputedStyle(e).fill"))
            assert tab.locator(".chart text").first.evaluate("e => getComputedStyle(e).fill") != "rgb(0, 0, 0)"
    assert fills[0] != fills[1]


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm install --prefix build/axe axe-core")
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_reports(browser: Any, tmp_path: Path, batch_report: str, scheme: str, width: int) -> None:
    hostile = tmp_path / "hostile.html"
    write_report([saved(tmp_path / "s.parquet", hostile_scores())], hostile)
    for html in (batch_report, hostile.read_text("utf-8"), model_page()):
        with opened(browser, tmp_path, html, width, color_scheme=scheme, bypass_csp=True) as tab:
            tab.evaluate(AXE.read_text("utf-8"))
            tab.evaluate("document.querySelectorAll('details.numbers').forEach(d => { d.open = true })")
            tab.click(".sort >> nth=1")
            assert violations(tab) == []
