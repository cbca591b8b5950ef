"""How is a score shown in a notebook's cell?"""

from __future__ import annotations

from html import escape

from scorer.explain.account import EVIDENCE, percents, summed, verdict_of, visible
from scorer.score import PageScore

_COLOURS = {"low": "#b3261e", "mixed": "#8a6100", "high": "#1b6e3c", "": "#5f6672"}
_MOST_QUOTES = 2
_MOST_CHARS = 160


def repr_html(score: PageScore) -> str:
    """A small fragment of HTML without script or outside resources; give it as `PageScore._repr_html_`."""
    name, sentence = verdict_of(score)
    head = f'<strong style="background:{_COLOURS[score.verdict]};color:#fff;padding:.1em .5em;border-radius:.3em">{escape(name)}</strong>'
    if score.error:
        return f"<div>{head} {_shown(sentence)}</div>"
    low, middle, high = percents(score)
    facets = ", ".join(f"{escape(facet)} {value:.0%}" for facet, value in score.facets.items())
    rows = "".join(
        f'<tr><td style="text-align:right;vertical-align:top;font-variant-numeric:tabular-nums">{reason.effect:+.2f}</td>'
        f'<td style="text-align:left">{_shown(reason.summary)}{"".join(_quoted(quote.text) for quote in reason.quotes[:_MOST_QUOTES])}</td></tr>'
        for reason in summed(score).reasons
    )
    return (
        f'<div style="max-width:48em">{head} trust <strong>{score.trust:.2f}</strong>; a careful reader would say low {low}%, middle {middle}%, high {high}%. '
        f"Evidence {escape(score.evidence)}: {escape(EVIDENCE[score.evidence or 'none'])}.<br>Likely to be flagged: {facets}."
        f'<table><thead><tr><th>effect</th><th style="text-align:left">reason</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _quoted(text: str) -> str:
    cut = text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS]}…"
    return f'<br><q dir="auto" style="unicode-bidi:isolate;opacity:.8">{_shown(cut)}</q>'


def _shown(text: str) -> str:
    return escape(visible(text))
