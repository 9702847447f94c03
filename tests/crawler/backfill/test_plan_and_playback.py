"""Which captures are fetched; what a source had answered, out of what a web archive answers."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from archive.captures.content_encoding import unpack
from crawler.backfill.archives import UnknownArchive, find_archive
from crawler.backfill.index import Capture
from crawler.backfill.plan import make_plan
from crawler.backfill.playback import Unusable, from_playback, from_record
from tests.archive.samples import source
from tests.crawler.backfill.web_archive import Held

HOME = "https://pemkot-contoh.example/"
KNOWN = replace(source(), article="/berita/read/{id}")
ONE = Capture(url=f"{HOME}berita/read/1", timestamp="20240901030000", digest="A", length=10)
NO_LISTS: frozenset[str] = frozenset()


def capture(path: str, timestamp: str = "20240901030000", digest: str = "A") -> Capture:
    return Capture(url=HOME + path, timestamp=timestamp, digest=digest, length=10)


def test_one_capture_is_fetched_for_each_address_and_digest() -> None:
    days = [capture("berita/read/1", f"2024090{n}030000", d) for n, d in enumerate("AABA", 1)]
    [first, second] = make_plan(KNOWN, days, NO_LISTS, {}).groups
    assert [one.timestamp[7] for one in first.to_fetch] == ["1", "2", "4"]
    assert [one.timestamp[7] for one in second.to_fetch] == ["3"]
    fetched = {(days[0].url, days[0].timestamp): None}
    plan = make_plan(KNOWN, days, NO_LISTS, fetched)
    assert [one.timestamp[7] for one in plan.groups[0].to_note] == ["2", "4"]
    assert (plan.fetches, plan.done, plan.bytes) == (1, 1, 10)


def test_what_could_not_be_used_is_not_fetched_again_but_its_twin_is() -> None:
    days = [capture("berita/read/1", f"2024090{n}030000") for n in (1, 2)]
    plan = make_plan(KNOWN, days, NO_LISTS, {(days[0].url, days[0].timestamp): "gone"})
    assert (plan.groups[0].to_fetch, plan.failed) == ([days[1]], 1)


def test_rather_too_many_pages_than_too_few() -> None:
    paths = [
        "berita/read/1",  # as declared
        "2019/05/12/rapat-koordinasi-penyelenggara/",  # of an older system
        *(f"?p={n}" for n in range(1, 6)),  # many of one make
        "kontak",  # alone of its make
    ]
    plan = make_plan(KNOWN, map(capture, paths), NO_LISTS, {})
    assert (plan.addresses, plan.left_out.total()) == (7, 1)
    assert plan.groups[0].captures[0].url == HOME + "2019/05/12/rapat-koordinasi-penyelenggara/"
    unknown = make_plan(source(), map(capture, paths), NO_LISTS, {})
    assert unknown.addresses == 8, "where nothing is known, nothing is left out"


def test_what_is_certainly_no_release_is_left_out_with_why() -> None:
    paths = ["", "berita", "cari?q=a", "berita/read/1"]
    plan = make_plan(KNOWN, map(capture, paths), frozenset({f"{HOME}berita"}), {})
    assert plan.addresses == 1
    assert set(plan.left_out) == {
        "the home page",
        "a list that crawls know",
        "a search, calendar, feed, log-in or file",
    }


def test_headers_of_the_source_come_back() -> None:
    packed = gzip.compress(b"<p>Rilis</p>")
    given = [
        ("Content-Type", "text/html"),
        ("x-archive-orig-content-type", "text/html; charset=utf-8"),
        ("x-archive-orig-content-encoding", "gzip"),
        ("x-archive-orig-transfer-encoding", "chunked"),
        ("x-archive-orig-content-length", "999"),
        ("Content-Encoding", "gzip"),
        ("Memento-Datetime", "Sun, 01 Sep 2024 03:00:00 GMT"),
        ("Server", "nginx of the archive"),
    ]
    original = from_playback(given, packed, ONE)
    assert original.head == (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n"
        b"content-encoding: gzip\r\n\r\n"
    )
    assert unpack(original.body, ["gzip"], 100) == b"<p>Rilis</p>"


def test_what_the_archive_packed_is_unpacked() -> None:
    given = [("x-archive-orig-etag", '"a"'), ("Content-Encoding", "gzip")]
    original = from_playback(given, gzip.compress(b"<p>Rilis</p>"), ONE)
    assert original.body == b"<p>Rilis</p>"
    assert b"ncoding" not in original.head


def test_headers_of_pywb_are_those_of_the_source() -> None:
    given = [("Date", "Sun, 01 Sep 2024 02:59:59 GMT"), ("Link", "<x>"), ("ETag", '"a"')]
    head = from_playback(given, b"x", ONE).head
    assert head == b'HTTP/1.1 200 OK\r\nDate: Sun, 01 Sep 2024 02:59:59 GMT\r\nETag: "a"\r\n\r\n'


def test_a_date_of_today_is_not_one_of_the_source() -> None:
    head = from_playback([("Date", "Sun, 29 Nov 2026 06:59:56 GMT")], b"x", ONE).head
    assert head == b"HTTP/1.1 200 OK\r\n\r\n"


def test_another_capture_than_the_one_asked_for_is_not_taken() -> None:
    with pytest.raises(Unusable, match="gives the capture of Mon"):
        from_playback([("Memento-Datetime", "Mon, 02 Sep 2024 03:00:00 GMT")], b"x", ONE)


@pytest.mark.parametrize(
    ("address", "is_it"),
    [
        ("http://www.pemkot-contoh.example:80/berita/read/1/", True),
        ("https://pemkot-contoh.example/berita/Read/1", True),
        ("https://pemkot-contoh.example/berita/read/2", False),
        ("https://parkir.example/berita/read/1", False),
        ("https://pemkot-contoh.example/berita/read/1?id=2", False),
    ],
)
def test_a_capture_of_another_address_is_not_taken(address: str, is_it: bool) -> None:
    given = [("Link", f'<https://x.example/>; rel="timegate", <{address}>; rel="original"')]
    if is_it:
        assert from_playback(given, b"x", ONE).body == b"x"
        return
    with pytest.raises(Unusable, match="a capture of http"):
        from_playback(given, b"x", ONE)


def test_a_broken_gzip_is_not_taken() -> None:
    packed = bytearray(gzip.compress(b"<p>Rilis</p>" * 99))
    packed[-8] ^= 1  # of its checksum
    for name in ("x-archive-orig-content-encoding", "Content-Encoding"):
        with pytest.raises(Unusable, match="damaged"):
            from_playback([(name, "gzip")], bytes(packed), ONE)


def test_a_body_that_was_cut_off_is_not_taken() -> None:
    given = [("x-archive-orig-content-length", "12")]
    with pytest.raises(Unusable, match="gives 5 of 12 bytes"):
        from_playback(given, b"<p>Ri", ONE)
    held = Held(ONE.url, ONE.timestamp, b"<p>Ri")
    as_captured = replace(ONE, digest=held.digest)
    assert from_playback(given, b"<p>Ri", as_captured).body == b"<p>Ri", "the site cut it off"
    assert from_playback(given, b"<p>Rilis</p>", ONE).body == b"<p>Rilis</p>"
    packed = [*given, ("x-archive-orig-content-encoding", "gzip")]
    for body in (b"<p>Ri", gzip.compress(b"")):  # its length was another one when it was packed
        assert from_playback(packed, body, ONE).body == body
    with pytest.raises(Unusable, match="damaged"):
        from_playback(packed, gzip.compress(b"<p>Rilis</p>")[:-9], ONE)


def test_a_record_of_common_crawl() -> None:
    held = Held(ONE.url, ONE.timestamp, b"<p>Rilis</p>")
    original = from_record(held.record(), ONE)
    assert (original.head[:17], original.body) == (b"HTTP/1.1 200 OK\r\n", b"<p>Rilis</p>")
    with pytest.raises(Unusable, match="damaged"):
        from_record(held.record()[:-20], ONE)
    with pytest.raises(Unusable, match="is of"):
        from_record(held.record(), replace(ONE, url="https://b.example/"))


def test_archives_and_their_limits_are_data() -> None:
    wayback, common = find_archive("wayback"), find_archive("commoncrawl")
    assert (wayback.index_delay, wayback.captures_delay) == (60 / 24, 60 / 480)
    assert common.index_delay == 5
    assert wayback.owns("https://web.archive.org/web/2024/https://a.example/")
    assert not wayback.owns("https://a.example/")
    pywb = find_archive("http://127.0.0.1:8080/coll")
    assert pywb.address("20240901030000", "https://a.example/?a=1") == (
        "http://127.0.0.1:8080/coll/20240901030000id_/https://a.example/?a=1"
    )
    assert pywb.robots
    with pytest.raises(UnknownArchive, match="known are wayback, commoncrawl"):
        find_archive("waybak")
