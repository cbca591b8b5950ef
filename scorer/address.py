"""Where does a url point?

Urls in crawls are as broken as their pages (``http://[ccpa-preferences``), so they are taken apart by string
operations that cannot raise, and only as far as features need.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

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
