"""Whose reporting is it, and where does it know things from?"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from scorer import address
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import (
    LEAST_PAGE_WORDS,
    LEAST_WORDS,
    block_spans,
    body_rate,
    count_in,
    hits_in,
    kept,
    link_spans,
    own_hits,
    rate,
    sentence_spans,
    spans,
    token_spans,
)
from scorer.page import Page
from scorer.tokens import (
    MARK,
    NUMBER,
    QUOTE,
    WORD,
    Bools,
    Ints,
    Tokens,
    find_words,
    hash_of,
    is_one_of,
    true_at,
    word_set,
)
from scorer.zones import DATE, Zone

_CITATION = re.compile(r"\[\d{1,3}\]|\((?:[A-Z][\w'’-]+(?: (?:and|&) [A-Z][\w'’-]+| et al\.?)?,? )(?:19|20)\d\d[a-z]?\)|\bdoi:|\bet al\b|\b10\.\d{4,9}/")
# Marks of an entry in a bibliography or list of notes, wherever it stands.
_BIBLIOGRAPHIC = re.compile(
    r"\bdoi\b|\bet al\b|\bISBN\b|\bpp\.? ?\d|\bvol(?:\.|ume) ?\d|\b[Rr]etrieved\b|\b[Aa]ccessed\b|\bURL:|\(\w*\.? ?\d{0,2},? ?(?:19|20)\d\d[a-z]?\)|\d\(\d+\) ?:|^\[\d+\]|^\^ |↩"
)
_CREDIT = re.compile(r"photo|image|picture|video|getty|graphic|illustration|©|copyright|\(c\)", re.IGNORECASE)
_A_LABEL = 30
"""Characters at the beginning of a line that say what it is: "Photo credit:", "Source: Getty"."""
_HOW_TO_CITE = re.compile(r"(?:suggested )?citation:|(?:how )?to cite|cite this", re.IGNORECASE)
"""What tells how this very page is to be cited."""
_INSTITUTION = re.compile(r"\b(?:Administration|Board|Bureau|Census|Cent(?:er|re)s? for|College|Commission|Committee|Congress|Council|Court|Department|Foundation|Institutes?|Ministry|Office|Organi[sz]ation|Reserve|University)\b")
_CALL = re.compile(r"(?:learn|read|see|find|get|sign|subscribe|follow|share|click|view|show|more|related|tags?|categories|about|join)\b", re.IGNORECASE)
_LISTS = frozenset([
    "source", "sources", "source(s)", "news source", "news sources", "original source", "source link", "article source", "article sources", "story source", "data source", "data sources", "primary sources",
    "relevant articles", "relevant links", "relevant news", "relevant stories", "via", "hat tip", "references", "reference", "reference list", "bibliography", "works cited", "citations", "cited works", "cited sources",
    "literature cited", "notes and references", "sources and references", "references and further reading", "further reading", "for further reading", "selected bibliography", "additional reading",
    "read more at", "read more from", "journal reference", "quellen", "quelle", "literatur", "fuentes", "fuente", "bibliografía",
])  # fmt: skip
"""Headings and line beginnings that introduce a list of sources, among those of the lexicon, which also names pictures and links."""
_PRIMARY = re.compile(r"(?:\.gov|\.mil|\.edu|\.int|\.gov\.\w\w|\.ac\.\w\w|europa\.eu|doi\.org|arxiv\.org)$")
_MAYBE_PRIMARY = re.compile(r"\.(?:gov|mil|edu|int|ac)\b|europa\.eu|doi\.org|arxiv\.org|\.pdf", re.IGNORECASE)
_LONGEST_CITATION = 12
"""Tokens from the bracket to the year: "(Weber, Holm & Brandt, 2019)"."""
_YEARS = " ".join(map(str, range(1900, 2100)))
_NO_AUTHOR = "january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec spring summer autumn fall winter early mid late since in from until"
_IN_CITATION = "and et al see e g cf also de van von der den la a b c n d pp p no vol ed eds eg"
_NO_SOURCE = "how what whether which where when reason reasons logic scheme schema standards guidelines specification specifications template preset convention conventions plan schedule instructions instruction directions package packet recipe rules rule size type needs need your their its my our taste preference preferences weight height law standard standards criteria age value color colour"
_REPORTS = "reported reports said says told tells wrote writes according citing cited interview noted notes quoted quotes obtained"


def _next_token(page: Page, end: Ints) -> Ints:
    """The index of the first token behind each of these offsets."""
    return np.minimum(np.searchsorted(page.tokens.start, end), len(page.tokens.start) - 1)


_REACH_OF_SOURCE = 5


def _no_source(page: Page, end: Ints, line: Ints) -> Bools:
    """Whether something else than a source follows "according to": a mark, or within a few words a plan or standard."""
    tokens = page.tokens
    at = _next_token(page, end)
    reach = np.minimum(at[:, None] + np.arange(_REACH_OF_SOURCE), len(tokens.hash) - 1)
    plans = is_one_of(tokens.hash[reach].ravel(), word_set(_NO_SOURCE)).reshape(reach.shape)
    ends = (tokens.kind[reach] == MARK) | (tokens.line[reach] != line[:, None])
    found: Bools = np.logical_or.reduce(plans & ~np.logical_or.accumulate(ends, axis=1), axis=1)
    found |= (tokens.kind[at] == MARK) & (tokens.flags[at] & QUOTE == 0)
    return found


def _borrowed(page: Page) -> tuple[list[tuple[int, int]], Ints]:
    """Borrowing phrases of the body, and where they start; "according to" only where a source follows, not a plan or a recipe."""
    hits = page.hits.of("attribution")
    if not count_in(page, (Zone.BODY,), "attribution"):
        return [], hits.start[:0]
    tokens = page.tokens
    here = page.zones[hits.line] == Zone.BODY
    according = tokens.hash[_next_token(page, hits.start)] == np.uint64(hash_of("according"))
    here[according] &= ~_no_source(page, hits.end[according], hits.line[according])
    return kept(hits, here), hits.start[here]


def _attributed(page: Page) -> Ints:
    """The body's sentences that pass on what others reported: a borrowing phrase, or another outlet with a verb of reporting."""
    if not page.sentence_count:
        return np.zeros(0, np.int64)
    tokens, sentence = page.body_tokens, page.sentence_of
    _, borrowed = _borrowed(page)
    outlets = page.other_outlets.start[page.zones[page.other_outlets.line] == Zone.BODY]
    if not len(borrowed) and not len(outlets):
        return borrowed
    found = sentence[np.searchsorted(tokens.start, borrowed)]
    if len(outlets):
        named = sentence[np.searchsorted(tokens.start, outlets)]
        found = np.append(found, named[np.isin(named, sentence[find_words(tokens.hash, word_set(_REPORTS))])])
    return np.unique(found)


@feature(trust=Trust.FREE, facets=("aggregation", "farm"), version=3)
def source_aggregation_ratio(page: Page) -> Measure:
    """Share of the body's sentences that pass on what other outlets, reports or statements say.

    Fires on: "The plan was first reported by Reuters, according to sources."
    Leaves alone: "Mayor Ilse Brandt told us that the plan is ready."
    """
    if not page.has_body:
        return UNKNOWN
    found = _attributed(page)
    return Measure(len(found) / max(page.sentence_count, 5), sentence_spans(page, found))


def _source_lists(page: Page) -> tuple[list[int], list[int]]:
    """Blocks of lists of sources: those that a heading or label introduces, and those that are entries of a bibliography."""
    blocks = page.blocks_in(Zone.SOURCES)
    if not blocks:
        return [], []
    starts, ends = page.columns.start, page.columns.end
    hits = page.hits.of("source_headings")
    at_start = hits.start == starts[hits.line]
    labels = {line: end for line, start, end in zip(hits.line[at_start].tolist(), hits.start[at_start].tolist(), hits.end[at_start].tolist(), strict=True) if page.text[start:end].lower() in _LISTS}
    introduced, entries, open_until = [], [], -1
    for i in blocks:
        for label in (i, i - 1):
            if label in labels and page.text[labels[label] : ends[label]].strip() in ("", ":") and page.text[starts[label] : ends[label]].lower() != "source":
                open_until = label + 1  # the heading of a list; the list follows
        if i in labels and (i < open_until or page.text[labels[i] : labels[i] + 1] == ":"):
            introduced.append(i)
        elif _BIBLIOGRAPHIC.search(page.text, int(starts[i]), int(ends[i])):
            entries.append(i)
            open_until = max(open_until, i + 1) if i <= open_until else open_until
        elif i <= open_until and not _CALL.match(page.text, int(starts[i])):
            introduced.append(i)
            open_until = i + 1
    return introduced, entries


@feature(trust=Trust.FALLS, facets=("aggregation", "farm"), version=3)
def outlet_list_entries(page: Page) -> Measure:
    """Other outlets' stories in a list or line of sources: the mark of a retold story.

    A bibliography has years, volumes and pages; a retelling's list has headlines with an outlet's name or a day each.
    Credits of pictures are none, nor are the papers of public bodies and institutes.
    """
    introduced, _ = _source_lists(page)
    if not introduced:
        return Measure(0.0)
    _, _, lines = page.other_outlets
    shown, entries, outlets = [], 0.0, 0
    for i in introduced:
        text = page.block_text(i)
        here = int(np.count_nonzero(lines == i))
        named = max(here, len(DATE.findall(text)))
        if named and (here or not _INSTITUTION.search(text)) and not _CREDIT.search(text) and not _BIBLIOGRAPHIC.search(text) and _CITATION.search(text) is None:
            shown.append(i)
            entries += named
            outlets += here
    # One day beside a source is when a ministry spoke.
    return Measure(min(entries, 8.0), block_spans(page, shown)) if outlets or entries > 1 else Measure(0.0)


@feature(trust=Trust.FREE, facets=("aggregation",), version=4)
def source_list_share(page: Page) -> Measure:
    """Share of the text that is a list of sources or references."""
    if not page.text:
        return UNKNOWN
    listed = [i for found in _source_lists(page) for i in found if not _CREDIT.search(page.text, int(page.columns.start[i]), int(page.columns.start[i]) + _A_LABEL) and not _HOW_TO_CITE.match(page.text, int(page.columns.start[i]))]
    return Measure(int(page.block_chars[listed].sum()) / len(page.text) if listed else 0.0, block_spans(page, sorted(listed)))


@feature(trust=Trust.FREE, facets=("aggregation",), version=4)
def outlets_named_rate(page: Page) -> Measure:
    """Other news outlets and agencies named per 1,000 words of the body."""
    start, end, line = page.other_outlets
    here = page.zones[line] == Zone.BODY
    return rate(page, list(zip(start[here].tolist(), end[here].tolist(), strict=True)))


_KINDS_OF_AGENCY = frozenset(["news agency", "news agencies", "wire service", "wire services", "state news agency", "official news agency"])
_CREDITED = re.compile(r"(?:©|\bcopyright\b[^.\n]{0,20}|\b(?:by|from|via|source|sources|with)\b:?(?: the)?|[—–-])\s*(?:the )?$", re.IGNORECASE)
_CREDITS = re.compile(r"\)\s*[—–-]|\s*[—–-]\s|\s+(?:writers?|reporters?|contributed|staff)\b", re.IGNORECASE)


_PICTURE = re.compile(r"\)? ?/")
"""What follows the agency in the credit of a picture: "(Reuters)/Ann Reed"."""


@feature(trust=Trust.FREE, facets=("aggregation",), version=4)
def agency_credit(page: Page) -> Measure:
    """Whether an agency or wire is credited at the head or the foot of the body.

    Leaves alone: credits of pictures, agencies that the story is about.
    """
    if not page.has_body:
        return UNKNOWN
    starts, ends = page.columns.start, page.columns.end
    first, last = int(starts[page.body_blocks[0]]), int(ends[page.body_blocks[-1]])
    hits = page.hits.of("agencies")
    others = set(page.other_outlets.start.tolist())
    near = ((hits.start >= first - 250) & (hits.start <= first + 160)) | ((hits.start >= last - 250) & (hits.start <= last + 250))
    near &= page.zones[hits.line] != Zone.TEASERS  # it may end another story's summary
    found = []
    for line, start, end in zip(hits.line[near].tolist(), hits.start[near].tolist(), hits.end[near].tolist(), strict=True):
        head, foot = int(starts[line]), int(ends[line])
        around = page.text[max(head, start - 60) : min(foot, end + 40)]
        picture = page.text[start - 1 : start] == "/" or _PICTURE.match(page.text, end) or re.search(r"photo|image|getty|picture|\bpic\b|^© ?\w+$|media:|landov|about the|newsletter|terms of|subscription|\bsite\b", around, re.IGNORECASE)
        credited = (foot - head < 70 and page.text[start - 1 : start] != "(") or _CREDITED.search(page.text, max(head, start - 40), start) or _CREDITS.match(page.text, end, min(foot, end + 16))
        if credited and not picture and start in others and page.text[start:end].lower() not in _KINDS_OF_AGENCY:
            found.append((start, end))
    return Measure(float(bool(found)), spans(found))


@feature(trust=Trust.FREE, facets=("aggregation",), version=3)
def attribution_rate(page: Page) -> Measure:
    """Phrases that pass on what others reported ("according to", "reportedly") per 1,000 words of the body."""
    return rate(page, _borrowed(page)[0]) if page.has_body else UNKNOWN


@feature(trust=Trust.FALLS, facets=("aggregation", "farm"), version=2)
def vague_authority_rate(page: Page) -> Measure:
    """Appeals to nobody in particular ("experts say", "studies show") per 1,000 words of the body.

    Leaves alone: "our research shows", "these studies show".
    """
    if not page.has_body or not count_in(page, (Zone.BODY,), "vague_authority"):
        return rate(page, [])
    hits = page.hits.of("vague_authority")
    before = np.maximum(_next_token(page, hits.start) - 1, 0)
    ours = is_one_of(page.tokens.hash[before], word_set("our my his her their its these those this that both two three the own"))
    ours |= np.array([page.text[max(start - 3, 0) : start] in ("'s ", "’s ") for start in hits.start.tolist()], np.bool_)
    return rate(page, kept(hits, (page.zones[hits.line] == Zone.BODY) & ~ours))


@feature(trust=Trust.RISES, facets=("farm", "clickbait"), version=2)
def research_rate(page: Page) -> Measure:
    """Words of research and statistics ("respondents", "the study found") per 1,000 words of the body."""
    return body_rate(page, "evidence")


@feature(trust=Trust.RISES, facets=("aggregation", "farm"), version=3)
def primary_source_rate(page: Page) -> Measure:
    """Public bodies, records and hearings named, where a reader can check, per 1,000 words of the body."""
    return body_rate(page, "primary_sources")


@feature(trust=Trust.FREE, facets=("aggregation",), version=3)
def primary_share_of_sources(page: Page) -> Measure:
    """Public bodies, records and hearings named, as a share of these and other outlets together."""
    if not page.has_body:
        return UNKNOWN
    where = (Zone.BODY, Zone.SOURCES)
    primary = count_in(page, where, "primary_sources")
    zones = page.zones[page.other_outlets.line]
    total = primary + int(np.count_nonzero((zones == Zone.BODY) | (zones == Zone.SOURCES)))
    return Measure(primary / total, spans(hits_in(page, where, "primary_sources"))) if total >= 2 else UNKNOWN


@feature(trust=Trust.RISES, facets=("aggregation", "farm"), version=2)
def citation_rate(page: Page) -> Measure:
    """Scholarly citations ("[3]", "(Weber 2019)", "et al.") per 1,000 words of the body.

    Leaves alone: indices of code ("a[0]"), lines that begin with a number in brackets, sentences in brackets that end in a year.
    """
    if not page.has_body:
        return UNKNOWN
    tokens = page.body_tokens
    numbers = true_at(tokens.kind == NUMBER)
    numbers = numbers[(numbers > 0) & (numbers < len(tokens.hash) - 1)]
    before, after = tokens.code[numbers - 1], tokens.code[numbers + 1]
    # A number in square brackets; a year that ends a bracket which begins with a name; "et al".
    bracketed = numbers[(before == ord("[")) & (after == ord("]")) & (tokens.start[numbers] == tokens.end[numbers - 1])]
    bracketed = bracketed[(bracketed > 1) & (bracketed < len(tokens.hash) - 2) & (tokens.end[bracketed] - tokens.start[bracketed] < 4)]
    if len(bracketed):
        bracketed = bracketed[_cites(page, tokens, bracketed)]
        # One or two numbers alone are those of a manual's sections or of a list in a sentence: "git-add[1]", "[1] bread and [2] wine".
        if len(np.unique(tokens.hash[bracketed])) < 3:
            bracketed = bracketed[:0]
    opened, year = _author_and_year(page, tokens, numbers[after == ord(")")])
    et_al = find_words(tokens.hash, word_set("al"))
    et_al = et_al[et_al > 1]
    et_al = et_al[(tokens.hash[et_al - 1] == np.uint64(hash_of("et"))) & (tokens.line[et_al - 1] == tokens.line[et_al])]
    # "doi:10.1000/182": a number of four digits or more between "10." and a slash.
    registrant = numbers[(before == ord(".")) & (after == ord("/")) & (tokens.end[numbers] - tokens.start[numbers] >= 4)]
    if not (len(bracketed) or len(year) or len(et_al) or len(registrant)):
        return Measure(0.0)
    # "Weber et al.", "Weber, et al."; not "partners, leaders, et al.".
    comma = (tokens.code[et_al - 2] == ord(",")) & (et_al > 2)
    et_al = et_al[tokens.capital[et_al - 2 - comma]]
    registrant = registrant[registrant > 1]
    registrant = registrant[tokens.hash[registrant - 2] == np.uint64(hash_of("10"))]
    # "(Weber et al., 2019)" is one.
    within = np.searchsorted(opened, et_al, "right") - 1
    et_al = et_al[(within < 0) | (et_al > np.append(year, -1)[within])]
    first, last = np.concatenate([bracketed - 1, opened, et_al - 1, registrant - 2]), np.concatenate([bracketed + 1, year + 1, et_al, np.minimum(registrant + 2, len(tokens.hash) - 1)])
    order = np.argsort(first, kind="stable")
    first, last = first[order], last[order]
    return Measure(1000 * len(first) / max(page.body_word_count, LEAST_WORDS), token_spans(tokens, first, last))


def _author_and_year(page: Page, tokens: Tokens, year: Ints) -> tuple[Ints, Ints]:
    """Brackets that begin with a name, hold nothing but names and end in one of these years: the opening brackets and the years."""
    year = year[tokens.end[year] - tokens.start[year] == 4]
    year = year[is_one_of(tokens.hash[year], word_set(_YEARS))]
    if not len(year):
        return year, year
    brackets = np.concatenate([[0], true_at(tokens.code == ord("("))])
    opened = brackets[np.searchsorted(brackets, year, "left") - 1]
    named = (tokens.code[opened] == ord("(")) & (year - opened <= _LONGEST_CITATION) & (tokens.line[opened] == tokens.line[year])
    named &= tokens.capital[opened + 1] & ~is_one_of(tokens.hash[opened + 1], word_set(_NO_AUTHOR))
    # Two capitalised words side by side are a publisher or a film: "(Random House, 1997)".
    named &= ~(tokens.capital[opened + 2] & (tokens.kind[opened + 2] == WORD))
    year, opened = year[named], opened[named]
    for step in range(1, _LONGEST_CITATION):
        at = np.minimum(opened + step, year)
        plain = (tokens.kind[at] == WORD) & ~tokens.capital[at] & ~is_one_of(tokens.hash[at], word_set(_IN_CITATION))
        # A quarter, an ordinance, a day: "(Q2 2025)", "(No. 230-2009)", "(Wire, January 16, 2012)".
        plain |= (at < year) & ((tokens.kind[at] == NUMBER) | is_one_of(tokens.hash[at], word_set(_NO_AUTHOR)))
        year, opened = year[~plain], opened[~plain]
    # Capitals throughout are a station or an office: "(JTBC, 2019)".
    person = np.array([not page.text[a:b].isupper() for a, b in zip(tokens.start[opened + 1].tolist(), tokens.end[opened + 1].tolist(), strict=True)], np.bool_)
    return opened[person], year[person]


def _cites(page: Page, tokens: Tokens, numbers: Ints) -> Bools:
    """Whether each of these numbers in brackets cites a work: behind a sentence or a word of prose, not an index of code."""
    before, after = numbers - 2, numbers + 2
    tight = tokens.start[numbers - 1] == tokens.end[before]
    prose = ((tokens.kind[before] == WORD) & (tokens.end[before] - tokens.start[before] > 2)) | np.isin(tokens.code[before], [ord(mark) for mark in ".,;)]”\"’"])
    prose &= tokens.line[before] == tokens.line[numbers]
    # "a[0] = 1", "buf[64];", "t[0](x)".
    code = np.isin(tokens.code[after], [ord(mark) for mark in "=({<>+*/|&_:"]) & (tokens.line[after] == tokens.line[numbers])
    code |= tight & (tokens.kind[before] == WORD) & ((tokens.code[after] == ord(";")) | (tokens.code[numbers] == ord("0")))
    code |= (tokens.kind[after] == WORD) & (tokens.start[after] == tokens.end[numbers + 1])
    tags = page.columns.tag
    marked = np.array([tags[line] == "pre" for line in tokens.line[numbers].tolist()], np.bool_)
    cites: Bools = prose & ~code & ~marked
    return cites


def _body_links(page: Page) -> list[int]:
    """The links of the body that lead to other sites."""
    if page.links is None:
        return []
    body = int(Zone.BODY)
    return [i for i, (site, zone) in enumerate(zip(page.link_sites, page.link_zones, strict=True)) if site and zone == body]


@feature(trust=Trust.FREE, facets=("aggregation", "farm", "promotion"))
def outbound_link_rate(page: Page) -> Measure:
    """Links from the body to other sites per 1,000 words."""
    if page.links is None or not page.has_body or not page.site:
        return UNKNOWN
    found = _body_links(page)
    return Measure(1000 * len(found) / max(page.body_word_count, LEAST_WORDS), link_spans(page, [page.links[i] for i in found]))


@feature(trust=Trust.RISES, facets=("farm",))
def primary_link_count(page: Page) -> Measure:
    """Links from the body to public bodies, universities, papers and documents, counted to three."""
    if page.links is None or not page.has_body:
        return UNKNOWN
    found = []
    for i in _body_links(page):
        href = page.links[i].href
        if _MAYBE_PRIMARY.search(href) is None:
            continue
        if _PRIMARY.search(address.host(href)) or address.path(href).lower().endswith(".pdf"):
            found.append(i)
    # Three are as good as thirty: a list of .gov links is cheap.
    return Measure(float(min(len(found), 3)), link_spans(page, [page.links[i] for i in found]))


@feature(trust=Trust.FREE, facets=("aggregation", "promotion"))
def outbound_to_one_site_share(page: Page) -> Measure:
    """Share of the body's outbound links that lead to the one site linked most."""
    if page.links is None or not page.has_body or not page.site:
        return UNKNOWN
    sites = [page.link_sites[i] for i in _body_links(page)]
    if len(sites) < 2:
        return UNKNOWN
    return Measure(max(Counter(sites).values()) / len(sites))


_LONGEST_CREDIT = 120
_COPY = (Zone.HEADLINE, Zone.BYLINE, Zone.BODY)
_NEAR_HEADLINE = 2
"""Blocks below the headline: labels, kickers and bylines stand there."""
_TALKED_OF = re.compile(r"sponsored|paid|partner|branded|promoted|advert|contributed|forward", re.IGNORECASE)
_LABELS = frozenset(["sponsored content", "sponsored post", "sponsored article", "press release", "news release", "media release", "guest post", "advertorial", "pressemitteilung", "gastbeitrag", "anzeige", "nota de prensa", "communiqué de presse"])


def _in_blocks(page: Page, name: str) -> list[tuple[tuple[int, int], int]]:
    """Where the page's own copy says phrases of this lexicon, each with its block."""
    found = own_hits(page, _COPY, name)
    return list(zip(found, page.block_of(np.array([start for start, _ in found], np.int64)).tolist(), strict=True))


@feature(trust=Trust.FALLS, facets=("aggregation", "promotion", "farm"), version=2)
def paid_or_supplied_marks(page: Page) -> Measure:
    """Marks of paid, guest or press-release copy (labels, stock sentences, services) per 1,000 words.

    Leaves alone: menus and teasers, advertisements beside the text, stories about sponsors or press releases.
    """
    if not page.word_count:
        return UNKNOWN
    first = page.body_blocks[0] if page.body_blocks else -1
    # A wire is credited at the head or in a line of its own.
    found = [pair for pair, block in _in_blocks(page, "release_wires") if block <= first or page.block_chars[block] - (pair[1] - pair[0]) <= _LONGEST_CREDIT]
    # Words that stories about advertising use as well mark this text as labels only.
    found += [pair for pair, block in _in_blocks(page, "supplied") if not _TALKED_OF.match(page.text, pair[0]) or page.block_chars[block] - (pair[1] - pair[0]) <= 1]
    if count_in(page, (*_COPY, Zone.PROMOTION), "sponsored"):
        hits = page.hits.of("sponsored")
        zone, below = page.zones[hits.line], hits.line - page.zones.argmin()
        # Around the headline, which is zone 0, a label is the story's; elsewhere that of an advertisement.
        label = ((zone <= Zone.BODY) | ((zone == Zone.PROMOTION) & (below >= -1) & (below <= _NEAR_HEADLINE))) & (hits.line <= first) & (page.block_chars[hits.line] - (hits.end - hits.start) <= 1)
        found += [(start, end) for start, end in kept(hits, label) if page.text[start:end].lower() in _LABELS]
    found = sorted(set(found))
    return Measure(1000 * len(found) / max(page.word_count, LEAST_PAGE_WORDS), spans(found))
