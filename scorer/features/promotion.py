"""What is the reader pushed to do?"""

from __future__ import annotations

import numpy as np

from scorer.blocks import PROMOTION
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import (
    LEAST_PAGE_WORDS,
    block_spans,
    body_rate,
    hits_in,
    page_count,
    page_rate,
    spans,
    token_spans,
)
from scorer.page import Page
from scorer.tokens import CURRENCY, MARK, NUMBER, Bools, Ints, Tokens, find_words, true_at, word_set
from scorer.zones import Zone

_VENDOR = frozenset(
    ["pricing", "plans", "plans pricing", "demo", "book a demo", "request a demo", "get a demo", "schedule a demo", "solutions", "customers", "case studies", "customer stories", "success stories", "platform", "integrations", "product", "products", "features", "free trial", "start free trial", "get started", "contact sales", "talk to sales", "get a quote", "request a quote", "free quote", "services", "our services", "testimonials", "industries", "use cases", "partners", "become a partner", "webinars", "ebooks", "whitepapers", "white papers", "resources", "resource center", "roi calculator", "sign up", "try for free", "try it free", "watch demo", "why us", "compare", "book a call", "free consultation", "schedule a consultation", "our work", "portfolio", "why choose us", "areas we serve", "service areas", "locations", "book now", "gift cards"]
)
_SHOP = frozenset(
    ["cart", "checkout", "my account", "wishlist", "wish list", "shipping", "shipping policy", "returns", "return policy", "refund policy", "track order", "track your order", "sale", "new arrivals", "best sellers", "bestsellers", "gift cards", "shop all", "shop", "store", "store locator", "view cart", "add to cart", "shop now", "order status", "size guide", "accessories", "collections", "terms of service", "delivery", "add to bag"]
)
_CURRENCY_WORDS = "usd eur rs dollars euros"
_CLOSERS = ("promo_follow", "promo_subscribe", "promo_app", "promo_donate", "promo_buy", "promo_enjoyed")
"""Lexicons of what a page asks for when its story is over."""


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
    found: list[tuple[int, int]] = []
    kinds = 0
    for name in _CLOSERS:
        after = [pair for pair in page.hits_of(name) if pair[0] >= end]
        kinds += bool(after)
        found += after[:2]
    return Measure(float(kinds), spans(sorted(found)))


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def enjoyed_story_prompts(page: Page) -> Measure:
    """Closing formulas that turn the end of a text into promotion ("if you enjoyed this story")."""
    return page_count(page, "promo_enjoyed", 4)


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
    if not page.word_count:
        return UNKNOWN
    tokens = page.tokens
    numbers = true_at(tokens.kind == NUMBER)
    currency = (tokens.flags & CURRENCY) > 0
    currency[find_words(tokens.hash, word_set(_CURRENCY_WORDS))] = True
    # A sign that leans on what follows ("USR1 $(cat pid)", "part 1 $5") does not belong to the number before it.
    leaning = np.zeros(len(currency), np.bool_)
    leaning[:-1] = (tokens.start[1:] == tokens.end[:-1]) & ((tokens.kind[1:] != MARK) | (tokens.code[1:] == ord("(")))
    leaning[1:] &= tokens.start[1:] > tokens.end[:-1]
    # A place before the first token and behind the last.
    behind = np.concatenate([currency & ~leaning, [False]])
    ahead = np.concatenate([[False], currency])
    line = np.concatenate([[-1], tokens.line, [-1]])
    before = ahead[numbers] & (line[numbers] == tokens.line[numbers])
    after = behind[numbers + 1] & (line[numbers + 2] == tokens.line[numbers])
    found = numbers[before | after]
    # "$1,200.50" is three numbers and one price, shown as a whole.
    last = np.where(after, numbers + 1, numbers)[before | after]
    for _ in range(3):
        last = np.where(_goes_on(tokens, last), last + 2, last)
    return Measure(1000 * len(found) / max(page.word_count, LEAST_PAGE_WORDS), token_spans(tokens, np.where(before, numbers - 1, numbers)[before | after], last))


def _goes_on(tokens: Tokens, at: Ints) -> Bools:
    """Whether the number at each of these places goes on behind a comma or stop."""
    mark, further = np.minimum(at + 1, len(tokens.hash) - 1), np.minimum(at + 2, len(tokens.hash) - 1)
    close = (tokens.end[at] == tokens.start[mark]) & (tokens.end[mark] == tokens.start[further])
    found: Bools = close & ((tokens.code[mark] == ord(",")) | (tokens.code[mark] == ord("."))) & (tokens.kind[at] == NUMBER) & (tokens.kind[further] == NUMBER)
    return found


@feature(trust=Trust.FREE, facets=("promotion",))
def email_input_count(page: Page) -> Measure:
    """Input fields that ask for an e-mail address."""
    return UNKNOWN if page.markup is None else Measure(float(min(page.markup.email_inputs, 5)))


@feature(trust=Trust.FREE, facets=("promotion",))
def popup_count(page: Page) -> Measure:
    """Elements that are named as pop-ups, overlays or newsletter boxes."""
    return UNKNOWN if page.markup is None else Measure(float(min(page.markup.popups, 40)))


@feature(trust=Trust.FREE, facets=("promotion", "farm"))
def vendor_navigation_count(page: Page) -> Measure:
    """Sections of a vendor's site among the labels (pricing, book a demo), different ones up to twelve."""
    return _labels(page, _VENDOR)


@feature(trust=Trust.FREE, facets=("promotion",))
def shop_navigation_count(page: Page) -> Measure:
    """Sections of a shop among the labels (cart, shipping, returns, wish list), different ones up to twelve."""
    return _labels(page, _SHOP)


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def testimonial_rate(page: Page) -> Measure:
    """Praise by and for customers ("highly recommend", "five-star", "trusted by") per 1,000 words."""
    return page_rate(page, "testimonials")


def _labels(page: Page, wanted: frozenset[str]) -> Measure:
    labels = page.labels
    if not labels:
        return UNKNOWN
    found = wanted & labels.keys()
    # Several labels may stand in one block.
    return Measure(float(min(len(found), 12)), block_spans(page, sorted({labels[name] for name in found})))
