"""How often a source publishes, from the dates of its releases."""

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
from archive.database.models import MoveRow, ReleaseRecord, Version

PAST = timedelta(days=730)
"""Older releases are ignored: an office's staff and habits change with each term."""

DAYS = 60
"""Days with a release, the latest ones within `PAST`, that are used: two months of a daily office,
more than a year of a weekly one."""

FEWEST_GAPS = 4
"""A source with fewer gaps between its days has no rhythm yet: `UNKNOWN` is used."""

PAUSE = timedelta(days=12)
"""The longest pause that is normal at every office: Lebaran with the collective leave and the
weekends around it (6 to 15 April 2024), and a day on each side on which nobody writes."""

STRETCH = 3
"""A gap this many times the typical one is still usual: two missed releases of a weekly office."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a source publishes."""

    usual: timedelta
    """The typical gap (median) between two days with a release; at least a day."""
    longest: timedelta
    """The longest usual gap: the largest of `PAUSE`, `STRETCH` times `usual` and the second longest
    gap, since the longest one may have been an outage."""
    second: timedelta
    """The second longest gap: shorter than `longest` if a source hardly ever pauses."""
    releases: int
    """Number of releases used."""
    days: int
    """Number of days on which they were published, from which `usual` and `longest` follow."""
    last: date | None
    """The latest of these days; None if there is none."""

    @property
    def known(self) -> bool:
        """Whether there are enough releases; otherwise `usual` and `longest` are defaults."""
        return self.days > FEWEST_GAPS


UNKNOWN = Rhythm(timedelta(days=1), timedelta(days=30), timedelta(days=30), 0, 0, None)
"""Default for a source with too few releases: it publishes daily, so that a new source is crawled
often, and a month without releases is usual."""


def rhythm(session: Session, source: str, now: datetime) -> Rhythm:
    """The rhythm of a source by the dates of its releases; `UNKNOWN` if the archive has too few.
    Dates after tomorrow are misprints and do not count."""
    return _of(_days(session, now, source).get(source, {}))


def rhythms(session: Session | Connection, now: datetime) -> dict[str, Rhythm]:
    """The rhythms of all sources with a release within `PAST`."""
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
    """Days with releases by source, and the number of releases on each. An undated release counts
    for the day it was first seen; all those of a first crawl then count as one day."""
    seen_on = type_coerce(func.substr(ReleaseRecord.first_seen_at, 1, 10), Day)
    day = func.coalesce(Version.published_on, seen_on, type_=Day)
    current = and_(Version.release == ReleaseRecord.id, Version.version == ReleaseRecord.version)
    query = (
        select(ReleaseRecord.source, day, func.count())
        .join(Version, current)
        .where(day >= (now - PAST).date(), day <= now.date() + timedelta(days=1))
        .where(ReleaseRecord.crawled)  # what only web archives saw says nothing of the office today
        .where(ReleaseRecord.id.not_in(select(MoveRow.new)))
        .group_by(ReleaseRecord.source, day)
    )
    if source is not None:
        query = query.where(ReleaseRecord.source == source)
    found: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for name, on, count in session.execute(query):
        found[name][on] = count
    return found
