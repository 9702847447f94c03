"""What the database itself notes of each change at a source, and what is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from archive.captures import Capture
from archive.database.connection import open_archive
from archive.ingest import frontier
from archive.ingest.frontier import Fetch, Via
from archive.ingest.reprocess import reading, reread
from archive.ingest.store import Store
from archive.merge.run import merge_archive
from tests.archive.samples import DAY, MORNING, release

URL = release().url


def changes(engine: Engine) -> list[tuple[str, str]]:
    """What happened, and on which day."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT what, substr(at, 1, 10) FROM changes ORDER BY id"))
        return [(row[0], row[1]) for row in rows]


def fetch(day: int, outcome: str = "release", **more: Any) -> Fetch:
    return Fetch(source="pemkot-contoh", url=URL, at=MORNING + day * DAY, outcome=outcome, **more)


def crawl(store: Store, day: int) -> int:
    return store.begin_crawl("pemkot-contoh", MORNING + day * DAY)


def test_what_crawls_see_is_noted_in_order(engine: Engine, store: Store) -> None:
    store.store(release(), crawl(store, 0), fetch(0))
    store.store(release(fetched_at=MORNING + DAY), crawl(store, 1), fetch(1))
    edited = release(body="Panitia menunda semuanya.", fetched_at=MORNING + 2 * DAY)
    store.store(edited, crawl(store, 2), fetch(2))
    for day in (3, 4):
        store.within(frontier.miss, fetch(day, "http-404"), crawl(store, day))
    store.seen(fetch(5, "unchanged"), crawl(store, 5))
    assert changes(engine) == [
        ("new", "2024-09-01"),
        ("edited", "2024-09-03"),
        ("withdrawn", "2024-09-05"),
        ("returned", "2024-09-06"),
    ]


def test_a_store_that_fails_notes_nothing(
    engine: Engine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontier, "note_fetch", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.store(release(), crawl(store, 0), fetch(0))
    assert changes(engine) == []


def test_a_corrected_reading_is_no_change(engine: Engine, store: Store) -> None:
    capture = Capture(
        file="a.warc.gz", offset=0, record_id="<urn:uuid:1>", digest="", url=URL, at=MORNING
    )
    seen = fetch(0, capture=capture)
    store.store(release(reader="older"), crawl(store, 0), seen)
    better = replace(release(reader="newer"), body="Teks yang dibaca lebih baik.")
    again = [reading(better, seen, is_new=False)]
    assert store.within(reread, again) == "corrected"
    assert changes(engine) == [("new", "2024-09-01")]


def test_what_web_archives_have_is_no_change(engine: Engine, store: Store) -> None:
    capture = Capture(
        file="w.warc.gz", offset=0, record_id="<urn:uuid:2>", digest="", url=URL, at=MORNING
    )
    via = Via(archive="archive.example", url=f"https://archive.example/{URL}")
    old = fetch(0, capture=capture, via=via)
    store.within(reread, [reading(release(), old, is_new=True)])
    assert changes(engine) == []
    edited = release(body="Panitia menunda semuanya.", fetched_at=MORNING + 2 * DAY)
    store.store(edited, crawl(store, 2), fetch(2))
    assert changes(engine) == [("edited", "2024-09-03")], "another wording than the archived one"


def test_an_older_wording_that_comes_later_is_an_edit(engine: Engine, store: Store) -> None:
    """A second crawl that was slower: the release is not new twice."""
    crawls = [crawl(store, 0), crawl(store, 1)]
    store.store(release(fetched_at=MORNING + DAY), crawls[1])
    store.store(release(body="Panitia menunda semuanya."), crawls[0])
    assert [what for what, _ in changes(engine)] == ["new", "edited"]


def test_what_crawls_of_another_archive_saw_comes_by_a_merge(
    engine: Engine, store: Store, tmp_path: Path
) -> None:
    store.store(release(), crawl(store, 0), fetch(0))
    edited = release(body="Panitia menunda semuanya.", fetched_at=MORNING + DAY)
    store.store(edited, crawl(store, 1), fetch(1))
    for day in (3, 4):
        store.within(frontier.miss, fetch(day, "http-404"), crawl(store, day))
    pool = open_archive(str(tmp_path / "pool.db"), create=True)
    for _ in range(2):
        merge_archive(pool, engine, None)
    assert sorted(changes(pool)) == sorted(changes(engine))
    assert len(changes(pool)) == 3
    pool.dispose()
