"""How well do words do, as anybody would try them in an hour?

TF-IDF over words and pairs, and ridge regression on the rating, on the same folds and pages as the page model: what the
report sets beside it. Trained on the text of the HTML, read from every kind of input.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge

from scorer import corpus
from scorer.blocks import Floats
from scorer.data import FOLDS


def texts(source: Path, cache: Path, rated: pd.DataFrame) -> pd.DataFrame:
    """The title and text of each rated page in each input; columns id, input, text."""
    wanted = set(rated["id"])
    plain = {str(row["id"]): {name: str(row[name]) for name in corpus.INPUTS[1:]} for row in corpus.texts(source, cache, wanted).to_dict("records")}
    rows = [
        (variant.id, variant.input, f"{variant.page.title}\n{variant.page.text}")
        for record in corpus.records(source, ["id", "url", "domain", "html"])
        if record["id"] in wanted
        for variant in corpus.variants(record, plain.get(record["id"]))
    ]
    return pd.DataFrame(rows, columns=["id", "input", "text"])


def predict(found: pd.DataFrame, rated: pd.DataFrame) -> Floats:
    """The rating that words give each row of `found`, from a model that saw nothing of the page's fold."""
    pages = rated.set_index("id").loc[found["id"]]
    fold, trust = pages["fold"].to_numpy(), pages["trust"].to_numpy(float)
    html = (found["input"] == "html").to_numpy()

    def fitted(held: int) -> Floats:
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True, max_features=200_000)
        rows = vectorizer.fit_transform(found["text"][html & (fold != held)])
        model = Ridge(alpha=1.0).fit(rows, trust[html & (fold != held)])
        return np.asarray(model.predict(vectorizer.transform(found["text"][fold == held])))

    out = np.zeros(len(found))
    for held, values in zip(FOLDS, Parallel(n_jobs=2, backend="threading")(delayed(fitted)(held) for held in FOLDS), strict=True):
        out[fold == held] = values
    return out


def build(source: Path, cache: Path, out: Path) -> None:
    """Writes `out`: id, input, predicted rating."""
    rated = corpus.ratings(source)
    found = texts(source, cache, rated)
    found["tfidf"] = predict(found, rated).astype(np.float32)
    found[["id", "input", "tfidf"]].to_parquet(out, compression="zstd", index=False)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path("build/texts.parquet"), Path("data/baseline.parquet"))
