"""Is there something in it, said once?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from scorer.feature import UNKNOWN, Measure, Span, Trust, feature
from scorer.features.passages import LEAST_WORDS, block_spans, page_rate, sentence_spans, telling_spans, token_spans
from scorer.page import Page
from scorer.stopwords import stopword_set
from scorer.tokens import COMMA, STOP, WORD, Hashes, Ints, WordSet, chain, find_words, is_one_of, true_at, word_set
from scorer.zones import Zone

_QUESTION_HEADING = re.compile(r"^(?:(?:q:|faq)|(?:\d+[.)] )?(?:what|how|why|when|where|who|which|can|is|are|do|does|should|will)\b.*\?$)", re.IGNORECASE)
_CLOSING_HEADING = re.compile(r"^(?:in )?(?:conclusions?|final (?:thoughts|words|verdict)|the bottom line|bottom line|wrapping up|faqs?|frequently asked questions|to sum up|summary|key takeaways|fazit)\W*(?:$|:)", re.IGNORECASE)
_LONGER_WORD = re.compile(r"[A-Za-z]{4,}")
_NUMBERED_HEADING = re.compile(r"(?:#\s?|step |tip |day |part |rule |no\.? ?)\d{1,3}\b|\d{1,2}\s?[.):](?![\d])\s*\w", re.IGNORECASE)
_CONTRACTIONS = "it's that's i'm you're we're they're don't didn't doesn't can't won't isn't wasn't aren't there's here's what's let's he's she's i've you've we've they've i'll you'll we'll i'd you'd couldn't wouldn't"
_OPENERS = "however meanwhile although though despite according nevertheless moreover furthermore therefore thus hence whether after before given thanks yes maybe perhaps please never always sometimes every many most some several people"
"""Words that often begin a sentence, beside function words."""
_NO_OPENERS = "com con sin net org do once"
"""Common words of some language that ends of addresses and names in code look like."""
_ADVICE = "should can help helps best benefits important ensure choose tips"
_LEAST_EMPTY_WORDS = 150
"""A page of so many words or more is no empty one, whatever a hidden form says."""
# Two bytes of UTF-8 read as two letters of a Western charset: "Ã©", "Â»", "â€œ". Capitals of Portuguese ("SÃO") are no such pair.
_GARBLED = re.compile("\ufffd|â€|[ÃÂ][\u0080-\u00bf€ƒ„…†‡ˆ‰Š‹ŒŽ™š›œž]")
_GARBLED_FIRST = ("\ufffd", "â€", "Ã", "Â")


@feature(trust=Trust.FREE, facets=("farm", "aggregation", "clickbait", "promotion", "unrelated"))
def body_word_count(page: Page) -> Measure:
    """Words in the body, as a logarithm (4.6 is a hundred, 6.9 a thousand)."""
    return Measure(float(np.log1p(page.body_word_count)))


@feature(trust=Trust.FREE, facets=("farm",))
def sentence_length_variation(page: Page) -> Measure:
    """How much sentence lengths vary: standard deviation over mean. Machines write evenly."""
    if page.sentence_count < 6:
        return UNKNOWN
    values = np.bincount(page.sentence_of).astype(float)
    return Measure(float(values.std() / values.mean()))


@feature(trust=Trust.FREE, facets=("farm", "clickbait", "aggregation"))
def paragraph_length(page: Page) -> Measure:
    """Words per block of the body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(page.body_word_count / len(page.body_blocks))


@feature(trust=Trust.FREE, facets=("farm", "clickbait"))
def word_length(page: Page) -> Measure:
    """Letters per word of the body."""
    if not page.has_body:
        return UNKNOWN
    tokens, at = page.tokens, page.body_at
    return Measure(float((tokens.end[at] - tokens.start[at]).mean()))


@feature(trust=Trust.FREE, facets=("farm", "aggregation"))
def distinct_word_share(page: Page) -> Measure:
    """Different words among the first 400 of the body."""
    if page.body_word_count < 100:
        return UNKNOWN
    first = page.body_hashes[:400]
    return Measure(len(np.unique(first)) / len(first) * (len(first) / 400) ** 0.25)


@feature(trust=Trust.FALLS, facets=("farm",))
def repeated_phrase_share(page: Page) -> Measure:
    """Share of the body's runs of four words that stand there more than once.

    Gopher's repetition rule, as a share.
    """
    words = page.body_hashes
    if len(words) < 60:
        return UNKNOWN
    runs = chain(chain(chain(words[:-3], words[1:-2]), words[2:-1]), words[3:])
    _, first, counts = np.unique(runs, return_index=True, return_counts=True)
    again = np.sort(first[counts > 1])
    return Measure(int(counts[counts > 1].sum()) / len(runs), _longest_repeated(page, again, runs))


def _longest_repeated(page: Page, again: Ints, runs: Hashes) -> Iterator[Span]:
    """The five longest passages that the repeated runs beginning at these words of the body join to, each once."""
    at, line = page.body_at, page.tokens.line
    again = again[line[at[again]] == line[at[again + 3]]]
    if not len(again):
        return
    parted = true_at((again[1:] - again[:-1] != 1) | (line[at[again[1:]]] != line[at[again[:-1]]]))
    first, last = again[np.append(0, parted + 1)], again[np.append(parted, len(again) - 1)]
    _, once = np.unique(runs[first], return_index=True)
    best = once[np.argsort(first[once] - last[once], kind="stable")][:5]
    best.sort()
    yield from token_spans(page.tokens, at[first[best]], at[last[best] + 3])


@feature(trust=Trust.FALLS, facets=("farm", "aggregation"))
def repeated_line_share(page: Page) -> Measure:
    """Share of the body's blocks that stand on the page more than once."""
    if not page.has_body:
        return UNKNOWN
    again = true_at((page.zones == Zone.BODY) & (page.block_repeats > 1)).tolist()
    return Measure(len(again) / len(page.body_blocks), telling_spans(page, again))


@feature(trust=Trust.FALLS, version=2, facets=("farm", "promotion"))
def top_word_share(page: Page) -> Measure:
    """Share of the commonest among the body's words of substance, which keyword stuffing raises."""
    at = page.body_at[page.is_content[page.body_at]]
    if page.body_word_count < 80 or len(at) < 30:
        return UNKNOWN
    hashes = page.tokens.hash[at]
    known, counts = np.unique(hashes, return_counts=True)
    counts[find_words(known, word_set(_CONTRACTIONS))] = 0
    most = int(counts.argmax())
    return Measure(float(counts[most]) / len(at), token_spans(page.tokens, at[hashes == known[most]]))


@feature(trust=Trust.FREE, facets=("farm", "promotion"))
def headline_word_repeat_rate(page: Page) -> Measure:
    """How often each of the headline's words of substance comes back per 100 words of the body."""
    tokens = page.headline_tokens
    words = np.unique(tokens.hash[(tokens.kind == WORD) & (tokens.end - tokens.start > 3) & ~is_one_of(tokens.hash, stopword_set())])
    if page.body_word_count < 80 or not len(words):
        return UNKNOWN
    again = find_words(page.body_hashes, WordSet.of(words))
    return Measure(100 * len(again) / page.body_word_count / len(words), token_spans(page.tokens, page.body_at[again]))


@feature(trust=Trust.FREE, version=3, facets=("farm", "aggregation"))
def heading_rate(page: Page) -> Measure:
    """Headings inside the body per 1,000 words."""
    if not page.has_body:
        return UNKNOWN
    return Measure(1000 * len(page.body_headings) / max(page.body_word_count, 150), block_spans(page, page.body_headings))


@feature(trust=Trust.FALLS, version=2, facets=("farm",))
def question_heading_count(page: Page) -> Measure:
    """Headings of the body that are questions, or announce some ("FAQ")."""
    if not page.has_body:
        return UNKNOWN
    found = [i for i in page.body_headings if _QUESTION_HEADING.match(page.block_text(i))]
    return Measure(float(min(len(found), 10)), block_spans(page, found))


@feature(trust=Trust.FALLS, version=2, facets=("farm",))
def formula_heading_count(page: Page) -> Measure:
    """Headings such as "Conclusion", "Final thoughts", "FAQ"."""
    if not page.has_body:
        return UNKNOWN
    found = [i for i in page.body_headings if _CLOSING_HEADING.match(page.block_text(i))]
    return Measure(float(min(len(found), 4)), block_spans(page, found))


@feature(trust=Trust.FALLS, version=2, facets=("farm", "promotion"))
def keyword_heading_share(page: Page) -> Measure:
    """Share of the body's headings that repeat a content word of the headline."""
    headline = page.headline.lower()
    headings = [i for i in page.body_headings if page.block_text(i).lower() != headline]
    tokens = page.headline_tokens
    words = tokens.stem[(tokens.kind == WORD) & (tokens.end - tokens.start > 3) & ~is_one_of(tokens.hash, stopword_set())]
    if len(headings) < 3 or not len(words):
        return UNKNOWN
    holding = set(page.tokens.line[find_words(page.tokens.stem, WordSet.of(words))].tolist())
    found = [i for i in headings if i in holding]
    return Measure(len(found) / len(headings), block_spans(page, found))


@feature(trust=Trust.FALLS, version=2, facets=("farm", "aggregation"))
def glued_sentence_rate(page: Page) -> Measure:
    """Sentences run together without a space ("Russia.However") per 1,000 words: text pasted by machines."""
    if not page.has_body:
        return UNKNOWN
    tokens = page.body_tokens
    if len(tokens.hash) < 5:
        return Measure(0.0)
    start, end, kind = tokens.start, tokens.end, tokens.kind
    # A word of three letters or more, a stop, a capitalised word, and no space between: "U.S.Army" is spelled, not glued.
    found = true_at(((tokens.flags & STOP) > 0)[2:-2] & (start[2:-2] == end[1:-3]) & (end[2:-2] == start[3:-1])) + 2
    left, right = found - 1, found + 1
    glued = (kind[left] == WORD) & (end[left] - start[left] >= 3) & tokens.capital[right] & (end[right] - start[right] > 1)
    found, left, right = found[glued], left[glued], right[glued]
    if not len(found):
        return Measure(0.0)
    # In code ("icu.Collator.create(x)", "logging.Handler class") no sentence begins: there, words do that open one.
    glued = (start[left] > end[left - 1]) & ((start[found + 2] > end[right]) | ((tokens.flags[found + 2] & COMMA) > 0))
    glued &= is_one_of(tokens.hash[right], word_set(_OPENERS)) | is_one_of(tokens.hash[right], stopword_set()) | is_one_of(tokens.hash[right], word_set(_CONTRACTIONS))
    glued &= ~is_one_of(tokens.hash[right], word_set(_NO_OPENERS)) & (tokens.code[found] != ord("…"))
    found = found[glued]
    # Nor are abbreviations and codes: small letters end the one and go on in the other.
    text = page.text
    around = zip((end[found - 1] - 1).tolist(), (start[found + 1] + 1).tolist(), strict=True)
    found = found[[text[last].islower() and text[second].islower() for last, second in around]] if len(found) else found
    return Measure(1000 * len(found) / max(page.body_word_count, 150), token_spans(tokens, found - 1, found + 1))


@feature(trust=Trust.FALLS, facets=("farm",))
def garbled_share(page: Page) -> Measure:
    """Characters that a wrong decoding left, per 1,000."""
    if not page.text:
        return UNKNOWN
    # Most pages have none of the characters that garbled text begins with: to look for these is far cheaper.
    text = page.text
    found = 0 if text.isascii() or not any(first in text for first in _GARBLED_FIRST) else len(_GARBLED.findall(text))
    return Measure(min(1000 * found / len(text), 100.0))


@feature(trust=Trust.FREE, version=2, facets=("farm", "aggregation"))
def image_rate(page: Page) -> Measure:
    """Images inside the body per 1,000 words."""
    if page.markup is None or not page.has_body:
        return UNKNOWN
    first, last = page.body_blocks[0], page.body_blocks[-1]
    # Next to a paragraph of the body: faces beside comments and pictures of other stories stand between them too.
    near = np.append(page.zones == Zone.BODY, False)
    found = sum(1 for at in page.markup.images if first <= at <= last + 1 and (near[at] or near[at - 1]))
    return Measure(1000 * found / max(page.body_word_count, 150))


@feature(trust=Trust.FREE, version=2, facets=("farm",))
def empty_page_marks(page: Page) -> Measure:
    """Wording of pages with nothing to judge: errors, log-in walls, parked domains; per 1,000 words of a short page.

    A page with a story on it is none, whatever its hidden forms would say.
    """
    if page.word_count >= _LEAST_EMPTY_WORDS:
        return Measure(0.0)
    return page_rate(page, "ui_junk", zones=(Zone.HEADLINE, Zone.BODY)) if page.has_body else page_rate(page, "ui_junk")


@feature(trust=Trust.FREE, facets=("farm",))
def how_to_rate(page: Page) -> Measure:
    """Words of advice such as "can", "should", "help", "best", "important" per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(1000 * page.body_count_of(_ADVICE) / max(page.body_word_count, LEAST_WORDS), _advising(page))


def _advising(page: Page) -> Iterator[Span]:
    """The three sentences with most of these words."""
    counts = np.bincount(page.sentence_of[find_words(page.body_tokens.hash, word_set(_ADVICE))])
    best = np.argsort(-counts, kind="stable")[:3]
    yield from sentence_spans(page, np.sort(best[counts[best] > 0]))


@feature(trust=Trust.FALLS, version=2, facets=("farm", "promotion"))
def title_case_heading_share(page: Page) -> Measure:
    """Share of the body's headings in Title Case, Which Capitalises Every Longer Word."""
    found = [i for i in page.body_headings if page.block_text(i).count(" ") >= 2]
    if len(found) < 2:
        return UNKNOWN
    titled = [i for i in found if _in_title_case(page.block_text(i))]
    return Measure(len(titled) / len(found), block_spans(page, titled))


def _in_title_case(heading: str) -> bool:
    words = _LONGER_WORD.findall(heading)
    return len(words) > 1 and not heading.isupper() and all(word[0].isupper() for word in words)


@feature(trust=Trust.FREE, version=2, facets=("farm", "clickbait"))
def numbered_heading_share(page: Page) -> Measure:
    """Share of the body's headings that are numbered ("1. ...", "Step 2"), where two are."""
    headings = page.body_headings
    if len(headings) < 2:
        return UNKNOWN
    found = [i for i in headings if _NUMBERED_HEADING.match(page.block_text(i))]
    found = found if len(found) > 1 else []
    return Measure(len(found) / len(headings), block_spans(page, found))


@feature(trust=Trust.FREE, facets=("unrelated", "promotion"))
def prose_share(page: Page) -> Measure:
    """Share of the whole text that stands in blocks of two sentences or more."""
    if not page.text:
        return UNKNOWN
    _, first = np.unique(page.sentence_of, return_index=True)
    sentences = np.bincount(page.body_tokens.line[first], minlength=len(page.zones))
    return Measure(float(page.block_chars[sentences >= 2].sum()) / len(page.text))


@feature(trust=Trust.FREE, facets=("farm",))
def paragraph_length_variation(page: Page) -> Measure:
    """How much the body's paragraphs differ in length: standard deviation over mean."""
    chars = page.block_chars[page.body_blocks]
    chars = chars[chars > 80]
    return Measure(float(chars.std() / chars.mean())) if len(chars) >= 5 else UNKNOWN


@feature(trust=Trust.FALLS, facets=("farm", "promotion"))
def faq_schema(page: Page) -> Measure:
    """Whether structured data declares questions and answers for search engines."""
    return UNKNOWN if page.markup is None else Measure(float("FAQPage" in page.metadata.schema_types))
