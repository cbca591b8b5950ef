"""How is it worded?"""

from __future__ import annotations

import numpy as np

from scorer import wording
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import (
    body_rate,
    count_in,
    hits_in,
    mark_rate,
    own_hits,
    own_rate,
    page_rate,
    rate,
    spans,
    various,
    word_share,
)
from scorer.page import Page
from scorer.tokens import WORD, find_words, true_at, word_set
from scorer.zones import Zone

_DOUBTS = "not no never don't doesn't didn't won't can't cannot isn't aren't shouldn't myth myths claim claims claimed scam scams unsupported unproven debunked mice animals trial study studies research"


@feature(trust=Trust.RISES, reason="wording")
def wording_trust(page: Page) -> Measure:
    """How the words and phrases sound, from 1 (as on pages rated bad) to 5 (as on strong ones)."""
    return _wording(page, "trust", 0)


@feature(trust=Trust.RISES, reason="wording")
def wording_low(page: Page) -> Measure:
    """How the words sound where weak is told from middling (weak pages about 2.1, all others 3.4)."""
    return _wording(page, "low", -1)


@feature(trust=Trust.RISES, reason="wording")
def wording_high(page: Page) -> Measure:
    """How the words sound where good is told from middling (good pages about 4.5, all others 3.3)."""
    return _wording(page, "high", 1)


@feature(trust=Trust.FREE, facets=("farm",), reason="wording")
def wording_farm(page: Page) -> Measure:
    """What the words say of being made in bulk."""
    return _wording(page, "farm", 1)


@feature(trust=Trust.FREE, facets=("clickbait",), reason="wording")
def wording_clickbait(page: Page) -> Measure:
    """What the words say of a teasing headline."""
    return _wording(page, "clickbait", 1)


@feature(trust=Trust.FREE, facets=("aggregation",), reason="wording")
def wording_aggregation(page: Page) -> Measure:
    """What the words say of retelling others."""
    return _wording(page, "aggregation", 1)


@feature(trust=Trust.FREE, facets=("promotion",), reason="wording")
def wording_promotion(page: Page) -> Measure:
    """What the words say of pushing the reader."""
    return _wording(page, "promotion", 1)


@feature(trust=Trust.FREE, facets=("unrelated",), reason="wording")
def wording_unrelated(page: Page) -> Measure:
    """What the words say of unrelated surroundings."""
    return _wording(page, "unrelated", 1)


def _wording(page: Page, reading: str, sign: int) -> Measure:
    if not page.word_count:
        return UNKNOWN
    found = page.wording.values[wording.READINGS.index(reading)]
    return Measure(float(found), wording.spans(page, reading, sign or (1 if found > 3.2 else -1)))


@feature(trust=Trust.FALLS, facets=("clickbait", "promotion", "farm"), version=3)
def hype_rate(page: Page) -> Measure:
    """Praise that no reader can check ("game changer", "second to none") per 1,000 words of the body."""
    return body_rate(page, "praise")


@feature(trust=Trust.FALLS, facets=("clickbait",), version=4)
def emotion_rate(page: Page) -> Measure:
    """Words of outrage and sensation ("appalling", "bombshell") per 1,000 words of the body."""
    return body_rate(page, "outrage")


@feature(trust=Trust.FALLS, facets=("clickbait",), version=3)
def body_clickbait_rate(page: Page) -> Measure:
    """Phrases that tease ("what nobody tells you") per 1,000 words of the body."""
    return body_rate(page, "teasing")


@feature(trust=Trust.FALLS, facets=("clickbait", "farm"), version=2)
def conspiracy_rate(page: Page) -> Measure:
    """Phrases of conspiracy and polemic ("mainstream media", "sheeple") per 1,000 words of the body."""
    return body_rate(page, "conspiracy")


@feature(trust=Trust.FALLS, facets=("farm", "promotion"), version=2)
def spam_trade_rate(page: Page) -> Measure:
    """Terms of trades that buy links and pages in bulk (online casinos, essay mills) per 1,000 words."""
    return page_rate(page, "spam_trades")


@feature(trust=Trust.FALLS, facets=("farm", "promotion"), version=2)
def health_money_claim_rate(page: Page) -> Measure:
    """Promises of health, looks or money ("melt fat", "make money online") per 1,000 words of the body.

    Leaves alone: sentences that deny or doubt them, and what people are quoted with.
    """
    found = own_hits(page, (Zone.BODY,), "health_money_claims")
    if found:
        tokens, sentence = page.body_tokens, page.sentence_of
        doubted = set(sentence[find_words(tokens.hash, word_set(_DOUBTS))].tolist())
        found = [pair for pair in found if int(sentence[np.searchsorted(tokens.start, pair[0])]) not in doubted]
    return rate(page, found)


@feature(trust=Trust.FALLS, facets=("farm",), version=2)
def seo_filler_rate(page: Page) -> Measure:
    """Stock phrases that pad a text ("in today's fast-paced world") per 1,000 words of the body."""
    return body_rate(page, "seo_filler")


@feature(trust=Trust.FALLS, facets=("farm",), version=2)
def machine_phrase_rate(page: Page) -> Measure:
    """Turns that language models overuse ("a testament to") per 1,000 words of the body."""
    return body_rate(page, "llm_cliches")


@feature(trust=Trust.RISES, facets=("farm", "clickbait"), version=2)
def hedge_rate(page: Page) -> Measure:
    """Words that limit a claim ("approximately", "it appears") per 1,000 words of the body."""
    return body_rate(page, "hedges")


@feature(trust=Trust.FREE, facets=("farm",), version=3)
def technical_rate(page: Page) -> Measure:
    """Turns of software documentation ("by default", "return value") per 1,000 words of the body.

    Where two different ones stand: "API" may be what an opinion is about.
    """
    return rate(page, various(page, hits_in(page, (Zone.BODY,), "technical_reference")) if count_in(page, (Zone.BODY,), "technical_reference") > 1 else [])


@feature(trust=Trust.FREE, facets=("promotion", "farm"))
def second_person_share(page: Page) -> Measure:
    """Share of the body's words that are "you" or "your" in any form."""
    return word_share(page, "you your yours yourself you'll you're you've you'd")


@feature(trust=Trust.FREE, facets=("farm", "aggregation"))
def first_person_share(page: Page) -> Measure:
    """Share of the body's words that are "I" or "my" in any form."""
    return word_share(page, "i my me i'm i've i'd i'll myself mine")


@feature(trust=Trust.FREE, facets=("promotion",), version=2)
def company_voice_share(page: Page) -> Measure:
    """Share of the body's words that are "we" or "our", also run together ("we're")."""
    return word_share(page, "we our we're we've we'll we'd ours")


@feature(trust=Trust.FREE, facets=("aggregation",))
def third_person_share(page: Page) -> Measure:
    """Share of the body's words that are "he", "she", "they" or "said" in any form."""
    return word_share(page, "he she they his her their him them said says told")


@feature(trust=Trust.FREE, facets=("farm",))
def function_word_share(page: Page) -> Measure:
    """Share of the body's words that only hold sentences together.

    Prose in any of ten languages has 35 to 60 %; lists of keywords and gibberish have few.
    """
    if not page.has_body:
        return UNKNOWN
    return Measure(page.function_word_share)


@feature(trust=Trust.FALLS, facets=("clickbait", "promotion"), version=2)
def exclamation_rate(page: Page) -> Measure:
    """Exclamation marks per 1,000 words of the body."""
    return mark_rate(page, "!")


@feature(trust=Trust.FALLS, facets=("clickbait",))
def shouted_word_share(page: Page) -> Measure:
    """Share of the body's words of five letters and more that are written in capitals."""
    if not page.has_body:
        return UNKNOWN
    tokens = page.body_tokens
    long = (tokens.kind == WORD) & (tokens.end - tokens.start >= 5)
    likely = true_at(long & tokens.capital)
    text = page.text
    loud = [pair for pair in zip(tokens.start[likely].tolist(), tokens.end[likely].tolist(), strict=True) if text[slice(*pair)].isupper()]
    return Measure(len(loud) / max(int(np.count_nonzero(long)), 1), spans(loud))


@feature(trust=Trust.FREE, facets=("farm",), version=2)
def rhetorical_question_rate(page: Page) -> Measure:
    """Question marks per 1,000 words of the body."""
    return mark_rate(page, "?")


@feature(trust=Trust.FREE, facets=("promotion", "farm"), version=3)
def candour_rate(page: Page) -> Measure:
    """Faults and doubts that the text itself admits ("the downside", "isn't perfect") per 1,000 words of the body."""
    return own_rate(page, "candour")
