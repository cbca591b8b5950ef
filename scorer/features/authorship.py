"""Who answers for it?"""

from __future__ import annotations

import re

from scorer.authors import is_generic
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import block_spans, hits_in, matches, page_rate, spans
from scorer.fold import fold
from scorer.page import Page
from scorer.zones import DATE, Zone

_DATELESS = re.compile(r"(?:published|posted|updated|last updated|published on|posted on|updated on|date)\s*(?:on|:|by)?\s*:?\s*$", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{2,40}@[\w-]{2,40}\.[a-z]{2,10}")
_STREET = re.compile(r"\b\d{1,5} (?:[A-Z][\w.]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Way|Place|Square|Floor|Suite)\b|\b[A-Z]{2} \d{5}\b|P\.?O\.? Box \d")
_ABOUT = re.compile(r"/(?:about|about-us|ueber-uns|impressum|team|staff|masthead|who-we-are|our-story)\b", re.IGNORECASE)
_ETHICS = re.compile(r"/(?:corrections?|ethics|editorial|standards|fact-check|complaints?|code-of-conduct|editorial-policy|editorial-guidelines)", re.IGNORECASE)
_CONTACT = re.compile(r"/(?:contact|kontakt|contactus|contact-us|feedback|help)\b", re.IGNORECASE)
_PEOPLE = re.compile(r"/(?:author|authors|by|staff|profile|contributor|people|reporter|journalist|writers?|columnists?|user|member)s?/", re.IGNORECASE)


@feature(trust=Trust.RISES, facets=("farm", "aggregation"))
def named_author(page: Page) -> Measure:
    """Whether a person with first and last name signs the page.

    Leaves alone: "admin", "Staff", "Editorial Team".
    """
    if not page.text:
        return UNKNOWN
    people = [span for name, span in page.author_names if " " in name.strip() and not is_generic(name) and len(name) < 60]
    return Measure(float(bool(people)), (s for s in people if s is not None))


@feature(trust=Trust.FALLS, facets=("farm", "aggregation"))
def generic_byline(page: Page) -> Measure:
    """Whether the byline names nobody ("admin", "staff", "editorial team")."""
    names = page.author_names
    if not names:
        return UNKNOWN
    generic = [span for name, span in names if is_generic(name)]
    return Measure(float(bool(generic) and len(generic) == len(names)), (s for s in generic if s is not None))


@feature(trust=Trust.FREE, facets=("farm",))
def visible_byline(page: Page) -> Measure:
    """Share of the text that is byline, date line and author's note."""
    if not page.text:
        return UNKNOWN
    return Measure(float(page.zone_chars[Zone.BYLINE]) / max(len(page.text), 2000), block_spans(page, page.blocks_in(Zone.BYLINE)))


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
    if not page.words:
        return UNKNOWN
    found = page.hits_of("claimed_accountability")
    return Measure(float(min(len(found), 5)), spans(found))


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
    hrefs = "\n".join(link.href for link in page.links)
    return Measure(float(any("author" in link.rel for link in page.links) or _PEOPLE.search(hrefs) is not None))


@feature(trust=Trust.RISES, facets=("farm",))
def accountability_links(page: Page) -> Measure:
    """Kinds of links that let a reader hold somebody to account: about, contact, corrections or ethics."""
    if page.links is None:
        return UNKNOWN
    hrefs = "\n".join(link.href for link in page.links)
    return Measure(float(sum(bool(kind.search(hrefs)) for kind in (_ABOUT, _ETHICS, _CONTACT))))


@feature(trust=Trust.FREE, facets=("promotion",))
def contact_details(page: Page) -> Measure:
    """E-mail and street addresses in the text, counted to four."""
    if not page.words:
        return UNKNOWN
    found = [m.span() for m in _EMAIL.finditer(page.text)] if "@" in page.text else []
    found += matches(page, _STREET, range(len(page.zones)), digits=1)
    return Measure(float(min(len(found), 4)), spans(sorted(found)))


@feature(trust=Trust.FREE, facets=("farm",))
def metadata_author(page: Page) -> Measure:
    """Whether the page's metadata names an author."""
    return UNKNOWN if page.markup is None else Measure(float(bool(page.metadata.author)))


@feature(trust=Trust.FREE, facets=("farm",))
def publisher_named(page: Page) -> Measure:
    """Whether the page's structured data names its publisher."""
    return UNKNOWN if page.markup is None else Measure(float(bool(page.metadata.publisher)))


@feature(trust=Trust.FREE, facets=("farm",))
def article_schema(page: Page) -> Measure:
    """Whether structured data declares an article (1), a news article (2), or neither (0)."""
    if page.markup is None:
        return UNKNOWN
    types = page.metadata.schema_types
    if any("NewsArticle" in t for t in types):
        return Measure(2.0)
    return Measure(float(any("Article" in t or "Posting" in t for t in types)))


@feature(trust=Trust.FALLS, facets=("farm",))
def hidden_author(page: Page) -> Measure:
    """Whether metadata names an author whom the visible page never shows: structured data that contradicts the page."""
    author = page.metadata.author
    if page.markup is None or not author:
        return UNKNOWN
    last = fold(author).split()[-1:] or [""]
    return Measure(float(last[0] not in page.words_seen))


@feature(trust=Trust.FREE, facets=("farm",))
def byline_cue_count(page: Page) -> Measure:
    """Words that introduce an author or a date ("written by", "posted on") in the byline."""
    found = hits_in(page, (Zone.BYLINE,), "byline_cues")
    return Measure(float(min(len(found), 5)), spans(found)) if page.words else UNKNOWN


@feature(trust=Trust.FREE, facets=("farm",))
def comment_section_marks(page: Page) -> Measure:
    """Headings and labels of a comment section ("Leave a reply"), counted to four."""
    found = page.hits_of("comment_headings")
    return Measure(float(min(len(found), 4)), spans(found)) if page.words else UNKNOWN
