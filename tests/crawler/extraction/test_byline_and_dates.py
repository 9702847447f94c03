"""Bylines and dates against the shared case files, and any text at all."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates.parser import parse_stamp
from crawler.extraction.byline.find_byline import split_byline

SHARED = Path(__file__).parents[4] / "shared" / "cases"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def cases(name: str) -> list[dict[str, Any]]:
    """The lines of our own case file and, where ../shared is there, of the shared one."""
    files = [file for file in (Path(__file__).with_name(name), SHARED / name) if file.exists()]
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


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
    assert set(case.get("flags", ())) <= set(stamp.flags if stamp else ())


def test_initials_count_only_where_the_site_signs_so() -> None:
    assert split_byline("Acara selesai. wsw").byline is None
    assert split_byline("Acara selesai. wsw", frozenset({"wsw"})).byline == "wsw"


PIECES = [
    "(",
    ")",
    "[",
    "]",
    "*",
    "/",
    ". ",
    " ",
    "humas",
    "Rina",
    "Foto: ",
    "Editor : ",
    "Sumber: ",
]
PIECES += [
    "\n\n",
    "#Pilkada",
    "\n",
    "Humas KPU",
    "TMS",
    "26/5",
    "ft ",
    "-red",
    "WA: 0812",
    "dkk",
    "katanya",
]
text_like = st.one_of(
    st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
)


@given(text_like)
def test_nothing_is_lost(text: str) -> None:
    signed = split_byline(text)
    before, _, after = text.rpartition(signed.byline) if signed.byline else (text, "", "")
    assert "".join((before + after).split()) == "".join(signed.text.split())
    assert all(tag == tag.lower() and tag for tag in signed.author_tags)
    assert signed.byline or not signed.credits


@pytest.mark.parametrize(
    "piece", ["(", "[a", ")/", "*", "1/", " - ", "(a)", "Editor: a | ", "#a ", "\n"]
)
def test_a_megabyte_of_it_takes_no_time(piece: str) -> None:
    text = piece * (10**6 // len(piece))
    begun = time.process_time()
    split_byline(text)
    split_byline(text + " Acara selesai. (humas/rin)")
    parse_stamp(text, "Asia/Makassar", NOW)
    assert time.process_time() - begun < 1  # measured: at most 20 ms


@given(st.text(alphabet="0123456789 /-.:MeiJanWITA,", max_size=60) | st.text(max_size=60))
def test_no_stamp_lies_in_the_future(text: str) -> None:
    stamp = parse_stamp(text, "Asia/Makassar", NOW)
    assert stamp is None or stamp.on <= (NOW + timedelta(days=2)).date()
