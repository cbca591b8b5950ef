"""Where does each passage stand in the text of the page, and how is a stranger's text made harmless in HTML?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby, pairwise
from typing import NamedTuple

from scorer.explain.account import ZONE_WORDS, percent, visible, zone_shares
from scorer.page import Block, Page
from scorer.score import PageScore, Reason

MOST_SHOWN = 300_000
"""Characters of text that are shown; beyond them only passages, each with `AROUND` characters before and after it."""
AROUND = 300
LONGEST_PASSAGE = 20_000

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LOOKS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre"))


def shown(text: str) -> str:
    """Text as HTML; characters that would turn the direction of others or print nothing are shut in and made visible."""
    return _OBEYED.sub(_shut_in, escape(text))


def _shut_in(match: re.Match[str]) -> str:
    char = match[0]
    if char == "\0" or "\ud800" <= char < "\ue000":
        return "\ufffd"
    return f'<span class="control" data-code="U+{ord(char):04X}">{"&#13;" if char == chr(13) else char}</span>'


def attribute(text: str) -> str:
    """Text as the value of an attribute, or as a title."""
    return escape(visible(text))


class Passage(NamedTuple):
    """A quote on its way into the text: its offsets, its reason's and its own number there, and whether it lowers trust."""

    start: int
    end: int
    reason: int
    quote: int
    falls: bool


def passages_of(page: Page, reasons: Sequence[Reason]) -> dict[str, list[Passage]]:
    """The quotes of these reasons by part of the page, in order; those of the markup, which nobody sees, are left out."""
    found: dict[str, list[Passage]] = {"text": [], "title": [], "url": []}
    for index, reason in enumerate(reasons):
        for number, quote in enumerate(reason.quotes):
            if quote.part in found:
                found[quote.part].append(
                    Passage(quote.start, min(quote.end, len(page.part(quote.part))), index, number, reason.effect < 0)
                )
    for passages in found.values():
        passages.sort()
    return found


def marked(text: str, start: int, end: int, passages: Iterable[Passage], reasons: Sequence[Reason]) -> Iterator[str]:
    """`text[start:end]` with the passages in it marked, split where one begins or ends, and a button at the end of each."""
    here = [
        p._replace(start=max(p.start, start), end=min(p.end, end)) for p in passages if p.start < end and p.end > start
    ]
    cuts = sorted({start, end, *(p.start for p in here), *(p.end for p in here)})
    for at, to in pairwise(cuts):
        over = [p for p in here if p.start <= at and to <= p.end]
        if not over:
            yield shown(text[at:to])
            continue
        falls = {p.falls for p in over}
        side = "both" if len(falls) > 1 else "falls" if True in falls else "rises"
        quotes = " ".join(f"{p.reason}.{p.quote}" for p in over)
        yield f'<mark class="{side}" data-reasons="{" ".join(dict.fromkeys(str(p.reason) for p in over))}" data-quotes="{quotes}" data-start="{at}">{shown(text[at:to])}</mark>'
        for p in {p.reason: p for p in over if p.end == to}.values():
            label = attribute(f"Reason {p.reason + 1}: {reasons[p.reason].summary}")
            yield f'<button type="button" class="ref" data-reason="{p.reason}" data-quote="{p.reason}.{p.quote}" aria-label="{label}">{p.reason + 1}</button>'


def text_section(page: Page, score: PageScore, passages: Sequence[Passage], reasons: Sequence[Reason]) -> Iterator[str]:
    """The text in its zones, with the passages of these reasons marked."""
    language = f' lang="{score.language}"' if _LANGUAGE.fullmatch(score.language) else ""
    yield '<section class="text" aria-labelledby="text" tabindex="-1"><h2 id="text">The text, as it was read</h2>'
    shares = zone_shares(page)
    if not shares:
        yield "<p>No text was found on the page.</p></section>"
        return
    yield '<div class="toggles" role="group" aria-label="Zones to show">'
    for zone, share in shares.items():
        yield f'<button type="button" class="toggle {zone.name.lower()}" aria-pressed="true" data-zone="{zone.name.lower()}">{ZONE_WORDS[zone]} {escape(percent(share))}</button>'
    yield f'</div><div class="blocks"{language}>'
    ranges = _ranges(page, passages)
    at = 0
    for zone, blocks in groupby(_pieces(page, ranges), key=lambda piece: piece[0].zone):
        lines = []
        for block, start, end in blocks:
            if start > max(at, block.start):
                lines.append(f'<p class="left-out" lang="en">… {start - at:,} characters are left out …</p>')
            tag = block.tag if block.tag in _LOOKS else "p"
            lines.append(f'<p class="{tag}" dir="auto">{"".join(marked(page.text, start, end, passages, reasons))}</p>')
            at = end
        yield f'<div class="zone {zone.name.lower()}"><p class="label" lang="en">{ZONE_WORDS[zone]}</p><div class="lines">{"".join(lines)}</div></div>'
    if len(page.text) - at > 1:
        yield f'<p class="left-out" lang="en">… the remaining {len(page.text) - at:,} characters are left out: the report shows the first {MOST_SHOWN:,} and every passage.</p>'
    yield "</div></section>"


def _ranges(page: Page, passages: Sequence[Passage]) -> list[tuple[int, int]]:
    """What is shown of the text: its beginning, and what surrounds each passage; in order, apart from each other."""
    merged = [(0, MOST_SHOWN)]
    for passage in passages:
        start, end = passage.start - AROUND, min(passage.end, passage.start + LONGEST_PASSAGE) + AROUND
        if start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _pieces(page: Page, ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[Block, int, int]]:
    """The blocks, or the parts of them, that fall in what is shown: (block, start, end)."""
    at = 0
    for block in page.blocks:
        while at < len(ranges) and ranges[at][1] <= block.start:
            at += 1
        for start, end in ranges[at:]:
            if start >= block.end:
                break
            if start < block.end and end > block.start:
                yield block, max(start, block.start), min(end, block.end)
