"""Are all dependencies bounded, listed with their licence, and locked without naming where they were fetched?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKED = dict(line.split("==") for line in (ROOT / "requirements-dev.lock").read_text().splitlines() if "==" in line)
LISTED = dict(re.findall(r"^\| ([\w.-]+) \| ([^|]+) \|$", (ROOT / "DEPENDENCIES.md").read_text(), re.MULTILINE))


@pytest.mark.parametrize("requirement", PROJECT["dependencies"])
def test_what_scoring_needs_is_bounded_locked_and_listed(requirement: str) -> None:
    name = re.match(r"[\w.-]+", requirement)
    assert name
    assert ">=" in requirement
    assert "<" in requirement.partition(">=")[2]
    assert name.group() in LOCKED
    assert LISTED[name.group()].strip()


def test_every_locked_package_is_listed_with_a_licence_that_binds_nobody_else() -> None:
    assert set(LOCKED) <= set(LISTED)
    assert not [name for name, licence in LISTED.items() if re.search(r"\bA?GPL", licence) and " OR " not in licence]


def test_the_lock_names_no_registry() -> None:
    assert not re.search(r"https?:|@|--index", (ROOT / "requirements-dev.lock").read_text())
