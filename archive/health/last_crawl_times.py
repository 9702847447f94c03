"""Time and outcome of each source's last crawls, for the schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from archive.database.column_types import stored_moment

_LAST_CRAWLS = text(
    """
    WITH latest AS (SELECT source, id, max(started_at) FROM crawls GROUP BY source),
    well AS (
        SELECT source, max(started_at) AS started_at FROM crawls
        WHERE outcome IN ('ok', 'partial') GROUP BY source
    ), ill AS (
        SELECT c.source, count(*) AS times FROM crawls AS c
        LEFT JOIN well ON well.source = c.source
        WHERE c.outcome IN ('failed', 'blocked', 'silent')
              AND c.started_at > coalesce(well.started_at, '')
        GROUP BY c.source
    )
    SELECT c.source, c.started_at, c.outcome, coalesce(ill.times, 0) AS ill
    FROM latest JOIN crawls AS c ON c.id = latest.id LEFT JOIN ill ON ill.source = c.source
    """
)
"""By time: crawls of a merged archive are numbered when they come in. Where `max` is selected,
SQLite takes the other columns from the same row."""


@dataclass(frozen=True, slots=True)
class LastCrawls:
    """The crawls of one source."""

    last_at: datetime
    """When the last one started."""
    through: bool
    """Whether it finished; a stopped or killed crawl did not."""
    ill: int
    """How many crawls in a row, up to the last, failed, were blocked or found nothing. Unfinished
    ones neither count nor start the count again."""


def last_crawls(session: Session | Connection) -> dict[str, LastCrawls]:
    """By source; those never crawled are left out."""
    return {
        row.source: LastCrawls(
            stored_moment(row.started_at), row.outcome not in (None, "stopped"), row.ill
        )
        for row in session.execute(_LAST_CRAWLS)
    }
