"""Which texts do the peers see?

The rows that the page model is trained and judged on: every rated page as HTML and as the text of each extractor, and the
articles of which only the text is known. Extraction and what is counted of it are kept in a cache folder, in files named
after the code and the ratings that made them, so that a change of either makes them anew.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from scorer import corpus
from scorer.peers import plain

COLUMNS = ("id", "input", "url", "title", "text", *plain.MARKUP)


def cached(folder: Path, name: str, code: Sequence[ModuleType], rated: pd.DataFrame, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The table `name`, from `folder` if these modules made it as they are now, of these ratings."""
    mark = hashlib.sha256("".join(inspect.getsource(module) for module in code).encode())
    mark.update(pd.util.hash_pandas_object(rated, index=False).to_numpy().tobytes())
    file = folder / f"{name}-{mark.hexdigest()[:12]}.parquet"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        made = make()
        made.to_parquet(file.with_suffix(".new"), compression="zstd", index=False)
        file.with_suffix(".new").rename(file)
    return pd.read_parquet(file)


def gather(source: Path, extracted: Path, rated: pd.DataFrame) -> pd.DataFrame:
    """The rows of the rated pages: columns `COLUMNS`; of plain text what `plain.MARKUP` counts is NaN."""
    return pd.DataFrame(_rows(source, extracted, rated), columns=list(COLUMNS))


def _rows(source: Path, extracted: Path, rated: pd.DataFrame) -> Iterator[list[object]]:
    wanted, further = set(rated["id"]), set(rated.loc[rated["group"] == "further", "id"])
    texts = {str(row["id"]): {name: str(row[name]) for name in corpus.INPUTS[1:]} for row in corpus.texts(source, extracted, wanted).to_dict("records")}
    for record in chain(corpus.records(source, ["id", "url", "domain", "html"]), corpus.articles(source, wanted)):
        if record["id"] not in wanted:
            continue
        for found in corpus.variants(record, texts.get(record["id"])):
            if found.id in further and found.input == corpus.INPUTS[-1]:
                continue  # the extractor that is held back serves evaluation only
            if found.input == "html":
                text, tags = found.page.text, plain.markup(record["html"])
            else:  # as extracted: filters look at blank lines
                text, tags = record["text"] if found.input == corpus.ARTICLE else texts[found.id][found.input], dict.fromkeys(plain.MARKUP, plain.NAN)
            yield [found.id, found.input, found.url, found.page.title, text, *(tags[name] for name in plain.MARKUP)]


def measured(rows: pd.DataFrame, measure: Callable[[str], dict[str, float]], workers: int = 1) -> pd.DataFrame:
    """One column for each number that `measure` says of the text, beside id and input."""
    parts = Parallel(n_jobs=workers, batch_size=1)(delayed(_measured)(part, measure) for part in np.array_split(rows["text"].to_numpy(object), max(len(rows) // 200, 1)))
    return pd.concat([rows[["id", "input"]].reset_index(drop=True), pd.DataFrame(chain.from_iterable(parts))], axis=1)


def _measured(texts: list[str], measure: Callable[[str], dict[str, float]]) -> list[dict[str, float]]:
    return [measure(text) for text in texts]
