"""Whose reporting is it, and where does it know things from?"""

from __future__ import annotations

import re

import numpy as np

from scorer import address
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import (
    LEAST_WORDS,
    block_spans,
    body_rate,
    count_in,
    hits_in,
    link_spans,
    page_rate,
    sentence_spans,
    spans,
    token_spans,
    word_rate,
)
from scorer.page import Page
from scorer.tokens import NUMBER, QUOTE, WORD, Bools, Ints, Tokens, find_words, hash_of, is_one_of, true_at, word_set
from scorer.zones import DATE, Zone

_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»\n]{12,600})[\"”“»]")
_CITATION = re.compile(r"\[\d{1,3}\]|\((?:[A-Z][\w'’-]+(?: (?:and|&) [A-Z][\w'’-]+| et al\.?)?,? )(?:19|20)\d\d[a-z]?\)|\bdoi:|\bet al\b|\b10\.\d{4,9}/")
MOST_QUOTED = 0.4
"""More of a body than this in quotation marks says no more."""
_PRIMARY = re.compile(r"(?:\.gov|\.mil|\.edu|\.int|\.gov\.\w\w|\.ac\.\w\w|europa\.eu|doi\.org|arxiv\.org)$")
_LONGEST_CITATION = 12
"""Tokens from the bracket to the year: "(Weber, Holm & Brandt, 2019)"."""
_YEARS = " ".join(map(str, range(1900, 2100)))
_NO_AUTHOR = "january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec spring summer autumn fall winter since in from until"
_SAYING = "said says told explained added argued noted recalled wrote"
_GIVEN_THE_WORD = f"{_SAYING} asked replied testified sagte erklärte"
_NO_NAME = "the he she it they we i this that there a an in on but and when as if according who what his her their our"
_TITLES = "mr mrs ms dr prof sen rep gov sgt capt sir president professor chief mayor judge minister"
# Without the months that people are named after.
_DAYS = "monday tuesday wednesday thursday friday saturday sunday january february march july september october november december"
_LONGEST_NAME = 3
_ROLES = (
    "the a an who director professor president chief head spokesman spokeswoman spokesperson manager founder cofounder co editor ceo chair chairman chairwoman senior vice assistant associate "
    "deputy executive lead former mayor minister attorney lawyer owner author analyst"
)
_FIRST_PERSON = "i we my our i've we've"
_DID = (
    "found tested tried used bought built made went saw noticed ran took measured started decided spent wrote asked visited talked spoke interviewed learned realized realised discovered loved liked "
    "hated ended got had was were did thought felt came put set left drove cooked baked grew picked wanted needed didn't couldn't wasn't been"
)


def _attributed(page: Page) -> Ints:
    """The body's sentences whose substance is others' reporting: an outlet or agency named, or a borrowing phrase."""
    starts = np.array([start for name in ("outlets", "agencies", "attribution") for start in page.hits.of(name).start.tolist()], np.int64)
    if not len(starts) or not page.sentence_count:
        return np.zeros(0, np.int64)
    body = page.body_tokens.start
    at = np.searchsorted(body, starts)
    at[at == len(body)] = 0
    return np.unique(page.sentence_of[at[body[at] == starts]])


@feature(trust=Trust.FREE, facets=("aggregation", "farm"))
def source_aggregation_ratio(page: Page) -> Measure:
    """Share of the body's sentences whose substance is attributed to other outlets, agencies or unnamed reports.

    Fires on: "The plan was first reported by Reuters, according to sources."
    Leaves alone: "Mayor Ilse Brandt told us that the plan is ready."
    """
    if not page.has_body:
        return UNKNOWN
    found = _attributed(page)
    return Measure(len(found) / max(page.sentence_count, 5), sentence_spans(page, found))


@feature(trust=Trust.FALLS, facets=("aggregation", "farm"))
def outlet_list_entries(page: Page) -> Measure:
    """Other outlets' articles named in a list of sources: the mark of a retold story.

    A bibliography has years, volumes and pages; a retelling's list has headlines with an outlet's name or a day each.
    """
    listed = page.blocks_in(Zone.SOURCES)
    if not listed:
        return Measure(0.0)
    outlets = page.block_hits("outlets", "agencies")
    shown, entries = [], 0.0
    for i in listed:
        text = page.block_text(i)
        named = max(int(outlets[i]), len(DATE.findall(text)))
        if named and _CITATION.search(text) is None:
            shown.append(i)
            entries += named
    return Measure(min(entries, 8.0), block_spans(page, shown))


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
    where = (Zone.BODY, Zone.SOURCES)
    primary = count_in(page, where, "primary_sources")
    total = primary + count_in(page, where, "outlets", "agencies")
    return Measure(primary / total, spans(hits_in(page, where, "primary_sources"))) if total >= 2 else UNKNOWN


@feature(trust=Trust.FREE, facets=("aggregation", "clickbait"))
def quoted_share(page: Page) -> Measure:
    """Share of the body that stands in quotation marks."""
    if not page.has_body:
        return UNKNOWN
    marks = true_at(page.tokens.flags & QUOTE)
    blocks = np.unique(page.tokens.line[marks])
    starts, ends = page.columns.start, page.columns.end
    found = [
        match.span()
        for i in blocks[page.zones[blocks] == Zone.BODY].tolist()
        for match in _QUOTED.finditer(page.text, int(starts[i]), int(ends[i]))
    ]
    return Measure(min(sum(e - s for s, e in found) / max(int(page.zone_chars[Zone.BODY]), 1), MOST_QUOTED), spans(found))


@feature(trust=Trust.FREE, facets=("aggregation",))
def speaker_rate(page: Page) -> Measure:
    """Verbs that give somebody the word ("said", "explained") per 1,000 words of the body."""
    return word_rate(page, _GIVEN_THE_WORD)


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def citation_rate(page: Page) -> Measure:
    """Scholarly citations ("[3]", "(Weber 2019)", "et al.") per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    tokens = page.body_tokens
    numbers = true_at(tokens.kind == NUMBER)
    numbers = numbers[(numbers > 0) & (numbers < len(tokens.hash) - 1)]
    before, after = tokens.code[numbers - 1], tokens.code[numbers + 1]
    # A number in square brackets; a year that ends a bracket which begins with a name; "et al".
    bracketed = numbers[(before == ord("[")) & (after == ord("]")) & (tokens.start[numbers] == tokens.end[numbers - 1])]
    year = numbers[after == ord(")")]
    year = year[is_one_of(tokens.hash[year], word_set(_YEARS))]
    opened = np.concatenate([[0], true_at(tokens.code == ord("("))])
    opened = opened[np.searchsorted(opened, year, "left") - 1]
    named = (tokens.code[opened] == ord("(")) & (year - opened <= _LONGEST_CITATION) & (tokens.line[opened] == tokens.line[year])
    named &= tokens.capital[opened + 1] & ~is_one_of(tokens.hash[opened + 1], word_set(_NO_AUTHOR))
    year, opened = year[named], opened[named]
    # Two capitalised words side by side are a publisher or a film: "(Random House, 1997)".
    one = ~(tokens.capital[opened + 2] & (tokens.kind[opened + 2] == WORD))
    year, opened = year[one], opened[one]
    et_al = find_words(tokens.hash, word_set("al"))
    et_al = et_al[et_al > 0]
    et_al = et_al[tokens.hash[et_al - 1] == np.uint64(hash_of("et"))]
    # "doi:10.1000/182": a number of four digits or more between "10." and a slash.
    registrant = numbers[(before == ord(".")) & (after == ord("/")) & (tokens.end[numbers] - tokens.start[numbers] >= 4)]
    registrant = registrant[registrant > 1]
    registrant = registrant[tokens.hash[registrant - 2] == np.uint64(hash_of("10"))]
    # "(Weber et al., 2019)" is one.
    within = np.searchsorted(opened, et_al, "right") - 1
    et_al = et_al[(within < 0) | (et_al > np.append(year, -1)[within])]
    first, last = np.concatenate([bracketed - 1, opened, et_al - 1, registrant - 2]), np.concatenate([bracketed + 1, year + 1, et_al, np.minimum(registrant + 2, len(tokens.hash) - 1)])
    order = np.argsort(first, kind="stable")
    first, last = first[order], last[order]
    return Measure(1000 * len(first) / max(page.body_word_count, LEAST_WORDS), token_spans(tokens, first, last))


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
    """Links from the body to public bodies, universities, papers and documents."""
    if page.links is None or not page.has_body:
        return UNKNOWN
    found = []
    for i in _body_links(page):
        href = page.links[i].href
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
    _, counts = np.unique(sites, return_counts=True)
    return Measure(float(counts.max()) / len(sites))


@feature(trust=Trust.FALLS, facets=("aggregation", "promotion", "farm"))
def paid_or_supplied_marks(page: Page) -> Measure:
    """Marks of paid, contributed or press-release copy per 1,000 words."""
    return page_rate(page, "sponsored", "release_wires")


def _is_name(tokens: Tokens, at: Ints) -> Bools:
    """Whether each of these tokens can be part of a person's name: a capitalised word that is no function word, title or day."""
    name: Bools = (tokens.kind[at] == WORD) & tokens.capital[at] & (tokens.end[at] - tokens.start[at] > 1)
    return name & ~is_one_of(tokens.hash[at], word_set(f"{_NO_NAME} {_TITLES} {_DAYS}"))


def _past(at: Ints, skipped: Bools) -> Ints:
    """These places among the tokens, moved on by one where a token there is to be skipped."""
    return np.minimum(at + skipped[at], len(skipped) - 1)


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def named_speaker_count(page: Page) -> Measure:
    """Different named people who are given the word in the body, counted to ten."""
    if not page.has_body:
        return UNKNOWN
    tokens, sentence = page.body_tokens, page.sentence_of
    hashes = tokens.hash
    verbs = find_words(hashes, word_set(f"{_SAYING} to"))
    verbs = verbs[(verbs > 0) & (verbs < len(hashes) - 1)]
    # Of "to" only that of "according to".
    to = hashes[verbs] == np.uint64(hash_of("to"))
    right = ~to | (hashes[verbs - 1] == np.uint64(hash_of("according")))
    verbs, to = verbs[right], to[right]
    if not len(verbs):
        return Measure(0.0)
    # "Reed, said" as well as "Reed said".
    before = np.where(tokens.code[verbs - 1] == ord(","), np.maximum(verbs - 2, 0), verbs - 1)
    # An article, two small words and a title may stand between the verb and the name: "said Mayor Brandt", "told the reporter Ann Reed".
    last = len(hashes) - 1
    after = _past(verbs + 1, is_one_of(hashes, word_set("the a an")))
    small = (tokens.kind == WORD) & ~tokens.capital
    after = _past(_past(after, small), small)
    titled = is_one_of(hashes[after], word_set(_TITLES))
    after = np.minimum(after + titled, last)
    after = np.minimum(after + (titled & (tokens.code[after] == ord("."))), last)
    said_by = _is_name(tokens, before) & (sentence[before] == sentence[verbs]) & ~to
    told_by = _is_name(tokens, after) & (sentence[after] == sentence[verbs])
    before, said, after, told = before[said_by], verbs[said_by], after[told_by], (verbs - to)[told_by]
    # The last word of the name counts ("Ann Reed"), the whole name is shown.
    begins = before
    for _ in range(_LONGEST_NAME - 1):
        for_name, following = np.maximum(begins - 1, 0), np.minimum(after + 1, last)
        begins = np.where(_is_name(tokens, for_name) & (sentence[for_name] == sentence[said]), for_name, begins)
        after = np.where(_is_name(tokens, following) & (sentence[following] == sentence[told]), following, after)
    _, first = np.unique(hashes[np.concatenate([before, after])], return_index=True)
    # Capitals throughout are an outlet or office: "told the BBC".
    names = np.concatenate([before, after])[first]
    first = first[[not page.text[start:end].isupper() for start, end in zip(tokens.start[names].tolist(), tokens.end[names].tolist(), strict=True)]] if len(first) else first
    low, high = np.concatenate([begins, told])[first], np.concatenate([said, after])[first]
    order = np.argsort(low, kind="stable")
    return Measure(float(min(len(first), 10)), token_spans(tokens, low[order], high[order]))


@feature(trust=Trust.RISES, facets=("aggregation",))
def introduced_people_rate(page: Page) -> Measure:
    """People introduced with what they are ("Ada Brandt, director of ...") per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    tokens = page.body_tokens
    comma = true_at(tokens.code == ord(","))
    comma = comma[(comma > 1) & (comma < len(tokens.hash) - 1)]
    comma = comma[_is_name(tokens, comma - 1)]
    comma = comma[_is_name(tokens, comma - 2) & (tokens.line[comma - 2] == tokens.line[comma + 1])]
    following = comma + 1
    role = is_one_of(tokens.hash[following], word_set(_ROLES)) & ~tokens.capital[following]
    age = (tokens.kind[following] == NUMBER) & (tokens.end[following] - tokens.start[following] == 2)
    comma = comma[role | age]
    return Measure(1000 * len(comma) / max(page.body_word_count, LEAST_WORDS), token_spans(tokens, comma - 2, comma + 1))


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def told_experience_rate(page: Page) -> Measure:
    """Sentences that tell what the author did with a number, name or date in them, per 100 sentences."""
    if page.sentence_count < 5:
        return UNKNOWN
    tokens, sentence = page.body_tokens, page.sentence_of
    persons = find_words(tokens.hash, word_set(_FIRST_PERSON))
    did = np.zeros(len(tokens.hash) + 3, np.bool_)
    did[find_words(tokens.hash, word_set(_DID))] = True
    # The verb follows at once or behind one word ("I also tried").
    persons = persons[did[persons + 1] | did[persons + 2]]
    if not len(persons):
        return Measure(0.0)
    told = np.unique(sentence[persons])
    # A number, or a capitalised word within the sentence.
    particular = tokens.capital & (tokens.end - tokens.start > 2)
    particular[1:] &= sentence[1:] == sentence[:-1]
    particular[:1] = False
    particular |= tokens.kind == NUMBER
    known = np.bincount(sentence[particular], minlength=page.sentence_count) > 0
    found = told[known[told]]
    return Measure(100 * len(found) / page.sentence_count, sentence_spans(page, found))


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def past_particulars_rate(page: Page) -> Measure:
    """Clock times, ages, street numbers and days of the week per 1,000 words of the body."""
    return body_rate(page, "particulars")
