"""Who answers for it?"""

from __future__ import annotations

import re

import numpy as np

from scorer.authors import is_generic
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import LEAST_PAGE_WORDS, block_spans, link_spans, own_hits, spans
from scorer.page import Page
from scorer.tokens import MARK, WordSet, is_one_of, tokenize
from scorer.zones import DATE, Zone

_DATELESS = re.compile(r"(?:published|posted|updated|last updated|published on|posted on|updated on|date)\s*(?:on|:)?\s*:?\s*$", re.IGNORECASE)
_ANY_DATE = re.compile(rf"{DATE.pattern}|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|\b(?:19|20)\d\d\b|\b(?:ago|yesterday|today|just now)\b", DATE.flags)
_ITS_OWN = tuple(zone for zone in Zone if zone not in (Zone.TEASERS, Zone.COMMENTS))
"""Where a page speaks of itself: not in what it says of other pages, nor in what readers say."""


@feature(trust=Trust.RISES, facets=("farm", "aggregation"), version=2)
def named_author(page: Page) -> Measure:
    """Whether a person with first and last name signs the page.

    Leaves alone: "admin", "Staff", "Editorial Team", outlets and firms, who reviewed it or took the picture.
    """
    if not page.text:
        return UNKNOWN
    people = dict.fromkeys(span for name, span in page.author_names if " " in name.strip() and not is_generic(name) and len(name) < 60)
    return Measure(float(bool(people)), (s for s in people if s is not None))


@feature(trust=Trust.FALLS, facets=("farm", "aggregation"), version=2)
def generic_byline(page: Page) -> Measure:
    """Whether the byline names nobody ("admin", "staff", "editorial team")."""
    names = page.author_names
    if not names:
        return UNKNOWN
    generic = [span for name, span in names if is_generic(name)]
    return Measure(float(bool(generic) and len(generic) == len(names)), (s for s in generic if s is not None))


@feature(trust=Trust.FREE, facets=("farm", "aggregation"), version=2)
def has_date(page: Page) -> Measure:
    """Whether the page says when it was published: metadata or a date at the head."""
    if not page.text:
        return UNKNOWN
    if page.metadata.published:
        return Measure(1.0)
    found = []
    # Further down, dates in lines like a byline are those of comments and testimonials.
    head = page.body_blocks[0] + 2 if page.body_blocks else len(page.zones)
    for index in page.blocks_in(Zone.BYLINE, Zone.HEADLINE):
        if index > head:
            break
        start, end = int(page.columns.start[index]), int(page.columns.end[index])
        found += [m.span() for m in DATE.finditer(page.text, start, end)]
    return Measure(float(bool(found)), spans(found))


@feature(trust=Trust.FALLS, facets=("farm", "aggregation"), version=2)
def dateless_date_line(page: Page) -> Measure:
    """Whether a date line has lost its date ("Published on" and no date behind it, nor in the next lines)."""
    if not page.body_blocks:
        return UNKNOWN
    first = page.body_blocks[0]
    found = [i for i in range(max(first - 12, 0), min(first + 2, len(page.zones))) if page.block_chars[i] < 40 and _DATELESS.match(page.block_text(i)) and not _dated(page, i + 1)]
    return Measure(float(bool(found)), block_spans(page, found))


def _dated(page: Page, index: int) -> bool:
    """Whether one of the next blocks from `index` on holds a date: many pages set it on a line of its own."""
    starts, ends = page.columns.start, page.columns.end
    following = range(index, min(index + 4, len(starts)))
    return any(_ANY_DATE.search(page.text, int(starts[i]), min(int(ends[i]), int(starts[i]) + 80)) for i in following)


@feature(trust=Trust.RISES, facets=("farm",), version=5)
def accountability_rate(page: Page) -> Measure:
    """Corrections told, editorial rules, who is behind the text and how to reach them, per 1,000 words.

    Leaves alone: the offices of people in the story, and what they say.
    """
    if not page.word_count:
        return UNKNOWN
    # As a link "Editor's note" is a column.
    found = own_hits(page, _ITS_OWN, "answerable")
    blocks = page.block_of(np.array([start for start, _ in found], np.int64)).tolist()
    found = [(start, end) for (start, end), block in zip(found, blocks, strict=True) if not (page.text[start:end].lower().startswith("editor") and page.columns.link_chars[block] >= end - start)]
    return Measure(1000 * len(found) / max(page.word_count, LEAST_PAGE_WORDS), spans(found))


@feature(trust=Trust.FALLS, facets=("farm",), version=2)
def ornamental_accountability(page: Page) -> Measure:
    """Formulas that vouch for unnamed experts or praise the author ("our team of experts"), counted to five."""
    if not page.word_count:
        return UNKNOWN
    found = own_hits(page, _ITS_OWN, "claimed_accountability")
    return Measure(float(min(len(found), 5)), spans(found))


_ABOUT_THE_POST = re.compile(
    r"\b(?:posted in|filed under|tagged|permalink|author archive|entry was posted|categories|originally published|last modified|last updated|posted by|read more:|image credits?|photo credits?|photograph(?:y|s)? by)\b", re.IGNORECASE
)
# What a note on a person has: a verb or place of his own, an address, a life.
_ABOUT_A_PERSON = re.compile(
    r"\b(?:is an?|is the|was an?|are an?|has been|have been|has worked|has written|has over|has more than|have written|writes?|joined|covers|covered|reports|specializ\w+|specialis\w+|lives|author of|founder|co-founder|"
    r"contributor|editor|reporter|journalist|columnist|professor|can be reached|is passionate|loves|enjoys|I'm|I am|I’m|born in|grew up|graduated|degree|studied|worked|she|he|her|his)\b"
)


@feature(trust=Trust.FREE, facets=("farm",), version=2)
def author_note_length(page: Page) -> Measure:
    """Characters that tell who the author is, after the body (logarithm)."""
    if not page.body_blocks:
        return UNKNOWN
    last = page.body_blocks[-1]
    notes = [i for i in page.blocks_in(Zone.BYLINE) if i > last - 2 and page.block_chars[i] > 60 and _ABOUT_A_PERSON.search(text := page.block_text(i)) and not _ABOUT_THE_POST.search(text)]
    total = sum(int(page.columns.end[i] - page.columns.start[i]) for i in notes)
    return Measure(float(len(str(total))) if total else 0.0, block_spans(page, notes))


@feature(trust=Trust.RISES, facets=("farm",), version=2)
def author_page_link(page: Page) -> Measure:
    """Whether the byline links to a page about its author."""
    if page.links is None:
        return UNKNOWN
    byline = int(Zone.BYLINE)
    people = [i for i in page.href_marks.get("people", ()) if page.link_zones[i] == byline and not page.links[i].text.lower().startswith("read more")]
    people += [i for i, link in enumerate(page.links) if link.rel and "author" in link.rel.split()]
    return Measure(float(bool(people)), link_spans(page, [page.links[i] for i in sorted(set(people))]))


@feature(trust=Trust.RISES, version=3, facets=("farm",))
def accountability_links(page: Page) -> Measure:
    """Kinds of links that let a reader hold somebody to account: about, contact, corrections or ethics.

    Known by their address or by their label: "About" may lead to /company, "Contact us" to a form elsewhere.
    """
    if page.links is None:
        return UNKNOWN
    found = page.href_marks.keys() & _KINDS.keys()
    found |= {kind for kind, labels in _KINDS.items() if not labels.isdisjoint(page.labels)}
    return Measure(float(len(found)))


_KINDS = {
    "about": frozenset(["about", "about us", "who we are", "our story", "our mission", "about me", "about the author", "bio"]),
    "contact": frozenset(["contact", "contact us", "contact me", "contact info", "contact information", "get in touch", "contact the newsroom"]),
    "ethics": frozenset(["corrections", "corrections policy", "ethics", "ethics policy", "code of ethics", "editorial standards", "editorial policy", "editorial guidelines", "press code", "complaints", "complaints procedure"]),
}  # fmt: skip
"""The kinds among `address.MARKS` and what links of each are called."""


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
