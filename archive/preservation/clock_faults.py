"""Finds crawls that ran with a wrong clock, and the right time.

Crawls are numbered in the order in which they began, so a wrong clock shows: times are out of
order, or in the future. The right time comes from the `Date` headers in the captures of that crawl;
without any, from the crawls before and after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from archive.captures.reader import Unreadable, locate, read_at
from archive.database.column_types import moment
from archive.database.models import AttachmentCapture, Crawl, Rejection, ReleaseRecord, Version

FAR_OFF = timedelta(days=1)
"""A smaller error may be a wrong time zone; it does not change the order of days."""
_FAR_OFF_SECONDS = FAR_OFF.total_seconds()

_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
"""No crawl was earlier."""
_TOLD_ENOUGH = 50
"""Captures of a crawl whose `Date` is read."""
AROUND = timedelta(minutes=2)
"""Margin before and after a crawl's times for the stamps it wrote."""


@dataclass(frozen=True, slots=True)
class CrawlTimes:
    """A crawl's number, and its times by its clock."""

    id: int
    source: str
    began: datetime
    ended: datetime

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The period in which all its stamps are."""
        return self.began - AROUND, self.ended + AROUND


def latest(session: Session | Connection) -> datetime | None:
    """The latest time in the archive."""
    times = [
        session.scalar(select(func.max(column)))
        for column in (Crawl.started_at, Crawl.ended_at, ReleaseRecord.last_seen_at)
    ]
    return max((time for time in times if time is not None), default=None)


def date_of(headers: Iterable[tuple[str, str]]) -> datetime | None:
    """When a server or a cache sent a response: its `Date` plus `Age` in seconds."""
    by_name = {name.lower(): value for name, value in headers}
    try:
        date = parsedate_to_datetime(by_name["date"])
    except (KeyError, ValueError):
        return None
    age = by_name.get("age", "0").strip()
    seconds = int(age) if age.isascii() and age.isdecimal() and len(age) < 9 else 0
    return date.replace(tzinfo=date.tzinfo or UTC) + timedelta(seconds=seconds)


def wrong_crawls(connection: Connection, folder: Path, now: datetime) -> list[CrawlTimes]:
    """Crawls whose clock cannot have been right, in the order of their numbers: the fewest without
    which the others are in order. A crawl confirmed by the `Date` headers of sites is never one of
    them, however many contradict it. `folder`: the captures."""
    if not connection.scalar(_has_faults(now)):
        return []  # as nearly always; there may be a million crawls
    crawls = _crawl_times(connection)
    possible = [crawl for crawl in crawls if _FIRST <= crawl.began <= now + FAR_OFF]
    while True:
        kept = _in_order(possible)
        wrong = [
            crawl for crawl in crawls if crawl not in kept and _is_far_off(crawl, crawls, kept)
        ]
        right = [
            crawl for crawl in wrong if crawl in possible and _is_right(connection, crawl, folder)
        ]
        if not right:
            return wrong
        possible = [
            crawl for crawl in possible if not any(_contradict(crawl, other) for other in right)
        ]


def right_times(
    connection: Connection, wrong: Sequence[CrawlTimes], folder: Path, now: datetime
) -> Iterator[tuple[list[CrawlTimes], int, str]]:
    """The wrong crawls, grouped by run, with the seconds to add to their stamps and the evidence:
    `dates` or `neighbours`."""
    sound = [crawl for crawl in _crawl_times(connection) if crawl not in wrong]
    for run in _runs(wrong):
        seconds = _by_dates(connection, run, folder)
        if seconds is not None and abs(seconds) > _FAR_OFF_SECONDS:
            yield run, seconds, "dates"
            continue
        # The latest possible time: a guess must not give precedence.
        after = next((crawl.began for crawl in sound if crawl.id > run[-1].id), now)
        last = max(crawl.ended for crawl in run)
        yield run, int((moment(after) - last).total_seconds()) - 1, "neighbours"


def _has_faults(now: datetime) -> Select[tuple[bool]]:
    """Whether a crawl began before the one with the number before it, or at an impossible time."""
    before = func.lag(Crawl.started_at).over(order_by=Crawl.id).label("before")
    times = select(Crawl.started_at.label("began"), before).where(~Crawl.merged).subquery()
    is_fault = or_(
        times.c.began < times.c.before, times.c.began < _FIRST, times.c.began > now + FAR_OFF
    )
    return select(exists().where(is_fault))


def _crawl_times(connection: Connection) -> list[CrawlTimes]:
    query = (
        select(Crawl.id, Crawl.source, Crawl.started_at, Crawl.ended_at)
        .where(~Crawl.merged)  # these are numbered when they come in; they were checked before
        .order_by(Crawl.id)
    )
    return [
        CrawlTimes(id_, source, began, ended or began + FAR_OFF)
        for id_, source, began, ended in connection.execute(query)
    ]


def _in_order(crawls: Sequence[CrawlTimes]) -> set[CrawlTimes]:
    """The longest non-decreasing subsequence of the crawls by time."""
    tails: list[int] = []
    times: list[datetime] = []
    before: list[int | None] = []
    for number, crawl in enumerate(crawls):
        position = bisect_right(times, crawl.began)
        before.append(tails[position - 1] if position else None)
        tails[position:] = [number, *tails[position + 1 :]]
        times[position:] = [crawl.began, *times[position + 1 :]]
    kept, last = set(), tails[-1] if tails else None
    while last is not None:
        kept.add(crawls[last])
        last = before[last]
    return kept


def _is_far_off(crawl: CrawlTimes, crawls: Sequence[CrawlTimes], kept: set[CrawlTimes]) -> bool:
    position = crawls.index(crawl)
    earlier = next(
        (before for before in reversed(crawls[:position]) if before in kept),
        None,
    )
    later = next((after for after in crawls[position:] if after in kept), None)
    too_early = earlier is not None and crawl.began < earlier.began - FAR_OFF
    too_late = later is not None and crawl.began > later.began + FAR_OFF
    return too_early or too_late or (earlier is None and later is None) or not crawl.began >= _FIRST


def _runs(wrong: Sequence[CrawlTimes]) -> Iterator[list[CrawlTimes]]:
    """Groups of crawls that ran at the same time, or one after another with the same clock."""
    run: list[CrawlTimes] = []
    for crawl in wrong:
        if run and not timedelta() <= crawl.began - run[-1].began <= FAR_OFF:
            yield run
            run = []
        run.append(crawl)
    if run:
        yield run


def _is_right(connection: Connection, crawl: CrawlTimes, folder: Path) -> bool:
    """Whether the `Date` headers confirm a crawl's clock. False if nothing was captured."""
    seconds = _by_dates(connection, [crawl], folder)
    return seconds is not None and abs(seconds) <= _FAR_OFF_SECONDS


def _contradict(one: CrawlTimes, other: CrawlTimes) -> bool:
    """Whether the clocks of two crawls cannot both have been right."""
    first, second = sorted((one, other), key=lambda crawl: crawl.id)
    return first.began > second.began + FAR_OFF


def _by_dates(connection: Connection, run: Sequence[CrawlTimes], folder: Path) -> int | None:
    """Seconds by which the clock was behind those of the sites: the median over hosts of each
    host's median. None without captures."""
    by_host: dict[str, list[float]] = {}
    for answer in _answers(connection, [crawl.id for crawl in run], folder):
        date = date_of(answer.headers)
        if date is not None:
            host = urlsplit(answer.url).hostname or ""
            by_host.setdefault(host, []).append((date - answer.at).total_seconds())
    if not by_host:
        return None
    return round(median(median(of_host) for of_host in by_host.values()))


def _answers(connection: Connection, crawls: Sequence[int], folder: Path) -> Iterator[Any]:
    for table in (Version, Rejection, AttachmentCapture):
        position = (table.capture_file, table.capture_offset, table.capture_record_id)
        query = select(*position).where(table.crawl.in_(crawls), table.capture_file.is_not(None))
        for file, offset, record in connection.execute(query.limit(_TOLD_ENOUGH)):
            try:
                with locate(folder, file or "").open("rb") as opened:
                    yield read_at(opened, offset or 0, record)
            except (Unreadable, OSError):
                continue  # `verify` reports it
