"""Files that the docs name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES.remove(ROOT / "docs" / "threats.md")  # its tests have a test of their own
_PATH = re.compile(r"`((?:crawler|archive|tests|deploy|bench|demo|docs)/[\w./*-]+)`")


@pytest.mark.parametrize("readme", ["README.md", "README.id.md"])
def test_both_readmes_list_every_page(readme: str) -> None:
    shown = (ROOT / readme).read_text("utf-8")
    pages = [f"](docs/{page.name})" for page in sorted((ROOT / "docs").glob("*.md"))]
    assert [page for page in pages if page not in shown] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_that_a_page_names_are_there(page: Path) -> None:
    named = set(_PATH.findall(page.read_text("utf-8")))
    assert [path for path in sorted(named) if not list(ROOT.glob(path.rstrip("/")))] == []
