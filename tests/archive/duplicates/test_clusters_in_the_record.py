"""Who had a text first, whatever order the archive heard of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from archive.database.connection import writing
from archive.export.increment import records
from archive.fingerprint import release_id
from archive.ingest.store import Store
from archive.lookup.selection import Selection
from crawler.items import Release
from tests.archive.samples import BODY, DAY, MORNING, release, source

OTHER = BODY.replace("Kota Contoh", "Kota Misal").replace("Sari Melati", "Budi Cendana")


def _copies(engine: Engine) -> dict[str, str | None]:
    """For each URL's last part, whose copy it is."""
    name = {record["id"]: record["url"].rsplit("/", 1)[1] for record in records(engine)}
    return {
        name[record["id"]]: name.get(record["duplicate_of"] or "") for record in records(engine)
    }


def _undated(number: int, **changed: object) -> Release:
    return release(number, published_on=None, published_at=None, **changed)


def test_a_repost_with_another_dateline_and_byline_points_to_the_first(
    store: Store, engine: Engine
) -> None:
    store.store(release(1), None)
    later = datetime(2024, 9, 1, tzinfo=UTC)
    retyped = BODY.upper().replace("“", '"').replace("”", '"')
    repost = release(
        2,
        source="kpu-contoh",
        dateline="CONTOH, KPU – ",
        byline=None,
        body=retyped,
        published_at=later,
    )
    assert store.store(repost, None).duplicate_of == next(records(engine))["id"]
    assert [r["similarity"] for r in records(engine)] == [None, 1.0]
    assert [r["url"] for r in records(engine, Selection(unique=True))] == [release(1).url]


def test_an_earlier_one_found_later_takes_the_first_place(store: Store, engine: Engine) -> None:
    store.store(release(1), None)
    store.store(release(2, published_at=datetime(2024, 8, 31, 9, tzinfo=UTC)), None)
    earlier = release(3, published_at=datetime(2024, 8, 31, 0, 30, tzinfo=UTC))
    assert store.store(earlier, None).duplicate_of is None
    assert _copies(engine) == {"1": "3", "2": "3", "3": None}
    assert [record["seq"] for record in records(engine)] == [3, 4, 5]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # A mere date counts as the end of that day at the source: in WITA that is 16:00 UTC.
        (
            release(1, published_at=None),
            release(2, published_at=datetime(2024, 8, 31, 16, 30, tzinfo=UTC)),
        ),
        (release(1, fetched_at=MORNING - DAY), release(2)),
        (_undated(1, fetched_at=MORNING - 9 * DAY), release(2)),
        (release(1), _undated(2)),
    ],
)
def test_who_is_first(store: Store, engine: Engine, first: Release, second: Release) -> None:
    store.store(second, None)
    store.store(first, None)
    assert _copies(engine) == {"1": None, "2": "1"}


def test_an_edit_leaves_a_cluster_and_enters_another(store: Store, engine: Engine) -> None:
    for number in (1, 2, 3):
        store.store(release(number, fetched_at=MORNING + number * DAY), None)
    store.store(release(4, body=OTHER, fetched_at=MORNING + 4 * DAY), None)
    assert _copies(engine) == {"1": None, "2": "1", "3": "1", "4": None}
    stored = store.store(release(1, body=OTHER, fetched_at=MORNING + 5 * DAY), None)
    assert stored.duplicate_of == release_id("pemkot-contoh", release(4).url)
    assert _copies(engine) == {"1": "4", "2": None, "3": "2", "4": None}
    store.store(release(3, body="Ralat menyusul.", fetched_at=MORNING + 6 * DAY), None)
    assert _copies(engine) == {"1": "4", "2": None, "3": None, "4": None}


def test_a_corrected_time_zone_moves_the_end_of_the_day(store: Store, engine: Engine) -> None:
    store.store(release(1, source="pemkot-misal", published_at=None), None)
    store.store(release(2, published_at=datetime(2024, 8, 31, 16, 30, tzinfo=UTC)), None)
    assert _copies(engine) == {"1": None, "2": "1"}
    store.register([source("pemkot-misal", timezone="Asia/Jakarta")])
    assert _copies(engine) == {"1": "2", "2": None}
    assert [record["seq"] for record in records(engine)] == [3, 4]


ARRIVALS = st.lists(
    st.builds(
        release,
        st.integers(1, 5),
        source=st.sampled_from(["pemkot-contoh", "kpu-contoh"]),
        body=st.sampled_from([BODY, OTHER, "Singkat saja."]),
        published_on=st.sampled_from([date(2024, 8, 30), date(2024, 8, 31), None]),
        published_at=st.none(),
        fetched_at=st.integers(0, 3).map(lambda day: MORNING + day * DAY),
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda item: (item.url, item.fetched_at),
)


@settings(max_examples=settings().max_examples // 3)
@given(arrivals=ARRIVALS, data=st.data())
def test_the_order_of_arrival_never_matters(
    new_archive: Callable[[], Engine], arrivals: list[Release], data: st.DataObject
) -> None:
    """Each URL has one wording here: re-reading the same wording may improve its date."""
    first = {(item.url): item for item in arrivals}
    steady = [release_like(first[item.url], item) for item in arrivals]
    shuffled = data.draw(st.permutations(steady))
    outcomes = [_archived(new_archive(), order) for order in (steady, shuffled)]
    assert outcomes[0] == outcomes[1]


def release_like(wording: Release, sight: Release) -> Release:
    return release(
        int(wording.url.rsplit("/", 1)[1]),
        source=wording.source,
        body=wording.body,
        published_on=wording.published_on,
        published_at=None,
        fetched_at=sight.fetched_at,
    )


def _archived(engine: Engine, arrivals: list[Release]) -> dict[str, object]:
    store = Store(engine)
    for item in arrivals:
        store.store(item, None)
    outcome = {record.pop("id"): record | {"seq": 0} for record in records(engine)}
    with writing(engine) as connection:  # and the index holds what the tables hold
        connection.execute(
            text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
        )
    return outcome
