"""Feeds of watches, and of any search."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tests.archive.browse.conftest import Get
from tests.archive.watches.feed_rules import ATOM, broken_rules


def terms(body: bytes) -> set[str | None]:
    return {one.get("term") for one in ET.fromstring(body).iter(f"{ATOM}category")}


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/pasar.xml",
        "/search.xml",
        "/search.xml?q=pasar%20murah&region=64&since=2024-01-01",
        "/search.xml?q=%22daftar+pemilih%22&edited=1&topic=coklit&election=1",
    ],
)
def test_every_feed_breaks_no_rule(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert broken_rules(answer.content) == []
    (link,) = (
        one.get("href")
        for one in ET.fromstring(answer.content).findall(f"{ATOM}link")
        if one.get("rel") == "self"
    )
    assert str(link).startswith("http://localhost/")
    assert get(str(link).removeprefix("http://localhost")).content == answer.content


def test_a_reader_that_has_a_feed_gets_no_second(get: Get) -> None:
    first = get("/feeds/pasar.xml", {"Accept-Language": "en"})
    assert first.headers["last-modified"].endswith(" GMT")
    etag = {"If-None-Match": f'W/"x", {first.headers["etag"]}', "Accept-Language": "en"}
    again = get("/feeds/pasar.xml", etag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert get("/feeds/pasar.xml", {"If-None-Match": '"x"'}).status_code == 200


def test_the_language_is_the_readers(get: Get) -> None:
    assert b'xml:lang="id"' in get("/search.xml", {"Accept-Language": "id"}).content
    assert "Diubah" in get("/search.xml", {"Accept-Language": "id"}).text


def test_only_what_the_search_asks_for(get: Get) -> None:
    assert terms(get("/search.xml").content) >= {"new", "edited"}
    assert terms(get("/search.xml?edited=1").content) == {"edited"}
    assert terms(get("/search.xml?q=tidakadakata").content) == set()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/feeds/nope.xml", 404, "no-such-feed"),
        ("/search.xml?q=pasar+NOT", 400, "no-query"),
        ("/search.xml?source=nope", 400, "no-such-filter"),
        ("/search.xml?since=kemarin", 400, "no-such-filter"),
    ],
)
def test_what_there_is_no_feed_of(get: Get, path: str, status: int, code: str) -> None:
    answer = get(path)
    assert (answer.status_code, code in answer.text) == (status, True)


def test_pages_lead_to_their_feeds(get: Get) -> None:
    start = get("/").text
    for place in ('<link rel="alternate" type="application/atom+xml"', "<li><a"):
        assert any("/feeds/pasar.xml" in piece[:120] for piece in start.split(place)[1:]), place
    results = get("/search?q=pasar&region=64&page=2").text
    assert results.count('/search.xml?q=pasar&amp;region=64"') == 2
