"""Who answers for it?"""

from __future__ import annotations

import re

from scorer.authors import is_generic
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import block_spans, page_count, page_rate, spans
from scorer.page import Page
from scorer.tokens import MARK, WordSet, is_one_of, tokenize
from scorer.zones import DATE, Zone

_DATELESS = re.compile(r"(?:published|posted|updated|last updated|published on|posted on|updated on|date)\s*(?:on|:|by)?\s*:?\s*$", re.IGNORECASE)

@feature(trust=Trust.RISES, facets=("farm", "aggregation"))
def named_author(page: Page) -> Measure:
    """Whether a person with first and last name signs the page.

    Leaves alone: "admin", "Staff", "Editorial Team".
    """
    if not page.text:
        return UNKNOWN
    people = dict.fromkeys(span for name, span in page.author_names if " " in name.strip() and not is_generic(name) and len(name) < 60)
    return Measure(float(bool(people)), (s for s in people if s is not None))


@feature(trust=Trust.FALLS, facets=("farm", "aggregation"))
def generic_byline(page: Page) -> Measure:
    """Whether the byline names nobody ("admin", "staff", "editorial team")."""
    names = page.author_names
    if not names:
        return UNKNOWN
    generic = [span for name, span in names if is_generic(name)]
    return Measure(float(bool(generic) and len(generic) == len(names)), (s for s in generic if s is not None))


@feature(trust=Trust.FREE, facets=("farm", "aggregation"))
def has_date(page: Page) -> Measure:
    """Whether the page says when it was published."""
    if not page.text:
        return UNKNOWN
    if page.metadata.published:
        return Measure(1.0)
    found = []
    for index in page.blocks_in(Zone.BYLINE, Zone.HEADLINE):
        start, end = int(page.columns.start[index]), int(page.columns.end[index])
        found += [m.span() for m in DATE.finditer(page.text, start, end)]
    return Measure(float(bool(found)), spans(found))


@feature(trust=Trust.FALLS, facets=("farm", "aggregation"))
def dateless_date_line(page: Page) -> Measure:
    """Whether a date line has lost its date ("Published on" and nothing behind it)."""
    if not page.body_blocks:
        return UNKNOWN
    first = page.body_blocks[0]
    found = [i for i in range(max(first - 12, 0), min(first + 2, len(page.zones))) if len(page.block_text(i)) < 40 and _DATELESS.match(page.block_text(i))]
    return Measure(float(bool(found)), block_spans(page, found))


@feature(trust=Trust.RISES, facets=("farm",))
def accountability_rate(page: Page) -> Measure:
    """Named roles, corrections, ethics rules and ways to reach the author, per 1,000 words."""
    return page_rate(page, "accountability")


@feature(trust=Trust.FALLS, facets=("farm",))
def ornamental_accountability(page: Page) -> Measure:
    """Formulas of accountability that search-made sites wear ("our team of experts"), counted to five."""
    return page_count(page, "claimed_accountability", 5)


@feature(trust=Trust.FREE, facets=("farm",))
def author_note_length(page: Page) -> Measure:
    """Characters that tell who the author is, after the body (logarithm)."""
    if not page.body_blocks:
        return UNKNOWN
    last = page.body_blocks[-1]
    notes = [i for i in page.blocks_in(Zone.BYLINE) if i > last - 2 and page.columns.end[i] - page.columns.start[i] > 60]
    total = sum(int(page.columns.end[i] - page.columns.start[i]) for i in notes)
    return Measure(float(len(str(total))) if total else 0.0, block_spans(page, notes))


@feature(trust=Trust.RISES, facets=("farm",))
def author_page_link(page: Page) -> Measure:
    """Whether the byline links to a page about its author."""
    if page.links is None:
        return UNKNOWN
    return Measure(float("people" in page.href_marks or any("author" in link.rel for link in page.links if link.rel)))


@feature(trust=Trust.RISES, facets=("farm",))
def accountability_links(page: Page) -> Measure:
    """Kinds of links that let a reader hold somebody to account: about, contact, corrections or ethics."""
    if page.links is None:
        return UNKNOWN
    return Measure(float(sum(kind in page.href_marks for kind in ("about", "ethics", "contact"))))


@feature(trust=Trust.FALLS, facets=("farm",))
def hidden_author(page: Page) -> Measure:
    """Whether metadata names an author whom the visible page never shows: structured data that contradicts the page."""
    author = page.metadata.author
    if page.markup is None or not author:
        return UNKNOWN
    name = tokenize(author)
    last = name.hash[name.kind != MARK][-1:]
    return Measure(float(not (page.tokens.hash == last).any())) if len(last) else UNKNOWN


@feature(trust=Trust.FALLS, facets=("farm",))
def author_nowhere_shown(page: Page) -> Measure:
    """Whether the structured data names an author of whom not one word stands on the visible page.

    Fires on: metadata that says "Erica Needham" over a page that shows "By Brian Stormont", or nobody.
    Leaves alone: part of the name that is shown ("J. Brandt"), and authors given as an address.
    """
    author = page.metadata.author
    if page.markup is None or not author or "://" in author:
        return UNKNOWN
    name = tokenize(author)
    words = name.hash[(name.kind != MARK) & (name.end - name.start > 1)]
    if not len(words) or not page.word_count:
        return UNKNOWN
    if is_one_of(page.tokens.hash, WordSet.of(words)).any():
        return Measure(0.0)
    return Measure(1.0, (span for _, span in page.author_names if span is not None))
