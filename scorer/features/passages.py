"""Where do phrases stand, and how dense are they?

What the families share: rates of lexicon phrases in one part of a page, with the passages themselves as evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scorer.blocks import DIGIT, UPPER
from scorer.feature import UNKNOWN, Measure, Span
from scorer.page import Link, Page
from scorer.zones import Zone

MOST = 8
"""Passages that one feature shows at the most."""


def spans(pairs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """The first `MOST` of these (start, end) pairs of the page's text."""
    for n, (start, end) in enumerate(pairs):
        if n == MOST:
            return
        yield Span("text", start, end)


def block_spans(page: Page, indices: Iterable[int]) -> Iterator[Span]:
    """The first `MOST` of these blocks."""
    starts, ends = page.columns.start, page.columns.end
    return spans((int(starts[i]), int(ends[i])) for i in indices)


def hits_in(page: Page, zones: tuple[Zone, ...], *lexicons: str) -> list[tuple[int, int]]:
    """Where phrases of these lexicons stand in blocks of these zones."""
    found: list[tuple[int, int]] = []
    wanted = {int(zone) for zone in zones}
    for name in lexicons:
        hits = page.hits.get(name)
        if hits is None:
            continue
        found += [
            (start, end)
            for start, end, zone in zip(hits.start.tolist(), hits.end.tolist(), page.hit_zones[name].tolist(), strict=True)
            if zone in wanted
        ]
    return sorted(found) if len(lexicons) > 1 else found


def body_rate(page: Page, *lexicons: str, per: int = 1000) -> Measure:
    """Phrases of these lexicons per `per` words of the body; UNKNOWN without a body."""
    if not page.has_body:
        return UNKNOWN
    found = hits_in(page, (Zone.BODY,), *lexicons)
    # Short texts: one phrase in forty words is not a habit. A rate over fewer than 150 words counts as over 150.
    return Measure(per * len(found) / max(len(page.body_words), 150), spans(found))


def page_rate(page: Page, *lexicons: str) -> Measure:
    """Phrases of these lexicons per 1,000 words of the whole text; UNKNOWN for a page without words."""
    if not page.words:
        return UNKNOWN
    found = page.hits_of(*lexicons)
    return Measure(1000 * len(found) / max(len(page.words), 200), spans(found))


def headline_hits(page: Page, *lexicons: str) -> list[tuple[int, int]]:
    """Where phrases of these lexicons stand in the headline: offsets into the headline."""
    found = page.headline_hits
    return sorted(pair for name in lexicons if name in found for pair in zip(*(a.tolist() for a in found[name]), strict=True))


def headline_spans(page: Page, pairs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Offsets into the headline as evidence in the part that it stands in."""
    part, at, _ = page.headline_span
    for start, end in pairs:
        yield Span(part, at + start, at + end)


def body_matches(page: Page, pattern: re.Pattern[str], *, digits: int = 0, capitals: int = 0) -> Iterator[tuple[int, int]]:
    """Where a pattern matches inside blocks of the body; see `matches`."""
    return matches(page, pattern, page.body_blocks, digits=digits, capitals=capitals)


def matches(page: Page, pattern: re.Pattern[str], indices: Iterable[int], *, digits: int = 0, capitals: int = 0) -> Iterator[tuple[int, int]]:
    """Where a pattern matches inside these blocks.

    `digits`, `capitals`: how many of them any match must hold; blocks with fewer are not searched.
    """
    starts, ends = page.columns.start, page.columns.end
    if digits:
        enough = (page.block_classes[DIGIT] >= digits).tolist()
    elif capitals:
        enough = (page.block_classes[UPPER] >= capitals).tolist()
    else:
        enough = None
    for index in indices:
        if enough is None or enough[index]:
            for match in pattern.finditer(page.text, int(starts[index]), int(ends[index])):
                yield match.span()


def link_spans(page: Page, links: Sequence[Link]) -> Iterator[Span]:
    """The texts of the first `MOST` of these links."""
    for link in links[:MOST]:
        at = page.block_text(link.block).find(link.text) if link.text else -1
        if at >= 0:
            start = int(page.columns.start[link.block]) + at
            yield Span("text", start, start + len(link.text))
