"""A backfill from a web archive on loopback, from the index to the records."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from archive.database.connection import open_archive
from archive.preservation.verify import Counted, verify
from crawler.backfill.report import plan_table, summary
from crawler.rebuild.run import rebuild
from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.backfill.conftest import EDITED, Run, captures_of, exported
from tests.crawler.backfill.web_archive import FakeArchive, Held, moment, stamp, web_archive
from tests.crawler.whole_crawls.test_crawl import article
from tests.site import Answer, Site


@pytest.mark.parametrize(
    ("dialect", "releases"), [("wayback", 30), ("pywb", 30), ("commoncrawl", 6)]
)
def test_captures_become_versions_with_their_times_and_provenance(
    dialect: str, releases: int, backfill: Run, site: Site, source: Source, folder: Path
) -> None:
    third = releases // 3
    fake = FakeArchive(dialect, captures_of(site, releases))
    with web_archive(fake) as archive:
        run = backfill(archive, source)
        assert (run.problems, run.left_alone) == ([], None)
        assert (run.fetched, run.noted) == (5 * third, third), "one fetch an address and digest"
        asked = len(fake.log)
        again = backfill(archive, source)
    assert ([path for _, path in fake.log[asked:]], again.fetched) == ([], 0)
    assert site.asked == [], "the source's own site is never asked"
    found = exported(folder)
    assert Counter(one["versions"] for one in found) == {1: 2 * third, 2: 2 * third}
    for one in found:
        n = int(one["url"].rpartition("/")[2])
        first, last = (f"{moment(day):%Y-%m-%dT%H:%M:%SZ}" for day in (n, n + 30))
        assert (one["first_seen_at"], one["last_seen_at"], one["gone_at"]) == (first, last, None)
        assert one["seen_at"] == (first if one["version"] == 1 else last)
        assert one["via"]["archive"] == "web-archive.example"
        if dialect != "commoncrawl":
            day = n if one["version"] == 1 else n + 30
            assert one["via"]["url"] == archive.address(stamp(day), one["url"])
    engine = open_archive(f"sqlite:///{folder / 'archive.db'}")
    assert list(verify(engine, folder / "captures", Counted())) == []
    engine.dispose()


def test_a_crawl_afterwards_adds_versions_and_doubles_nothing(
    backfill: Run, site: Site, source: Source, folder: Path, crawl: Crawl
) -> None:
    with web_archive(FakeArchive("wayback", captures_of(site, 6))) as archive:
        backfill(archive, source)
        site.pages |= {
            "/berita/read/1": article(1),  # unchanged
            "/berita/read/2": article(2, EDITED),
            "/berita/read/3": Answer(b"gone", 404),
        }
        for _ in range(3):
            crawl(source, deep=True)
        asked = {path for path in site.asked if "read" in path}
        assert asked == {f"/berita/read/{n}" for n in (1, 2, 3)}, "the others are linked nowhere"
        found = {(int(one["url"][-1]), one["version"]): one for one in exported(folder)}
        versions = {1: 1, 2: 2, 3: 2, 4: 1, 5: 1, 6: 2}
        assert sorted(found) == sorted((n, v) for n in versions for v in range(1, versions[n] + 1))
        assert [found[n, versions[n]]["via"] is None for n in versions] == [
            True,
            True,
            *[False] * 4,
        ]
        assert all(one["gone_at"] is None for one in found.values())
        assert found[1, 1]["first_seen_at"].startswith("2024-09-02")
        before = exported(folder)
        backfill(archive, source)
        assert exported(folder) == before
        for name in ("archive", "anew"):
            url = f"sqlite:///{folder / name}.db"
            assert rebuild([source], url, folder / "captures", [], "", 2, 30.0)
        assert exported(folder) == before, "read again, nothing changes"
        assert exported(folder, "anew") == before


def test_killed_and_resumed_equals_undisturbed(
    backfill: Run, site: Site, source: Source, folder: Path, tmp_path: Path
) -> None:
    """The files as they are in the middle are what kill -9 leaves, with a torn record at the end."""
    killed = tmp_path / "killed"
    fake = FakeArchive("pywb", captures_of(site, 9))
    steps = iter(range(100))

    def step() -> None:
        if next(steps) == 6:
            shutil.copytree(folder / "captures", killed / "captures")
            for path in folder.glob("archive.db.backfill*"):
                if path.suffix != ".lock":
                    shutil.copy(path, killed)
            (torn,) = (killed / "captures").glob("*/*.open")
            torn.write_bytes(torn.read_bytes() + b"\x1f\x8b\x08torn")

    with web_archive(fake) as archive:
        backfill(archive, source, step=step)
        in_all = len(fake.playbacks)
        resumed = backfill(archive, source, into=killed)
        assert resumed.fetched < in_all
        assert len(fake.playbacks) == in_all + resumed.fetched
        assert exported(killed) == exported(folder)
        for path in killed.glob("archive.db.backfill*"):
            path.unlink()
        assert backfill(archive, source, into=killed).fetched == 0, "known from the WARC files"


def test_the_plan_comes_first_and_a_limit_holds(
    backfill: Run, site: Site, source: Source, folder: Path
) -> None:
    held = captures_of(site, 6)
    held += [
        Held(f"{site.home}{path}", stamp(1), b"<p>x</p>") for path in ("", "cari?q=a", "berita")
    ]
    held.append(Held(f"{site.home}berita/read/9", stamp(1), b"x", {"Content-Type": "image/png"}))
    fake = FakeArchive("wayback", held)
    with web_archive(fake, captures_delay=0.125) as archive:
        dry = backfill(archive, source, is_dry=True)
        assert fake.playbacks == []
        row = plan_table(dry).splitlines()[1].split()
        assert row == ["pemkot-uji", "6", "12", "0", "10", "0.0", "0:01"]
        assert sum(dry.plans[0].left_out.values()) == 3
        assert summary(dry) == "Nothing was fetched (--dry-run)."
        assert not (folder / "archive.db").exists()
    with web_archive(fake) as archive:
        assert backfill(archive, source, limit=4).fetched == 4


def test_days_choose_captures(backfill: Run, site: Site, source: Source) -> None:
    with web_archive(FakeArchive("wayback", captures_of(site))) as archive:
        run = backfill(archive, source, since=date(2024, 9, 3), until=date(2024, 9, 5), is_dry=True)
    assert run.plans[0].captures == 3


HOURS = 7_200


def in_seconds() -> str:
    return str(HOURS)


def as_a_date() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=HOURS), usegmt=True)


@pytest.mark.parametrize("retry_after", [in_seconds, as_a_date])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", ["index", "captures"])
def test_a_request_for_a_pause_ends_the_run_and_the_next_one_goes_on_there(
    asked: str,
    status: int,
    retry_after: Callable[[], str],
    backfill: Run,
    site: Site,
    source: Source,
    folder: Path,
) -> None:
    fake = FakeArchive("wayback", captures_of(site, 6), page=5)

    def special(path: str) -> Answer | None:
        is_due = len(fake.playbacks) == 6 if asked == "captures" else "resumeKey=5" in path
        return Answer(b"", status, {"Retry-After": retry_after()}) if is_due else None

    with web_archive(fake, connections=1) as archive:
        fake.special = special
        run = backfill(archive, source, retries=2)
        assert run.left_alone is not None
        assert run.left_alone.until is not None, "the next run must know it"
        wait = run.left_alone.until - datetime.now(UTC)
        assert timedelta(seconds=HOURS - 60) < wait <= timedelta(seconds=HOURS + 60)
        assert f"Go on after {run.left_alone.until:%Y-%m-%d %H:%M} UTC" in str(run.left_alone)
        assert (run.fetched, run.problems) == (5 if asked == "captures" else 0, [])
        before = [path for _, path in fake.log]
        again = backfill(archive, source)
        assert [path for _, path in fake.log] == before, "not before that time"
        assert f"{run.left_alone.until:%Y-%m-%d %H:%M}" in str(again.left_alone)
        assert asked == "index" or exported(folder), "what came before is in the archive"
        fake.special = lambda _: None
        time_passes(folder)
        rest = backfill(archive, source)
        assert (rest.left_alone, rest.problems) == (None, [])
        assert run.fetched + rest.fetched == 10
        refused = before[-1]
        paths = Counter(path for _, path in fake.log if path != "*")
        assert paths.pop(refused) == 2, "the one that was refused"
        assert set(paths.values()) == {1}, "nothing else is asked for twice"
        assert len(exported(folder)) == 8


def time_passes(folder: Path) -> None:
    """So that the pause that was asked for is over."""
    with closing(sqlite3.connect(folder / "archive.db.backfill")) as state, state:
        assert state.execute("UPDATE pauses SET until = '2024-01-01T00:00:00Z'").rowcount == 1


def test_a_short_pause_is_waited_for(backfill: Run, site: Site, source: Source) -> None:
    fake = FakeArchive("wayback", captures_of(site, 2))
    busy = iter([Answer(b"", 503, {"Retry-After": "1"})])
    with web_archive(fake, connections=1) as archive:
        fake.special = lambda path: next(busy, None) if "id_/" in path else None
        run = backfill(archive, source, retries=1)
    assert (run.left_alone, run.problems, run.fetched) == (None, [], 3)
    first, second, *_ = [at for at, path in fake.log if "id_/" in path]
    assert second - first >= 1


def test_what_is_broken_is_recorded_and_passed_over(
    backfill: Run, site: Site, source: Source, folder: Path
) -> None:
    held = captures_of(site, 6)
    fake = FakeArchive("wayback", held, page=5)

    def special(path: str) -> Answer | None:
        if path.endswith(f"{stamp(2)}id_/{site.home}berita/read/2"):
            return Answer(b"not in the archive", 404)
        if "resumeKey=5" in path:
            whole = fake._index({"url": [site.home.split("/")[2]], "resumeKey": ["5"]}).body
            assert isinstance(whole, bytes)
            return Answer(whole.replace(b'"key"', b'"key', 1))
        return None

    fake.special = special
    with web_archive(fake) as archive:
        run = backfill(archive, source)
        assert len(run.problems) == 2
        assert "has 1 broken lines; the other 4 lines are used" in run.problems[0]
        assert f"{stamp(2)}id_/" in run.problems[1]
        asked = len(fake.playbacks)
        backfill(archive, source)
        assert len(fake.playbacks) == asked, "nor is it asked for again"
    assert {int(one["url"][-1]) for one in exported(folder)} == {1, 2, 3, 4, 5, 6}


def test_an_index_that_repeats_itself_is_left(backfill: Run, site: Site, source: Source) -> None:
    fake = FakeArchive("wayback", captures_of(site, 6), page=5)
    answers = {f"resumeKey={key}": str(other).encode() for key, other in ((5, 10), (10, 5))}

    def special(path: str) -> Answer | None:
        for key, other in answers.items():
            if path.endswith(key):
                return Answer(b'[["urlkey", "timestamp"], [], ["' + other + b'"]]')
        return None

    fake.special = special
    with web_archive(fake) as archive:
        run = backfill(archive, source, is_dry=True)
    assert run.problems == [
        f"The index of web-archive.example repeats itself for {site.home.split('/')[2]}."
    ]
    assert len(fake.index_requests) == 3


@pytest.mark.parametrize("answer", [Answer(b"<html>\nWe are busy.\n"), Answer(b"", 404)])
@pytest.mark.parametrize("dialect", ["wayback", "pywb"])
def test_a_page_for_people_is_no_answer_of_an_index(
    dialect: str, answer: Answer, backfill: Run, site: Site, source: Source, folder: Path
) -> None:
    fake = FakeArchive(dialect, captures_of(site, 3))
    with web_archive(fake) as archive:
        fake.special = lambda path: answer if "url=" in path else None
        run = backfill(archive, source, is_dry=True)
        says_none = dialect == "pywb" and answer.status == 404
        assert len(run.problems) == (0 if says_none else 1)
        fake.special = lambda _: None
        assert backfill(archive, source).fetched == (0 if says_none else 5), "asked again"


def test_an_index_that_does_not_say_where_a_record_is(
    backfill: Run, site: Site, source: Source, folder: Path
) -> None:
    fake = FakeArchive("commoncrawl", captures_of(site, 6))

    def special(path: str) -> Answer | None:
        if "url=" not in path or "showNumPages" in path:
            return None
        whole = fake._index(parse_qs(urlsplit(path).query)).body
        assert isinstance(whole, bytes)
        return Answer(whole.replace(b'"offset": "0"', b'"offset": "x"'))

    fake.special = special
    with web_archive(fake) as archive:
        run = backfill(archive, source)
    assert ["does not say where" in said for said in run.problems] == [True]
    assert run.fetched == 10, "its twin was fetched instead"


def test_a_state_whose_making_was_killed_is_made_anew(
    backfill: Run, site: Site, source: Source, folder: Path
) -> None:
    (folder / "archive.db.backfill").touch()  # SQLite writes all of the tables or nothing
    with web_archive(FakeArchive("pywb", captures_of(site, 3))) as archive:
        assert backfill(archive, source).fetched == 5


@pytest.mark.parametrize("robots", [True, False])
def test_robots_txt_of_an_archive_is_obeyed_where_the_archive_says_so(
    robots: bool, backfill: Run, site: Site, source: Source
) -> None:
    fake = FakeArchive("commoncrawl", captures_of(site, 3))
    answer = Answer(b"User-agent: *\nDisallow: /\n\nAllow: /collinfo.json$\n")
    with web_archive(fake, robots=robots) as archive:
        fake.special = lambda path: answer if path == "/robots.txt" else None
        run = backfill(archive, source)
    asked = {path for _, path in fake.log} - {"*"}
    if robots:
        assert asked == {"/robots.txt", "/collinfo.json"}
        assert "robots.txt" in str(run.left_alone)
    else:
        assert "/robots.txt" not in asked
        assert (run.left_alone, run.fetched) == (None, 5)


def test_the_rates_of_an_archive_are_kept(backfill: Run, site: Site, source: Source) -> None:
    """By the log of the archive: so many requests take at least so many delays."""
    fake = FakeArchive("wayback", captures_of(site, 6), page=2)
    with web_archive(fake, index_delay=0.05, captures_delay=0.03, connections=4) as archive:
        backfill(archive, source)
    playbacks = [at for at, path in fake.log if "id_/" in path]
    for times, delay in ((fake.index_requests, 0.05), (playbacks, 0.03)):
        assert len(times) >= 6
        # The first one may arrive late, on a busy machine.
        assert times[-1] - times[0] >= delay * (len(times) - 2)
