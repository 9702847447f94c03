"""Merges one release: its row, its versions, and what follows for index, copies and `seq`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database import change_sequence
from archive.database.models import ReleaseRecord, Version, table_of
from archive.duplicates import text_dates
from archive.ingest import release_rows, versions
from archive.merge.version_history import History, Wording, merged_gone_at, merged_wordings
from archive.search import index

_RELEASES, _VERSIONS = table_of(ReleaseRecord), table_of(Version)
_OWN = ("id", "release", "version", "crawl")
"""Columns of a version that are this archive's own."""

Outcome = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class OtherRelease:
    """A release in the other archive."""

    record: Mapping[str, Any]
    """Its row in `release_records`."""
    versions: Sequence[Mapping[str, Any]]
    """Its rows in `versions`, in their order; `crawl` is this archive's number."""
    roots: index.Roots | None = None
    """Word roots of the current version; None: not computed there."""
    bands: dict[str, list[int]] = field(default_factory=dict)
    """Bands by `text_hash`, as far as they are computed there."""


def merge_release(connection: Connection, other: OtherRelease) -> Outcome:
    """Adds a release, or its versions to those that are here."""
    if not release_rows.is_known(connection, other.record["id"]):
        _add(connection, other)
        return "new"
    with Session(connection) as session:
        changed = _Known(session, other).merge()
        session.flush()
    return "changed" if changed else "same"


def _add(connection: Connection, other: OtherRelease) -> None:
    id_ = other.record["id"]
    alone = {
        "duplicate_of": None,
        "similarity": None,
        "seq": change_sequence.following(connection),
    }
    connection.execute(insert(_RELEASES), {**other.record, **alone})
    for version in other.versions:
        values = {name: value for name, value in version.items() if name != "id"}
        added = connection.execute(insert(_VERSIONS), values).inserted_primary_key
    assert added is not None
    current = other.versions[-1]
    printed = (current[name] for name in ("title", "dateline", "body", "byline"))
    roots = other.roots or index.roots(*printed)
    index.enter(connection, added[0], current["author_tags"], current["quotes"], roots)
    hashed = current["text_hash"]
    touched = duplicates.enter(connection, id_, hashed, other.bands.get(hashed))
    change_sequence.advance(connection, sorted(touched - {id_}))


class _Known:
    """A release that both archives have."""

    def __init__(self, session: Session, other: OtherRelease) -> None:
        self._session = session
        self._record = session.get_one(ReleaseRecord, other.record["id"])
        self._own = {version.id: version for version in versions.in_order(session, self._record)}
        self._other = other
        self._mine = History(
            [_wording(_columns(version), is_own=True) for version in self._own.values()],
            self._record.last_seen_at,
            self._record.gone_at,
        )
        record = other.record
        self._theirs = History(
            [_wording(version, is_own=False) for version in other.versions],
            record["last_seen_at"],
            record["gone_at"],
        )

    def merge(self) -> bool:
        """Whether there was anything new."""
        wanted = merged_wordings(self._mine, self._theirs)
        is_news = [*map(_written, wanted)] != [*map(_written, self._mine.wordings)]
        is_exported = self._note_sights() or is_news
        if is_news:
            record = self._record
            shown = versions.current(self._session, record)
            hashes = {shown.text_hash}
            index.forget(self._session, shown)
            self._put(wanted)
            current = versions.current(self._session, record)
            index.learn(self._session, current)
            hashes |= {current.text_hash}
            release_rows.settle(self._session, record, hashes, changed=True)
        elif is_exported:
            release_rows.advance(self._session, self._record, set())
        return is_exported

    def _note_sights(self) -> bool:
        """Whether the record changed."""
        record, other = self._record, self._other.record
        before = (record.first_seen_at, record.gone_at, record.crawled)
        record.first_seen_at = min(record.first_seen_at, other["first_seen_at"])
        record.last_seen_at = max(record.last_seen_at, other["last_seen_at"])
        record.crawled = record.crawled or other["crawled"]
        record.gone_at = merged_gone_at(self._mine, self._theirs)
        return (record.first_seen_at, record.gone_at, record.crawled) != before

    def _put(self, wanted: Sequence[Wording]) -> None:
        """Writes the rows anew in their order, through negative numbers, since those are unique."""
        kept: list[Version] = []
        for number, wording in enumerate(wanted, start=1):
            version = self._own.pop(wording.columns["id"], None) if wording.is_own else None
            if version is None:
                version = Version(release=self._record.id, crawl=wording.columns["crawl"])
            values = {name: v for name, v in wording.columns.items() if name not in _OWN}
            for name, value in (values | {"seen_at": wording.seen_at}).items():
                if getattr(version, name) != value:
                    setattr(version, name, value)
            version.version = -number
            self._session.add(version)
            kept.append(version)
        for dropped in self._own.values():
            self._session.delete(dropped)
        self._session.flush()
        for number, version in enumerate(kept, start=1):
            version.version = number
        self._record.version = len(kept)
        if wanted[0].columns["version"] != 1:
            text_dates.begin(kept[0])
        text_dates.inherit(kept)
        self._session.flush()


def _wording(columns: Mapping[str, Any], *, is_own: bool) -> Wording:
    return Wording(columns["seen_at"], columns["sha256"], dict(columns), is_own)


def _columns(version: Version) -> dict[str, Any]:
    return {column.key: getattr(version, column.key) for column in _VERSIONS.columns}


def _written(wording: Wording) -> tuple[Any, ...]:
    names = ("sha256", "capture_file", "capture_offset", "via")
    return (wording.seen_at, *(wording.columns[name] for name in names))
