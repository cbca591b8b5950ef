"""What does RedPajama-V2 say of a document?

Its quality signals (Weber et al. 2024, https://arxiv.org/abs/2411.12372, table of section 4; the repository
togethercomputer/RedPajama-Data): those that need neither a trained model (perplexity, classifiers, importance weights) nor
a foreign list (dirty words, the blocked urls of UT1), with our own function words as stop words. Values of a line are given as their
mean over the lines. Written from the definitions; names as there, without "rps_".
"""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections import Counter

from scorer.stopwords import FUNCTION_WORDS

BULLETS = ("•", "‣", "▶", "◀", "◦", "■", "□", "▪", "▫", "–")
LINE_ENDS = (".", "!", "?", "”")
ELLIPSES = ("...", "…")

_RAW_WORD = re.compile(r"\w+|[^\w\s]+")
_SENTENCE = re.compile(r"\b[^.!?]+[.!?]*")
_ASCII_LETTER = re.compile("[a-zA-Z]")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalized(text: str) -> str:
    """Lower case, no punctuation, letters apart from their accents, single spaces.

    >>> normalized("He  said: “Don't!”")
    'he said “dont”'
    """
    return " ".join(unicodedata.normalize("NFD", text.lower().translate(_NO_PUNCTUATION)).split())


def top_ngram(words: list[str], n: int, chars: int) -> float:
    """The share of the characters in the commonest run of `n` words, if it stands there twice."""
    runs = Counter(zip(*(words[i:] for i in range(n)), strict=False))
    top, times = runs.most_common(1)[0] if runs else ((), 0)
    return sum(map(len, top)) * times / chars if times > 1 else 0.0


def repeated_ngrams(words: list[str], n: int, chars: int) -> float:
    """The share of the characters in runs of `n` words that stand there twice or more, each word counted once.

    >>> repeated_ngrams("a b c a b".split(), 2, 5)
    0.8
    """
    runs = list(zip(*(words[i:] for i in range(n)), strict=False))
    count = Counter(runs)
    covered, until = 0, 0
    for at, run in enumerate(runs):
        if count[run] > 1:
            covered += sum(map(len, words[max(at, until) : at + n]))
            until = at + n
    return covered / chars


def signals(text: str) -> dict[str, float]:
    """The signals of a document; a ratio of nothing is 0."""
    plain = normalized(text)
    raw, words = _RAW_WORD.findall(text), plain.split()
    lines = text.split("\n")
    plain_lines = [normalized(line) for line in lines]
    many, raws, rows, chars = max(len(words), 1), max(len(raw), 1), len(lines), max(sum(map(len, words)), 1)
    counts = Counter(words)
    return {
        "ccnet_length": float(len(text)), "ccnet_nlines": float(rows),
        "doc_word_count": float(len(words)), "doc_mean_word_length": sum(map(len, words)) / many, "doc_num_sentences": float(len(_SENTENCE.findall(text))),
        "doc_symbol_to_word_ratio": (text.count("#") + sum(map(text.count, ELLIPSES))) / raws,
        "doc_frac_lines_end_with_ellipsis": sum(line.rstrip().endswith(ELLIPSES) for line in lines) / rows,
        "doc_frac_no_alph_words": sum(_ASCII_LETTER.search(word) is None for word in raw) / raws,
        "doc_frac_unique_words": len(counts) / many,
        "doc_unigram_entropy": -sum(n / many * math.log(n / many) for n in counts.values()) + 0.0,
        "doc_frac_all_caps_words": sum(map(str.isupper, raw)) / raws,
        "doc_stop_word_fraction": sum(word.lower() in FUNCTION_WORDS["en"] for word in raw) / raws,
        "doc_curly_bracket": (text.count("{") + text.count("}")) / max(len(text), 1),
        "doc_lorem_ipsum": plain.count("lorem ipsum") / max(len(plain), 1),
        "lines_javascript_counts": sum(line.split().count("javascript") for line in plain_lines) / rows,
        "lines_ending_with_terminal_punctuation_mark": sum(line.rstrip().endswith(LINE_ENDS) for line in lines) / rows,
        "lines_num_words": sum(len(line.split()) for line in plain_lines) / rows,
        "lines_uppercase_letter_fraction": sum(sum(map(str.isupper, line)) / max(len(line), 1) for line in lines) / rows,
        "lines_numerical_chars_fraction": sum(sum(map(str.isnumeric, line)) / max(len(line), 1) for line in plain_lines) / rows,
        "lines_start_with_bulletpoint": sum(line.lstrip().startswith(BULLETS) for line in lines) / rows,
        **{f"doc_frac_chars_top_{n}gram": top_ngram(words, n, chars) for n in (2, 3, 4)},
        **{f"doc_frac_chars_dupe_{n}grams": repeated_ngrams(words, n, chars) for n in range(5, 11)},
    }  # fmt: skip
