"""What do the filters of web corpora count?

Every count and ratio that these rules compare with a threshold, as a number instead of a verdict, written from the papers
and checked against datatrove 0.10, which implements all four, on 100 to 200 texts: what is counted of lines is equal; what is counted
of words, which datatrove splits with spaCy, goes with its numbers by r = 0.97 and more. The filters:

- Gopher quality and repetition: Rae et al. 2021, https://arxiv.org/abs/2112.11446, section A1.1 and table A1;
- C4: Raffel et al. 2020, https://jmlr.org/papers/v21/20-074.html, section 2.2, without its list of dirty words;
- FineWeb: Penedo et al. 2024, https://arxiv.org/abs/2406.17557, section 3.6.

Of a text without words a ratio is 0.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

GOPHER_STOPWORDS = frozenset(("the", "be", "to", "of", "and", "that", "have", "with"))
TOP_NGRAMS, REPEATED_NGRAMS = (2, 3, 4), (5, 6, 7, 8, 9, 10)
SHORT_LINE = 30
C4_ENDS = (".", "?", "!", '"', "'")
C4_POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
LINE_ENDS = (".", "!", "?", "。", "．", "！", "？", "‼", "⁇", "⁈", "⁉")

_TOKEN = re.compile(r"\w+(?:[.,’']\w+)*|([^\w\s])\1*")
_LETTER_OR_DIGIT = re.compile(r"\w")
_LETTER = re.compile(r"[^\W\d_]")
_PARAGRAPHS, _LINES = re.compile(r"\n{2,}"), re.compile(r"\n+")
_CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")
_SENTENCE = re.compile(r"[.!?]+[\"'”’)]*(?=\s|$)")


def tokens(text: str) -> list[str]:
    """Words and marks as a tokenizer for English splits them, nearly.

    >>> tokens('Don’t pay 3.5% ... "now"')
    ['Don’t', 'pay', '3.5', '%', '...', '"', 'now', '"']
    """
    return [found[0] for found in _TOKEN.finditer(text)]


def repeated(items: Iterable[str]) -> tuple[int, int]:
    """How many items stood there before, and how many characters they have.

    >>> repeated(["a", "bcd", "bcd", "bcd"])
    (2, 6)
    """
    seen: set[str] = set()
    count = chars = 0
    for item in items:
        if item in seen:
            count += 1
            chars += len(item)
        seen.add(item)
    return count, chars


def repeated_ngram_chars(words: list[str], n: int) -> int:
    """Characters in runs of `n` words that stood there before; no word counts twice.

    >>> repeated_ngram_chars("a b c a b c a b".split(), 2)
    4
    """
    seen: set[str] = set()
    at = chars = 0
    while at <= len(words) - n:
        run = "".join(words[at : at + n])
        if run in seen:
            chars += len(run)
            at += n
        else:
            seen.add(run)
            at += 1
    return chars


def gopher_repetition(text: str, words: list[str]) -> dict[str, float]:
    """Shares of the text that repeat lines, paragraphs and runs of words."""
    size = max(len(text), 1)
    paragraphs, lines = _PARAGRAPHS.split(text.strip()), _LINES.split(text)
    again, chars = repeated(paragraphs)
    out = {"gopher_repeated_paragraphs": again / len(paragraphs), "gopher_repeated_paragraph_chars": chars / size}
    again, chars = repeated(lines)
    out |= {"gopher_repeated_lines": again / len(lines), "gopher_repeated_line_chars": chars / size}
    for n in TOP_NGRAMS:
        runs = Counter(map(" ".join, zip(*(words[i:] for i in range(n)), strict=False)))
        top, times = runs.most_common(1)[0] if runs else ("", 0)
        out[f"gopher_top_{n}gram_chars"] = len(top) * times / size
    for n in REPEATED_NGRAMS:
        out[f"gopher_repeated_{n}gram_chars"] = repeated_ngram_chars(words, n) / size
    return out


def gopher_quality(text: str, words: list[str]) -> dict[str, float]:
    """Length, length of words, marks to words, bullets, ellipses, words with a letter, stop words."""
    worded = [word for word in words if _LETTER_OR_DIGIT.search(word)]
    lines = text.splitlines()
    many, rows = max(len(words), 1), max(len(lines), 1)
    return {
        "gopher_words": float(len(worded)),
        "gopher_word_length": sum(map(len, worded)) / max(len(worded), 1),
        "gopher_hashes_to_words": text.count("#") / many,
        "gopher_ellipses_to_words": (text.count("...") + text.count("…")) / many,
        "gopher_bullet_lines": sum(line.lstrip().startswith(("•", "-")) for line in lines) / rows,
        "gopher_ellipsis_lines": sum(line.rstrip().endswith(("...", "…")) for line in lines) / rows,
        "gopher_words_with_letter": sum(_LETTER.search(word) is not None for word in words) / many,
        "gopher_stopwords": float(len(GOPHER_STOPWORDS.intersection(words))),
    }


def c4(text: str) -> dict[str, float]:
    """What C4 drops pages for, and the shares of lines that it would drop for each cause.

    A line is counted for the first cause that holds, in the order of datatrove; "c4_sentences" are those of the lines kept.
    """
    causes = dict.fromkeys(("c4_long_word_lines", "c4_open_lines", "c4_short_lines", "c4_javascript_lines", "c4_policy_lines", "c4_kept_lines"), 0)
    sentences = kept_chars = 0
    lines = text.splitlines()
    for line in map(str.strip, lines):
        words = line.split()
        line = _CITATION.sub("", line)
        folded = line.lower()
        if any(len(word) > 1000 for word in words):
            cause = "c4_long_word_lines"
        elif not line.endswith(C4_ENDS) or line.endswith("..."):
            cause = "c4_open_lines"
        elif len(words) < 3:
            cause = "c4_short_lines"
        elif "javascript" in folded:
            cause = "c4_javascript_lines"
        elif any(phrase in folded for phrase in C4_POLICY):
            cause = "c4_policy_lines"
        else:
            cause = "c4_kept_lines"
            sentences += max(len(_SENTENCE.findall(line)), 1)
            kept_chars += len(line)
        causes[cause] += 1
    return {
        **{cause: count / max(len(lines), 1) for cause, count in causes.items()},
        "c4_sentences": float(sentences), "c4_kept_chars": kept_chars / max(len(text), 1),
        "c4_curly_brackets": float(text.count("{")), "c4_lorem_ipsum": float(text.lower().count("lorem ipsum")),
    }  # fmt: skip


def fineweb(text: str, words: list[str]) -> dict[str, float]:
    """Lines that end in a mark, short lines, characters in repeated lines, line breaks to words."""
    lines = [line for line in text.split("\n") if line.strip()]
    rows = max(len(lines), 1)
    return {
        "fineweb_closed_lines": sum(line.endswith(LINE_ENDS) for line in lines) / rows,
        "fineweb_short_lines": sum(len(line) <= SHORT_LINE for line in lines) / rows,
        "fineweb_repeated_chars": repeated(lines)[1] / max(len(text.replace("\n", "")), 1),
        "fineweb_breaks_to_words": text.count("\n") / max(len(words), 1),
    }


def signals(text: str) -> dict[str, float]:
    """All of them."""
    words = tokens(text)
    return {**gopher_quality(text, words), **gopher_repetition(text, words), **c4(text), **fineweb(text, words)}
