"""Where does the time of scoring go?

Every stage of a page is timed in one process, and every feature for itself. A view that several features share (the
words, the zones) is counted where it is first asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter_ns

from scorer import read
from scorer.model import Model
from scorer.score import judge, read_page, wrong_kind


@dataclass
class Times:
    """Nanoseconds by stage and by feature, over so many pages."""

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
    at = perf_counter_ns()
    for record in read.read(inputs, notes=read.Notes()):
        times.stages["read"] += perf_counter_ns() - at
        if not record.error and not wrong_kind(record.content):
            _time_page(record, loaded, times)
        at = perf_counter_ns()
    return times


def _time_page(record: read.Record, model: Model, times: Times) -> None:
    begun = perf_counter_ns()
    page = read_page(record.content, record.url, title=record.title, kind=record.kind, charset=record.charset)
    parsed = at = perf_counter_ns()
    row = []
    for name, measure in zip(model.features, model.measures, strict=True):
        row.append(measure(page).value)
        now = perf_counter_ns()
        times.features[name] += now - at
        at = now
    model.scale_of(page).read(row)
    read_off = perf_counter_ns()
    judge(page, model, reasons=False)
    without = perf_counter_ns()
    judge(page, model)
    times.stages["parse"] += parsed - begun
    times.stages["features"] += at - parsed
    times.stages["model"] += read_off - at
    times.stages["reasons"] += max(perf_counter_ns() - without - (without - read_off), 0)
    times.pages += 1
    times.size += len(record.content)
