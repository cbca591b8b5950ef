"""Does a blocklist name bad sites only, say nothing else whatever the crawl holds, and show its evidence?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scorer.blocklist import FORMS, BadAllowList, read_allowed, write_lists

SITES = ["farm.example", "xn--bcher-kva.example", "bücher.example", "anna.blogspot.com", "medium.com/@spam", "sites.google.com/view/spam"]
NEVER = {
    "good.example": "its trust is high",
    "unsure.example": "its interval reaches beyond the cut",
    "small.example": "of two pages nothing is concluded",
    "medium.com": "many users share the name",
    "github.io": "many users share the name",
    "192.168.0.1": "an address is given to somebody else tomorrow",
    "evil.example^$third-party,domain=good.example": "it would say more than a name",
    "*.com": "it would block everything",
    "a.example\n||good.example^": "it would add a line",
    "com": "it is no site",
    "medium.com/a b": "it is no name",
}


def site(name: str, trust: float, reach: float = 0.1, pages: int = 10) -> dict[str, Any]:
    reasons = [
        {"feature": "hype", "summary": "Words of <b>hype</b>", "effect": -0.8, "share": 0.9, "urls": [f"https://{name}/1`](javascript:alert(1))\n# x", f"https://{name}/2"]},
        {"feature": "sources", "summary": "Links to sources", "effect": 0.4, "share": 0.5, "urls": [f"https://{name}/good"]},
    ]  # fmt: skip
    return {
        "site": name, "pages": pages, "trust": trust, "trust_low": trust - reach, "trust_high": trust + reach, "mean_trust": trust, "share_low": 0.9,
        "near_duplicates": 0.5, "copies": 0.0, "boilerplate": None, "burst_share": None, "reasons": reasons,
    }  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [site(name, 0.1 + 0.01 * i) for i, name in enumerate(SITES)]
    odd = {"good.example": (0.8, 0.1, 10), "unsure.example": (0.35, 0.1, 10), "small.example": (0.1, 0.1, 2)}
    rows += [site(name, *odd.get(name, (0.1, 0.1, 10))) for name in NEVER]
    path = tmp_path / "sites.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if not line.startswith(("#", "!", "[", "---", "name:"))]


def test_each_format_names_the_bad_sites_and_nothing_else(table: Path, tmp_path: Path) -> None:
    listing = write_lists(table, FORMS)
    assert set(listing.listed) == set(SITES)
    assert set(listing.shared) == {"medium.com", "github.io"}
    assert lines(tmp_path / "sites.ublacklist.txt") == [
        "*://*.anna.blogspot.com/*", "*://*.farm.example/*", "*://*.xn--bcher-kva.example/*", "*://medium.com/@spam/*", "*://sites.google.com/view/spam/*",
    ]  # fmt: skip
    assert lines(tmp_path / "sites.domains.txt") == ["anna.blogspot.com", "farm.example", "xn--bcher-kva.example"]
    assert lines(tmp_path / "sites.adblock.txt") == [
        "||anna.blogspot.com^", "||farm.example^", "||medium.com/@spam^", "||sites.google.com/view/spam^", "||xn--bcher-kva.example^",
    ]  # fmt: skip
    assert set(listing.unsayable) >= {"medium.com/@spam", "sites.google.com/view/spam", "com", "*.com"}


def test_the_allow_list_spares(table: Path, tmp_path: Path) -> None:
    allow = tmp_path / "allow.txt"
    allow.write_text("\ufeff# ours\nhttps://www.farm.example/about  # known to us\nblogspot.com\n\nMEDIUM.com/@spam\n", encoding="utf-8")
    assert read_allowed(allow) == {"farm.example/about", "blogspot.com", "medium.com/@spam"}
    listing = write_lists(table, ["domains"], allow=[allow])
    assert set(listing.allowed) >= {"farm.example", "anna.blogspot.com", "medium.com/@spam"}
    assert set(listing.listed) == set(SITES) - set(listing.allowed)
    assert lines(tmp_path / "sites.domains.txt") == ["xn--bcher-kva.example"]
    assert "farm.example" not in (tmp_path / "sites.evidence.md").read_text()


@pytest.mark.parametrize(("text", "said"), [(b"two words\n", "line 1 no site"), (b"a.org\n/path\n", "line 2 no site"), (b"\xff\xfe\x00", "is not UTF-8 text")])
def test_a_bad_allow_list_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / "allow.txt").write_bytes(text)
    with pytest.raises(BadAllowList, match=said):
        read_allowed(tmp_path / "allow.txt")
    with pytest.raises(BadAllowList, match="cannot be read"):
        read_allowed(tmp_path / "none.txt")


def test_the_cut_and_the_pages_asked_for_are_heeded(table: Path) -> None:
    assert "unsure.example" in write_lists(table, ["domains"], cut=0.5).listed
    assert "small.example" in write_lists(table, ["domains"], least_pages=2).listed
    assert write_lists(table, ["domains"], cut=0.05).listed == []


def test_the_evidence_shows_why_and_where_and_runs_nothing(table: Path, tmp_path: Path) -> None:
    write_lists(table, ["adblock"])
    text = (tmp_path / "sites.evidence.md").read_text()
    of_farm = text.partition("## `farm.example`")[2].partition("\n## ")[0]
    assert "trust 0.10 (0.00 to 0.20), mean of 10 pages 0.10; 90% of them low" in of_farm
    assert "50% of pages nearly repeat another page of the site" in of_farm
    assert "Words of \\<b\\>hype\\</b\\> (effect -0.80, on 90% of pages)\n  - `https://farm.example/1 ](javascript:alert(1)) # x`\n  - `https://farm.example/2`" in of_farm
    assert "Links to sources" not in of_farm, "what speaks for a site is no evidence against it"
    assert "\n# x" not in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == [f"## `{name}`" for name in SITES]
