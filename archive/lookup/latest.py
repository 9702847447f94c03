"""The newest releases, and what was edited or withdrawn last. Each question reads a bounded part of
the archive, or an index that has no text in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, TextClause, select, text

from archive.database.column_types import utc_text
from archive.database.models import Version
from archive.database.views import releases

LAST = 20_000
"""Versions, or changed releases, among which what was edited or withdrawn is looked for."""

_NEWEST = text(
    """
    SELECT v.id FROM (
        SELECT id, release, version, published_on FROM versions
        WHERE published_on <= :tomorrow AND NOT suppressed
        ORDER BY published_on DESC, id DESC LIMIT :many
    ) AS v JOIN release_records AS r ON r.id = v.release AND r.version = v.version
    WHERE NOT EXISTS (SELECT 1 FROM moves WHERE moves.new = r.id)
    ORDER BY v.published_on DESC, v.id DESC LIMIT :few
    """
)
# From the end of the table on: the version that was added last has the greatest number.
_EDITED = text(
    """
    SELECT v.id FROM versions AS v JOIN release_records AS r
    ON r.id = v.release AND r.version = v.version
    WHERE v.version > 1 AND NOT v.suppressed AND v.id > (SELECT max(id) FROM versions) - :last
    ORDER BY v.id DESC LIMIT :few
    """
)
_WITHDRAWN = text(
    """
    SELECT v.id FROM (
        SELECT id, version, gone_at FROM release_records ORDER BY seq DESC LIMIT :last
    ) AS r JOIN versions AS v ON v.release = r.id AND v.version = r.version
    WHERE r.gone_at IS NOT NULL AND NOT v.suppressed
      AND NOT EXISTS (SELECT 1 FROM moves WHERE moves.old = r.id)
    ORDER BY r.gone_at DESC LIMIT :few
    """
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A release as a list shows it."""

    id: str
    source: str
    publisher: str
    published_on: date | None
    title: str
    duplicate_of: str | None
    moved_to: str | None
    moved_from: str | None
    versions: int
    flags: list[str]
    gone_at: str | None
    """UTC."""
    seen_at: str
    """When this version was first seen, UTC."""


def newest(connection: Connection, few: int, today: date) -> list[Entry]:
    """Published last; dates in the future, which are mistakes, do not count, nor do those of pages
    that a new system of a site prints for old releases."""
    tomorrow = (today + timedelta(days=1)).isoformat()
    return _entries(connection, _NEWEST, {"few": few, "many": 5 * few, "tomorrow": tomorrow})


def newly_edited(connection: Connection, few: int) -> list[Entry]:
    """Of which a new version was archived last."""
    return _entries(connection, _EDITED, {"few": few, "last": LAST})


def newly_withdrawn(connection: Connection, few: int) -> list[Entry]:
    """That were missed last."""
    return _entries(connection, _WITHDRAWN, {"few": few, "last": LAST})


def _entries(connection: Connection, query: TextClause, values: Mapping[str, Any]) -> list[Entry]:
    numbers: Sequence[int] = connection.scalars(query, values).all()
    columns = [releases.c[name] for name in Entry.__slots__ if name != "seen_at"]
    of_them = (
        select(*columns, Version.seen_at, Version.id.label("number"))
        .join(Version, Version.id == releases.c.version_id)
        .where(releases.c.version_id.in_(numbers))
    )
    found = {row["number"]: _entry(dict(row)) for row in connection.execute(of_them).mappings()}
    return [found[number] for number in numbers if number in found]


def _entry(row: dict[str, Any]) -> Entry:
    row.pop("number")
    gone_at: datetime | None = row["gone_at"]
    return Entry(
        **row | {"gone_at": gone_at and utc_text(gone_at), "seen_at": utc_text(row["seen_at"])}
    )
