"""What does the url say?

Only what would be as true of any other site: shape, not names.
"""

from __future__ import annotations

import re

import numpy as np

from scorer import address
from scorer.feature import UNKNOWN, Measure, Span, Trust, feature
from scorer.fold import fold
from scorer.page import Page
from scorer.tokens import MARK, Ints, Tokens, WordSet, is_one_of, true_at

_DATE_PATH = re.compile(r"/(?:19|20)\d\d/\d{1,2}(?:/|$)|/(?:19|20)\d\d[01]\d[0-3]\d(?!\d)|(?:19|20)\d\d-\d\d-\d\d")
_INSTITUTION = re.compile(r"(?:^|\.)(?:gov|edu|mil|int|govt?)$|(?:^|\.)(?:gov|edu|mil|ac|govt?)\.\w\w$|(?:^|\.)(?:gob|gouv|europa)\.\w\w$|\.europa\.eu$")
_FILE_ENDING = re.compile(r"(?<=.)\.(?:[a-z]?html?|php\d?|aspx?|jsp|cfm|pdf|txt)$", re.IGNORECASE)
_CHEAP = frozenset(["xyz", "top", "info", "biz", "online", "site", "club", "store", "shop", "live", "click", "buzz", "icu", "space", "website", "fun", "tips", "today", "news", "guru", "life", "world", "pro", "link", "space", "win", "loan", "men", "work", "rocks", "review", "reviews", "bid", "date", "trade", "stream", "download", "vip"])


def _host(page: Page) -> str:
    return address.host(page.url)


@feature(trust=Trust.FREE, facets=("farm",))
def url_institution(page: Page) -> Measure:
    """Whether the address is a government's, university's or international body's."""
    host = _host(page)
    return Measure(float(bool(_INSTITUTION.search(host)))) if host else UNKNOWN


@feature(trust=Trust.FREE, facets=("farm",))
def url_noncommercial(page: Page) -> Measure:
    """Whether the address ends in .org."""
    host = _host(page)
    return Measure(float(host.rpartition(".")[2] == "org")) if host else UNKNOWN


@feature(trust=Trust.FALLS, facets=("farm",))
def url_cheap_ending(page: Page) -> Measure:
    """Whether the address ends in one of the endings that are sold in bulk (.xyz, .top, .info)."""
    host = _host(page)
    return Measure(float(host.rpartition(".")[2] in _CHEAP)) if host else UNKNOWN


@feature(trust=Trust.FALLS, facets=("farm",))
def url_host_hyphens(page: Page) -> Measure:
    """Hyphens and digits in the site's name (best-boots-247.example.com: 5)."""
    host = _host(page)
    return Measure(float(sum(c == "-" or c.isdigit() for c in host))) if host else UNKNOWN


@feature(trust=Trust.FREE, facets=("farm",))
def url_host_length(page: Page) -> Measure:
    """Letters of the site's name, without its ending (example.org: 7)."""
    host = _host(page)
    return Measure(float(len(address.site(host).partition(".")[0]))) if host else UNKNOWN


@feature(trust=Trust.FREE, facets=("farm", "promotion"))
def url_depth(page: Page) -> Measure:
    """Parts of the address behind the site's name (example.org/news/2021/bridge: 3)."""
    if not _host(page):
        return UNKNOWN
    return Measure(float(len([s for s in address.path(page.url).split("/") if s])))


@feature(trust=Trust.FREE, version=3, facets=("farm", "clickbait"))
def url_words(page: Page) -> Measure:
    """Words spelled out in the last part of the address (/old-bridge-closed.html: 3)."""
    if not _host(page):
        return UNKNOWN
    # Forums write what others call the path behind a question mark: /index.php?/old-bridge-closed.
    last = _FILE_ENDING.sub("", address.path(page.url.replace("?/", "/", 1)).rstrip("/").rpartition("/")[2])
    return Measure(float(len([w for w in re.split(r"[-_.+]|%20", last) if w.isalpha() and len(w) > 1])))


@feature(trust=Trust.FREE, facets=("aggregation",))
def url_dated(page: Page) -> Measure:
    """Whether the address holds a date (/2021/05/)."""
    if not _host(page):
        return UNKNOWN
    match = _DATE_PATH.search(page.url)
    return Measure(float(match is not None), (Span("url", *match.span()),) if match else ())


@feature(trust=Trust.FALLS, facets=("farm",), version=2)
def url_keyword_share(page: Page) -> Measure:
    """Share of the site's name that is made of the headline's words, as on sites built for one search.

    Leaves alone: names of firms, products and people, which no sentence writes in small letters.
    """
    host = _host(page)
    headline = page.headline_tokens
    long = (headline.kind != MARK) & (headline.end - headline.start > 3)
    if not host or not long.any():
        return UNKNOWN
    name = address.site(host).partition(".")[0].replace("-", "")
    words = {fold(page.headline[a:b]): key for a, b, key in zip(headline.start[long].tolist(), headline.end[long].tolist(), headline.hash[long].tolist(), strict=True)}
    inside = {word: key for word, key in words.items() if word in name}
    if not inside:
        return Measure(0.0)
    common = WordSet.of(np.array(list(inside.values()), np.uint64))
    small = {key for tokens in (headline, page.body_tokens) for key in _in_prose(tokens, true_at(is_one_of(tokens.hash, common) & ~tokens.capital))}
    return Measure(min(sum(len(word) for word, key in inside.items() if key in small) / max(len(name), 1), 1.0))


_PARTS_OF_ADDRESSES = tuple(map(ord, ".@/:_#"))


def _in_prose(tokens: Tokens, at: Ints) -> list[int]:
    """The hashes of the words at these places, without those that are part of an address ("winterboots.com", "@boots")."""
    before, after = np.maximum(at - 1, 0), np.minimum(at + 1, len(tokens.hash) - 1)
    behind = np.minimum(at + 2, len(tokens.hash) - 1)
    part = np.isin(tokens.code[before], _PARTS_OF_ADDRESSES) & (tokens.end[before] == tokens.start[at])
    part |= np.isin(tokens.code[after], _PARTS_OF_ADDRESSES) & (tokens.start[after] == tokens.end[at]) & (tokens.start[behind] == tokens.end[after])
    found: list[int] = tokens.hash[at[~part]].tolist()
    return found
