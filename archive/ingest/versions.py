"""The versions of a release in the order in which they were at the source."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.database.models import ReleaseRecord, Version
from archive.duplicates import text_dates
from archive.ingest.version_columns import CAPTURE, read_again


def current(session: Session, record: ReleaseRecord) -> Version:
    """The current version, as far as is known."""
    return session.scalars(
        select(Version).filter_by(release=record.id, version=record.version)
    ).one()


def add(
    session: Session,
    record: ReleaseRecord,
    wording: dict[str, Any],
    seen_at: datetime,
    crawl: int | None,
) -> Version | None:
    """Inserts a version seen at `seen_at`; None if it is there already. Usually it is the last
    one. A page fetched before the current version was first seen (by a second crawl, from an old
    capture) goes further up, and must not become the current one. A return to an earlier text is
    an edit too, hence a version."""
    versions = in_order(session, record)
    before = [version for version in versions if version.seen_at <= seen_at]
    after = versions[len(before) :]
    if before and before[-1].sha256 == wording["sha256"]:
        read_again(before[-1], wording)
        return None
    if after and after[0].sha256 == wording["sha256"]:
        after[0].seen_at = seen_at
        read_again(after[0], wording)
        if after[0].via is not None:
            after[0].via = wording["via"]
        if wording["capture_file"] is not None:
            for name in CAPTURE:
                setattr(after[0], name, wording[name])
        if not before:
            after[0].claim_on, after[0].claim_at = wording["published_on"], wording["published_at"]
        text_dates.inherit(versions)
        return None
    number = len(before) + 1
    if after:
        _make_room(session, record, number)
    record.version = len(versions) + 1
    version = Version(release=record.id, version=number, seen_at=seen_at, crawl=crawl, **wording)
    text_dates.begin(version)
    session.add(version)
    text_dates.inherit(in_order(session, record))
    session.flush()
    return version


def doubled(session: Session, record: ReleaseRecord) -> bool:
    """Whether a version, read again, equals the one before it."""
    return any(one.sha256 == other.sha256 for one, other in pairwise(in_order(session, record)))


def merge(session: Session, record: ReleaseRecord) -> None:
    """Drops such versions, and computes the claims of the others again."""
    kept: list[Version] = []
    for version in in_order(session, record):
        if kept and kept[-1].sha256 == version.sha256:
            if version.via is None:
                kept[-1].via = None
            session.delete(version)
        else:
            kept.append(version)
            version.version = len(kept)
        session.flush()  # numbers only go down, each to a free one
    record.version = len(kept)
    text_dates.inherit(kept)


def sort(session: Session, record: ReleaseRecord) -> None:
    """Numbers the versions by the times when they were seen, after these were corrected."""
    by_number = in_order(session, record)
    by_time = sorted(by_number, key=lambda version: (version.seen_at, version.version))
    if by_time != by_number:
        # A version that is now the first claims its printed date.
        text_dates.begin(by_time[0])
        for sign in (-1, 1):  # through negative numbers, since they are unique row by row
            for number, version in enumerate(by_time, start=1):
                version.version = sign * number
            session.flush()
    text_dates.inherit(by_time)


def reclaim(session: Session, record: ReleaseRecord) -> None:
    """Computes the claims of all versions again, after some were read again."""
    text_dates.inherit(in_order(session, record))


def in_order(session: Session, record: ReleaseRecord) -> list[Version]:
    """All versions, the first one first."""
    session.flush()
    query = select(Version).filter_by(release=record.id).order_by(Version.version)
    return list(session.scalars(query))


def _make_room(session: Session, record: ReleaseRecord, number: int) -> None:
    """Raises the numbers from `number` on by one, through negative numbers, since SQLite checks
    that they are unique row by row."""
    session.flush()
    mine = Version.release == record.id
    for first, moved in ((number, -(Version.version + 1)), (None, -Version.version)):
        later = Version.version < 0 if first is None else Version.version >= first
        session.execute(
            update(Version).where(mine, later).values(version=moved),
            execution_options={"synchronize_session": False},
        )
    session.expire_all()
