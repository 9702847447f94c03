"""Reads captures again: a better extraction corrects the record, and is not a new version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from archive.captures import Capture
from archive.curation.shown_rows import as_read, columns_as_read, is_curated
from archive.database import change_sequence
from archive.database.column_types import moment
from archive.database.models import MoveRow, ReleaseRecord, Version, table_of
from archive.database.prepared_statements import Prepared
from archive.duplicates import text_dates
from archive.fingerprint import release_id
from archive.ingest import (
    attachments,
    frontier,
    rejections,
    release_rows,
    version_columns,
    versions,
    web_archive_captures,
)
from archive.ingest.frontier import Fetch
from archive.ingest.protocols import Entries, RejectedLike, ReleaseLike
from archive.proof.log import logged
from archive.search import index

_RELEASES, _VERSIONS = table_of(ReleaseRecord), table_of(Version)
_OF_WORDINGS = (
    *("version", "sha256", "reader", "seen_at"),
    *version_columns.CAPTURE,
    *version_columns.PRINTED,
)
_ALL = (
    select(*(_VERSIONS.c[name] for name in _OF_WORDINGS))
    .where(_VERSIONS.c.release == bindparam("wanted"))
    .order_by(_VERSIONS.c.version)
)
_WORDINGS = Prepared(_ALL)
_CURRENT = Prepared(
    _ALL.join(
        _RELEASES,
        (_RELEASES.c.id == _VERSIONS.c.release) & (_RELEASES.c.version == _VERSIONS.c.version),
    )
)
Outcome = Literal["new", "corrected", "edited", "same"]
"""`corrected`: a version was extracted differently; `edited`: another version was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The release in one capture, and its fetch."""

    source: str
    url: str
    columns: dict[str, Any]
    """As from `version_columns.columns`, with the capture's."""
    fetch: Fetch
    """With its capture."""
    entries: Entries | None = None
    """Of the first reading of a new release, if already computed."""

    @property
    def fetched_at(self) -> datetime:
        """UTC."""
        return self.fetch.at


def reading(release: ReleaseLike, fetch: Fetch, *, is_new: bool) -> Reading:
    """Makes a reading; pure. `is_new`: the archive does not have the release, as far as is
    known."""
    columns = version_columns.columns(release, fetch.capture, fetch.via)
    entries = (
        (version_columns.known_entries(release) or version_columns.entries(release))
        if is_new
        else None
    )
    return Reading(
        source=release.source, url=release.url, columns=columns, fetch=fetch, entries=entries
    )


@dataclass(frozen=True, slots=True)
class ArchivedVersion:
    """A version of a release, as far as it is needed to read it again."""

    reader: str | None
    capture: Capture | None
    is_current: bool


def to_read_again(connection: Connection, release: ReleaseLike) -> list[ArchivedVersion]:
    """The versions to be read again before this one may be added: the current one, and those
    that another program read. None if the archive has exactly this version, or no release."""
    id_ = release_id(release.source, release.url)
    shown = _current(connection, id_)
    if shown is None or shown.sha256 == version_columns.columns(release)["sha256"]:
        return []
    return [
        ArchivedVersion(one.reader, _capture(one, release.url), one.version == shown.version)
        for one in _wordings(connection, id_)
        if one.version == shown.version or one.reader != release.reader
    ]


def wording_of(connection: Connection, source: str, url: str) -> tuple[str, str] | None:
    """Title and text, with dateline, of a release's current version; None if there is no
    release."""
    shown = _current(connection, release_id(source, url))
    return None if shown is None else (shown.title, (shown.dateline or "") + shown.body)


def is_another(connection: Connection, source: str, url: str, columns: Mapping[str, Any]) -> bool:
    """Whether a version (`version_columns.columns`) read at the URL of a known release is, title
    and text, another release of the source that never shared a version with it."""
    if columns["text_hash"] is None:
        return False
    own = release_id(source, url)
    wordings = select(Version.text_hash).filter_by(release=own)
    twins = set(connection.scalars(select(Version.release).where(Version.text_hash.in_(wordings))))
    same = select(Version.release).filter_by(
        text_hash=columns["text_hash"], sha256=columns["sha256"]
    )
    others = set(connection.scalars(same)) - twins - {own}
    return any(other.startswith(f"{source}:") for other in others)


def capture_of(connection: Connection, source: str, url: str) -> Capture | None:
    """Location of the capture of a release's current version."""
    shown = _current(connection, release_id(source, url))
    return None if shown is None else _capture(shown, url)


def _current(connection: Connection, release: str) -> Any:
    """The current version, as it was read; None if there is no such release."""
    return next(iter(_wordings(connection, release, _CURRENT)), None)


def _wordings(connection: Connection, release: str, query: Prepared = _WORDINGS) -> list[Any]:
    """Versions of a release, as they were read: people may have corrected or taken down some."""
    rows = query.rows(connection, {"wanted": release})
    fields = [dict(zip(_OF_WORDINGS, row, strict=True)) for row in rows]
    if fields and is_curated(connection, release):
        changed = columns_as_read(connection, release)
        for one in fields:
            read = changed.get(one["version"], {})
            one |= {name: value for name, value in read.items() if name in one}
    return [SimpleNamespace(**one) for one in fields]


def _capture(version: Any, url: str) -> Capture | None:
    if version.capture_file is None:
        return None
    assert version.capture_offset is not None
    assert version.capture_record_id is not None
    return Capture(
        file=version.capture_file,
        offset=version.capture_offset,
        record_id=version.capture_record_id,
        digest="",
        url=url,
        at=version.seen_at,
    )


def correct(session: Session, record: ReleaseRecord, readings: Sequence[Reading]) -> None:
    """Corrects known versions by what this program reads in their captures, as `reread` does."""
    _put_right(session, record, readings)


def reread(connection: Connection, readings: Sequence[Reading]) -> Outcome:
    """Applies the readings of one release, in order of time. The version of a capture is
    corrected in place: other fields, another text; if two versions turn out to be one, the later
    is dropped. A capture without a version may add one. Nothing else is changed, so the same
    program changes nothing."""
    id_ = release_id(readings[0].source, readings[0].url)
    with as_read(connection, id_, by="rebuild"):
        return _reread(connection, id_, readings)


def _reread(connection: Connection, id_: str, readings: Sequence[Reading]) -> Outcome:
    first = readings[0]
    outcome: Outcome = "same"
    if not release_rows.is_known(connection, id_):
        release_rows.add(connection, first, first.columns, None, first.entries)
        outcome = "new"
    if outcome == "same" or len(readings) > 1:
        with Session(connection) as session:
            record = session.get_one(ReleaseRecord, id_)
            count = record.version
            if _put_right(session, record, readings) and outcome == "same":
                outcome = "edited" if record.version > count else "corrected"
            session.flush()
    _note(connection, id_, readings)
    before = None
    for one in readings:
        now = one.columns["attachments"]
        if before or now:
            attachments.update_links(connection, id_, before, now, one.fetch.at)
        before = now
    return outcome


def reread_rejected(connection: Connection, rejected: RejectedLike, fetch: Fetch) -> None:
    """Records a captured page that is not a release, unless that is known already."""
    rejections.read_again(connection, rejected, fetch.capture)
    frontier.note_late(connection, fetch)


def withdrawn(connection: Connection, source: str, url: str, gone_at: datetime) -> bool:
    """Notes when a release was found to be withdrawn; returns whether the record changed."""
    id_ = release_id(source, url)
    mine = _RELEASES.c.id == id_
    columns = (_RELEASES.c.gone_at, _RELEASES.c.last_seen_at)
    record = connection.execute(select(*columns).where(mine, _RELEASES.c.crawled)).one_or_none()
    if (
        record is None
        or record.gone_at is not None
        or _has_moved(connection, id_)
        or moment(gone_at) <= record.last_seen_at
    ):
        return False
    with logged(connection, id_, "rebuild"):
        connection.execute(update(_RELEASES).where(mine).values(gone_at=gone_at))
    change_sequence.advance(connection, [id_])
    return True


def _has_moved(connection: Connection, release: str) -> bool:
    moves = table_of(MoveRow)
    return connection.scalar(select(moves.c.old).where(moves.c.old == release)) is not None


@dataclass(frozen=True, slots=True)
class _State:
    """What must stay the same if nothing new was read."""

    first_seen_at: datetime
    gone_at: datetime | None
    wordings: tuple[tuple[Any, ...], ...]


_COLUMNS = [
    column.key
    for column in Version.__table__.columns
    # Another program alone corrects nothing.
    if column.key not in ("crawl", "text_hash", "reader", "capture_digest")
]


def _state(session: Session, record: ReleaseRecord) -> _State:
    session.flush()
    session.expire_all()
    archived = session.scalars(
        select(Version).filter_by(release=record.id).order_by(Version.version)
    ).all()
    wordings = tuple(
        tuple(repr(getattr(version, name)) for name in _COLUMNS) for version in archived
    )
    return _State(record.first_seen_at, record.gone_at, wordings)


def _put_right(session: Session, record: ReleaseRecord, readings: Sequence[Reading]) -> bool:
    """Whether anything was to be changed."""
    before = _state(session, record)
    with session.begin_nested() as trial:
        _place(session, record, readings)
        after = _state(session, record)
        changes = after != before or versions.doubled(session, record)
        if changes:
            trial.rollback()
    if changes:
        session.expire_all()
        _correct(session, record, readings, before)
    return changes


def _correct(
    session: Session, record: ReleaseRecord, readings: Sequence[Reading], before: _State
) -> None:
    shown = versions.current(session, record)
    hashes = {shown.text_hash}
    index.forget(session, shown)
    _place(session, record, readings)
    versions.merge(session, record)
    session.flush()
    current = versions.current(session, record)
    index.learn(session, current)
    release_rows.settle(
        session, record, hashes | {current.text_hash}, _state(session, record) != before
    )


def _place(session: Session, record: ReleaseRecord, readings: Sequence[Reading]) -> None:
    for reading in _telling(readings):
        columns, at = reading.columns, moment(reading.fetched_at)
        read_before = session.scalars(
            select(Version).filter_by(
                release=record.id, capture_record_id=columns["capture_record_id"]
            )
        ).first()
        if read_before is not None:
            # Reading a capture again does not change who took it, nor who saw the wording since.
            kept: dict[str, Any] = {
                "flags": version_columns.flags(columns, read_before),
                "via": read_before.via,
            }
            if read_before.capture_digest is not None:
                kept["capture_digest"] = read_before.capture_digest
            columns = columns | kept
            for name, value in columns.items():
                setattr(read_before, name, value)
            if read_before.version == 1:
                text_dates.begin(read_before)
        else:
            versions.add(session, record, columns, at, None)
            record.crawled = record.crawled or reading.fetch.via is None
        record.first_seen_at = min(record.first_seen_at, at)
        if record.gone_at is not None and at >= record.gone_at:
            record.gone_at = None
        record.last_seen_at = max(record.last_seen_at, at)
    versions.reclaim(session, record)


def _telling(readings: Sequence[Reading]) -> Iterator[Reading]:
    """The first and the last of those in a row that found the same bytes: between them nothing
    can have happened."""
    for number, reading in enumerate(readings):
        around = (readings[number - 1 : number], readings[number + 1 : number + 2])
        if not all(one and one[0].columns == reading.columns for one in around):
            yield reading


def _note(connection: Connection, release: str, readings: Sequence[Reading]) -> None:
    """What follows for the frontier and for pages that gave no release before."""
    last = readings[-1]
    web_archive_captures.note(connection, release, [one.fetch for one in readings])
    for fetch in {one.fetch.via is None: one.fetch for one in readings}.values():
        frontier.note_late(connection, fetch, release)
    rejections.resolve_by(connection, last.source, last.url, [one.fetched_at for one in readings])
