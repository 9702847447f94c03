"""How often a source publishes, told by what it has published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from archive.database.column_types import Day
from archive.database.models import ReleaseRecord, Version

PAST = timedelta(days=730)
"""What was published before is not asked: an office's staff and habits change with each term."""

DAYS = 60
"""The latest days with a release, of those in `PAST`, that a rhythm rests on: two months of a busy
desk, more than a year of a weekly one."""

FEWEST_GAPS = 4
"""With fewer gaps between its days a source has shown no rhythm yet, and `UNKNOWN` is its."""

PAUSE = timedelta(days=12)
"""A pause at which nothing is amiss at any office: Lebaran with the collective leave and the
weekends around it (6 to 15 April 2024), and a day on each side on which nobody writes."""

STRETCH = 3
"""A gap so many times the typical one is still usual: for a weekly desk, two issues missed."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a source publishes."""

    usual: timedelta
    """The typical gap (median) between two days with a release, at least a day."""
    longest: timedelta
    """The longest gap that is still usual: the greatest of `PAUSE`, `STRETCH` times `usual` and the
    second longest gap there was, since the longest one may have been an outage."""
    second: timedelta
    """The second longest gap alone: less than `longest` where a source hardly ever pauses."""
    releases: int
    """The releases it rests on; what `usual` and `longest` say rests on `days`."""
    days: int
    """The days on which they were published."""
    last: date | None
    """The latest of these days; None when there is none."""

    @property
    def known(self) -> bool:
        """Whether the source has shown it; otherwise `usual` and `longest` are a default."""
        return self.days > FEWEST_GAPS


UNKNOWN = Rhythm(timedelta(days=1), timedelta(days=30), timedelta(days=30), 0, 0, None)
"""What is assumed of a source that has shown too little: that it publishes daily, so that a new
source is looked at often, and that a month of silence is nothing strange."""


def rhythm(session: Session, source: str, now: datetime) -> Rhythm:
    """How often a source publishes, by the days its releases carry; `UNKNOWN` where the archive
    has too little of it. Days after tomorrow are misprints and do not count."""
    return _of(_days(session, now, source).get(source, {}))


def rhythms(session: Session | Connection, now: datetime) -> dict[str, Rhythm]:
    """The same for all sources of which the archive has a release within `PAST`."""
    return {source: _of(days) for source, days in _days(session, now, None).items()}


def _of(counted: dict[date, int]) -> Rhythm:
    days = sorted(counted)[-DAYS:]
    releases = sum(counted[day] for day in days)
    last = days[-1] if days else None
    gaps = sorted(_gaps(days))
    if len(gaps) < FEWEST_GAPS:
        return Rhythm(UNKNOWN.usual, UNKNOWN.longest, UNKNOWN.second, releases, len(days), last)
    usual = timedelta(days=median(gaps))
    second = timedelta(days=gaps[-2])
    longest = max(PAUSE, usual * STRETCH, second)
    return Rhythm(usual, longest, second, releases, len(days), last)


def _gaps(days: list[date]) -> Iterator[int]:
    return ((after - before).days for before, after in pairwise(days))


def _days(
    session: Session | Connection, now: datetime, source: str | None
) -> dict[str, dict[date, int]]:
    """For each source its days, and how many releases each has. What carries no date counts for
    the day it was first seen; what a first crawl brings in is then one day."""
    seen_on = type_coerce(func.substr(ReleaseRecord.first_seen_at, 1, 10), Day)
    day = func.coalesce(Version.published_on, seen_on, type_=Day)
    current = and_(Version.release == ReleaseRecord.id, Version.version == ReleaseRecord.version)
    query = (
        select(ReleaseRecord.source, day, func.count())
        .join(Version, current)
        .where(day >= (now - PAST).date(), day <= now.date() + timedelta(days=1))
        .group_by(ReleaseRecord.source, day)
    )
    if source is not None:
        query = query.where(ReleaseRecord.source == source)
    found: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for name, on, count in session.execute(query):
        found[name][on] = count
    return found
