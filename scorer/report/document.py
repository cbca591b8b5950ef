"""How is a batch of scores told in one file that a person can read, check and share?

From top to bottom: how many of the pages look low, how trust is spread and what a threshold would drop, why, where, which
pages deserve a look, and what could not be scored. Every foreign word passes `listing.text` or `marked.shown`; charts hold
numbers and our own words only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from scorer import charts, sheet
from scorer.explain.account import DISCLAIMER, EVIDENCE, FACET_WORDS
from scorer.explain.marked import shown
from scorer.feature import FEATURES
from scorer.model import FACETS
from scorer.report.digest import BINS, KEPT, MOST_NAMES, VERDICTS, Digest, Groups, Row, Shares, wilson
from scorer.report.listing import Cell, chance, count, effect, listing, number, share, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_SITES = 150
"""Sites that are listed for each of: worst, best, largest."""
MOST_GROUPS = 100
MOST_LISTED_REASONS = 200
_VERDICT_WORDS = {"low": "look low", "mixed": "mixed", "high": "look high"}
_GROUP_NAMES = {"language": "Language", "evidence": "How much there was to judge by", "length": "Length"}


def render(found: Digest, sources: Sequence[str]) -> str:
    """The report as one HTML file. Raises `charts.ChartsMissing` where the plotting library is not installed."""
    style = "".join(sheet.own(name) for name in ("charts.css", "report/listing.css", "report/document.css"))
    title = f"Trust report: {found.pages:,} pages"
    return sheet.document(
        title, "".join(_content(found, sources)), skip=("content", "Skip to the report"), style=style, script=sheet.own("report/listing.js")
    )


def _content(found: Digest, sources: Sequence[str]) -> Iterator[str]:
    names = ", ".join(sources[:3]) + (f" and {len(sources) - 3:,} more files" if len(sources) > 3 else "")
    yield f'<header class="top"><p class="kicker">Trust report</p><h1>{_share_words(found.verdicts["low"], found.scored)} of {found.scored:,} scored pages look low</h1>'
    yield f'<p class="from">From <bdi>{shown(names)}</bdi></p><nav aria-label="Parts of the report"><ul>'
    parts: list[tuple[str, str, Callable[[Digest], Iterable[str]]]] = [
        ("spread", "Trust", _spread), ("why", "Reasons", _reasons), ("sites", "Sites", _sites), ("groups", "Groups", _groups),
        ("pages", "Pages to look at", _pages), ("errors", "Without a score", _errors),
    ]  # fmt: skip
    yield "".join(f'<li><a href="#{ident}">{escape(name)}</a></li>' for ident, name, _ in parts)
    yield '</ul></nav></header><main id="content" tabindex="-1">'
    yield from _numbers(found)
    for ident, name, part in parts:
        yield f'<section class="part" aria-labelledby="{ident}"><h2 id="{ident}">{escape(name)}</h2>{"".join(part(found))}</section>'
    yield f"</main><footer><p>{escape(DISCLAIMER)}{_models(found)}</p></footer>"


def _models(found: Digest) -> str:
    names = [name for name, _ in found.models.most_common(3)]
    return f" {'Model' if len(names) == 1 else 'Models'} {shown(', '.join(names))}." if names else ""


def _share_words(hits: int, of: int) -> str:
    if not of:
        return "None"
    return "Less than 1%" if 0 < hits / of < 0.005 else f"{hits / of:.0%}"


# -- at a glance -----------------------------------------------------------------------------------------------------


def _numbers(found: Digest) -> Iterator[str]:
    yield '<ul class="counts">'
    for name in VERDICTS:
        yield f'<li class="card {name}"><strong>{found.verdicts[name]:,}</strong> {_VERDICT_WORDS[name]} <span>{_share_words(found.verdicts[name], found.scored)}</span></li>'
    yield f'<li class="card none"><strong>{found.pages - found.scored:,}</strong> without a score <span>{_share_words(found.pages - found.scored, found.pages)} of all</span></li></ul>'
    if len(found.models) > 1:
        yield f'<p class="warning card">These scores are of {len(found.models)} models. Trust and verdicts of different models are not to be compared; make a report of each.</p>'


def _spread(found: Digest) -> Iterator[str]:
    if not found.scored:
        yield "<p>No page has a score.</p>"
        return
    with charts.drawing() as new:
        figure = new(4.8, 2.9)
        (axes,) = charts.panels(figure, 1, 1)
        left, bottom = np.arange(BINS) / BINS, np.zeros(BINS)
        for counts, name, colour in zip(found.trust, VERDICTS, (charts.LOW, charts.MIXED, charts.HIGH), strict=True):
            axes.bar(left, counts, 1 / BINS, bottom, align="edge", color=colour, edgecolor=charts.CARD, linewidth=0.4, label=name)
            bottom = bottom + counts
        axes.set(xlim=(0, 1), xlabel="trust", ylabel="pages")
        axes.grid(axis="x", visible=False)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.locator_params("y", integer=True, nbins=5)
        figure.legend(ncols=3, loc="outside upper left")
        below = [_quantile(found.trust.sum(axis=0), at) for at in (0.1, 0.5, 0.9)]
        says = f"Half of the pages have a trust below {below[1]:.2f}, a tenth below {below[0]:.2f}, a tenth above {below[2]:.2f}; the mean is {found.trust_sum / found.scored:.2f}."
        drawn = charts.svg(figure, "trust", says)
        rows = [
            [f"{10 * step}–{10 * step + 10}%", *(f"{int(counts):,}" for counts in found.trust.reshape(3, 10, -1).sum(axis=2)[:, step])] for step in range(10)
        ]
        yield '<div class="charts">'
        yield charts.figure(drawn, "How trust is spread", says, ["trust", *VERDICTS], rows)
        yield _threshold(found, new)
        yield _facets(found, new) + "</div>"
    if empty := sum(group.pages for group in found.groups["evidence"] if group.name == "none"):
        yield f"<p>{empty:,} of these pages had too little text to be judged: they stand at the average, as “mixed”.</p>"


def _quantile(counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]], at: float) -> float:
    below = np.concatenate([[0], np.cumsum(counts)])
    return float(np.interp(at * below[-1], below, np.arange(len(below)) / len(counts)))


def _threshold(found: Digest, new: Callable[..., Figure]) -> str:
    figure = new(4.8, 2.9)
    (axes,) = charts.panels(figure, 1, 1)
    steps = np.arange(101) / 100
    above = [np.concatenate([np.cumsum(counts[::-1])[::-1], [0]]) / found.scored for counts in found.chances]
    for shares, colour, name in zip(above, (charts.LOW, charts.HIGH), ("p_low", "p_high"), strict=True):
        axes.plot(steps, shares, color=colour, linestyle="-" if name == "p_low" else "--", label=name)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="threshold", ylabel="pages at or above")
    axes.legend(loc="upper right")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    says = f"Dropping pages with p_low of 0.50 or more would drop {above[0][50]:.1%}; with 0.30 or more, {above[0][30]:.1%}. Keeping only p_high of 0.50 or more would keep {above[1][50]:.1%}."
    rows = [[f"{at / 100:.1f}", *(f"{shares[at]:.1%}" for shares in above)] for at in range(0, 101, 10)]
    return charts.figure(charts.svg(figure, "threshold", says), "What a threshold would drop or keep", says, ["threshold", "p_low at or above", "p_high at or above"], rows)


def _facets(found: Digest, new: Callable[..., Figure]) -> str:
    figure = new(4.8, 4.4)
    likely = (found.facets[:, BINS // 2 :].sum(axis=1) / np.maximum(found.facets.sum(axis=1), 1)).tolist()
    for axes, name, counts in zip(charts.panels(figure, 3, 2), FACETS, found.facets, strict=False):
        halves = counts.reshape(-1, 2).sum(axis=1)
        axes.bar(np.arange(BINS // 2) * 2 / BINS, halves / max(int(halves.sum()), 1), 2 / BINS, align="edge", color=charts.ACCENT, edgecolor=charts.CARD, linewidth=0.4)
        axes.set(title=name, xlim=(0, 1), xticks=(0, 0.5, 1))
        axes.grid(axis="x", visible=False)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    figure.axes[-1].set_axis_off()
    most = max(range(len(FACETS)), key=lambda at: likely[at])
    says = f"The chance that a reader flags a page, and how many pages have it. Flagged more likely than not: {', '.join(f'{name} {value:.1%}' for name, value in zip(FACETS, likely, strict=True))}; most often {FACETS[most]}, that is: {FACET_WORDS[FACETS[most]]}."
    rows = [
        [name, FACET_WORDS[name], f"{likely[at]:.1%}", *(f"{_quantile(found.facets[at], q):.2f}" for q in (0.1, 0.5, 0.9))] for at, name in enumerate(FACETS)
    ]
    return charts.figure(charts.svg(figure, "facets", says), "Facets", says, ["facet", "meaning", "more likely than not", "a tenth below", "half below", "nine tenths below"], rows)


# -- reasons, sites, groups --------------------------------------------------------------------------------------------


def _reasons(found: Digest) -> Iterator[str]:
    low, high = found.verdicts["low"], found.verdicts["high"]
    known = sorted(found.reasons.items(), key=lambda item: (-item[1].lowers_low, -item[1].lowers, item[0]))
    top = [(name, c) for name, c in known if c.lowers_low][:3]
    if top:
        yield "<p>Pages that look low do so most often for: " + "; ".join(f"{_meaning(name, c.summary)} ({_share_words(c.lowers_low, low)} of them)" for name, c in top) + ".</p>"
    yield f"<p>Counted are the reasons that were written beside each score, up to ten a page. Effects are in log-odds. {len(known):,} reasons occur.</p>"
    rows = [
        [
            Cell(f"{_meaning(name, c.summary)}<small>{shown(name)}</small>"), share(c.lowers_low, low, "low"), share(c.raises_high, high, "high"),
            count(c.lowers), effect(c.lowered / c.lowers if c.lowers else 0.0), count(c.raises), effect(c.raised / c.raises if c.raises else 0.0),
        ]
        for name, c in known[:MOST_LISTED_REASONS]
    ]  # fmt: skip
    head = ["reason", "lowers, of low pages", "raises, of high pages", "pages lowered", "by, on average", "pages raised", "by, on average"]
    yield listing("reasons-table", "The most common reasons", head, rows, sorted_by=1)


def _meaning(name: str, summary: str) -> str:
    said = FEATURES[name].summary if name in FEATURES else summary.rpartition(": ")[0] or summary or name
    return f'<bdi dir="auto">{shown(said)}</bdi>'


def _group_row(group: Shares, name: Cell) -> list[Cell]:
    low, high = wilson(group.low, group.pages)
    return [
        name, count(group.pages), share(group.low, group.pages, "low"), Cell(f"{low:.0%}–{high:.0%}", low) if group.pages else Cell("–", -1.0),
        share(group.high, group.pages, "high"), number(group.trust), count(group.errors),
    ]  # fmt: skip


_GROUP_HEAD = ("pages", "look low", "95% interval", "look high", "mean trust", "no score")


def _sites(found: Digest) -> Iterator[str]:
    sites = [site for site in found.sites if site.name]
    unnamed = sum(site.pages + site.errors for site in found.sites if not site.name)
    if not sites:
        yield "<p>No page came with an address, so nothing is known of sites.</p>"
        return
    pages = sum(site.pages for site in sites)
    yield f"<p>{pages:,} scored pages are of {len(sites):,} sites. Worst and best go by the bound that the pages seen allow to be sure of, so that one bad page does not condemn a site.</p>"
    if unnamed:
        yield f"<p>{unnamed:,} pages have no address that names a site.</p>"
    if found.sites.let_go:
        yield f"<p>There were more than {2 * MOST_NAMES:,} sites: {found.sites.let_go:,} times one with the fewest pages so far was let go, so small sites may lack pages.</p>"
    orders: list[tuple[str, str, int, list[Shares]]] = [
        ("worst", "Worst sites", 3, sorted((s for s in sites if s.low), key=lambda s: (-wilson(s.low, s.pages)[0], s.trust, s.name))),
        ("best", "Best sites", 5, sorted((s for s in sites if s.high), key=lambda s: (-wilson(s.high, s.pages)[0], -s.trust, s.name))),
        ("largest", "Largest sites", 1, sorted(sites, key=lambda s: (-s.pages - s.errors, s.name))),
    ]
    for ident, caption, column, ordered in orders:
        yield listing(
            f"sites-{ident}", caption, ("site", *_GROUP_HEAD), [_group_row(s, text(s.name)) for s in ordered[:MOST_SITES]],
            sorted_by=column if ident != "best" else None,
        )  # fmt: skip


def _groups(found: Digest) -> Iterator[str]:
    for name, groups in found.groups.items():
        listed = _in_order(name, groups)
        rest = len(listed) - MOST_GROUPS
        caption = _GROUP_NAMES.get(name) or f"By the column “{name}”"
        yield listing(
            f"groups-{_ident(name)}", caption, (name, *_GROUP_HEAD), [_group_row(g, _group_name(name, g.name)) for g in listed[:MOST_GROUPS]],
            sorted_by=1 if name != "length" else None,
        )  # fmt: skip
        if rest > 0:
            yield f"<p>{rest:,} more groups with fewer pages are not listed.</p>"


def _in_order(name: str, groups: Groups) -> list[Shares]:
    listed = [g for g in groups if g.pages or g.errors]
    return listed if name == "length" else sorted(listed, key=lambda g: (-g.pages, -g.errors, g.name))


def _group_name(column: str, name: str) -> Cell:
    if column == "evidence" and name in EVIDENCE:
        return Cell(f"{escape(name)}<small>{escape(EVIDENCE[name])}</small>")
    return text(name) if name else Cell("<em>not known</em>")


def _ident(name: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else f"_{ord(char):x}" for char in name)


# -- pages, errors -----------------------------------------------------------------------------------------------------


def _pages(found: Digest) -> Iterator[str]:
    kept = found.shelves
    yield f"<p>Up to {KEPT} pages for each question. To see why one has its score, and where in its text: <code>scorer explain FILE --id ID --html why.html</code>, FILE being what was scored.</p>"
    around_low = _around(kept["just low"], kept["nearly low"], lambda row: row.p_low)
    around_high = _around(kept["just high"], kept["nearly high"], lambda row: row.p_high)
    for ident, caption, column, rows in (
        ("near-low", "Near the threshold of “low”, nearest first", None, around_low),
        ("near-high", "Near the threshold of “high”, nearest first", None, around_high),
        ("high-flagged", "Looks high, yet likely to be flagged", None, kept["high but flagged"]),
        ("low-unflagged", "Looks low, yet unlikely to be flagged", None, kept["low but not flagged"]),
        ("least", "The least trusted pages", None, kept["least"]),
        ("most", "The most trusted pages", 1, kept["most"]),
    ):
        yield listing(f"pages-{ident}", caption, ("page", "trust", "p_low", "p_high", "verdict", "likeliest flag", "largest reason"), map(_page, rows), sorted_by=column)


def _around(above: Iterable[Row], below: Iterable[Row], chance_of: Callable[[Row], float]) -> list[Row]:
    """The pages on both sides of a threshold, nearest first; where it is can be told from the pages themselves."""
    sides = [list(above), list(below)]
    nearest = [chance_of(side[0]) for side in sides if side]
    threshold = sum(nearest) / len(nearest) if nearest else 0.0
    return sorted([*sides[0], *sides[1]], key=lambda row: abs(chance_of(row) - threshold))


def _page(row: Row) -> list[Cell]:
    facet = max(row.facets, key=lambda name: -1.0 if math.isnan(row.facets[name]) else row.facets[name])
    worst = row.facets[facet]
    flag = Cell("–", -1.0) if math.isnan(worst) else Cell(f"{escape(facet)} {worst:.0%}", worst)
    name = text(row.url or row.id).html + (f"<small>{text(row.id).html}</small>" if row.url and row.id and row.id != row.url else "")
    return [Cell(name), number(row.trust), chance(row.p_low, "low"), chance(row.p_high, "high"), text(row.verdict), flag, text(row.reason)]


def _errors(found: Digest) -> Iterator[str]:
    if not found.errors:
        yield "<p>Every page has a score.</p>"
        return
    without = found.pages - found.scored
    yield f"<p>{without:,} of {found.pages:,} pages have no score. What each was is in the column <code>error</code>.</p>"
    rows = [
        [text(cause), count(number), share(number, without), text(found.first_error[cause][0]), text(found.first_error[cause][1])]
        for cause, number in found.errors.most_common()
    ]
    yield listing("errors-table", "Errors by cause", ("cause", "pages", "share", "first page", "in its words"), rows, sorted_by=1)
