"""What did the crawl give us, and how is it looked at?

`Page` is the one input of every feature. It is built from HTML (`html.py`) or from plain text (`text.py`), never
changes, and computes each view of itself once, when first asked for. Everything that a reader can see is `Page.text`;
every piece of evidence is a pair of offsets into it, or into the title or the url.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scorer import address, authors, blocks, lexicon, wording, zones
from scorer.feature import Part, Span
from scorer.fold import fold
from scorer.stopwords import FUNCTION_WORDS, STOPWORDS
from scorer.zones import Zone

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Link(NamedTuple):
    """One ``<a href>``: its text, target as written, whether it is marked sponsored/nofollow/ugc, and its block."""

    text: str
    href: str
    rel: str
    block: int


class Block(NamedTuple):
    """One block of text as a reader sees it: a paragraph, heading, list item, table cell or line."""

    start: int
    end: int
    tag: str
    depth: int
    zone: Zone
    links: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The blocks of a page as columns, each of length *n blocks*, in document order.

    `start`, `end`: offsets into `Page.text`. `tag`: the nearest block element ("" in plain text). `link_chars`: how many
    of its characters are link text, -1 where unknown. `hints`: bits of `hints.Hint` from markup, 0 in plain text.
    `group_chars`, `group_links`: characters and link characters of the element that holds the block's element, and
    `outer_chars`, `outer_links` of the element around that; -1 where unknown.
    """

    start: Ints
    end: Ints
    tag: Sequence[str]
    depth: Sequence[int]
    link_chars: Ints
    hints: Ints
    group_chars: Ints
    group_links: Ints
    outer_chars: Ints
    outer_links: Ints


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says of itself out of sight of the reader; empty strings and tuples where it says nothing."""

    author: str = ""
    published: str = ""
    modified: str = ""
    description: str = ""
    site_name: str = ""
    canonical: str = ""
    language: str = ""
    og_type: str = ""
    og_title: str = ""
    keywords: str = ""
    generator: str = ""
    publisher: str = ""
    robots: str = ""
    schema_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Markup:
    """Counts of what stands between the words of an HTML page; absent (`Page.markup` is None) for plain text.

    `scripts` is None when the collection stripped them, so that advertising is unknown rather than zero.
    `slots`: for each advertising slot, the index of the block before which it stands.
    """

    elements: int
    scripts: int | None
    ad_networks: tuple[str, ...]
    slots: tuple[int, ...]
    images: tuple[int, ...]
    iframes: int
    videos: int
    forms: int
    email_inputs: int
    code_blocks: int
    tables: int
    times: int
    bytes: int
    hidden_chars: int
    author_marks: int
    popups: int


@dataclass(frozen=True)
class Page:
    """One page, read once. Build it with `Page.from_html` or `Page.from_text`."""

    text: str
    title: str = ""
    url: str = ""
    columns: Columns = field(repr=False, default=None)  # type: ignore[assignment]
    links: tuple[Link, ...] | None = field(repr=False, default=None)
    metadata: Metadata = field(repr=False, default_factory=Metadata)
    markup: Markup | None = field(repr=False, default=None)
    truncated: tuple[str, ...] = ()

    @staticmethod
    def from_html(html: str | bytes, url: str = "", *, charset: str = "") -> Page:
        """The page that this HTML shows. Bytes are decoded (`charset` is the HTTP header's); never raises.

        >>> Page.from_html("<title>Tea</title><p>Black tea.<p>Green tea.").text
        'Black tea.\\nGreen tea.'
        """
        from scorer.html import read_html

        return read_html(html, url, charset)

    @staticmethod
    def from_text(text: str, url: str = "", title: str = "") -> Page:
        """The page whose visible text is known and nothing else: each line is a block.

        Without `title`, the first line that looks like one serves.

        >>> Page.from_text("How to brew tea\\n\\nBoil water. Pour it on the leaves.").title
        'How to brew tea'
        """
        from scorer.text import read_text

        return read_text(text, url, title)

    @property
    def is_html(self) -> bool:
        return self.markup is not None

    # -- views, each computed once ---------------------------------------------------------------------------------

    @cached_property
    def folded(self) -> str:
        """`text` as words and phrases are matched in it; the same offsets."""
        return fold(self.text)

    @cached_property
    def folded_title(self) -> str:
        return fold(self.title)

    @cached_property
    def title_words(self) -> list[str]:
        return self.folded_title.split()

    @cached_property
    def hits(self) -> dict[str, lexicon.Hits]:
        """Lexicon hits in `text`, those across two blocks left out."""
        found = lexicon.find(self.folded)
        if not found:
            return {}
        starts = self.columns.start
        inside = {}
        for name, hits in found.items():
            same = np.searchsorted(starts, hits.start, "right") == np.searchsorted(starts, hits.end - 1, "right")
            if same.any():
                inside[name] = hits if same.all() else lexicon.Hits(hits.start[same], hits.end[same])
        return inside

    @cached_property
    def title_hits(self) -> dict[str, lexicon.Hits]:
        return lexicon.find(self.folded_title)

    def hits_of(self, *names: str) -> list[tuple[int, int]]:
        """Where phrases of these lexicons stand in `text`: (start, end) pairs in order."""
        found = [pair for name in names if name in self.hits for pair in zip(*(a.tolist() for a in self.hits[name]), strict=True)]
        return sorted(found) if len(names) > 1 else found

    def block_of(self, offsets: Ints) -> Ints:
        """The indices of the blocks that these offsets into `text` fall in."""
        return np.searchsorted(self.columns.start, offsets, "right") - 1

    def block_folded(self, index: int) -> str:
        return self.folded[self.columns.start[index] : self.columns.end[index]]

    def block_text(self, index: int) -> str:
        return self.text[self.columns.start[index] : self.columns.end[index]]

    @cached_property
    def block_classes(self) -> Floats:
        return blocks.counts(self)

    @cached_property
    def block_repeats(self) -> Ints:
        """How often the text of each block stands on the page."""
        texts = self.text.split("\n")
        seen = Counter(texts)
        return np.array([seen[t] for t in texts], np.int64) if self.text else np.zeros(0, np.int64)

    def block_hits(self, *names: str) -> Floats:
        """How many phrases of these lexicons begin in each block."""
        out = np.zeros(len(self.columns.start))
        for name in names:
            hits = self.hits.get(name)
            if hits is not None:
                out += np.bincount(self.block_of(hits.start), minlength=len(out))
        return out

    @cached_property
    def block_table(self) -> Floats:
        return blocks.describe(self)

    @cached_property
    def body_odds(self) -> Floats:
        """Log-odds that each block is body."""
        return zones.body_odds(self)

    @cached_property
    def headline_block(self) -> int:
        """The index of the block that is the headline, -1 where there is none."""
        return self.title_match[0]

    @cached_property
    def title_match(self) -> tuple[int, Floats]:
        return blocks.title_likeness(self)

    @cached_property
    def zones(self) -> Ints:
        """The zone of each block, values of `Zone`."""
        return zones.assign(self)

    @cached_property
    def zone_chars(self) -> Ints:
        """How many characters stand in each zone, indexed by `Zone`."""
        return np.bincount(self.zones, self.columns.end - self.columns.start, len(Zone)).astype(np.int64)

    def blocks_in(self, *wanted: Zone) -> list[int]:
        """The indices of the blocks of these zones, in document order."""
        if len(wanted) == 1:
            return list(self._blocks_by_zone[wanted[0]])
        return sorted(index for zone in wanted for index in self._blocks_by_zone[zone])

    @cached_property
    def _blocks_by_zone(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in Zone]
        for index, zone in enumerate(self.zones.tolist()):
            found[zone].append(index)
        return found

    @cached_property
    def hit_zones(self) -> dict[str, Ints]:
        """For each lexicon with hits in `text` the zone of each hit."""
        return {name: self.zones[self.block_of(hits.start)] for name, hits in self.hits.items()}

    @cached_property
    def link_zones(self) -> list[int]:
        """For each link the zone of its block."""
        zones = self.zones.tolist()
        return [zones[link.block] for link in self.links or ()]

    @cached_property
    def body_blocks(self) -> list[int]:
        return self.blocks_in(Zone.BODY)

    @cached_property
    def body(self) -> str:
        """The text of the body: its blocks, a line each."""
        return "\n".join([self.block_text(i) for i in self.body_blocks])

    @cached_property
    def body_folded(self) -> str:
        return "\n".join([self.block_folded(i) for i in self.body_blocks])

    @cached_property
    def body_words(self) -> list[str]:
        """The words of the body, folded, in order."""
        return self.body_folded.split()

    @cached_property
    def body_counts(self) -> Counter[str]:
        return Counter(self.body_words)

    @property
    def has_body(self) -> bool:
        """Whether there is enough body to measure: 25 words."""
        return len(self.body_words) >= 25

    @cached_property
    def words(self) -> list[str]:
        """The words of the whole text, folded, in order."""
        return self.folded.split()

    @cached_property
    def words_seen(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Where the sentences of the body stand in `text`: (start, end) pairs."""
        found = []
        starts, ends = self.columns.start, self.columns.end
        text = self.text
        for index in self.body_blocks:
            at, end = int(starts[index]), int(ends[index])
            for stop in _SENTENCE_END.finditer(text, at, end):
                if stop.end() - at > 2:
                    found.append((at, stop.start() + 1))
                    at = stop.end()
            if end - at > 2:
                found.append((at, end))
        return found

    @cached_property
    def headline(self) -> str:
        """The headline as the reader sees it; the title without the site's name where none is shown."""
        if self.headline_block >= 0:
            return self.block_text(self.headline_block)
        return _SITE_SUFFIX.sub("", self.title) or self.title

    @cached_property
    def headline_span(self) -> tuple[Part, int, int]:
        """Where `headline` stands: part, start, end."""
        if self.headline_block >= 0:
            return "text", int(self.columns.start[self.headline_block]), int(self.columns.end[self.headline_block])
        return "title", 0, len(self.headline)

    @cached_property
    def folded_headline(self) -> str:
        return fold(self.headline)

    @cached_property
    def headline_words(self) -> list[str]:
        return self.folded_headline.split()

    @cached_property
    def headline_hits(self) -> dict[str, lexicon.Hits]:
        """Lexicon hits in the headline: offsets into `headline`."""
        return lexicon.find(self.folded_headline)

    @cached_property
    def body_stems(self) -> frozenset[str]:
        """The first six letters of each word of the body: words that agree in them count as the same."""
        return frozenset(word[:6] for word in self.body_counts)

    @cached_property
    def function_word_share(self) -> float:
        """The share of function words in the body, of the language that has most of them here; 0 without a body."""
        return max(self._function_shares.values(), default=0.0)

    @cached_property
    def _function_shares(self) -> dict[str, float]:
        total = max(len(self.body_words), 1)
        counts = self.body_counts
        return {language: sum(counts[w] for w in words & counts.keys()) / total for language, words in FUNCTION_WORDS.items()}

    @cached_property
    def language(self) -> str:
        """ISO 639-1 code: of the language whose function words the body is held together by, else what the page declares."""
        shares = self._function_shares
        best = max(shares, key=lambda language: shares[language])
        if shares[best] >= 0.15:
            return best
        declared = self.metadata.language[:2].lower()
        return declared if declared.isalpha() and declared.isascii() else ""

    @cached_property
    def site(self) -> str:
        """The registered domain of `url`, "" where there is none."""
        return address.site(address.host(self.url or self.metadata.canonical))

    @cached_property
    def link_sites(self) -> list[str]:
        """For each link the registered domain that it leads to, "" for links within the site."""
        own = self.site
        found = []
        for link in self.links or ():
            href = link.href
            if href[:4].lower() == "http" or href[:2] == "//":
                there = address.site(address.host(href))
                found.append("" if there == own else there)
            else:
                found.append("")
        return found

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, one by one."""
        columns = self.columns
        linked: dict[int, list[int]] = {}
        for index, link in enumerate(self.links or ()):
            linked.setdefault(link.block, []).append(index)
        return tuple(
            Block(start, end, tag, depth, Zone(zone), tuple(linked.get(i, ())))
            for i, (start, end, tag, depth, zone) in enumerate(
                zip(columns.start.tolist(), columns.end.tolist(), columns.tag, columns.depth, self.zones.tolist(), strict=True)
            )
        )

    @cached_property
    def teasers(self) -> list[tuple[int, float]]:
        """Links to other stories: for each its block and the share (0..1) of its content words that the body has too."""
        if not self.body_blocks:
            return []
        known = self.body_stems | {word[:6] for word in self.headline_words}
        found = []
        for index in self.blocks_in(Zone.TEASERS):
            stems = self._stems(self.block_folded(index))
            if len(stems) >= 3:
                found.append((index, len(stems & known) / len(stems)))
        return found

    @cached_property
    def teaser_stems(self) -> list[str]:
        """The content words of the teasers, six letters of each, in order."""
        return [stem for index, _ in self.teasers for stem in sorted(self._stems(self.block_folded(index)))]

    @cached_property
    def labels(self) -> dict[str, int]:
        """Short lines and link texts outside the body, folded, each with the block where it stands first."""
        found: dict[str, int] = {}
        body = int(Zone.BODY)
        starts, ends = self.columns.start.tolist(), self.columns.end.tolist()
        for index, zone in enumerate(self.zones.tolist()):
            if zone != body and 2 < ends[index] - starts[index] < 32:
                found.setdefault(" ".join(self.folded[starts[index] : ends[index]].split()), index)
        for link, zone in zip(self.links or (), self.link_zones, strict=True):
            if zone != body and 2 < len(link.text) < 32:
                found.setdefault(" ".join(fold(link.text).split()), link.block)
        return found

    @cached_property
    def story_links(self) -> list[tuple[str, int]]:
        """The texts of links to other pages that are long enough to be headlines, each once, with its block."""
        if self.links is None:
            lines = [(self.block_text(i), i) for i in self.blocks_in(Zone.TEASERS) if self.columns.end[i] - self.columns.start[i] > 24]
        else:
            body = int(Zone.BODY)
            lines = [(link.text, link.block) for link, zone in zip(self.links, self.link_zones, strict=True) if zone != body and len(link.text) > 24]
        return list(dict(lines).items())

    @cached_property
    def body_headings(self) -> list[int]:
        """The headings inside the body: by tag in HTML, by look (short, no full stop, before a longer line) in text."""
        body = self.body_blocks
        if not body:
            return []
        if self.is_html:
            tags = self.columns.tag
            first, last = body[0], body[-1]
            return [i for i in range(first, last + 1) if tags[i] in _HEADINGS]
        chars = (self.columns.end - self.columns.start).tolist()
        ends = self.columns.end.tolist()
        return [i for i, after in pairwise(body) if chars[i] < 90 and chars[after] > 1.5 * chars[i] and self.text[ends[i] - 1] not in ".,;:!"]

    @cached_property
    def author_names(self) -> list[tuple[str, Span | None]]:
        """Who the page says wrote it."""
        return authors.find(self)

    @cached_property
    def wording(self) -> wording.Wording:
        """What the linear model of words says of this page."""
        return wording.read(self)

    @staticmethod
    def _stems(folded: str) -> set[str]:
        return {word[:6] for word in folded.split() if len(word) > 3 and word not in STOPWORDS and not word.isdigit()}


# A full stop, question or exclamation mark, maybe a closing quote, white space, then a capital, digit or quote; "U.S. Navy" and
# "Mr. Smith" are not ends: one or two letters before the stop.
_SENTENCE_END = re.compile(r"(?:(?<![A-Z])(?<!\b[A-Z][a-z])[.!?…]|[。！？])[\"'”’)\]]{0,2}(?:\s+(?=[\"'“‘(\[]?[A-ZÀ-ÞА-Я0-9])|(?<=[。！？]))")
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_SITE_SUFFIX = re.compile(r"\s+(?:[|–—·»]|-|::)\s+[^|–—·»]{2,60}$")
