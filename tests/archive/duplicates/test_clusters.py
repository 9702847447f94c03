"""Clusters: whatever comes, goes and changes, in whatever order, and whoever is killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database.connection import open_archive, writing
from archive.duplicates.copy_rule import is_copy, resemblance
from archive.duplicates.sentences import Text
from archive.export.increment import records
from archive.fingerprint import release_id, text_hash
from archive.ingest.store import Store
from archive.preservation.upgrade import upgrade_archive
from crawler.items import Release
from tests.archive.copies import (
    BODIES,
    MARKET,
    SENTENCES,
    SHORT,
    WHOLE,
    arrival,
    body,
    dated,
    of_the_series,
)
from tests.archive.killed_writer import killed_after
from tests.archive.samples import DAY, MORNING, source

NewArchive = Callable[[], Engine]


def _clusters(engine: Engine) -> dict[int, tuple[int | None, float | None]]:
    """For each page, whose copy it is and how alike they are."""
    found = list(records(engine))
    page = {record["id"]: int(record["url"].rsplit("/", 1)[1]) for record in found}
    return {
        page[r["id"]]: (page.get(r["duplicate_of"]), r["similarity"])
        for r in sorted(found, key=lambda record: page[record["id"]])
    }


Wordings = list[tuple[Release, datetime]]
"""A page's, the first one first, each with the time when it was first seen."""


def _claim(wordings: Wordings) -> tuple[datetime, datetime, str]:
    """From when the last of them counts, as the rule is written."""
    first, (last, _) = wordings[0], wordings[-1]
    alike = (one for one in wordings if _are_copies(one[0].body, last.body))
    origin, seen = next(alike, first)
    published = seen
    if origin is first[0] and origin.published_on is not None:
        zone = ZoneInfo(source().timezone)
        published = datetime.combine(origin.published_on, time.max, tzinfo=zone)
    return published, seen, release_id(last.source, last.url)


def _had_it_before(wordings: Wordings, body: str, published: datetime) -> bool:
    """Whether the first of the wordings that is a copy of a text is the first of all, or was seen
    before that text counts."""
    number, seen = next(
        (number, seen) for number, (one, seen) in enumerate(wordings) if _are_copies(one.body, body)
    )
    return number == 0 or seen <= published


def _are_copies(one: str, other: str) -> bool:
    return is_copy(Text(one), Text(other))


def _by_the_rule(shown: dict[int, Wordings]) -> dict[int, tuple[int | None, float | None]]:
    """The clusters, worked out as the rule is written: every text held against every leader."""
    claims = {page: _claim(wordings) for page, wordings in shown.items()}
    leader_of: dict[str, tuple[int, float]] = {}
    leaders: list[int] = []
    found: dict[int, tuple[int | None, float | None]] = {}
    for page in sorted(shown, key=claims.__getitem__):
        body_ = shown[page][-1][0].body
        own_hash = text_hash(body_)
        found[page] = (None, None)
        if own_hash is None:
            continue
        if own_hash not in leader_of:
            copied = (
                leader
                for leader in leaders
                if _are_copies(body_, shown[leader][-1][0].body)
                and _had_it_before(shown[leader], body_, claims[page][0])
            )
            leader = next(copied, None)
            if leader is None:
                leaders.append(page)
                leader_of[own_hash] = (page, 1.0)
                continue
            its = Text(shown[leader][-1][0].body)
            leader_of[own_hash] = (leader, min(0.9999, resemblance(Text(body_), its)))
        found[page] = leader_of[own_hash]
    return dict(sorted(found.items()))


def _sound(engine: Engine) -> list[str]:
    with writing(engine) as connection, Session(connection) as session:
        return list(duplicates.check(session))


ARRIVALS = st.lists(
    st.tuples(st.integers(1, 7), st.sampled_from(BODIES), st.integers(0, 3)),
    min_size=2,
    max_size=10,
)


@settings(max_examples=settings().max_examples // 2)
@given(arrivals=ARRIVALS)
def test_clusters_are_what_the_rule_says_after_every_arrival_and_edit(
    new_archive: NewArchive,
    arrivals: list[tuple[int, str, int]],
) -> None:
    engine = new_archive()
    store = Store(engine)
    shown: dict[int, Wordings] = {}
    for number, (page, text_, day) in enumerate(arrivals):
        seen = dated(page, text_, day, fetched_at=MORNING + number * DAY)
        store.store(seen, None)
        wordings = shown.setdefault(page, [])
        if not wordings or wordings[-1][0].body != text_:
            wordings.append((seen, seen.fetched_at))
        assert _clusters(engine) == _by_the_rule(shown)
    assert _sound(engine) == []
    before = list(records(engine))
    with writing(engine) as connection, Session(connection) as session:
        assert duplicates.rebuild(session) == 0
    assert list(records(engine)) == before


@settings(max_examples=settings().max_examples // 3)
@given(
    bodies=st.lists(st.tuples(st.sampled_from(BODIES), st.integers(0, 3)), min_size=2, max_size=8),
    data=st.data(),
)
def test_the_order_of_arrival_does_not_change_the_clusters(
    new_archive: NewArchive,
    bodies: list[tuple[str, int]],
    data: st.DataObject,
) -> None:
    items = [dated(page, text_, day) for page, (text_, day) in enumerate(bodies)]
    outcomes = []
    for order in (items, data.draw(st.permutations(items))):
        engine = new_archive()
        store = Store(engine)
        for item in order:
            store.store(item, None)
        outcomes.append(_clusters(engine))
        assert _sound(engine) == []
    assert outcomes[0] == outcomes[1]


def test_an_earlier_one_takes_the_first_place_and_all_records_get_new_numbers(
    store: Store, engine: Engine
) -> None:
    store.store(dated(1, WHOLE, 2), None)
    store.store(dated(2, SHORT, 3, source="kpu-contoh"), None)
    assert _clusters(engine)[2][0] == 1
    last = max(record["seq"] for record in records(engine))
    store.store(dated(3, body(*SENTENCES[:7]), 1), None)
    assert {page: first for page, (first, _) in _clusters(engine).items()} == {1: 3, 2: 3, 3: None}
    assert len(list(records(engine, since=last))) == 3


def test_a_digest_joins_no_two_releases(store: Store, engine: Engine) -> None:
    store.store(dated(1, WHOLE, 1), None)
    store.store(dated(2, body(*MARKET), 2), None)
    store.store(dated(3, body(*SENTENCES, *MARKET), 3), None)
    assert {page: first for page, (first, _) in _clusters(engine).items()} == {
        1: None,
        2: None,
        3: 1,
    }


def test_an_edit_enters_a_cluster_and_leaves_it(store: Store, engine: Engine) -> None:
    store.store(dated(1, WHOLE), None)
    store.store(dated(2, body(*MARKET), 1), None)
    store.store(dated(2, SHORT, 1, fetched_at=MORNING + DAY), None)
    assert _clusters(engine)[2][0] == 1
    number = max(record["seq"] for record in records(engine))
    store.store(dated(1, body(*MARKET), fetched_at=MORNING + DAY), None)
    assert _clusters(engine) == {1: (None, None), 2: (None, None)}
    assert len(list(records(engine, since=number))) == 2
    assert _sound(engine) == []


def test_a_text_that_everybody_copies_is_still_found(store: Store, engine: Engine) -> None:
    """Sixty offices add a sentence of their own: more texts than a band may have leaders."""
    for page in range(60):
        own = f"Kepala Seksi nomor {page} menyampaikan keterangan itu di ruang kerjanya, {page} menit."
        store.store(dated(page, f"{WHOLE}\n\n{own}", 1), None)
    store.store(dated(99, WHOLE, 0), None)
    assert {first for first, _ in _clusters(engine).values()} == {99, None}
    assert list(_clusters(engine).values()).count((None, None)) == 1
    assert _sound(engine) == []


def test_in_a_long_series_a_repost_is_found_and_nothing_else(store: Store, engine: Engine) -> None:
    for page in range(60):
        text_ = of_the_series(f"Karang {chr(65 + page % 26)}ul{page}", 100 + page, f"{page} Juni")
        store.store(dated(page, text_), None)
    copied = of_the_series("Karang Xul23", 123, "23 Juni")
    store.store(dated(99, copied.replace("\n\n", " "), 1), None)
    clusters = _clusters(engine)
    assert clusters.pop(99) == (23, 1.0)
    assert set(clusters.values()) == {(None, None)}
    assert _sound(engine) == []


DAMAGES = {
    "UPDATE release_records SET duplicate_of = NULL, similarity = NULL": "duplicate_of",
    "UPDATE release_records SET similarity = 0.5 WHERE similarity < 1": "duplicate_of",
    "UPDATE release_records SET duplicate_of = (SELECT max(id) FROM release_records)"
    " WHERE duplicate_of IS NULL": "duplicate_of",
    "DELETE FROM bands WHERE key = (SELECT max(key) FROM bands)": "not in the index",
    "UPDATE bands SET member = NOT member WHERE sketch = 1": "not in the index",
    "INSERT INTO bands VALUES (1, 0, 99)": "more than the texts have",
    "UPDATE sketches SET algorithm = 0": "algorithm 0",
    "UPDATE sketches SET bands = x'000000000001' WHERE id = 1": "sketch of another text",
    "UPDATE sketches SET leader = NULL": "is not kept as such",
    "UPDATE sketches SET first = (SELECT max(id) FROM release_records)": "not there first",
    "DELETE FROM bands; DELETE FROM sketches WHERE leader IS NOT NULL": "has no sketch",
    "UPDATE versions SET text_hash = 'gone' WHERE id = 2": "no release carries it",
    "UPDATE versions SET text_hash = NULL": "not the one its text_hash is of",
    "UPDATE versions SET text_hash = NULL, body = 'Kosong.'": "too short",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=list(DAMAGES.values()))
def test_damage_is_found_and_mended(store: Store, engine: Engine, damage: str) -> None:
    for page, text_ in enumerate(BODIES[:7]):
        store.store(dated(page, text_, page), None)
    store.store(dated(9, WHOLE, 9), None)
    before = _clusters(engine)
    assert _sound(engine) == []
    with writing(engine) as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for statement in damage.split(";"):
            connection.execute(text(statement))
    said = _sound(engine)
    assert any(DAMAGES[damage] in sentence for sentence in said), said
    with writing(engine) as connection, Session(connection) as session:
        duplicates.rebuild(session)
    assert _sound(engine) == []
    if "body" not in damage:
        assert _clusters(engine) == before


@pytest.mark.parametrize("after", [7, 23, 61])
def test_a_killed_writer_leaves_releases_sketches_and_clusters_of_one_mind(
    url: str, after: int, readers: None
) -> None:
    told = killed_after(after, url, arrival)
    engine = open_archive(url, create=True)
    assert len(list(records(engine))) >= min(len(told), 40) - 1
    assert _sound(engine) == []
    engine.dispose()


def test_an_archive_of_another_algorithm_is_made_anew_by_upgrade(
    store: Store, engine: Engine, url: str
) -> None:
    for page, text_ in enumerate(BODIES):
        store.store(dated(page, text_, page), None)
    before = _clusters(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE sketches SET algorithm = 0, bands = x''"))
        connection.execute(text("DELETE FROM bands"))
        connection.execute(text("UPDATE release_records SET duplicate_of = NULL"))
    upgrade_archive(url)
    assert _clusters(engine) == before
    assert _sound(engine) == []
