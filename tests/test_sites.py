"""Are the pages of a site summed up rightly, however many there are and in whatever format their scores come?"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from scorer import cli, imprint, write
from scorer.batch import score_files
from scorer.page import Page
from scorer.sites import COLUMNS, NoSites, is_shared, site_of, summarize

pytest.importorskip("duckdb", reason="DuckDB is not installed: pip install 'page-trust-scorer[sites]'")


def row(url: str, trust: float | None, **more: Any) -> dict[str, Any]:
    """A row of scores, its chances in line with its trust."""
    known: dict[str, Any] = {
        "id": url, "url": url, "trust": trust, "p_low": None if trust is None else max(0.0, 1 - 2 * trust),
        "p_high": None if trust is None else max(0.0, 2 * trust - 1), "verdict": "" if trust is None else "low" if trust < 0.3 else "mixed",
        "reasons": [], "body_keys": [], "passage_keys": [],
    }  # fmt: skip
    return {**dict.fromkeys(write.COLUMNS), **known, **more}


def summed(rows: list[dict[str, Any]], folder: Path, **options: Any) -> dict[str, dict[str, Any]]:
    path = folder / "scores.parquet"
    pq.write_table(pa.Table.from_pylist(rows, pa.schema(write.COLUMNS)), path)
    summarize(path, folder / "sites.parquet", overwrite=True, **options)
    return {found["site"]: found for found in pq.read_table(folder / "sites.parquet").to_pylist()}


def many(site: str, trust: list[float], **more: Any) -> list[dict[str, Any]]:
    return [row(f"https://{site}/{i}", value, **more) for i, value in enumerate(trust)]


# -- what a site is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("https://tea.blogspot.com/2020/01/x.html", "tea.blogspot.com"),
        ("http://anna.github.io:8080/x", "anna.github.io"),
        ("https://deep.down.anna.substack.com/p/x", "anna.substack.com"),
        ("https://anna.wordpress.com", "anna.wordpress.com"),
        ("https://medium.com/@Anna/x", "medium.com/@anna"),
        ("https://medium.com/a-publication/x?y#z", "medium.com/a-publication"),
        ("https://sites.google.com/view/tea/x", "sites.google.com/view/tea"),
        ("https://medium.com", "medium.com"),
        ("https://notmedium.com/@anna", "notmedium.com"),
        ("//user:word@example.org/x", "example.org"),
        ("  https://Example.ORG:443?x", "example.org"),
        ("http://[ccpa-preferences", ""),
        ("/x", ""),
        ("", ""),
    ],
)
def test_a_url_belongs_to_a_site(url: str, site: str, tmp_path: Path) -> None:
    assert site_of(url) == site
    found = summed([row("https://other.example/", 0.5), row(url, 0.5)], tmp_path)
    assert set(found) - {"other.example"} == ({site} if site else set()), "the database takes urls apart differently"


@pytest.mark.parametrize("name", ["github.io", "co.uk", "blogspot.com", "wordpress.com", "medium.com", "sites.google.com"])
def test_names_that_many_share_are_known(name: str) -> None:
    assert is_shared(name)
    assert not is_shared(f"anna.{name}") or name == "sites.google.com"


# -- estimates -----------------------------------------------------------------------------------------------------


def test_a_site_with_two_pages_is_pulled_towards_the_others(tmp_path: Path) -> None:
    chance = random.Random(1)
    rows = [r for i in range(40) for r in many(f"s{i}.org", [min(max(chance.gauss(0.5 + 0.1 * (i % 3 - 1), 0.1), 0), 1) for _ in range(20)])]
    rows += many("few.org", [0.1, 0.1]) + many("many.org", [chance.gauss(0.1, 0.1) for _ in range(400)])
    found = summed(rows, tmp_path)
    few, lots = found["few.org"], found["many.org"]
    assert few["mean_trust"] == pytest.approx(0.1)
    assert lots["mean_trust"] == pytest.approx(0.1, abs=0.02)
    assert few["trust"] > lots["trust"] + 0.02
    assert few["trust_high"] - few["trust_low"] > 3 * (lots["trust_high"] - lots["trust_low"])
    assert all(0 <= f["trust_low"] <= f["trust"] <= f["trust_high"] <= 1 for f in found.values())


def test_the_interval_holds_what_it_says(tmp_path: Path) -> None:
    """Sites of known mean, pages drawn around it: the mean lies in the interval of about 95 % of them."""
    chance = random.Random(2)
    truth = {f"s{i}.org": chance.gauss(0.5, 0.1) for i in range(400)}
    rows = [r for site, mean in truth.items() for r in many(site, [chance.gauss(mean, 0.1) for _ in range(chance.choice([1, 2, 5, 30]))])]
    for r in rows:
        r["p_low"], r["p_high"] = 0.0, 2 * r["trust"] - 1  # so that the standing is the trust
    found = summed(rows, tmp_path)
    inside = sum(found[site]["trust_low"] <= mean <= found[site]["trust_high"] for site, mean in truth.items())
    assert 0.92 <= inside / len(truth) <= 0.98
    plain = sum((found[site]["mean_trust"] - mean) ** 2 for site, mean in truth.items())
    pooled = sum((found[site]["trust"] - mean) ** 2 for site, mean in truth.items())
    assert pooled < 0.8 * plain


def test_copies_of_one_page_count_once_in_the_estimate(tmp_path: Path) -> None:
    others = [r for i in range(20) for r in many(f"s{i}.org", [0.4 + 0.01 * i, 0.5 + 0.01 * i])]
    same = many("same.org", [0.1] * 50, body_keys=[1, 2, 3, 4, 5, 6, 7, 8])
    apart = [{**r, "body_keys": [i * 8 + j for j in range(10, 18)]} for i, r in enumerate(many("apart.org", [0.1] * 50))]
    found = summed(others + same + apart, tmp_path)
    assert (found["same.org"]["bodies"], found["apart.org"]["bodies"]) == (1, 50)
    assert found["same.org"]["trust"] > found["apart.org"]["trust"]
    assert (found["same.org"]["near_duplicates"], found["apart.org"]["near_duplicates"]) == (1.0, 0.0)


def test_one_site_alone_and_no_site_at_all(tmp_path: Path) -> None:
    found = summed(many("only.org", [0.2, 0.3]), tmp_path)
    assert found["only.org"]["trust"] == pytest.approx(0.25, abs=0.05)
    with pytest.raises(NoSites, match="no row has both a score and a url"):
        summed([row("", 0.5), row("https://a.org", None, error="the page is empty")], tmp_path)


# -- signs ---------------------------------------------------------------------------------------------------------


def test_signs_of_a_site(tmp_path: Path) -> None:
    farm = [
        row(f"https://farm.org/{i}", 0.2, body_keys=[i] * 1 + [1000 + i], passage_keys=[7, 2000 + i], published_on="2021-05-03" if i else "2020-01-01",
            main_topic=["health", "crypto", "pets"][i % 3], reasons=[{"feature": "hype", "effect": -1.0 - i, "summary": "Words of hype: 3", "quotes": []}])
        for i in range(9)
    ]  # fmt: skip
    rows = [*farm, row("https://farm.org/x", None, error="the page is empty"), row("https://copy.org/", 0.5, body_keys=[3, 9999]), row("https://farm.org/3/again", 0.2, body_keys=[3, 8888])]
    found = summed(rows, tmp_path)["farm.org"]
    assert (found["pages"], found["unscored"], found["share_low"]) == (10, 1, 1.0)
    assert found["near_duplicates"] == pytest.approx(2 / 10)
    assert found["copies"] == pytest.approx(2 / 10)
    assert found["boilerplate"] == pytest.approx(9 / 18)
    assert (found["topic_pages"], found["topic_spread"], found["topics"]) == (9, 3.0, ["crypto", "health", "pets"])
    assert (found["dated"], str(found["busiest_day"]), found["busiest_pages"]) == (9, "2021-05-03", 8)
    assert found["burst_share"] == pytest.approx(8 / 9, abs=1e-4)
    reason = found["reasons"][0]
    assert (reason["feature"], reason["summary"], reason["share"], reason["effect"]) == ("hype", "Words of hype", 0.9, -4.5)
    assert reason["urls"] == [f"https://farm.org/{i}" for i in (8, 7, 6)]


def test_the_same_url_twice_is_no_near_duplicate(tmp_path: Path) -> None:
    twice = [row("https://a.org/x", 0.5, body_keys=[1, 2])] * 2
    assert summed(twice, tmp_path)["a.org"]["near_duplicates"] == 0


def test_the_columns_are_those_that_are_described(tmp_path: Path) -> None:
    assert list(summed(many("a.org", [0.5]), tmp_path)["a.org"]) == list(COLUMNS)


def test_a_column_can_name_the_site(tmp_path: Path) -> None:
    rows = [{**row("", 0.5, id=str(i)), "host": "tea.example"} for i in range(3)]
    path = tmp_path / "scores.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    summary = summarize(path, tmp_path / "sites.jsonl", domain="host")
    assert (summary.sites, summary.pages, summary.without_site) == (1, 3, 0)
    assert json.loads((tmp_path / "sites.jsonl").read_text())["site"] == "tea.example"


# -- from scores as they are written -------------------------------------------------------------------------------


@pytest.fixture
def crawl(tmp_path: Path, page_html: Callable[[int], str]) -> Path:
    rows = [{"id": f"p{i}", "url": f"https://s{i % 7}.example.org/{i}" if i % 2 else f"https://anna{i % 3}.github.io/{i}", "html": page_html(i)} for i in range(60)]
    path = tmp_path / "crawl.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_every_format_of_scores_gives_the_same_sites(crawl: Path, tmp_path: Path) -> None:
    for name in ("scores.parquet", "scores.jsonl", "scores.csv", "scores.jsonl.gz", "scores.csv.zst"):
        score_files(crawl, tmp_path / name)
        summarize(tmp_path / name, tmp_path / f"{name}.sites.parquet")
    tables = [pq.read_table(path).to_pylist() for path in sorted(tmp_path.glob("*.sites.parquet"))]
    assert len(tables) == 5
    assert {found["site"] for found in tables[0]} == {"example.org", "anna0.github.io", "anna1.github.io", "anna2.github.io"}
    assert all(table == tables[0] for table in tables)


def test_scores_in_parts_are_those_of_one_file(crawl: Path, tmp_path: Path) -> None:
    score_files(crawl, tmp_path / "scores.parquet")
    (tmp_path / "parts" / "deep").mkdir(parents=True)
    rows = pq.read_table(tmp_path / "scores.parquet")
    pq.write_table(rows.slice(0, 25), tmp_path / "parts" / "a.parquet")
    pq.write_table(rows.slice(25), tmp_path / "parts" / "deep" / "b.parquet")
    (tmp_path / "parts" / "_SUCCESS").touch()
    summarize(tmp_path / "scores.parquet", tmp_path / "one.parquet")
    summarize([tmp_path / "parts"], tmp_path / "many.parquet", threads=1)
    assert pq.read_table(tmp_path / "one.parquet").equals(pq.read_table(tmp_path / "many.parquet"))


@pytest.mark.parametrize(
    ("scores", "options", "said"),
    [
        ("none.parquet", [], "none.parquet does not exist; check the name"),
        ("notes.txt", [], "is no file of scores; give .parquet, .jsonl or .csv files"),
        ("empty", [], "there is no Parquet file in"),
        ("pages.csv", [], "there is no column 'trust'; give files that 'scorer score' wrote"),
        ("scores.parquet", ["--domain", "owner"], "there is no column 'owner'"),
        ("scores.parquet", ["--memory", "much"], "check the memory given, such as 2GB"),
        ("scores.parquet", ["--allow", "bad.txt"], "has in line 2 no site: 'two words'"),
        ("broken.parquet", [], "cannot be summed up"),
    ],
)
def test_what_will_not_do_gives_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scores: str, options: list[str], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("notes")
    Path("empty").mkdir()
    Path("pages.csv").write_text("id,url\n1,https://a.org\n")
    Path("broken.parquet").write_bytes(b"PAR1 and nothing more")
    Path("bad.txt").write_text("# spared\ntwo words\n")
    pq.write_table(pa.Table.from_pylist([row("https://a.org", 0.5)], pa.schema(write.COLUMNS)), "scores.parquet")
    result = CliRunner().invoke(cli.main, ["sites", scores, "-o", "sites.parquet", *options])
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.glob("scorer-sites-*")), "a folder of the database is left"
    assert not Path("sites.parquet").exists()


# -- imprints ------------------------------------------------------------------------------------------------------

STORY = (
    "The council met on Tuesday to hear how the old bridge over the river would be mended before the winter, and what it would cost the town. "
    "Engineers had found rust in the northern piers during a survey in the spring, and asked for the work to begin before the first frost. "
    "Several members wanted the road closed at once, while shopkeepers from the square feared for their trade in the weeks before the holidays. "
    "In the end a closure of nine nights was agreed, with buses sent round by the mill, and a report is to be given in the new year. "
)


def keys(text: str) -> set[int]:
    return set(imprint.take(Page.from_text(text)).body_keys)


def test_near_duplicates_share_a_key() -> None:
    assert keys(STORY) & keys(STORY.replace("Tuesday", "Thursday"))
    assert keys(STORY) & keys(STORY + "It was reported by a reader.")
    other = " ".join(reversed(STORY.split()))
    assert not keys(STORY) & keys(other)
    assert keys("Too little to tell.") == set()


def test_imprints_are_the_same_everywhere() -> None:
    """They are stored and compared with those of later runs and other machines: a change of value is a change of format."""
    found = imprint.take(Page.from_text(STORY, "https://a.org/2021/05/03/bridge"))
    assert found.published_on == "2021-05-03"
    assert found.body_keys[:2] == GOLDEN_KEYS
    assert all(0 <= key < 1 << 53 for key in (*found.body_keys, *found.passage_keys))


GOLDEN_KEYS = (588204990042645, 8473900499303296)


def test_topics_have_words_of_their_own() -> None:
    text = (Path(imprint.__file__).parent / "topics.txt").read_text()
    listed = [word for line in text.splitlines() if not line.startswith("#") for word in line.partition(":")[2].split()]
    assert len(listed) == len(set(listed)) == len(imprint.topics()[0]), "a word stands under two topics, or twice"
    assert all(word == word.casefold() and word.isalnum() for word in listed)


@pytest.mark.corpus
def test_site_trust_ranks_the_development_sites(corpus: Path, tmp_path: Path) -> None:
    """On a sample of the sites that public lists know: those that they trust come before those that they do not."""
    with (corpus / "sites.csv").open() as file:
        known = {r["domain"]: float(r["trust"]) for r in csv.DictReader(file) if r["trust"]}
    table = pq.read_table(corpus / "pages.parquet", columns=["id", "url", "domain", "html"], filters=[("domain", "in", sorted(d for d, t in known.items() if t < 0.4))])
    counts = table.column("domain").value_counts().to_pylist()
    low = sorted(c["values"] for c in counts if c["counts"] >= 3)
    table = pq.read_table(corpus / "pages.parquet", columns=["id", "url", "domain", "html"], filters=[("domain", "in", sorted(d for d, t in known.items() if t >= 0.65))])
    counts = table.column("domain").value_counts().to_pylist()
    high = sorted(c["values"] for c in counts if c["counts"] >= 3)
    chosen = pq.read_table(corpus / "pages.parquet", columns=["id", "url", "title", "domain", "html"], filters=[("domain", "in", low + high)])
    pq.write_table(chosen, tmp_path / "pages.parquet")
    score_files(tmp_path / "pages.parquet", tmp_path / "scores.parquet", keep=["domain"])
    summarize(tmp_path / "scores.parquet", tmp_path / "sites.parquet", domain="domain")
    trust = {f["site"]: f["trust"] for f in pq.read_table(tmp_path / "sites.parquet").to_pylist()}
    pairs = [(trust[a], trust[b]) for a in low for b in high if a in trust and b in trust]
    assert len(pairs) > 3000
    assert sum(a < b for a, b in pairs) / len(pairs) > 0.75
