"""How trustworthy does this page look, and why?

The one path from pages to scores: bytes are read into a `Page`, features are measured, the model reads the row. A page
scored alone is a batch of one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from selectolax.lexbor import SelectolaxError

from scorer.charset import MAX_BYTES, decode, inflate, not_a_page
from scorer.feature import FEATURES, Measure, Span
from scorer.imprint import Imprint, take
from scorer.model import FACETS, Model, Reading
from scorer.page import Page

if TYPE_CHECKING:
    import pandas as pd

    from scorer.read import Record

Verdict = Literal["low", "mixed", "high", ""]
Evidence = Literal["strong", "fair", "weak", "none", ""]

MOST_REASONS = 10
MOST_QUOTES = 5
LEAST_EFFECT = 0.03
COLUMNS = (
    "id", "url", "trust", "p_low", "p_high", "verdict", *FACETS, "reasons", "evidence", "language", "words", "truncated",
    *Imprint._fields, "error", "model",
)  # fmt: skip
"""The columns of every output, in order; with features, one `feature_<name>` each follows."""


class Quote(NamedTuple):
    """A passage of the page: `part` is "text", "title", "url" or "markup", `start`/`end` offsets into it (`Page.part`), `text` what stands there."""

    part: str
    start: int
    end: int
    text: str


class Reason(NamedTuple):
    """One feature's share in the score. `effect` is in log-odds: above 0 it raises trust, below 0 it lowers it."""

    feature: str
    effect: float
    summary: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class PageScore:
    """How one page looks.

    `trust`: (expected rating - 1) / 4, in 0..1. `p_low`: probability that a careful reader rates it 1 or 2 of 5.
    `p_high`: probability of 4 or 5. `facets`: probability that a reader flags it, for each of `FACETS`.
    `evidence`: "strong", "fair", "weak" or "none": how much there was to judge by. `score`: the log-odds that `trust` is
    read from; the values of `effects` (by feature) and `intercept` sum to it. `reasons`: the largest effects, with
    passages. A page that could not be scored has `error`, a sentence, and NaN for every number.
    """

    trust: float = math.nan
    p_low: float = math.nan
    p_high: float = math.nan
    verdict: Verdict = ""
    facets: dict[str, float] = field(default_factory=lambda: dict.fromkeys(FACETS, math.nan))
    reasons: tuple[Reason, ...] = ()
    evidence: Evidence = ""
    language: str = ""
    words: int = 0
    truncated: tuple[str, ...] = ()
    error: str = ""
    score: float = math.nan
    intercept: float = math.nan
    effects: dict[str, float] = field(default_factory=dict, repr=False)
    values: tuple[float, ...] = field(default=(), repr=False)

    def _repr_html_(self) -> str:
        from scorer.explain import repr_html

        return repr_html(self)


def score_page(page: str | bytes | Page, url: str = "", *, title: str = "", model: Model | None = None) -> PageScore:
    """How one page looks. `page` is HTML or plain text, as str or bytes, or a `Page`.

    What is no page (a PDF, an image) gives a `PageScore` with `error`; no input raises.

    >>> score_page(b"%PDF-1.7").error
    'this is a PDF document, not a page: give HTML or text'
    """
    model = model or Model.load()
    try:
        if not isinstance(page, Page):
            fault = wrong_kind(page)
            if fault:
                return PageScore(error=fault)
            page = read_page(page, url, title=title)
        return judge(page, model)
    except RecursionError:
        return PageScore(error="the page is nested too deeply to be read")
    except (MemoryError, SelectolaxError):  # the parser says no more than that it failed, and fails only for that
        return PageScore(error=_TOO_LARGE)


_TOO_LARGE = "the page needs more memory than a page may take; --page-megabytes allows more"


def wrong_kind(content: str | bytes) -> str:
    """The sentence for content that is certainly no page, else ""."""
    if not content or (isinstance(content, str) and not content.strip()):
        return "the page is empty: there is nothing to score"
    if isinstance(content, bytes):
        what = not_a_page(inflate(content))
        if what:
            return f"this is {what}, not a page: give HTML or text"
    return ""


def read_page(content: str | bytes, url: str = "", *, title: str = "", kind: str = "", charset: str = "") -> Page:
    """The page in `content`; `kind` is "html", "text", or "" to look."""
    if isinstance(content, bytes):
        content = inflate(content)
    if kind == "html" or (kind != "text" and looks_like_html(content)):
        return Page.from_html(content, url, charset=charset)
    if isinstance(content, bytes):
        content = decode(content[:MAX_BYTES], charset)
    return Page.from_text(content, url, title)


def looks_like_html(content: str | bytes) -> bool:
    """Whether this is HTML rather than plain text: a tag near its beginning.

    >>> looks_like_html("<!doctype html><p>a"), looks_like_html("If a < b then"), looks_like_html(b"a <b>b</b>")
    (True, False, True)
    """
    head = content[:4000].lower()
    if isinstance(head, bytes):
        return any(mark in head for mark in _HTML_MARKS_BYTES)
    return any(mark in head for mark in _HTML_MARKS)


_HTML_MARKS = ("<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<p ", "<a href", "<title", "<h1", "<table", "<meta", "<article", "</", "<br", "<?xml")  # fmt: skip
_HTML_MARKS_BYTES = tuple(mark.encode() for mark in _HTML_MARKS)


def judge(page: Page, model: Model, *, reasons: bool = True) -> PageScore:
    """The score of a page that has been read."""
    measures = [measure(page) for measure in model.measures]
    row = [found.value for found in measures]
    strength = evidence_of(page)
    words = page.word_count
    if strength == "none":
        return _nothing_to_judge(page, model, row, words)
    scale = model.scale_of(page)
    reading = scale.read(row)
    return PageScore(
        trust=reading.trust, p_low=reading.p_low, p_high=reading.p_high, verdict=_verdict(reading, model), facets=reading.facets,
        reasons=tuple(_reasons(page, model, measures, reading)) if reasons else (), evidence=strength, language=page.language,
        words=words, truncated=page.truncated, score=reading.score, intercept=scale.intercept,
        effects=dict(zip(model.features, reading.effects, strict=True)), values=tuple(row),
    )  # fmt: skip


def evidence_of(page: Page) -> Evidence:
    """How much there is to judge by: a body of some length, in a language that the model has seen, with its markup."""
    size = page.body_word_count
    if size < 25:
        return "none"
    if size < 120 or page.language not in ("en", ""):
        return "weak"
    return "strong" if size >= 300 and page.is_html else "fair"


def _nothing_to_judge(page: Page, model: Model, row: list[float], words: int) -> PageScore:
    base = model.base
    reason = Reason("nothing_to_judge", 0.0, "There is no body of 25 words or more: nothing to judge", ())
    return PageScore(
        trust=base["trust"], p_low=base["p_low"], p_high=base["p_high"], verdict="mixed", facets={f: base[f] for f in FACETS}, reasons=(reason,),
        evidence="none", language=page.language, words=words, truncated=page.truncated, score=model.scale_of(page).intercept, intercept=model.scale_of(page).intercept,
        effects=dict.fromkeys(model.features, 0.0), values=tuple(row),
    )  # fmt: skip


def _verdict(reading: Reading, model: Model) -> Verdict:
    if reading.p_low >= model.low_from:
        return "low"
    return "high" if reading.p_high >= model.high_from else "mixed"


def _reasons(page: Page, model: Model, measures: list[Measure], reading: Reading) -> list[Reason]:
    """The largest effects of what is known, features that are one reason to a reader taken together."""
    effects = [effect if found.value == found.value else 0.0 for found, effect in zip(measures, reading.effects, strict=True)]
    ranked = []
    for name, at in model.reasons.items():
        effect = effects[at[0]] if len(at) == 1 else math.fsum([effects[i] for i in at])
        if abs(effect) >= LEAST_EFFECT:
            ranked.append((-abs(effect), name, effect))
    found_reasons = []
    for _, name, effect in sorted(ranked)[:MOST_REASONS]:
        # What leads to the effect comes first; what goes against it is no evidence of it.
        members = sorted((i for i in model.reasons[name] if effects[i] * effect > 0), key=lambda i: -abs(effects[i]))
        spans: dict[Span, None] = {}
        for i in members:
            if len(spans) < MOST_QUOTES:
                spans |= dict.fromkeys(measures[i].spans)
        quotes = tuple(Quote(*span, page.part(span.part)[span.start : span.end]) for span in list(spans)[:MOST_QUOTES])
        found_reasons.append(Reason(name, effect, _summary(model.features[members[0]], measures[members[0]].value), quotes))
    return found_reasons


def _summary(name: str, value: float) -> str:
    return f"{FEATURES[name].summary}: {value:.3g}"


def score_columns(records: Sequence[Record], model: Model | None = None, *, features: bool = False) -> dict[str, list[Any]]:
    """The output columns (`COLUMNS`) of these records, each a list as long as `records`; what every engine runs."""
    model = model or Model.load()
    names = [f"feature_{name}" for name in model.features] if features else []
    out: dict[str, list[Any]] = {name: [] for name in (*COLUMNS, *names)}
    for record in records:
        result, imprint = _score_record(record, model)
        for name, value in zip(out, _cells(record, result, imprint, model, features), strict=True):
            out[name].append(value)
    return out


def _score_record(record: Record, model: Model) -> tuple[PageScore, Imprint]:
    if record.error:
        return PageScore(error=record.error), Imprint()
    try:
        fault = wrong_kind(record.content)
        if fault:
            return PageScore(error=fault), Imprint()
        page = read_page(record.content, record.url, title=record.title, kind=record.kind, charset=record.charset)
        return judge(page, model), take(page)
    except (MemoryError, SelectolaxError):
        return PageScore(error=_TOO_LARGE), Imprint()
    except Exception as fault:
        # A fault of ours must cost one row, not the run; the row says so.
        return PageScore(error=f"the page could not be scored ({type(fault).__name__}: {fault}); please report it with the page"), Imprint()


def _cells(record: Record, result: PageScore, imprint: Imprint, model: Model, features: bool) -> list[Any]:
    reasons = [
        {"feature": r.feature, "effect": r.effect, "summary": r.summary, "quotes": [q._asdict() for q in r.quotes]} for r in result.reasons
    ]
    cells: list[Any] = [
        record.id, record.url, result.trust, result.p_low, result.p_high, result.verdict, *(result.facets[f] for f in FACETS), reasons,
        result.evidence, result.language, result.words, ",".join(result.truncated), imprint.published_on or None,
        imprint.main_topic or None, list(imprint.body_keys), list(imprint.passage_keys), result.error, model.label,
    ]  # fmt: skip
    if features:
        cells += result.values or [math.nan] * len(model.features)
    return cells


def score_frame(frame: pd.DataFrame, *, model: Model | None = None, features: bool = False, keep: Iterable[str] = ()) -> pd.DataFrame:
    """Scores a table with a column `html` or `text`, and optionally `id`, `url`, `title`; the index is kept.

    `keep`: columns that pass through. Raises ValueError, saying what is missing, if there is nothing to score.
    """
    import pandas as pd

    from scorer.read import Record

    content = next((name for name in ("html", "text") if name in frame.columns), None)
    if content is None:
        raise ValueError(f"the table has no column 'html' or 'text' (it has: {', '.join(map(str, frame.columns)) or 'none'}); rename the one that holds the pages")
    kind: Literal["html", "text"] = "html" if content == "html" else "text"

    def column(name: str, default: Iterable[Any]) -> Iterable[Any]:
        return ("" if value is None or value is pd.NA or value != value else value for value in frame[name]) if name in frame.columns else default

    blank = [""] * len(frame)
    records = [
        Record(str(key), str(url), str(title), page if isinstance(page, str | bytes) else "", kind, "", "", {})
        for key, url, title, page in zip(column("id", frame.index), column("url", blank), column("title", blank), frame[content], strict=True)
    ]
    scored = pd.DataFrame(score_columns(records, model, features=features), index=frame.index)
    kept = [name for name in keep if name in frame.columns]
    return pd.concat([scored, frame[[k for k in kept if k not in scored.columns]]], axis=1)
