"""What did the crawl give us, and how is it looked at?

`Page` is the one input of every feature. It is built from HTML (`html.py`) or from plain text (`text.py`), never
changes, and computes each view of itself once, when first asked for. Everything that a reader can see is `Page.text`;
every piece of evidence is a pair of offsets into it, or into the title or the url.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from scorer import address, authors, blocks, build, lexicon, voices, wording, zones
from scorer.blocks import Floats as Floats
from scorer.blocks import Floats32
from scorer.feature import Part, Span
from scorer.lexicon import Hits
from scorer.stopwords import function_word_sets, stopword_set
from scorer.tokens import (
    CLOSING,
    MARK,
    NUMBER,
    OPENING,
    SIGN_STOP,
    STOP,
    WORD,
    Bools,
    Hashes,
    Ints,
    TokenClass,
    Tokens,
    WordSet,
    find_words,
    is_one_of,
    tally,
    token_classes,
    tokenize,
    true_at,
    word_set,
)
from scorer.zones import LEAST_BODY_WORDS, Zone


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
    `slots`: for each advertising slot, the index of the block before which it stands. `build`: what the page is made
    of ("element table", "meta article:author", "rel nofollow", "schema NewsArticle"), in alphabetical order.
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
    build: tuple[str, ...] = ()


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

    def part(self, name: str) -> str:
        """What the offsets of evidence point into: "text", "title", "url", or "markup", which lists what the page is made of, one a line.

        >>> Page.from_html("<title>Tea</title><meta name=author content=Ann><p>Black tea.").part("markup").splitlines()
        ['element body', 'element p', 'meta author']
        """
        if name == "markup":
            return "\n".join(self.markup.build) if self.markup is not None else ""
        return self.text if name == "text" else self.title if name == "title" else self.url

    # -- words and phrases ------------------------------------------------------------------------------------------

    @cached_property
    def _tokens(self) -> tuple[Tokens, Tokens]:
        """The tokens of text and title, found together: for something as short as a title, most of the cost is that of beginning."""
        every = tokenize(f"{self.text}\n{self.title}")
        return every.split(len(self.text) + 1)

    @property
    def tokens(self) -> Tokens:
        """The words and marks of `text`; their lines are the blocks."""
        return self._tokens[0]

    @property
    def title_tokens(self) -> Tokens:
        return self._tokens[1]

    @cached_property
    def headline_tokens(self) -> Tokens:
        """The words and marks of `headline`; offsets into it."""
        part, start, end = self.headline_span
        if part == "title":
            return self.title_tokens.split(end)[0]
        line = self._blocks_by_zone[Zone.HEADLINE][0]
        low, high = self.tokens.line.searchsorted([line, line + 1]).tolist()
        return self.tokens.part(low, high, start)

    @cached_property
    def hits(self) -> Hits:
        """The phrases of all lexicons in `text`; their lines are blocks."""
        return lexicon.find(self.tokens)

    @cached_property
    def headline_hits(self) -> Hits:
        """The phrases of all lexicons in the headline; offsets into `headline`."""
        part, start, _ = self.headline_span
        return lexicon.find(self.headline_tokens) if part == "title" else self.hits.in_line(self._blocks_by_zone[Zone.HEADLINE][0], start)

    @cached_property
    def hit_counts(self) -> Ints:
        """How many phrases of each lexicon stand in each zone, shape (lexicons, zones)."""
        n = len(Zone)
        flat = np.bincount(self.hits.lexicon * n + self.zones[self.hits.line], minlength=len(lexicon.names()) * n)
        return flat.reshape(-1, n)

    def hits_of(self, *names: str) -> list[tuple[int, int]]:
        """Where phrases of these lexicons stand in `text`: (start, end) pairs in order."""
        found = [pair for name in names for pair in self.hits.of(name).pairs()]
        return sorted(found) if len(names) > 1 else found

    @cached_property
    def is_word(self) -> Bools:
        """Which tokens are words or numbers."""
        return np.asarray(self.tokens.kind != MARK)

    @cached_property
    def word_count(self) -> int:
        """Words and numbers in the whole text."""
        return int(np.count_nonzero(self.is_word))

    @cached_property
    def token_zones(self) -> Ints:
        """The zone of each token."""
        return self.zones[self.tokens.line]

    @cached_property
    def body_at(self) -> Ints:
        """The indices of the body's words and numbers among the tokens."""
        return true_at(self.is_word & (self.token_zones == Zone.BODY))

    @cached_property
    def body_hashes(self) -> Hashes:
        """The words and numbers of the body, in order."""
        return self.tokens.hash[self.body_at]

    @property
    def body_word_count(self) -> int:
        return len(self.body_at)

    @property
    def has_body(self) -> bool:
        """Whether there is enough body to measure: 25 words."""
        return len(self.body_at) >= LEAST_BODY_WORDS

    def body_count_of(self, words: str) -> int:
        """How often any of these words (parted by spaces) stands in the body."""
        return int(self._body_counts(word_set(words).hashes).sum())

    def _body_counts(self, wanted: Hashes) -> Ints:
        """How often each of these words stands in the body."""
        known, counts = self.body_vocabulary
        if not len(known):
            return np.zeros(len(wanted), np.int64)
        at = known.searchsorted(wanted)
        found: Ints = counts.take(at, mode="clip") * (known.take(at, mode="clip") == wanted)
        return found

    @cached_property
    def body_vocabulary(self) -> tuple[Hashes, Ints]:
        """The different words and numbers of the body, sorted by hash, and how often each stands there."""
        return tally(self.body_hashes)

    @cached_property
    def is_content(self) -> Bools:
        """Which tokens are words of four letters or more that carry a subject of their own."""
        tokens = self.tokens
        found: Bools = (tokens.kind == WORD) & (tokens.end - tokens.start > 3)
        long = true_at(found)
        found[long[find_words(tokens.hash.take(long), stopword_set())]] = False
        return found

    @cached_property
    def body_stems(self) -> WordSet:
        """The stems of the body."""
        return WordSet.of(self.body_tokens.stem)

    @cached_property
    def body_tokens(self) -> Tokens:
        """The words and marks of the body."""
        return self.tokens.take(true_at(self.token_zones == Zone.BODY))

    @property
    def sentence_of(self) -> Ints:
        """For each of the body's tokens the index of its sentence."""
        return self._sentences[0]

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Where the sentences of the body stand in `text`: (start, end) pairs."""
        _, starts, ends = self._sentences
        return list(zip(starts.tolist(), ends.tolist(), strict=True))

    @property
    def sentence_count(self) -> int:
        return len(self._sentences[1])

    @cached_property
    def _sentences(self) -> tuple[Ints, Ints, Ints]:
        """The sentence of each body token, and the offsets where sentences begin and end.

        A sentence ends at a stop that white space and a capital, number or quote follow, or that belongs to a script
        without spaces; not behind one or two letters ("U.S. Navy", "Mr. Smith").
        """
        tokens = self.body_tokens
        n = len(tokens.hash)
        if not n:
            return tokens.start, tokens.start, tokens.start
        start, end, flags, line = tokens.start, tokens.end, tokens.flags, tokens.line
        stop, closing = (flags & STOP) > 0, (flags & CLOSING) > 0
        gap = np.empty(n, np.bool_)
        np.greater(start[1:], end[:-1], out=gap[:-1])
        gap[-1] = True
        # A stop with one closing quote behind it ends at the quote.
        ends_here = stop.copy()
        ends_here[1:] |= stop[:-1] & closing[1:]
        ends_here &= gap
        opens = tokens.capital | (tokens.kind == NUMBER) | ((flags & OPENING) > 0)
        ends_here[:-1] &= opens[1:]
        sign = (flags & SIGN_STOP) > 0
        sign[:-1] &= ~closing[1:]
        ends_here |= sign
        ends_here[1:] &= ~((tokens.capital & (end - start <= 2))[:-1] & (tokens.code[1:] == _FULL_STOP))
        begins = np.empty(n, np.bool_)
        begins[0] = True
        np.not_equal(line[1:], line[:-1], out=begins[1:])
        begins[1:] |= ends_here[:-1]
        first = true_at(begins)
        return np.cumsum(begins) - 1, start[first], end[np.append(first[1:], n) - 1]

    # -- blocks and zones -------------------------------------------------------------------------------------------

    def block_of(self, offsets: Ints) -> Ints:
        """The indices of the blocks that these offsets into `text` fall in."""
        return np.searchsorted(self.columns.start, offsets, "right") - 1

    def block_text(self, index: int) -> str:
        return self.text[self.columns.start[index] : self.columns.end[index]]

    @cached_property
    def block_chars(self) -> Ints:
        """The length of each block in characters."""
        return self.columns.end - self.columns.start

    @cached_property
    def block_words(self) -> Ints:
        """How many words and numbers each block has."""
        words: Ints = self.block_tokens[TokenClass.NUMBER :].sum(axis=0)
        return words

    @cached_property
    def block_tokens(self) -> Ints:
        """How many tokens of each `TokenClass` each block has, shape (classes, blocks)."""
        tokens, n = self.tokens, len(self.columns.start)
        classes = len(TokenClass)
        return np.bincount(tokens.line * classes + token_classes().take(tokens.code), minlength=n * classes).reshape(n, classes).T

    @cached_property
    def block_first(self) -> Ints:
        """The first token of each block, and behind them how many tokens there are."""
        first = np.zeros(len(self.columns.start) + 1, np.int64)
        np.cumsum(self.block_tokens.sum(axis=0), out=first[1:])
        return first

    @cached_property
    def block_repeats(self) -> Ints:
        """How often the words of each block stand on the page as a block."""
        known, counts = tally(self.block_hashes)
        return counts.take(known.searchsorted(self.block_hashes))

    @cached_property
    def block_hashes(self) -> Hashes:
        """A number for each block that blocks of the same words share."""
        return blocks.hashes(self)

    def block_hits(self, *names: str) -> Ints:
        """How many phrases of these lexicons begin in each block."""
        out = np.zeros(len(self.columns.start), np.int64)
        for name in names:
            found = self.hits.of(name)
            if len(found.line):
                out += np.bincount(found.line, minlength=len(out))
        return out

    @cached_property
    def block_table(self) -> Floats32:
        return blocks.describe(self)

    @cached_property
    def body_odds(self) -> Floats32:
        """Log-odds that each block is body, by its look alone."""
        return zones.body_odds(self)

    @cached_property
    def title_match(self) -> blocks.TitleMatch:
        return blocks.title_match(self)

    @cached_property
    def zones(self) -> Ints:
        """The zone of each block, values of `Zone`."""
        return zones.assign(self)

    @cached_property
    def zone_chars(self) -> Ints:
        """How many characters stand in each zone, indexed by `Zone`."""
        return np.bincount(self.zones, self.block_chars, len(Zone)).astype(np.int64)

    def blocks_in(self, *wanted: Zone) -> list[int]:
        """The indices of the blocks of these zones, in document order."""
        if len(wanted) == 1:
            return list(self._blocks_by_zone[wanted[0]])
        return sorted(index for zone in wanted for index in self._blocks_by_zone[zone])

    @cached_property
    def _blocks_by_zone(self) -> list[list[int]]:
        order = self.zones.argsort(kind="stable").tolist()
        ends = list(accumulate(np.bincount(self.zones, minlength=len(Zone)).tolist(), initial=0))
        return [order[begin:end] for begin, end in pairwise(ends)]

    @property
    def body_blocks(self) -> list[int]:
        return self._blocks_by_zone[Zone.BODY]

    @cached_property
    def body(self) -> str:
        """The text of the body: its blocks, a line each."""
        return "\n".join([self.block_text(i) for i in self.body_blocks])

    @cached_property
    def headline_span(self) -> tuple[Part, int, int]:
        """Where `headline` stands: part, start, end."""
        shown = self._blocks_by_zone[Zone.HEADLINE]
        if shown:
            return "text", int(self.columns.start[shown[0]]), int(self.columns.end[shown[0]])
        return "title", 0, len(_SITE_SUFFIX.sub("", self.title) or self.title)

    @cached_property
    def headline(self) -> str:
        """The headline as the reader sees it; the title without the site's name where none is shown."""
        part, start, end = self.headline_span
        return (self.text if part == "text" else self.title)[start:end]

    @cached_property
    def function_word_share(self) -> float:
        """The share of function words in the body, of the language that has most of them here; 0 without a body."""
        return self._spoken[1]

    @cached_property
    def _spoken(self) -> tuple[str, float]:
        """The language with most function words in the body, and their share."""
        words, languages, spoken_in = _function_words()
        best, share = "", 0.0
        for language, count in zip(languages, (self._body_counts(words) @ spoken_in).tolist(), strict=True):
            mine = count / max(len(self.body_at), 1)
            if mine > share:
                best, share = language, mine
            if share > _SURE:
                # English comes first; no page is held together by two languages.
                break
        return best, share

    @cached_property
    def language(self) -> str:
        """ISO 639-1 code: of the language whose function words the body is held together by, else what the page declares."""
        best, share = self._spoken
        if share >= 0.15:
            return best
        declared = self.metadata.language[:2].lower()
        return declared if declared.isalpha() and declared.isascii() else ""

    # -- links -------------------------------------------------------------------------------------------------------

    @cached_property
    def site(self) -> str:
        """The registered domain of `url`, "" where there is none."""
        return address.site(address.host(self.url or self.metadata.canonical))

    @cached_property
    def link_zones(self) -> list[int]:
        """For each link the zone of its block."""
        zones = self.zones.tolist()
        return [zones[block] for _, _, _, block in self.links or ()]

    @cached_property
    def link_sites(self) -> list[str]:
        """For each link the registered domain that it leads to, "" for links within the site."""
        sites = {"": "", self.site: ""}
        fronts: dict[str, str] = {}
        found = []
        for _, href, _, _ in self.links or ():
            scheme = href[:4]
            if scheme == "http" or scheme[:2] == "//" or scheme.lower() == "http":
                # The host ends at the third slash: most links of a page lead to a handful of hosts.
                cut = href.find("/", 8)
                front = href[:cut] if cut > 0 else href
                there = fronts.get(front)
                if there is None:
                    there = address.site_of(front)
                    there = fronts[front] = sites.get(there, there)
                found.append(there)
            else:
                found.append("")
        return found

    @cached_property
    def href_marks(self) -> dict[str, list[int]]:
        """Links whose addresses hold telling parts: for each kind of `address.MARKS` their indices, in order."""
        return address.marks([link.href for link in self.links or ()])

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
    def teasers(self) -> tuple[Ints, Floats]:
        """The teasers that have three content words or more: their blocks, and the share (0..1) of those words that the body or headline has too."""
        nothing = np.zeros(0, np.int64), np.zeros(0)
        if not self.body_blocks:
            return nothing
        at = true_at((self.token_zones == Zone.TEASERS) & self.is_content)
        at = at[~is_one_of(self.tokens.hash[at], word_set(_TEASER_FURNITURE))]
        if not len(at):
            return nothing
        line = self.tokens.line[at]
        stems = self.tokens.stem[at]
        shared = is_one_of(stems, self.body_stems) | is_one_of(stems, WordSet.of(self.headline_tokens.stem))
        n = len(self.columns.start)
        counts = np.bincount(line, minlength=n)
        teasers = true_at(counts >= 3)
        return teasers, np.bincount(line[shared], minlength=n)[teasers] / counts[teasers]

    @cached_property
    def labels(self) -> dict[str, int]:
        """Short lines and link texts outside the body, lower case, each with the block where it stands first."""
        found: dict[str, int] = {}
        body = int(Zone.BODY)
        text, chars = self.text, self.block_chars
        short = true_at((self.zones != body) & (chars > 2) & (chars < 32))
        for index, start, end in zip(short.tolist(), self.columns.start[short].tolist(), self.columns.end[short].tolist(), strict=True):
            found.setdefault(text[start:end].lower(), index)
        for (name, _, _, block), zone in zip(self.links or (), self.link_zones, strict=True):
            if zone != body and 2 < len(name) < 32:
                found.setdefault(name.lower(), block)
        return found

    @cached_property
    def story_links(self) -> list[tuple[str, int]]:
        """The texts of links to other pages that are long enough to be headlines, each once, with its block."""
        if self.links is None:
            lines = [(self.block_text(i), i) for i in self.blocks_in(Zone.TEASERS) if self.block_chars[i] > 24]
        else:
            body = int(Zone.BODY)
            lines = [(link.text, link.block) for link, zone in zip(self.links, self.link_zones, strict=True) if zone != body and len(link.text) > 24 and not link.href.startswith("#")]
        return list(dict(lines).items())

    @cached_property
    def body_headings(self) -> list[int]:
        """The headings of the body's zone: by tag in HTML, by look (short, no full stop, before a longer line) in text."""
        body = self.body_blocks
        if not body:
            return []
        chars, text, ends = self.block_chars, self.text, self.columns.end
        if self.is_html:
            tags, inside = self.columns.tag, set(body)
            # A heading has something longer below it, or another heading; a name or a price tag has not.
            return [
                i for i in body
                if tags[i] in _HEADINGS and i + 1 in inside and chars[i] < LONGEST_HEADING and text[ends[i] - 1] != "." and not self.block_text(i).isdecimal()
                and (tags[i + 1] in _HEADINGS or chars[i + 1] > chars[i])
            ]  # fmt: skip
        return [i for i, after in pairwise(body) if chars[i] < 90 and chars[after] > 1.5 * chars[i] and text[ends[i] - 1] not in ".,;:!"]

    @cached_property
    def author_names(self) -> list[tuple[str, Span | None]]:
        """Who the page says wrote it."""
        return authors.find(self)

    @cached_property
    def quotation_marks(self) -> tuple[voices.Marks, voices.Marks]:
        """The double and the single quotation marks of the text, and which of them open."""
        return voices.marks(self)

    @cached_property
    def other_outlets(self) -> voices.Outlets:
        """Where outlets and agencies other than the page's own are named."""
        return voices.other_outlets(self)

    @cached_property
    def wording(self) -> wording.Wording:
        """What the linear model of words says of this page."""
        return wording.read(self)

    @cached_property
    def built(self) -> Floats:
        """What the model of how pages are built says of this page, one value for each of its readings."""
        return build.shipped().read(self.markup.build if self.markup is not None else ())


@cache
def _function_words() -> tuple[Hashes, tuple[str, ...], Floats]:
    """The function words of all languages, the languages, and which words are whose, shape (words, languages)."""
    sets = function_word_sets()
    words = tally(np.concatenate([known.hashes for known in sets.values()]))[0]
    return words, tuple(sets), np.column_stack([is_one_of(words, known) for known in sets.values()]).astype(float)


_TEASER_FURNITURE = (
    "minutes minute hours hour days weeks week months month years year started posted updated published comments comment reply replies views read reading full article articles story stories post posts learn view previous next prev share recs recipe recipes january february march april june july august september october november december"
)
"""Words of bylines, counters and buttons around links to other stories."""
_SURE = 0.3
LONGEST_HEADING = 160
"""Characters: what is longer and tagged as a heading is a paragraph in large type."""
_FULL_STOP = ord(".")
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_SITE_SUFFIX = re.compile(r"\s+(?:[|–—·»]|-|::)\s+[^|–—·»]{2,60}$")
