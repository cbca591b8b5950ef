"""What is the reader pushed to do?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scorer.blocks import PROMOTION
from scorer.feature import UNKNOWN, Measure, Span, Trust, feature
from scorer.features.passages import (
    LEAST_PAGE_WORDS,
    LEAST_WORDS,
    OWN_WORDS,
    apart,
    block_spans,
    count_in,
    hits_in,
    page_rate,
    spans,
    token_spans,
    unquoted,
    various,
    words_in_blocks,
)
from scorer.page import Page
from scorer.tokens import CURRENCY, MARK, NUMBER, WORD, Bools, Ints, Tokens, find_words, is_one_of, true_at, word_set
from scorer.zones import Zone

_VENDOR = frozenset(
    ["pricing", "plans", "plans pricing", "plans & pricing", "pricing & plans", "book a demo", "request a demo", "get a demo", "schedule a demo", "watch demo", "watch a demo", "free trial", "start free trial", "start a free trial", "contact sales", "talk to sales", "get a free quote", "free quote", "free estimate", "become a partner", "roi calculator", "try for free", "try it free", "start for free", "get started for free", "why us", "book a call", "free consultation", "schedule a consultation", "why choose us", "areas we serve", "service areas"]
)
_VENDOR_TOO = frozenset(
    ["solutions", "customers", "platform", "integrations", "product", "products", "features", "get started", "get a quote", "request a quote", "customer stories", "services", "our services", "industries", "case studies", "success stories", "testimonials", "demo", "partners", "webinars", "ebooks", "whitepapers", "white papers", "resource center", "use cases", "compare", "our work", "locations", "book now"]
)
"""Sections that other sites have as well: they count beside one of a vendor's own."""
_SHOP = frozenset(
    ["cart", "shopping cart", "checkout", "wishlist", "wish list", "shipping policy", "shipping & returns", "shipping information", "returns & exchanges", "return policy", "track order", "track your order", "track my order", "new arrivals", "best sellers", "bestsellers", "gift cards", "shop all", "view cart", "add to cart", "add to basket", "add to bag", "shop now", "order status", "size guide"]
)
_SHOP_TOO = frozenset(["my account", "sale", "shop", "store", "store locator", "accessories", "collections", "delivery", "shipping", "returns", "refund policy"])
_CURRENCY_WORDS = "usd eur rs dollars euros"
_MAGNITUDES = "thousand million billion trillion crore lakh mn bn tn"
_CALLS = tuple(name for name in PROMOTION if name != "promo_donate")
_CLOSERS = ("promo_follow", "promo_subscribe", "promo_app", "promo_donate", "promo_buy", "promo_enjoyed")
"""Lexicons of what a page asks for when its story is over."""


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def promotion_share(page: Page) -> Measure:
    """Share of the text that asks the reader to follow, share, subscribe, register, donate or buy."""
    if not page.text:
        return UNKNOWN
    return Measure(float(page.zone_chars[Zone.PROMOTION]) / len(page.text), _asking(page))


def _asking(page: Page) -> Iterator[Span]:
    """The blocks of promotion that ask in so many words: what else belongs to a box says little."""
    every = page.blocks_in(Zone.PROMOTION)
    names = (*PROMOTION, "promo_donate")
    for lexicons in (names, tuple(f"{name}_weak" for name in names)):
        asks = page.block_hits(*lexicons)
        asking = [i for i in every if asks[i]]
        if asking:
            yield from block_spans(page, asking)
            return


@feature(trust=Trust.FALLS, version=2, facets=("promotion", "farm"), reason="promo_footer")
def promo_footer_kinds(page: Page) -> Measure:
    """Kinds of push after the body: follow, subscribe, app, donate, buy, "if you enjoyed this story".

    One newsletter box is ordinary; a footer that tries everything is not.
    """
    if not page.body_blocks:
        return UNKNOWN
    end = int(page.columns.end[page.body_blocks[-1]]) - 200
    found: list[tuple[int, int]] = []
    kinds = 0
    for name in _CLOSERS:
        # What could mean anything elsewhere ("be sure to follow") is a push where all around is promotion.
        weak = f"{name}_weak"
        found_here = hits_in(page, OWN_WORDS, name) if count_in(page, OWN_WORDS, name) else []
        if count_in(page, (Zone.PROMOTION,), weak):
            found_here = apart(found_here + hits_in(page, (Zone.PROMOTION,), weak))
        after = [pair for pair in found_here if pair[0] >= end]
        kinds += bool(after)
        found += after[:2]
    return Measure(float(kinds), spans(sorted(found)))


@feature(trust=Trust.FALLS, version=2, facets=("promotion", "farm"), reason="promo_footer")
def enjoyed_story_prompts(page: Page) -> Measure:
    """Closing formulas that turn to the reader ("if you enjoyed this story", "leave a comment below")."""
    if not page.word_count:
        return UNKNOWN
    body = page.body_blocks
    starts, ends = page.columns.start, page.columns.end
    # What is said in the first half closes nothing.
    closing = (int(starts[body[0]]) + int(ends[body[-1]])) // 2 if body else 0
    found = [pair for pair in hits_in(page, OWN_WORDS, "promo_enjoyed") if pair[0] >= closing] if count_in(page, OWN_WORDS, "promo_enjoyed") else []
    return Measure(float(min(len(found), 4)), spans(found))


def _prompts(page: Page, *names: str, together: bool = False) -> Measure:
    """Phrases of these lexicons per 1,000 words of the text; their weak ones where all around is promotion, too.

    `together`: those of one sentence are one call.
    """
    if not page.word_count:
        return UNKNOWN
    weak = tuple(f"{name}_weak" for name in names)
    found = hits_in(page, OWN_WORDS, *names) if count_in(page, OWN_WORDS, *names) else []
    if count_in(page, (Zone.PROMOTION,), *weak):
        found = apart(found + hits_in(page, (Zone.PROMOTION,), *weak))
    found = unquoted(page, found)
    if together:
        found = _each_once(page, found)
    return Measure(1000 * len(found) / max(page.word_count, LEAST_PAGE_WORDS), spans(found))


def _each_once(page: Page, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """These calls, those that follow one another in a sentence as one, and without thanks for what was done: "Sign up to receive our free newsletter"."""
    calls: list[tuple[int, int]] = []
    for start, end in found:
        if page.text[start:end].lower().startswith("thank"):
            continue
        if calls and start - calls[-1][1] <= _ONE_CALL and _IN_ONE_SENTENCE.issuperset(page.text[calls[-1][1] : start]):
            calls[-1] = (calls[-1][0], end)
        else:
            calls.append((start, end))
    return calls


_ONE_CALL = 60
_IN_ONE_SENTENCE = frozenset(" -'’&/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%")


@feature(trust=Trust.FALLS, version=2, facets=("promotion",))
def follow_prompt_rate(page: Page) -> Measure:
    """Requests to follow or like per 1,000 words."""
    return _prompts(page, "promo_follow")


@feature(trust=Trust.FALLS, version=3, facets=("promotion",))
def subscribe_prompt_rate(page: Page) -> Measure:
    """Pushes to subscribe, register or leave an e-mail address per 1,000 words."""
    return _prompts(page, "promo_subscribe", together=True)


@feature(trust=Trust.FALLS, version=2, facets=("promotion",))
def share_prompt_rate(page: Page) -> Measure:
    """Buttons and requests to share, e-mail or print the page per 1,000 words."""
    return _prompts(page, "promo_share")


@feature(trust=Trust.FREE, version=2, facets=("promotion",))
def donate_prompt_rate(page: Page) -> Measure:
    """Requests for donations and support per 1,000 words."""
    return page_rate(page, "promo_donate", zones=OWN_WORDS)


@feature(trust=Trust.FALLS, version=2, facets=("promotion", "farm"))
def buy_prompt_rate(page: Page) -> Measure:
    """Calls to buy, order, book or ask for a quote, and baits (coupons, free shipping), per 1,000 words."""
    return _prompts(page, "promo_buy", "promo_app")


@feature(trust=Trust.FALLS, version=3, facets=("promotion", "farm"))
def promotion_in_body_rate(page: Page) -> Measure:
    """Calls to follow, share, subscribe or buy inside the body per 1,000 words of it.

    Requests for donations are counted by themselves. In a paragraph of some length calls have to name somebody or some hour: "stay in the loop" may be said of a reader,
    "request a quote" advised to a shop.
    """
    if not page.has_body:
        return UNKNOWN
    found = unquoted(page, hits_in(page, (Zone.BODY,), *_CALLS)) if count_in(page, (Zone.BODY,), *_CALLS) else []
    chars = page.block_chars[page.block_of(np.array([start for start, _ in found], np.int64))] if found else ()
    found = [(start, end) for (start, end), n in zip(found, chars, strict=True) if n < _A_LINE or not _NAMING.isdisjoint(page.text[start:end].lower().split())]
    return Measure(1000 * len(found) / max(page.body_word_count, LEAST_WORDS), spans(found))


@feature(trust=Trust.FALLS, version=2, facets=("promotion", "farm"))
def company_pitch_rate(page: Page) -> Measure:
    """A firm speaking of itself to customers ("our services", "get in touch") per 1,000 words of the body.

    One such phrase is no pitch, however often, nor is what somebody says in quotation marks.
    """
    if not page.has_body:
        return UNKNOWN
    found = unquoted(page, hits_in(page, (Zone.BODY,), "second_person_sell")) if count_in(page, (Zone.BODY,), "second_person_sell") > 1 else []
    found = various(page, found)
    return Measure(1000 * len(found) / max(page.body_word_count, LEAST_WORDS), spans(found))


_A_LINE = 90
_NAMING = frozenset(["us", "our", "me", "my", "this", "here", "below", "today", "now"])


@feature(trust=Trust.FALLS, facets=("promotion", "farm"))
def marketing_talk_rate(page: Page) -> Measure:
    """Business and marketing talk ("your brand", "lead generation", "ROI") per 1,000 words of the body.

    Where two different phrases of it stand: one is a word by the way.
    """
    if not page.has_body:
        return UNKNOWN
    found = unquoted(page, hits_in(page, (Zone.BODY,), "marketing_talk")) if count_in(page, (Zone.BODY,), "marketing_talk") > 1 else []
    found = various(page, found)
    return Measure(1000 * len(found) / max(page.body_word_count, LEAST_WORDS), spans(found))


@feature(trust=Trust.FALLS, version=2, facets=("promotion", "farm"))
def pitch_at_end(page: Page) -> Measure:
    """Phrases of a sales pitch in the last fifth of the body, counted to six.

    A call to buy is one by itself; a firm that says "we" is not.
    """
    if not page.has_body:
        return UNKNOWN
    first, last = int(page.columns.start[page.body_blocks[0]]), int(page.columns.end[page.body_blocks[-1]])
    from_here = last - (last - first) // 5
    found = [p for p in hits_in(page, (Zone.BODY, Zone.PROMOTION), "second_person_sell", "promo_buy") if from_here <= p[0] <= last]
    found = unquoted(page, found)
    if len(found) == 1 and found[0] not in hits_in(page, (Zone.BODY, Zone.PROMOTION), "promo_buy"):
        found = []
    return Measure(float(min(len(found), 6)), spans(found))


@feature(trust=Trust.FREE, facets=("promotion",))
def price_rate(page: Page) -> Measure:
    """Prices and other sums of money per 1,000 words."""
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
    if not len(found):
        return Measure(0.0)
    # "$1,200.50" is three numbers and one price, shown as a whole.
    last = np.where(after, numbers + 1, numbers)[before | after]
    for _ in range(3):
        last = np.where(_goes_on(tokens, last), last + 2, last)
    # "$47 billion" is no price of 47 dollars, "$16M" none of 16.
    further = np.minimum(last + 1, len(tokens.hash) - 1)
    large = is_one_of(tokens.hash[further], word_set(_MAGNITUDES)) & (tokens.line[further] == tokens.line[last])
    large |= (tokens.kind[further] == WORD) & (tokens.start[further] == tokens.end[last])
    last = np.where(large, further, last)
    first = np.where(before, numbers - 1, numbers)[before | after]
    for _ in range(2):  # "1.059,99 €"
        first = np.where(_goes_on(tokens, first - 2) & (first >= 2), first - 2, first)
    return Measure(1000 * len(found) / max(page.word_count, LEAST_PAGE_WORDS), token_spans(tokens, first, last))


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


@feature(trust=Trust.FREE, version=2, facets=("promotion", "farm"))
def vendor_navigation_count(page: Page) -> Measure:
    """Sections of a vendor's site among the labels (pricing, book a demo), different ones up to twelve."""
    return _labels(page, _VENDOR, _VENDOR_TOO)


@feature(trust=Trust.FREE, version=2, facets=("promotion",))
def shop_navigation_count(page: Page) -> Measure:
    """Sections of a shop among the labels (cart, shipping, returns, wish list), different ones up to twelve."""
    return _labels(page, _SHOP, _SHOP_TOO)


@feature(trust=Trust.FALLS, version=2, facets=("promotion", "farm"))
def testimonial_rate(page: Page) -> Measure:
    """Customers' praise on show, or links to it ("testimonials", "verified buyer", "trusted by") per 1,000 words."""
    if not page.word_count:
        return UNKNOWN
    if not count_in(page, (Zone.PROMOTION, Zone.CHROME, Zone.BODY), "testimonials"):
        return Measure(0.0)
    hits = page.hits.of("testimonials")
    zones = page.zones[hits.line]
    # In running text they are spoken of; on show they stand in a line of their own.
    shown = (zones == Zone.PROMOTION) | (((zones == Zone.CHROME) | (zones == Zone.BODY)) & (page.block_chars[hits.line] < _LONGEST_BADGE))
    found = list(zip(hits.start[shown].tolist(), hits.end[shown].tolist(), strict=True))
    return Measure(1000 * len(found) / max(page.word_count, LEAST_PAGE_WORDS), spans(found))


_LONGEST_BADGE = 80


def _labels(page: Page, wanted: frozenset[str], too: frozenset[str]) -> Measure:
    """The labels that are `wanted`, and beside one of them those of `too`; a single label is none of a row."""
    labels = page.labels
    if not labels:
        return UNKNOWN
    found = wanted & labels.keys()
    more = too & labels.keys() if found else frozenset()
    if len(found) + len(more) < 2:
        return Measure(0.0)
    # The telling ones are shown first; several may stand in one block.
    shown = [(name, labels[name]) for names in (found, more) for name in sorted(names, key=lambda name: (labels[name], name))]
    return Measure(float(min(len(shown), 12)), words_in_blocks(page, shown))
