"""Queries to indexes and their answers, in both dialects, whole and broken."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs

import pytest

from crawler.backfill.index import collections, number_of_pages, parse, query

NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
ROW = ["id,a)/", "20240901030000", "http://a.example/berita/1", "text/html", "200", "ABC", "1402"]
OBJECT = {
    "url": "https://a.example/1",
    "timestamp": "20240901030000",
    "mime": "text/html",
    "status": "200",
}


def rows(*lines: object) -> bytes:
    return ("[" + ",\n ".join(json.dumps(line) for line in (NAMES, *lines)) + "]").encode()


def test_rows_with_a_resume_key() -> None:
    page = parse(rows(ROW, [], ["id%2Ca%29%2F+20240901030000%21"]))
    [capture] = page.captures
    assert (capture.url, capture.digest, capture.length) == (ROW[2], "ABC", 1402)
    assert capture.at.isoformat() == "2024-09-01T03:00:00+00:00"
    assert page.resume == "id%2Ca%29%2F+20240901030000%21"


def test_an_answer_that_breaks_off_gives_its_whole_rows() -> None:
    whole = rows(ROW, ROW, ROW)
    page = parse(whole[: whole.rindex(b'"text')])
    assert (len(page.captures), page.is_cut, page.resume) == (2, True, None)


def test_a_broken_row_costs_one_row() -> None:
    page = parse(rows(ROW, ["x"] * 7, [*ROW[:1], "20240900000000", *ROW[2:]], ROW))
    assert (len(page.captures), page.broken, page.is_cut) == (2, 2, False)


def test_objects_of_pywb() -> None:
    cdxj = b"com,example)/ 20240901030000 " + json.dumps(OBJECT).encode()
    lines = [json.dumps(OBJECT).encode(), cdxj, b'{"url": "https://a.exa']
    page = parse(b"\n".join(lines))
    assert (len(page.captures), page.broken) == (2, 1)
    assert parse(b'{"message": "No Captures found for: a.example"}').broken == 0
    assert parse(b"").captures == []


def test_pictures_and_failures_are_not_asked_for_and_not_broken() -> None:
    page = parse(rows([*ROW[:3], "image/png", *ROW[4:]], [*ROW[:4], "404", *ROW[5:]]))
    assert (page.captures, page.broken) == ([], 0)


def test_a_revisit_has_the_digest_of_the_bytes_it_repeats() -> None:
    [capture] = parse(rows([*ROW[:3], "warc/revisit", "-", *ROW[5:]])).captures
    assert (capture.is_revisit, capture.digest) == (True, "ABC")


def test_a_query_names_days_and_what_is_wanted() -> None:
    asked = parse_qs(query("wayback", "a.example", date(2024, 4, 1), date(2025, 9, 30), resume="k"))
    assert (asked["from"], asked["to"]) == (["20240401"], ["20250930235959"])
    assert (asked["matchType"], asked["resumeKey"], asked["showResumeKey"]) == (
        ["host"],
        ["k"],
        ["true"],
    )
    assert "resumeKey" not in parse_qs(query("pywb", "a.example", None, None, page=2))


def test_pages_are_counted_by_either_dialect() -> None:
    counts = [number_of_pages(body) for body in (b'{"pages": 3, "blocks": 9}', b"4", b"<html>")]
    assert counts == [3, 4, None]


def test_crawls_of_these_days_are_chosen() -> None:
    listed = [
        {
            "id": "CC-MAIN-2024-51",
            "cdx-api": "c",
            "from": "2024-12-01T00:00:00",
            "to": "2024-12-15T00:00:00",
        },
        {"id": "CC-MAIN-2024-38", "cdx-api": "b"},
        {"id": "CC-MAIN-2019-04", "cdx-api": "a"},
        {"name": "no interface"},
    ]
    found = collections(json.dumps(listed).encode(), date(2024, 9, 1), date(2024, 11, 30))
    assert [one.index for one in found] == ["b"]
    assert len(collections(json.dumps(listed).encode(), None, None)) == 3


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (1, "20240931030000"),
        (1, "\u0662\u0660\u0662\u0664\u0660\u0669\u0660\u0661\u0660\u0663\u0660\u0660\u0660\u0660"),
        (2, "https://a.example/\ud800"),
        (5, "\ud800"),
        (5, {"sha1": "A"}),
    ],
)
def test_a_row_that_cannot_be_kept_is_broken(place: int, value: object) -> None:
    bad = [*ROW[:place], value, *ROW[place + 1 :]]
    page = parse(rows(bad, ROW, [], ["\ud800"]))
    assert ([one.url for one in page.captures], page.broken) == ([ROW[2]], 2)
    assert page.resume is None


@pytest.mark.parametrize("length", ["9" * 30, "9" * 5_000, "-1", "\u0663"])
def test_a_length_that_is_no_number_of_bytes_is_unknown(length: str) -> None:
    [capture] = parse(rows([*ROW[:6], length])).captures
    assert capture.length == 0


@pytest.mark.parametrize("answer", [b"[" * 9_999, b'{"a":' * 9_999, b"[[[]]", b"[[1e999]]"])
def test_an_answer_without_sense_is_broken(answer: bytes) -> None:
    assert parse(answer).captures == []
    assert number_of_pages(answer) is None
    assert number_of_pages(b"1e999") is None
