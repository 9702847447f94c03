"""The collected cases beside the checkout: pages of shapes seen on real sites, bylines, datelines, dates.

Where a page's expectation may be argued it says `contested`; docs/fixtures.md says what we hold of those.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.dates.parser import parse_stamp
from crawler.extraction.byline.find_byline import split_byline
from crawler.extraction.dateline import split_dateline
from crawler.extraction.release import extract
from crawler.items import Hint, Page, Rejected, Release
from crawler.registry.source import Select, Source

CASES = Path(__file__).parents[2] / "shared" / "cases"
PAGES = sorted((CASES / "pages").glob("*.json"))
LATER = datetime(2027, 1, 1, tzinfo=UTC)
OPEN = {
    "greeting-poster": "contested",
    "mojibake": "contested",
    "spa-next-data-only": "text that only scripts show",
}
"""Pages that are not read as expected, with the reason. One that is leaves this list, or the suite
fails."""


def rows(name: str) -> list[Any]:
    file = CASES / f"{name}.jsonl"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines] or [
        pytest.param({}, marks=pytest.mark.skip(reason=f"{file} is not there"))
    ]


def pages() -> list[Any]:
    found = []
    for file in PAGES:
        case = json.loads(file.read_text("utf-8"))
        open_ = OPEN.get(file.stem)
        marks = [pytest.mark.xfail(reason=open_, strict=True)] if open_ else []
        found.append(pytest.param(file, case, id=file.stem, marks=marks))
    missing = pytest.mark.skip(reason=f"{CASES / 'pages'} is not there")
    return found or [pytest.param(None, {}, marks=missing)]


def read(file: Path, case: dict[str, Any]) -> Release | Rejected:
    declared = dict(case["source"])
    source = Source(**declared | {"select": Select(**declared.pop("select", None) or {})})
    page = Page(
        url=case["url"],
        body=file.with_suffix(".html").read_bytes(),
        captured_at=datetime.fromisoformat(case["captured_at"]),
        content_type=case["content_type"],
        hint=Hint(**case["hint"]) if case.get("hint") else None,
    )
    return extract(page, source)


@pytest.mark.parametrize(("file", "case"), pages())
def test_a_page_of_a_shape_seen_on_real_sites(file: Path, case: dict[str, Any]) -> None:
    found = read(file, case)
    assert isinstance(found, Release), f"{found.reason}: {found.detail}"
    expected = dict(case["expected"])
    assert found.body.split("\n\n") == expected.pop("body")
    if expected["author_tags"] is None:  # not judged there
        expected.pop("author_tags")
    printed = {key: getattr(found, key) for key in expected}
    dates = {
        key: value.isoformat() for key, value in printed.items() if hasattr(value, "isoformat")
    }
    assert printed | dates == expected


@pytest.mark.parametrize("case", rows("dates"))
def test_a_stamp(case: dict[str, Any]) -> None:
    stamp = parse_stamp(case["text"], case["timezone"], LATER)
    found = (stamp.on.isoformat(), stamp.at and stamp.at.isoformat()) if stamp else (None, None)
    assert found == (case["published_on"], case["published_at"])


@pytest.mark.parametrize("case", rows("bylines"))
def test_a_byline(case: dict[str, Any]) -> None:
    found = split_byline(case["text"], frozenset())
    assert (found.byline, found.author_tags) == (case["byline"], case["author_tags"])


@pytest.mark.parametrize("case", rows("datelines"))
def test_a_dateline(case: dict[str, Any]) -> None:
    found = split_dateline(case["text"], ())
    assert (found.dateline, found.place) == (case["dateline"], case["place"])
