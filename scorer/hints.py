"""What does the markup around a block say that the block is for?

Class names, ids and roles are words that the page's author wrote for other programs. They are matched as words
("ad", "ad-slot"; not "header"), by one automaton for all of a page's class names, and become bits that a block
inherits from the elements around it.
"""

import re
from enum import IntFlag

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind


class Hint(IntFlag):
    """What the elements around a block say; the first group comes from tags, the second from class, id and role."""

    NAV_TAG = 1
    HEADER_TAG = 2
    FOOTER_TAG = 4
    ASIDE_TAG = 8
    ARTICLE_TAG = 16
    MAIN_TAG = 32
    FORM_TAG = 64
    QUOTE_TAG = 128
    TABLE_TAG = 256
    LIST_TAG = 512
    FIGURE_TAG = 1024
    PRE_TAG = 2048
    NAV = 1 << 12
    HEADER = 1 << 13
    FOOTER = 1 << 14
    SIDEBAR = 1 << 15
    COMMENT = 1 << 16
    RELATED = 1 << 17
    SHARE = 1 << 18
    PROMO = 1 << 19
    AD = 1 << 20
    BYLINE = 1 << 21
    DATE = 1 << 22
    BODY = 1 << 23
    SOURCES = 1 << 24
    COOKIE = 1 << 25
    POPUP = 1 << 26
    META = 1 << 27
    POST = 1 << 28
    CARD = 1 << 29
    PRODUCT = 1 << 30
    BIO = 1 << 31
    TITLE = 1 << 32
    BREADCRUMB = 1 << 33
    CAPTION = 1 << 34


OWN_ONLY = Hint.TITLE | Hint.DATE | Hint.CAPTION
TAG_HINTS = {
    "nav": Hint.NAV_TAG, "header": Hint.HEADER_TAG, "footer": Hint.FOOTER_TAG, "aside": Hint.ASIDE_TAG,
    "article": Hint.ARTICLE_TAG, "main": Hint.MAIN_TAG, "form": Hint.FORM_TAG, "blockquote": Hint.QUOTE_TAG,
    "table": Hint.TABLE_TAG, "ul": Hint.LIST_TAG, "ol": Hint.LIST_TAG, "dl": Hint.LIST_TAG, "figure": Hint.FIGURE_TAG,
    "pre": Hint.PRE_TAG, "menu": Hint.NAV_TAG, "button": Hint.FORM_TAG, "address": Hint.BYLINE, "time": Hint.DATE,
    "figcaption": Hint.CAPTION,
}  # fmt: skip

# A word, "word*" (begins with it), "*word" or "*word*"; hyphens, underscores and camelCase separate words.
_WORDS = {
    Hint.NAV: "nav *navbar* navigation menu* *menu submenu tabs toolbar topbar pager pagination pagenav skip* sitemap offcanvas hamburger",
    Hint.BREADCRUMB: "breadcrumb* crumbs",
    Hint.HEADER: "header masthead banner *header branding logo",
    Hint.FOOTER: "footer *footer colophon copyright contentinfo bottombar legal disclaimer",
    Hint.SIDEBAR: "*sidebar* aside rail rightcol leftcol rightcolumn secondary complementary widget widgets* widget*",
    Hint.COMMENT: "comment comments* commentlist *comments disqus* respond reply replies livefyre discussion commento",
    Hint.RELATED: "*related* recommend* *recommended recirc* readmore readnext morefrom morelike moreon similar trending popular* mostread mostpopular latest* recent* upnext nextpost prevpost *teaser* taboola* outbrain* zergnet* revcontent* mgid* alsolike yarpp* *headlines topstories morestories featured",
    Hint.SHARE: "share* sharing* social* *social addthis* addtoany* sharedaddy* sharethis* followus follow tweet* facebook twitter pinterest whatsapp linkedin",
    Hint.PROMO: "newsletter* subscri* signup optin promo* *promo cta callout* paywall* membership donate donation* upsell offer* mailchimp* mailing* *newsletter getapp appbanner coupon*",
    Hint.AD: "ad ads adv advert* adslot* adunit* adsense* adsbygoogle adbox adcontainer adwrapper adwrap adarea adblock dfp* gpt banner300 leaderboard mpu sponsor* sponsored* doubleclick skyscraper",
    Hint.BYLINE: "byline* author* *author *byline writer contributor* postedby vcard reporter* creator",
    Hint.BIO: "bio authorbio aboutauthor authorbox biography authorinfo",
    Hint.DATE: "date dateline *date timestamp* time published pubdate posted updated datetime",
    Hint.META: "meta entrymeta postmeta articlemeta tags taglist tagcloud category* categories topics labels kicker",
    Hint.BODY: "articlebody entrycontent postcontent storybody articlecontent *articlebody* storycontent posttext bodytext bodycopy contentbody articletext maincontent mwparseroutput markdown readme prose storytext entrybody postbody",
    Hint.SOURCES: "references reflist footnotes sources source citations bibliography reference",
    Hint.COOKIE: "cookie* gdpr* consent* onetrust* ccpa*",
    Hint.POPUP: "popup* modal* overlay* lightbox* dialog drawer tooltip toast",
    Hint.POST: "post* thread* message* topic forumpost reply*",
    Hint.CARD: "card cards tile tiles item items grid* carousel* slider* swiper* thumb* thumbnail*",
    Hint.PRODUCT: "product* price* *price cart* shop* sku buy*",
    Hint.TITLE: "title headline *headline *title posttitle entrytitle",
    Hint.CAPTION: "caption* credit* photocredit wpcaption",
}  # fmt: skip


def _patterns() -> tuple[list[str], list[int]]:
    patterns, bits = [], []
    for hint, words in _WORDS.items():
        for word in words.split():
            patterns.append(("" if word[0] == "*" else " ") + word.strip("*") + ("" if word[-1] == "*" else " "))
            bits.append(int(hint))
    # Compounds written with a hyphen: "entry-content" is " entry content " after folding.
    for compound, hint in (
        ("entry content", Hint.BODY), ("post content", Hint.BODY), ("article body", Hint.BODY), ("story body", Hint.BODY),
        ("article content", Hint.BODY), ("post body", Hint.BODY), ("content body", Hint.BODY), ("body content", Hint.BODY),
        ("article text", Hint.BODY), ("story content", Hint.BODY), ("post text", Hint.BODY), ("entry body", Hint.BODY),
        ("body text", Hint.BODY), ("mw parser output", Hint.BODY), ("author bio", Hint.BIO), ("about author", Hint.BIO),
        ("author box", Hint.BIO), ("author info", Hint.BIO), ("author description", Hint.BIO), ("read more", Hint.RELATED),
        ("read next", Hint.RELATED), ("more from", Hint.RELATED), ("more stories", Hint.RELATED), ("more news", Hint.RELATED),
        ("also like", Hint.RELATED), ("most read", Hint.RELATED), ("most popular", Hint.RELATED), ("top stories", Hint.RELATED),
        ("next post", Hint.RELATED), ("prev post", Hint.RELATED), ("post navigation", Hint.RELATED), ("sign up", Hint.PROMO),
        ("opt in", Hint.PROMO), ("call to action", Hint.PROMO), ("posted by", Hint.BYLINE), ("photo credit", Hint.CAPTION),
    ):  # fmt: skip
        patterns.append(f" {compound} ")
        bits.append(int(hint))
    return patterns, bits


_PATTERNS, _BITS = _patterns()
_AUTOMATON = AhoCorasick(_PATTERNS, matchkind=MatchKind.Standard, implementation=Implementation.DFA)
# Separators as spaces, capitals as small letters, bytes beyond ASCII as letters that no pattern has.
_FOLD = bytes(32 if i < 33 or chr(i) in "-_:/.|,;#()[]{}+=&?!@*'\"<>" else ord(chr(i).lower()) if i < 128 else 0x7F for i in range(256))
UNSEEN = 1 << 35
"""The bit, beside those of `Hint`, of names by which common style sheets hide text from sight and leave it to screen readers."""
_UNSEEN = re.compile(r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|screenreader-only|assistive-text|element-invisible|u-hiddenVisually)(?:\s|$)", re.IGNORECASE)
TAG_BITS = {tag: int(hint) for tag, hint in TAG_HINTS.items()}
KNOWN: dict[str, int] = {}
"""Names met before and their bits: pages of a crawl share their themes' class names. Read it before calling `of_name`."""
_MOST_KNOWN = 100_000
_LONGEST = 300


def of_name(name: str) -> int:
    """The bits of `Hint` that a class, id or role gives, with `UNSEEN`, where it hides; of its first 300 characters.

    >>> Hint(of_name("widget-newsletter Sidebar")) == Hint.PROMO | Hint.SIDEBAR
    True
    >>> of_name("header-loader") == Hint.HEADER, of_name("btn sr-only") == UNSEEN, of_name("hidden-gems")
    (True, True, 0)
    """
    name = name[:_LONGEST]
    bits = KNOWN.get(name)
    if bits is None:
        if len(KNOWN) >= _MOST_KNOWN:
            KNOWN.clear()
        bits = UNSEEN if _UNSEEN.search(name) else 0
        folded = f" {name} ".encode("ascii", "replace").translate(_FOLD).decode("ascii")
        for index, _, _ in _AUTOMATON.find_matches_as_indexes(folded, overlapping=True):
            bits |= _BITS[index]
        KNOWN[name] = bits
    return bits
