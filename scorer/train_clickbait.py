"""How is the model of clickbait in headlines trained, and how well does it judge?

Logistic regression on the share of judges who called a post clickbait, over all parts of the post's text. Half of the
headlines, as a hash of their words decides, is never trained on; the strength of the penalty was chosen within the other half.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.metrics import roc_auc_score

from scorer.blocks import Floats
from scorer.clickbait import BITS, FILE, LETTERS_SHARE, LONGEST, ClickbaitModel, places
from scorer.shipped import savez
from scorer.tokens import tokenize

SOURCE = "webis_clickbait17"
"""The judged posts. Headlines of other collections are labelled by their outlet or by their collector, and make the model no better."""
PENALTY = 40.0
FOLDS = 5
_NO_WORD = re.compile(r"[^a-z0-9]+")


def read(table: Path) -> pd.DataFrame:
    """The judged headlines: columns `headline`, `strength` (0..1), `label` and `hash`, each headline once."""
    known = pd.read_parquet(table, columns=["headline", "strength", "label", "label_source", "lang"])
    known = known[(known["label_source"] == SOURCE) & (known["lang"] == "en")]
    words = known["headline"].str.lower().str.replace(_NO_WORD, " ", regex=True).str.strip()
    known = known.assign(hash=[int(hashlib.sha1(text.encode()).hexdigest()[:8], 16) for text in words])[words != ""]
    return known.drop_duplicates("hash").reset_index(drop=True)


def matrix(headlines: Sequence[str]) -> csr_matrix:
    """One row a headline, one column a place of the table."""
    at, values, indptr = [], [], [0]
    for whole in headlines:
        text = whole[:LONGEST].replace("\n", " ")
        words, letters = places(text, tokenize(text))
        at += [words, letters]
        values += [np.ones(len(words)), np.full(len(letters), LETTERS_SHARE)]
        indptr.append(indptr[-1] + len(words) + len(letters))
    return csr_matrix((np.concatenate(values), np.concatenate(at), indptr), shape=(len(headlines), 1 << BITS))


def fit(rows: csr_matrix, strength: Floats) -> ClickbaitModel:
    """The model of least log-loss and penalty; scikit-learn's logistic takes no shares as targets."""
    columns = rows.T.tocsr()

    def loss(found: Floats) -> tuple[float, Floats]:
        odds = rows @ found[:-1] + found[-1]
        error = 1 / (1 + np.exp(-odds)) - strength
        value = float((np.logaddexp(0, odds) - strength * odds).sum()) + PENALTY / 2 * float(found[:-1] @ found[:-1])
        return value, np.append(columns @ error + PENALTY * found[:-1], error.sum())

    found = np.asarray(minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x)
    return ClickbaitModel(found[:-1].astype(np.float16), round(float(found[-1]), 6))


def judged(model: ClickbaitModel, rows: csr_matrix) -> Floats:
    return np.asarray(rows @ model.weights.astype(np.float64) + model.start)


def train(table: Path, out: Path) -> dict[str, Any]:
    """Trains on half of the judged headlines in `table`, measures on the other, writes the folder `out`; returns what was measured."""
    known = read(table)
    rows, strength, label = matrix(known["headline"].tolist()), known["strength"].to_numpy(float), known["label"].to_numpy()
    hashed = known["hash"].to_numpy(np.int64)
    mine = hashed % 2 == 0
    folds: npt.NDArray[np.int64] = hashed // 2 % FOLDS
    within = np.zeros(len(known))
    for fold in range(FOLDS):
        within[folds == fold] = judged(fit(rows[mine & (folds != fold)], strength[mine & (folds != fold)]), rows[folds == fold])
    model = fit(rows[mine], strength[mine])
    held = judged(model, rows)[~mine]
    result = {
        "headlines": {"trained on": int(mine.sum()), "held out": int((~mine).sum())},
        "auc": {"five folds of those trained on": round(roc_auc_score(label[mine], within[mine]), 4), "held out": round(roc_auc_score(label[~mine], held), 4)},
        "spread of the held-out AUC": round(_spread(label[~mine], held), 4),
        "correlation with the judges' share, held out": round(float(np.corrcoef(strength[~mine], held)[0, 1]), 4),
    }
    savez(out / FILE, {"weights": model.weights, "start": np.float64(model.start)})
    (out / "clickbait.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


def _spread(label: npt.NDArray[np.int64], scores: Floats, draws: int = 200) -> float:
    """The standard deviation of the AUC over draws of the headlines with replacement."""
    random = np.random.default_rng(0)
    drawn = (random.integers(0, len(label), len(label)) for _ in range(draws))
    return float(np.std([roc_auc_score(label[at], scores[at]) for at in drawn]))


if __name__ == "__main__":
    print(json.dumps(train(Path(sys.argv[1]) / "headlines.parquet", Path("models/clickbait")), indent=1))
