"""What do the reports look like? Makes the README's pictures from the sample pages; run by `make screenshots`.

Needs Chromium (Debian: apt-get install chromium) and Playwright (the extra `browser`).
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI

from scorer import Model, Page, score_page
from scorer.batch import score_files
from scorer.explain import render_html, render_terminal
from scorer.report import write_report
from scorer.summary import render_summary

ROOT = Path(__file__).parent.parent
SAMPLES = Path("data/samples")
PAGE = SAMPLES / "retold-news.html"
MODEL_REPORT = Path("models/page-trust/report.html")
LARGEST = 300_000
"""Bytes of a picture: a README should load at once."""


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("chromium is not installed; on Debian: apt-get install chromium")
    os.chdir(ROOT)  # what is shown in the pictures are paths of the repository
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = Page.from_html(PAGE.read_bytes(), "https://www.harborsignal.example/veltrin-recall")
        score = score_page(page)
        (folder / "explain.html").write_text(render_html(page, score, model=Model.load()), encoding="utf-8")
        tally = score_files([SAMPLES], folder / "scores.parquet")
        write_report([folder / "scores.parquet"], folder / "report.html")
        tally.output, tally.seconds = "scores.parquet", round(tally.seconds, 1)
        console = Console(record=True, width=105, file=io.StringIO(), force_terminal=True)
        console.print("$ scorer score data/samples -o scores.parquet", style="bold", highlight=False)
        render_summary(tally, ["data/samples"], console=console)
        console.print("\n$ scorer explain data/samples/retold-news.html", style="bold", highlight=False)
        render_terminal(page, score, console=console)
        (folder / "terminal.html").write_text(console.export_html(theme=MONOKAI, inline_styles=True), encoding="utf-8")
        take(browser, folder / "explain.html", "explain.png", height=1000)
        take(browser, folder / "explain.html", "explain-passage.png", height=700, choose="Other outlets")
        take(browser, folder / "explain.html", "explain-phone.png", width=360, height=780, scheme="dark", choose="Other outlets")
        take(browser, folder / "report.html", "report.png", height=1100)
        take(browser, folder / "terminal.html", "terminal.png", width=1040, height=860)
        if MODEL_REPORT.is_file():
            take(browser, MODEL_REPORT, "model-report.png", height=1100)
        browser.close()


def take(browser: Browser, file: Path, name: str, *, width: int = 1200, height: int = 850, scheme: str = "light", choose: str = "") -> None:
    """A picture of a file as it opens; `choose`: words of a reason that is chosen first."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    tab = context.new_page()
    tab.goto(file.resolve().as_uri())
    reason = tab.locator(".reason", has_text=choose)
    if choose and reason.count():
        reason.first.click()
    path = Path("docs") / name
    tab.screenshot(path=str(path))
    context.close()
    size = path.stat().st_size
    if size > LARGEST:
        sys.exit(f"{path} has {size:,} bytes; make the picture smaller than {LARGEST:,}")
    print(f"{path}: {size:,} bytes")


if __name__ == "__main__":
    main()
