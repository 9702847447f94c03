"""The frontier: what is found, looked at, missed, and learned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from archive.database.models import ReleaseRecord
from archive.ingest import frontier, site_lessons
from archive.ingest.frontier import Fetch, Found, KnownAddress
from archive.ingest.site_lessons import Lessons
from archive.ingest.store import Store, Stored
from tests.archive.samples import DAY, MORNING, release

SOURCE = "pemkot-contoh"
URL = release().url


def found(**changed: Any) -> Found:
    fields: dict[str, Any] = {"url": URL, "what": "release", "by": "listing", "at": MORNING}
    return Found(**fields | changed)


def fetch(at: datetime = MORNING, outcome: str = "release", **changed: Any) -> Fetch:
    return Fetch(source=SOURCE, url=URL, at=at, outcome=outcome, status=200, **changed)


def known(store: Store) -> KnownAddress:
    (only,) = store.within(frontier.load, SOURCE)
    return only


def archived(store: Store) -> Stored:
    """A release that a first crawl found and looked at."""
    store.within(frontier.note_found, SOURCE, [found(shown={"/berita": "one"})])
    return store.store(release(), None, fetch(due_at=MORNING + DAY))


@pytest.fixture
def crawls(store: Store) -> list[int]:
    return [store.begin_crawl(SOURCE, MORNING + number * DAY) for number in range(3)]


def test_a_look_and_its_release_are_written_together(store: Store) -> None:
    stored = archived(store)
    row = known(store)
    assert (row.outcome, row.release, row.due_at) == ("release", stored.id, MORNING + DAY)
    assert (row.published_on, row.election) == (release().published_on, True)


def test_a_store_that_fails_writes_no_look(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.within(frontier.note_found, SOURCE, [found()])
    monkeypatch.setattr(frontier, "note_fetch", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.store(release(), None, fetch())
    assert known(store).asked_at is None


def test_what_a_list_shows_anew_makes_a_release_due(store: Store) -> None:
    archived(store)
    later = MORNING + DAY / 2
    store.within(frontier.note_found, SOURCE, [found(at=later, shown={"/berita": "two"})])
    assert known(store).due_at == later
    assert known(store).shown == {"/berita": "one"}, "not seen before it was looked at"
    store.seen(fetch(later, "unchanged", shown={"/berita": "two"}, due_at=later + DAY), 1)
    assert (known(store).shown, known(store).due_at) == ({"/berita": "two"}, later + DAY)


def test_another_list_that_names_a_release_changes_nothing(store: Store) -> None:
    archived(store)
    store.within(frontier.note_found, SOURCE, [found(at=MORNING + DAY, shown={"/": "home"})])
    assert known(store).due_at == MORNING + DAY
    assert known(store).shown == {"/berita": "one", "/": "home"}


def test_only_a_second_crawl_confirms_that_a_release_is_gone(
    store: Store, engine: Engine, crawls: list[int]
) -> None:
    stored = archived(store)
    gone = fetch(MORNING + DAY, "http-404")
    assert store.within(frontier.miss, gone, crawls[0]) == "missing"
    assert store.within(frontier.miss, gone, crawls[0]) == "missing", "one crawl, two fetches"
    assert store.within(frontier.miss, fetch(MORNING + 2 * DAY, "http-404"), crawls[1]) == "gone"
    with Session(engine) as session:
        record = session.get_one(ReleaseRecord, stored.id)
        assert record.gone_at == MORNING + 2 * DAY
        assert record.seq > stored.seq
        seq = record.seq
    store.within(frontier.miss, fetch(MORNING + 3 * DAY, "http-404"), crawls[2])
    with Session(engine) as session:
        assert session.scalars(select(ReleaseRecord.seq)).one() == seq, "no news a second time"


@pytest.mark.parametrize("how", ["read again", "unchanged"])
def test_a_release_that_comes_back_is_not_gone(
    how: str, store: Store, engine: Engine, crawls: list[int]
) -> None:
    stored = archived(store)
    for crawl in crawls[:2]:
        store.within(frontier.miss, fetch(MORNING + crawl * DAY, "http-404"), crawl)
    back = MORNING + 5 * DAY
    if how == "unchanged":
        store.seen(fetch(back, "unchanged"), crawls[2])
    else:
        store.store(release(fetched_at=back), crawls[2], fetch(back))
    with Session(engine) as session:
        record = session.get_one(ReleaseRecord, stored.id)
        assert record.gone_at is None
        assert record.last_seen_at == back
    assert known(store).missing_in is None


def test_a_page_that_never_held_a_release_is_not_missing(store: Store, crawls: list[int]) -> None:
    store.within(frontier.note_found, SOURCE, [found()])
    assert store.within(frontier.miss, fetch(outcome="http-404"), crawls[0]) == "unknown"


def test_validators_are_those_of_the_last_answer(store: Store) -> None:
    store.within(frontier.note_fetch, fetch(etag='"a"', last_modified="Sun", payload="aa"))
    store.within(frontier.note_fetch, fetch(etag=None, last_modified="Mon"))
    row = known(store)
    assert (row.etag, row.last_modified, row.payload) == (None, "Mon", "aa")


def test_a_second_address_is_not_asked_again(store: Store) -> None:
    store.within(frontier.note_found, SOURCE, [found(url=URL + "?p=1")])
    store.within(frontier.note_alias, SOURCE, URL + "?p=1", URL, "redirect", MORNING)
    assert store.within(frontier.aliases, SOURCE) == {URL + "?p=1": URL}
    assert (known(store).outcome, known(store).due_at) == ("alias", None)


def test_lessons_are_remembered(store: Store) -> None:
    learned = Lessons(
        article="/berita/{id}", blocks=frozenset({"Menu"}), signatures=frozenset({"wsw"})
    )
    assert store.within(site_lessons.load, SOURCE) == Lessons()
    store.within(site_lessons.save, SOURCE, learned, MORNING)
    assert store.within(site_lessons.load, SOURCE) == learned


def test_what_to_ask_for_is_what_was_linked_and_then_what_answered(store: Store) -> None:
    store.within(frontier.note_found, SOURCE, [found(requested=URL + "?linked")])
    assert known(store).requested == URL + "?linked"
    missed = fetch(outcome="http-404", requested=None)
    store.within(frontier.note_fetch, missed)
    assert known(store).requested == URL + "?linked", "an answer that is none teaches nothing"
    store.store(release(), None, fetch(requested=URL + "?answered"))
    assert known(store).requested == URL + "?answered"
    store.within(frontier.note_fetch, fetch(outcome="unchanged"))
    assert known(store).requested is None, "the address it is kept under has answered"


def test_why_a_way_is_one_is_told(store: Store) -> None:
    why = {"why": "8 stories"}
    store.within(frontier.note_found, SOURCE, [found(url="/x", what="listing", hint=why)])
    store.within(frontier.note_walk, SOURCE, "/x", MORNING, regular=True)
    [way] = store.within(site_lessons.learned_sites)[SOURCE].ways
    assert way == {"what": "listing", "url": "/x", "regular": True, "why": "8 stories"}


def test_a_list_elsewhere_is_told_until_its_host_is_declared(store: Store) -> None:
    url = "https://berita.rantaubaru.go.id/"
    store.within(frontier.note_found, SOURCE, [found(url=url, what=frontier.ELSEWHERE)])
    assert store.within(site_lessons.learned_sites)[SOURCE].elsewhere == [url]
    store.within(frontier.note_found, SOURCE, [found(url=url, what="listing", by="declared")])
    assert (
        store.within(site_lessons.learned_sites).get(SOURCE, site_lessons.LearnedSite()).elsewhere
        == []
    )
    assert known(store).what == "listing"
