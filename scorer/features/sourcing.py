"""Whose reporting is it, and where does it know things from?"""

from __future__ import annotations

import re

import numpy as np

from scorer import address
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import block_spans, body_matches, body_rate, hits_in, link_spans, page_rate, spans
from scorer.page import Page
from scorer.zones import DATE, Zone

_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»\n]{12,600})[\"”“»]")
_FIGURE = re.compile(r"(?<![\w.])(?:[$€£]\s?)?\d[\d,.]*(?:\s?%|\s(?:percent|million|billion|km|kg|miles|people|degrees))?(?!\w)")
_CITATION = re.compile(r"\[\d{1,3}\]|\((?:[A-Z][\w'’-]+(?: (?:and|&) [A-Z][\w'’-]+| et al\.?)?,? )(?:19|20)\d\d[a-z]?\)|\bdoi:|\bet al\b|\b10\.\d{4,9}/")
_SAID = re.compile(r"\b(?:said|says|told|explained|added|wrote|argued|noted|recalled|asked|replied|testified|sagte|erklärte)\b", re.IGNORECASE)
_PRIMARY = re.compile(r"(?:\.gov|\.mil|\.edu|\.int|\.gov\.\w\w|\.ac\.\w\w|europa\.eu|doi\.org|arxiv\.org)$")
_SPEAKING = frozenset(["said", "says", "told", "explained", "added", "argued", "noted", "according", "recalled", "wrote"])
_SPEAKER = re.compile(
    r"\b(?:said|says|told|explained|added|argued|noted|according to|recalled|wrote)(?: (?:the|an?))?(?: [a-z]{1,20}){0,2} (?:(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Sgt|Capt|Sir|President|Professor|Chief|Mayor|Judge|Minister)\.? )?"
    r"([A-Z][a-z'’]+(?: [A-Z][a-z'’]+)?)|\b([A-Z][a-z'’]+(?: [A-Z][a-z'’]+)?),? (?:said|says|told|explained|added|argued|noted|recalled|wrote)\b"
)
_NO_NAME = frozenset(["the", "he", "she", "it", "they", "we", "i", "this", "that", "there", "a", "an", "in", "on", "but", "and", "when", "as", "if", "according", "who", "what"])
_INTRODUCED = re.compile(
    r"\b[A-Z][\w'’.-]{1,20} [A-Z][\w'’-]{1,30}, (?:the|an?|who|\d\d|director|professor|president|chief|head|spokes\w+|manager|founder|co-founder|editor|CEO|chair\w*|senior|vice|assistant|associate|deputy|executive|lead|former|mayor|minister|"
    r"attorney|lawyer|owner|author|analyst)\b"
)
_FIRST_PERSON = frozenset(["i", "we", "my", "our", "i've", "we've"])
_DID = re.compile(
    r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur)(?:['’]ve)? (?:\w+ly |also |then |have |had |first |just |even )?(?:found|tested|tried|used|bought|built|made|went|saw|noticed|ran|took|measured|started|decided|spent|wrote|asked|visited|talked|spoke|interviewed|"
    r"learned|reali[sz]ed|discovered|loved|liked|hated|ended|got|had|was|were|did|thought|felt|came|put|set|left|drove|cooked|baked|grew|picked|wanted|needed|didn['’]t|couldn['’]t|wasn['’]t|been)\b"
)
_PARTICULAR = re.compile(r"\d|(?<=[a-z,] )[A-Z][a-z]{2,}")
_CAPTION = re.compile(
    r"\b(?:Photo(?:graph)?s?(?: by|:| courtesy)|Image(?: credit|:| by|s? courtesy)|Getty Images|Shutterstock|iStock|Unsplash|Pexels|AP Photo|Fig(?:ure|\.) \d|Table \d|Picture:|Credit:|Illustration:)"
)


def _attributed(page: Page) -> list[tuple[int, int]]:
    """The body's sentences whose substance is others' reporting: an outlet or agency named, or a borrowing phrase."""
    hits = hits_in(page, (Zone.BODY,), "outlets", "agencies", "attribution")
    if not hits:
        return []
    found, at = [], 0
    for start, end in page.sentences:
        while at < len(hits) and hits[at][0] < start:
            at += 1
        if at < len(hits) and hits[at][0] < end:
            found.append((start, end))
    return found


@feature(trust=Trust.FREE, facets=("aggregation", "farm"))
def source_aggregation_ratio(page: Page) -> Measure:
    """Share of the body's sentences whose substance is attributed to other outlets, agencies or unnamed reports.

    Fires on: "The plan was first reported by Reuters, according to sources."
    Leaves alone: "Mayor Ilse Brandt told us that the plan is ready."
    """
    if not page.has_body:
        return UNKNOWN
    found = _attributed(page)
    return Measure(len(found) / max(len(page.sentences), 5), spans(found))


@feature(trust=Trust.FALLS, facets=("aggregation", "farm"))
def outlet_list_entries(page: Page) -> Measure:
    """Other outlets' articles named in a list of sources: the mark of a retold story.

    A bibliography has years, volumes and pages; a retelling's list has headlines with an outlet's name or a day each.
    """
    outlets = page.block_hits("outlets", "agencies")
    listed, entries = [], 0.0
    for i in page.blocks_in(Zone.SOURCES):
        text = page.block_text(i)
        named = max(outlets[i], len(DATE.findall(text)))
        if named and _CITATION.search(text) is None:
            listed.append(i)
            entries += named
    return Measure(min(entries, 8.0), block_spans(page, listed))


@feature(trust=Trust.FREE, facets=("aggregation",))
def source_list_share(page: Page) -> Measure:
    """Share of the text that is a list of sources or references."""
    if not page.text:
        return UNKNOWN
    return Measure(float(page.zone_chars[Zone.SOURCES]) / len(page.text), block_spans(page, page.blocks_in(Zone.SOURCES)))


@feature(trust=Trust.FREE, facets=("aggregation",))
def outlets_named_rate(page: Page) -> Measure:
    """Other news outlets and agencies named per 1,000 words of the body."""
    return body_rate(page, "outlets", "agencies")


@feature(trust=Trust.FREE, facets=("aggregation",))
def agency_credit(page: Page) -> Measure:
    """Whether an agency or wire is credited at the head or the foot of the body."""
    if not page.has_body:
        return UNKNOWN
    starts, ends = page.columns.start, page.columns.end
    first, last = int(starts[page.body_blocks[0]]), int(ends[page.body_blocks[-1]])
    found = [(s, e) for s, e in page.hits_of("agencies") if first - 250 <= s <= first + 160 or last - 250 <= s <= last + 250]
    return Measure(float(bool(found)), spans(found))


@feature(trust=Trust.FREE, facets=("aggregation",))
def attribution_rate(page: Page) -> Measure:
    """Borrowing phrases ("according to", "reportedly") per 1,000 words of the body."""
    return body_rate(page, "attribution")


@feature(trust=Trust.FALLS, facets=("aggregation", "farm"))
def vague_authority_rate(page: Page) -> Measure:
    """Appeals to nobody in particular ("experts say", "studies show") per 1,000 words of the body."""
    return body_rate(page, "vague_authority")


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def own_reporting_rate(page: Page) -> Measure:
    """Signs of work of one's own ("told us", "we tested", "documents obtained by") per 1,000 words of the body."""
    return body_rate(page, "own_reporting")


@feature(trust=Trust.RISES, facets=("aggregation", "farm", "promotion"))
def first_hand_rate(page: Page) -> Measure:
    """First-hand experience ("I tried", "my husband", "last summer we") per 1,000 words of the body."""
    return body_rate(page, "first_hand")


@feature(trust=Trust.RISES, facets=("farm", "clickbait"))
def research_rate(page: Page) -> Measure:
    """Words of documented work (data, methods, studies, records) per 1,000 words of the body."""
    return body_rate(page, "evidence")


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def primary_source_rate(page: Page) -> Measure:
    """Documents and occasions that a reader can check (filings, hearings, datasets) per 1,000 words of the body."""
    return body_rate(page, "primary_sources")


@feature(trust=Trust.FREE, facets=("aggregation",))
def primary_share_of_sources(page: Page) -> Measure:
    """Primary sources cited, as a share of primary sources and other outlets together."""
    if not page.has_body:
        return UNKNOWN
    primary = hits_in(page, (Zone.BODY, Zone.SOURCES), "primary_sources")
    borrowed = hits_in(page, (Zone.BODY, Zone.SOURCES), "outlets", "agencies")
    total = len(primary) + len(borrowed)
    return Measure(len(primary) / total, spans(primary)) if total >= 2 else UNKNOWN


@feature(trust=Trust.FREE, facets=("aggregation", "clickbait"))
def quoted_share(page: Page) -> Measure:
    """Share of the body that stands in quotation marks."""
    if not page.has_body:
        return UNKNOWN
    found = list(body_matches(page, _QUOTED))
    return Measure(sum(e - s for s, e in found) / max(len(page.body), 1), spans(found))


@feature(trust=Trust.FREE, facets=("aggregation",))
def speaker_rate(page: Page) -> Measure:
    """Verbs that give somebody the word ("said", "explained") per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    counts = page.body_counts
    total = sum(counts[w] for w in ("said", "says", "told", "explained", "added", "wrote", "argued", "noted", "recalled", "asked", "replied", "testified", "sagte", "erklärte"))
    return Measure(1000 * total / max(len(page.body_words), 150), spans(body_matches(page, _SAID)))


@feature(trust=Trust.FREE, facets=("farm",))
def figure_rate(page: Page) -> Measure:
    """Numbers per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    found = list(body_matches(page, _FIGURE, digits=1))
    return Measure(1000 * len(found) / max(len(page.body_words), 150), spans(found))


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def citation_rate(page: Page) -> Measure:
    """Scholarly citations ("[3]", "(Weber 2019)", "et al.") per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    likely = any(mark in page.body for mark in ("[", "(", "doi:", "et al", "10."))
    found = list(body_matches(page, _CITATION)) if likely else []
    return Measure(1000 * len(found) / max(len(page.body_words), 150), spans(found))


@feature(trust=Trust.FREE, facets=("aggregation",))
def dates_in_body_rate(page: Page) -> Measure:
    """Full dates per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    found = [(s, e) for s, e in body_matches(page, DATE, digits=1) if page.text[e - 3 : e] != "ago"]
    return Measure(1000 * len(found) / max(len(page.body_words), 150), spans(found))


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
    return Measure(1000 * len(found) / max(len(page.body_words), 150), link_spans(page, [page.links[i] for i in found]))


@feature(trust=Trust.FREE, facets=("farm",))
def outbound_site_count(page: Page) -> Measure:
    """Different sites that the body links to."""
    if page.links is None or not page.has_body or not page.site:
        return UNKNOWN
    sites = page.link_sites
    return Measure(float(len({sites[i] for i in _body_links(page)})))


@feature(trust=Trust.RISES, facets=("farm",))
def primary_link_count(page: Page) -> Measure:
    """Links from the body to public bodies, universities, papers and documents."""
    if page.links is None or not page.has_body:
        return UNKNOWN
    found = []
    for i in _body_links(page):
        href = page.links[i].href
        if _PRIMARY.search(address.host(href)) or address.path(href).lower().endswith(".pdf"):
            found.append(i)
    return Measure(float(min(len(found), 5)), link_spans(page, [page.links[i] for i in found]))


@feature(trust=Trust.FREE, facets=("aggregation", "promotion"))
def outbound_to_one_site_share(page: Page) -> Measure:
    """Share of the body's outbound links that lead to the one site linked most."""
    if page.links is None or not page.has_body or not page.site:
        return UNKNOWN
    sites = [page.link_sites[i] for i in _body_links(page)]
    if len(sites) < 2:
        return UNKNOWN
    _, counts = np.unique(sites, return_counts=True)
    return Measure(float(counts.max()) / len(sites))


@feature(trust=Trust.FALLS, facets=("aggregation", "promotion", "farm"))
def paid_or_supplied_marks(page: Page) -> Measure:
    """Marks of paid, contributed or press-release copy per 1,000 words."""
    return page_rate(page, "sponsored", "release_wires")


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def named_speaker_count(page: Page) -> Measure:
    """Different named people who are given the word in the body, counted to ten."""
    if not page.has_body:
        return UNKNOWN
    names: dict[str, tuple[int, int]] = {}
    if page.body_counts.keys() & _SPEAKING:
        for start, end in page.sentences:
            for match in _SPEAKER.finditer(page.text, start, end):
                name = (match.group(1) or match.group(2)).rpartition(" ")[2].lower()
                if name not in _NO_NAME:
                    names.setdefault(name, match.span())
    return Measure(float(min(len(names), 10)), spans(names.values()))


@feature(trust=Trust.RISES, facets=("aggregation",))
def introduced_people_rate(page: Page) -> Measure:
    """People introduced with what they are ("Ada Brandt, director of ...") per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    found = list(body_matches(page, _INTRODUCED, capitals=2))
    return Measure(1000 * len(found) / max(len(page.body_words), 150), spans(found))


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def told_experience_rate(page: Page) -> Measure:
    """Sentences that tell what the author did with a number, name or date in them, per 100 sentences."""
    if len(page.sentences) < 5:
        return UNKNOWN
    found: list[tuple[int, int]] = []
    if page.body_counts.keys() & _FIRST_PERSON:
        for start, end in page.sentences:
            if _DID.search(page.text, start, end) and _PARTICULAR.search(page.text, start, end):
                found.append((start, end))
    return Measure(100 * len(found) / len(page.sentences), spans(found))


@feature(trust=Trust.FREE, facets=("aggregation",))
def caption_count(page: Page) -> Measure:
    """Captions and credits of pictures, figures and tables, counted to eight."""
    if not page.text:
        return UNKNOWN
    found = [m.span() for m in _CAPTION.finditer(page.text)]
    return Measure(float(min(len(found), 8)), spans(found))
