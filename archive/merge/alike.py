"""Recognises releases of which the other archive has nothing new, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection

from archive.database.models import Attachment, AttachmentCapture, table_of
from archive.merge.rows import AMONG, Row, names, rows_among

_RECORDS = (
    "SELECT id, first_seen_at, last_seen_at, gone_at, crawled FROM release_records"  # noqa: S608
    f" WHERE id {AMONG}"
)
_DOCUMENT = names(table_of(Attachment), "release")
_STATE = names(table_of(AttachmentCapture), "release", "id", "crawl")
_ROWS = (
    "SELECT release, version, seen_at, sha256, capture_file, capture_offset, via FROM versions"  # noqa: S608
    f" WHERE release {AMONG} ORDER BY release, version",
    f"SELECT release, {', '.join(_DOCUMENT)} FROM attachments WHERE release {AMONG}"  # noqa: S608
    " ORDER BY release, url",
    f"SELECT release, {', '.join(_STATE)} FROM attachment_captures WHERE release {AMONG}"  # noqa: S608
    " ORDER BY release, url, seen_at, sha256",
)
_SEEN = "UPDATE release_records SET last_seen_at = ? WHERE id = ?"


class _Sights(NamedTuple):
    """A row of `release_records`."""

    first: str
    last: str
    gone_at: str | None
    crawled: int

    def add_nothing_to(self, own: _Sights) -> bool:
        """Whether they say nothing but when it was seen last."""
        still_there = self.gone_at is None and own.gone_at is None
        as_before = (self.last, self.gone_at) == (own.last, own.gone_at)
        return (
            own.first <= self.first and own.crawled >= self.crawled and (still_there or as_before)
        )


def note_alike(ours: Connection, theirs: Connection, releases: Collection[str]) -> list[str]:
    """Those whose versions and documents are the same in both archives, and which neither knows to
    be withdrawn at another time. When they were seen last is noted."""
    own, other = (_sights(archive, releases) for archive in (ours, theirs))
    rows_here, rows_there = (_rows(archive, releases) for archive in (ours, theirs))
    alike = [
        id_
        for id_, sights in other.items()
        if id_ in own and sights.add_nothing_to(own[id_]) and rows_there[id_] == rows_here[id_]
    ]
    later = [(other[id_].last, id_) for id_ in alike if other[id_].last > own[id_].last]
    if later:
        ours.exec_driver_sql(_SEEN, later)
    return alike


def _sights(archive: Connection, releases: Collection[str]) -> dict[str, _Sights]:
    return {id_: _Sights(*row) for id_, *row in rows_among(archive, _RECORDS, releases)}


def _rows(archive: Connection, releases: Collection[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for query in _ROWS:
        for id_, *row in rows_among(archive, query, releases):
            found[id_].append(tuple(row))
    return found
