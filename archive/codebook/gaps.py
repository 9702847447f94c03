"""Known gaps: times without a crawl that worked, pages that gave no release, and what `health`
finds now. Unknown ones are not in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from archive.database.column_types import utc_text
from archive.health import findings

DAYS = 7
"""Two crawls that worked are a gap apart if more days than these lie between them."""

_FIRST = text(
    """
    SELECT s.id AS source, min(c.started_at) AS first
    FROM sources AS s LEFT JOIN crawls AS c ON c.source = s.id AND c.outcome IN
        ('ok', 'partial', 'unmet') GROUP BY s.id
    """
)
_APART = text(
    """
    WITH worked AS (
        SELECT source, started_at AS since,
               lead(started_at, 1, :now) OVER (PARTITION BY source ORDER BY started_at) AS until
        FROM crawls WHERE outcome IN ('ok', 'partial', 'unmet')
    ), apart AS (
        SELECT * FROM worked WHERE julianday(until) - julianday(since) > :days
    )
    SELECT a.source, a.since, a.until, count(c.id) AS crawls,
           coalesce(sum(c.outcome = 'blocked'), 0) AS blocked,
           max(c.started_at) AS last, c.reason AS reason
    FROM apart AS a LEFT JOIN crawls AS c ON c.source = a.source
         AND c.started_at > a.since AND c.started_at < a.until
    GROUP BY a.source, a.since ORDER BY a.source, a.since
    """
)
"""SQLite takes `reason` from the row that has the `max`: the last crawl."""
_UNREAD = text(
    """
    SELECT source, stage, reason, count(*) AS pages,
           min(first_seen_at) AS since, max(last_seen_at) AS until
    FROM rejections WHERE resolved_at IS NULL
    GROUP BY source, stage, reason ORDER BY source, pages DESC, stage, reason
    """
)
_TAKEN_DOWN = text(
    """
    SELECT e.source, count(DISTINCT e.id) AS releases, min(s.made_at) AS since
    FROM suppressions AS s JOIN every_release AS e ON e.id = s.release
    WHERE e.suppressed GROUP BY e.source
    """
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something of an office that the archive is known not to have seen, or may not have."""

    source: str
    kind: str
    """`never-crawled`; `before-first-crawl` (what was edited or withdrawn by then was not seen);
    `not-crawled` and `crawls-failed` (nothing was seen in between); `pages-refused`;
    `taken-down`; `finding`."""
    since: str | None
    """UTC."""
    until: str | None
    """UTC; None: still."""
    count: int
    """Of crawls that failed, of pages, or of releases taken down."""
    detail: str
    """In English: why, as the crawl or `health` says it; a reason word for pages."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def gaps(connection: Connection, sources: set[str], now: datetime) -> tuple[Gap, ...]:
    """The known gaps of sources, by source. `now`: UTC. Raises ArchiveError."""
    found = [*_before(connection), *_apart(connection, now), *_unread(connection)]
    found += _taken_down(connection)
    found += _found_now(connection, now)
    mine = (gap for gap in found if gap.source in sources)
    return tuple(sorted(mine, key=lambda gap: gap.source))


def _before(connection: Connection) -> Iterator[Gap]:
    for row in connection.execute(_FIRST):
        kind = "before-first-crawl" if row.first else "never-crawled"
        yield Gap(row.source, kind, None, row.first, 0, "")


def _apart(connection: Connection, now: datetime) -> Iterator[Gap]:
    for row in connection.execute(_APART, {"now": utc_text(now), "days": DAYS}):
        kind = "crawls-failed" if row.crawls else "not-crawled"
        until = None if row.until == utc_text(now) else row.until
        detail = row.reason or ("blocked" if row.blocked else "")
        yield Gap(row.source, kind, row.since, until, row.crawls, detail)


def _unread(connection: Connection) -> Iterator[Gap]:
    for row in connection.execute(_UNREAD):
        detail = f"{row.stage}: {row.reason}"
        yield Gap(row.source, "pages-refused", row.since, row.until, row.pages, detail)


def _taken_down(connection: Connection) -> Iterator[Gap]:
    for row in connection.execute(_TAKEN_DOWN):
        yield Gap(row.source, "taken-down", row.since, None, row.releases, "")


def _found_now(connection: Connection, now: datetime) -> Iterator[Gap]:
    with Session(connection) as session:
        for finding in findings(session, now):
            if finding.source is not None:
                detail = f"{finding.kind}: {finding.evidence}"
                yield Gap(
                    finding.source, "finding", utc_text(finding.since), None, finding.crawls, detail
                )
