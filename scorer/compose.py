"""What does a retold story look like when all its parts are there?

The pattern that this project began with (a retold story, a list of the outlets it was retold from, a follow-us footer,
a wall of unrelated teasers) is rare among rated pages: where they list outlets at all, it is mostly a bibliography. So
training adds composed pages: the main text of a rated news page or article, with such parts put around it from the
titles of other sites' pages and phrases of the lexicons. By the rubric such a page is weak ("other outlets' stories
rewritten": 2). They have no readings of the words, carry a small weight, and no figure is ever computed on one.
"""

from __future__ import annotations

import html
import random
from collections.abc import Sequence
from typing import NamedTuple

from scorer import lexicon

COMPOSED = ("composed-text", "composed-html")
"""The kinds of input that composed pages stand under in the feature table."""
EVERY = 6
"""One rated page in so many gets a composed twin of each kind."""


class Material(NamedTuple):
    """A page to compose with: its title, the beginning of its text, and its domain."""

    title: str
    lead: str
    domain: str


def compose(title: str, body: str, domain: str, others: Sequence[Material], seed: str) -> tuple[str, str]:
    """The same page as plain text and as HTML: the body, with two or three of the parts around it."""
    draw = random.Random(seed)
    strangers = [m for m in draw.sample(list(others), min(len(others), 30)) if m.domain != domain and len(m.title.split()) > 3]
    parts = [_sources(draw, strangers[:8]), _footer(draw), _teasers(draw, strangers[8:])]
    if draw.random() < 0.5:
        parts.pop(draw.randrange(3))
    blocks: list[tuple[str, str]] = [("h1", title)]
    if draw.random() < 0.2:
        blocks.append(("div", draw.choice(["Published on", "Posted on", "Updated"])))
    blocks += [("p", line) for line in body.split("\n") if line.strip() and line.strip() != title]
    for part in parts:
        blocks += part
        if draw.random() < 0.3:
            blocks.append(("h3", _phrase(draw, "comment_headings")))
    shown = "".join(f"<{tag}>{html.escape(text)}</{tag}>\n" for tag, text in blocks)
    return "\n".join(text for _, text in blocks), f"<html><head><title>{html.escape(title)}</title></head><body>{shown}</body></html>"


def _phrase(draw: random.Random, name: str) -> str:
    return draw.choice(sorted(lexicon.phrases(name))).capitalize()


def _sources(draw: random.Random, others: Sequence[Material]) -> list[tuple[str, str]]:
    heading = draw.choice(["Relevant articles:", "Sources:", "Related articles:", "Source:", "References:", "Read more:", "Original articles"])
    lines = []
    for other in others[: draw.randint(2, 5)]:
        outlet = draw.choice(sorted(lexicon.phrases(draw.choice(["outlets", "agencies"])))).title()
        month, day, year = draw.randint(1, 12), draw.randint(1, 28), draw.randint(2012, 2025)
        date = draw.choice([f"{month:02}/{day:02}/{year}", f"{year}-{month:02}-{day:02}", ""])
        lines.append(("li", draw.choice([", ", " - ", " | "]).join(filter(None, [other.title, outlet, date]))))
    return [("h4", heading), *lines]


def _footer(draw: random.Random) -> list[tuple[str, str]]:
    names = draw.sample(["promo_enjoyed", "promo_follow", "promo_subscribe", "promo_app", "promo_donate", "promo_share"], draw.randint(2, 3))
    if "promo_enjoyed" in names:
        first = f"{_phrase(draw, 'promo_enjoyed')}, {_phrase(draw, 'promo_follow').lower()} on our page."
        return [("p", first), *(("p", f"{_phrase(draw, name)}.") for name in names if name != "promo_enjoyed")]
    return [("p", f"{_phrase(draw, name)}.") for name in names]


def _teasers(draw: random.Random, others: Sequence[Material]) -> list[tuple[str, str]]:
    found = [("h3", _phrase(draw, "teaser_headings"))]
    with_lead = draw.random() < 0.6
    for other in others[: draw.randint(4, 12)]:
        found.append(("h4", other.title))
        if with_lead and other.lead:
            found.append(("p", f"{other.lead[: draw.randint(60, 110)].rsplit(' ', 1)[0]}..."))
    return found
