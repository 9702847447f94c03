"""Commands in archives of different sizes."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bench import growth


@pytest.mark.soak
def test_every_command_is_measured_in_every_archive(tmp_path: Path) -> None:
    console = Console(file=StringIO(), width=100)
    growth.run(console, (400, 200), 50, tmp_path)
    assert isinstance(console.file, StringIO)
    shown = console.file.getvalue()
    assert re.search(r"200 +400", shown)
    for name in ("stats", "source", "health", "speakers", "duplicates", "verify"):
        assert re.search(rf"^ {name}.* \d+\.\d\d s, \d+ MB +\d+\.\d\d s, \d+ MB", shown, re.M)
    assert shown.count("locked") == 4
    assert list(tmp_path.iterdir()) == []
