"""Where does a url point?

Urls in crawls are as broken as their pages (``http://[ccpa-preferences``), so they are taken apart by string
operations that cannot raise, and only as far as features need.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from publicsuffixlist import PublicSuffixList

_HOST = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]{0,20}:)?//(?:[^/?#@]{0,200}@)?([^/?#:\[\]]{1,255})")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=False)


def host(url: str) -> str:
    """The host of an absolute url, lower case, without ``www.``; "" for relative and broken ones.

    >>> host("HTTPS://www.Example.org:80/a"), host("/a/b"), host("http://[ccpa-preferences")
    ('example.org', '', '')
    """
    found = _HOST.match(url[:2000].strip())
    return found.group(1).lower().strip(".").removeprefix("www.") if found else ""


@lru_cache(maxsize=50_000)
def site(name: str) -> str:
    """The part of a host that somebody registered: "example.co.uk" of "news.example.co.uk".

    Hosts of user pages count a user at a time (private part of the public suffix list).

    >>> site("news.example.co.uk"), site("anna.github.io"), site("")
    ('example.co.uk', 'anna.github.io', '')
    """
    if not name or len(name) > 255:
        return ""
    return _suffixes().privatesuffix(name) or name


@lru_cache(maxsize=50_000)
def site_of(url: str) -> str:
    """The registered part of an absolute url's host; for beginnings of urls, which many links share.

    >>> site_of("https://news.example.co.uk"), site_of("/a")
    ('example.co.uk', '')
    """
    return site(host(url))


def is_suffix(name: str) -> bool:
    """Whether names are registered under this host, or given to users, so that it is nobody's site itself.

    >>> is_suffix("co.uk"), is_suffix("github.io"), is_suffix("example.org")
    (True, True, False)
    """
    return _suffixes().privatesuffix(name) is None


def path(url: str) -> str:
    """What follows the host, without query and fragment.

    >>> path("https://example.org/a/b?c#d"), path("/x"), path("https://example.org")
    ('/a/b', '/x', '')
    """
    rest = re.sub(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]{0,20}:)?//[^/?#]{0,300}", "", url[:2000].strip())
    return re.split(r"[?#]", rest, maxsplit=1)[0]


# Parts of urls that tell what a link is for. A trailing "*" lets letters follow.
MARKS = {
    # Redirectors of affiliate networks, and the parameters and path steps that carry a partner's name.
    "affiliate": (
        "amzn.to* shareasale* awin1.com* anrdoezrs* dpbolvw* jdoqocy* kqzyfj* tkqlhce* clickbank* impact.com* skimresources* skimlinks* viglink* linksynergy* rakuten* partnerize* prf.hn* "
        "avantlink* flexoffers* pepperjam* ?aff=* &aff=* ?affid=* &affid=* ?aff_id=* &aff_id=* ?affiliate=* &affiliate=* /recommend/* /recommends/* /refer/* /aff/*"
    ),
    "tag": "?tag=* &tag=*",
    "people": (
        "/author/* /authors/* /by/* /staff/* /profile/* /profiles/* /contributor/* /contributors/* /people/* /reporter/* /reporters/* /journalist/* /journalists/* /writer/* /writers/* /columnist/* "
        "/columnists/* /user/* /users/* /member/* /members/*"
    ),
    "about": "/about /about-us /aboutus /ueber-uns /impressum /team /staff /masthead /who-we-are /our-story",
    "ethics": "/correction* /ethics* /editorial* /standards* /fact-check* /complaint* /code-of-conduct*",
    "contact": "/contact /kontakt /contactus /contact-us /feedback /help",
}
"""Kinds of parts of urls that `marks` looks for."""


@cache
def _automaton() -> tuple[AhoCorasick, list[tuple[str, bool]]]:
    parts = [(part, kind) for kind, listed in MARKS.items() for part in listed.split()]
    automaton = AhoCorasick([part.rstrip("*") for part, _ in parts], matchkind=MatchKind.Standard, implementation=Implementation.DFA)
    return automaton, [(kind, part.endswith("*")) for part, kind in parts]


def marks(hrefs: Sequence[str]) -> dict[str, list[int]]:
    """For each kind of `MARKS` which of these addresses hold such a part: their indices, ascending.

    >>> marks(["/about#team", "/aboutness", "https://amzn.to/3x"])
    {'about': [0], 'affiliate': [2]}
    """
    if not hrefs:
        return {}
    automaton, kinds = _automaton()
    text = "\n".join(hrefs).lower() + "\n"
    starts = [0, *accumulate(len(href) + 1 for href in hrefs)]
    if len(text) != starts[-1]:  # "İ" becomes two characters
        starts = [0, *accumulate(len(href.lower()) + 1 for href in hrefs)]
    found: dict[str, dict[int, None]] = {}
    for which, _, end in automaton.find_matches_as_indexes(text, overlapping=True):
        kind, open_ended = kinds[which]
        if open_ended or not text[end].isalpha():
            found.setdefault(kind, {})[bisect_right(starts, end - 1) - 1] = None
    return {kind: sorted(indices) for kind, indices in found.items()}
