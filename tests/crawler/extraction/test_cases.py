"""Pages of shapes that were read wrongly once: `../shared/cases/pages` beside the checkout, each
with what a person read in it. They are skipped where the folder is missing."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction.release import extract
from crawler.items import Page, Release
from crawler.registry.source import Source

FOLDER = Path(__file__).parents[4] / "shared" / "cases" / "pages"
CASES = sorted(FOLDER.glob("*.json"))
# Decided otherwise than the case, with the reason in docs/extraction.md.
OTHERWISE = {"greeting-poster", "mojibake"}
EXACT = ("title", "published_on", "dateline", "place", "byline")


@pytest.mark.skipif(not CASES, reason="no cases beside the checkout")
@pytest.mark.parametrize(
    "file", [f for f in CASES if f.stem not in OTHERWISE], ids=lambda f: f.stem
)
def test_a_page_of_a_shape_once_misread(file: Path) -> None:
    case: dict[str, Any] = json.loads(file.read_text("utf-8"))
    expected = case["expected"]
    page = Page(
        url=case["url"],
        body=file.with_suffix(".html").read_bytes(),
        content_type=case["content_type"],
        captured_at=datetime.fromisoformat(case["captured_at"]),
    )
    found = extract(page, Source(**case["source"]))
    assert isinstance(found, Release), f"{found.reason}: {found.detail}"
    assert found.body.split("\n\n") == expected["body"]
    told = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name in EXACT
        for value in [getattr(found, name)]
    }
    assert told == {name: expected[name] for name in EXACT}
    if expected["published_at"]:
        assert found.published_at == datetime.fromisoformat(expected["published_at"])
    if expected["author_tags"] is not None:
        assert found.author_tags == expected["author_tags"]
