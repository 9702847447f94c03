"""Putting into the archive what a crawl brings, one transaction an item."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, bindparam, select, text, update
from sqlalchemy.orm import Session

from archive import duplicates
from archive.curation.shown_rows import as_read, is_curated
from archive.database import change_sequence
from archive.database.column_types import clean
from archive.database.connection import writing
from archive.database.models import Crawl, ReleaseRecord, SourceRow, Version, table_of
from archive.database.prepared_statements import Prepared
from archive.fingerprint import release_id
from archive.ingest import (
    attachments,
    frontier,
    rejections,
    release_rows,
    reprocess,
    version_columns,
    versions,
)
from archive.ingest.attachments import DocumentFetch
from archive.ingest.frontier import Fetch
from archive.ingest.protocols import RejectedLike, ReleaseLike, SourceLike
from archive.ingest.reprocess import Reading

P = ParamSpec("P")
T = TypeVar("T")
Outcome = Literal[
    "ok", "partial", "failed", "silent", "blocked", "unmet", "stopped", "needs-javascript"
]
_CRAWLS = table_of(Crawl)
_COUNTERS = {
    name: Prepared(
        update(_CRAWLS)
        .where(_CRAWLS.c.id == bindparam("wanted"))
        .values({name: _CRAWLS.c[name] + text("1")})
    )
    for name in ("releases_new", "releases_changed", "releases_seen", "rejected")
}
_MEASURED = (
    {column.name for column in _CRAWLS.columns}
    - _COUNTERS.keys()
    - {"id", "source", "started_at", "ended_at", "outcome", "reason", "deep", "merged"}
)
"""Columns of `crawls` that the crawl measures itself. The store counts releases and rejections."""
_SOURCE_COLUMNS = ("kind", "publisher", "region", "home", "timezone")


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a release."""

    id: str
    outcome: Literal["new", "changed", "seen"]
    """`changed`: a wording the archive did not have. Another reading of the same is `seen`."""
    version: int
    seq: int
    duplicate_of: str | None


class Store:
    """Writes to one archive. Raises ArchiveError when it cannot, and then has written nothing of
    the item at hand. May be shared by threads; they take turns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()

    def register(self, sources: Iterable[SourceLike]) -> None:
        """Takes over what the registry says of its sources; nothing is ever unregistered."""
        with self._session() as session:
            for source in sources:
                register_source(session, source)

    def begin_crawl(self, source_id: str, started_at: datetime, *, deep: bool = False) -> int:
        """Opens a crawl's row and returns its number, to be given with everything it stores."""
        with self._session() as session:
            crawl = Crawl(source=source_id, started_at=started_at, deep=deep)
            session.add(crawl)
            session.flush()
            return crawl.id

    def end_crawl(
        self,
        crawl_id: int,
        outcome: Outcome,
        reason: str | None,
        measured: Mapping[str, Any],
        ended_at: datetime,
    ) -> None:
        """Closes the row with outcome, reason (a sentence), and columns that the crawl measured."""
        if unknown := set(measured) - _MEASURED:
            raise ValueError(f"a crawl does not count {', '.join(sorted(unknown))}")
        values: dict[str, Any] = clean(dict(measured))
        values |= {"outcome": outcome, "reason": clean(reason), "ended_at": ended_at}
        with self._session() as session:
            session.execute(update(Crawl).where(Crawl.id == crawl_id).values(values))

    def within(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs a task of `archive.ingest.frontier` in one transaction."""
        with self._turn, writing(self._engine) as connection:
            return task(connection, *args, **kwargs)

    def look_up(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs a task that only reads; no other program is kept from writing meanwhile."""
        with self._turn, self._engine.connect() as connection:
            return task(connection, *args, **kwargs)

    def each_within(self, tasks: Iterable[Callable[[Connection], T]]) -> list[T]:
        """Runs tasks one after another in one transaction: all of them or, when one fails, none."""
        with self._turn, writing(self._engine) as connection:
            return [task(connection) for task in tasks]

    def store(
        self,
        release: ReleaseLike,
        crawl_id: int | None,
        fetch: Fetch | None = None,
        corrections: Sequence[Reading] = (),
        documents: Sequence[DocumentFetch] = (),
    ) -> Stored:
        """Release, wording, search index, cluster, `seq` and the fetch that brought it, in one go.
        The source must be registered. `crawl_id` None: not from a crawl. `corrections`: what the
        captures of earlier wordings say when this program reads them, in order of time.
        `documents`: fetches of its attachments."""
        id_ = release_id(release.source, release.url)
        columns = version_columns.columns(release, fetch.capture if fetch else None)
        with self._turn, writing(self._engine) as connection, as_read(connection, id_):
            if release_rows.is_known(connection, id_):
                with Session(connection) as session:
                    stored = _again(session, id_, release, columns, crawl_id, corrections)
            else:
                entries = version_columns.known_entries(release)
                added = release_rows.add(connection, release, columns, crawl_id, entries)
                stored = Stored(id_, "new", 1, added.seq, added.duplicate_of)
                links, at = columns["attachments"], release.fetched_at
                if links:
                    attachments.update_links(connection, id_, None, links, at)
            if attachments.note(connection, id_, documents, crawl_id):
                stored = replace(stored, seq=change_sequence.following(connection) - 1)
            rejections.resolve(connection, release.source, release.url, release.fetched_at)
            if fetch is not None:
                frontier.note_fetch(connection, fetch, id_)
            _count(connection, crawl_id, f"releases_{stored.outcome}")
            return stored

    def seen(self, fetch: Fetch, crawl_id: int, documents: Sequence[DocumentFetch] = ()) -> None:
        """Records that a release's page answered as it did the last time. `documents`: fetches of
        its attachments."""
        id_ = release_id(fetch.source, fetch.url)
        with self._turn, writing(self._engine) as connection:
            attachments.note_seen(connection, id_, documents, crawl_id)
            if frontier.seen_again(connection, fetch):
                _count(connection, crawl_id, "releases_seen")

    def reject(
        self,
        rejected: RejectedLike,
        crawl_id: int | None,
        record: Mapping[str, Any] | None = None,
        fetch: Fetch | None = None,
    ) -> None:
        """Records a page that gave no release. `record`: what was read of it, as JSON values."""
        capture = fetch.capture if fetch else None
        with self._turn, writing(self._engine) as connection:
            if record and is_curated(connection, release_id(rejected.source, rejected.url)):
                record = None  # it may have what was taken down
            rejections.add(connection, rejected, crawl_id, record, capture)
            if fetch is not None:
                frontier.note_fetch(connection, fetch)
            _count(connection, crawl_id, "rejected")

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._turn, writing(self._engine) as connection, Session(connection) as session:
            yield session
            session.flush()


def register_source(session: Session, source: SourceLike) -> None:
    """Takes over what the registry says of a source. Records that show it get a new `seq`."""
    values = {name: clean(getattr(source, name)) for name in _SOURCE_COLUMNS}
    row = session.get(SourceRow, source.id)
    if row is None:
        session.add(SourceRow(id=source.id, **values))
        return
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, values[name])
    session.flush()
    if "timezone" in changed:  # the day ends at another moment, and with it who was first changes
        hashes = session.scalars(
            select(Version.text_hash)
            .distinct()
            .join(ReleaseRecord, ReleaseRecord.id == Version.release)
            .where(ReleaseRecord.source == source.id, ReleaseRecord.version == Version.version)
            .order_by(Version.text_hash)
        )
        for text_hash in hashes.all():  # one by one: a source may have thousands
            touched = duplicates.settle(session.connection(), [text_hash])
            release_rows.advance(session, None, touched)
    if changed & {"kind", "publisher", "region"}:
        session.flush()
        change_sequence.advance_source(session.connection(), source.id)
        session.expire_all()


def _again(
    session: Session,
    id_: str,
    release: ReleaseLike,
    columns: dict[str, Any],
    crawl_id: int | None,
    corrections: Sequence[Reading],
) -> Stored:
    """Stores another fetch of a release the archive has."""
    record = session.get_one(ReleaseRecord, id_)
    if corrections:
        reprocess.correct(session, record, corrections)
    shown = versions.current(session, record)
    before = shown.attachments if shown.reader == columns["reader"] else None
    outcome = release_rows.change(session, record, columns, release.fetched_at, crawl_id)
    session.flush()
    if before or columns["attachments"]:
        now, at = columns["attachments"], release.fetched_at
        attachments.update_links(session.connection(), id_, before, now, at)
    return Stored(id_, outcome, record.version, record.seq, record.duplicate_of)


def _count(connection: Connection, crawl_id: int | None, column: str) -> None:
    if crawl_id is not None:
        _COUNTERS[column].run(connection, {"wanted": crawl_id})
