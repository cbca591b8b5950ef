"""How is a score told in one file that a person can read, check and share?

The file loads nothing and runs only the script beside this module (see `sheet`). Everything that comes from the page passes `marked.shown` or `marked.attribute`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from scorer import sheet
from scorer.explain.account import (
    DISCLAIMER,
    EVIDENCE,
    FACET_WORDS,
    Sum,
    likely_range,
    percents,
    standing,
    summed,
    verdict_of,
)
from scorer.explain.marked import attribute, marked, passages_of, shown, text_section
from scorer.feature import FEATURES
from scorer.page import Page
from scorer.score import PageScore, Reason

if TYPE_CHECKING:
    from scorer.model import Model

_BINS = 40
_HILL = 36


def render_html(page: Page, score: PageScore, *, model: Model | None = None) -> str:
    """One HTML file: verdict, reasons that add up to the score, and the page's text with each passage marked.

    `model`: the one that gave the score; with it the report says where the page stands among rated pages.
    """
    title = f"{attribute(verdict_of(score)[0])}: {attribute(page.title or page.url or 'page without a title')}"
    return sheet.document(
        title, "".join(_content(page, score, model)), skip=("text", "Skip to the text of the page"),
        style=sheet.own("explain/document.css"), script=sheet.own("explain/document.js"),
    )  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


# -- the page from top to bottom -----------------------------------------------------------------------------------------


def _content(page: Page, score: PageScore, model: Model | None) -> Iterator[str]:
    parts = summed(score)
    passages = passages_of(page, parts.reasons)
    verdict, sentence = verdict_of(score)
    yield f'<header class="top"><p class="verdict {score.verdict or "none"}">{escape(verdict)}</p>'
    yield f'<h1 dir="auto">{"".join(marked(page.title, 0, len(page.title), passages["title"], parts.reasons)) or "Page without a title"}</h1>'
    if page.url:
        yield f'<p class="url"><bdi dir="ltr">{"".join(marked(page.url, 0, len(page.url), passages["url"], parts.reasons))}</bdi></p>'
    yield f'<p class="sentence">{shown(sentence)}</p></header><main>'
    if not score.error:
        yield from _judgement(score, model)
    yield '<div class="columns">'
    if not score.error and score.evidence != "none":
        yield from _why(page, score, parts)
    yield from text_section(page, score, passages["text"], parts.reasons)
    yield "</div></main>"
    yield '<section class="chosen" id="chosen" aria-label="Chosen reason" hidden><p class="names" aria-live="polite"></p><p class="steps">'
    yield '<button type="button" data-go="back">‹ Previous<span class="wide"> passage</span></button><button type="button" data-go="on">Next<span class="wide"> passage</span> ›</button>'
    yield '<button type="button" data-go="list">Reason</button><button type="button" data-go="close" aria-label="Close (Escape)">×</button></p></section>'
    yield f"<footer><p>{escape(DISCLAIMER)}{f' Model {shown(model.label)}.' if model else ''}</p></footer>"


def _judgement(score: PageScore, model: Model | None) -> Iterator[str]:
    low, middle, high = percents(score)
    yield '<section class="judgement" aria-label="Judgement"><div class="card"><h2>Trust</h2>'
    yield from _scale(score, model.info.get("trust_quantiles", ()) if model else ())
    yield f"<p><strong>Evidence: {escape(score.evidence)}</strong> – {escape(EVIDENCE[score.evidence or 'none'])}."
    if score.truncated:
        yield f" Only the beginning was read; cut short: {shown(', '.join(score.truncated))}."
    yield "</p></div>"
    yield '<div class="card"><h2>What a careful reader would say</h2><svg class="ratings" width="100%" height="18" aria-hidden="true">'
    for kind, at, share in (("low", 0, low), ("mixed", low, middle), ("high", low + middle, high)):
        yield f'<rect class="{kind}" x="{at}%" width="{share}%" height="18"/>'
    yield f'</svg><ul class="key"><li class="low">low, 1 or 2 of 5: <b>{low}%</b></li><li class="mixed">middle, 3: <b>{middle}%</b></li><li class="high">high, 4 or 5: <b>{high}%</b></li></ul>'
    if model:
        yield f"<p>“Low trust” takes at least {model.low_from:.1%} low, “high trust” at least {model.high_from:.1%} high.</p>"
    yield '</div><div class="card"><h2>How likely a reader is to flag it</h2><table class="facets"><tbody>'
    for facet, value in score.facets.items():
        yield f'<tr><th scope="row">{escape(facet)}<span>{escape(FACET_WORDS.get(facet, ""))}</span></th><td>{_share_bar(value)}</td><td class="number">{value:.0%}</td></tr>'
    yield "</tbody></table></div></section>"


def _scale(score: PageScore, quantiles: Sequence[float]) -> Iterator[str]:
    low, high = likely_range(score)
    stands = ""
    if len(quantiles) > 2 and score.evidence != "none":
        share = standing(score.trust, quantiles)
        stands = f" Looks better than {'less than 1%' if share < 0.01 else 'more than 99%' if share > 0.99 else f'{share:.0%}'} of the rated pages."
    yield f'<p class="trust"><strong>{score.trust:.2f}</strong> of 1.{stands}</p>'
    yield f'<svg class="scale" width="100%" height="{_HILL + 12}" role="img" aria-label="Trust {score.trust:.2f}, likely {low:.2f} to {high:.2f}, on a scale from 0 to 1.{stands}">'
    hills = _histogram(quantiles) if len(quantiles) > 2 else []
    for index, height in enumerate(hills):
        yield f'<rect class="hill" x="{100 * index / _BINS:g}%" width="{100 / _BINS - 0.3:g}%" y="{_HILL - height:g}" height="{height:g}"/>'
    yield f'<rect class="axis" width="100%" y="{_HILL}" height="2"/><rect class="range" x="{100 * low:.1f}%" width="{100 * (high - low):.1f}%" y="{_HILL - 2}" height="6" rx="3"/>'
    yield f'<svg x="{100 * score.trust:.1f}%" overflow="visible"><path class="marker" d="M-1 0h2v{_HILL}l5 11h-12l5-11z"/></svg></svg>'
    yield f'<p class="ends" aria-hidden="true"><span>0 untrustworthy</span>{"<span>rated pages</span>" if hills else ""}<span>trustworthy 1</span></p>'
    yield f"<p>The thick line, {low:.2f} to {high:.2f}, is where four of five careful readers would put such a page.</p>"


def _histogram(quantiles: Sequence[float]) -> list[float]:
    """How many rated pages stand in each of `_BINS` steps of trust, as heights; read off the evenly spaced quantiles."""
    below = np.interp(
        np.linspace(0, 1, _BINS + 1), quantiles, np.linspace(0, 1, len(quantiles)), left=0, right=1
    ).tolist()
    shares = [after - before for before, after in pairwise(below)]
    most = max(shares)
    return [round(_HILL * share / most, 1) for share in shares]


def _share_bar(share: float) -> str:
    return f'<svg class="share" width="100%" height="10" aria-hidden="true"><rect class="rail" width="100%" height="10"/><rect class="fill" width="{100 * share:.1f}%" height="10"/></svg>'


# -- reasons -------------------------------------------------------------------------------------------------------------


def _why(page: Page, score: PageScore, parts: Sum) -> Iterator[str]:
    longest = (
        max((abs(value) for value in (*(reason.effect for reason in parts.reasons), parts.rest)), default=1.0) or 1.0
    )
    yield '<section class="why" aria-labelledby="why"><h2 id="why">Why</h2><p class="hint">Bars to the left lower trust, bars to the right raise it, in log-odds. '
    yield '<span class="scripted">Choose a reason to see its passages, or a marked passage to see its reasons. Arrow keys move, Escape lets go.</span></p><ol class="reasons">'
    for index, reason in enumerate(parts.reasons):
        yield from _reason(page, index, reason, longest)
    yield "</ol>"
    if parts.rest_count:
        yield f'<p class="rest"><span class="line"><span class="name">{parts.rest_count} smaller effects together</span><span class="number">{_signed(parts.rest)}</span></span>{_effect_bar(parts.rest, longest)}</p>'
    told = math.fsum(reason.effect for reason in parts.reasons)
    yield '<dl class="sum"><div><dt>Where every page starts</dt><dd>' + _signed(parts.start) + "</dd></div>"
    yield f"<div><dt>Reasons above</dt><dd>{_signed(told)}</dd></div><div><dt>Smaller effects</dt><dd>{_signed(parts.rest)}</dd></div>"
    yield f'<div class="total"><dt>Score, which trust is read from</dt><dd>{_signed(parts.score)}</dd></div></dl>'
    yield from _every_effect(score)
    yield "</section>"


def _reason(page: Page, index: int, reason: Reason, longest: float) -> Iterator[str]:
    side = "falls" if reason.effect < 0 else "rises"
    count = len(reason.quotes)
    passages = "measured on the whole page" if not count else f"{count} {'passage' if reason.quotes[0].part != 'markup' else 'mark'}{'s' if count > 1 else ''}{'' if reason.quotes[0].part != 'markup' else ' of the markup'}"
    yield f'<li class="{side}"><button type="button" class="reason" aria-pressed="false" data-reason="{index}" id="reason-{index}">'
    yield f'<span class="line"><span class="name"><span class="index">{index + 1}</span> <bdi class="summary">{shown(reason.summary)}</bdi></span><span class="number">{_signed(reason.effect)}</span></span>'
    yield f'{_effect_bar(reason.effect, longest)}<span class="count">{passages}</span></button>'
    if count:
        yield '<ul class="quotes">'
        for number, quote in enumerate(reason.quotes):
            said = page.part(quote.part)[quote.start : quote.end]
            cut = said if len(said) <= 180 else f"{said[:180]}…"
            if quote.part == "markup":
                yield f'<li><code dir="ltr">{shown(cut)}</code></li>'
                continue
            yield f'<li><button type="button" class="quote" data-reason="{index}" data-quote="{index}.{number}"><q dir="auto">{shown(cut)}</q></button></li>'
        yield "</ul>"
    yield "</li>"


def _effect_bar(effect: float, longest: float) -> str:
    width = 50 * abs(effect) / longest
    side = "falls" if effect < 0 else "rises"
    return (
        f'<svg class="effect {side}" width="100%" height="8" aria-hidden="true"><rect class="rail" width="100%" height="8"/>'
        f'<rect class="fill" x="{50 - width if effect < 0 else 50:.2f}%" width="{width:.2f}%" height="8"/><rect class="middle" x="50%" width="1" height="8"/></svg>'
    )


def _every_effect(score: PageScore) -> Iterator[str]:
    values = dict(zip(score.effects, score.values, strict=False))
    effects = sorted(
        ((name, effect) for name, effect in score.effects.items() if effect), key=lambda pair: -abs(pair[1])
    )
    if not effects:
        return
    yield f'<details class="every"><summary>Every effect, to be added up ({len(effects)})</summary><div class="scroll" role="region" aria-label="Every effect" tabindex="0"><table>'
    yield '<thead><tr><th scope="col">feature</th><th scope="col">value</th><th scope="col">effect</th></tr></thead><tbody>'
    for name, effect in effects:
        summary = FEATURES[name].summary if name in FEATURES else ""
        value = values.get(name, math.nan)
        yield f'<tr><th scope="row" title="{attribute(summary)}">{shown(name)}</th><td>{"unknown" if math.isnan(value) else f"{value:.4g}"}</td><td>{effect:+.9f}</td></tr>'
    yield f'<tr><th scope="row">start</th><td></td><td>{score.intercept:+.9f}</td></tr><tr class="total"><th scope="row">score</th><td></td><td>{score.score:+.9f}</td></tr></tbody></table></div></details>'
