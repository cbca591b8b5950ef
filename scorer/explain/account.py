"""What is there to tell about one score, in whichever form it is shown?"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from scorer.feature import FEATURES
from scorer.page import Page
from scorer.score import PageScore, Quote, Reason
from scorer.zones import Zone

VERDICTS: Final = {
    "low": ("Low trust", "The page looks untrustworthy to a careful reader."),
    "mixed": ("Mixed", "The page looks neither clearly trustworthy nor clearly untrustworthy."),
    "high": ("High trust", "The page looks trustworthy to a careful reader."),
}
NOTHING: Final = (
    "Nothing to judge",
    "There is too little text. The numbers are those of the average page, not of this one.",
)
FAILED: Final = "No score"
EVIDENCE: Final = {
    "strong": "a body of 300 words or more, with its markup",
    "fair": "a shorter body, or text without its markup",
    "weak": "a body under 120 words, or a language that the model has hardly seen",
    "none": "no body of 25 words or more",
}
FACET_WORDS: Final = {
    "clickbait": "the headline teases or overstates",
    "aggregation": "retells what others reported",
    "promotion": "pushes to follow, subscribe or buy",
    "unrelated": "surrounded by unrelated stories",
    "farm": "made in bulk for search engines",
}
ZONE_WORDS: Final = {
    Zone.HEADLINE: "headline",
    Zone.BYLINE: "byline",
    Zone.BODY: "body",
    Zone.SOURCES: "sources",
    Zone.TEASERS: "teasers",
    Zone.PROMOTION: "promotion",
    Zone.COMMENTS: "comments",
    Zone.CHROME: "navigation",
}
DISCLAIMER: Final = "The score says how the page looks, not whether what it says is true."

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Sum:
    """How the score comes about: `start` + the effects of `reasons` + `rest` = `score`, exactly.

    `rest` is what `rest_count` smaller effects, each too small to be a reason, add up to.
    """

    start: float
    reasons: tuple[Reason, ...]
    rest: float
    rest_count: int
    score: float


def summed(score: PageScore) -> Sum:
    """The score taken apart, the largest reasons first."""
    reasons = tuple(sorted(score.reasons, key=lambda reason: -abs(reason.effect)))
    named = {reason.feature for reason in reasons}
    smaller = sum(1 for name, effect in score.effects.items() if effect and _reason_of(name) not in named)
    rest = score.score - math.fsum([score.intercept, *(reason.effect for reason in reasons)])
    return Sum(score.intercept, reasons, rest, smaller, score.score)


def _reason_of(name: str) -> str:
    return FEATURES[name].reason if name in FEATURES else name


def verdict_of(score: PageScore) -> tuple[str, str]:
    """The verdict in two or three words, and in a sentence."""
    if score.error:
        return FAILED, f"{score.error[:1].upper()}{score.error[1:]}."
    return NOTHING if score.evidence == "none" else VERDICTS[score.verdict or "mixed"]


def percents(score: PageScore) -> tuple[int, int, int]:
    """What a careful reader would give the page: low (1 or 2 of 5), middle (3), high (4 or 5), in percent of 100."""
    low, high = round(100 * score.p_low), round(100 * score.p_high)
    return low, max(100 - low - high, 0), high


def likely_range(score: PageScore) -> tuple[float, float]:
    """Where the middle four fifths of careful readers would put the page, on the scale of trust.

    Read off `p_low` and `p_high`: ratings 1 and 2 are taken as the trust below 0.375, 3 as that up to 0.625, 4 and 5 as
    that above, each chance spread evenly over its part of the scale.

    >>> likely_range(PageScore(0.5, 0.25, 0.25))
    (0.15, 0.85)
    """
    below = [0.0, score.p_low, max(1 - score.p_high, score.p_low), 1.0]
    low, high = (_interpolated(share, below, [0.0, 0.375, 0.625, 1.0]) for share in (0.1, 0.9))
    return round(low, 4), round(high, 4)


def _interpolated(at: float, below: Sequence[float], values: Sequence[float]) -> float:
    step = max(bisect_left(below, at), 1)
    rise = below[step] - below[step - 1]
    return values[step - 1] + (values[step] - values[step - 1]) * ((at - below[step - 1]) / rise if rise else 1.0)


def percent(share: float) -> str:
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def standing(trust: float, quantiles: Sequence[float]) -> float:
    """The share of rated pages that are less trusted, ties counted half; `quantiles` are evenly spaced, from 0 to 1.

    >>> standing(0.5, [0.0, 0.25, 0.5, 0.75, 1.0])
    0.5
    """
    low, high = bisect_left(quantiles, trust), bisect_right(quantiles, trust)
    return min(max((low + high - 1) / 2 / (len(quantiles) - 1), 0.0), 1.0)


def zone_shares(page: Page) -> dict[Zone, float]:
    """The share of the text in each zone that the page has, in the order of `Zone`."""
    chars = page.zone_chars.tolist()
    total = sum(chars)
    return {zone: chars[zone] / total for zone in Zone if chars[zone]}


def visible(text: str) -> str:
    r"""`text` on one line, with what a terminal or a reader would obey rather than see made visible.

    >>> visible("a\x1b[31mb\n c\u202ed")
    'a␛[31mb c\\u202ed'
    """
    return _UNSHOWN.sub(_picture, " ".join(text.split()))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return "\ufffd" if 0xD800 <= code < 0xE000 else f"\\u{code:04x}"


def writable(text: str) -> str:
    """`text` without half characters, which no encoding can write; the same offsets."""
    return _SURROGATE.sub("\ufffd", text)


def in_context(page: Page, quote: Quote, width: int) -> tuple[str, str, str]:
    """The line that shows a quote in at most `width` characters: what stands before it, the quote, what stands after."""
    whole = page.part(quote.part)
    said = visible(whole[quote.start : min(quote.end, quote.start + 4 * width)])
    if len(said) > width - 2:
        return "", said[: width - 3] + "…", ""
    room = width - len(said)
    line_start = whole.rfind("\n", 0, quote.start) + 1
    line_end = whole.find("\n", quote.end)
    before = visible(whole[max(line_start, quote.start - 4 * width) : quote.start] + "|")[:-1]
    after = visible("|" + whole[quote.end : (line_end if line_end >= 0 else len(whole))][: 4 * width])[1:]
    left = max(room // 2, room - len(after))
    if len(before) > left:
        before = "…" + before[len(before) - left + 1 :].lstrip()
    right = room - len(before)
    if len(after) > right:
        after = after[: max(right - 1, 0)].rstrip() + "…"
    return before, said, after


def as_json(page: Page, score: PageScore) -> dict[str, Any]:
    """The score and its reasons for programs: numbers as they are, None where there is none; quotes with their offsets."""
    parts = summed(score)
    return {
        "url": writable(page.url), "title": writable(page.title), "language": score.language, "words": score.words,
        "truncated": list(score.truncated), "error": score.error, "trust": _number(score.trust), "p_low": _number(score.p_low),
        "p_high": _number(score.p_high), "likely_range": [_number(bound) for bound in likely_range(score)], "verdict": score.verdict, "evidence": score.evidence,
        "facets": {name: _number(value) for name, value in score.facets.items()},
        "score": _number(score.score), "intercept": _number(score.intercept), "smaller_effects": _number(parts.rest),
        "reasons": [
            {"feature": r.feature, "effect": r.effect, "summary": r.summary, "quotes": [{**q._asdict(), "text": writable(q.text)} for q in r.quotes]}
            for r in parts.reasons
        ],
        "effects": dict(score.effects),
        "zones": {zone.name.lower(): share for zone, share in zone_shares(page).items()},
    }  # fmt: skip


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
