from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive.health.publishing_rhythm import PAUSE, UNKNOWN, Rhythm, rhythm, rhythms
from archive.ingest.store import Store
from tests.archive.samples import DAY, MORNING, release

TODAY = date(2024, 9, 2)
CITY = "pemkot-contoh"
Publish = Callable[..., None]


@pytest.fixture
def publish(store: Store) -> Publish:
    def put(days_ago: Iterable[int], source: str = CITY) -> None:
        for number, ago in enumerate(days_ago):
            day = TODAY - timedelta(days=ago)
            store.store(release(number, source=source, published_on=day, published_at=None), None)

    return put


def told(engine: Engine, source: str = CITY) -> Rhythm:
    with Session(engine) as session:
        return rhythm(session, source, MORNING)


def test_a_daily_desk_and_a_weekly_office(engine: Engine, publish: Publish) -> None:
    publish([0, 0, 1, 2, 3, 4, 7, 8])
    publish(range(3, 60, 7), source="kpu-contoh")
    daily, weekly = told(engine), told(engine, "kpu-contoh")
    assert (daily.usual, daily.longest) == (DAY, PAUSE)
    assert (daily.releases, daily.days, daily.last) == (8, 7, TODAY)
    assert (weekly.usual, weekly.longest) == (7 * DAY, 21 * DAY)


def test_one_outage_is_not_usual_but_two_long_gaps_are(engine: Engine, publish: Publish) -> None:
    publish([0, 1, 2, 3, 63, 64, 65])
    publish([0, 1, 2, 3, 33, 34, 74, 75], source="kpu-contoh")
    assert told(engine).longest == PAUSE
    assert told(engine, "kpu-contoh").longest == 30 * DAY


def test_only_the_latest_days_count(engine: Engine, publish: Publish) -> None:
    """A desk that wrote weekly last year and writes daily now has a daily rhythm."""
    publish([*range(60), *range(70, 400, 7)])
    assert told(engine).usual == DAY
    assert told(engine).days == 60


def test_too_little_and_nothing_are_unknown(engine: Engine, publish: Publish) -> None:
    publish([1, 8, 15, 22])
    publish([800, 801, 802, 803, 804, 805], source="kpu-contoh")
    few, old = told(engine), told(engine, "kpu-contoh")
    assert not few.known
    assert (few.usual, few.longest, few.releases) == (UNKNOWN.usual, UNKNOWN.longest, 4)
    assert old == told(engine, "pemkot-misal") == UNKNOWN


def test_misprinted_years_do_not_count(engine: Engine, publish: Publish) -> None:
    publish([0, 1, 2, 3, 4, 5, -365])
    assert told(engine).last == TODAY


def test_without_dates_the_days_of_discovery_count(engine: Engine, store: Store) -> None:
    for number in range(6):
        undated = release(
            number, published_on=None, published_at=None, fetched_at=MORNING - number * 2 * DAY
        )
        store.store(undated, None)
    assert told(engine).usual == 2 * DAY


def test_all_sources_in_one_query_say_the_same(engine: Engine, publish: Publish) -> None:
    publish([0, 1, 2, 5, 6, 9])
    publish(range(0, 90, 3), source="kpu-contoh")
    with Session(engine) as session:
        both = rhythms(session, MORNING)
    assert both == {name: told(engine, name) for name in (CITY, "kpu-contoh")}


def test_an_edit_that_moves_the_date_leaves_one_day(engine: Engine, store: Store) -> None:
    store.store(release(1, published_on=TODAY - 3 * DAY, published_at=None), None)
    store.store(release(1, published_on=TODAY, published_at=None, fetched_at=MORNING + DAY), None)
    assert (told(engine).days, told(engine).last) == (1, TODAY)
