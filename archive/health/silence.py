"""Findings about silent sources, and about crawls that do not happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median

from archive.health.crawl_history import WELL, PastCrawl
from archive.health.finding import Finding
from archive.health.publishing_rhythm import Rhythm
from archive.health.thresholds import limits


def silent(past_crawls: Sequence[PastCrawl], rhythm: Rhythm) -> Iterator[Finding]:
    """A finding if a source has been silent for longer than usual; newest crawl first. Counted up
    to the last successful crawl, since nobody knows what came later, and from the first known one
    on."""
    ended = [crawl for crawl in past_crawls if crawl.ended]
    well = [crawl for crawl in ended if crawl.outcome in WELL]
    if not well or ended[0] is not well[0]:
        return
    last, allowed = _last_news(well, rhythm), _allowed(rhythm)

    def quiet(crawl: PastCrawl) -> int:
        return limits().quiet_days(last, crawl.started_at.date())

    after = [crawl for crawl in well if quiet(crawl) > allowed]
    if len(after) >= limits().kinds["silent"].crawls:
        evidence = f"Nothing new since {last}, {quiet(well[0])} days (not counting holidays)"
        if rhythm.known:
            evidence += f"; usually every {_days(rhythm.usual)}, {_days(rhythm.second)} at most"
        yield Finding(
            source=well[0].source,
            kind="silent",
            since=_ran_out(last, allowed),
            evidence=f"{evidence}.",
            crawls=len(after),
        )


def not_crawled(crawls: Mapping[str, Sequence[PastCrawl]], now: datetime) -> Iterator[Finding]:
    """Findings about sources whose crawl is overdue; or one finding, if all are."""
    latest = {source: of_source[0].started_at for source, of_source in crawls.items() if of_source}
    if not latest:
        return
    late = {source for source in latest if now - latest[source] > _patience(crawls[source])}
    if late == latest.keys():
        last = max(latest.values())
        evidence = f"The last crawl of any source began {last:%Y-%m-%d %H:%M} UTC, "
        evidence += f"{(now - last).days} days ago."
        yield Finding(source=None, kind="no-schedule", since=last, evidence=evidence)
        return
    for source in sorted(late):
        evidence = f"The last crawl began {latest[source]:%Y-%m-%d %H:%M} UTC, "
        evidence += f"{(now - latest[source]).days} days ago."
        yield Finding(source=source, kind="not-crawled", since=latest[source], evidence=evidence)
    rounds = median(len(crawls[source]) for source in latest)
    for source in sorted(crawls.keys() - latest.keys()):
        if rounds >= 2:
            since = min(of_source[-1].started_at for of_source in crawls.values() if of_source)
            evidence = f"Never crawled, while others were crawled {rounds:.0f} times."
            yield Finding(source=source, kind="not-crawled", since=since, evidence=evidence)


def _last_news(well: Sequence[PastCrawl], rhythm: Rhythm) -> date:
    """The day of the last news: when a release was published, or an undated (or misdated) one
    arrived; at the earliest the day of the first known crawl."""
    days = [crawl.started_at.date() for crawl in well if crawl.releases_new]
    return max([well[0].begun_at.date(), *days[:1], *filter(None, [rhythm.last])])


def _ran_out(last: date, allowed: float) -> datetime:
    """The first moment (UTC) of the first day that is too long after the last news."""
    day = last + timedelta(days=int(allowed))
    while limits().quiet_days(last, day) <= allowed:
        day += timedelta(days=1)
    return datetime.combine(day, time(), UTC)


def _allowed(rhythm: Rhythm) -> float:
    """Days a source may be silent."""
    numbers = limits().silence
    if not rhythm.known:
        return numbers.unknown
    usual, second = rhythm.usual / timedelta(days=1), rhythm.second / timedelta(days=1)
    allowed = max(numbers.least, second * (1 + second / usual / numbers.spread))
    if second >= numbers.irregular * usual:
        allowed = max(allowed, numbers.gaps * usual)
    if usual >= numbers.rarely and rhythm.days <= numbers.shown:
        allowed = max(allowed, numbers.unknown)
    return allowed + numbers.days


def _patience(crawls: Sequence[PastCrawl]) -> timedelta:
    """How long a source may go without a crawl."""
    numbers = limits().schedule
    least = timedelta(days=numbers.days)
    gaps = [late.started_at - early.started_at for late, early in pairwise(crawls)]
    seconds = median(gap.total_seconds() for gap in gaps) if gaps else 0.0
    return max(least, timedelta(seconds=numbers.times * seconds))


def _days(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return "day" if days == 1 else f"{days:.0f} days"
