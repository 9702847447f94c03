"""Wrong clocks: a crawl does not begin by one, and what one has done is set right."""

from __future__ import annotations

import datetime as real
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.cli import main
from archive.database.connection import open_archive
from archive.export.increment import records
from archive.preservation.clock_faults import date_of
from archive.preservation.clock_repair import repair
from archive.preservation.verify import Counted, verify
from crawler.rebuild.run import rebuild
from crawler.registry.source import Source
from crawler.run.clock_check import fault
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import TEXT, article, paged_site, rows
from tests.site import serve

NOW = datetime(2026, 3, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
YEARS = timedelta(days=3653)
Declare = Callable[..., Source]


@pytest.mark.parametrize(
    ("latest", "told", "said"),
    [
        (None, [], None),
        (None, [0, 0, 0], None),
        (NOW - timedelta(days=1), [], None),
        (NOW - YEARS, [], None),  # nobody crawled for long
        (NOW + timedelta(hours=9), [], None),  # a zone
        (None, [0, 0, 3653], None),  # one host of three is wrong
        (NOW - timedelta(days=1), [0, -3653, -3653], None),  # two answer from store
        (None, [-3653], "by the Date of 1 host it is 2016-"),
        (None, [-3653, -3653, 0], "by the Date of 3 hosts it is 2016"),
        (NOW - YEARS, [-3653, -3653, -3652], "by the Date of 3 hosts"),
        (NOW - timedelta(days=1), [20_000, 20_000, 0], "by the Date of 3 hosts it is 2080"),
        (NOW + YEARS, [], "the archive has been written on 2036"),
        (NOW + YEARS, [0, 0, 0], "UTC, like 3 hosts, but the archive has been written"),
    ],
)
def test_a_clock_is_held_against_archive_and_hosts(
    latest: datetime | None, told: list[int], said: str | None
) -> None:
    found = fault(NOW, latest, [timedelta(days=days) for days in told])
    assert (found is None) == (said is None), found
    assert said is None or (found and said in found and "CLOCK_CHECK=False" in found)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Date": "Sun, 01 Mar 2026 05:00:00 GMT"}, NOW),
        ({"date": "Sun, 01 Mar 2026 04:00:00 GMT", "Age": "3600"}, NOW),
        ({"Date": "Sun, 01 Mar 2026 05:00:00 GMT", "Age": "lama"}, NOW),
        ({"Date": "kemarin"}, None),
        ({}, None),
    ],
)
def test_the_time_at_a_host(headers: dict[str, str], said: datetime | None) -> None:
    assert date_of(headers.items()) == said


@contextmanager
def clock_moved(by: timedelta) -> Any:
    """What the crawler writes is written by a clock so far off."""

    class Moved(real.datetime):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> Any:
            return real.datetime.now(tz) + by

    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            told = name.startswith("crawler.") or name == "archive.captures.writer"
            if told and getattr(module, "datetime", None) is real.datetime:
                patch.setattr(module, "datetime", Moved)
        yield


def _tables(url: str) -> list[Any]:
    names = ("release_records", "versions", "rejections")
    return [row for name in names for row in rows(url, f"SELECT * FROM {name} ORDER BY 1, 2")]  # noqa: S608


def _told(url: str, captures: Path) -> list[str]:
    engine = open_archive(url)
    found = [one.what for one in verify(engine, captures, Counted())]
    engine.dispose()
    return found


@pytest.mark.parametrize("by", [YEARS, -5 * YEARS], ids=["ahead", "behind"])
@pytest.mark.parametrize("keeps", [True, False], ids=["captures", "no captures"])
def test_what_a_wrong_clock_did_is_named_and_set_right(
    crawl: Crawl, declare: Declare, archive_url: str, by: timedelta, keeps: bool
) -> None:
    captures = Path(archive_url.removeprefix("sqlite:///")).with_name("captures")
    edits = (TEXT, TEXT.replace("naik", "turun"), TEXT.replace("naik", "tetap"))
    began = datetime.now(UTC).replace(microsecond=0) - HOUR
    with serve(paged_site(2)) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        with clock_moved(-HOUR):  # a correction is right to some seconds only
            crawl(source, CAPTURES_ENABLED=keeps)
        site.pages["/berita/read/1"] = article(1, edits[1])
        with clock_moved(by):
            crawl(source, deep=True, CAPTURES_ENABLED=keeps)
        site.pages["/berita/read/1"] = article(1, edits[2])
        with clock_moved(HOUR):
            crawl(source, deep=True, CAPTURES_ENABLED=keeps)
    ended = datetime.now(UTC) + HOUR
    assert "clock" in _told(archive_url, captures)
    hurt = rows(archive_url, "SELECT id, started_at FROM crawls ORDER BY id")
    done = CliRunner().invoke(
        main, ["--archive", archive_url, "verify", "--repair", "--captures", str(captures)]
    )
    assert "1 crawls with a wrong clock were corrected" in done.output, done.output
    assert done.exit_code == 0, done.output
    bodies = rows(
        archive_url,
        "SELECT body FROM versions WHERE release LIKE '%' AND version > 0 "
        "AND release = (SELECT release FROM versions WHERE version = 3) ORDER BY version",
    )
    assert [
        word in str(body) for (body,), word in zip(bodies, ("naik", "turun", "tetap"), strict=True)
    ] == [True] * 3
    for column in ("first_seen_at", "last_seen_at"):
        for (seen,) in rows(archive_url, f"SELECT {column} FROM release_records"):  # noqa: S608
            assert began - timedelta(seconds=5) <= datetime.fromisoformat(str(seen)) <= ended
    (due,) = rows(archive_url, "SELECT max(due_at) FROM addresses")
    assert datetime.fromisoformat(str(due[0])) < ended + timedelta(days=400)
    assert rows(archive_url, "SELECT DISTINCT evidence FROM clock_corrections") == [
        ("dates" if keeps else "neighbours",)
    ]
    kept = rows(
        archive_url,
        "SELECT original FROM corrected_stamps WHERE table_name = 'crawls' AND column_name = 'started_at'",
    )
    assert kept == [(hurt[1][1],)]
    before = _tables(archive_url)
    if keeps:
        assert rebuild([source], archive_url, captures, [], "", 2, 30.0)
        if by < timedelta():  # dates that lay in that clock's future had been dropped
            assert _tables(archive_url) != before
            before = _tables(archive_url)
            assert rebuild([source], archive_url, captures, [], "", 2, 30.0)
        assert _tables(archive_url) == before
        assert rows(archive_url, "SELECT count(*) FROM versions WHERE published_on IS NULL") == [
            (0,)
        ]
    engine = open_archive(archive_url, create=True)
    assert repair(engine, captures, datetime.now(UTC)) == 0
    assert {r["version"] for r in records(engine)} == {1, 3}
    engine.dispose()


def test_a_crawl_that_was_right_by_the_sites_is_not_moved(
    crawl: Crawl, declare: Declare, archive_url: str
) -> None:
    """Of two crawls that contradict each other, or of one against several, the order tells
    nothing: the sites do."""
    captures = Path(archive_url.removeprefix("sqlite:///")).with_name("captures")
    seen = "SELECT first_seen_at FROM release_records WHERE url LIKE '%/1'"
    with serve(paged_site(1)) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        with clock_moved(-HOUR):  # a correction is right to some seconds only
            crawl(source)
        right = rows(archive_url, seen)
        for number, change in enumerate(("turun", "tetap"), start=1):
            site.pages["/berita/read/1"] = article(1, TEXT.replace("naik", change))
            with clock_moved(timedelta(days=10 * number - 365)):
                crawl(source, deep=True)
    engine = open_archive(archive_url, create=True)
    assert repair(engine, captures, datetime.now(UTC)) == 2
    assert rows(archive_url, "SELECT crawl, evidence FROM clock_corrections ORDER BY crawl") == [
        (2, "dates"),
        (3, "dates"),
    ]
    assert rows(archive_url, seen) == right
    engine.dispose()
