"""How is it worded?"""

from __future__ import annotations

import re

from scorer import wording
from scorer.feature import UNKNOWN, Measure, Span, Trust, feature
from scorer.features.passages import body_matches, body_rate, page_rate, spans
from scorer.page import Page

_HEALTH = ("health", "symptoms", "treatment", "disease", "pain", "immune", "inflammation", "weight", "blood", "vitamin", "antioxidants", "sleep", "stress", "anxiety", "doctor", "diet", "nutrition", "skin", "heart", "cancer", "diabetes")
_CITES = re.compile(r"\bet al\b|\[\d{1,3}\]|\bdoi\b|\bstudy (?:published|in)\b|Journal of|said Dr|, (?:MD|PhD|M\.D|Ph\.D)")


@feature(trust=Trust.RISES, reason="wording")
def wording_trust(page: Page) -> Measure:
    """How the words and phrases sound, from 1 (as on pages rated bad) to 5 (as on strong ones)."""
    return _wording(page, "trust", 0)


@feature(trust=Trust.RISES, reason="wording")
def wording_low(page: Page) -> Measure:
    """How the words sound where bad is told from middling: lower is more like weak pages."""
    return _wording(page, "low", -1)


@feature(trust=Trust.RISES, reason="wording")
def wording_high(page: Page) -> Measure:
    """How the words sound where good is told from middling: higher is more like good pages."""
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
    if not page.words:
        return UNKNOWN
    found = page.wording.values[wording.READINGS.index(reading)]
    return Measure(float(found), wording.spans(page, reading, sign or (1 if found > 3.2 else -1)))


@feature(trust=Trust.FALLS, facets=("clickbait", "promotion", "farm"))
def hype_rate(page: Page) -> Measure:
    """Hype ("game changer", "must-have") per 1,000 words of the body."""
    return body_rate(page, "hype")


@feature(trust=Trust.FALLS, facets=("clickbait",))
def emotion_rate(page: Page) -> Measure:
    """Words of outrage and sensation per 1,000 words of the body."""
    return body_rate(page, "emotion")


@feature(trust=Trust.FALLS, facets=("clickbait",))
def body_clickbait_rate(page: Page) -> Measure:
    """Teasing phrases per 1,000 words of the body."""
    return body_rate(page, "clickbait")


@feature(trust=Trust.FALLS, facets=("clickbait", "farm"))
def conspiracy_rate(page: Page) -> Measure:
    """Conspiracy and polemic phrases per 1,000 words of the body."""
    return body_rate(page, "conspiracy")


@feature(trust=Trust.FALLS, facets=("farm", "promotion"))
def spam_trade_rate(page: Page) -> Measure:
    """Terms of trades that buy links and pages in bulk (casinos, essay mills) per 1,000 words."""
    return page_rate(page, "spam_trades")


@feature(trust=Trust.FALLS, facets=("farm", "promotion"))
def health_money_claim_rate(page: Page) -> Measure:
    """Unsourced health and money promises per 1,000 words of the body."""
    return body_rate(page, "health_money_claims")


@feature(trust=Trust.FALLS, facets=("farm",))
def seo_filler_rate(page: Page) -> Measure:
    """Padding of search-made articles ("in today's fast-paced world") per 1,000 words of the body."""
    return body_rate(page, "seo_filler")


@feature(trust=Trust.FALLS, facets=("farm",))
def machine_phrase_rate(page: Page) -> Measure:
    """Turns that language models overuse ("a testament to") per 1,000 words of the body."""
    return body_rate(page, "llm_cliches")


@feature(trust=Trust.RISES, facets=("farm", "clickbait"))
def hedge_rate(page: Page) -> Measure:
    """Words that limit a claim ("approximately", "suggests") per 1,000 words of the body."""
    return body_rate(page, "hedges")


@feature(trust=Trust.FREE, facets=("farm",))
def technical_rate(page: Page) -> Measure:
    """Turns of technical documentation ("by default", "returns the") per 1,000 words of the body."""
    return body_rate(page, "technical_reference")


@feature(trust=Trust.FREE, facets=("promotion", "farm"))
def second_person_share(page: Page) -> Measure:
    """Share of the body's words that address the reader ("you", "your")."""
    return _share(page, ("you", "your", "yours", "yourself", "you'll", "you're", "you've", "you'd"))


@feature(trust=Trust.FREE, facets=("farm", "aggregation"))
def first_person_share(page: Page) -> Measure:
    """Share of the body's words in which somebody speaks for himself ("I", "my")."""
    return _share(page, ("i", "my", "me", "i'm", "i've", "i'd", "i'll", "myself", "mine"))


@feature(trust=Trust.FREE, facets=("promotion",))
def company_voice_share(page: Page) -> Measure:
    """Share of the body's words in which a company or group speaks ("we", "our")."""
    return _share(page, ("we", "our", "us", "we're", "we've", "we'll", "ours"))


@feature(trust=Trust.FREE, facets=("aggregation",))
def third_person_share(page: Page) -> Measure:
    """Share of the body's words that tell of others ("he", "they", "said")."""
    return _share(page, ("he", "she", "they", "his", "her", "their", "him", "them", "said", "says", "told"))


@feature(trust=Trust.FREE, facets=("farm",))
def function_word_share(page: Page) -> Measure:
    """Share of the body's words that only hold sentences together.

    Prose in any of ten languages has 35 to 60 %; lists of keywords and gibberish have few.
    """
    if not page.has_body:
        return UNKNOWN
    return Measure(page.function_word_share)


@feature(trust=Trust.FALLS, facets=("clickbait", "promotion"))
def exclamation_rate(page: Page) -> Measure:
    """Exclamation marks per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(1000 * page.body.count("!") / max(len(page.body_words), 150), spans(body_matches(page, re.compile(r"[^.!?\n]{0,60}!"))))


@feature(trust=Trust.FALLS, facets=("clickbait",))
def shouted_word_share(page: Page) -> Measure:
    """Share of the body's words of five letters and more that are written in capitals."""
    if not page.has_body:
        return UNKNOWN
    loud = list(body_matches(page, re.compile(r"\b[A-Z]{5,}\b"), capitals=5))
    long = sum(1 for word in page.body_words if len(word) >= 5)
    return Measure(len(loud) / max(long, 1), spans(loud))


@feature(trust=Trust.FREE, facets=("farm",))
def rhetorical_question_rate(page: Page) -> Measure:
    """Question marks per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(1000 * page.body.count("?") / max(len(page.body_words), 150), spans(body_matches(page, re.compile(r"[^.!?\n]{0,80}\?"))))


@feature(trust=Trust.FREE, facets=("farm", "promotion"))
def title_case_share(page: Page) -> Measure:
    """Share of the body's words that begin with a capital: names and particulars, or headings strung together."""
    if not page.has_body:
        return UNKNOWN
    return Measure(sum(1 for word in page.body.split() if word[0].isupper()) / len(page.body_words))


def _share(page: Page, words: tuple[str, ...]) -> Measure:
    if not page.has_body:
        return UNKNOWN
    counts = page.body_counts
    total = sum(counts[word] for word in words)
    pattern = re.compile(r"\b(?:" + "|".join(words) + r")\b", re.IGNORECASE)
    return Measure(total / len(page.body_words), (Span("text", s, e) for s, e in spans_of(page, pattern, total)))


def spans_of(page: Page, pattern: re.Pattern[str], total: int) -> list[tuple[int, int]]:
    """Up to three of the sentences that hold a match, so that the quote can be read."""
    found: list[tuple[int, int]] = []
    for start, end in page.sentences if total else ():
        if pattern.search(page.text, start, end):
            found.append((start, end))
            if len(found) == 3:
                break
    return found


@feature(trust=Trust.FALLS, facets=("farm",))
def unsourced_health_rate(page: Page) -> Measure:
    """Health words per 1,000 words of the body where it cites no study, journal or doctor; else 0."""
    if not page.has_body:
        return UNKNOWN
    rate = 1000 * sum(page.body_counts[w] for w in _HEALTH) / max(len(page.body_words), 150)
    return Measure(0.0 if rate and _CITES.search(page.text) else rate)


@feature(trust=Trust.FREE, facets=("promotion", "farm"))
def candour_rate(page: Page) -> Measure:
    """Faults and doubts that the text admits ("didn't work", "drawback") per 1,000 words of the body."""
    return body_rate(page, "candour")
