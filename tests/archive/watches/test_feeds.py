"""Feeds are valid, whatever sites have printed, and the same for the same events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from archive.i18n import speaking
from archive.lookup.selection import Selection
from archive.watches.atom import feed
from archive.watches.events import newest
from archive.watches.watch import Watch
from tests.archive.conftest import Run
from tests.archive.watches.conftest import Days
from tests.archive.watches.feed_rules import ATOM, broken_rules

EVIL = "<script>alert(1)</script>\u202e\x0b]]> & \"'<img src=x onerror=alert(2)>\ufffe\U0001f5f3"
Feed = Callable[..., bytes]


@pytest.fixture
def happened(days: Days) -> Days:
    days.publish(1, title=EVIL, body=f"{EVIL}\n\n{EVIL}", dateline=EVIL)
    days.publish(1, title=f"{EVIL} 2", body=f"{EVIL}\n\nJumlah 3.", byline=EVIL)
    days.publish(2, published_on=None, published_at=None, published_by=None, body="x " * 9_000)
    days.withdraw(1)
    days.put_back(1)
    return days


@pytest.fixture
def written(happened: Days) -> Feed:
    def write(watch: Watch | None = None, address: str = "semua.xml", pages: str = "") -> bytes:
        watch = watch or Watch(name="semua")
        return feed(watch, newest(happened.engine, watch, 50), address, pages)

    return write


def entries(body: bytes) -> list[ET.Element]:
    return ET.fromstring(body).findall(f"{ATOM}entry")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("pages", ["", "http://127.0.0.1:8001"])
def test_a_feed_breaks_no_rule(written: Feed, language: str, pages: str) -> None:
    with speaking(language):
        body = written(pages=pages)
    assert broken_rules(body) == []
    assert len(entries(body)) == 5
    assert len(body) < 40_000, "a long text is cut"


def test_a_feed_without_events_or_with_an_evil_watch(written: Feed) -> None:
    empty = written(Watch(name="kosong", words="tidakadakata"))
    assert (broken_rules(empty), entries(empty)) == ([], [])
    evil = Watch(name="cari ?q=a&b=ü", title=EVIL, words="pasar", speaker=EVIL)
    assert broken_rules(written(evil, "http://127.0.0.1/search.xml?q=a&region=64")) == []


def test_rules_that_are_broken_are_found(written: Feed) -> None:
    body = written()
    for old, new, rule in (
        (b'rel="self"', b'rel="related"', "no link to itself"),
        (b"<updated>20", b"<updated>x20", "no time of RFC 3339"),
        (b"tag:arsip", b"arsip", "is no tag: URI"),
        (b'type="html"', b'type="markup"', "no content of a known type"),
        (b"<name>Arsip Pilkada</name>", b"<name/>", "An author has no name"),
        (b"&lt;p&gt;", b"<p/>", "is not escaped"),
    ):
        assert any(rule in one for one in broken_rules(body.replace(old, new))), rule


def test_entries_say_what_happened(written: Feed) -> None:
    body = written(pages="http://127.0.0.1:8001")
    terms = [entry.find(f"{ATOM}category").get("term") for entry in entries(body)]  # type: ignore[union-attr]
    assert terms == ["returned", "withdrawn", "new", "edited", "new"]
    edited = entries(body)[3]
    assert "<ins>" in (edited.findtext(f"{ATOM}content") or "")
    links = {link.get("rel"): link.get("href") for link in edited.findall(f"{ATOM}link")}
    assert str(links["alternate"]).startswith("http://127.0.0.1:8001/release/pemkot-contoh:")
    assert str(links["alternate"]).endswith("/changes")
    assert links["via"] == "https://pemkot-contoh.example/berita/1"


def test_the_same_events_give_the_same_bytes(written: Feed, happened: Days) -> None:
    before = written()
    happened.crawl()
    assert written() == before


def test_files(run: Run, happened: Days, watches: Path, tmp_path: Path) -> None:
    assert run("feeds", "-o", str(tmp_path / "out")).exit_code == 2, "there is no watch"
    run("watch", "add", "semua")
    run("watch", "add", "kpu", "--kind", "kpu")
    place = "https://contoh.id/feeds"
    done = run("feeds", "-o", str(tmp_path / "out"), "--url", place, "--lang", "id")
    assert done.exit_code == 0, done.output
    files = {path.name: path for path in (tmp_path / "out").iterdir()}
    assert set(files) == {"semua.xml", "kpu.xml"}
    body = files["semua.xml"].read_bytes()
    assert broken_rules(body) == []
    assert b'href="https://contoh.id/feeds/semua.xml"' in body
    assert b'xml:lang="id"' in body
    files["semua.xml"].touch()
    stamp = files["semua.xml"].stat().st_mtime_ns
    run("feeds", "-o", str(tmp_path / "out"), "--url", place, "--lang", "id")
    assert files["semua.xml"].stat().st_mtime_ns == stamp, "what is the same is not written"


def test_what_is_suppressed_is_in_no_feed(written: Feed, happened: Days) -> None:
    """Of a release, or of one version of it."""
    watch = Watch(name="satu", selection=Selection(source=("pemkot-contoh",)))
    first = "(SELECT id FROM release_records WHERE url LIKE '%/1')"
    for which, left in (("AND version = 1", 4), ("", 1)):
        with happened.engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE versions SET suppressed = 1 WHERE release = {first} {which}"  # noqa: S608
            )
        assert len(entries(written(watch))) == left


def test_a_year_of_a_country(written: Feed, days: Days) -> None:
    """Only the newest are in a feed."""
    for number in range(10, 70):
        days.publish(number, body=f"Pasar nomor {number}.")
    assert len(entries(written())) == 50
