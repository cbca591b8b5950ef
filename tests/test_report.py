"""Does the report of a batch tell what is in the scores, in every format, and nothing that a page's author smuggled in?"""

from __future__ import annotations

import csv
import json
import math
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from test_explain import HOSTILE, SAMPLES, Reader

from scorer import cli, score_page, write
from scorer.model import FACETS
from scorer.report import Digest, tables, write_report
from scorer.report.digest import KEPT, Groups, Shelf

FORMATS = ["s.parquet", "s.jsonl", "s.jsonl.gz", "s.jsonl.zst", "s.csv", "s.csv.gz"]


def scores(count: int, seed: int = 0, start: int = 0, **columns: list[Any]) -> pa.Table:
    """Rows as `scorer score` writes them, of numbers drawn at random."""
    random = np.random.default_rng(seed)
    p_low = random.beta(1, 3, count)
    p_high = (1 - p_low) * random.random(count)
    trust = p_high + (1 - p_low - p_high) / 2
    verdict = np.where(p_low >= 0.4, "low", np.where(p_high >= 0.5, "high", "mixed")).tolist()
    site = random.integers(0, 40, count)
    failed = random.random(count) < 0.02
    reasons = [
        [] if failed[i] else [
            {"feature": "hype_rate", "effect": float(0.5 - p_low[i]), "summary": "Hype: 3", "quotes": [{"part": "text", "start": 0, "end": 2, "text": "ab"}]},
            {"feature": "of_another_version", "effect": 0.25, "summary": "A reason of another version: 1.5", "quotes": []},
        ]
        for i in range(count)
    ]  # fmt: skip
    made: dict[str, list[Any]] = {
        "id": [f"page {start + i}" for i in range(count)],
        "url": [f"https://www.site{n}.example/{i}" for i, n in enumerate(site.tolist())],
        **{name: np.where(failed, math.nan, values).tolist() for name, values in (("trust", trust), ("p_low", p_low), ("p_high", p_high))},
        "verdict": ["" if failed[i] else v for i, v in enumerate(verdict)],
        **{name: np.where(failed, math.nan, random.random(count)).tolist() for name in FACETS},
        "reasons": reasons, "evidence": ["" if f else "strong" for f in failed], "language": random.choice(["en", "de", ""], count).tolist(),
        "words": random.integers(0, 3000, count).tolist(), "truncated": [""] * count,
        "error": ["the page is empty: there is nothing to score" if f else "" for f in failed], "model": ["page-trust@0123"] * count,
    }  # fmt: skip
    kept = {name: columns.pop(name) for name in list(columns) if name not in write.COLUMNS}
    return write.table(made | columns, kept)


def saved(path: Path, table: pa.Table) -> Path:
    with write.writer(path, table.schema) as append:
        append(table)
    return path


def cells(html: str, ident: str) -> list[list[str]]:
    """The rows of one table of a report, as a reader sees them."""
    table = html[html.index(f'<table id="{ident}"') :].partition("</table>")[0]
    rows = table.split("<tr")[2:]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


# -- what is counted ---------------------------------------------------------------------------------------------------


def test_the_counts_are_those_of_the_rows(tmp_path: Path) -> None:
    table = scores(5000, kind=["article", "shop"] * 2500)
    frame = table.drop_columns(["reasons"]).to_pandas()
    frame["site"] = frame["url"].str.extract(r"(site\d+\.example)")
    found = write_report([saved(tmp_path / "s.parquet", table)], tmp_path / "r.html")
    known = frame[frame["trust"].notna()]
    assert (found.pages, found.scored) == (5000, len(known))
    assert dict(found.verdicts) == known["verdict"].value_counts().to_dict()
    assert found.trust.sum(axis=1).tolist() == [int((known["verdict"] == v).sum()) for v in ("low", "mixed", "high")]
    assert dict(found.errors) == {"the page is empty": 5000 - len(known)}
    for groups, column in ((found.sites, "site"), (found.groups["language"], "language"), (found.groups["kind"], "kind")):
        for group in groups:
            rows = known[known[column] == group.name]
            assert (group.pages, group.low, group.high) == (len(rows), (rows["verdict"] == "low").sum(), (rows["verdict"] == "high").sum())
            assert group.trust == pytest.approx(rows["trust"].mean())
            assert group.errors == (frame[column] == group.name).sum() - len(rows)
    hype = found.reasons["hype_rate"]
    assert hype.lowers == (known["p_low"] > 0.5).sum()
    assert hype.lowers_low == ((known["p_low"] > 0.5) & (known["verdict"] == "low")).sum()
    assert hype.lowered == pytest.approx((0.5 - known["p_low"]).clip(upper=0).sum())
    least = [row.id for row in found.shelves["least"]]
    assert least == known.nsmallest(KEPT, "trust")["id"].tolist()
    low = known[known["verdict"] == "low"]
    assert [row.id for row in found.shelves["just low"]] == low.nsmallest(KEPT, "p_low")["id"].tolist()
    rest = known[known["verdict"] != "low"]
    assert [row.id for row in found.shelves["nearly low"]] == rest.nlargest(KEPT, "p_low")["id"].tolist()
    flagged = known[(known["verdict"] == "high") & (known[list(FACETS)].max(axis=1) >= 0.5)]
    assert {row.id for row in found.shelves["high but flagged"]} <= set(flagged["id"])
    assert {row.id for row in found.shelves["low but not flagged"]} == set(known[(known["verdict"] == "low") & (known[list(FACETS)].max(axis=1) < 0.5)]["id"][:KEPT])


def test_any_format_gives_the_same_report(tmp_path: Path) -> None:
    table = scores(300)
    told = []
    for name in FORMATS:
        write_report([saved(tmp_path / name, table)], tmp_path / "r.html")
        told.append((tmp_path / "r.html").read_text("utf-8").replace(name, "s"))
    assert told[1:] == told[:1] * (len(FORMATS) - 1)


def test_several_files_and_folders_are_one_batch(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    for number in range(3):
        saved(tmp_path / "parts" / f"part-{number}.parquet", scores(100, number, 100 * number))
    (tmp_path / "parts" / "_SUCCESS").touch()
    saved(tmp_path / "more.csv", scores(50, 9, 300))
    found = write_report([tmp_path / "parts", tmp_path / "more.csv"], tmp_path / "r.html")
    assert found.pages == 350
    whole = Digest.of(table for part in (scores(100, 0), scores(100, 1, 100), scores(100, 2, 200), scores(50, 9, 300)) for table in tables_of(part))
    assert [row.id for row in found.shelves["most"]] == [row.id for row in whole.shelves["most"]]


def test_what_the_columns_tell_is_told(tmp_path: Path) -> None:
    table = scores(400, page_type=["article", "shop"] * 200, topic=["tea"] * 400)
    html = (write_report([saved(tmp_path / "s.parquet", table)], tmp_path / "r.html", by=["topic"]), (tmp_path / "r.html").read_text("utf-8"))[1]
    assert {row[0] for row in cells(html, "groups-page_5ftype")} == {"article", "shop"}
    assert [row[0] for row in cells(html, "groups-topic")] == ["tea"]
    assert [row[0] for row in cells(html, "groups-language")][:1] != []
    assert "A reason of another version" in html
    assert cells(html, "errors-table")[0][:2] == ["the page is empty", str(sum(1 for e in table.column("error").to_pylist() if e))]
    assert Reader(html).all_closed


def test_pages_near_a_threshold_come_nearest_first_from_both_sides(tmp_path: Path) -> None:
    write_report([saved(tmp_path / "s.parquet", scores(2000))], tmp_path / "r.html")
    rows = cells((tmp_path / "r.html").read_text("utf-8"), "pages-near-low")
    assert {row[4] for row in rows[:8]} > {"low"}
    assert all(row[2] in ("39%", "40%", "41%") for row in rows[:8]), "the made scores call 0.4 or more low"


def test_scores_of_two_models_are_not_told_as_one(tmp_path: Path) -> None:
    table = scores(10, model=["a@1"] * 5 + ["b@2"] * 5)
    write_report([saved(tmp_path / "s.parquet", table)], tmp_path / "r.html")
    assert "are of 2 models" in (tmp_path / "r.html").read_text("utf-8")


def test_a_batch_without_any_score_is_told(tmp_path: Path) -> None:
    table = scores(20, trust=[math.nan] * 20, verdict=[""] * 20, error=["the page is empty: nothing"] * 20, url=[""] * 20)
    found = write_report([saved(tmp_path / "s.csv", table)], tmp_path / "r.html")
    html = (tmp_path / "r.html").read_text("utf-8")
    assert (found.scored, found.pages) == (0, 20)
    assert "No page has a score" in html
    assert "nan" not in html.partition("</style>")[2].partition("<script>")[0]


def test_columns_that_other_writers_leave_out_are_not_needed(tmp_path: Path) -> None:
    pq.write_table(scores(30).select(["trust", "verdict"]), tmp_path / "s.parquet")
    assert write_report([tmp_path / "s.parquet"], tmp_path / "r.html").pages == 30
    pd.DataFrame({"trust": [0.1, 0.9], "verdict": ["low", "high"], "words": [1.0, 2.0]}).to_csv(tmp_path / "s.csv", index=False)
    assert write_report([tmp_path / "s.csv"], tmp_path / "r.html").verdicts["low"] == 1


BAD: dict[str, tuple[dict[str, bytes], list[str], int, str]] = {
    # name: (files, words after "report", exit code, what is said)
    "missing": ({}, ["s.parquet"], 1, "s.parquet does not exist; give a file that 'scorer score' wrote"),
    "no scores": ({"a.txt": b"tea"}, ["a.txt"], 1, "a.txt holds no scores: give Parquet, JSONL or CSV"),
    "an empty folder": ({}, ["."], 1, "holds no scores"),
    "another table": ({"a.csv": b"x,y\n1,2\n"}, ["a.csv"], 1, "a.csv has no column 'trust'"),
    "a page": ({"a.jsonl": b'{"text": "tea"}\n'}, ["a.jsonl"], 1, "a.jsonl has no column 'trust'"),
    "broken Parquet": ({"a.parquet": b"PAR1 and no more"}, ["a.parquet"], 1, "a.parquet cannot be read as parquet"),
    "broken JSONL": ({"a.jsonl": b'{"trust": 0.1, "verdict": "low"}\n{"trust'}, ["a.jsonl"], 1, "a.jsonl cannot be read as jsonl"),
    "half a gzip": ({"a.csv.gz": b"\x1f\x8b\x08\x00\x00"}, ["a.csv.gz"], 1, "a.csv.gz cannot be unpacked"),
    "no rows": ({"a.csv": b"trust,verdict\n"}, ["a.csv"], 1, "there is no row of scores"),
    "column to group by": ({"a.csv": b"trust,verdict\n0.1,low\n"}, ["a.csv", "--by", "topic"], 1, "no file has a column 'topic' to group by; the columns are: trust, verdict"),
    "text for numbers": ({"a.csv": b"trust,verdict\nhigh,low\n"}, ["a.csv"], 1, "a.csv: the column 'trust' holds what no score is"),
    "no objects": ({"a.jsonl": b"[1]\n"}, ["a.jsonl"], 1, "a.jsonl, line 1: there is no JSON object"),
    "hostile name of a column": ({"a.csv": b"\x1b[31mx,y\n1,2\n"}, ["a.csv", "--by", "z"], 1, "␛[31mx"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_will_not_do_gives_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    files, words, code, said = BAD[name]
    monkeypatch.chdir(tmp_path)
    for file, data in files.items():
        Path(file).write_bytes(data)
    Path("r.html").write_text("an earlier report")
    result = CliRunner().invoke(cli.main, ["report", *words, "-o", "r.html"])
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.split())
    assert isinstance(result.exception, SystemExit)
    assert Path("r.html").read_text() == "an earlier report"


def test_without_the_plotting_library_one_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = CliRunner().invoke(cli.main, ["report", str(saved(tmp_path / "s.csv", scores(3))), "-o", str(tmp_path / "r.html")])
    assert result.exit_code == 2
    assert "pip install 'page-trust-scorer[report]'" in " ".join(result.stderr.split())
    assert not (tmp_path / "r.html").exists()


def test_a_row_of_many_megabytes_is_a_row(tmp_path: Path) -> None:
    quote = {"part": "text", "start": 0, "end": 20_000_000, "text": "x" * 20_000_000}
    reasons = [[{"feature": "hype_rate", "effect": -0.5, "summary": "Hype: 1", "quotes": [quote]}], []]
    for name in ("s.jsonl", "s.csv"):
        found = write_report([saved(tmp_path / name, scores(2, trust=[0.1, 0.9], verdict=["low", "high"], reasons=reasons))], tmp_path / "r.html")
        assert (found.pages, found.reasons["hype_rate"].lowers_low) == (2, 1)


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    saved(tmp_path / "s.parquet", scores(12))
    result = CliRunner().invoke(cli.main, ["report", str(tmp_path / "s.parquet"), "-o", str(tmp_path / "r.html")])
    assert (result.exit_code, result.stderr) == (0, f"12 pages\nwritten to {tmp_path / 'r.html'}\n")


# -- what is large -------------------------------------------------------------------------------------------------------


def test_names_beyond_the_limit_are_let_go_smallest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorer.report.digest.MOST_NAMES", 10)
    groups = Groups()
    for number in range(30):
        names = ["large", f"site {number}"]
        groups.add(names, np.array([0, 0, 1]), np.ones((5, 3)))
    assert next(g for g in groups if g.name == "large").pages == 60
    assert len(groups) <= 20
    assert groups.let_go == 31 - len(groups)


def test_a_shelf_keeps_the_most_and_of_equal_ones_the_first() -> None:
    shelf = Shelf()
    table = next(iter(tables_of(scores(1000))))
    for start in range(0, 1000, 100):
        shelf.add(np.where(np.arange(start, start + 100) % 3 == 0, -np.inf, np.arange(start, start + 100) % 7), table.slice(start, 100))
    wanted = [i for i in range(1000) if i % 3 and i % 7 == 6][:KEPT]
    assert [row.id for row in shelf] == [f"page {i}" for i in wanted]


def tables_of(table: pa.Table) -> list[pa.Table]:
    return [pa.table({name: tables._as(table, name, kind) for name, kind in tables.WANTED.items()})]


def test_many_rows_take_little_memory_and_give_a_small_file(tmp_path: Path) -> None:
    schema = scores(1).schema
    long = "x" * 5000
    with pq.ParquetWriter(tmp_path / "s.parquet", schema) as file:
        for number in range(10):
            part = scores(20_000, number, 20_000 * number)
            urls = [f"https://host{number}-{i % 9000}.example/{long if i % 50 == 0 else ''}" for i in range(20_000)]
            file.write_table(part.set_column(part.schema.get_field_index("url"), "url", pa.array(urls)))
    code = (
        "import resource, sys\nfrom scorer.report import write_report\n"
        "import matplotlib.figure, matplotlib.backends.backend_svg\nbefore = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"print(write_report([{str(tmp_path / 's.parquet')!r}], {str(tmp_path / 'r.html')!r}).pages)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out[0] == "200000"
    assert int(out[1]) < 400_000, "kilobytes"
    assert (tmp_path / "r.html").stat().st_size < 2_000_000


# -- what is hostile -------------------------------------------------------------------------------------------------------

TRICKS = (
    HOSTILE,
    '"><svg/onload=alert(1)>',
    "</script><script>document.title='ran'</script>",
    "</style><style>*{display:none}</style>",
    "<style>@import 'https://example.org/x.css'</style>",
    "<math><mtext></table><img src=x onerror=alert(1)>",
    "javascript:alert(1)//",
    "data:text/html,<script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "<base href=https://example.org><form action=https://example.org><button>x</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "{{constructor.constructor('alert(1)')()}}",
    "=HYPERLINK(\"https://example.org\")",
    "\n=1+1",
    "＝1+1",
    "\u202egnp.exe\u202c",
    "\x1b]8;;https://example.org\x07click\x1b]8;;\x07\x1b[2J",
    "$\\frac{1}{2}$ \\href{javascript:alert(1)}{x}",
)


def hostile_scores() -> pa.Table:
    """Scores in which every text is a trick: ids, addresses, sites, languages, kinds, reasons, errors, the model's name."""
    count = 4 * len(TRICKS)
    tricks = [TRICKS[i % len(TRICKS)].replace("\0", "").replace("\ud800", "") for i in range(count)]
    half = count // 2
    return scores(
        count, 1, id=tricks, url=[f"https://{t.replace('/', '').replace('#', '')}/{t}" for t in tricks[:half]] + tricks[half:], language=tricks, kind=tricks, error=[f"{t}: {t}" if i % 3 == 0 else "" for i, t in enumerate(tricks)],
        verdict=["low", "mixed", "high", "<b>"] * len(TRICKS), evidence=tricks, model=[TRICKS[1]] * count, trust=[0.5] * count, p_low=[0.4] * count, p_high=[0.3] * count,
        reasons=[[{"feature": t, "effect": -0.5 if i % 2 else 0.5, "summary": f"{t}: {t}", "quotes": []}] for i, t in enumerate(tricks)],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["s.parquet", "s.jsonl", "s.csv"])
def test_hostile_scores_stay_text(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path / name, hostile_scores())
    write_report([path], tmp_path / "r.html", by=["kind"])
    html = (tmp_path / "r.html").read_text("utf-8")
    report = Reader(html)
    assert report.all_closed
    tags = [tag for tag, _ in report.tags]
    assert (tags.count("script"), tags.count("style")) == (1, 1)
    assert not {"img", "iframe", "object", "link", "base", "form", "foreignobject", "image", "math", "animate", "set"} & set(tags)
    for tag, attrs in report.tags:
        assert not [key for key in attrs if key.startswith("on") or key in ("style", "src", "srcdoc", "xlink:href")], tag
        assert (attrs.get("href") or "#").startswith("#")
    for char in "\x1b\x07\u202e\u2066":
        assert char not in html.replace(f'U+{ord(char):04X}">{char}</span>', "")
    shown = {unescape(re.sub(r"<[^>]+>", "", cell)) for row in re.findall(r"<tr.*?</tr>", html) for cell in re.findall(r"<bdi.*?</bdi>", row)}
    assert any("</script><script>document.title='ran'</script>" in cell for cell in shown), "tricks are shown as they are"


def test_hostile_pages_give_harmless_files_and_words(tmp_path: Path) -> None:
    """Through the whole of it: pages in, every output out, what the terminal is told."""
    tricks = [trick.replace("\ud800", "") for trick in TRICKS]
    lines = [json.dumps({"id": trick, "url": trick, "title": trick, "text": trick}) for trick in tricks]
    (tmp_path / "pages.jsonl").write_text("\n".join([*lines, '{"id": "=1+1", "text": ""}']), encoding="utf-8")
    result = CliRunner().invoke(cli.main, ["score", str(tmp_path / "pages.jsonl"), "-o", str(tmp_path / "s.csv"), "--workers", "1"])
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", result.stderr)
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for cell in row.values():
                assert not cell.startswith(("=", "+", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
                assert not cell.startswith("-") or float(cell) < 0
    assert write_report([tmp_path / "s.csv"], tmp_path / "r.html").pages == len(TRICKS) + 1


def test_a_report_of_the_samples_names_what_the_scores_say(tmp_path: Path) -> None:
    pages = [path for path in SAMPLES if path.suffix == ".html"]
    result = CliRunner().invoke(cli.main, ["score", *map(str, pages), "-o", str(tmp_path / "s.parquet"), "--workers", "1"])
    assert result.exit_code == 0
    write_report([tmp_path / "s.parquet"], tmp_path / "r.html")
    html = (tmp_path / "r.html").read_text("utf-8")
    low = [path for path in pages if score_page(path.read_bytes()).verdict == "low"]
    assert f"{len(low) / len(pages):.0%} of {len(pages)} scored pages look low" in html
    least = cells(html, "pages-least")
    trust = [float(row[1]) for row in least]
    assert trust == sorted(trust)
    assert len(least) == len(pages)
