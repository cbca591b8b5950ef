"""What does a reader of this HTML see?

One lexbor parse, one walk over its nodes in document order. The walk collects text into blocks (a new block wherever a
block-level element begins or ends), notes which blocks stand inside each element that says something, and counts what
stands between the words. Text that is not shown (scripts, templates, ``hidden``, ``display:none``) is counted but not
read. The walk is the dearest part of a score, so it touches each node once and asks for attributes only where they tell.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

import numpy as np
import orjson
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from selectolax.lexbor import LexborHTMLParser

from scorer import build, hints, stylesheet
from scorer.bounds import is_tame, tame
from scorer.charset import MAX_BYTES, decode, inflate, is_utf8
from scorer.fold import clean
from scorer.hints import OWN_ONLY, Hint
from scorer.page import Columns, Link, Markup, Metadata, Page
from scorer.tokens import Ints

MAX_NODES = 60_000
NEARLY_EMPTY = 500
"""Characters below which a page that hides more than it shows is read with what it hides."""
LEAST_VEILED = 0.5
"""What is hidden for now is looked at where it is more than this share of the text that is shown."""
LEAST_STORY, SHOWN_STORY = 500, 1000
_LEAST_PROSE = 100
"""Characters: of a story that is hidden for now, of prose that may be one that is shown, and of a block of prose."""
MOST_STYLED_AWAY = 2
"""A style sheet that hides more than so many times what it shows hides a page that a script uncovers; it is then not asked."""
MAX_TEXT = 400_000
MAX_LINKS = 4_000
MAX_METAS = 300
MAX_JSON_LD = 200_000
MAX_SCRIPT = 1_500
"""Characters of a script that are searched for advertising networks: the loader stands at its head."""

# What an element is to the walk: the four that most are, then those that it asks more questions about.
BLOCK, OWN, ANCHOR, INLINE, PLAIN, COUNTED, BREAK, SKIP, IMAGE, SCRIPT = range(10)
_KIND = dict.fromkeys(
    ["address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption", "button", "html", "optgroup"], BLOCK,
)  # fmt: skip
_KIND |= dict.fromkeys(["style", "title", "noscript", "template", "svg", "math", "head", "textarea", "select", "option", "datalist", "object", "canvas", "map", "-comment"], SKIP)
_KIND |= {"a": ANCHOR, "br": BREAK, "hr": BREAK, "img": IMAGE, "amp-img": IMAGE, "script": SCRIPT}
_KIND |= dict.fromkeys(["iframe", "video", "audio", "input", "time", "embed", "ins", "amp-ad", "amp-iframe", "meta"], COUNTED)
_KIND |= dict.fromkeys(["span", "cite", "label", "strong", "em", "b", "i", "font", "small"], INLINE)
_VOID = frozenset(["iframe", "input", "embed", "meta"])

_AD_NETWORKS = {
    "adsense": ("adsbygoogle", "googlesyndication"), "doubleclick": ("doubleclick.net", "googletag", "googletagservices"),
    "taboola": ("taboola",), "outbrain": ("outbrain",), "mgid": ("mgid.com",), "revcontent": ("revcontent",), "ezoic": ("ezoic", "ezojs"),
    "mediavine": ("mediavine",), "raptive": ("adthrive", "raptive"), "criteo": ("criteo",), "prebid": ("prebid", "pbjs"),
    "amazon": ("amazon-adsystem",), "popunder": ("popads", "popcash", "propellerads", "adsterra"), "push": ("onesignal", "pushwoosh", "pushcrew", "pushengage"),
    "zergnet": ("zergnet",), "media.net": ("media.net", "contextual.media"), "teads": ("teads",), "infolinks": ("infolinks",),
    "skimlinks": ("skimresources", "skimlinks", "viglink"), "adform": ("adform", "adnxs", "rubiconproject", "openx.net", "pubmatic"),
}  # fmt: skip
_AD_WORDS = tuple((word, network) for network, words in _AD_NETWORKS.items() for word in words)
_AD_SCRIPTS = AhoCorasick([word for word, _ in _AD_WORDS], matchkind=MatchKind.Standard, implementation=Implementation.DFA)
# As plain integers: arithmetic on IntFlag members builds a new member each time.
_OWN_ONLY = int(OWN_ONLY)
_KEPT_WIDE = int(Hint.BODY | Hint.ARTICLE_TAG | Hint.MAIN_TAG | Hint.TABLE_TAG | Hint.LIST_TAG)
_AD, _BYLINE, _POPUP = int(Hint.AD), int(Hint.BYLINE), int(Hint.POPUP | Hint.PROMO)
_COUNTED_HINTS = _AD | _BYLINE | _POPUP
SHOWN, FOR_NOW, FOR_GOOD = range(3)
"""How far from sight something is: what a script may bring back (tabs, what fades in, what is sent after the rest), and what nobody is to see."""
_FOR_NOW = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|(?:max-height|opacity)\s{0,3}:\s{0,3}0(?![.\d])", re.IGNORECASE)
_FOR_GOOD = re.compile(
    r"font-size\s{0,3}:\s{0,3}(?:0(?![.\d])|[01]px)|max-height\s{0,3}:\s{0,3}1px|(?:(?<![\w-])(?:left|top|text-indent)\s{0,3}:\s{0,3}-\d{3,6}|margin-(?:left|top)\s{0,3}:\s{0,3}-\d{4,6})(?:px|em)|"
    r"(?:^|[;\s])(?:width|height)\s{0,3}:\s{0,3}[01]px[^{}]{0,200}overflow\s{0,3}:\s{0,3}hidden|overflow\s{0,3}:\s{0,3}hidden[^{}]{0,200}[;\s](?:width|height)\s{0,3}:\s{0,3}[01]px|"
    r"clip\s{0,3}:\s{0,3}rect\(\s{0,3}[01]|clip-path\s{0,3}:\s{0,3}inset\(\s{0,3}(?:50|100)%|translate[XY3d]{0,2}\(\s{0,3}-\d{3,6}",
    re.IGNORECASE,
)
_PLAYER = re.compile(r"youtube|vimeo|dailymotion|player|video")
_A_LETTER: Any = LexborHTMLParser("a").body
_TEXT: int = _A_LETTER.first_child.tag_id
"""The parser's number for text nodes."""
_STANDARD_TAGS = 256
"""The parser numbers the tags of the standard below this; a page's own tags have other numbers on each page."""
_TAGS: dict[int, tuple[int, str, int]] = {}
"""For each number of a standard tag that was met: what it is to the walk, its name, and its hint bits."""
_HIDES: dict[str, int] = {}
"""Styles met before, and how far from sight they take what they are given to: pages repeat a handful."""
_MOST_STYLES, _LONGEST_STYLE = 20_000, 200
_JSON_LD = "application/ld+json"


def read_html(html: str | bytes, url: str = "", charset: str = "") -> Page:
    """The page that this HTML shows; see `Page.from_html`."""
    truncated: list[str] = []
    if isinstance(html, bytes):
        html = inflate(html)
    if len(html) > MAX_BYTES:
        html = html[:MAX_BYTES]
        truncated.append("bytes")
    if isinstance(html, bytes):
        # Bytes that are UTF-8 go to the parser as they are: to decode them for it, only to have it encode them, costs as much as half the parse.
        html = html.removeprefix(codecs.BOM_UTF8)
        if not (is_utf8(html) and is_tame(html)):
            html = decode(html, charset)
    if isinstance(html, str):
        html, cut = tame(html.removeprefix("\ufeff").replace("\0", ""))
        truncated += cut
    tree = LexborHTMLParser(html.encode("utf-8", "ignore") if isinstance(html, str) else html)
    walk = _Walk(tree, url, len(html), truncated)
    page = walk.page()
    if walk.styled_chars > MOST_STYLED_AWAY * len(page.text):
        walk = _Walk(tree, url, len(html), list(walk.truncated), styled=False)
        page = walk.page()
    if len(page.text) < NEARLY_EMPTY and (walk.hidden_chars > 3 * len(page.text) or ("<noscript" in html if isinstance(html, str) else b"<noscript" in html)):
        # Pages that scripts uncover: the story stands in an opacity:0 wrapper, or in <noscript> (forums).
        again = _Walk(tree, url, len(html), list(truncated), uncovered=FOR_GOOD).page()
        if len(again.text) > 3 * len(page.text):
            return again
    if walk.veiled_chars > LEAST_VEILED * len(page.text):
        # What is hidden for now is the story if there is more of it than of all that is shown: it fades in, or was sent after the frame.
        # A page that shows a story has to hide three times as much: else every farm could hide a better one beside its own.
        again = _Walk(tree, url, len(html), list(truncated), uncovered=FOR_NOW, styled=walk.styled).page()
        shown = _prose(page)
        if _prose(again) > (2 if shown <= SHOWN_STORY else 4) * shown + LEAST_STORY:
            return again
    return page


def _prose(page: Page) -> int:
    """Characters of the blocks that are long and no links."""
    chars = page.block_chars
    return int(chars[(chars >= _LEAST_PROSE) & (page.columns.link_chars < 0.3 * chars)].sum())


class _Walk:
    """The state of one walk. Frames are the elements that matter to a block, parents before children."""

    def __init__(self, tree: LexborHTMLParser, url: str, size: int, truncated: list[str], *, uncovered: int = SHOWN, styled: bool = True) -> None:
        self.uncovered = uncovered
        self.styled = styled and uncovered < FOR_GOOD
        self.tree = tree
        self.url = url
        self.size = size
        self.truncated = truncated
        # One entry a frame: a block element, or another one whose names say something.
        self.parent = [0]  # the block element around it
        self.tag = ["body"]
        self.depth = [0]
        self.first = [0]  # how many blocks stood before it
        self.last = [0]  # ... and before its end
        self.within = [0]  # how many frames there were at its end
        self.said_of: list[tuple[int, int]] = []  # frames whose tag, class, id or role says something, and those hints' bits
        # One entry a block.
        self.texts: list[str] = []
        self.frame: list[int] = []
        self.link_chars: list[int] = []
        # One entry a link.
        self.hrefs: list[str] = []
        self.rels: list[str] = []
        self.link_texts: list[str] = []
        self.link_block: list[int] = []
        self.images: list[int] = []
        self.slots: list[int] = []
        self.counts: dict[str, int] = {}
        self.others: set[str] = set()  # the tags of elements that are no frames
        self.head_rels: list[str] = []
        self.hidden_chars = 0
        self.veiled_chars = 0  # of these, the ones that are hidden for now
        self.first_time = ""
        self.said: dict[str, str] = {}
        self.unseen: frozenset[str] = frozenset()  # classes and ids that the page's own style sheets hide
        self.styled_away: dict[str, bool] = {}
        self.css_chars = self.styled_chars = 0
        self.metas = 0
        self.nodes = 0
        self.scripts = 0
        self.script_texts: list[str] = []
        self.linked: dict[str, Any] = {"types": []}
        self.json_chars = 0

    def page(self) -> Page:
        title, canonical = self._head()
        body = self.tree.body
        if body is not None:
            self._walk(body)
        root = self.tree.root
        language = (root.attributes.get("lang") or "") if root is not None and root.tag == "html" else ""
        metadata = self._metadata(canonical, language)
        return self._assemble(title or metadata.og_title, metadata)

    # -- the body ------------------------------------------------------------------------------------------------

    def _walk(self, body: Any) -> None:
        parent, tags, depths, first, last, within = self.parent, self.tag, self.depth, self.first, self.last, self.within
        texts, block_frame, link_chars, link_texts, link_block = self.texts, self.frame, self.link_chars, self.link_texts, self.link_block
        images, hrefs, rels, said_of, other = self.images, self.hrefs, self.rels, self.said_of, self.others.add
        # What the loop asks for at every node is at hand by a name of its own.
        standard, known, unseen, text_number, most_nodes = _TAGS, hints.KNOWN, hints.UNSEEN, _TEXT, MAX_NODES
        uncovered = self.uncovered
        pieces: list[str] = []
        done = 0  # blocks that are complete
        begun = 0  # whether there is one that is not: 0 or 1
        current = -1  # the block element that it belongs to
        in_links = 0
        pending = 0
        breaks = 0
        nodes = 0
        # The elements around the node in hand: the nearest block element, the link.
        block, link = 0, -1
        # What comes behind each of them: the next node, the frame that ends, and the state to go back to.
        stack: list[tuple[Any, int, int, int]] = []
        node = body.first_child
        while True:
            if node is None:
                if not stack:
                    break
                node, ends, block, link = stack.pop()
                if ends >= 0:
                    if begun and current == ends:
                        texts.append(" ".join(pieces[0].split() if len(pieces) == 1 else "".join(pieces).split()))
                        block_frame.append(current)
                        link_chars.append(in_links)
                        pieces.clear()
                        done += 1
                        begun = in_links = breaks = 0
                    last[ends] = done
                    within[ends] = len(tags)
                continue
            this, node = node, node.next
            nodes += 1
            if nodes > most_nodes:
                self.truncated.append("nodes")
                break
            number = this.tag_id
            if number == text_number:
                # Most text nodes are the white space between tags: it parts words, wherever it stands.
                if this.is_empty_text_node or (text := this.text_content).isspace():
                    if begun:
                        pieces.append(" ")
                    continue
                pending += len(text) + 1
                if pending > MAX_TEXT:
                    text = text[: MAX_TEXT - pending]
                    node, stack = None, []  # what is read is enough
                    if not text.strip():
                        break
                if block != current or breaks > 1:
                    if begun:
                        texts.append(" ".join(pieces[0].split() if len(pieces) == 1 else "".join(pieces).split()))
                        block_frame.append(current)
                        link_chars.append(in_links)
                        pieces.clear()
                        done += 1
                        in_links = 0
                    current = block
                if breaks:
                    pieces.append(" ")
                    breaks = 0
                pieces.append(text)
                begun = 1
                if link >= 0:
                    in_links += len(text.strip())
                    if link_block[link] < 0:
                        link_block[link] = done
                        link_texts[link] = text
                    else:
                        link_texts[link] += text
                continue
            try:
                kind, tag, own = standard[number]
            except KeyError:
                kind, tag, own = _learn(this)
            if kind > INLINE:
                if kind == PLAIN:
                    other(tag)
                    stack.append((node, -1, block, link))
                    node = this.first_child
                    continue
                if kind == SCRIPT:
                    self._script(this)
                    continue
                other(tag)
                if kind == BREAK:
                    breaks += 2 if tag == "hr" else 1
                    continue
                if kind == IMAGE:
                    images.append(done)
                    continue
                if kind == COUNTED:
                    self._count(tag, this.attributes, done)
                    if tag in _VOID:
                        continue
                elif tag == "noscript" and uncovered == FOR_GOOD:
                    kind = BLOCK
                else:
                    if tag == "style":
                        self._style(this)
                    continue
            before = link
            framed = kind <= OWN
            attributes = this.attributes
            if attributes:
                name = attributes.get("class") or ""
                hidden = SHOWN
                if not name or len(attributes) > 1:  # one by one: a loop over them would cost as much as all they say
                    if "id" in attributes and (said := attributes["id"]):
                        name = f"{name} {said}" if name else said
                    if "role" in attributes and (said := attributes["role"]):
                        name = f"{name} {said}" if name else said
                    if "itemprop" in attributes and (said := attributes["itemprop"]):
                        name = f"{name} {said}" if name else said
                    if "style" in attributes:
                        hidden = _hides(attributes["style"])
                    if not hidden and ("hidden" in attributes or ("aria-hidden" in attributes and attributes["aria-hidden"] == "true")):
                        hidden = FOR_NOW
                href = attributes.get("href") if kind == ANCHOR and len(hrefs) < MAX_LINKS else None
                if href:
                    rel = attributes.get("rel") or ""
                    if rel == "author":
                        name = f"{name} author"
                if name:
                    said_by_name = known.get(name)
                    if said_by_name is None:
                        said_by_name = hints.of_name(name)
                    if said_by_name:
                        if said_by_name & unseen:
                            said_by_name ^= unseen
                            hidden = FOR_GOOD
                        own |= said_by_name
                    if own:
                        framed = True
                if name and self.unseen and not hidden and self._is_styled_away(name, attributes):
                    hidden = FOR_GOOD
                    self.styled_chars += len("".join(this.text().split()))
                if hidden > uncovered:
                    size = len("".join(this.text().split()))
                    self.hidden_chars += size
                    if hidden == FOR_NOW:
                        self.veiled_chars += size
                    continue
                if href:
                    link = len(hrefs)
                    hrefs.append(href[:2000] if len(href) > 2000 else href)
                    rels.append(rel)
                    link_texts.append("")
                    link_block.append(-1)
            child = this.first_child
            if not framed:
                other(tag)
                if child is None:  # an icon, say
                    link = before
                else:
                    stack.append((node, -1, block, before))
                    node = child
                continue
            frame = len(tags)
            stack.append((node, frame, block, before))
            parent.append(block)
            tags.append(tag)
            depths.append(len(stack))
            if own:
                said_of.append((frame, own))
            first.append(done + begun)
            last.append(0)
            within.append(0)
            if kind <= OWN:
                block = frame
            node = child
        if begun:
            texts.append(" ".join(pieces[0].split() if len(pieces) == 1 else "".join(pieces).split()))
            block_frame.append(current)
            link_chars.append(in_links)
            done += 1
        # Where the walk was cut short, everything that was open ends here.
        last[0], within[0] = done, len(tags)
        for _, ends, _, _ in stack:
            if ends >= 0:
                last[ends], within[ends] = done, len(tags)
        if pending > MAX_TEXT and "text" not in self.truncated:
            self.truncated.append("text")
        self.nodes = nodes

    def _count(self, tag: str, attributes: dict[str, str | None], done: int) -> None:
        """Notes an element that is counted; `done` is how many blocks stand before it."""
        if tag == "input":
            kind = f"{attributes.get('type')} {attributes.get('name')} {attributes.get('placeholder')}".lower()
            if "hidden" not in kind and "mail" in kind:
                self.counts["email"] = self.counts.get("email", 0) + 1
            return
        if tag == "ins":
            if "adsbygoogle" in (attributes.get("class") or ""):
                self.slots.append(done)
            return
        if tag == "meta":
            self._meta(attributes)
            return
        if tag == "amp-ad":
            self.slots.append(done)
            return
        if tag == "time" and not self.first_time:
            self.first_time = attributes.get("datetime") or ""
        if tag == "iframe" and _PLAYER.search(attributes.get("src") or ""):
            tag = "video"
        self.counts[tag] = self.counts.get(tag, 0) + 1

    def _style(self, node: Any) -> None:
        """Notes what a `<style>` element hides, as long as the page's sheets are read."""
        if self.styled and self.css_chars < stylesheet.MAX_CSS:
            css = node.text()[: stylesheet.MAX_CSS - self.css_chars]
            self.css_chars += len(css)
            found = stylesheet.hidden_names(css)
            if found:
                self.unseen |= found
                self.styled_away.clear()

    def _is_styled_away(self, name: str, attributes: dict[str, str | None]) -> bool:
        """Whether a style sheet of the page hides what has these attributes, of which `name` is made."""
        known = self.styled_away.get(name)
        if known is None:
            names = [f".{one}" for one in (attributes.get("class") or "").split()]
            known = self.styled_away[name] = not self.unseen.isdisjoint([*names, f"#{attributes.get('id')}"])
        return known

    # -- what the page says of itself ------------------------------------------------------------------------------

    def _script(self, node: Any) -> None:
        self.scripts += 1
        attributes = node.attributes
        if attributes.get("type") == _JSON_LD:
            text = node.text()
            self.json_chars += len(text)
            if self.json_chars <= MAX_JSON_LD:
                _read_json_ld(text, self.linked)
        elif src := attributes.get("src"):
            self.script_texts.append(src[:300])
        else:
            self.script_texts.append(node.text()[:MAX_SCRIPT])

    def _meta(self, attributes: dict[str, str | None]) -> None:
        """What a `<meta>` element says, in the head or (microdata, broken heads) in the body; the first of a name counts."""
        key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        self.metas += 1
        if key and self.metas <= MAX_METAS and (content := attributes.get("content")):
            self.said.setdefault(key.lower(), clean(content[:4000])[:2000].strip())

    def _head(self) -> tuple[str, str]:
        """The title and the canonical address; what `<meta>` elements say and scripts are noted by the way."""
        title = canonical = ""
        titled = False
        head = self.tree.head
        node = head.first_child if head is not None else None
        seen = 0
        while node is not None and seen < 2_000:
            seen += 1
            tag = node.tag
            if tag == "meta":
                self._meta(node.attributes)
            elif tag == "script":
                self._script(node)
            elif tag == "style":
                self._style(node)
            elif tag == "title":
                if not titled:
                    titled = True
                    title = " ".join(clean(node.text()[:10_000]).split())[:1000]
            elif tag == "link":
                attributes = node.attributes
                rel = attributes.get("rel") or ""
                self.head_rels.append(rel)
                if not canonical and rel.lower() == "canonical":
                    canonical = (attributes.get("href") or "")[:2000]
            node = node.next
        if not titled:
            # A title that stands in the body all the same (broken head).
            found = self.tree.css_first("title")
            if found is not None:
                title = " ".join(clean(found.text()[:10_000]).split())[:1000]
        return title, canonical

    def _metadata(self, canonical: str, language: str) -> Metadata:
        get, linked = self.said.get, self.linked
        return Metadata(
            author=linked.get("author") or get("author") or get("article:author") or get("dc.creator") or get("parsely-author") or get("byl") or get("sailthru.author") or "",
            published=linked.get("datePublished") or get("article:published_time") or get("datepublished") or get("dc.date") or get("date") or get("pubdate") or get("parsely-pub-date") or get("sailthru.date") or self.first_time[:40],
            modified=linked.get("dateModified") or get("article:modified_time") or get("og:updated_time") or "",
            description=get("description") or get("og:description") or "",
            site_name=get("og:site_name") or get("application-name") or "",
            canonical=canonical, language=language[:20] or get("og:locale") or "",
            og_type=get("og:type") or "", og_title=get("og:title") or "", keywords=get("keywords") or get("news_keywords") or "",
            generator=get("generator") or "", publisher=linked.get("publisher") or get("article:publisher") or "",
            robots=get("robots") or "", schema_types=tuple(sorted(set(linked["types"])))[:30],
        )  # fmt: skip

    # -- blocks ----------------------------------------------------------------------------------------------------

    def _assemble(self, title: str, metadata: Metadata) -> Page:
        texts = self.texts
        if not "".join(texts).isprintable():
            # Zero-width characters, soft hyphens, controls: what no reader sees is none of the printable ones.
            texts = [text if text.isprintable() else " ".join(clean(text).split()) or "\u00b7" for text in texts]
        n = len(texts)
        lengths = np.fromiter(map(len, texts), np.int64, n)
        frame = np.array(self.frame, np.int64)
        parent, first, last = (np.fromiter(column, np.int64, len(self.tag)) for column in (self.parent, self.first, self.last))
        # Offsets count the line ends between blocks, characters do not; the last entry is the whole.
        before = np.zeros(n + 1, np.int64)
        np.cumsum(lengths, out=before[1:])
        start = before[:-1] + np.arange(n)
        link_chars = np.minimum(np.array(self.link_chars, np.int64), lengths)
        links_before = np.zeros(n + 1, np.int64)
        np.cumsum(link_chars, out=links_before[1:])
        # Characters and link characters of a frame are those of the blocks between its beginning and its end.
        end_at = np.maximum(first, last)
        begin_at = np.minimum(first, n)
        size, linked = before[end_at] - before[begin_at], links_before[end_at] - links_before[begin_at]
        group = parent[frame]
        outer = parent[group]
        bits = self._block_bits(n, size)
        tags, depths = self.tag, self.depth
        columns = Columns(
            start=start, end=start + lengths, tag=[tags[f] for f in self.frame], depth=[depths[f] for f in self.frame], link_chars=link_chars, hints=bits,
            group_chars=size[group], group_links=linked[group], outer_chars=size[outer], outer_links=linked[outer],
        )  # fmt: skip
        links = [
            Link(" ".join(text.split()), href, rel, block)
            for text, href, rel, block in zip(self.link_texts, self.hrefs, self.rels, self.link_block, strict=True)
            if 0 <= block < n
        ]
        counts = self.counts.get
        networks = {_AD_WORDS[word][1] for word, _, _ in _AD_SCRIPTS.find_matches_as_indexes("\n".join(self.script_texts).lower(), overlapping=True)}
        markup = Markup(
            elements=self.nodes, scripts=self.scripts or None, ad_networks=tuple(sorted(networks)), slots=tuple(sorted(self.slots)[:500]),
            images=tuple(self.images[:2000]), iframes=counts("iframe", 0), videos=counts("video", 0), forms=tags.count("form"),
            email_inputs=counts("email", 0), code_blocks=tags.count("pre"), tables=tags.count("table"), times=counts("time", 0), bytes=self.size,
            hidden_chars=self.hidden_chars, author_marks=counts("author marks", 0), popups=counts("popups", 0),
            build=build.names_of(self.others.union(self.tag), self.said, {*self.rels, *self.head_rels}, metadata.schema_types, self.hrefs, self.url),
        )  # fmt: skip
        return Page("\n".join(texts), title, self.url, columns, tuple(links), metadata, markup, tuple(dict.fromkeys(self.truncated)))

    def _block_bits(self, n: int, size: Ints) -> Ints:
        """The hint bits of each block: those of all elements around it; and, by the way, how many elements are ads, bylines, pop-ups.

        What stands on an element that holds most of the page says nothing of a part of it (``class="has-sidebar"`` on
        a wrapper), unless it says "body".
        """
        bits = [0] * n
        most = 0.6 * float(size[0])
        sizes = size.tolist()
        first, last, within = self.first, self.last, self.within
        outermost = {_AD: 0, _BYLINE: 0, _POPUP: 0}  # the frame at which the element in hand that says so ends
        own_only: dict[int, int] = {}
        for f, own in self.said_of:
            if sizes[f] > most:
                own &= _KEPT_WIDE
            if own & _COUNTED_HINTS:
                for kind, ends in outermost.items():
                    if own & kind and f >= ends:
                        outermost[kind] = within[f]
                        if kind == _AD:
                            self.slots.append(first[f])
                        else:
                            name = "popups" if kind == _POPUP else "author marks"
                            self.counts[name] = self.counts.get(name, 0) + 1
            begin, end = first[f], last[f]
            if begin < end:
                if own & _OWN_ONLY:
                    own_only[f] = own & _OWN_ONLY
                    own &= ~_OWN_ONLY
                # Elements stand within one another or apart, the outer ones first: so far all these blocks have the same bits.
                inherited = bits[begin]
                if own & ~inherited:
                    bits[begin:end] = [inherited | own] * (end - begin)
        if own_only:
            bits = [said | own_only.get(f, 0) for said, f in zip(bits, self.frame, strict=True)]
        return np.array(bits, np.int64)


def _learn(node: Any) -> tuple[int, str, int]:
    """What an element is to the walk, its tag, and the hint bits of the tag; remembered if the tag is one of the standard."""
    tag = node.tag or "unknown"
    # An element of the page's own making ("app-root"): scripts mostly make it a box.
    found = _KIND.get(tag, OWN if "-" in tag else PLAIN), tag, hints.TAG_BITS.get(tag, 0)
    if node.tag_id < _STANDARD_TAGS:
        _TAGS[node.tag_id] = found
    return found


def _hides(style: str | None) -> int:
    """Whether a style hides its element, or paints its text in the colour of the ground: `SHOWN`, `FOR_NOW` or `FOR_GOOD`."""
    if not style:
        return SHOWN
    known = _HIDES.get(style)
    if known is None:
        known = FOR_GOOD if _FOR_GOOD.search(style) or stylesheet.same_colour(style) else FOR_NOW if _FOR_NOW.search(style) else SHOWN
        if len(style) <= _LONGEST_STYLE:
            if len(_HIDES) >= _MOST_STYLES:
                _HIDES.clear()
            _HIDES[style] = known
    return known


def _read_json_ld(text: str, found: dict[str, Any]) -> None:
    """Collects author, dates, publisher and types from one JSON-LD script; broken ones are passed over."""
    try:
        queue: list[Any] = [orjson.loads(text)]
    except (orjson.JSONDecodeError, RecursionError):
        return
    seen = 0
    while queue and seen < 500:
        item = queue.pop(0)
        seen += 1
        if isinstance(item, list):
            queue.extend(item[:100])
        elif isinstance(item, dict):
            kind = item.get("@type")
            found["types"].extend(k[:60] for k in (kind if isinstance(kind, list) else [kind])[:5] if isinstance(k, str))
            for key in ("datePublished", "dateModified"):
                if isinstance(item.get(key), str):
                    found.setdefault(key, item[key][:40])
            for key in ("author", "publisher"):
                name = _name_of(item.get(key))
                if name:
                    found.setdefault(key, name)
            queue.extend(v for k, v in item.items() if k in ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed") or k == "review")


def _name_of(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, (_name_of(v) for v in value[:5] if not isinstance(v, list))))
    if isinstance(value, dict):
        value = value.get("name")
    return clean(value)[:200].strip() if isinstance(value, str) else ""
