"""Every answer of a crawl is captured, and what was archived points to its bytes."""

from __future__ import annotations

import gzip
import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from archive.captures.reader import locate, read_at
from crawler.rebuild.run import rebuild
from crawler.registry.source import Source
from tests.archive.captures.samples import files, records
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import article, listing, paged_site, rows
from tests.site import Answer, serve

Declare = Callable[..., Source]


@pytest.fixture
def city(declare: Declare) -> Declare:
    def make(home: str, **keys: str) -> Source:
        return declare(home, **{"listing": home + "berita", "article": "/berita/read/{id}", **keys})

    return make


def _captures(archive_url: str) -> Path:
    return Path(archive_url.removeprefix("sqlite:///")).with_name("captures")


def _told(archive_url: str) -> list[dict[str, str]]:
    return [record for path in files(_captures(archive_url)) for record in records(path)]


def test_every_version_points_to_its_bytes(crawl: Crawl, city: Declare, archive_url: str) -> None:
    pages = paged_site(2)
    packed = gzip.compress(article(1).encode(), mtime=0)
    pages["/berita/read/1"] = Answer(
        packed, headers={"Content-Encoding": "gzip", "Content-Type": "text/html", "X-Zzz": "1"}
    )
    with serve(pages) as site:
        crawl(city(site.home))
    query = "SELECT url, capture_file, capture_offset, capture_record_id FROM releases"
    found = rows(archive_url, query)
    assert len(found) == 4
    for url, name, offset, record_id in found:
        with locate(_captures(archive_url), str(name)).open("rb") as file:
            answer = read_at(file, int(str(offset)), str(record_id))
        assert answer.url == url
        number = int(str(url).rsplit("/", 1)[1])
        assert answer.body() == article(number).encode()
        if number == 1:
            assert answer.payload == packed
            assert answer.header("X-Zzz") == "1"
            assert answer.header("Content-Encoding") == "gzip"


def test_a_refused_page_has_the_time_of_its_capture(
    crawl: Crawl, city: Declare, archive_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebuild has no other time."""

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Earlier:
            return cls(2026, 3, 2, 7, tzinfo=tz)

    monkeypatch.setattr("crawler.extensions.warc_capture.datetime", Earlier)
    with serve({**paged_site(1), "/berita/read/1": Answer(b"<h1>Gone fishing</h1>", 403)}) as site:
        crawl(city(site.home))
    query = "SELECT first_seen_at FROM rejections WHERE reason = 'http-403'"
    assert rows(archive_url, query) == [("2026-03-02T07:00:00Z",)]


def test_failures_redirects_and_robots_are_captured_too(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    pages = paged_site(1)
    pages["/berita"] = listing(range(1, 6))
    pages["/berita/read/3"] = Answer(b"", 302, {"Location": "/berita/read/1"})
    pages["/berita/read/4"] = Answer(b"<h1>Gone fishing</h1>", 403)
    pages["/berita/read/5"] = "<html><body>Halaman kosong</body></html>"
    with serve(pages) as site:
        crawl(city(site.home))
        home = site.home
    told = _told(archive_url)
    answered = [one["WARC-Target-URI"] for one in told if one["WARC-Type"] == "response"]
    for path in ("robots.txt", "berita/read/3", "berita/read/4", "berita/read/5"):
        assert home + path in answered
    refused = rows(archive_url, "SELECT url, capture_file, capture_offset FROM rejections")
    assert {str(url).rsplit("/", 1)[1] for url, *_ in refused} == {"4", "5"}
    for url, name, offset in refused:
        with locate(_captures(archive_url), str(name)).open("rb") as file:
            assert read_at(file, int(str(offset))).url == url


def test_an_unchanged_page_is_kept_once(crawl: Crawl, city: Declare, archive_url: str) -> None:
    with serve(paged_site(1)) as site:
        crawl(city(site.home))
        before = rows(archive_url, "SELECT id, capture_file, capture_offset, seq FROM releases")
        crawl(city(site.home), deep=True)
        site.pages["/berita/read/1"] = article(
            1, "Panitia nomor {n} memperpanjang masa pendaftaran calon anggota."
        )
        crawl(city(site.home), deep=True)
    told = [one for one in _told(archive_url) if "/read/" in one.get("WARC-Target-URI", "")]
    kinds = [one["WARC-Type"] for one in told if one["WARC-Type"] != "request"]
    assert sorted(kinds) == ["response"] * 3 + ["revisit"] * 3
    after = rows(archive_url, "SELECT id, capture_file, capture_offset, seq FROM releases")
    assert len(set(before) & set(after)) == 1
    (places,) = rows(archive_url, "SELECT count(DISTINCT capture_record_id) FROM versions")
    assert places == (3,)


def test_the_first_part_stands_for_a_release_of_several(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    pages: Any = {
        "/berita": listing(range(1, 2)),
        "/berita/read/1": article(1).replace(
            "</article>", '<a href="/berita/read/1?page=2">2</a></article>'
        ),
        "/berita/read/1?page=2": article(1, "Bagian kedua memuat nama anggota panitia."),
    }
    with serve(pages) as site:
        crawl(city(site.home))
    ((name, offset),) = rows(archive_url, "SELECT capture_file, capture_offset FROM releases")
    with locate(_captures(archive_url), str(name)).open("rb") as file:
        assert read_at(file, int(str(offset))).url.endswith("/berita/read/1")
    assert any("page=2" in one.get("WARC-Target-URI", "") for one in _told(archive_url))


def test_captures_can_be_left_out(crawl: Crawl, city: Declare, archive_url: str) -> None:
    with serve(paged_site(1)) as site:
        crawl(city(site.home), CAPTURES_ENABLED=False)
    assert not _captures(archive_url).exists()
    assert rows(archive_url, "SELECT DISTINCT capture_file FROM versions") == [(None,)]


def test_captures_that_cannot_be_written_end_the_round(
    crawl: Crawl, city: Declare, archive_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("archive.captures.writer.os.fsync", full)
    with serve(paged_site(3)) as site:
        run = crawl(city(site.home))
    assert "No space left on device" in str(run.archive_error)
    with closing(sqlite3.connect(archive_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT count(*) FROM versions").fetchone() == (0,)


def _drip(stop: threading.Event) -> Iterator[bytes]:
    yield article(1).encode()[:200]
    stop.wait(10)


def test_what_came_of_an_answer_that_was_cut_off_is_kept(
    crawl: Crawl, city: Declare, archive_url: str, tmp_path: Path
) -> None:
    """Too long, announced or not; the connection lost; too slow: the bytes that came are evidence."""
    stop, html = threading.Event(), {"Content-Type": "text/html"}
    pages = paged_site(1)
    pages["/berita"] = listing(range(1, 7))
    pages["/berita/read/3"] = lambda: Answer(itertools.repeat(b"<p>terus</p>" * 100), headers=html)
    pages["/berita/read/4"] = Answer(b"x" * 300_000, headers=html)
    pages["/berita/read/5"] = lambda: Answer(
        iter([article(5).encode()[:300]]), headers={**html, "Content-Length": "5000"}
    )
    pages["/berita/read/6"] = lambda: Answer(
        _drip(stop), headers={**html, "Content-Length": "5000"}
    )
    with serve(pages) as site:
        source = city(site.home)
        crawl(source, DOWNLOAD_MAXSIZE=200_000, DOWNLOAD_TIMEOUT=2)
        stop.set()
    query = "SELECT url, reason, capture_file, capture_offset, capture_record_id FROM rejections ORDER BY url"
    found = {}
    for url, reason, name, offset, record_id in rows(archive_url, query):
        with locate(_captures(archive_url), str(name)).open("rb") as file:
            answer = read_at(file, int(str(offset)), str(record_id))
        assert (answer.url, answer.status) == (url, 200)
        found[str(url)[-1]] = reason, answer.truncated, len(answer.payload)
    assert found.pop("3")[:2] == ("too-large", "length")
    assert found == {
        "4": ("too-large", "length", 0),
        "5": ("cut-off", "disconnect", 300),
        "6": ("timeout", "time", 200),
    }
    # Read again they are what they were.
    anew = f"sqlite:///{tmp_path / 'anew.db'}"
    assert rebuild([source], anew, _captures(archive_url), [], "", 1, 30.0)
    assert rows(anew, query) == rows(archive_url, query)


def test_a_bomb_points_to_its_bytes(crawl: Crawl, city: Declare, archive_url: str) -> None:
    pages = paged_site(1)
    bomb = gzip.compress(b"0" * 40_000_000)
    pages["/berita/read/1"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    with serve(pages) as site:
        crawl(city(site.home))
    ((name, offset),) = rows(archive_url, "SELECT capture_file, capture_offset FROM rejections")
    with locate(_captures(archive_url), str(name)).open("rb") as file:
        assert read_at(file, int(str(offset))).payload == bomb
