"""Recent numbers of a source that its TOML may `expect`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from archive.database.column_types import Day
from archive.database.models import MoveRow, ReleaseRecord, Version

MONTH = timedelta(days=30)
NEWEST = 30
"""Number of releases for the shares and the median."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """One source's numbers."""

    per_month: int
    """Releases of the last 30 days, by publication date, else by the day they were first seen."""
    releases: int
    """Releases in the archive without withdrawn ones."""
    dated: float | None
    """Share of the newest ones with a date; None if there are none."""
    signed: float | None
    """Share of the newest ones with a byline."""
    words: float | None
    """Median number of words of their texts."""


def recent(session: Session | Connection, source: str, now: datetime) -> Recent:
    """Computes these numbers from the archive."""
    came = type_coerce(func.substr(ReleaseRecord.first_seen_at, 1, 10), Day)
    day = func.coalesce(Version.published_on, came, type_=Day)
    of_source = (
        select(Version.published_on, Version.byline, Version.body)
        .join(
            ReleaseRecord,
            and_(Version.release == ReleaseRecord.id, Version.version == ReleaseRecord.version),
        )
        .where(ReleaseRecord.source == source, ReleaseRecord.gone_at.is_(None))
        .where(ReleaseRecord.crawled, ReleaseRecord.id.not_in(select(MoveRow.new)))
    )
    counted = of_source.with_only_columns(func.count())
    late = counted.where(day > (now - MONTH).date(), day <= now.date() + timedelta(days=1))
    read = of_source.where(Version.suppressed.is_(False))
    newest = session.execute(read.order_by(day.desc()).limit(NEWEST)).all()
    return Recent(
        per_month=session.scalar(late) or 0,
        releases=session.scalar(counted) or 0,
        dated=_share([row.published_on is not None for row in newest]),
        signed=_share([row.byline is not None for row in newest]),
        words=median(len(row.body.split()) for row in newest) if newest else None,
    )


def _share(had: list[bool]) -> float | None:
    return sum(had) / len(had) if had else None
