"""What do datatrove's four quality filters take? Run by `speed.py` with an interpreter that has datatrove.

Texts come in on standard input, a JSON string a line; out goes one JSON object. As in datatrove's pipelines, a text that one filter drops is not
shown to the next.
"""

from __future__ import annotations

import json
import logging
import sys
import time

from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)

logging.disable(logging.CRITICAL)
filters = [GopherRepetitionFilter(), GopherQualityFilter(), C4QualityFilter(), FineWebQualityFilter()]


def keeps(text: str) -> bool:
    """Whether all four filters keep the text."""
    document = Document(text=text, id="")
    for each in filters:
        kept = each.filter(document)
        if not (kept[0] if isinstance(kept, tuple) else kept):
            return False
    return True


texts = [json.loads(line) for line in sys.stdin]
keeps(texts[0])  # tokenizers are loaded
began, clock = time.process_time(), time.perf_counter()
kept = sum(map(keeps, texts))
json.dump({"cpu": time.process_time() - began, "wall": time.perf_counter() - clock, "kept": kept}, sys.stdout)
