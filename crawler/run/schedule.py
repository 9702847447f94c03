"""When a source is due: by its publishing rhythm, more often around a vote, less often if it fails.

The intervals and their reasons are data, `due.toml`; the votes in `archive/votes.tsv`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from archive.health.last_crawl_times import LastCrawls
from archive.health.publishing_rhythm import PAST, UNKNOWN, Rhythm
from crawler.regions import DATA
from crawler.responses.revisit_policy import revisits

AT_ONCE = datetime.min.replace(tzinfo=UTC)
"""Due now, however late."""

_FILE = DATA / "due.toml"
_LONGER_MAX = 10
"""How often an interval is doubled; a site may be down for years."""


@dataclass(frozen=True, slots=True)
class Season:
    """The shortest and the longest interval between two crawls: all year, or around a vote."""

    least: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Turns:
    """The values of the data file."""

    share: float
    asleep: float
    early: timedelta
    usual: Season
    vote: Season
    ill_factor: float

    def due_at(
        self, crawls: LastCrawls | None, rhythm: Rhythm | None, now: datetime, region: str
    ) -> datetime:
        """When a source becomes due. `rhythm` None: the archive has no recent release. `AT_ONCE`
        if it was never crawled, or the last crawl did not finish: continuing is not a new visit."""
        if crawls is None or not crawls.through or crawls.last_at > now:
            return AT_ONCE
        season = self.vote if revisits().near_vote(now.date(), region) else self.usual
        interval = self._interval(season, rhythm or UNKNOWN, now)
        if crawls.ill:
            first = interval if rhythm else season.least
            longer = first * self.ill_factor ** min(crawls.ill - 1, _LONGER_MAX)
            interval = min(longer, season.most)
        return crawls.last_at + interval - self.early

    def _interval(self, season: Season, rhythm: Rhythm, now: datetime) -> timedelta:
        silence = now.date() - rhythm.last if rhythm.last else PAST
        wished = max(rhythm.usual * self.share, silence * self.asleep)
        return min(max(wished, season.least), season.most)


@cache
def turns() -> Turns:
    """The intervals, read once per process."""
    data = tomllib.loads(_FILE.read_text("utf-8"))
    rhythm = data["rhythm"]
    return Turns(
        share=rhythm["share"],
        asleep=rhythm["asleep"],
        early=timedelta(days=rhythm["early"]),
        usual=_season(data["usual"]),
        vote=_season(data["vote"]),
        ill_factor=data["ill"]["factor"],
    )


def longest_waiting_first(ids: Iterable[str], crawls: Mapping[str, LastCrawls]) -> list[str]:
    """Sources in crawl order: those never crawled, then the longest waiting. What one run does not
    reach is first in the next."""
    return sorted(ids, key=lambda id: crawls[id].last_at if id in crawls else AT_ONCE)


def _season(data: Mapping[str, float]) -> Season:
    return Season(timedelta(days=data["least"]), timedelta(days=data["most"]))
