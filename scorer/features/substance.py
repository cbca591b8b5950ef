"""Is there something in it, said once?"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from scorer.blocks import DIGIT, UPPER
from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import block_spans, body_matches, body_rate, page_rate, spans
from scorer.page import Page
from scorer.stopwords import STOPWORDS
from scorer.zones import Zone

_GLUED = re.compile(r"[.!?,][A-Z\"“](?=[A-Za-z])")
_LIST_MARK = re.compile(r"^(?:[-•*–·]|\d{1,2}[.)])\s?\w")
_QUESTION_HEADING = re.compile(r"^(?:(?:q:|faq)|(?:\d+[.)] )?(?:what|how|why|when|where|who|which|can|is|are|do|does|should|will)\b.*\?$)", re.IGNORECASE)
_CLOSING_HEADING = re.compile(r"^(?:in )?(?:conclusions?|final (?:thoughts|words|verdict)|the bottom line|bottom line|wrapping up|faqs?|frequently asked questions|to sum up|summary|key takeaways|fazit)\W*(?:$|:)", re.IGNORECASE)
_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|read more|continue reading|weiterlesen)\W*$", re.IGNORECASE)
_LONGER_WORD = re.compile(r"[A-Za-z]{4,}")
_NUMBERED_HEADING = re.compile(r"(?:#|step )?\d{1,3}\b[.):]?", re.IGNORECASE)
_CODE_LINE = re.compile(
    r"\$ |>>> |sudo |#include|import \w+$|def \w+\(|function \w*\(|public |SELECT |<\?php|npm |pip |git |curl |\w{1,40}\([^()]{0,200}\);?$|\{$|\}\)?;?$|//|var \w|const \w|let \w"
)
_GARBLED = re.compile("Ã[\u0080-\u00bf©¨¤¶¼]|â€|Â[\u0080-\u00bf]")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2705]")


@feature(trust=Trust.FREE, facets=("farm", "aggregation", "clickbait", "promotion", "unrelated"))
def body_word_count(page: Page) -> Measure:
    """Words in the body (logarithm)."""
    return Measure(float(np.log1p(len(page.body_words))))


@feature(trust=Trust.FREE, facets=("farm",))
def sentence_length(page: Page) -> Measure:
    """Words per sentence of the body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(len(page.body_words) / max(len(page.sentences), 1))


@feature(trust=Trust.FREE, facets=("farm",))
def sentence_length_variation(page: Page) -> Measure:
    """How much sentence lengths vary: standard deviation over mean. Machines write evenly."""
    lengths = [end - start for start, end in page.sentences]
    if len(lengths) < 6:
        return UNKNOWN
    values = np.array(lengths, float)
    return Measure(float(values.std() / values.mean()))


@feature(trust=Trust.FREE, facets=("farm", "clickbait"))
def paragraph_length(page: Page) -> Measure:
    """Words per block of the body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(len(page.body_words) / len(page.body_blocks))


@feature(trust=Trust.FREE, facets=("farm", "clickbait"))
def word_length(page: Page) -> Measure:
    """Letters per word of the body."""
    if not page.has_body:
        return UNKNOWN
    return Measure(sum(map(len, page.body_words)) / len(page.body_words))


@feature(trust=Trust.FREE, facets=("farm",))
def distinct_word_share(page: Page) -> Measure:
    """Different words among the first 400 of the body."""
    if len(page.body_words) < 100:
        return UNKNOWN
    first = page.body_words[:400]
    return Measure(len(set(first)) / len(first) * (len(first) / 400) ** 0.25)


@feature(trust=Trust.FALLS, facets=("farm",))
def repeated_phrase_share(page: Page) -> Measure:
    """Share of the body's runs of four words that stand there more than once (Gopher's repetition rule, as a share)."""
    words = page.body_words
    if len(words) < 60:
        return UNKNOWN
    runs = Counter(zip(words, words[1:], words[2:], words[3:], strict=False))
    return Measure(sum(n for n in runs.values() if n > 1) / (len(words) - 3))


@feature(trust=Trust.FALLS, facets=("farm",))
def repeated_line_share(page: Page) -> Measure:
    """Share of the body's blocks that stand on the page more than once."""
    if not page.has_body:
        return UNKNOWN
    again = [i for i in page.body_blocks if page.block_repeats[i] > 1]
    return Measure(len(again) / len(page.body_blocks), block_spans(page, again))


@feature(trust=Trust.FALLS, facets=("farm", "promotion"))
def top_word_share(page: Page) -> Measure:
    """Share of the body's content words that are the one most used: keyword stuffing."""
    if len(page.body_words) < 80:
        return UNKNOWN
    content = [(n, word) for word, n in page.body_counts.items() if len(word) > 3 and word not in STOPWORDS]
    total = sum(n for n, _ in content)
    if total < 30:
        return UNKNOWN
    most, word = max(content)
    return Measure(most / total, spans(body_matches(page, re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE))))


@feature(trust=Trust.FREE, facets=("farm", "promotion"))
def headline_word_repeat_rate(page: Page) -> Measure:
    """How often the headline's content words come back per 100 words of the body."""
    if len(page.body_words) < 80:
        return UNKNOWN
    words = {w for w in page.headline_words if len(w) > 3 and w not in STOPWORDS}
    return Measure(100 * sum(page.body_counts[w] for w in words) / len(page.body_words) / max(len(words), 1)) if words else UNKNOWN


@feature(trust=Trust.FREE, facets=("farm",))
def heading_rate(page: Page) -> Measure:
    """Headings inside the body per 1,000 words."""
    if not page.has_body:
        return UNKNOWN
    return Measure(1000 * len(page.body_headings) / max(len(page.body_words), 150), block_spans(page, page.body_headings))


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
    words = {w[:6] for w in page.headline_words if len(w) > 3 and w not in STOPWORDS}
    if len(headings) < 3 or not words:
        return UNKNOWN
    found = [i for i in headings if words & {w[:6] for w in page.block_folded(i).split()}]
    return Measure(len(found) / len(headings), block_spans(page, found))


@feature(trust=Trust.FREE, facets=("farm",))
def list_item_share(page: Page) -> Measure:
    """Share of the body's blocks that are list items."""
    if not page.has_body:
        return UNKNOWN
    tags = page.columns.tag
    found = [i for i in page.body_blocks if tags[i] in ("li", "dd", "dt") or _LIST_MARK.match(page.block_text(i))]
    return Measure(len(found) / len(page.body_blocks), block_spans(page, found))


@feature(trust=Trust.FALLS, facets=("farm", "aggregation"))
def glued_sentence_rate(page: Page) -> Measure:
    """Sentences run together without a space ("Russia.However") per 1,000 words: text pasted by machines."""
    if not page.has_body:
        return UNKNOWN
    text = page.text
    # Three small letters before the mark: "U.S.Army" and "example.Com" are spelled, not glued.
    found = [(s - 3, e + 1) for s, e in body_matches(page, _GLUED) if text[s - 3 : s].islower() and text[s - 3 : s].isalpha() and (text[s + 1].isalpha() or text[s] == ",")]
    return Measure(1000 * len(found) / max(len(page.body_words), 150), spans(found))


@feature(trust=Trust.FREE, facets=("aggregation", "unrelated"))
def cut_off_body(page: Page) -> Measure:
    """Whether the body ends in dots or "read more": only a taste is shown."""
    if not page.body_blocks:
        return UNKNOWN
    last = page.body_blocks[-3:]
    found = [i for i in last if _CUT.search(page.block_text(i))]
    return Measure(float(bool(found)), block_spans(page, found))


@feature(trust=Trust.FREE, facets=("promotion",))
def emoji_rate(page: Page) -> Measure:
    """Pictographs per 1,000 words of the text."""
    if not page.words:
        return UNKNOWN
    found = [] if page.text.isascii() else [m.span() for m in _EMOJI.finditer(page.text)]
    return Measure(1000 * len(found) / max(len(page.words), 200), spans(found))


@feature(trust=Trust.FALLS, facets=("farm",))
def garbled_share(page: Page) -> Measure:
    """Characters that a wrong decoding left, per 1,000."""
    if not page.text:
        return UNKNOWN
    found = 0 if page.text.isascii() else page.text.count("\ufffd") + len(_GARBLED.findall(page.text))
    return Measure(min(1000 * found / len(page.text), 100.0))


@feature(trust=Trust.FREE, facets=("farm", "promotion"))
def capital_share(page: Page) -> Measure:
    """Share of the body's characters that are capitals."""
    return _class_share(page, UPPER)


@feature(trust=Trust.FREE, facets=("farm",))
def digit_share(page: Page) -> Measure:
    """Share of the body's characters that are digits."""
    return _class_share(page, DIGIT)


def _class_share(page: Page, kind: int) -> Measure:
    if not page.has_body:
        return UNKNOWN
    return Measure(float(page.block_classes[kind][page.body_blocks].sum()) / max(int(page.zone_chars[Zone.BODY]), 1))


@feature(trust=Trust.FREE, facets=("farm",))
def image_rate(page: Page) -> Measure:
    """Images inside the body per 1,000 words."""
    if page.markup is None or not page.has_body:
        return UNKNOWN
    first, last = page.body_blocks[0], page.body_blocks[-1]
    found = sum(1 for at in page.markup.images if first <= at <= last + 1)
    return Measure(1000 * found / max(len(page.body_words), 150))


@feature(trust=Trust.FREE, facets=("farm",))
def code_block_count(page: Page) -> Measure:
    """Blocks of code."""
    return UNKNOWN if page.markup is None else Measure(float(min(page.markup.code_blocks, 30)))


@feature(trust=Trust.FREE, facets=("farm",))
def table_count(page: Page) -> Measure:
    """Tables."""
    return UNKNOWN if page.markup is None else Measure(float(min(page.markup.tables, 20)))


@feature(trust=Trust.FREE, facets=("clickbait",))
def video_count(page: Page) -> Measure:
    """Videos and players."""
    return UNKNOWN if page.markup is None else Measure(float(min(page.markup.videos, 10)))


@feature(trust=Trust.FREE, facets=("farm",))
def empty_page_marks(page: Page) -> Measure:
    """Wording of pages with nothing to judge: errors, log-in walls, parked domains; per 1,000 words."""
    return page_rate(page, "ui_junk")


@feature(trust=Trust.FREE, facets=("farm",))
def long_paragraph_share(page: Page) -> Measure:
    """Share of the body's characters that stand in blocks of 600 characters and more."""
    if not page.has_body:
        return UNKNOWN
    chars = (page.columns.end - page.columns.start)[page.body_blocks]
    return Measure(float(chars[chars >= 600].sum()) / max(float(chars.sum()), 1.0))


@feature(trust=Trust.FREE, facets=("farm",))
def name_rate(page: Page) -> Measure:
    """Names (capitalised words within sentences) per 100 words of the body: particulars."""
    if not page.has_body:
        return UNKNOWN
    found = sum(1 for _ in re.finditer(r"(?<=[a-z,] )[A-Z][a-z]+", page.body))
    return Measure(100 * found / len(page.body_words))


@feature(trust=Trust.FREE, facets=("farm",))
def how_to_rate(page: Page) -> Measure:
    """Comparisons and advice ("should", "can help", "best way") per 1,000 words of the body."""
    if not page.has_body:
        return UNKNOWN
    counts = page.body_counts
    total = sum(counts[w] for w in ("should", "can", "help", "helps", "best", "benefits", "important", "ensure", "choose", "tips"))
    return Measure(1000 * total / max(len(page.body_words), 150))


@feature(trust=Trust.RISES, facets=("farm",))
def past_particulars_rate(page: Page) -> Measure:
    """Clock times, ages, street numbers and days of the week per 1,000 words of the body."""
    return body_rate(page, "particulars")


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


@feature(trust=Trust.RISES, facets=("farm",))
def code_line_rate(page: Page) -> Measure:
    """Lines of code or console output per 100 blocks of the text."""
    ends = page.columns.end.tolist()
    if len(ends) < 5:
        return UNKNOWN
    found = [i for i, (start, end) in enumerate(zip(page.columns.start.tolist(), ends, strict=True)) if _CODE_LINE.match(page.text, start, end)]
    return Measure(100 * len(found) / len(ends), block_spans(page, found))


@feature(trust=Trust.FREE, facets=("unrelated", "promotion"))
def prose_share(page: Page) -> Measure:
    """Share of the whole text that stands in blocks of two sentences or more."""
    if not page.text:
        return UNKNOWN
    at = page.block_of(np.array([start for start, _ in page.sentences], np.int64))
    sentences = np.bincount(at, minlength=len(page.zones)) if len(at) else np.zeros(len(page.zones))
    return Measure(float((page.columns.end - page.columns.start)[sentences >= 2].sum()) / len(page.text))


@feature(trust=Trust.FREE, facets=("promotion",))
def short_block_share(page: Page) -> Measure:
    """Share of the body's blocks under 60 characters: labels rather than text."""
    if not page.has_body:
        return UNKNOWN
    return Measure(float(((page.columns.end - page.columns.start)[page.body_blocks] < 60).mean()))


@feature(trust=Trust.FREE, facets=("farm",))
def paragraph_length_variation(page: Page) -> Measure:
    """How much the body's paragraphs differ in length: standard deviation over mean."""
    chars = (page.columns.end - page.columns.start)[page.body_blocks]
    chars = chars[chars > 80]
    return Measure(float(chars.std() / chars.mean())) if len(chars) >= 5 else UNKNOWN


@feature(trust=Trust.FALLS, facets=("farm", "promotion"))
def faq_schema(page: Page) -> Measure:
    """Whether structured data declares questions and answers for search engines."""
    return UNKNOWN if page.markup is None else Measure(float("FAQPage" in page.metadata.schema_types))
