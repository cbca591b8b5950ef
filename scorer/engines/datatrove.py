"""How are pages scored in a datatrove pipeline?

    from scorer.engines.datatrove import ScorePages

    LocalPipelineExecutor([
        WarcReader("crawl/"), ScorePages("html", min_trust=0.3), Trafilatura(), JsonlWriter("kept/"),
    ]).run()

The scores join each document's metadata, so that later steps and the writers see them; reasons stay with the page.
With `JsonlWriter(..., expand_metadata=True)` the files are such as `scorer sites` reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from scorer.engines import missing, score_part
from scorer.imprint import Imprint

try:
    from datatrove.pipeline.base import PipelineStep
except ImportError:
    PipelineStep = None

if TYPE_CHECKING:
    from datatrove.data import Document

_ADDED = (
    "trust",
    "p_low",
    "p_high",
    "verdict",
    "clickbait",
    "aggregation",
    "promotion",
    "unrelated",
    "farm",
    "reasons",
    "evidence",
    *Imprint._fields,
    "error",
    "model",
)


class ScorePages(PipelineStep or object):  # type: ignore[misc]
    """Scores each document; with `min_trust`, drops those below it. Documents that cannot be scored are kept.

    `kind`: what `Document.text` holds, "html" before an extractor and "text" after one.
    """

    type = "scorer"
    name = "page trust"

    def __init__(
        self,
        kind: Literal["html", "text"] = "text",
        *,
        min_trust: float | None = None,
        model: str | None = None,
        batch_size: int = 64,
    ) -> None:
        if PipelineStep is None:
            raise missing("datatrove", "datatrove")
        super().__init__()
        self.kind = kind
        self.min_trust = min_trust
        self.model = model or ""
        self.batch_size = batch_size

    def run(self, data: Iterator[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        while batch := list(islice(data, self.batch_size)):
            for document, scores in zip(batch, self._scores(batch), strict=True):
                document.metadata.update(scores)
                if self.min_trust is None or not scores["trust"] < self.min_trust:
                    self.stat_update("kept")
                    yield document
                else:
                    self.stat_update("dropped")

    def _scores(self, batch: list[Document]) -> list[dict[str, Any]]:
        import pandas as pd

        rows = [
            {"id": d.id, self.kind: d.text, "url": d.metadata.get("url", ""), "title": d.metadata.get("title", "")}
            for d in batch
        ]
        return score_part(pd.DataFrame(rows), model=self.model)[list(_ADDED)].to_dict("records")  # type: ignore[return-value]
