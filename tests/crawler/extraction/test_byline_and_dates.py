"""Bylines and dates against the shared case files, and any text at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.byline import split_byline
from crawler.extraction.dates import parse_stamp

CASES = Path(__file__).parents[3].parent / "shared" / "cases"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def cases(name: str) -> list[dict[str, Any]]:
    """The lines of a case file; none where ../shared is missing."""
    file = CASES / name
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize("case", cases("bylines.jsonl"), ids=lambda case: case["text"][-30:])
def test_byline(case: dict[str, Any]) -> None:
    signed = split_byline(case["text"])
    assert (signed.byline, signed.author_tags) == (case["byline"], case["author_tags"])


@pytest.mark.parametrize("case", cases("dates.jsonl"), ids=lambda case: case["text"])
def test_stamp(case: dict[str, Any]) -> None:
    stamp = parse_stamp(case["text"], case["timezone"], NOW)
    on = stamp.on.isoformat() if stamp else None
    at = stamp.at.isoformat() if stamp and stamp.at else None
    assert (on, at) == (case["published_on"], case["published_at"])


def test_initials_count_only_where_the_site_signs_so() -> None:
    assert split_byline("Acara selesai. wsw").byline is None
    assert split_byline("Acara selesai. wsw", frozenset({"wsw"})).byline == "wsw"


@given(st.text(alphabet="ab ./()[]*:|\nPenulis: ", max_size=120) | st.text(max_size=80))
def test_nothing_is_lost(text: str) -> None:
    signed = split_byline(text)
    assert "".join((signed.text + (signed.byline or "")).split()) == "".join(text.split())


@given(st.text(alphabet="0123456789 /-.:MeiJanWITA,", max_size=60) | st.text(max_size=60))
def test_no_stamp_lies_in_the_future(text: str) -> None:
    stamp = parse_stamp(text, "Asia/Makassar", NOW)
    assert stamp is None or stamp.on <= (NOW + timedelta(days=2)).date()
