"""What is thrown away is what was met on the way; what a release was read from never is."""

from __future__ import annotations

import json
from datetime import date, datetime, tzinfo
from pathlib import Path

import pytest
from sqlalchemy import Engine

from archive.captures import OPEN
from archive.captures.retention import droppable
from archive.database.connection import archive_path
from archive.database.lock import Lock
from archive.ingest.frontier import Fetch, Found, load, note_fetch, note_found
from archive.ingest.store import Store
from archive.preservation.verify import Counted, verify
from tests.archive.captures.samples import exchange, files, writer
from tests.archive.conftest import Run
from tests.archive.samples import MORNING, release

URL = "https://pemkot-contoh.example/berita"
KEEP = ("captures", "--drop-older-than", "90")


class _Then(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return MORNING.astimezone(tz)


@pytest.fixture
def captures(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list and a release of long ago, and a list of today."""
    folder = tmp_path / "captures"
    monkeypatch.setenv("CAPTURES", str(folder))
    with monkeypatch.context() as patched, writer(folder) as written:
        patched.setattr("archive.captures.writer.datetime", _Then)
        read = written.write(exchange(url=f"{URL}/1")).result()
        listed = written.write(exchange(url=URL, on_the_way=True)).result()
    fetch = Fetch(
        source="pemkot-contoh", url=f"{URL}/1", at=MORNING, outcome="release", capture=read
    )
    store.store(release(1, url=f"{URL}/1"), None, fetch)
    found = Found(url=URL, what="listing", by="home", at=MORNING)
    store.within(note_found, "pemkot-contoh", [found])
    way = Fetch(
        source="pemkot-contoh",
        url=URL,
        at=MORNING,
        outcome="walked",
        status=200,
        etag='"1"',
        capture=listed,
    )
    store.within(note_fetch, way)
    with writer(folder) as written:
        written.write(exchange(url=f"{URL}?page=2", on_the_way=True)).result()
    return folder


def names(folder: Path) -> list[str]:
    return [path.name for path in files(folder)]


def test_old_lists_go_and_releases_stay(
    run: Run, captures: Path, store: Store, engine: Engine
) -> None:
    before = names(captures)
    shown = json.loads(run(*KEEP, "--dry-run", "--json").output)
    assert shown["dropped"]["files"] == 1
    assert shown["days"][0]["name"] == "2024-09-01"
    assert names(captures) == before
    done = run(*KEEP)
    assert (done.exit_code, "1 files" in done.output) == (0, True)
    (dropped,) = set(before) - set(names(captures))
    assert dropped.startswith("arsip-20240901")
    assert dropped.endswith("-ways.warc.gz")
    assert list(verify(engine, captures, Counted())) == []
    assert "0 files (0 bytes) were deleted" in run(*KEEP).output


def test_a_list_that_went_is_asked_for_anew(run: Run, captures: Path, store: Store) -> None:
    def known() -> tuple[str | None, bool]:
        (way,) = (one for one in store.within(load, "pemkot-contoh") if one.what == "listing")
        return way.etag, way.captured is not None

    assert known() == ('"1"', True)
    run(*KEEP, "--dry-run")
    assert known() == ('"1"', True)
    run(*KEEP)
    assert known() == (None, False)


def test_whatever_a_version_points_to_stays(run: Run, captures: Path, engine: Engine) -> None:
    (old,) = droppable(engine, captures, date(2025, 1, 1))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE versions SET capture_file = ?", (old.relative_to(captures).as_posix(),)
        )
    assert droppable(engine, captures, date(2025, 1, 1)) == []


def test_files_being_written_and_imported_ones_stay(captures: Path, engine: Engine) -> None:
    (old,) = droppable(engine, captures, date(2025, 1, 1))
    (captures / "imported").mkdir()
    (captures / "imported" / "their-ways.warc.gz").write_bytes(b"")
    old.rename(old.with_name(old.name + OPEN))
    assert droppable(engine, captures, date(2025, 1, 1)) == []


def test_while_a_crawl_goes_on_nothing_is_thrown_away(run: Run, captures: Path, url: str) -> None:
    before = names(captures)
    with Lock.take(archive_path(url), "scrapy crawlall"):
        done = run(*KEEP)
    assert (done.exit_code, "in use by scrapy crawlall" in done.output) == (3, True)
    assert names(captures) == before


def test_days_and_sizes_are_shown(run: Run, captures: Path) -> None:
    done = run("captures")
    assert done.exit_code == 0
    assert "2024-09-01      2" in done.output
    total = sum(path.stat().st_size for path in files(captures))
    assert f"{total:,} bytes in {captures}" in done.output
    assert run("captures", "--dry-run").exit_code == 2
    assert run("captures", "--drop-older-than", "0").exit_code == 2
