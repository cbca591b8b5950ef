"""Is there something in it, said once?"""

from __future__ import annotations

import re

import numpy as np

from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import block_spans, page_rate, token_spans, word_rate
from scorer.page import Page
from scorer.stopwords import stopword_set
from scorer.tokens import COMMA, STOP, WORD, WordSet, chain, find_words, is_one_of, true_at
from scorer.zones import Zone

_QUESTION_HEADING = re.compile(r"^(?:(?:q:|faq)|(?:\d+[.)] )?(?:what|how|why|when|where|who|which|can|is|are|do|does|should|will)\b.*\?$)", re.IGNORECASE)
_CLOSING_HEADING = re.compile(r"^(?:in )?(?:conclusions?|final (?:thoughts|words|verdict)|the bottom line|bottom line|wrapping up|faqs?|frequently asked questions|to sum up|summary|key takeaways|fazit)\W*(?:$|:)", re.IGNORECASE)
_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|read more|continue reading|weiterlesen)\W*$", re.IGNORECASE)
_LONGER_WORD = re.compile(r"[A-Za-z]{4,}")
_NUMBERED_HEADING = re.compile(r"(?:#|step )?\d{1,3}\b[.):]?", re.IGNORECASE)
# Two bytes of UTF-8 read as two letters of a Western charset: "Ã©", "Â»", "â€œ". Capitals of Portuguese ("SÃO") are no such pair.
_GARBLED = re.compile("\ufffd|â€|[ÃÂ][\u0080-\u00bf€ƒ„…†‡ˆ‰Š‹ŒŽ™š›œž]")


@feature(trust=Trust.FREE, facets=("farm", "aggregation", "clickbait", "promotion", "unrelated"))
def body_word_count(page: Page) -> Measure:
    """Words in the body (logarithm)."""
    return Measure(float(np.log1p(page.body_word_count)))


@feature(trust=Trust.FREE, facets=("farm",))
def sentence_length_variation(page: Page) -> Measure:
    """How much sentence lengths vary: standard deviation over mean. Machines write evenly."""
    if page.sentence_count < 6:
        return UNKNOWN
    values = np.bincount(page.sentence_of).astype(float)
    return Measure(float(values.std() / values.mean()))


@feature(trust=Trust.FREE, facets=("farm", "clickbait"))
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


@feature(trust=Trust.FREE, facets=("farm",))
def distinct_word_share(page: Page) -> Measure:
    """Different words among the first 400 of the body."""
    if page.body_word_count < 100:
        return UNKNOWN
    first = page.body_hashes[:400]
    return Measure(len(np.unique(first)) / len(first) * (len(first) / 400) ** 0.25)


@feature(trust=Trust.FALLS, facets=("farm",))
def repeated_phrase_share(page: Page) -> Measure:
    """Share of the body's runs of four words that stand there more than once (Gopher's repetition rule, as a share)."""
    words = page.body_hashes
    if len(words) < 60:
        return UNKNOWN
    runs = chain(chain(chain(words[:-3], words[1:-2]), words[2:-1]), words[3:])
    _, first, counts = np.unique(runs, return_index=True, return_counts=True)
    again = np.sort(first[counts > 1])
    return Measure(int(counts[counts > 1].sum()) / len(runs), token_spans(page.tokens, page.body_at[again], page.body_at[again + 3]))


@feature(trust=Trust.FALLS, facets=("farm",))
def repeated_line_share(page: Page) -> Measure:
    """Share of the body's blocks that stand on the page more than once."""
    if not page.has_body:
        return UNKNOWN
    again = true_at((page.zones == Zone.BODY) & (page.block_repeats > 1)).tolist()
    return Measure(len(again) / len(page.body_blocks), block_spans(page, again))


@feature(trust=Trust.FALLS, facets=("farm", "promotion"))
def top_word_share(page: Page) -> Measure:
    """Share of the body's content words that are the one most used: keyword stuffing."""
    at = page.body_at[page.is_content[page.body_at]]
    if page.body_word_count < 80 or len(at) < 30:
        return UNKNOWN
    hashes = page.tokens.hash[at]
    known, counts = np.unique(hashes, return_counts=True)
    most = int(counts.argmax())
    return Measure(float(counts[most]) / len(at), token_spans(page.tokens, at[hashes == known[most]]))


@feature(trust=Trust.FREE, facets=("farm", "promotion"))
def headline_word_repeat_rate(page: Page) -> Measure:
    """How often the headline's content words come back per 100 words of the body."""
    tokens = page.headline_tokens
    words = np.unique(tokens.hash[(tokens.kind == WORD) & (tokens.end - tokens.start > 3) & ~is_one_of(tokens.hash, stopword_set())])
    if page.body_word_count < 80 or not len(words):
        return UNKNOWN
    again = find_words(page.body_hashes, WordSet.of(words))
    return Measure(100 * len(again) / page.body_word_count / len(words), token_spans(page.tokens, page.body_at[again]))


@feature(trust=Trust.FREE, facets=("farm",))
def heading_rate(page: Page) -> Measure:
    """Headings inside the body per 1,000 words."""
    if not page.has_body:
        return UNKNOWN
    return Measure(1000 * len(page.body_headings) / max(page.body_word_count, 150), block_spans(page, page.body_headings))


@feature(trust=Trust.FALLS, facets=("farm",))
def question_heading_count(page: Page) -> Measure:
    """Headings of the body that are questions, as search-made pages list them."""
    if not page.has_body:
        return UNKNOWN
    found = [i for i in page.body_headings if _QUESTION_HEADING.match(page.block_text(i))]
    return Measure(float(min(len(found), 10)), block_spans(page, found))


@feature(trust=Trust.FALLS, facets=("farm",))
def formula_heading_count(page: Page) -> Measure:
    """Headings such as "Conclusion", "Final thoughts", "FAQ"."""
    if not page.has_body:
        return UNKNOWN
    found = [i for i in page.body_headings if _CLOSING_HEADING.match(page.block_text(i))]
    return Measure(float(min(len(found), 4)), block_spans(page, found))


@feature(trust=Trust.FALLS, facets=("farm", "promotion"))
def keyword_heading_share(page: Page) -> Measure:
    """Share of the body's headings that repeat a content word of the headline."""
    headings = page.body_headings
    tokens = page.headline_tokens
    words = tokens.stem[(tokens.kind == WORD) & (tokens.end - tokens.start > 3) & ~is_one_of(tokens.hash, stopword_set())]
    if len(headings) < 3 or not len(words):
        return UNKNOWN
    holding = set(page.tokens.line[find_words(page.tokens.stem, WordSet.of(words))].tolist())
    found = [i for i in headings if i in holding]
    return Measure(len(found) / len(headings), block_spans(page, found))


@feature(trust=Trust.FALLS, facets=("farm", "aggregation"))
def glued_sentence_rate(page: Page) -> Measure:
    """Sentences run together without a space ("Russia.However") per 1,000 words: text pasted by machines."""
    if not page.has_body:
        return UNKNOWN
    tokens = page.body_tokens
    if len(tokens.hash) < 3:
        return Measure(0.0)
    start, end, kind = tokens.start, tokens.end, tokens.kind
    # A word of three letters or more, a mark, a capitalised word, and no space between: "U.S.Army" is spelled, not glued.
    found = true_at(((tokens.flags & (STOP | COMMA)) > 0)[1:-1] & (start[1:-1] == end[:-2]) & (end[1:-1] == start[2:])) + 1
    found = found[(kind[found - 1] == WORD) & (end[found - 1] - start[found - 1] >= 3) & tokens.capital[found + 1] & (end[found + 1] - start[found + 1] > 1)]
    # Nor are abbreviations and codes: small letters end the one and go on in the other.
    text = page.text
    around = zip((end[found - 1] - 1).tolist(), (start[found + 1] + 1).tolist(), strict=True)
    found = found[[text[last].islower() and text[second].islower() for last, second in around]] if len(found) else found
    return Measure(1000 * len(found) / max(page.body_word_count, 150), token_spans(tokens, found - 1, found + 1))


@feature(trust=Trust.FREE, facets=("aggregation", "unrelated"))
def cut_off_body(page: Page) -> Measure:
    """Whether the body ends in dots or "read more": only a taste is shown."""
    if not page.body_blocks:
        return UNKNOWN
    last = page.body_blocks[-3:]
    found = [i for i in last if _CUT.search(page.block_text(i))]
    return Measure(float(bool(found)), block_spans(page, found))


@feature(trust=Trust.FALLS, facets=("farm",))
def garbled_share(page: Page) -> Measure:
    """Characters that a wrong decoding left, per 1,000."""
    if not page.text:
        return UNKNOWN
    found = 0 if page.text.isascii() else len(_GARBLED.findall(page.text))
    return Measure(min(1000 * found / len(page.text), 100.0))


@feature(trust=Trust.FREE, facets=("farm",))
def image_rate(page: Page) -> Measure:
    """Images inside the body per 1,000 words."""
    if page.markup is None or not page.has_body:
        return UNKNOWN
    first, last = page.body_blocks[0], page.body_blocks[-1]
    found = sum(1 for at in page.markup.images if first <= at <= last + 1)
    return Measure(1000 * found / max(page.body_word_count, 150))


@feature(trust=Trust.FREE, facets=("farm",))
def empty_page_marks(page: Page) -> Measure:
    """Wording of pages with nothing to judge: errors, log-in walls, parked domains; per 1,000 words."""
    return page_rate(page, "ui_junk")


@feature(trust=Trust.FREE, facets=("farm",))
def how_to_rate(page: Page) -> Measure:
    """Comparisons and advice ("should", "can help", "best way") per 1,000 words of the body."""
    return word_rate(page, "should can help helps best benefits important ensure choose tips")


@feature(trust=Trust.FALLS, facets=("farm", "promotion"))
def title_case_heading_share(page: Page) -> Measure:
    """Share of the body's headings in Title Case, as pages written for search have them."""
    found = [i for i in page.body_headings if page.block_text(i).count(" ") >= 2]
    if len(found) < 2:
        return UNKNOWN
    titled = [i for i in found if all(word[0].isupper() for word in _LONGER_WORD.findall(page.block_text(i)))]
    return Measure(len(titled) / len(found), block_spans(page, titled))


@feature(trust=Trust.FREE, facets=("farm", "clickbait"))
def numbered_heading_share(page: Page) -> Measure:
    """Share of the body's headings that are numbered."""
    headings = page.body_headings
    if len(headings) < 2:
        return UNKNOWN
    found = [i for i in headings if _NUMBERED_HEADING.match(page.block_text(i))]
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
