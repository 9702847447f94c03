"""Several programs at one archive: nothing lost, nothing doubled."""

from __future__ import annotations

import threading
from collections import Counter
from multiprocessing import get_context

from sqlalchemy import Engine, text

from archive.database.connection import open_archive
from archive.export.increment import records
from archive.ingest.store import Store
from tests.archive.killed_writer import killed_after
from tests.archive.samples import BODY, MORNING, release, source

WRITERS, EACH = 3, 20


def _write(url: str, writer: int) -> None:
    engine = open_archive(url, create=True)
    store = Store(engine)
    store.register([source()])
    crawl = store.begin_crawl("pemkot-contoh", MORNING)
    for number in range(EACH):
        own, shared = 1000 * (writer + 1) + number, number
        for page in (own, shared):
            store.store(release(page, body=BODY if page % 2 else f"Kabar {page}."), crawl)
    engine.dispose()


def test_programs_writing_at_once_lose_nothing(url: str, readers: None) -> None:
    """They also race to make the archive."""
    warm = get_context("forkserver")
    programs = [warm.Process(target=_write, args=(url, n)) for n in range(WRITERS)]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert [program.exitcode for program in programs] == [0] * WRITERS
    engine = open_archive(url)
    found = list(records(engine))
    assert len(found) == (WRITERS + 1) * EACH
    assert len({record["seq"] for record in found}) == len(found)
    copies = Counter(record["duplicate_of"] for record in found)
    [(first, number)] = [(key, n) for key, n in copies.items() if key]
    assert number == len(found) // 2 - 1
    assert first == min(r["id"] for r in found if r["duplicate_of"] or copies[r["id"]])
    with engine.connect() as connection:
        counts = connection.execute(
            text("SELECT sum(releases_new), sum(releases_changed), sum(releases_seen) FROM crawls")
        ).one()
    engine.dispose()
    assert tuple(counts) == (len(found), 0, 2 * WRITERS * EACH - len(found))


def test_threads_take_turns(engine: Engine, store: Store) -> None:
    def write(writer: int) -> None:
        for number in range(EACH):
            store.store(release(1000 * writer + number, body=f"Kabar {number}."), None)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(records(engine))) == WRITERS * EACH


def test_a_killed_writer_leaves_only_whole_releases(url: str, readers: None) -> None:
    told = set(killed_after(25, url, release))
    engine = open_archive(url, create=True)
    found = {int(record["url"].rsplit("/", 1)[1]) for record in records(engine)}
    assert told <= found
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        indexed = connection.scalar(text("SELECT count(*) FROM search_index_docsize"))
    assert indexed == len(found)
    engine.dispose()
