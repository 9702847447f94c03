"""What web archives saw: its provenance, and that nothing is requested or withdrawn for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive.captures import Capture, Via
from archive.export.increment import records
from archive.health import findings
from archive.health.publishing_rhythm import UNKNOWN, rhythm
from archive.ingest import frontier
from archive.ingest.frontier import Fetch, Found
from archive.ingest.reprocess import Reading, reading, reread, withdrawn
from archive.ingest.store import Store
from archive.lookup.release_history import history
from archive.lookup.web_archives import seen_in
from tests.archive.samples import DAY, MORNING, release, source

SOURCE, URL = "pemkot-contoh", release().url
EDITED = "Panitia memperpanjang pendaftaran. " + release().body


def from_web_archive(at: datetime, body: str = release().body) -> Reading:
    place = f"https://web.archive.org/web/{at:%Y%m%d%H%M%S}id_/{URL}"
    capture = Capture(
        file="imported/backfill.warc.gz",
        offset=int(at.timestamp()),
        record_id=f"<urn:uuid:{at:%d}>",
        digest="",
        url=URL,
        at=at,
    )
    via = Via(archive="web.archive.org", url=place)
    fetch = Fetch(source=SOURCE, url=URL, at=at, outcome="release", capture=capture, via=via)
    return reading(replace(release(), body=body, fetched_at=at), fetch, is_new=True)


def backfilled(store: Store, *days: int, edited_on: int = 99) -> None:
    fetches = [MORNING + day * DAY for day in days]
    found = [
        from_web_archive(at, EDITED if n >= edited_on else release().body)
        for n, at in zip(days, fetches, strict=True)
    ]
    store.within(reread, found)


def crawled(store: Store, day: int, body: str = release().body) -> None:
    at = MORNING + day * DAY
    fetch = Fetch(source=SOURCE, url=URL, at=at, outcome="release", status=200, payload="aa")
    store.store(replace(release(), body=body, fetched_at=at), None, fetch)


def vias(engine: Engine) -> list[str | None]:
    found = sorted(records(engine, versions=True), key=lambda one: one["version"])
    return [one["via"] and one["via"]["archive"] for one in found]


def test_each_version_says_where_and_when_it_was_seen(store: Store, engine: Engine) -> None:
    backfilled(store, 1, 5, 9, edited_on=9)
    [record] = records(engine)
    assert record["via"] == {
        "archive": "web.archive.org",
        "url": f"https://web.archive.org/web/20240910221500id_/{URL}",
    }
    assert (record["first_seen_at"], record["last_seen_at"]) == (
        "2024-09-02T22:15:00Z",
        "2024-09-10T22:15:00Z",
    )
    first, second = history(engine, record["id"]).versions
    said = "seen on 2024-09-02, 2024-09-06 by web.archive.org"
    assert seen_in(first.sightings, first.via) == said
    assert seen_in(second.sightings, second.via) == "seen on 2024-09-10 by web.archive.org"


def test_what_a_crawl_sees_too_is_no_longer_via_a_web_archive(store: Store, engine: Engine) -> None:
    backfilled(store, 1, 9, edited_on=9)
    [before] = records(engine)
    crawled(store, 20, EDITED)
    [after] = records(engine)
    assert vias(engine) == ["web.archive.org", None]
    assert after["seq"] > before["seq"]
    backfilled(store, 1, 9, edited_on=9)
    assert vias(engine) == ["web.archive.org", None], "read again, nothing changes"
    assert list(records(engine)) == [after]


def test_a_web_archive_adds_versions_to_what_a_crawl_saw(store: Store, engine: Engine) -> None:
    crawled(store, 5)
    backfilled(store, 1, 9, edited_on=9)
    assert vias(engine) == [None, "web.archive.org"]
    [known] = store.within(frontier.load, SOURCE)
    assert known.payload is None, "what stands there may not be what the crawl saw"
    assert known.is_crawled


def test_an_address_that_no_page_links_is_not_due(store: Store) -> None:
    backfilled(store, 1)
    [known] = store.within(frontier.load, SOURCE)
    assert known.is_unlinked
    assert not known.is_crawled
    assert (known.asked_at, known.due_at) == (None, None)
    found = Found(url=URL, what="release", by="listing", at=MORNING + 30 * DAY)
    store.within(frontier.note_found, SOURCE, [found])
    [known] = store.within(frontier.load, SOURCE)
    assert (known.is_unlinked, known.due_at) == (False, MORNING + 30 * DAY)


def test_what_only_web_archives_saw_is_never_withdrawn(store: Store, engine: Engine) -> None:
    backfilled(store, 1)
    for day in (30, 60):
        fetch = Fetch(
            source=SOURCE, url=URL, at=MORNING + day * DAY, outcome="http-404", status=404
        )
        crawl = store.begin_crawl(SOURCE, fetch.at)
        assert store.within(frontier.miss, fetch, crawl) == "unknown"
    assert not store.within(withdrawn, SOURCE, URL, MORNING + 60 * DAY)
    [record] = records(engine)
    assert record["gone_at"] is None


def test_a_source_that_only_web_archives_saw_raises_no_alert(store: Store, engine: Engine) -> None:
    backfilled(store, 1)
    store.register([source("pemkot-lain")])
    for day in range(3):
        crawl = store.begin_crawl("pemkot-lain", MORNING + day * DAY)
        store.end_crawl(crawl, "ok", None, {}, MORNING + day * DAY)
    with Session(engine) as session:
        assert SOURCE not in {one.source for one in findings(session, MORNING + 3 * DAY)}


def test_it_says_nothing_of_how_often_the_office_publishes(store: Store, engine: Engine) -> None:
    backfilled(store, 1)
    with Session(engine) as session:
        assert rhythm(session, SOURCE, MORNING + DAY) == UNKNOWN
