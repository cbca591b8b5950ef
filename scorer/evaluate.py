"""How good is the model on pages of sites that it has not seen?

Everything is five-fold cross-validation over domains, by kind of input and by group of pages, with confidence intervals
from resampling whole domains, beside baselines that see the same rows and folds. `report.md` is what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from scorer import ablation, model_report
from scorer.blocks import Floats
from scorer.corpus import INPUTS
from scorer.data import EVALUATED
from scorer.feature import FEATURES
from scorer.model import FACETS, KINDS, Model
from scorer.train import FLAG_OF, LOW_WEIGHT, NATURAL, Training, cross_validate, sigmoid, stepped

RESAMPLES = 200
LEAST_SLICE = 30
"""Pages that a slice must have to be shown."""

Bools = npt.NDArray[np.bool_]


def metrics(trust: Floats, low: Floats, high: Floats, score: Floats) -> tuple[float, float, float]:
    """AUC of low against ratings of 2 and less, of high against 4 and more, and Spearman's rank correlation of the score."""
    return (
        float(roc_auc_score(trust <= 2, low)) if 0 < (trust <= 2).sum() < len(trust) else float("nan"),
        float(roc_auc_score(trust >= 4, high)) if 0 < (trust >= 4).sum() < len(trust) else float("nan"),
        float(spearmanr(trust, score)[0]),
    )


def intervals(domains: pd.Series[Any], trust: Floats, low: Floats, high: Floats) -> list[tuple[float, float]]:
    """The middle 95 % of each of `metrics` over resamples of whole domains."""
    random = np.random.default_rng(0)
    rows = list(domains.groupby(domains.to_numpy()).indices.values())
    values = []
    for _ in range(RESAMPLES):
        drawn = random.integers(0, len(rows), len(rows))
        m = np.concatenate([rows[i] for i in drawn])
        values.append(metrics(trust[m], low[m], high[m], (high - LOW_WEIGHT * low)[m]))
    return [(float(a), float(b)) for a, b in np.nanquantile(values, [0.025, 0.975], axis=0).T]


def calibration_error(chance: Floats, label: Bools) -> float:
    """Expected calibration error: mean distance of forecast from frequency over ten groups of equal size."""
    groups = np.array_split(np.argsort(chance, kind="stable"), 10)
    return float(sum(len(g) * abs(chance[g].mean() - label[g].mean()) for g in groups) / len(chance))


def read_peers(path: Path, data: Training) -> dict[str, Floats]:
    """What `scorer.baseline` wrote, by peer, row by row of the feature table; NaN where a peer was not asked."""
    if not path.is_file():
        return {}
    said = pd.read_parquet(path).set_index(["id", "input"]).reindex(pd.MultiIndex.from_frame(data.table[["id", "input"]]))
    return {str(name): said[name].to_numpy(float) for name in said.columns}


def read_facts(path: Path, data: Training) -> pd.DataFrame | None:
    """What else is known of the page of each row (`scorer.facts`); None where the file is not there."""
    return pd.read_csv(path).set_index("id").reindex(data.table["id"]).reset_index(drop=True) if path.is_file() else None


class Evaluation:
    """The held-out scores of every row, and the tables that are made of them."""

    def __init__(self, data: Training, peers: Mapping[str, Floats] | None = None, facts: pd.DataFrame | None = None) -> None:
        self.data = data
        self.peers = peers or {}  # what each expects a row to be rated, and after a bar to be flagged
        self.facts = facts
        self.scores = cross_validate(data)
        self.wordless = cross_validate(data, ("low", "high"), using=stepped(), kinds=("html",))
        self.trust = data.pages["trust"].to_numpy(float)
        self.kind = data.table["input"].to_numpy()
        self.group = data.pages["group"].to_numpy()

    def rows_of(self, kind: str, group: str) -> Bools:
        return np.asarray((self.kind == kind) & (self.group == group))

    def main_table(self) -> list[str]:
        s = self.scores
        candidates: list[tuple[str, tuple[Floats, Floats, Floats]]] = [
            ("**this model**", (s["low"], s["high"], s["high"] - LOW_WEIGHT * s["low"])),
            ("without the readings", (self.wordless["low"], self.wordless["high"], self.wordless["high"] - LOW_WEIGHT * self.wordless["low"])),
            ("wording alone", tuple(self.data.table[f"wording_{n}"].to_numpy(float) * sign for n, sign in (("low", -1), ("high", 1), ("trust", 1)))),  # type: ignore[list-item]
            *((name, (-said, said, said)) for name, said in self.peers.items() if "|" not in name),
        ]
        lines = ["| input | model | " + " | ".join(f"{g}: AUC low | AUC high | Spearman" for g in EVALUATED) + " |", "|---" * (2 + 3 * len(EVALUATED)) + "|"]
        for kind in INPUTS:
            for name, (low, high, score) in candidates:
                if (kind != "html" and name == "without the readings") or np.isnan(score[np.isin(self.group, EVALUATED) & (self.kind == kind)]).all():
                    continue
                cells = []
                for group in EVALUATED:
                    m = self.rows_of(kind, group)
                    cells += [f"{v:.3f}" for v in metrics(self.trust[m], np.nan_to_num(low[m]), np.nan_to_num(high[m]), np.nan_to_num(score[m]))]
                lines.append(f"| {kind} | {name} | " + " | ".join(cells) + " |")
        return lines

    def intervals(self) -> list[str]:
        lines = ["| group | AUC low | AUC high | Spearman |", "|---|---|---|---|"]
        for group in EVALUATED:
            m = np.flatnonzero(self.rows_of("html", group))
            low, high = self.scores["low"][m], self.scores["high"][m]
            trust, domains = self.trust[m], self.data.pages["domain"].iloc[m].reset_index(drop=True)
            cells = []
            for value, (bottom, top) in zip(metrics(trust, low, high, high - LOW_WEIGHT * low), intervals(domains, trust, low, high), strict=True):
                cells.append(f"{value:.3f} ({bottom:.3f}-{top:.3f})")
            lines.append(f"| {group} | " + " | ".join(cells) + " |")
        return lines

    def facet_table(self) -> list[str]:
        words = {name.partition("|")[2]: said for name, said in self.peers.items() if name.startswith("TF-IDF") and "|" in name}
        heads = ["", "wording alone: ", *(["TF-IDF, ridge: "] if words else [])]
        lines = ["| facet | " + " | ".join(f"{head if n == 0 else ''}{g}" for head in heads for n, g in enumerate(EVALUATED)) + " |", "|---" * (1 + 3 * len(heads)) + "|"]
        for facet in FACETS:
            cells = []
            for values in (self.scores[facet], np.nan_to_num(self.data.table[f"wording_{facet}"].to_numpy(float)), *([words[facet]] if words else [])):
                for group in EVALUATED:
                    m = self.rows_of("html", group)
                    cells.append(f"{roc_auc_score(self.data.pages[FLAG_OF[facet]][m] >= 1, values[m]):.3f}")
            lines.append(f"| {facet} | " + " | ".join(cells) + " |")
        return lines

    def chance(self, head: str) -> Floats:
        out = np.zeros(len(self.trust))
        for kind in KINDS:
            drawn, mine = self.data.calibrated_on(kind), self.data.is_kind(kind)
            slope, offset = sigmoid(self.scores[head][drawn], self.data.label(head)[drawn])
            out[mine] = 1 / (1 + np.exp(-(slope * self.scores[head][mine] + offset)))
        return out

    def calibration_table(self) -> list[str]:
        lines = ["| input | p_low | p_high |", "|---|---|---|"]
        chance = {head: self.chance(head) for head in ("low", "high")}
        for kind in INPUTS:
            m = self.data.natural(kind)
            lines.append(f"| {kind} | " + " | ".join(f"{calibration_error(chance[h][m], self.data.label(h)[m]):.3f}" for h in ("low", "high")) + " |")
        return lines

    def threshold_table(self) -> list[str]:
        lines = ["| p_low from | share of pages | precision | recall | p_high from | share of pages | precision | recall |", "|---" * 8 + "|"]
        m = self.data.natural()
        low, high = self.chance("low")[m], self.chance("high")[m]
        is_low, is_high = self.data.label("low")[m], self.data.label("high")[m]
        for cut in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            cells = []
            for chance, label in ((low, is_low), (high, is_high)):
                kept = chance >= cut
                cells += [f"{cut:.1f}", f"{kept.mean():.1%}", f"{label[kept].mean():.2f}" if kept.any() else "-", f"{label[kept].sum() / label.sum():.2f}"]
            lines.append("| " + " | ".join(cells) + " |")
        return lines

    def slice_table(self) -> list[str]:
        pages = self.data.pages
        size = self.data.table["body_word_count"].to_numpy(float)
        slices: list[tuple[str, Bools]] = [(f"kind: {k}", np.asarray(pages["kind"] == k)) for k in sorted(set(pages["kind"]))]
        slices += [(f"body {a}-{b} words", np.asarray((size >= np.log1p(a)) & (size < np.log1p(b)))) for a, b in ((0, 100), (100, 300), (300, 800), (800, 2000), (2000, 10**6))]
        slices += [(f"sample: {k}", np.asarray(pages["sample"] == k)) for k in sorted(set(pages["sample"]))]
        slices += [(f"source: {k}", np.asarray(pages["source"] == k)) for k in pages["source"].value_counts().index[:12]]
        return self._sliced(slices)

    def fairness_table(self) -> list[str]:
        """Slices by what must not matter: when, where and by whom a page was published."""
        facts = self.facts
        if facts is None:
            return ["data/facts.csv is not there: `make baseline CORPUS=...` writes it."]
        slices: list[tuple[str, Bools]] = []
        languages = facts["language"].fillna("")
        slices += [("language: English", np.asarray(languages == "en")), ("language: another", np.asarray((languages != "en") & (languages != "")))]
        slices += [(f"year: {a}-{b}", np.asarray(facts["year"].between(a, b))) for a, b in ((1990, 2012), (2013, 2016), (2017, 2019), (2020, 2022), (2023, 2030))]
        slices.append(("year: unknown", np.asarray(facts["year"].isna())))
        slices += [(f"leaning: {side}", np.asarray(facts["leaning"] == side)) for side in ("left", "center", "right")]
        slices += [("site: 1 page in the corpus", np.asarray(facts["site_pages"] == 1)), ("site: 2-9 pages", np.asarray(facts["site_pages"].between(2, 9))), ("site: 10 pages or more", np.asarray(facts["site_pages"] >= 10))]
        slices += [("site: on no public list", np.asarray(facts["site_lists"] == 0)), ("site: on 1-5 lists", np.asarray(facts["site_lists"].between(1, 5))), ("site: on 6 lists or more", np.asarray(facts["site_lists"] >= 6))]
        return self._sliced(slices)

    def _sliced(self, slices: Iterable[tuple[str, Bools]]) -> list[str]:
        lines = ["| slice | pages | rated low | AUC low | AUC high | Spearman | mean rating | mean trust, as a rating (standard deviation) | false alarms: rated 3-5 with p_low ≥ 0.5 | missed: rated 1-2 with p_high ≥ 0.5 |", "|---" * 10 + "|"]
        html = (self.kind == "html") & np.isin(self.group, EVALUATED)
        low, high, rating = self.chance("low"), self.chance("high"), 1 + 4 * self.expected()
        for name, chosen in slices:
            m = html & chosen
            if m.sum() < LEAST_SLICE:
                continue
            good, bad = m & (self.trust >= 3), m & (self.trust <= 2)
            missed = f"{(high[bad] >= 0.5).mean():.1%}" if bad.any() else "-"
            values = metrics(self.trust[m], self.scores["low"][m], self.scores["high"][m], (self.scores["high"] - LOW_WEIGHT * self.scores["low"])[m])
            lines.append(f"| {name} | {int(m.sum())} | {(self.trust[m] <= 2).mean():.0%} | " + " | ".join(f"{v:.3f}" for v in values) + f" | {self.trust[m].mean():.2f} | {rating[m].mean():.2f} ({rating[m].std():.2f}) | {(low[good] >= 0.5).mean():.1%} | {missed} |")
        return lines

    def expected(self) -> Floats:
        """The trust of each row, by the model's curves from its held-out score."""
        out, combined = np.zeros(len(self.trust)), self.scores["high"] - LOW_WEIGHT * self.scores["low"]
        for kind, calibration in Model.load().info["calibration"].items():
            mine = self.data.is_kind(kind)
            out[mine] = np.interp(combined[mine], calibration["trust"]["score"], calibration["trust"]["trust"])
        return out

    def input_table(self) -> list[str]:
        lines = ["| text by | median difference of trust from HTML | 90 % within |", "|---|---|---|"]
        trust = pd.Series(self.expected())
        mine = np.isin(self.group, EVALUATED)
        wide = pd.DataFrame({"id": self.data.table["id"], "input": self.kind, "trust": trust})[mine].pivot_table(index="id", columns="input", values="trust")
        for kind in INPUTS[1:]:
            apart = (wide[kind] - wide["html"]).abs()
            lines.append(f"| {kind} | {apart.median():.3f} | {apart.quantile(0.9):.3f} |")
        return lines


def evaluate(features: Path, pages: Path, folder: Path = Path("models/page-trust")) -> str:
    """Evaluates by cross-validation, and writes `folder`/report.md; returns its text."""
    data = Training.read(features, pages)
    found = Evaluation(data, read_peers(features.with_name("baseline.parquet"), data), read_facts(features.with_name("facts.csv"), data))
    seeds = features.with_name("seeds.csv")
    model = Model.load(folder)
    natural = data.natural()
    sections: list[tuple[str, Iterable[str]]] = [
        ("Accuracy by input and group", [*found.main_table(), "", f"Five folds by domain. Groups: wcxb {int(found.rows_of('html', 'wcxb').sum())} pages, web collections {int(found.rows_of('html', 'web').sum())}, static sites {int(found.rows_of('html', 'static').sum())}. The text of lexbor was never trained on. Trained also on {int((found.group == 'further').sum())} rows of further ratings, which are not evaluated."]),
        ("HTML, with 95 % intervals over resampled domains", found.intervals()),
        ("Facets (AUC, HTML)", found.facet_table()),
        ("Calibration (expected calibration error, natural draw)", found.calibration_table()),
        (f"Choosing a threshold (natural draw: {int(natural.sum())} pages, {data.label('low')[natural].mean():.0%} rated low, {data.label('high')[natural].mean():.0%} rated high)", found.threshold_table()),
        ("The same page as plain text", found.input_table()),
        ("Five draws of the folds (HTML, mean and standard deviation)", ablation.redrawn_table(seeds) if seeds.is_file() else ["data/seeds.csv is not there: `make seeds CORPUS=...` writes it."]),
        ("What each family of features brings (HTML; what is lost without it)", ablation.table(data, found.scores)),
        ("Slices (HTML)", found.slice_table()),
        ("What must not matter (HTML)", found.fairness_table()),
        ("Thresholds of the verdict", [f"- {model.info['thresholds'][k]['sentence']}" for k in ("low", "high")]),
        ("Strongest features", strongest(model, data)),
    ]
    model_report.write(folder, model_report.HeldOut.of(found, model_report.learning_curve(data)), model)
    text = f"# {model.name}\n\nMade by `make report` from data/features.parquet and data/pages.csv; scores are of pages from domains that the step tables and the wording had not seen. Not held out: the two numbers of each calibration curve and the verdict thresholds (fitted and measured on the same natural draw), the body model of the zones (WCXB's main text), and the choices of features, phrases and settings, which were made on these folds. Calibration samples: {', '.join(NATURAL)}.\n"
    for title, lines in sections:
        text += f"\n## {title}\n\n" + "\n".join(lines) + "\n"
    (folder / "report.md").write_text(text)
    return text


def strongest(model: Model, data: Training) -> list[str]:
    """The features by the mean size of their effect on the score, over rated HTML pages."""
    rows = data.rows()[data.table["input"].to_numpy() == "html"]
    tables = model.scales["html"].tables
    effects = tables["high"].effects(rows) - LOW_WEIGHT * tables["low"].effects(rows)
    size = np.abs(effects).mean(axis=0)
    lines = ["| feature | family | direction | mean size of effect (log-odds) | known | says |", "|---" * 6 + "|"]
    for at in np.argsort(-size, kind="stable")[:40].tolist():
        known = FEATURES[data.features[at]]
        lines.append(f"| {known.name} | {known.family} | {known.trust.name.lower()} | {size[at]:.3f} | {np.isfinite(rows[:, at]).mean():.0%} | {known.summary} |")
    return lines
