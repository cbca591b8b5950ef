"""What do the usual learners make of numbers and words, out of fold?

Each takes the rows that it may learn from and the rows that it is asked about, and says of those the rating that it
expects: nothing here knows of folds or pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.svm import SVR

from scorer.blocks import Floats

Bools = npt.NDArray[np.bool_]
Learner = Callable[[Floats, Floats, Floats, Floats], Floats]
"""Rows to learn from, their ratings and weights, rows that are asked about -> expected ratings."""

TERMS = 200_000


def forest(rows: Floats, ratings: Floats, weight: Floats, asked: Floats) -> Floats:
    """Two hundred randomized trees; an unknown number is -1."""
    model = ExtraTreesRegressor(200, min_samples_leaf=5, max_features=0.5, random_state=0)
    model.fit(np.nan_to_num(rows, nan=-1.0), ratings, sample_weight=weight)
    return np.asarray(model.predict(np.nan_to_num(asked, nan=-1.0)))


def ridge(rows: Floats, ratings: Floats, weight: Floats, asked: Floats) -> Floats:
    """Ridge regression on ranks made normal, since counts have long tails; an unknown number is the median."""
    middle = np.nan_to_num(np.nanmedian(np.where(np.isnan(rows).all(axis=0), 0.0, rows), axis=0))
    ranks = QuantileTransformer(n_quantiles=200, output_distribution="normal", subsample=50_000, random_state=0)
    model = make_pipeline(ranks, Ridge(alpha=10.0)).fit(np.where(np.isnan(rows), middle, rows), ratings, ridge__sample_weight=weight)
    return np.asarray(model.predict(np.where(np.isnan(asked), middle, asked)))


def support_vectors(rows: Floats, ratings: Floats, weight: Floats, asked: Floats) -> Floats:
    """Support-vector regression with a Gaussian kernel."""
    model = make_pipeline(StandardScaler(), SVR(C=2.0, epsilon=0.2)).fit(rows, ratings, svr__sample_weight=weight)
    return np.asarray(model.predict(asked))


class Terms:
    """The words and pairs of many texts, counted once for all folds."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.counts: Any = CountVectorizer(ngram_range=(1, 2), min_df=3, dtype=np.float32).fit_transform(texts)

    def ridge(self, chosen: Bools, labels: Floats, weight: Floats, asked: Bools) -> Floats:
        """TF-IDF of the terms that three of the chosen texts have, and ridge regression on each column of `labels`."""
        rows = self.counts[np.flatnonzero(chosen)]
        texts_with, times = np.bincount(rows.indices, minlength=rows.shape[1]), np.asarray(rows.sum(axis=0)).ravel()
        kept = np.flatnonzero(texts_with >= 3)
        kept = np.sort(kept[np.argsort(-times[kept], kind="stable")[:TERMS]])
        tfidf = TfidfTransformer(sublinear_tf=True)
        model = Ridge(alpha=1.0).fit(tfidf.fit_transform(rows[:, kept]), labels[chosen], sample_weight=weight[chosen])
        return np.asarray(model.predict(tfidf.transform(self.counts[np.flatnonzero(asked)][:, kept])))
