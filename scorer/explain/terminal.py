"""How is a score told to somebody at a terminal?"""

from __future__ import annotations

from collections import Counter
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from scorer.explain.account import (
    DISCLAIMER,
    EVIDENCE,
    FACET_WORDS,
    ZONE_WORDS,
    Sum,
    in_context,
    likely_range,
    percent,
    percents,
    summed,
    verdict_of,
    visible,
    zone_shares,
)
from scorer.page import Page
from scorer.score import PageScore, Reason

_COLOURS = {"low": "red", "mixed": "yellow", "high": "green", "": "magenta"}
_PLAIN = str.maketrans({"█": "#", "░": ".", "│": "|", "−": "-", "…": "~", "·": "-"})
_SIDE = 6
_BAR = 2 * _SIDE + 8
_NOTE = 10


def render_terminal(page: Page, score: PageScore, *, console: Console) -> None:
    """Prints the verdict, the facets, the reasons with their passages, and what the page is made of."""
    sheet = _Sheet(console)
    name, sentence = verdict_of(score)
    sheet.line(
        (f" {name.upper()} ", f"bold reverse {_COLOURS[score.verdict]}"),
        " ",
        (visible(page.title) or "(no title)", "bold"),
    )
    if page.url:
        sheet.line((visible(page.url), "dim"))
    sheet.line(visible(sentence), wrap=True)
    if score.error:
        return
    if score.truncated:
        sheet.line((f"Only the beginning was read; cut short: {visible(', '.join(score.truncated))}.", "dim"))
    sheet.line()
    _numbers(sheet, score)
    if score.evidence != "none":
        _why(sheet, page, summed(score))
    _zones(sheet, page)
    sheet.line((DISCLAIMER, "dim"), wrap=True)


class _Sheet:
    """Lines on a console; characters that its encoding lacks are written in ones that it has."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._unicode = console.encoding.lower().startswith("utf")
        self.width = max(console.width, 40)

    def line(self, *parts: str | tuple[str, str], wrap: bool = False) -> None:
        """One line; what is too long for it is cut, or wrapped where asked."""
        text = Text.assemble(
            *(
                (self._writable(part), "") if isinstance(part, str) else (self._writable(part[0]), part[1])
                for part in parts
            )
        )
        if not wrap:
            text.truncate(self.width, overflow="ellipsis" if self._unicode else "crop")
        self._console.print(text, soft_wrap=not wrap, highlight=False)

    def _writable(self, text: str) -> str:
        if self._unicode:
            return text
        return text.translate(_PLAIN).encode(self._console.encoding, "backslashreplace").decode(self._console.encoding)


def _numbers(sheet: _Sheet, score: PageScore) -> None:
    low, middle, high = percents(score)
    sheet.line(
        ("trust      ", "bold"),
        (f"{score.trust:4.2f}  ", "bold"),
        (_bar(score.trust, 20), _COLOURS[score.verdict]),
        ("  likely {:.2f} to {:.2f}".format(*likely_range(score)), "dim"),
    )
    sheet.line(
        ("ratings    ", "bold"),
        "a careful reader would say ",
        ("low ", "red"),
        f"{low}%, ",
        ("middle ", "yellow"),
        f"{middle}%, ",
        ("high ", "green"),
        f"{high}%",
    )
    sheet.line(("evidence   ", "bold"), f"{score.evidence}: {EVIDENCE[score.evidence or 'none']}")
    sheet.line()
    sheet.line(("How likely a reader is to flag it", "bold"))
    for facet, value in score.facets.items():
        style = "red" if value >= 0.5 else ""
        sheet.line(f"{facet:<11}{value:5.0%}  ", (_bar(value, 20), style), "  ", (FACET_WORDS.get(facet, ""), "dim"))


def _bar(share: float, width: int) -> str:
    filled = round(max(min(share, 1.0), 0.0) * width)
    return "█" * filled + "░" * (width - filled)


def _why(sheet: _Sheet, page: Page, parts: Sum) -> None:
    sheet.line()
    sheet.line(("Why", "bold"), ("  effects in log-odds; left of the line lowers trust, right raises it", "dim"))
    longest = (
        max((abs(value) for value in (*(reason.effect for reason in parts.reasons), parts.rest)), default=1.0) or 1.0
    )
    for reason in parts.reasons:
        _reason(sheet, page, reason, longest)
    if parts.rest_count:
        sheet.line(*_effect(parts.rest, longest), (f"{parts.rest_count} smaller effects together", "dim"))
    everything = parts.score - parts.start
    sheet.line(
        (
            f"Every page starts at {_signed(parts.start)}; effects of {_signed(everything)} make the score {_signed(parts.score)}.",
            "dim",
        ),
        wrap=True,
    )


def _reason(sheet: _Sheet, page: Page, reason: Reason, longest: float) -> None:
    bar = _effect(reason.effect, longest)
    first, *more = wrap(visible(reason.summary), sheet.width - _BAR) or [""]
    sheet.line(*bar, first)
    for line in more:
        sheet.line(" " * _BAR, line)
    style = "bold red" if reason.effect < 0 else "bold green"
    room = sheet.width - _BAR - 2
    seen = Counter((*in_context(page, quote, room - _NOTE), quote.part) for quote in reason.quotes)
    for (before, said, after, part), times in seen.items():
        where = "" if part == "text" else f"{part}: "
        again = f" ({times} times)" if times > 1 else ""
        sheet.line(
            (f"{' ' * _BAR}· ", "dim"), (where, "dim"), (before, "dim"), (said, style), (after, "dim"), (again, "dim")
        )


def _effect(effect: float, longest: float) -> tuple[str | tuple[str, str], ...]:
    filled = max(round(abs(effect) / longest * _SIDE), 1)
    left = ("█" * filled).rjust(_SIDE) if effect < 0 else " " * _SIDE
    right = " " * _SIDE if effect < 0 else ("█" * filled).ljust(_SIDE)
    return f"{_signed(effect):>6} ", (left, "red"), ("│", "dim"), (right, "green")


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _zones(sheet: _Sheet, page: Page) -> None:
    shares = zone_shares(page)
    if not shares:
        return
    sheet.line()
    sheet.line(("What the text is made of", "bold"))
    for zone, share in sorted(shares.items(), key=lambda pair: -pair[1]):
        sheet.line(f"{ZONE_WORDS[zone]:<11}{percent(share):>4}  ", (_bar(share, 20), "cyan"))
    sheet.line()
