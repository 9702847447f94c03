"""The rows of a release: adding it, changing it, and what follows for its copies and its `seq`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, insert, inspect, select
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database import change_sequence
from archive.database.models import ReleaseRecord, Version, table_of
from archive.database.prepared_statements import Prepared
from archive.fingerprint import release_id
from archive.ingest import version_columns, versions
from archive.ingest.protocols import Entries, Sighted
from archive.search import index

_RELEASES = table_of(ReleaseRecord)
_KNOWN = Prepared(select(_RELEASES.c.id).where(_RELEASES.c.id == bindparam("wanted")))
_CRAWLED = Prepared(
    select(_RELEASES.c.id).where(_RELEASES.c.id == bindparam("wanted"), _RELEASES.c.crawled)
)
_COPY_OF = Prepared(select(_RELEASES.c.duplicate_of).where(_RELEASES.c.id == bindparam("wanted")))
_ADD_RELEASE = Prepared(
    insert(_RELEASES),
    ("id", "source", "url", "seq", "version", "first_seen_at", "last_seen_at", "crawled"),
)
_BY_PEOPLE = ("corrected", "corrections", "withheld", "suppressed")
_ADD_VERSION = Prepared(
    insert(table_of(Version)),
    [name for name in table_of(Version).c.keys() if name not in ("id", *_BY_PEOPLE)],  # noqa: SIM118
)
_SETTLED = ("duplicate_of", "similarity", "seq")
"""Columns written without a session."""


@dataclass(frozen=True, slots=True)
class Added:
    """A release that is new."""

    id: str
    seq: int
    duplicate_of: str | None


def is_known(connection: Connection, release: str) -> bool:
    """Whether the archive has a release, by its id."""
    return _KNOWN.row(connection, {"wanted": release}) is not None


def is_crawled(connection: Connection, release: str) -> bool:
    """Whether a crawl has seen a release, and not only web archives."""
    return _CRAWLED.row(connection, {"wanted": release}) is not None


def add(
    connection: Connection,
    release: Sighted,
    columns: dict[str, Any],
    crawl_id: int | None,
    entries: Entries | None = None,
) -> Added:
    """Adds a release with its first version. `entries`: its index entries, if already computed."""
    id_, seen_at = release_id(release.source, release.url), release.fetched_at
    seq = change_sequence.following(connection)
    _ADD_RELEASE.run(
        connection,
        {
            "id": id_,
            "source": release.source,
            "url": release.url,
            "seq": seq,
            "version": 1,
            "first_seen_at": seen_at,
            "last_seen_at": seen_at,
            "crawled": columns["via"] is None,
        },
    )
    version = columns | {"release": id_, "version": 1, "seen_at": seen_at, "crawl": crawl_id}
    version |= {
        "claim_on": columns["published_on"],
        "claim_at": columns["published_at"],
        "claim_seen_at": seen_at,
    }
    added = _ADD_VERSION.run(connection, version)
    assert added is not None
    roots = (
        entries.roots
        if entries
        else index.roots(*(columns[name] for name in version_columns.PRINTED))
    )
    index.enter(connection, added, columns["author_tags"], columns["quotes"], roots)
    bands = entries.bands if entries else None
    touched = duplicates.enter(connection, id_, columns["text_hash"], bands)
    change_sequence.advance(connection, sorted(touched - {id_}))
    copied = _COPY_OF.row(connection, {"wanted": id_}) if id_ in touched else None
    return Added(id_, seq, copied[0] if copied else None)


def change(
    session: Session,
    record: ReleaseRecord,
    columns: dict[str, Any],
    seen_at: datetime,
    crawl_id: int | None,
) -> Literal["changed", "seen"]:
    """Updates a known release after a fetch; `changed` if it has a new version."""
    shown = versions.current(session, record)
    hashes = {shown.text_hash, columns["text_hash"]}
    touched = _note_sight(record, seen_at)
    record.crawled = record.crawled or columns["via"] is None
    added: Version | None = None
    with session.no_autoflush:  # the index removes the text that is still in the table
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
    """Updates the clusters that a change affects, and numbers the records that changed."""
    session.flush()
    others = duplicates.settle(session.connection(), hashes)
    session.expire(record, _SETTLED)
    if versions.current(session, record).text_hash is None and record.duplicate_of:
        duplicates.leave(session.connection(), record.id)
        changed = True
    advance(session, record if changed or record.id in others else None, others - {record.id})


def advance(session: Session, record: ReleaseRecord | None, others: set[str]) -> None:
    """Gives a record, and the others (`id`) that changed with it, new numbers."""
    session.flush()
    first = [record.id] if record else []
    change_sequence.advance(session.connection(), [*first, *sorted(others)])
    if record:
        session.expire(record, _SETTLED)


def _note_sight(record: ReleaseRecord, seen_at: datetime) -> bool:
    """Notes that the release was at its source; True if the record changed by it."""
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
