"""Where does the time of scoring go?

Every stage of a page is timed in one process, and every feature for itself, in CPU time, so that other programs change
little. The views that most features share (words, zones, wording) are stages of their own; one that a few share is
counted where it is first asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time_ns

from scorer import read
from scorer.model import Model
from scorer.score import judge, read_page, wrong_kind


@dataclass
class Times:
    """Nanoseconds of CPU time by stage and by feature, over so many pages."""

    pages: int = 0
    size: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    features: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        if not self.pages:
            return "no page could be read"
        total = self.stages.total()
        lines = [
            f"{self.pages:,} pages, {self.size / self.pages / 1000:,.1f} kB each, {total / self.pages / 1e6:.3f} ms each"
        ]
        lines += self._rows("stage", self.stages, total)
        lines += self._rows("feature", self.features, total)
        return "\n".join(lines)

    def _rows(self, head: str, times: Counter[str], total: int) -> Iterator[str]:
        yield f"\n{head:<40} {'us a page':>10} {'share':>7}"
        for name, time in times.most_common():
            yield f"{name:<40} {time / self.pages / 1000:>10.1f} {time / total:>7.1%}"


def profile(inputs: Iterable[str | Path], *, model: str | Path | None = None) -> Times:
    """Times every page of these inputs that can be scored; problems with the input are passed over."""
    loaded = Model.load(model)
    times = Times()
    at = process_time_ns()
    for record in read.read(inputs, notes=read.Notes()):
        times.stages["read"] += process_time_ns() - at
        if not record.error and not wrong_kind(record.content):
            time_page(record, loaded, times)
        at = process_time_ns()
    return times


def time_page(record: read.Record, model: Model, times: Times) -> None:
    """Scores the page of a record that can be scored, and adds what each part of it took to `times`."""
    at = process_time_ns()

    def passed() -> int:
        nonlocal at
        before, at = at, process_time_ns()
        return at - before

    page = read_page(record.content, record.url, title=record.title, kind=record.kind, charset=record.charset)
    times.stages["parse"] += passed()
    page.tokens, page.hits  # noqa: B018  (views are made when first asked for)
    times.stages["words"] += passed()
    page.zones  # noqa: B018
    times.stages["zones"] += passed()
    page.wording  # noqa: B018
    times.stages["wording"] += passed()
    row = []
    for name, measure in zip(model.features, model.measures, strict=True):
        row.append(measure(page).value)
        taken = passed()
        times.features[name] += taken
        times.stages["features"] += taken
    model.scale_of(page).read(row)
    times.stages["model"] += passed()
    judge(page, model, reasons=False)
    without = passed()
    judge(page, model)
    times.stages["reasons"] += max(passed() - without, 0)
    times.pages += 1
    times.size += len(record.content)
