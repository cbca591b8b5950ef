"""What does a reader of this HTML see?

One lexbor parse, one walk over its nodes in document order. The walk collects text into blocks (a new block wherever a
block-level element begins or ends), remembers the elements around each, and counts what stands between the words.
Text that is not shown (scripts, templates, ``hidden``, ``display:none``) is counted but not read.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import orjson
from selectolax.lexbor import LexborHTMLParser

from scorer import hints
from scorer.charset import MAX_BYTES, decode, inflate
from scorer.fold import clean
from scorer.hints import OWN_ONLY, TAG_HINTS, Hint
from scorer.page import Columns, Ints, Link, Markup, Metadata, Page

MAX_NODES = 60_000
NEARLY_EMPTY = 500
"""Characters below which a page that hides more than it shows is read with what it hides."""
MAX_TEXT = 400_000
MAX_LINKS = 4_000
MAX_JSON_LD = 200_000

INLINE, BLOCK, ANCHOR, BREAK, SKIP, IMAGE, COUNTED, ROW = range(8)
_KIND = dict.fromkeys(
    ["address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption", "button", "html", "optgroup", "app-root"], BLOCK,
)  # fmt: skip
_KIND |= dict.fromkeys(["script", "style", "noscript", "template", "svg", "math", "head", "textarea", "select", "option", "datalist", "object", "canvas", "map"], SKIP)
_KIND |= {"a": ANCHOR, "br": BREAK, "hr": BREAK, "img": IMAGE, "amp-img": IMAGE}
_KIND |= dict.fromkeys(["iframe", "video", "audio", "input", "time", "code", "embed", "ins", "amp-ad", "amp-iframe"], COUNTED)
_NAMING = ("class", "id", "role", "itemprop")
_NAMED = ("span", "time", "a", "cite", "label", "strong", "em", "b", "i", "font", "small")

_AD_NETWORKS = {
    "adsense": ("adsbygoogle", "googlesyndication"), "doubleclick": ("doubleclick.net", "googletag", "googletagservices"),
    "taboola": ("taboola",), "outbrain": ("outbrain",), "mgid": ("mgid.com",), "revcontent": ("revcontent",), "ezoic": ("ezoic", "ezojs"),
    "mediavine": ("mediavine",), "raptive": ("adthrive", "raptive"), "criteo": ("criteo",), "prebid": ("prebid", "pbjs"),
    "amazon": ("amazon-adsystem",), "popunder": ("popads", "popcash", "propellerads", "adsterra"), "push": ("onesignal", "pushwoosh", "pushcrew", "pushengage"),
    "zergnet": ("zergnet",), "media.net": ("media.net", "contextual.media"), "teads": ("teads",), "infolinks": ("infolinks",),
    "skimlinks": ("skimresources", "skimlinks", "viglink"), "adform": ("adform", "adnxs", "rubiconproject", "openx.net", "pubmatic"),
}  # fmt: skip
_AD_WORDS = tuple((word, network) for network, words in _AD_NETWORKS.items() for word in words)
_AD_PATTERN = re.compile("|".join(re.escape(word) for word, _ in _AD_WORDS))
_AD_OF = dict(_AD_WORDS)
# As plain integers: arithmetic on IntFlag members builds a new member each time.
_TAG_BITS = {tag: int(hint) for tag, hint in TAG_HINTS.items()}
_INHERITED = ~int(OWN_ONLY)
_KEPT_WIDE = int(Hint.BODY | Hint.ARTICLE_TAG | Hint.MAIN_TAG | Hint.TABLE_TAG | Hint.LIST_TAG)
_AD, _BYLINE, _POPUP = int(Hint.AD), int(Hint.BYLINE), int(Hint.POPUP | Hint.PROMO)
_HIDING = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|(?:font-size|max-height|opacity)\s{0,3}:\s{0,3}0(?![.\d])|(?:left|top|text-indent)\s{0,3}:\s{0,3}-\d{3,6}(?:px|em)", re.I)


def read_html(html: str | bytes, url: str = "", charset: str = "") -> Page:
    """The page that this HTML shows; see `Page.from_html`."""
    truncated: list[str] = []
    if isinstance(html, bytes):
        html = inflate(html)
        if len(html) > MAX_BYTES:
            html = html[:MAX_BYTES]
            truncated.append("bytes")
        html = decode(html, charset)
    html = html.removeprefix("\ufeff")
    if len(html) > MAX_BYTES:
        html = html[:MAX_BYTES]
        truncated.append("bytes")
    if "\0" in html:
        html = html.replace("\0", "")
    try:
        tree = LexborHTMLParser(html)
    except (UnicodeEncodeError, ValueError, RuntimeError):
        tree = LexborHTMLParser(html.encode("utf-8", "replace").decode("utf-8"))
    walk = _Walk(tree, url, len(html), truncated)
    page = walk.page()
    if len(page.text) < NEARLY_EMPTY and (walk.hidden_chars > 3 * len(page.text) or "<noscript" in html):
        # Pages that scripts uncover: the story stands in an opacity:0 wrapper, or in <noscript> (forums).
        again = _Walk(tree, url, len(html), list(truncated), uncovered=True).page()
        if len(again.text) > 3 * len(page.text):
            return again
    return page


class _Walk:
    """The state of one walk. Frames are the elements that matter to a block, parents before children."""

    def __init__(self, tree: LexborHTMLParser, url: str, size: int, truncated: list[str], *, uncovered: bool = False) -> None:
        self.uncovered = uncovered
        self.tree = tree
        self.url = url
        self.size = size
        self.truncated = truncated
        # One entry a frame.
        self.parent = [0]
        self.tag = ["body"]
        self.names = [""]
        self.depth = [0]
        self.at = [0]  # how many blocks stood before it
        self.link_of = [-1]
        self.hidden = [False]
        # One entry a block.
        self.texts: list[str] = []
        self.frame: list[int] = []
        self.link_chars: list[int] = []
        # One entry a link.
        self.hrefs: list[tuple[str, str]] = []
        self.link_texts: list[list[str]] = []
        self.link_block: list[int] = []
        self.images: list[int] = []
        self.slots: list[int] = []
        self.counts: dict[str, int] = {}
        self.hidden_chars = 0
        self.first_time = ""
        self.nodes = 0

    def page(self) -> Page:
        metadata, scripts, networks = self._head()
        if self.tree.body is not None:
            self._walk(self.tree.body)
        title_node = self.tree.css_first("title")
        title = " ".join(clean(title_node.text()).split())[:1000] if title_node is not None else ""
        return self._assemble(title or metadata.og_title, metadata, scripts, networks)

    # -- the body ------------------------------------------------------------------------------------------------

    def _walk(self, body: Any) -> None:
        frames: dict[int, int] = {body.mem_id: 0}
        parent, tags, names, depth, at = self.parent, self.tag, self.names, self.depth, self.at
        link_of, hidden, counts = self.link_of, self.hidden, self.counts
        texts, block_frame, link_chars = self.texts, self.frame, self.link_chars
        hrefs, link_texts, link_block = self.hrefs, self.link_texts, self.link_block
        block_of = [0]  # frame -> frame of its nearest block element
        pieces: list[str] = []
        current = -1  # the block element that `pieces` belong to
        in_links = 0
        length = 0
        pending = 0
        breaks = 0
        kind_of = _KIND.get

        def close() -> None:
            nonlocal length, in_links
            text = " ".join("".join(pieces).split())
            pieces.clear()
            if text:
                texts.append(text)
                block_frame.append(current)
                link_chars.append(in_links)
                length += len(text) + 1
            in_links = 0

        for n, node in enumerate(body.traverse(include_text=True)):
            if n == 0:
                continue
            if n > MAX_NODES or pending > MAX_TEXT:
                self.truncated.append("nodes" if n > MAX_NODES else "text")
                break
            text = node.text_content
            if text is not None:
                if text.isspace():
                    # Most text nodes are the white space between tags: it parts words, wherever it stands.
                    if pieces:
                        pieces.append(" ")
                    continue
                frame = frames.get(node.parent.mem_id, -1)
                if frame < 0:
                    continue
                if hidden[frame]:
                    self.hidden_chars += len(text.strip())
                    continue
                pending += len(text) + 1
                if pending > MAX_TEXT:
                    text = text[: MAX_TEXT - pending]
                if block_of[frame] != current or breaks > 1:
                    if pieces:
                        close()
                    current = block_of[frame]
                if breaks:
                    pieces.append(" ")
                    breaks = 0
                pieces.append(text)
                link = link_of[frame]
                if link >= 0:
                    in_links += len(text.strip())
                    link_texts[link].append(text)
                    if link_block[link] < 0:
                        link_block[link] = len(texts)
                continue
            up = node.parent
            frame = frames.get(up.mem_id, -1) if up is not None else -1
            if frame < 0:
                continue
            tag = node.tag or "unknown"
            kind = kind_of(tag, INLINE)
            if kind == INLINE and "-" not in tag and tag not in _NAMED:
                frames[node.mem_id] = frame
                continue
            if tag == "noscript" and self.uncovered:
                kind = BLOCK
            if kind == SKIP or tag == "-comment":
                continue
            if kind == BREAK:
                breaks += 2 if tag == "hr" else 1
                continue
            if kind == IMAGE:
                self.images.append(len(texts))
                frames[node.mem_id] = frame
                continue
            attributes = node.attributes
            if kind == INLINE and not attributes:
                frames[node.mem_id] = frame
                continue
            if kind == COUNTED:
                self._count(tag, attributes, frame)
                if tag == "iframe" or tag == "input":
                    continue
            me = len(parent)
            frames[node.mem_id] = me
            parent.append(frame)
            tags.append(tag)
            depth.append(depth[frame] + 1)
            at.append(len(texts) + (1 if pieces else 0))
            name = ""
            hide = hidden[frame]
            if attributes:
                for key in _NAMING:
                    if key in attributes and (said := attributes[key]):
                        name = f"{name} {said}"
                if not self.uncovered and ("hidden" in attributes or ("style" in attributes and _HIDING.search(attributes["style"] or ""))):
                    hide = True
                elif tag == "a" and attributes.get("rel") == "author":
                    name += " author"
            names.append(name)
            hidden.append(hide)
            link = link_of[frame]
            if kind == ANCHOR:
                href = attributes.get("href")
                if href and len(hrefs) < MAX_LINKS:
                    link = len(hrefs)
                    hrefs.append((href[:2000], attributes.get("rel") or ""))
                    link_texts.append([])
                    link_block.append(-1)
            elif kind == BLOCK:
                counts[tag] = counts.get(tag, 0) + 1
            link_of.append(link)
            block_of.append(me if kind == BLOCK or (kind == INLINE and "-" in tag) else block_of[frame])
        if pieces:
            close()
        if pending > MAX_TEXT and "text" not in self.truncated:
            self.truncated.append("text")
        self.nodes = n if self.tree.body is not None else 0

    def _count(self, tag: str, attributes: dict[str, str | None], frame: int) -> None:
        if tag == "input":
            kind = f"{attributes.get('type')} {attributes.get('name')} {attributes.get('placeholder')}".lower()
            if "hidden" not in kind and "mail" in kind:
                self.counts["email"] = self.counts.get("email", 0) + 1
            return
        if tag == "ins":
            if "adsbygoogle" in (attributes.get("class") or ""):
                self.slots.append(len(self.texts))
            return
        if tag == "amp-ad":
            self.slots.append(len(self.texts))
            return
        if tag == "time" and not self.first_time:
            self.first_time = attributes.get("datetime") or ""
        if tag == "iframe" and re.search(r"youtube|vimeo|dailymotion|player|video", attributes.get("src") or ""):
            tag = "video"
        self.counts[tag] = self.counts.get(tag, 0) + 1

    # -- what the page says of itself ------------------------------------------------------------------------------

    def _head(self) -> tuple[Metadata, int, tuple[str, ...]]:
        tree = self.tree
        said: dict[str, str] = {}
        for node in tree.css("meta")[:200]:
            attributes = node.attributes
            key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            if key and (content := attributes.get("content")):
                said.setdefault(key.lower(), clean(content)[:2000].strip())
        sources: list[str] = []
        linked: dict[str, Any] = {"types": []}
        scripts = tree.css("script")
        json_bytes = 0
        for node in scripts:
            attributes = node.attributes
            if attributes.get("type") == "application/ld+json":
                text = node.text()
                json_bytes += len(text)
                if json_bytes <= MAX_JSON_LD:
                    _read_json_ld(text, linked)
            elif src := attributes.get("src"):
                sources.append(src[:300])
            else:
                sources.append(node.text()[:1500])
        networks = tuple(sorted({_AD_OF[word] for word in _AD_PATTERN.findall("\n".join(sources).lower())}))
        canonical = tree.css_first("link[rel=canonical]")
        root = tree.css_first("html")
        get = said.get
        return (
            Metadata(
                author=linked.get("author") or get("author") or get("article:author") or get("dc.creator") or get("parsely-author") or get("byl") or get("sailthru.author") or "",
                published=linked.get("datePublished") or get("article:published_time") or get("datepublished") or get("dc.date") or get("date") or get("pubdate") or get("parsely-pub-date") or get("sailthru.date") or "",
                modified=linked.get("dateModified") or get("article:modified_time") or get("og:updated_time") or "",
                description=get("description") or get("og:description") or "",
                site_name=get("og:site_name") or get("application-name") or "",
                canonical=((canonical.attributes.get("href") or "") if canonical is not None else "")[:2000],
                language=((root.attributes.get("lang") or "") if root is not None else "")[:20] or get("og:locale") or "",
                og_type=get("og:type") or "", og_title=get("og:title") or "", keywords=get("keywords") or get("news_keywords") or "",
                generator=get("generator") or "", publisher=linked.get("publisher") or get("article:publisher") or "",
                robots=get("robots") or "", schema_types=tuple(sorted(set(linked["types"])))[:30],
            ),
            len(scripts), networks,
        )  # fmt: skip

    # -- blocks ----------------------------------------------------------------------------------------------------

    def _assemble(self, title: str, metadata: Metadata, scripts: int, networks: tuple[str, ...]) -> Page:
        texts = self.texts
        if not all(t.isascii() and t.isprintable() for t in texts):
            texts = [" ".join(clean(t).split()) or "\u00b7" for t in texts]
        size, links_size = self._frame_sizes([len(t) for t in texts])
        bits = self._frame_hints(size)
        group = [self.parent[f] for f in self.frame]
        outer = [self.parent[f] for f in group]
        self.slots += self._ad_places(bits)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        ends = np.cumsum(lengths + 1) - 1
        frames = self.frame
        # The nearest block element's tag; a link or span inside it does not count.
        columns = Columns(
            start=ends - lengths, end=ends, tag=[self.tag[f] for f in frames], depth=[self.depth[f] for f in frames],
            link_chars=np.minimum(np.fromiter(self.link_chars, np.int64, len(texts)), lengths),
            hints=_column(bits, frames), group_chars=_column(size, group), group_links=_column(links_size, group),
            outer_chars=_column(size, outer), outer_links=_column(links_size, outer),
        )  # fmt: skip
        links = tuple(
            Link(" ".join("".join(parts).split()), href, rel, block)
            for (href, rel), parts, block in zip(self.hrefs, self.link_texts, self.link_block, strict=True)
            if block >= 0
        )
        counts = self.counts.get
        markup = Markup(
            elements=self.nodes, scripts=scripts or None, ad_networks=networks, slots=tuple(sorted(self.slots)[:500]),
            images=tuple(self.images[:2000]), iframes=counts("iframe", 0), videos=counts("video", 0), forms=counts("form", 0),
            email_inputs=counts("email", 0), code_blocks=counts("pre", 0), tables=counts("table", 0),
            times=counts("time", 0), bytes=self.size, hidden_chars=self.hidden_chars,
            author_marks=self._topmost(bits, _BYLINE), popups=self._topmost(bits, _POPUP),
        )  # fmt: skip
        if not metadata.published and self.first_time:
            metadata = _with_date(metadata, self.first_time)
        return Page("\n".join(texts), title, self.url, columns, links, metadata, markup, tuple(self.truncated))

    def _frame_sizes(self, lengths: list[int]) -> tuple[list[int], list[int]]:
        """Characters and link characters in each frame, those of the frames within it included."""
        size, links = [0] * len(self.parent), [0] * len(self.parent)
        for frame, length, in_links in zip(self.frame, lengths, self.link_chars, strict=True):
            size[frame] += length
            links[frame] += in_links
        parent = self.parent
        for frame in range(len(parent) - 1, 0, -1):
            if size[frame]:
                size[parent[frame]] += size[frame]
                links[parent[frame]] += links[frame]
        return size, links

    def _frame_hints(self, size: list[int]) -> list[int]:
        """The bits of each frame: its own and those inherited.

        What stands on an element that holds most of the page says nothing of a part of it (``class="has-sidebar"`` on
        a wrapper), unless it says "body".
        """
        parent = self.parent
        most = 0.6 * size[0]
        bits = [0] * len(parent)
        of_names, of_tag = hints.of_names, _TAG_BITS.get
        for frame in range(1, len(parent)):
            own = of_tag(self.tag[frame], 0)
            names = self.names[frame]
            if names and not names.isspace():
                own |= of_names(names)
            if own and size[frame] > most:
                own &= _KEPT_WIDE
            bits[frame] = own | (bits[parent[frame]] & _INHERITED)
        return bits

    def _topmost(self, bits: list[int], wanted: int) -> int:
        """How many elements say so that no element around them says too."""
        return sum(1 for f in range(1, len(bits)) if bits[f] & wanted and not bits[self.parent[f]] & wanted)

    def _ad_places(self, bits: list[int]) -> list[int]:
        return [self.at[f] for f in range(1, len(bits)) if bits[f] & _AD and not bits[self.parent[f]] & _AD]


def _column(values: list[int], frames: list[int]) -> Ints:
    return np.fromiter((values[f] for f in frames), np.int64, len(frames))


def _with_date(metadata: Metadata, date: str) -> Metadata:
    from dataclasses import replace

    return replace(metadata, published=date[:40])


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
