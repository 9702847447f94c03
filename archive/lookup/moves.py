"""The addresses that a release has had."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.orm import aliased

from archive.database.column_types import utc_text
from archive.database.models import MoveRow, ReleaseRecord, table_of
from archive.database.prepared_statements import Prepared

_MOVES = table_of(MoveRow)
_ORIGIN = Prepared(
    select(_MOVES.c.origin).where(
        or_(_MOVES.c.old == bindparam("wanted"), _MOVES.c.new == bindparam("wanted"))
    )
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A release that its site has given another address."""

    old: str
    old_url: str
    new: str
    new_url: str
    at: str
    """Since when it is known at the new address, and not at the old one (UTC)."""
    how: str
    """What shows it: `redirect`, `host`, `gone`."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def moves_of(connection: Connection, release: str) -> list[Moved]:
    """All moves of a release, by its id under any of its addresses, the first one first."""
    origin = _ORIGIN.row(connection, {"wanted": release})
    if origin is None:
        return []
    old, new = aliased(ReleaseRecord), aliased(ReleaseRecord)
    rows = connection.execute(
        select(MoveRow.old, old.url, MoveRow.new, new.url, MoveRow.at, MoveRow.how)
        .join(old, old.id == MoveRow.old)
        .join(new, new.id == MoveRow.new)
        .where(MoveRow.origin == origin[0])
        .order_by(new.first_seen_at)
    )
    return [Moved(*row[:4], at=utc_text(row.at), how=row.how) for row in rows]
