"""The table `sketches`: one row per text, however many releases have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from archive.database.models import Sketch, table_of
from archive.database.prepared_statements import Prepared

_TABLE = table_of(Sketch)
_COLUMNS = (_TABLE.c.id, _TABLE.c.text_hash, _TABLE.c.bands, _TABLE.c.first, _TABLE.c.leader)
_BY_HASH = Prepared(select(*_COLUMNS).where(_TABLE.c.text_hash == bindparam("wanted")))
_BY_NUMBER = select(*_COLUMNS).where(_TABLE.c.id.in_(bindparam("wanted", expanding=True)))
_FOLLOWERS = Prepared(select(_TABLE.c.id).where(_TABLE.c.leader == bindparam("wanted")))
_INSERT = Prepared(insert(_TABLE), ("text_hash", "algorithm", "bands", "first", "leader"))
_UPDATE = Prepared(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("wanted"))
    .values(first=bindparam("first_"), leader=bindparam("leader_"))
)
_DELETE = delete(_TABLE).where(_TABLE.c.id == bindparam("wanted"))
_BATCH = 500
"""Texts per query."""


@dataclass(slots=True)
class SketchRow:
    """A row of `sketches`."""

    id: int
    text_hash: str
    bands: list[int]
    first: str
    leader: int | None


def find(connection: Connection, text_hash: str) -> SketchRow | None:
    """The sketch of a text; None if it is not in the archive."""
    row = _BY_HASH.row(connection, {"wanted": text_hash})
    return SketchRow(*row) if row else None


def load(connection: Connection, numbers: list[int]) -> Iterator[list[SketchRow]]:
    """The sketches with these numbers, a few hundred at a time; missing ones are left out."""
    for start in range(0, len(numbers), _BATCH):
        rows = connection.execute(_BY_NUMBER, {"wanted": numbers[start : start + _BATCH]})
        yield [SketchRow(*row) for row in rows]


def followers(connection: Connection, number: int) -> list[int]:
    """The numbers of the texts that are copies of this one."""
    return [follower for (follower,) in _FOLLOWERS.rows(connection, {"wanted": number})]


def add(
    connection: Connection, text_hash: str, algorithm: int, bands: Iterable[int], first: str
) -> SketchRow:
    """Adds a text as a leader."""
    values: dict[str, Any] = {"text_hash": text_hash, "bands": list(bands), "first": first}
    added = _INSERT.run(connection, values | {"algorithm": algorithm, "leader": None})
    assert added is not None
    return SketchRow(id=added, leader=None, **values)


def change(connection: Connection, row: SketchRow, first: str, leader: int | None) -> None:
    """Updates who has the text first, and its leader, if they changed."""
    if (row.first, row.leader) != (first, leader):
        row.first, row.leader = first, leader
        _UPDATE.run(connection, {"wanted": row.id, "first_": first, "leader_": leader})


def remove(connection: Connection, row: SketchRow) -> None:
    """Removes a text, which must have no copies."""
    connection.execute(_DELETE, {"wanted": row.id})
