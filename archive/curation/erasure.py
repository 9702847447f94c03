"""Erases the evidence of what was taken down: the captures, and what was read of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress as ignoring
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text

from archive.captures.erasing import TooShort, erased_member, overwrite
from archive.captures.records import Record, records
from archive.captures.recovery import mend
from archive.captures.warc_file import one_line
from archive.curation import takedown
from archive.curation.shown_rows import as_read
from archive.curation.takedown import TABLE, Listed
from archive.database.column_types import stored_moment
from archive.database.connection import writing
from archive.database.models import (
    Address,
    Alias,
    AttachmentCapture,
    Erasure,
    ReleaseRecord,
    Version,
    table_of,
)
from archive.proof import capture_files

_ERASURES = table_of(Erasure)
_DOCUMENTS = (
    "UPDATE attachment_captures SET text = NULL WHERE release = :release",
    "UPDATE attachments SET label = NULL WHERE release = :release",
)
_RESPONSES = ("response", "resource")
_INDEX = "INSERT INTO search_index (search_index) VALUES (:command)"


@dataclass(frozen=True, slots=True)
class _Sought:
    """How a captured response is recognised."""

    addresses: frozenset[str]
    records: frozenset[str]
    since: datetime | None
    """Only responses captured from here, where a version is erased, up to `until`."""
    until: datetime | None


def erase(
    engine: Engine, folder: Path, suppression: str, reason: str, who: str, at: datetime
) -> int:
    """Overwrites every captured response of a suppressed release or version, and removes what was
    read of it from the database; returns how many responses. Captures first: if it is
    interrupted, it can be done again. Nothing else may use the archive meanwhile. Raises NotThere,
    ArchiveError, OSError."""
    with engine.connect() as connection:
        one = takedown.in_force(connection, suppression)
        if one.what == "passage":
            raise takedown.NotThere("A passage cannot be erased: a capture is a whole page")
        sought = _sought(connection, one)
    mend(folder)
    sentence = f"Erased on {at:%Y-%m-%d} (suppression {one.id})."
    done = 0
    for path in sorted(folder.glob("*/*.warc.gz")):
        name = path.relative_to(folder).as_posix()
        for record in _found(path, sought):
            with ignoring(TooShort):
                member = erased_member(record, sentence)
                _note(engine, one, name, record, at)
                overwrite(path, record.offset, member)
                done += 1
    with writing(engine) as connection:
        query = select(_ERASURES.c.file).where(_ERASURES.c.suppression == one.id)
        capture_files.erased(connection, folder, set(connection.scalars(query)))
    _forget(engine, one, reason, who, at)
    return done


def _sought(connection: Connection, one: Listed) -> _Sought:
    release = one.release
    record = connection.execute(
        select(ReleaseRecord.source, ReleaseRecord.url).where(ReleaseRecord.id == release)
    ).one()
    rows = connection.execute(
        select(Address.url, Address.requested).where(Address.release == release)
    ).all()
    addresses = {record.url, *(row.url for row in rows), *(row.requested for row in rows)}
    aliases = select(Alias.url).where(
        Alias.source == record.source, Alias.leads_to.in_(addresses - {None})
    )
    addresses |= set(connection.scalars(aliases))
    versions = connection.execute(
        select(Version.seen_at, Version.capture_record_id, Version.suppressed)
        .where(Version.release == release)
        .order_by(Version.version)
    ).all()
    since = until = None
    if one.what == "version":
        since, until = _stretch(
            [(row.seen_at, row.suppressed) for row in versions], connection, one
        )
    documents = select(AttachmentCapture.capture_record_id).where(
        AttachmentCapture.release == release
    )
    return _Sought(
        frozenset(one_line(url) for url in addresses if url),
        frozenset(row.capture_record_id for row in versions if row.suppressed)
        | frozenset(connection.scalars(documents) if one.what == "release" else ()) - {None},
        since,
        until,
    )


def _stretch(
    versions: list[tuple[datetime, bool]], connection: Connection, one: Listed
) -> tuple[datetime | None, datetime | None]:
    """From when on the erased version was at its source, and when another one followed."""
    seen_at = connection.scalar(select(TABLE.c.seen_at).where(TABLE.c.id == one.id))
    begins = [at for at, suppressed in versions if suppressed and at == seen_at] or [
        at for at, suppressed in versions if suppressed
    ]
    later = [at for at, _ in versions if at > begins[0]]
    return begins[0], min(later, default=None)


def _found(path: Path, sought: _Sought) -> Iterator[Record]:
    with path.open("rb") as file:
        for record in records(file, own=True):
            if isinstance(record, Record) and record.is_found_alone and _is_of(record, sought):
                yield record


def _is_of(record: Record, sought: _Sought) -> bool:
    head = record.head
    if head.get("warc-type") not in _RESPONSES:
        return False
    if head.get("warc-record-id") in sought.records:
        return True
    if head.get("warc-target-uri") not in sought.addresses:
        return False
    at = stored_moment(head.get("warc-date", ""))
    return not ((sought.since and at < sought.since) or (sought.until and at >= sought.until))


def _note(engine: Engine, one: Listed, name: str, record: Record, at: datetime) -> None:
    """Notes the erasure before it happens: `verify` must be able to explain it."""
    row: dict[str, Any] = {
        "record_id": record.head["warc-record-id"],
        "file": name,
        "offset": record.offset,
        "release": one.release,
        "suppression": one.id,
        "erased_at": at,
    }
    with writing(engine) as connection:
        connection.execute(insert(_ERASURES).prefix_with("OR IGNORE"), row)


def _forget(engine: Engine, one: Listed, reason: str, who: str, at: datetime) -> None:
    """Removes what was read, also from the free pages of the file and from the search index."""
    row = takedown.row_of("erase", one.release, reason, who, at)
    with writing(engine) as connection, as_read(connection, one.release, changing=True):
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        connection.execute(insert(TABLE).values(row | {"of": one.id, "what": one.what}))
        if one.what == "release":
            for statement in _DOCUMENTS:
                connection.execute(text(statement), {"release": one.release})
    with writing(engine) as connection:
        connection.execute(text(_INDEX), {"command": "optimize"})
    with engine.connect() as connection:
        connection.execution_options(archive_begin=None)
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
