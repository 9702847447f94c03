"""`seq`: a rising number for the whole archive, by which mirrors find what changed.

Only used inside a write transaction, so two writers cannot get the same number. Flush a session
before; objects it has loaded are not refreshed.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, update

from archive.database.models import ReleaseRecord, table_of
from archive.database.prepared_statements import Prepared

_RELEASES = table_of(ReleaseRecord)
_HIGHEST = Prepared(select(func.max(_RELEASES.c.seq)))
_NUMBER = Prepared(
    update(_RELEASES).where(_RELEASES.c.id == bindparam("id_")).values(seq=bindparam("number"))
)


def following(connection: Connection) -> int:
    """The number after the highest one so far. Releases are never deleted, so no number is used
    twice."""
    [(highest,)] = _HIGHEST.rows(connection, {})
    return (highest or 0) + 1


def advance(connection: Connection, changed: Iterable[str]) -> None:
    """Gives changed releases (`id`) new numbers, in the given order."""
    if in_order := list(changed):
        numbered = enumerate(in_order, start=following(connection))
        _NUMBER.run_all(connection, [{"id_": id_, "number": number} for number, id_ in numbered])


def advance_source(connection: Connection, source: str) -> None:
    """Gives all releases of a source new numbers, in their present order."""
    numbered = (
        select(
            _RELEASES.c.id,
            func.row_number().over(order_by=_RELEASES.c.seq).label("place"),
        )
        .where(_RELEASES.c.source == source)
        .subquery()
    )
    connection.execute(
        update(_RELEASES)
        .where(_RELEASES.c.id == numbered.c.id)
        .values(seq=following(connection) - 1 + numbered.c.place)
    )
