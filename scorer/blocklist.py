"""Which sites can be blocked without blocking good ones, and on what evidence?

Listed is a site of which several pages are known and whose whole 95 % interval of trust lies below the cut: to miss a
site costs one reader little, to block a good one costs many a lot. Beside the list goes a file with the evidence, as
the maintainers of public lists ask for it: for each site the numbers, the reasons, and pages to look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from scorer.write import write_beside

Form = Literal["ublacklist", "domains", "adblock"]
FORMS: tuple[Form, ...] = get_args(Form)

CUT = 0.4
"""Of the development sites with 3 pages or more whose interval lies below, 10 are known for good or bad to public lists, all of them for bad."""
LEAST_PAGES = 3

# What stands in a list must not be able to say more than a name: a host in a crawl may hold line ends and wildcards.
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}(?:(?:/[a-z0-9._~@-]{1,100}){1,2})?")
_ADDRESS = re.compile(r"[\d.]+")


class BadAllowList(ValueError):
    """An allow list that cannot be read; the message is a sentence that says what to do."""


@dataclass
class Listing:
    """What came of it. `allowed`: sites below the cut that the allow list spares; `unsayable`: those that no line of the format can name."""

    listed: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    unsayable: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{len(self.listed):,} sites listed"]
        for count, why in ((len(self.allowed), "spared by the allow list"), (len(self.shared), "left out: many users share the name"), (len(self.unsayable), "left out: the format cannot name them")):  # fmt: skip
            if count:
                lines.append(f"  {count:,} {why}")
        return "\n".join([*lines, *(f"written to {name}" for name in self.files)])


def write_lists(
    sites: str | Path, forms: Iterable[Form], *, cut: float = CUT, least_pages: int = LEAST_PAGES, allow: Iterable[str | Path] = ()
) -> Listing:
    """Writes blocklists of the sites in this Parquet file (what `scorer sites` wrote), and the evidence, beside it."""
    spared = frozenset(name for path in allow for name in read_allowed(path))
    result = Listing()
    rows = sorted(_candidates(Path(sites), cut, least_pages), key=lambda row: (row["trust_high"], row["site"]))
    chosen = [row for row in rows if _may_be_listed(row["site"], spared, result)]
    stem = Path(sites).with_suffix("")
    terms = f"{len(chosen):,} sites with {least_pages} pages or more, whose 95 % interval of trust lies below {cut:g}"
    result.listed = [row["site"] for row in chosen]
    for form in forms:
        head, line = _FORMS[form]
        named = [(row["site"], line(row["site"])) for row in chosen]
        if form == "domains":
            result.unsayable += [site for site, text in named if not text]
        _write(Path(f"{stem}.{form}.txt"), [*head(terms), *sorted({text for _, text in named if text})], result)
    _write(Path(f"{stem}.evidence.md"), _evidence(chosen, terms), result)
    return result


def _write(path: Path, lines: Iterable[str], result: Listing) -> None:
    write_beside(path, "\n".join(lines) + "\n")
    result.files.append(str(path))


def _candidates(sites: Path, cut: float, least_pages: int) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(sites).iter_batches(4096):
        for row in batch.to_pylist():
            if row["pages"] >= least_pages and row["trust_high"] is not None and row["trust_high"] < cut:
                yield row


def _may_be_listed(site: str, spared: frozenset[str], result: Listing) -> bool:
    from scorer.sites import is_shared

    if is_allowed(site, spared):
        result.allowed.append(site)
    elif not _NAME.fullmatch(ascii_name(site)) or _ADDRESS.fullmatch(site):
        result.unsayable.append(site)
    elif is_shared(site):
        result.shared.append(site)
    else:
        return True
    return False


def ascii_name(site: str) -> str:
    """The name as lists have it: letters beyond ASCII as in DNS. What has no such form stays as it is.

    >>> ascii_name("bücher.example"), ascii_name("medium.com/@anna")
    ('xn--bcher-kva.example', 'medium.com/@anna')
    """
    host, slash, path = site.partition("/")
    try:
        return host.encode("idna").decode() + slash + path
    except UnicodeError:
        return site


# -- the allow list ------------------------------------------------------------------------------------------------


def read_allowed(path: str | Path) -> set[str]:
    """The sites of an allow list: one a line, "#" begins a comment; urls will do."""
    from scorer import address

    try:
        text = Path(path).read_text("utf-8-sig")
    except OSError as fault:
        raise BadAllowList(f"the allow list {path} cannot be read ({fault.strerror}); check its name") from None
    except UnicodeDecodeError:
        raise BadAllowList(f"the allow list {path} is not UTF-8 text; write one site a line") from None
    found = set()
    for number, line in enumerate(text.splitlines(), 1):
        name = re.sub(r"(^|\s)#.*", "", line).strip().lower()
        if not name:
            continue
        url = name if "//" in name else f"//{name}"
        host = address.host(url)
        if not host or " " in name:
            raise BadAllowList(f"the allow list {path} has in line {number} no site: {line.strip()[:80]!r}; write one a line, such as example.org")
        found.add(f"{host}{address.path(url).rstrip('/')}")
    return found


def is_allowed(site: str, spared: frozenset[str]) -> bool:
    """Whether the allow list names this site, something that it is a part of, or a part of it.

    >>> is_allowed("anna.github.io", frozenset(["github.io"])), is_allowed("medium.com/@anna", frozenset(["medium.com"]))
    (True, True)
    >>> is_allowed("example.org", frozenset(["news.example.org"])), is_allowed("example.org", frozenset(["example.org/tea"]))
    (True, True)
    >>> is_allowed("example.org", frozenset(["ample.org"]))
    False
    """
    parts = site.partition("/")[0].split(".")
    above = {site, *(".".join(parts[at:]) for at in range(len(parts)))}
    return not above.isdisjoint(spared) or any(name.endswith(f".{site}") or name.startswith(f"{site}/") for name in spared)


# -- formats -------------------------------------------------------------------------------------------------------


def _ublacklist(site: str) -> str:
    """A match pattern: the site with all that is below it."""
    name = ascii_name(site)
    return f"*://{name}/*" if "/" in name else f"*://*.{name}/*"


def _domain(site: str) -> str:
    """The bare name; a user known by the path of the url has none."""
    return "" if "/" in site else ascii_name(site)


def _adblock(site: str) -> str:
    return f"||{ascii_name(site)}^"


_TITLE = "Sites that look untrustworthy"
_FORMS: dict[Form, tuple[Callable[[str], list[str]], Callable[[str], str]]] = {
    "ublacklist": (lambda terms: ["---", f"name: {_TITLE}", "---", f"# {terms}"], _ublacklist),
    "domains": (lambda terms: [f"# {_TITLE}: {terms}"], _domain),
    "adblock": (lambda terms: ["[Adblock Plus 2.0]", f"! Title: {_TITLE}", f"! {terms}"], _adblock),
}


# -- evidence ------------------------------------------------------------------------------------------------------


def _evidence(rows: Iterable[dict[str, Any]], terms: str) -> Iterator[str]:
    yield f"# {_TITLE}: evidence\n\n{terms}. Judged is how pages look, not whether what they say is true; look at the pages named before you rely on it."
    for row in rows:
        yield f"\n## {_code(row['site'])}\n"
        yield f"- trust {row['trust']:.2f} ({row['trust_low']:.2f} to {row['trust_high']:.2f}), mean of {row['pages']:,} pages {row['mean_trust']:.2f}; {row['share_low']:.0%} of them low"
        signs = [(row["near_duplicates"], "of pages nearly repeat another page of the site"), (row["copies"], "nearly repeat a page of another site"), (row["boilerplate"], "of body paragraphs recur on 3 pages or more"), (row["burst_share"], "of dated pages came in bursts")]  # fmt: skip
        said = [f"{share:.0%} {what}" for share, what in signs if share and share >= 0.05]
        if said:
            yield f"- {'; '.join(said)}"
        for reason in row["reasons"]:
            if reason["effect"] < 0:
                yield f"- {_plain(reason['summary'])} (effect {reason['effect']:+.2f}, on {reason['share']:.0%} of pages)"
                yield from (f"  - {_code(url)}" for url in reason["urls"] or ())


def _code(text: str) -> str:
    """Text of unknown origin that Markdown shows as it is, and links to nothing."""
    return "`" + re.sub(r"[\s`\x00-\x1f\x7f]+", " ", text)[:300].strip() + "`"


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))
