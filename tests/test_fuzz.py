"""Do the inputs that fuzzing found stay harmless, and can chance find others? Longer runs: `make fuzz`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scorer.read import File, Notes, Record, read_file
from scorer.score import score_columns

FUZZ = Path(__file__).parent.parent / "fuzz"
sys.path[:0] = [str(FUZZ), str(Path(__file__).parent / "hostile")]

from hostile_inputs import MARKUP, TEXT, URLS  # noqa: E402
from targets import TARGETS  # noqa: E402

FINDS = sorted(path.name for path in (FUZZ / "finds").iterdir())

@pytest.mark.parametrize("name", FINDS)
def test_what_fuzzing_found_stays_mended(name: str) -> None:
    TARGETS[name.partition("-")[0]]((FUZZ / "finds" / name).read_bytes())


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="only Linux tells the most memory of a process by itself")
def test_no_find_takes_much_memory() -> None:
    """2.5 kB of Parquet, one page of which says that it has 1.4 GB, was given them."""
    # Not getrusage, whose figure a child inherits from whoever started it.
    program = (
        "import sys; from pathlib import Path; folder = Path(sys.argv[1]); sys.path[:0] = [str(folder.parent), str(folder), str(folder.parent / 'tests' / 'hostile')]\n"
        "from targets import TARGETS\n"
        "for find in sorted((folder / 'finds').iterdir()): TARGETS[find.name.partition('-')[0]](find.read_bytes())\n"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    )  # fmt: skip
    told = subprocess.run([sys.executable, "-c", program, str(FUZZ)], capture_output=True, text=True, check=True)
    assert int(told.stdout) < 600_000  # kB


# -- pages ----------------------------------------------------------------------------------------------------------------

_UNITS = st.sampled_from([unit.replace("{i}", "7") for _, unit, *_ in MARKUP.values()] + [u.replace("{i}", "7") for u in TEXT.values()])  # fmt: skip
_PIECES = st.one_of(
    st.tuples(_UNITS, st.integers(1, 60)).map(lambda piece: piece[0] * piece[1]),
    st.text(max_size=40),
    st.sampled_from(["</div>", "</p>", "</table>", "</b>", "</a>", "-->", "</script>", "</style>", "</title>", '">', "'>", "]]>"]),
)  # fmt: skip
MARKUP_PAGES = st.lists(_PIECES, max_size=12).map("".join)
"""Pages put together from the pieces of hostile ones, in any order, closed or not."""


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(page=MARKUP_PAGES, url=st.sampled_from(URLS) | st.text(max_size=30), kind=st.sampled_from(["html", "text"]))
def test_no_page_of_hostile_pieces_fails(page: str, url: str, kind: Any) -> None:
    rows = score_columns([Record("a", url, "", page, kind), Record("b", url, page, page.encode("utf-8", "replace"), kind)])
    assert rows["id"] == ["a", "b"]
    assert not [error for error in rows["error"] if "report" in error]


# -- tables ---------------------------------------------------------------------------------------------------------------

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
TABLES = st.lists(st.dictionaries(st.sampled_from(["html", "text", "id", "url", "title", "content", "other"]), _VALUES, min_size=1), min_size=1, max_size=6)  # fmt: skip
"""Rows whose cells may be of any type."""


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=TABLES)
def test_no_table_loses_a_row(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    records = list(read_file(File(str(file)), ("other",) if all("other" in row for row in rows) else (), Notes()))
    assert len(records) == len(rows)
    scored = score_columns(records)
    assert scored["id"] == [record.id for record in records]
    assert not [error for error in scored["error"] if "report" in error]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), min_size=1, max_size=6), cut=st.floats(0, 1))  # fmt: skip
def test_no_cut_table_raises(rows: list[tuple[str, str]], cut: float, tmp_path: Path) -> None:
    import csv
    import io

    text = io.StringIO()
    csv.writer(text).writerows([("id", "html"), *rows])
    data = text.getvalue().encode("utf-8", "surrogatepass")
    file = tmp_path / "rows.csv"
    file.write_bytes(data[: max(int(len(data) * cut), 9)])
    assert len(list(read_file(File(str(file)), (), Notes()))) <= len(rows)
