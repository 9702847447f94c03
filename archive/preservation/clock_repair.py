"""Corrects stamps written with a wrong clock, and keeps the originals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, func, select, update
from sqlalchemy.orm import Session

from archive import duplicates
from archive.curation.shown_rows import as_read
from archive.database import change_sequence
from archive.database.column_types import UtcDateTime, utc_text
from archive.database.connection import writing
from archive.database.models import (
    Address,
    AttachmentCapture,
    Base,
    ClockCorrection,
    CorrectedStamp,
    Crawl,
    ReleaseRecord,
    Version,
)
from archive.ingest import versions
from archive.preservation.clock_faults import AROUND, CrawlTimes, right_times, wrong_crawls
from archive.proof import chain, log

_NOT_THEIRS = {
    *("changes", "clock_corrections", "corrected_stamps", "erasures", "suppressions"),
    *("told", "watch_positions", "chains", "events", "stamps"),
}
_STANDS = ("release", "unchanged")
_OF_RELEASES = (Version.__table__, Address.__table__, AttachmentCapture.__table__)


def repair(engine: Engine, folder: Path, now: datetime) -> int:
    """Corrects all stamps of crawls with a wrong clock, and what depends on them: the order of
    versions, precedence, due dates. Returns the number of these crawls. The search index must be
    rebuilt afterwards. Raises ArchiveError."""
    with writing(engine) as connection, Session(connection) as session:
        wrong = wrong_crawls(connection, folder, now)
        for run, seconds, evidence in list(right_times(connection, wrong, folder, now)):
            touched = _move(session, run, seconds, evidence)
            for release in sorted(touched):
                session.flush()
                with as_read(session.connection(), release, by=None):
                    session.expire_all()
                    _put_in_order(session, session.get_one(ReleaseRecord, release), run)
                    session.flush()
                session.expire_all()
            log.note(session.connection(), sorted(touched), "clock")
        if wrong:
            duplicates.rebuild(session)
        return len(wrong)


def _move(session: Session, run: Sequence[CrawlTimes], seconds: int, evidence: str) -> set[str]:
    """Moves the stamps of one run; returns the releases they belong to."""
    touched: set[str] = set()
    crawls = {one.id for one in run}
    alone = not _overlaps(session, run)
    for crawl in run:
        correction = ClockCorrection(
            crawl=crawl.id,
            began_at=crawl.began,
            ended_at=crawl.ended,
            seconds=seconds,
            evidence=evidence,
        )
        session.add(correction)
        session.flush()
        began = utc_text(crawl.began)
        event = {"source": crawl.source, "began_at": began, "seconds": seconds}
        chain.append(session.connection(), "clock", **event, evidence=evidence)
        for table, column in _stamps():
            for row in _written(session, table, column, crawl, alone):
                key = [row[one.name] for one in table.primary_key]
                _set(session, table, key, column, row[column.name], seconds, correction.id)
                touched |= _releases_of(table, row)
                if table is Address.__table__ and column.name == "asked_at" and row["due_at"]:
                    due = table.c.due_at
                    if not _lies_in(row["due_at"], run):
                        _set(session, table, key, due, row["due_at"], seconds, correction.id)
    session.expire_all()
    for version in session.scalars(select(Version).where(Version.crawl.in_(crawls))):
        touched.add(version.release)
    return touched


def _stamps() -> Iterator[tuple[Table, Column[Any]]]:
    for table in Base.metadata.sorted_tables:
        if table.name not in _NOT_THEIRS:
            for column in table.columns:
                if isinstance(column.type, UtcDateTime):
                    yield table, column


def _written(
    session: Session, table: Table, column: Column[Any], crawl: CrawlTimes, alone: bool
) -> list[dict[str, Any]]:
    """The rows with a stamp of this crawl. If another crawl's right times overlap, only rows that
    name this crawl."""
    low, high = crawl.window
    query = select(table).where(column.between(low, high))
    if not alone:
        named = table.c.id if table is Crawl.__table__ else table.c.get("crawl")
        if named is None:
            return []
        query = query.where(named == crawl.id)
    return [dict(row) for row in session.execute(query).mappings()]


def _set(
    session: Session,
    table: Table,
    key: list[Any],
    column: Column[Any],
    value: datetime,
    seconds: int,
    correction: int,
) -> None:
    where = [one == part for one, part in zip(table.primary_key, key, strict=True)]
    right = value + timedelta(seconds=seconds)
    session.execute(update(table).where(*where).values({column.name: right}))
    session.add(
        CorrectedStamp(
            correction=correction,
            table_name=table.name,
            row_key=key,
            column_name=column.name,
            original=utc_text(value),
        )
    )


def _lies_in(value: datetime, run: Sequence[CrawlTimes]) -> bool:
    return any(one.window[0] <= value <= one.window[1] for one in run)


def _releases_of(table: Table, row: dict[str, Any]) -> set[str]:
    if table is ReleaseRecord.__table__:
        return {row["id"]}
    if table in _OF_RELEASES and row["release"]:
        return {row["release"]}
    return set()


def _overlaps(session: Session, run: Sequence[CrawlTimes]) -> bool:
    """Whether other crawls wrote at the times that this run's clock showed."""
    low, high = min(one.window[0] for one in run), max(one.window[1] for one in run)
    others = (
        select(Crawl.id)
        .where(Crawl.id.not_in([one.id for one in run]))
        .where(Crawl.started_at <= high, func.coalesce(Crawl.ended_at, Crawl.started_at) >= low)
    )
    return session.scalar(others.limit(1)) is not None


def _put_in_order(session: Session, record: ReleaseRecord, run: Sequence[CrawlTimes]) -> None:
    """Orders a release's versions by the right times, and updates its row."""
    history = versions.in_order(session, record)
    crawls = {one.id for one in run}
    for version in history:
        if version.crawl is not None and version.crawl not in crawls:
            # A clock far behind has put its version before one that an earlier crawl stored.
            brought = session.get(Crawl, version.crawl)
            if brought is not None and version.seen_at > (brought.ended_at or brought.started_at):
                version.seen_at = brought.ended_at or brought.started_at
    versions.sort(session, record)
    versions.merge(session, record)
    history = versions.in_order(session, record)
    record.first_seen_at = history[0].seen_at
    asked = session.scalar(
        select(func.max(Address.asked_at)).where(
            Address.release == record.id, Address.outcome.in_(_STANDS)
        )
    )
    seen = [one for one in (record.last_seen_at, history[-1].seen_at, asked) if one is not None]
    record.last_seen_at = max(seen)
    session.flush()
    change_sequence.advance(session.connection(), [record.id])
    session.expire(record)


def corrected(connection: Connection) -> Callable[[int, datetime], datetime]:
    """Returns a function from the time a crawl's clock showed to the right time."""
    moved: dict[int, tuple[datetime, datetime, timedelta]] = {
        one.crawl: (one.began_at - AROUND, one.ended_at + AROUND, timedelta(seconds=one.seconds))
        for one in connection.execute(select(ClockCorrection.__table__))
        if one.crawl is not None
    }

    def at(crawl: int, moment: datetime) -> datetime:
        low, high, by = moved.get(crawl, (moment, moment, timedelta()))
        return moment + by if low <= moment <= high else moment

    return at


def wrong(connection: Connection, folder: Path, now: datetime) -> Iterator[tuple[str, str]]:
    """For `verify`: location and sentence of each crawl with a wrong clock."""
    for one in wrong_crawls(connection, folder, now):
        sentence = f"ran with a wrong clock: it began on {utc_text(one.began)}"
        yield f"crawl {one.id} of {one.source}", sentence
