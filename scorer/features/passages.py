"""Where do phrases stand, and how dense are they?

What the families share: rates of lexicon phrases in one part of a page, with the passages themselves as evidence.
Counts come from tables that are made once a page; passages are looked up only when a reason is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from scorer import lexicon
from scorer.feature import UNKNOWN, Measure, Span
from scorer.lexicon import Hits
from scorer.page import Link, Page
from scorer.tokens import Bools, Ints, Tokens, find_words, true_at, word_set
from scorer.voices import spoken
from scorer.zones import Zone

MOST = 8
"""Passages that one feature shows at the most."""
LEAST_WORDS = 150
"""Words over which a rate is taken at the least: one phrase in forty words is not a habit."""
LEAST_PAGE_WORDS = 200


def spans(pairs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """The first `MOST` of these (start, end) pairs of the page's text."""
    for n, (start, end) in enumerate(pairs):
        if n == MOST:
            return
        yield Span("text", start, end)


def block_spans(page: Page, indices: Iterable[int]) -> Iterator[Span]:
    """The first `MOST` of these blocks."""
    starts, ends = page.columns.start, page.columns.end
    return spans((int(starts[i]), int(ends[i])) for i in indices)


def telling_spans(page: Page, indices: Iterable[int]) -> Iterator[Span]:
    """Of these blocks the five of most words (beyond twenty all are alike), in document order: a label says little."""
    words = page.block_words
    best = sorted(indices, key=lambda i: -min(int(words[i]), _ENOUGH_WORDS))[:_MOST_TELLING]
    yield from block_spans(page, sorted(best))


_ENOUGH_WORDS = 20
_MOST_TELLING = 5


def token_spans(tokens: Tokens, first: Ints, last: Ints | None = None) -> Iterator[Span]:
    """The passages from each of these tokens to the `last` that goes with it (itself unless given)."""
    last = first if last is None else last
    return spans((int(tokens.start[a]), int(tokens.end[b])) for a, b in zip(first[:MOST].tolist(), last[:MOST].tolist(), strict=True))


def sentence_spans(page: Page, indices: Ints) -> Iterator[Span]:
    """These sentences of the body."""
    every = page.sentences
    return spans(every[i] for i in indices[:MOST].tolist())


def hits_in(page: Page, zones: tuple[Zone, ...], *lexicons: str) -> list[tuple[int, int]]:
    """Where phrases of these lexicons stand in blocks of these zones; of those that overlap, the first and longest."""
    found: list[tuple[int, int]] = []
    for name in lexicons:
        hits = page.hits.of(name)
        there = page.zones[hits.line]
        inside = np.ones(len(there), np.bool_) if len(zones) == len(Zone) else np.logical_or.reduce([there == zone for zone in zones])
        found += zip(hits.start[inside].tolist(), hits.end[inside].tolist(), strict=True)
    return apart(found) if len(lexicons) > 1 else found


def apart(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """These passages in order, without those that overlap an earlier or longer one: two lexicons may list the same words."""
    found: list[tuple[int, int]] = []
    reach = 0
    for start, end in sorted(pairs, key=lambda pair: (pair[0], -pair[1])):
        if start >= reach:
            found.append((start, end))
            reach = end
    return found


def count_in(page: Page, zones: tuple[Zone, ...], *lexicons: str) -> int:
    """How many phrases of these lexicons stand in blocks of these zones."""
    counts = page.hit_counts
    return sum(int(counts[lexicon.index(name), zone]) for name in lexicons for zone in zones)


def body_rate(page: Page, *lexicons: str, per: int = 1000) -> Measure:
    """Phrases of these lexicons per `per` words of the body; UNKNOWN without a body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(per * count_in(page, (Zone.BODY,), *lexicons) / max(page.body_word_count, LEAST_WORDS), _hit_spans(page, (Zone.BODY,), lexicons))


def own_hits(page: Page, zones: tuple[Zone, ...], name: str) -> list[tuple[int, int]]:
    """Where the page itself, outside quotation marks, says phrases of this lexicon in blocks of these zones."""
    if not count_in(page, zones, name):
        return []
    hits = page.hits.of(name)
    chosen = np.zeros(len(Zone), np.bool_)
    chosen[list(zones)] = True
    found = kept(hits, chosen[page.zones[hits.line]] & ~spoken(page, hits.start, hits.line))
    # A stop parts what it stands between: "they told us. In spring".
    return [(start, end) for start, end in found if ". " not in page.text[start:end]]


def kept(hits: Hits, which: Bools) -> list[tuple[int, int]]:
    """(start, end) of these hits."""
    return list(zip(hits.start[which].tolist(), hits.end[which].tolist(), strict=True))


def rate(page: Page, found: list[tuple[int, int]]) -> Measure:
    """These passages per 1,000 words of the body; UNKNOWN without a body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(1000 * len(found) / max(page.body_word_count, LEAST_WORDS), spans(found))


def own_rate(page: Page, name: str) -> Measure:
    """Phrases of this lexicon that the body says outside quotation marks, per 1,000 words of it; UNKNOWN without a body."""
    return rate(page, own_hits(page, (Zone.BODY,), name)) if page.has_body else UNKNOWN


_EVERYWHERE = tuple(Zone)
OWN_WORDS = (Zone.HEADLINE, Zone.BYLINE, Zone.BODY, Zone.PROMOTION, Zone.CHROME)
"""Zones that speak for the page: not its readers' comments, nor the headlines of other stories and outlets."""


def page_rate(page: Page, *lexicons: str, zones: tuple[Zone, ...] = _EVERYWHERE) -> Measure:
    """Phrases of these lexicons in these zones per 1,000 words of the whole text; UNKNOWN for a page without words."""
    if not page.word_count:
        return UNKNOWN
    return Measure(1000 * count_in(page, zones, *lexicons) / max(page.word_count, LEAST_PAGE_WORDS), _hit_spans(page, zones, lexicons))


def _hit_spans(page: Page, zones: tuple[Zone, ...], lexicons: tuple[str, ...]) -> Iterator[Span]:
    yield from spans(hits_in(page, zones, *lexicons))


def word_share(page: Page, words: str) -> Measure:
    """Share of the body's words that are any of these; UNKNOWN without a body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(page.body_count_of(words) / page.body_word_count, _sentences_with(page, words))


def _sentences_with(page: Page, words: str) -> Iterator[Span]:
    """Up to three of the sentences that hold one of these words, so that the quote can be read."""
    at = find_words(page.body_tokens.hash, word_set(words))
    yield from sentence_spans(page, np.unique(page.sentence_of[at])[:3])


def mark_rate(page: Page, mark: str) -> Measure:
    """A mark of punctuation per 1,000 words of the body, with the sentences it stands in; UNKNOWN without a body."""
    if not page.has_body:
        return UNKNOWN
    at = true_at(page.body_tokens.code == ord(mark))
    if len(at):
        # In code a mark chooses or denies: "online ? 'green' : 'black'".
        tags = page.columns.tag
        at = at[[tags[line] not in _CODE for line in page.body_tokens.line[at].tolist()]]
    return Measure(1000 * len(at) / max(page.body_word_count, LEAST_WORDS), _sentences_of(page, at))


_CODE = frozenset(["pre", "code"])


def _sentences_of(page: Page, at: Ints) -> Iterator[Span]:
    yield from sentence_spans(page, np.unique(page.sentence_of[at]))


def unquoted(page: Page, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of these passages that stand outside of quotation marks: what somebody says is not what the page says.

    Nor do words say anything together that a stop or comma parts ("in the book. Today").
    """
    pairs = [(start, end) for start, end in pairs if ". " not in page.text[start:end] and ", " not in page.text[start:end]]
    if not pairs:
        return []
    starts = np.array([start for start, _ in pairs], np.int64)
    return [pair for pair, said in zip(pairs, spoken(page, starts, page.block_of(starts)).tolist(), strict=True) if not said]


def various(page: Page, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """These passages if two different ones are among them: a phrase that comes back may be a term of its subject."""
    text = page.text
    return found if len({tuple(text[start:end].lower().split()[:2]) for start, end in found}) > 1 else []


def headline_hits(page: Page, *lexicons: str) -> list[tuple[int, int]]:
    """Where phrases of these lexicons stand in the headline: offsets into the headline."""
    found = page.headline_hits
    return apart(pair for name in lexicons for pair in found.of(name).pairs())


def headline_spans(page: Page, pairs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Offsets into the headline as evidence in the part that it stands in."""
    part, at, _ = page.headline_span
    for start, end in pairs:
        yield Span(part, at + start, at + end)


def link_spans(page: Page, links: Sequence[Link]) -> Iterator[Span]:
    """The texts of the first `MOST` of these links."""
    yield from words_in_blocks(page, [(link.text, link.block) for link in links[:MOST]])


def words_in_blocks(page: Page, words: Iterable[tuple[str, int]]) -> Iterator[Span]:
    """The first `MOST` of these words where they stand in the block that goes with them, in whatever case."""
    for n, (text, block) in enumerate(words):
        if n == MOST:
            return
        whole = page.block_text(block)
        at = whole.find(text) if text else -1
        if at < 0 and text:
            at = whole.lower().find(text.lower())
        if 0 <= at <= len(whole) - len(text):
            start = int(page.columns.start[block]) + at
            yield Span("text", start, start + len(text))
