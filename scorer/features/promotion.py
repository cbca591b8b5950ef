"""What is the reader pushed to do?"""

from __future__ import annotations

import re

from scorer import address
from scorer.blocks import PROMOTION
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import (
    block_spans,
    body_matches,
    body_rate,
    hits_in,
    link_spans,
    matches,
    page_rate,
    spans,
)
from scorer.page import Page
from scorer.zones import Zone

_VENDOR = frozenset(
    ["pricing", "plans", "plans pricing", "demo", "book a demo", "request a demo", "get a demo", "schedule a demo", "solutions", "customers", "case studies", "customer stories", "success stories", "platform", "integrations", "product", "products", "features", "free trial", "start free trial", "get started", "contact sales", "talk to sales", "get a quote", "request a quote", "free quote", "services", "our services", "testimonials", "industries", "use cases", "partners", "become a partner", "webinars", "ebooks", "whitepapers", "white papers", "resources", "resource center", "roi calculator", "sign up", "try for free", "try it free", "watch demo", "why us", "compare", "book a call", "free consultation", "schedule a consultation", "our work", "portfolio", "why choose us", "areas we serve", "service areas", "locations", "book now", "gift cards"]
)
_SHOP = frozenset(
    ["cart", "checkout", "my account", "wishlist", "wish list", "shipping", "shipping policy", "returns", "return policy", "refund policy", "track order", "track your order", "sale", "new arrivals", "best sellers", "bestsellers", "gift cards", "shop all", "shop", "store", "store locator", "view cart", "add to cart", "shop now", "order status", "size guide", "accessories", "collections", "terms of service", "delivery", "add to bag"]
)
_CALL = re.compile(
    r"(?:get started|book (?:a|your|now)|request (?:a|your)|schedule (?:a|your)|contact us|call (?:us|now|today)|learn more|try (?:it|for|now|\w+ (?:for )?free)|sign up|start (?:your|free|now|for)|shop|buy|order|"
    r"get (?:a|your|the|free|instant|in touch)|download|join|talk to|see (?:pricing|plans|how)|find out more|view (?:all|more|product|deal)|check (?:price|latest|it out)|claim|apply now|enquire|free )\b",
    re.IGNORECASE,
)
_SELLING_PATH = re.compile(
    r"/(?:products?|pricing|price|demo|book|booking|services?|solutions?|shop|store|features|quote|sign-?up|register|contact|get-started|free-trial|trial|buy|order|plans|consultation|cart|collections?)\b", re.IGNORECASE
)
_PRICE = re.compile(r"(?:[$€£₹]|\bUSD ?|\bRs\.? ?)\d[\d,.]*|\d[\d,.]* ?(?:€|USD|EUR|dollars)\b")
_PHONE = re.compile(r"(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ .-]?|\d{3}[.-])\d{3}[ .-]\d{3,4}\b|\+\d{2}[ \d]{8,14}\b")
_DISCOUNT = re.compile(r"\b\d{1,2} ?% ?(?:off|discount|rabatt|de descuento)|\b(?:coupon|promo) code|\bfree shipping\b", re.IGNORECASE)


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def promotion_share(page: Page) -> Measure:
    """Share of the text that asks the reader to follow, subscribe, share or buy."""
    if not page.text:
        return UNKNOWN
    return Measure(float(page.zone_chars[Zone.PROMOTION]) / len(page.text), block_spans(page, page.blocks_in(Zone.PROMOTION)))


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def promo_footer_kinds(page: Page) -> Measure:
    """Kinds of promotion after the body: follow, subscribe, app, donate, buy, "enjoyed this story".

    One newsletter box is ordinary; a footer that tries everything is not.
    """
    if not page.body_blocks:
        return UNKNOWN
    end = int(page.columns.end[page.body_blocks[-1]]) - 200
    found, kinds = [], 0
    for name in ("promo_follow", "promo_subscribe", "promo_app", "promo_donate", "promo_buy", "promo_enjoyed"):
        after = [pair for pair in page.hits_of(name) if pair[0] >= end]
        kinds += bool(after)
        found += after[:2]
    return Measure(float(kinds), spans(sorted(found)))


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def enjoyed_story_prompts(page: Page) -> Measure:
    """Closing formulas that turn the end of a text into promotion ("if you enjoyed this story")."""
    found = page.hits_of("promo_enjoyed")
    return Measure(float(min(len(found), 4)), spans(found)) if page.words else UNKNOWN


@feature(trust=Trust.FALLS, facets=("promotion",))
def follow_prompt_rate(page: Page) -> Measure:
    """Requests to follow or like per 1,000 words."""
    return page_rate(page, "promo_follow")


@feature(trust=Trust.FALLS, facets=("promotion",))
def subscribe_prompt_rate(page: Page) -> Measure:
    """Pushes to subscribe or leave an e-mail address per 1,000 words."""
    return page_rate(page, "promo_subscribe")


@feature(trust=Trust.FREE, facets=("promotion",))
def share_prompt_rate(page: Page) -> Measure:
    """Requests to share the page per 1,000 words."""
    return page_rate(page, "promo_share")


@feature(trust=Trust.FREE, facets=("promotion",))
def donate_prompt_rate(page: Page) -> Measure:
    """Requests for donations and memberships per 1,000 words."""
    return page_rate(page, "promo_donate")


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def buy_prompt_rate(page: Page) -> Measure:
    """Calls to buy, order, book or ask for a quote per 1,000 words."""
    return page_rate(page, "promo_buy", "promo_app")


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def promotion_in_body_rate(page: Page) -> Measure:
    """Promotional phrases inside the body per 1,000 words of it."""
    return body_rate(page, *PROMOTION)


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def company_pitch_rate(page: Page) -> Measure:
    """A firm speaking of itself to customers ("our services", "get in touch") per 1,000 words of the body."""
    return body_rate(page, "second_person_sell")


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def pitch_at_end(page: Page) -> Measure:
    """Phrases of a sales pitch in the last fifth of the body, counted to six."""
    if not page.has_body:
        return UNKNOWN
    first, last = int(page.columns.start[page.body_blocks[0]]), int(page.columns.end[page.body_blocks[-1]])
    from_here = last - (last - first) // 5
    found = [p for p in hits_in(page, (Zone.BODY, Zone.PROMOTION), "second_person_sell", "promo_buy") if from_here <= p[0] <= last]
    return Measure(float(min(len(found), 6)), spans(found))


@feature(trust=Trust.FREE, facets=("promotion",))
def price_rate(page: Page) -> Measure:
    """Prices per 1,000 words."""
    if not page.words:
        return UNKNOWN
    found = list(matches(page, _PRICE, range(len(page.zones)), digits=1)) if _has_prices(page.text) else []
    return Measure(1000 * len(found) / max(len(page.words), 200), spans(found))


@feature(trust=Trust.FREE, facets=("promotion",))
def phone_number_count(page: Page) -> Measure:
    """Telephone numbers in the text."""
    if not page.words:
        return UNKNOWN
    found = list(matches(page, _PHONE, range(len(page.zones)), digits=7))
    return Measure(float(min(len(found), 6)), spans(found))


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def discount_count(page: Page) -> Measure:
    """Discounts, coupon codes and free shipping."""
    if not page.words:
        return UNKNOWN
    folded = page.folded
    likely = "%" in page.text or " code" in folded or "free shipping" in folded
    found = [m.span() for m in _DISCOUNT.finditer(page.text)] if likely else []
    return Measure(float(min(len(found), 6)), spans(found))


@feature(trust=Trust.FREE, facets=("promotion",))
def email_input_count(page: Page) -> Measure:
    """Input fields that ask for an e-mail address."""
    return UNKNOWN if page.markup is None else Measure(float(min(page.markup.email_inputs, 5)))


@feature(trust=Trust.FREE, facets=("promotion",))
def form_count(page: Page) -> Measure:
    """Forms on the page."""
    return UNKNOWN if page.markup is None else Measure(float(min(page.markup.forms, 10)))


@feature(trust=Trust.FREE, facets=("promotion",))
def popup_count(page: Page) -> Measure:
    """Elements that are named as pop-ups, overlays or newsletter boxes."""
    return UNKNOWN if page.markup is None else Measure(float(min(page.markup.popups, 40)))


@feature(trust=Trust.FREE, facets=("promotion",))
def price_in_body_count(page: Page) -> Measure:
    """Prices in the body."""
    if not page.has_body:
        return UNKNOWN
    found = list(body_matches(page, _PRICE, digits=1)) if _has_prices(page.text) else []
    return Measure(float(min(len(found), 30)), spans(found))


def _has_prices(text: str) -> bool:
    # One scan of memory each, where the pattern would be tried at every character.
    return any(mark in text for mark in ("$", "€", "£", "₹", "USD", "Rs", "EUR", "dollars"))


@feature(trust=Trust.FREE, facets=("promotion", "farm"))
def vendor_navigation_count(page: Page) -> Measure:
    """Sections of a vendor's site among the labels (pricing, book a demo), different ones up to twelve."""
    return _labels(page, _VENDOR)


@feature(trust=Trust.FREE, facets=("promotion",))
def shop_navigation_count(page: Page) -> Measure:
    """Sections of a shop among the labels (cart, shipping, returns, wish list), different ones up to twelve."""
    return _labels(page, _SHOP)


@feature(trust=Trust.FREE, facets=("promotion", "farm"))
def call_to_action_count(page: Page) -> Measure:
    """Short lines that call to action ("Get started", "Book a demo", "Shop now"), counted to ten."""
    if not page.text:
        return UNKNOWN
    found = [(s, e) for s, e in zip(page.columns.start.tolist(), page.columns.end.tolist(), strict=True) if 4 < e - s < 36 and _CALL.match(page.text, s, e)]
    return Measure(float(min(len(found), 10)), spans(found))


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def testimonial_rate(page: Page) -> Measure:
    """Praise by and for customers ("highly recommend", "five-star", "trusted by") per 1,000 words."""
    return page_rate(page, "testimonials")


@feature(trust=Trust.FREE, facets=("promotion", "farm"))
def own_product_link_rate(page: Page) -> Measure:
    """Links from the body to the site's own products, prices or contact form per 1,000 words of the body."""
    if page.links is None or not page.has_body:
        return UNKNOWN
    body = int(Zone.BODY)
    found = [
        link for link, site, zone in zip(page.links, page.link_sites, page.link_zones, strict=True)
        if not site and zone == body and _SELLING_PATH.search(address.path(link.href))
    ]  # fmt: skip
    return Measure(1000 * len(found) / max(len(page.body_words), 150), link_spans(page, found))


def _labels(page: Page, wanted: frozenset[str]) -> Measure:
    labels = page.labels
    if not labels:
        return UNKNOWN
    found = [labels[name] for name in sorted(wanted & labels.keys())]
    return Measure(float(min(len(found), 12)), block_spans(page, sorted(found)))
