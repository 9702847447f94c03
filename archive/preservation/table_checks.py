"""Checks that the tables agree."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, or_, select, text

from archive.database.models import Address, ReleaseRecord, Version
from archive.fault import Fault


def check_database(connection: Connection) -> Iterator[Fault]:
    """Damage that SQLite reports."""
    for (sentence,) in connection.execute(text("PRAGMA integrity_check")):
        if sentence != "ok":
            yield Fault("integrity", "the database", " ".join(sentence.split()))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        detail = f"row {row[1]} refers to a missing row of {row[2]}"
        yield Fault("foreign-key", row[0], detail)


def check_version_counts(connection: Connection) -> Iterator[Fault]:
    """Each release has the versions 1, 2, … up to its current one."""
    counted = (
        select(
            Version.release,
            func.count().label("number"),
            func.min(Version.version).label("first"),
            func.max(Version.version).label("last"),
        )
        .group_by(Version.release)
        .subquery()
    )
    record = ReleaseRecord
    wrong = (
        select(record.id, record.version, counted.c.number, counted.c.first, counted.c.last)
        .outerjoin(counted, counted.c.release == record.id)
        .where(
            or_(
                counted.c.number.is_(None),
                counted.c.number != record.version,
                counted.c.first != 1,
                counted.c.last != record.version,
            )
        )
    )
    for row in connection.execute(wrong):
        detail = f"has {row.number or 0} versions, but {row.version} are counted"
        yield Fault("versions", row.id, detail)


def check_clusters(connection: Connection) -> Iterator[Fault]:
    """The original of a copy must not be a copy itself."""
    first, copy = ReleaseRecord.__table__.alias("first"), ReleaseRecord.__table__.alias("copy")
    chained = select(copy.c.id, first.c.id).join(first, first.c.id == copy.c.duplicate_of)
    for id_, of in connection.execute(chained.where(first.c.duplicate_of.is_not(None))):
        yield Fault("clusters", id_, f"is marked as a copy of {of}, which is a copy itself")


def check_frontier(connection: Connection) -> Iterator[Fault]:
    """Every release has an address of its source at which it is fetched again."""
    rows = connection.execute(
        select(ReleaseRecord.id, Address.source, ReleaseRecord.source)
        .outerjoin(Address, Address.release == ReleaseRecord.id)
        .where(or_(Address.url.is_(None), Address.source != ReleaseRecord.source))
    )
    for id_, asked_by, _ in rows:
        trouble = "no address" if asked_by is None else f"an address of {asked_by}"
        yield Fault("frontier", id_, f"has {trouble} to fetch it from")
