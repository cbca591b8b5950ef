"""Is the page built to sell attention?"""

from __future__ import annotations

import re

from ahocorasick_rs import AhoCorasick, MatchKind

from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import link_spans, spans
from scorer.page import Page
from scorer.zones import Zone

# Parts of urls: redirectors of affiliate networks, and the parameters and path steps that carry a partner's name.
_AFFILIATE = AhoCorasick(
    [
        "amzn.to", "shareasale", "awin1.com", "anrdoezrs", "dpbolvw", "jdoqocy", "kqzyfj", "tkqlhce", "clickbank", "impact.com", "skimresources", "skimlinks", "viglink",
        "linksynergy", "rakuten", "partnerize", "prf.hn", "avantlink", "flexoffers", "pepperjam", "?aff=", "&aff=", "?affid=", "&affid=", "?aff_id=", "&aff_id=", "?affiliate=",
        "&affiliate=", "?partner=", "&partner=", "/recommend/", "/recommends/", "/refer/", "/aff/",
    ],
    matchkind=MatchKind.Standard,
)  # fmt: skip
_PARTNER_TAG = re.compile(r"[?&]tag=[\w-]{2,40}-2\d")
_AD_LABEL = re.compile(r"^(?:advertisements?|ads?|sponsored|anzeige|werbung|publicidad|publicité|reklama|advertising|continue reading below|story continues below|article continues below)\b.{0,40}$", re.IGNORECASE)
_STORES = frozenset(["amazon", "ebay", "walmart", "etsy", "aliexpress", "bestbuy"])


@feature(trust=Trust.FREE, facets=("promotion", "unrelated", "farm"))
def ad_network_count(page: Page) -> Measure:
    """Advertising networks whose scripts the page loads; UNKNOWN where the collection stripped scripts."""
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
    if page.markup is None or not page.words:
        return UNKNOWN
    return Measure(1000 * len(page.markup.slots) / max(len(page.words), 200))


@feature(trust=Trust.FREE, facets=("promotion", "clickbait"))
def ad_slots_in_body(page: Page) -> Measure:
    """Advertising slots between the first and the last block of the body."""
    if page.markup is None or not page.has_body:
        return UNKNOWN
    first, last = page.body_blocks[0], page.body_blocks[-1]
    return Measure(float(min(sum(1 for at in page.markup.slots if first < at <= last), 20)))


@feature(trust=Trust.FREE, facets=("promotion", "unrelated"))
def ad_label_count(page: Page) -> Measure:
    """Lines that label an advertisement ("Advertisement", "Story continues below")."""
    if not page.words:
        return UNKNOWN
    chars = (page.columns.end - page.columns.start).tolist()
    starts = page.columns.start.tolist()
    found = [(s, s + c) for s, c in zip(starts, chars, strict=True) if c < 60 and page.text[s] in _AD_FIRST and _AD_LABEL.match(page.text[s : s + c])]
    return Measure(float(min(len(found), 10)), spans(found))


_AD_FIRST = frozenset("aAsSwWpPrRcC")


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def affiliate_link_count(page: Page) -> Measure:
    """Links that earn the publisher a commission."""
    if page.links is None:
        return UNKNOWN
    found = [i for i, link in enumerate(page.links) if "sponsored" in link.rel or _AFFILIATE.find_matches_as_indexes(link.href.lower()) or _PARTNER_TAG.search(link.href)]
    return Measure(float(min(len(found), 40)), link_spans(page, [page.links[i] for i in found]))


@feature(trust=Trust.FREE, facets=("promotion",))
def store_link_count(page: Page) -> Measure:
    """Links to large shops."""
    if page.links is None:
        return UNKNOWN
    found = [i for i, site in enumerate(page.link_sites) if site.partition(".")[0] in _STORES]
    return Measure(float(min(len(found), 30)), link_spans(page, [page.links[i] for i in found]))


@feature(trust=Trust.FREE, facets=("promotion", "farm"))
def affiliate_disclosure(page: Page) -> Measure:
    """Notices that links earn the publisher money."""
    if not page.words:
        return UNKNOWN
    found = page.hits_of("affiliate_disclosure")
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
def iframe_count(page: Page) -> Measure:
    """Embedded frames."""
    return UNKNOWN if page.markup is None else Measure(float(min(page.markup.iframes, 15)))


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
