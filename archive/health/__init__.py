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
from archive.health.crawl_history import PastCrawl, past_crawls, since_well
from archive.health.diagnosis import killed, shared_problem
from archive.health.extraction_drift import coverage
from archive.health.failing_seeds import failing_seeds, speed
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
    crawls: dict[str, list[PastCrawl]] = {
        name: [] for name in session.scalars(select(SourceRow.id))
    }
    crawls |= past_crawls(session)
    known = rhythms(session, now)
    past = _only_in_web_archives(session)
    expected = {name: seen for name, seen in crawls.items() if seen or name not in past}
    found = [*not_crawled(expected, now), *hijacked(session)]
    for name in sorted(crawls):
        of_it = _of(crawls[name], known.get(name, UNKNOWN))
        found += (_with_its_beginning(session, finding, crawls[name]) for finding in of_it)
    if source is not None:
        if source not in crawls:
            raise KeyError(source)
        found = [finding for finding in found if finding.source in (source, None)]
    return sorted(found, key=lambda finding: finding.source or "")


def _only_in_web_archives(session: Session) -> set[str]:
    """Sources of which no crawl has seen a release, though web archives have."""
    release = ReleaseRecord
    crawled = func.max(release.crawled)
    return set(
        session.scalars(select(release.source).group_by(release.source).having(crawled == 0))
    )


def _with_its_beginning(session: Session, finding: Finding, crawls: list[PastCrawl]) -> Finding:
    """A finding that holds in every crawl examined may be older than these."""
    began = (
        since_well(session, crawls[0].source) if finding.crawls >= limits().pages.visits else None
    )
    return replace(finding, since=min(finding.since, began)) if began else finding


def _of(crawls: list[PastCrawl], rhythm: Rhythm) -> Iterator[Finding]:
    if not crawls:
        return
    yield from killed(crawls)
    kept_away = list(shared_problem(crawls))
    yield from kept_away
    yield from speed(crawls)
    if any(finding.kind != "unmet" for finding in kept_away):
        return  # the few releases that were read say nothing about the rest
    yield from failing_seeds(crawls)
    yield from coverage(crawls)
    yield from silent(crawls, rhythm)
