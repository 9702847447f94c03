"""Who may claim to have had a text first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from archive.database.models import ReleaseRecord, SourceRow, Version

Order = tuple[datetime, datetime, str]
"""Published, first seen with this text, id."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A release with its current text, and what decides who was first."""

    record: ReleaseRecord
    body: str
    text_hash: str | None
    claim_on: date | None
    claim_at: datetime | None
    claim_seen_at: datetime | None
    version: int
    seen_at: datetime
    """When the current wording was."""
    timezone: str

    @property
    def order(self) -> Order:
        """The earliest first. A mere date is taken for the end of that day at the source, so that
        of two on one day the one that shows its hour is first; a text without a date to claim
        (see `claims`) was published by the time it was first seen."""
        seen = self.claim_seen_at or self.record.first_seen_at
        published = self.claim_at
        if published is None and self.claim_on is not None:
            zone = ZoneInfo(self.timezone)
            published = datetime.combine(self.claim_on, time.max, tzinfo=zone)
        return (published or seen, seen, self.record.id)


def claims(session: Session, condition: ColumnElement[bool]) -> Iterator[Claim]:
    """The claims of releases whose row or current wording meets a condition, a few at a time in
    memory."""
    query = (
        select(
            ReleaseRecord,
            Version.body,
            Version.text_hash,
            Version.claim_on,
            Version.claim_at,
            Version.claim_seen_at,
            Version.version,
            Version.seen_at,
            SourceRow.timezone,
        )
        .join(
            Version,
            (Version.release == ReleaseRecord.id) & (Version.version == ReleaseRecord.version),
        )
        .join(SourceRow, SourceRow.id == ReleaseRecord.source)
        .where(condition)
    )
    for row in session.execute(query, execution_options={"yield_per": 500}):
        yield Claim(*row)
