"""When a release is fetched again: less often with age, more often around a vote.

The intervals and their reasons are data, `crawler/data/revisits.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from archive.election_days import vote_days
from crawler.regions import DATA

_FILE = DATA / "revisits.toml"


@dataclass(frozen=True, slots=True)
class Revisits:
    """The intervals of the data file, in days."""

    ages: tuple[tuple[int, int], ...]
    """`(under, again)`, in order of age."""
    vote_again: int
    vote_before: int
    vote_after: int
    deep: int
    """Between two deep crawls."""
    missing: int
    failed: int
    rejected: int

    def near_vote(self, day: date, region: str) -> bool:
        """Whether a day lies in the weeks around a vote in a region."""
        before, after = timedelta(days=self.vote_before), timedelta(days=self.vote_after)
        return any(vote - before <= day <= vote + after for vote in vote_days(region))

    def release(
        self, now: datetime, published: date | None, region: str, *, election: bool
    ) -> datetime:
        """When to fetch a release again that was just seen; one without a date counts as new."""
        age = max(0, (now.date() - published).days) if published else 0
        days = next((again for under, again in self.ages if age < under), self.ages[-1][1])
        if election and self.near_vote(now.date(), region):
            days = min(days, self.vote_again)
        return now + timedelta(days=days)

    def other(self, now: datetime, reason: str) -> datetime:
        """When to fetch a URL without a release again: `missing`, `failed`, `rejected`."""
        return now + timedelta(days=getattr(self, reason))


@cache
def revisits() -> Revisits:
    """The intervals, read once per process."""
    data = tomllib.loads(_FILE.read_text("utf-8"))
    vote, other = data["vote"], data["other"]
    return Revisits(
        ages=tuple((step["under"], step["again"]) for step in data["age"]),
        vote_again=vote["again"],
        vote_before=vote["before"],
        vote_after=vote["after"],
        deep=data["deep"]["every"],
        missing=other["missing"],
        failed=other["failed"],
        rejected=other["rejected"],
    )
