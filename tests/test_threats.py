"""Every threat of docs/threats.md names the test that shows it, or says that there is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "threats.md"
ROWS = [
    line.strip("| ").split(" | ")
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| threat"))
]
FOLDERS = (TESTS, TESTS / "archive", TESTS / "crawler")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_the_test_is_there(row: list[str]) -> None:
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", row[2])
    assert named or "**no test**" in row[2]
    for file, test in named:
        found = [folder / file for folder in FOLDERS if (folder / file).is_file()]
        assert found, file
        assert not test or f"def {test}(" in found[0].read_text(encoding="utf-8"), test
