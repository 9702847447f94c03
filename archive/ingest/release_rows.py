"""The rows of a release: adding it, changing it, and what follows for its copies and its `seq`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database import change_sequence
from archive.database.models import ReleaseRecord, Version
from archive.duplicates import claims
from archive.fingerprint import release_id
from archive.ingest import version_columns, versions
from archive.ingest.accepts import Sighted
from archive.ingest.version_columns import Entries
from archive.search import index


def add(
    session: Session,
    release: Sighted,
    columns: dict[str, Any],
    crawl_id: int | None,
    entries: Entries | None = None,
) -> ReleaseRecord:
    """A release the archive does not have, with its first wording. `entries`: its `entries`, where
    they have been worked out already."""
    record = ReleaseRecord(
        id=release_id(release.source, release.url),
        source=release.source,
        url=release.url,
        seq=change_sequence.following(session),
        version=1,
        first_seen_at=release.fetched_at,
        last_seen_at=release.fetched_at,
    )
    version = Version(
        release=record.id, version=1, seen_at=release.fetched_at, crawl=crawl_id, **columns
    )
    claims.begin(version)
    session.add_all([record, version])
    session.flush()
    index.learn(session, version, entries.roots if entries else None)
    bands = entries.bands if entries else None
    touched = duplicates.enter(session, record, version.text_hash, bands)
    advance(session, None, touched - {record})
    return record


def change(
    session: Session,
    record: ReleaseRecord,
    columns: dict[str, Any],
    seen_at: datetime,
    crawl_id: int | None,
) -> Literal["changed", "seen"]:
    """Another look at a release the archive has: `changed` where it found a wording more."""
    shown = versions.current(session, record)
    hashes = {shown.text_hash, columns["text_hash"]}
    touched = _note_sight(record, seen_at)
    added: Version | None = None
    with session.no_autoflush:  # the index must forget the text as it still stands in the table
        if shown.sha256 == columns["sha256"] and shown.seen_at <= seen_at:
            version_columns.read_again(shown, columns)
        else:
            index.forget(session, shown)
            added = versions.add(session, record, columns, seen_at, crawl_id)
            index.learn(session, versions.current(session, record))
        if modified := _modified(shown):
            index.forget(session, shown)
            session.flush()
            index.learn(session, shown)
    if touched or added or modified:
        exported = touched or added is not None or bool(modified - version_columns.UNEXPORTED)
        settle(session, record, hashes, exported)
    return "changed" if added else "seen"


def settle(session: Session, record: ReleaseRecord, hashes: set[str | None], changed: bool) -> None:
    """Sorts out the clusters a change touched, and numbers the records that changed."""
    others = duplicates.settle(session, hashes)
    if versions.current(session, record).text_hash is None and record.duplicate_of:
        duplicates.leave(record)
        changed = True
    advance(session, record if changed or record in others else None, others - {record})


def advance(session: Session, record: ReleaseRecord | None, others: set[ReleaseRecord]) -> None:
    """Numbers a record, and the others that changed with it, anew."""
    in_order = sorted(others, key=lambda other: other.id)
    change_sequence.advance(session, [record, *in_order] if record else in_order)


def _note_sight(record: ReleaseRecord, seen_at: datetime) -> bool:
    """Notes that the release stood at its source; True when the record changed by it."""
    earlier = seen_at < record.first_seen_at
    returned = record.gone_at is not None and seen_at >= record.gone_at
    if earlier:
        record.first_seen_at = seen_at
    if returned:
        record.gone_at = None
    record.last_seen_at = max(record.last_seen_at, seen_at)
    return earlier or returned


def _modified(version: Version) -> set[str]:
    return {
        attribute.key for attribute in inspect(version).attrs if attribute.history.has_changes()
    }
