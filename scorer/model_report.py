"""How good is the model, and what is in it, in one page that a person can read and share?

`write` draws what `scorer evaluate` found on pages of sites that the model had not seen: whether its chances come true,
how well it tells pages apart, what more pages would bring; and then the model itself: the steps of every feature with the
words of its docstring. The numbers in full are in report.md beside it.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.metrics import precision_recall_curve, roc_auc_score, roc_curve

from scorer import charts, sheet
from scorer.explain.account import FACET_WORDS
from scorer.feature import FEATURES
from scorer.model import FACETS, HEADS, Model
from scorer.page import Floats
from scorer.report import listing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from scorer.evaluate import Evaluation
    from scorer.train import Training

FILE: Final = "report.html"
TENTHS: Final = 10
SHARES: Final = (0.1, 0.25, 0.5, 1.0)
_MOST_POINTS = 150
_GROUP_WORDS = {"wcxb": "pages of all kinds (WCXB)", "web": "collections of news and articles", "static": "static sites"}
_STYLES = ((charts.ACCENT, "-"), (charts.LOW, "--"), (charts.HIGH, ":"), (charts.MIXED, "-."))
_MOVES = {-1: "lowers trust", 0: "either way", 1: "raises trust"}

Bools = npt.NDArray[np.bool_]


class Learned(NamedTuple):
    """How well a model does that learned from the pages of so many sites."""

    sites: int
    auc_low: float
    auc_high: float


@dataclass(frozen=True)
class HeldOut:
    """What models that had not seen a page's site say of it, row by row, beside what raters said.

    `chances`: the calibrated chance of each head; `labels`: whether it came true. `rating`: 1 to 5. `groups` and
    `inputs`: where the page is from, and how it was read. `natural`: rows drawn without regard to quality, as HTML.
    `rows`: the values of the model's features.
    """

    chances: Mapping[str, Floats]
    labels: Mapping[str, Bools]
    rating: Floats
    groups: npt.NDArray[Any]
    inputs: npt.NDArray[Any]
    natural: Bools
    rows: Floats
    learned: Sequence[Learned] = ()

    @staticmethod
    def of(found: Evaluation, learned: Sequence[Learned] = ()) -> HeldOut:
        """What an evaluation holds."""
        return HeldOut(
            {head: found.chance(head) for head in HEADS}, {head: found.data.label(head) for head in HEADS}, found.trust,
            found.group, found.kind, found.data.natural(), found.data.rows(), learned,
        )  # fmt: skip


def learning_curve(data: Training, shares: Sequence[float] = SHARES) -> list[Learned]:
    """How the step tables do when they learn from a share of the sites, on sites that they did not see; HTML only.

    The readings stay out: their cross-fitted columns come from all pages of the other folds, so that they cannot be given less.
    """
    from scorer.train import fit, stepped

    html = data.table["input"].to_numpy() == "html"
    sites, at = np.unique(data.pages["domain"].to_numpy(str), return_inverse=True)
    order = np.random.default_rng(0).permutation(len(sites)) / len(sites)
    rows, folds = data.rows(), data.folds
    out = []
    for share in shares:
        seen = order[at] < share
        auc = {}
        for head in ("low", "high"):
            scores = np.zeros(len(rows))
            for fold in sorted(set(folds.tolist())):
                held = html & (folds == fold)
                scores[held] = fit(head, data, rows, html & seen & (folds != fold), using=stepped()).scores(rows[held])
            auc[head] = float(roc_auc_score(data.label(head)[html], scores[html]))
        out.append(Learned(round(len(set(at[html & seen].tolist())) * (1 - 1 / len(set(folds.tolist())))), auc["low"], auc["high"]))
    return out


def write(folder: Path, held: HeldOut, model: Model) -> Path:
    """Writes `folder`/report.html. Raises `charts.ChartsMissing` where the plotting library is not installed."""
    path = folder / FILE
    path.write_text(render(held, model), encoding="utf-8")
    return path


def render(held: HeldOut, model: Model) -> str:
    """The page as text."""
    style = "".join(sheet.own(name) for name in ("charts.css", "report/listing.css", "report/document.css", "model_report.css"))
    return sheet.document(
        f"The model {escape(model.name)}", "".join(_content(held, model)), skip=("content", "Skip to the report"), style=style,
        script=sheet.own("report/listing.js"),
    )  # fmt: skip


def _content(held: HeldOut, model: Model) -> Iterator[str]:
    data = model.info["data"]
    yield f'<header class="top"><p class="kicker">Report on the model {escape(model.label)}</p><h1>How good is it, and what is in it?</h1>'
    yield f'<p class="from">Learned from {data["pages"]:,} rated pages of {data["domains"]:,} sites. All that is measured here is measured on sites that the step tables and the wording had not seen ({escape(data["split"])}); slopes, calibration curves and thresholds were fitted on the same pages.</p>'
    yield '<nav aria-label="Parts of the report"><ul><li><a href="#chances">Do its chances come true?</a></li><li><a href="#apart">Does it tell pages apart?</a></li><li><a href="#slices">Slices</a></li><li><a href="#features">Features</a></li></ul></nav></header><main id="content" tabindex="-1">'
    with charts.drawing() as new:
        for ident, title, drawn in (
            ("chances", "Do its chances come true?", (_reliability(held, new), _facet_reliability(held, new))),
            ("apart", "Does it tell pages apart?", (_roc(held, new), _precision(held, model, new), _learning(held, new))),
        ):
            yield f'<section class="part" aria-labelledby="{ident}"><h2 id="{ident}">{title}</h2><div class="charts">{"".join(drawn)}</div></section>'
    yield f'<section class="part" aria-labelledby="slices"><h2 id="slices">Slices</h2>{"".join(_slices(held))}</section>'
    yield f'<section class="part" aria-labelledby="features"><h2 id="features">Features</h2>{"".join(_features(held, model))}</section>'
    thresholds = " ".join(escape(model.info["thresholds"][name]["sentence"]) + "." for name in ("low", "high"))
    yield f"</main><footer><p>{thresholds}</p></footer>"


# -- charts ----------------------------------------------------------------------------------------------------------


def _tenths(chance: Floats, label: Bools) -> list[tuple[float, float, int]]:
    """Ten groups of pages with rising chance, of equal size: mean chance, share that came true, pages."""
    groups = np.array_split(np.argsort(chance, kind="stable"), TENTHS)
    return [(float(chance[g].mean()), float(label[g].mean()), len(g)) for g in groups if len(g)]


def _error(tenths: Sequence[tuple[float, float, int]]) -> float:
    return sum(abs(said - true) * pages for said, true, pages in tenths) / sum(pages for _, _, pages in tenths)


def _diagonal(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1], color=charts.QUIET, linewidth=0.8, linestyle="--")
    axes.set(xlim=(0, 1), ylim=(0, 1))


def _reliability(held: HeldOut, new: Callable[..., Figure]) -> str:
    figure = new(4.8, 3.6)
    (axes,) = charts.panels(figure, 1, 1)
    _diagonal(axes)
    rows, errors = [], []
    for head, colour, mark in (("low", charts.LOW, "o"), ("high", charts.HIGH, "s")):
        tenths = _tenths(held.chances[head][held.natural], held.labels[head][held.natural])
        axes.plot([said for said, _, _ in tenths], [true for _, true, _ in tenths], color=colour, marker=mark, markersize=4, label=f"p_{head}")
        rows += [[f"p_{head}, tenth {at + 1}", f"{said:.3f}", f"{true:.3f}", f"{pages:,}"] for at, (said, true, pages) in enumerate(tenths)]
        errors.append(f"p_{head} {_error(tenths):.3f}")
    axes.set(xlabel="chance that it gives", ylabel="share that came true")
    axes.legend(loc="upper left")
    says = f"Ten groups of {int(held.natural.sum()) // TENTHS:,} pages each, by rising chance; on the dashed line chances come true exactly. Mean distance from it: {', '.join(errors)}."
    return charts.figure(charts.svg(figure, "reliability", says), "Reliability of p_low and p_high", says, ["group", "chance", "came true", "pages"], rows)


def _facet_reliability(held: HeldOut, new: Callable[..., Figure]) -> str:
    figure = new(4.8, 5.4)
    rows, errors = [], []
    for axes, facet in zip(charts.panels(figure, 3, 2), FACETS, strict=False):
        tenths = _tenths(held.chances[facet][held.natural], held.labels[facet][held.natural])
        _diagonal(axes)
        axes.plot([said for said, _, _ in tenths], [true for _, true, _ in tenths], color=charts.ACCENT, marker="o", markersize=3)
        axes.set(title=facet, xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
        rows += [[f"{facet}, tenth {at + 1}", f"{said:.3f}", f"{true:.3f}", f"{pages:,}"] for at, (said, true, pages) in enumerate(tenths)]
        errors.append(f"{facet} {_error(tenths):.3f}")
    figure.axes[-1].set_axis_off()
    says = f"The same for the facets: the chance that a reader flags a page, and the share that was flagged. Mean distance: {', '.join(errors)}."
    return charts.figure(charts.svg(figure, "facets", says), "Reliability of the facets", says, ["group", "chance", "came true", "pages"], rows)


def _groups(held: HeldOut) -> list[tuple[str, Bools]]:
    html = held.inputs == "html"
    return [(name, np.asarray(html & (held.groups == name))) for name in dict.fromkeys(held.groups[html].tolist())]


def _roc(held: HeldOut, new: Callable[..., Figure]) -> str:
    figure = new(4.8, 5.8)
    rows, best = [], {}
    for axes, head in zip(charts.panels(figure, 2, 1), ("low", "high"), strict=True):
        _diagonal(axes)
        for (name, chosen), (colour, line) in zip(_groups(held), _STYLES, strict=False):
            label, chance = held.labels[head][chosen], held.chances[head][chosen]
            if not 0 < label.sum() < len(label):
                continue
            wrong, right, _ = roc_curve(label, chance)
            auc = float(roc_auc_score(label, chance))
            axes.plot(*_thinned(wrong, right), color=colour, linestyle=line, label=f"{name}: {auc:.3f}")
            rows.append([f"{head}, {name}", f"{auc:.3f}", *(f"{np.interp(at, wrong, right):.2f}" for at in (0.01, 0.05, 0.1, 0.2)), f"{len(label):,}"])
            best[head, name] = auc
        axes.set(title=f"p_{head}: rated {'1 or 2' if head == 'low' else '4 or 5'}", xlabel="wrongly called so", ylabel="rightly called so")
        axes.legend(loc="lower right", title="area under the curve", title_fontsize=9)
    said = ", ".join(f"{head} on {_GROUP_WORDS.get(name, name)} {auc:.3f}" for (head, name), auc in best.items())
    says = f"The area under a curve is the chance that a page that is so gets a larger chance than one that is not: {said}."
    head_row = ["curve", "area", *(f"found at {at} false alarms" for at in ("1%", "5%", "10%", "20%")), "pages"]
    return charts.figure(charts.svg(figure, "roc", says), "ROC curves, HTML", says, head_row, rows)


def _precision(held: HeldOut, model: Model, new: Callable[..., Figure]) -> str:
    figure = new(4.8, 3.6)
    (axes,) = charts.panels(figure, 1, 1)
    rows, told = [], []
    for head, colour, line, threshold in (("low", charts.LOW, "-", model.low_from), ("high", charts.HIGH, "--", model.high_from)):
        label, chance = held.labels[head][held.natural], held.chances[head][held.natural]
        precision, recall, cuts = precision_recall_curve(label, chance)
        axes.plot(*_thinned(recall[::-1], precision[::-1]), color=colour, linestyle=line, label=f"p_{head}")
        at = min(int(np.searchsorted(cuts, threshold)), len(cuts) - 1)
        axes.plot([recall[at]], [precision[at]], color=colour, marker="o", markersize=6, linestyle="")
        told.append(f"“{head}” (p_{head} of {threshold:.2f} or more) is right for {precision[at]:.0%} and finds {recall[at]:.0%}, where {label.mean():.0%} of all pages are so")
        rows += [[f"p_{head} ≥ {cut:.1f}", *_at(precision, recall, cuts, cut), f"{(chance >= cut).mean():.1%}"] for cut in np.arange(1, 10) / 10]
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="recall: share of such pages that are found", ylabel="precision: share that is right")
    axes.legend(loc="lower left")
    says = f"On the natural draw. The dots are the verdicts: {'; '.join(told)}."
    return charts.figure(charts.svg(figure, "precision", says), "Precision and recall", says, ["threshold", "precision", "recall", "pages"], rows)


def _at(precision: Floats, recall: Floats, cuts: Floats, cut: float) -> tuple[str, str]:
    at = int(np.searchsorted(cuts, cut))
    return (f"{precision[at]:.2f}", f"{recall[at]:.2f}") if at < len(cuts) else ("–", "0.00")


def _thinned(across: Floats, up: Floats) -> tuple[Floats, Floats]:
    """At most so many points of a curve: more are not seen, and make the file large."""
    if len(across) <= _MOST_POINTS:
        return across, up
    at = np.unique(np.linspace(0, len(across) - 1, _MOST_POINTS).astype(int))
    return across[at], up[at]


def _learning(held: HeldOut, new: Callable[..., Figure]) -> str:
    if len(held.learned) < 2:
        return ""
    figure = new(4.8, 3.2)
    (axes,) = charts.panels(figure, 1, 1)
    sites = [step.sites for step in held.learned]
    for values, colour, line, name in (([s.auc_low for s in held.learned], charts.LOW, "-", "low"), ([s.auc_high for s in held.learned], charts.HIGH, "--", "high")):
        axes.plot(sites, values, color=colour, linestyle=line, marker="o", markersize=4, label=name)
    axes.set(xlabel="sites learned from", ylabel="area under the ROC curve", xlim=(0, None))
    axes.legend(loc="lower right")
    last, before = held.learned[-1], held.learned[-2]
    says = f"From {before.sites:,} to {last.sites:,} sites the area rises by {last.auc_low - before.auc_low:+.3f} for low and {last.auc_high - before.auc_high:+.3f} for high. Step tables of HTML pages alone, without what the words and the markup say."
    rows = [[f"{step.sites:,} sites", f"{step.auc_low:.3f}", f"{step.auc_high:.3f}"] for step in held.learned]
    return charts.figure(charts.svg(figure, "learning", says), "What more pages bring", says, ["learned from", "low", "high"], rows)


# -- tables ----------------------------------------------------------------------------------------------------------


def _slices(held: HeldOut) -> Iterator[str]:
    rows = []
    for kind in dict.fromkeys(held.inputs.tolist()):
        for group in dict.fromkeys(held.groups.tolist()):
            chosen = np.asarray((held.inputs == kind) & (held.groups == group))
            if chosen.sum() >= 30:
                rows.append([
                    listing.text(f"{kind}, {_GROUP_WORDS.get(group, group)}"), listing.count(int(chosen.sum())), listing.share(int((held.rating[chosen] <= 2).sum()), int(chosen.sum()), "low"),
                    *(_auc(held.labels[head][chosen], held.chances[head][chosen]) for head in HEADS),
                ])  # fmt: skip
    yield "<p>Area under the ROC curve by how a page was read (as HTML, or as text by one of three extractors) and where it is from; composed pages are made by the project and were trained on.</p>"
    yield listing.listing("slices-table", "Slices of at least 30 pages", ("slice", "pages", "rated low", *HEADS), rows)
    yield "<dl class=\"meanings\">" + "".join(f"<div><dt>{name}</dt><dd>{escape(words)}</dd></div>" for name, words in FACET_WORDS.items()) + "</dl>"


def _auc(label: Bools, chance: Floats) -> listing.Cell:
    if not 0 < label.sum() < len(label):
        return listing.Cell("–", -1.0)
    value = float(roc_auc_score(label, chance))
    return listing.Cell(f"{value:.3f}", value)


def _features(held: HeldOut, model: Model) -> Iterator[str]:
    html = held.rows[held.inputs == "html"]
    weight = float(model.info["low_weight"])
    size = np.abs(_effects(model, html, weight)).mean(axis=0)
    known = np.isfinite(html).mean(axis=0)
    yield f"<p>The score is the sum of one step for each of {len(model.features)} features and a start of {model.scales['html'].intercept:+.2f}; what a step adds is in log-odds. A line shows the steps over the values that pages have, from the lowest to the highest; red lowers trust, green raises it. By the mean size of effect on rated HTML pages; plain text has a scale of its own, which is not shown.</p>"
    rows = [_feature(model, at, html[:, at], float(size[at]), float(known[at]), weight) for at in np.argsort(-size, kind="stable").tolist()]
    yield listing.listing("features-table", "Every feature", ("feature", "family", "when it rises", "mean effect", "known", "steps"), rows, sorted_by=3)


def _effects(model: Model, rows: Floats, weight: float) -> Floats:
    tables = model.scales["html"].tables
    return tables["high"].effects(rows) - weight * tables["low"].effects(rows)


def _feature(model: Model, at: int, column: Floats, size: float, known: float, weight: float) -> list[listing.Cell]:
    feature = FEATURES[model.features[at]]
    edges = np.union1d(*(model.scales["html"].tables[head].edges[at] for head in ("high", "low")))
    # One value in each step: an edge belongs to the step below it.
    points = np.concatenate([edges, [edges[-1] + 1 if len(edges) else 0.0, math.nan]])
    probe = np.full((len(points), len(model.features)), math.nan)
    probe[:, at] = points
    steps = _effects(model, probe, weight)[:, at]
    says = _docstring(feature.measure.__doc__ or "")
    about = f'<details class="about"><summary>{escape(feature.name)}: about, and its steps</summary><pre>{escape(says)}</pre>{_step_table(edges, steps)}</details>'
    return [
        listing.Cell(f"{escape(feature.summary)}<small>{escape(feature.name)}</small>{about}"), listing.text(feature.family), listing.text(_MOVES[int(feature.trust)]),
        listing.Cell(f"{size:.3f}", size), listing.chance(known), listing.Cell(_step_line(edges, steps, column)),
    ]  # fmt: skip


def _docstring(text: str) -> str:
    """What a person reads of a docstring: without its doctests."""
    lines = inspect.cleandoc(text).splitlines()
    first = next((i for i, line in enumerate(lines) if line.lstrip().startswith(">>>")), len(lines))
    return "\n".join(lines[:first]).strip()


def _step_table(edges: Floats, steps: Floats) -> str:
    if not np.abs(steps).max() > 0:
        return "<p>The model does not use it for trust.</p>"
    names = [f"up to {edge:.4g}" for edge in edges] + [f"above {edges[-1]:.4g}" if len(edges) else "any value", "not known"]
    cells = "".join(f'<tr><th scope="row">{name}</th><td>{effect:+.3f}</td></tr>' for name, effect in zip(names, steps.tolist(), strict=True))
    return f'<table class="steps"><thead><tr><th scope="col">value</th><th scope="col">effect</th></tr></thead><tbody>{cells}</tbody></table>'


def _step_line(edges: Floats, steps: Floats, column: Floats) -> str:
    """The steps as a line over the values that pages have; its numbers are in the table beside it."""
    width, height = 150, 36
    present = column[np.isfinite(column)]
    if not np.abs(steps).max() > 0 or not len(present):
        return "–"
    low, high = np.quantile(present, [0.005, 0.995]).tolist()
    low, high = min(low, float(edges[0]) if len(edges) else low), max(high, float(edges[-1]) if len(edges) else high)
    span = (high - low) or 1.0
    shown = steps[:-1]
    most = float(np.abs(shown).max()) or 1.0
    parts = []
    bounds = [low, *edges.tolist(), high]
    for at, effect in enumerate(shown.tolist()):
        left, right = ((bounds[at + i] - low) / span * width for i in (0, 1))
        y = height / 2 * (1 - effect / most)
        kind = "low" if effect < 0 else "high"
        parts.append(f'<rect class="{kind}" x="{left:.1f}" y="{min(y, height / 2):.1f}" width="{max(right - left, 0.5):.1f}" height="{max(abs(height / 2 - y), 0.5):.1f}"/>')
    return f'<svg class="steps" width="{width}" height="{height}" aria-hidden="true"><rect class="rail" y="{height / 2}" width="{width}" height="1"/>{"".join(parts)}</svg><small>{listing.effect(float(shown.min())).html} to {listing.effect(float(shown.max())).html}</small>'
