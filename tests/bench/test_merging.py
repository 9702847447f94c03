"""One archive merged into another one."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bench import merging


@pytest.mark.soak
def test_a_merge_is_measured(tmp_path: Path) -> None:
    console = Console(file=StringIO(), width=100)
    merging.run(console, 200, 50, tmp_path)
    assert isinstance(console.file, StringIO)
    shown = console.file.getvalue()
    figures = r"200 releases into 200, \d+\.\d s .*, \d+\.\d\d ms a release, \d+ MB at its peak"
    assert len(re.findall(rf"^merge(?: again)?: {figures}", shown, re.M)) == 2
    assert "releases afterwards: 380" in shown
    assert list(tmp_path.iterdir()) == []
