"""Which release had a text first, and which ones repeat it word for word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import ReleaseRecord, SourceRow, Version


@dataclass(frozen=True, slots=True)
class Member:
    """A release of a cluster, with what decides who was first."""

    record: ReleaseRecord
    published_on: date | None
    published_at: datetime | None
    timezone: str

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """The earliest first. A mere date is taken for the end of that day at the source, so that
        of two on one day the one that shows its hour is first; a release without a date was
        published by the time it was first seen."""
        published = self.published_at
        if published is None and self.published_on is not None:
            zone = ZoneInfo(self.timezone)
            published = datetime.combine(self.published_on, time.max, tzinfo=zone)
        return (published or self.record.first_seen_at, self.record.first_seen_at, self.record.id)


def settle(session: Session, hashes: Iterable[str | None]) -> set[ReleaseRecord]:
    """Points every release with one of these `text_hash`es to the first of its cluster, whatever
    order they came in; returns those that changed."""
    changed = set()
    for text_hash in set(hashes) - {None}:
        members = _members(session, text_hash)
        if not members:
            continue
        first = min(members, key=lambda member: member.order).record
        changed |= {m.record for m in members if _point(m.record, first)}
    return changed


def _members(session: Session, text_hash: str | None) -> list[Member]:
    rows = session.execute(
        select(ReleaseRecord, Version.published_on, Version.published_at, SourceRow.timezone)
        .join(
            Version,
            (Version.release == ReleaseRecord.id) & (Version.version == ReleaseRecord.version),
        )
        .join(SourceRow, SourceRow.id == ReleaseRecord.source)
        .where(Version.text_hash == text_hash)
    )
    return [Member(*row) for row in rows]


def _point(record: ReleaseRecord, first: ReleaseRecord) -> bool:
    target = None if record is first else first.id
    if record.duplicate_of == target:
        return False
    record.duplicate_of = target
    record.similarity = None if target is None else 1.0
    return True


def leave(record: ReleaseRecord) -> None:
    """Takes a release whose text no other has out of its cluster."""
    record.duplicate_of = record.similarity = None
