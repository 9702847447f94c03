"""When a release is looked at again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.responses.revisit_policy import revisits

CALM = datetime(2026, 3, 2, tzinfo=UTC)
CAMPAIGN = datetime(2024, 11, 1, tzinfo=UTC)
HERE = "64.71"


@pytest.mark.parametrize(
    ("age", "days"), [(0, 1), (1, 1), (3, 2), (10, 7), (60, 30), (400, 90), (3000, 365)]
)
def test_ever_more_rarely_with_age(age: int, days: int) -> None:
    due = revisits().release(CALM, CALM.date() - timedelta(days=age), HERE, election=False)
    assert due == CALM + timedelta(days=days)


def test_around_a_vote_what_is_about_the_election_is_looked_at_often() -> None:
    old = date(2022, 1, 1)
    assert revisits().release(CAMPAIGN, old, HERE, election=True) == CAMPAIGN + timedelta(days=3)
    assert revisits().release(CAMPAIGN, old, HERE, election=False) > CAMPAIGN + timedelta(days=30)
    assert revisits().release(CALM, old, HERE, election=True) > CALM + timedelta(days=30)


def test_a_repeated_vote_is_one_of_its_region_alone() -> None:
    """Kutai Kartanegara voted again on 19 April 2025; Balikpapan, in the same province, did not."""
    near, old = datetime(2025, 4, 10, tzinfo=UTC), date(2022, 1, 1)
    assert revisits().near_vote(near.date(), "64.02")
    assert not revisits().near_vote(near.date(), "64.71")
    assert not revisits().near_vote(near.date(), "64")
    assert revisits().release(near, old, "64.02", election=True) == near + timedelta(days=3)


def test_a_release_without_a_date_counts_as_new() -> None:
    assert revisits().release(CALM, None, HERE, election=False) == CALM + timedelta(days=1)


def test_a_date_in_the_future_does_no_harm() -> None:
    assert revisits().release(CALM, date(2030, 1, 1), HERE, election=False) > CALM


def test_a_failure_is_the_next_crawls_business() -> None:
    assert revisits().other(CALM, "failed") == CALM
    assert revisits().other(CALM, "missing") == CALM + timedelta(days=1)
