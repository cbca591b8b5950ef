"""How far do forty plain counts get?

What anybody would count in an afternoon: sizes, characters, the title, the address and tags. Of plain text the tags are
unknown (NaN).
"""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from scorer.stopwords import FUNCTION_WORDS

NAN = float("nan")
TAGS = {
    "links": "a[href]", "links_elsewhere": "a[href^='http']", "images": "img", "scripts": "script", "scripts_elsewhere": "script[src^='http'], script[src^='//']", "frames": "iframe",
    "forms": "form", "headings": "h1, h2, h3, h4", "list_items": "li", "paragraphs": "p", "tables": "table", "metas": "meta", "divisions": "div", "quotations": "blockquote, q",
}  # fmt: skip
"""Tags to count, as selectors."""
MARKUP = (*TAGS, "html_chars", "link_text_share", "tags_per_word")

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?]+(?:\s|$)")


def markup(html: str) -> dict[str, float]:
    """Counts of tags; the columns of `MARKUP`.

    >>> found = markup("<p>One <a href='http://a.example'>two</a></p>")
    >>> found["links"], found["links_elsewhere"], found["link_text_share"]
    (1.0, 1.0, 0.5)
    """
    tree = LexborHTMLParser(html)
    out = {name: float(len(tree.css(selector))) for name, selector in TAGS.items()}
    anchors = tree.css("a[href]")
    tree.strip_tags(["script", "style", "noscript", "template"])
    text = tree.body.text() if tree.body is not None else ""
    linked = sum(len("".join(anchor.text().split())) for anchor in anchors)
    out["html_chars"] = float(len(html))
    out["link_text_share"] = linked / max(len("".join(text.split())), 1)
    out["tags_per_word"] = html.count("<") / max(len(text.split()), 1)
    return out


def counts(title: str, text: str, url: str) -> dict[str, float]:
    """Counts that need no tags.

    >>> found = counts("Why?", "It rains. It rains again!", "https://a.example/b/c-d.html")
    >>> found["words"], found["sentences"], found["title_questions"], found["url_depth"], found["url_hyphens"]
    (5.0, 2.0, 1.0, 2.0, 1.0)
    """
    words = _WORD.findall(text.lower())
    many, chars = max(len(words), 1), max(len(text), 1)
    sentences = max(len(_SENTENCE_END.findall(text)), 1)
    lines = [line for line in text.split("\n") if line.strip()]
    common = Counter(words)
    try:
        parts = urlsplit(url)
        host, path = parts.hostname or "", parts.path
    except ValueError:  # "http://[ccpa-preferences" and the like
        host, path = "", url
    return {
        "words": float(len(words)), "sentences": float(sentences), "lines": float(len(lines)), "word_length": sum(map(len, words)) / many, "sentence_words": len(words) / sentences,
        "line_words": len(words) / max(len(lines), 1), "distinct_share": len(common) / many, "function_word_share": sum(common[w] for w in FUNCTION_WORDS["en"]) / many,
        "top_word_share": max(common.values(), default=0) / many, "digit_share": sum(map(str.isdigit, text)) / chars, "capital_share": sum(map(str.isupper, text)) / chars,
        "comma_share": text.count(",") / many, "quote_share": sum(map(text.count, '"“”')) / many, "exclamation_share": text.count("!") / many, "question_share": text.count("?") / many,
        "ellipsis_share": (text.count("...") + text.count("…")) / many, "bracket_share": text.count("(") / many, "short_line_share": sum(len(line) < 30 for line in lines) / max(len(lines), 1),
        "title_chars": float(len(title)), "title_words": float(len(title.split())), "title_exclamations": float(title.count("!")), "title_questions": float(title.count("?")),
        "title_digits": float(sum(map(str.isdigit, title))), "title_capital_share": sum(map(str.isupper, title)) / max(len(title), 1),
        "url_chars": float(len(url)), "url_depth": float(len([p for p in path.split("/") if p])), "url_hyphens": float(path.count("-")), "url_digits": float(sum(map(str.isdigit, path))),
        "host_dots": float(host.count(".")), "https": float(url.startswith("https:")),
    }  # fmt: skip
