"""Whose turn it is. Times are those of a timer that runs each morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.health.last_crawl_times import LastCrawls
from archive.health.publishing_rhythm import UNKNOWN, Rhythm
from crawler.responses.revisit_policy import revisits
from crawler.run.schedule import AT_ONCE, longest_waiting_first, turns

QUIET = datetime(2026, 5, 4, 22, tzinfo=UTC)
"""A morning far from any vote."""
VOTE = datetime(2024, 11, 26, 22, tzinfo=UTC)
HERE = "64.71"
DAY = timedelta(days=1)
JITTER = timedelta(minutes=30)


def publishes(every: float, now: datetime, silent: int = 0) -> Rhythm:
    return Rhythm(
        usual=DAY * every,
        longest=DAY * 30,
        second=DAY * 30,
        releases=200,
        days=60,
        last=now.date() - timedelta(days=silent),
    )


def days_until_due(rhythm: Rhythm | None, now: datetime, ill: int = 0) -> int:
    """Mornings until the source is crawled again, by a timer that starts a little early."""
    mornings = (day for day in range(1, 400) if is_due(rhythm, now, day * DAY - JITTER, ill))
    return next(mornings)


def is_due(rhythm: Rhythm | None, now: datetime, since: timedelta, ill: int = 0) -> bool:
    return turns().due_at(LastCrawls(now - since, True, ill), rhythm, now, HERE) <= now


@pytest.mark.parametrize(
    ("every", "silent", "days"),
    [(1, 0, 1), (1, 9, 1), (2, 1, 1), (7, 3, 4), (14, 5, 7), (60, 20, 7), (1, 30, 3), (1, 200, 7)],
)
def test_by_its_own_rhythm(every: float, silent: int, days: int) -> None:
    assert days_until_due(publishes(every, QUIET, silent), QUIET) == days


@pytest.mark.parametrize(("ill", "days"), [(1, 1), (2, 2), (3, 4), (4, 7), (5000, 7)])
def test_an_ill_source_waits_ever_longer_but_not_for_ever(ill: int, days: int) -> None:
    assert days_until_due(publishes(1, QUIET), QUIET, ill) == days
    assert days_until_due(None, QUIET, ill) == days


def test_around_a_vote_daily_and_twice_a_day() -> None:
    assert [days_until_due(publishes(every, VOTE), VOTE) for every in (1, 7, 60)] == [1, 1, 1]
    assert is_due(publishes(1, VOTE), VOTE, timedelta(hours=12))
    assert not is_due(publishes(1, QUIET), QUIET, timedelta(hours=12))
    assert not is_due(publishes(7, VOTE), VOTE, timedelta(hours=12))
    assert days_until_due(publishes(1, VOTE), VOTE, ill=9) == 1


def test_a_vote_that_is_repeated_in_one_region_hurries_its_sources_only() -> None:
    now, palopo = datetime(2025, 5, 20, tzinfo=UTC), "73.73"
    waits = [
        turns().due_at(LastCrawls(now, True, 0), publishes(7, now), now, region) - now
        for region in (palopo, HERE)
    ]
    assert [round((wait + turns().early) / DAY) for wait in waits] == [1, 4]


def test_at_once() -> None:
    weekly = publishes(7, QUIET)
    assert turns().due_at(None, None, QUIET, HERE) == AT_ONCE
    assert turns().due_at(LastCrawls(QUIET - JITTER, False, 0), weekly, QUIET, HERE) == AT_ONCE
    # Somebody has set the clock back.
    assert turns().due_at(LastCrawls(QUIET + DAY, True, 0), weekly, QUIET, HERE) == AT_ONCE


def test_a_source_without_a_recent_release_is_asked_weekly() -> None:
    assert days_until_due(None, QUIET) == days_until_due(UNKNOWN, QUIET) == 7


@given(
    every=st.floats(1, 400),
    silent=st.integers(-1, 700),
    ill=st.integers(0, 10_000),
    days=st.integers(0, 4000),
)
def test_never_sooner_than_the_least_never_later_than_the_most(
    every: float, silent: int, ill: int, days: int
) -> None:
    now = datetime(2018, 1, 1, tzinfo=UTC) + days * DAY
    told = turns()
    season = told.vote if revisits().near_vote(now.date(), HERE) else told.usual
    waits = told.due_at(LastCrawls(now, True, ill), publishes(every, now, silent), now, HERE) - now
    assert season.least - told.early <= waits < season.most


def test_those_never_crawled_first_then_those_that_waited_longest() -> None:
    seen = {
        "kpu-a": LastCrawls(QUIET - DAY, True, 0),
        "kpu-b": LastCrawls(QUIET - 3 * DAY, True, 2),
        "kpu-c": LastCrawls(QUIET - 2 * DAY, False, 0),
    }
    waiting = ["kpu-a", "kpu-b", "kpu-z", "kpu-c", "kpu-y"]
    assert longest_waiting_first(waiting, seen) == ["kpu-z", "kpu-y", "kpu-b", "kpu-c", "kpu-a"]
