"""What a capture says when it is read again."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from archive.captures import Capture
from archive.export.increment import records
from archive.ingest.frontier import Fetch
from archive.ingest.reprocess import reading, reread
from archive.ingest.store import Store
from crawler.items import Release
from tests.archive.samples import release, source


def _read_again(store: Store, read: Release, fetch: Fetch) -> str:
    return store.within(reread, [reading(read, fetch, is_new=False)])


def test_another_reader_that_reads_the_same_changes_no_record(engine: Engine, store: Store) -> None:
    """Or after each change of the program a rebuild would send every record to every mirror."""
    read = release(reader="older")
    capture = Capture(
        file="a.warc.gz",
        offset=0,
        record_id="<urn:uuid:1>",
        digest="",
        url=read.url,
        at=read.fetched_at,
    )
    fetch = Fetch(
        source=read.source, url=read.url, at=read.fetched_at, outcome="release", capture=capture
    )
    store.register([source()])
    store.store(read, None, fetch)
    (before,) = records(engine)
    assert _read_again(store, replace(read, reader="newer"), fetch) == "same"
    assert list(records(engine)) == [before]
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT reader FROM versions").scalar() == "newer"
    assert (
        _read_again(store, replace(read, reader="newer", title="Judul Lain"), fetch) == "corrected"
    )
    (after,) = records(engine)
    assert (after["seq"] > before["seq"], after["title"]) == (True, "Judul Lain")
