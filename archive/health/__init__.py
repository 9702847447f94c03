"""Finds sources with problems, from the rows that crawls leave in the archive, never from logs.

Kinds, numbers of crawls and reasons: `limits.toml`; for people, docs/health.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database.models import ReleaseRecord, SourceRow
from archive.health.crawl_history import Visit, since_well, visits
from archive.health.diagnosis import killed, trouble
from archive.health.extraction_drift import coverage
from archive.health.failing_seeds import speed, ways
from archive.health.finding import Finding
from archive.health.hijacked import hijacked
from archive.health.publishing_rhythm import UNKNOWN, Rhythm, rhythms
from archive.health.silence import not_crawled, silent
from archive.health.thresholds import limits

__all__ = ["Finding", "findings"]


def findings(session: Session, now: datetime, source: str | None = None) -> list[Finding]:
    """Findings about all sources, or about one; by source id, the gravest first.

    `now` (UTC): crawls that should have happened by then count as missed. Raises
    KeyError for a source the archive does not know."""
    crawls: dict[str, list[Visit]] = {name: [] for name in session.scalars(select(SourceRow.id))}
    crawls |= visits(session)
    known = rhythms(session, now)
    past = _only_in_web_archives(session)
    expected = {name: seen for name, seen in crawls.items() if seen or name not in past}
    found = [*not_crawled(expected, now), *hijacked(session)]
    for name in sorted(crawls):
        of_it = _of(crawls[name], known.get(name, UNKNOWN))
        found += (_with_its_beginning(session, one, crawls[name]) for one in of_it)
    if source is not None:
        if source not in crawls:
            raise KeyError(source)
        found = [one for one in found if one.source in (source, None)]
    return sorted(found, key=lambda one: one.source or "")


def _only_in_web_archives(session: Session) -> set[str]:
    """Sources of which no crawl has seen a release, though web archives have."""
    release = ReleaseRecord
    crawled = func.max(release.crawled)
    return set(
        session.scalars(select(release.source).group_by(release.source).having(crawled == 0))
    )


def _with_its_beginning(session: Session, one: Finding, visits: list[Visit]) -> Finding:
    """A finding that holds in every crawl examined may be older than these."""
    began = since_well(session, visits[0].source) if one.crawls >= limits().pages.visits else None
    return replace(one, since=min(one.since, began)) if began else one


def _of(visits: list[Visit], rhythm: Rhythm) -> Iterator[Finding]:
    if not visits:
        return
    yield from killed(visits)
    kept_away = list(trouble(visits))
    yield from kept_away
    yield from speed(visits)
    if any(one.kind != "unmet" for one in kept_away):
        return  # the few releases that were read say nothing about the rest
    yield from ways(visits)
    yield from coverage(visits)
    yield from silent(visits, rhythm)
