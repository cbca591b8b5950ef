"""Is the page built to sell attention?"""

from __future__ import annotations

import re

import numpy as np

from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import OWN_WORDS, block_spans, count_in, hits_in, link_spans, spans
from scorer.page import Page
from scorer.tokens import is_one_of, true_at, word_set
from scorer.zones import Zone

_PARTNER_TAG = re.compile(r"[?&]tag=[\w-]{2,40}-2\d")
_AD_WORDS = "advertisement advertisements ad ads sponsored anzeige werbung publicidad publicité reklama"
_AD_LINES = re.compile(r"(?:continue reading|story continues|article continues) below\b", re.IGNORECASE)
_STORES = frozenset(["amazon", "ebay", "walmart", "etsy", "aliexpress", "bestbuy"])
_NO_SHOPS = frozenset(["jobs", "science", "dev", "org"])
_NO_SHOP_HOST = re.compile(r"(?:https?:)?//(?:aws|docs|developers?|console|s3|music|advertising|press|investors?|careers|jobs|[\w.-]+\.aws)\.", re.IGNORECASE)


@feature(trust=Trust.FREE, facets=("promotion", "unrelated", "farm"))
def ad_network_count(page: Page) -> Measure:
    """Advertising networks whose scripts the page loads.

    UNKNOWN where the collection stripped scripts.
    """
    if page.markup is None or page.markup.scripts is None:
        return UNKNOWN
    return Measure(float(len(page.markup.ad_networks)))


@feature(trust=Trust.FALLS, facets=("unrelated", "clickbait", "farm"))
def teaser_network_count(page: Page) -> Measure:
    """Networks that fill pages with paid teasers (chum boxes) or pop-ups."""
    if page.markup is None or page.markup.scripts is None:
        return UNKNOWN
    return Measure(float(len({"taboola", "outbrain", "mgid", "revcontent", "zergnet", "popunder"} & set(page.markup.ad_networks))))


@feature(trust=Trust.FALLS, facets=("farm",))
def push_network(page: Page) -> Measure:
    """Whether a service for push notifications is loaded."""
    if page.markup is None or page.markup.scripts is None:
        return UNKNOWN
    return Measure(float("push" in page.markup.ad_networks))


@feature(trust=Trust.FREE, facets=("promotion", "unrelated"))
def ad_slot_rate(page: Page) -> Measure:
    """Advertising slots per 1,000 words of text."""
    if page.markup is None or not page.word_count:
        return UNKNOWN
    return Measure(1000 * len(page.markup.slots) / max(page.word_count, 200))


@feature(trust=Trust.FREE, facets=("promotion", "clickbait"))
def ad_slots_in_body(page: Page) -> Measure:
    """Advertising slots between the first and the last block of the body."""
    if page.markup is None or not page.has_body:
        return UNKNOWN
    first, last = page.body_blocks[0], page.body_blocks[-1]
    return Measure(float(min(sum(1 for at in page.markup.slots if first < at <= last), 20)))


@feature(trust=Trust.FREE, version=2, facets=("promotion", "unrelated"))
def ad_label_count(page: Page) -> Measure:
    """Lines that label an advertisement ("Advertisement", "Story continues below")."""
    if not page.word_count:
        return UNKNOWN
    tokens, chars = page.tokens, page.block_chars
    first = np.searchsorted(tokens.line, np.arange(tokens.lines))
    words = page.block_words
    # In a menu the word leads to those who sell advertisements.
    short = true_at((chars < 60) & (words <= 6) & (page.zones != Zone.CHROME))
    begins = first[short]
    # "Ad-free browsing" labels none.
    behind = np.minimum(begins + 1, len(tokens.hash) - 1)
    joined = (tokens.start[behind] == tokens.end[begins]) & (tokens.code[behind] == ord("-"))
    labelled = is_one_of(tokens.hash[begins], word_set(_AD_WORDS)) & ~joined
    text, starts = page.text, page.columns.start
    found = [i for i, sure in zip(short.tolist(), labelled.tolist(), strict=True) if sure or (text[starts[i]] in "cCsSaA" and _AD_LINES.match(text, int(starts[i])))]
    return Measure(float(min(len(found), 10)), block_spans(page, found))


@feature(trust=Trust.FALLS, version=2, facets=("promotion", "farm"))
def affiliate_link_count(page: Page) -> Measure:
    """Links that earn the publisher a commission."""
    if page.links is None:
        return UNKNOWN
    links, marks = page.links, page.href_marks
    found = sorted(
        {i for i, link in enumerate(links) if link.rel and "sponsored" in link.rel} | set(marks.get("affiliate", ())) | {i for i in marks.get("tag", ()) if _PARTNER_TAG.search(links[i].href)}
    )
    return Measure(float(min(len(found), 40)), link_spans(page, [links[i] for i in found]))


@feature(trust=Trust.FREE, version=2, facets=("promotion",))
def store_link_count(page: Page) -> Measure:
    """Links to large shops (Amazon, eBay, Walmart and others)."""
    if page.links is None:
        return UNKNOWN
    links = page.links
    found = [i for i, site in enumerate(page.link_sites) if site and site.partition(".")[0] in _STORES and _is_shop(site, links[i].href)]
    return Measure(float(min(len(found), 30)), link_spans(page, [page.links[i] for i in found]))


def _is_shop(site: str, href: str) -> bool:
    """Whether this is the shop itself, not what else its owner runs: clouds, jobs, documentation."""
    return site.partition(".")[2] not in _NO_SHOPS and not _NO_SHOP_HOST.match(href)


@feature(trust=Trust.FREE, version=3, facets=("promotion", "farm"))
def affiliate_disclosure(page: Page) -> Measure:
    """Notices that links earn the publisher money, one a paragraph, counted to four."""
    if not page.word_count:
        return UNKNOWN
    found = hits_in(page, OWN_WORDS, "affiliate_disclosure") if count_in(page, OWN_WORDS, "affiliate_disclosure") else []
    found = [(start, end) for start, end in found if page.text[max(start - 4, 0) : start].lower() != "not "]
    blocks = page.block_of(np.array([start for start, _ in found], np.int64)).tolist()
    found = [pair for pair, block, above in zip(found, blocks, [-1, *blocks], strict=False) if block != above]
    return Measure(float(min(len(found), 4)), spans(found))


@feature(trust=Trust.FREE, facets=("promotion", "farm"))
def nofollow_share(page: Page) -> Measure:
    """Share of the links to other sites that the publisher does not vouch for (nofollow, sponsored, ugc)."""
    if page.links is None or not page.site:
        return UNKNOWN
    outbound = [link for link, site in zip(page.links, page.link_sites, strict=True) if site]
    if len(outbound) < 3:
        return UNKNOWN
    return Measure(sum("nofollow" in link.rel or "sponsored" in link.rel or "ugc" in link.rel for link in outbound) / len(outbound))


@feature(trust=Trust.FREE, facets=("promotion",))
def hidden_text_share(page: Page) -> Measure:
    """Text that the markup hides, against the text that it shows."""
    if page.markup is None or not page.text:
        return UNKNOWN
    return Measure(min(page.markup.hidden_chars / len(page.text), 5.0))


@feature(trust=Trust.FREE, facets=("promotion", "unrelated"))
def outbound_share_outside_body(page: Page) -> Measure:
    """Share of the links outside the body that lead to other sites."""
    if page.links is None or not page.site:
        return UNKNOWN
    body = int(Zone.BODY)
    outside = [bool(site) for zone, site in zip(page.link_zones, page.link_sites, strict=True) if zone != body]
    return Measure(sum(outside) / len(outside)) if len(outside) >= 5 else UNKNOWN
