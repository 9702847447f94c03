"""The list of what was taken down as a file beside the captures: a new archive made from them must
not bring anything back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from archive.atomic_file import whole_file
from archive.curation.takedown import TABLE, add
from archive.database.column_types import json_text, stored_moment, utc_text
from archive.database.connection import ArchiveError, writing

NAME = "suppressions.jsonl"
_MOMENTS = ("seen_at", "made_at")


def keep(engine: Engine, captures: Path) -> int:
    """Makes the list in the archive and the one beside the captures the same: each gets what only
    the other has. Returns how many rows the archive got. Raises ArchiveError, OSError."""
    path = captures / NAME
    beside = _read(path)
    with engine.connect() as connection:
        new = beside.keys() - _archived(connection).keys()
    if new:
        with writing(engine) as connection:
            add(connection, [beside[id_] for id_ in beside if id_ in new])
    with engine.connect() as connection:
        archived = _archived(connection)
    if archived.keys() - beside.keys():
        captures.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.writelines(f"{_line(row)}\n".encode() for row in archived.values())
    return len(new)


def _archived(connection: Connection) -> dict[str, dict[str, Any]]:
    rows = connection.execute(select(TABLE).order_by(TABLE.c.made_at, TABLE.c.id)).mappings()
    return {row["id"]: dict(row) for row in rows}


def _line(row: dict[str, Any]) -> str:
    stamps = {name: row[name] and utc_text(row[name]) for name in _MOMENTS}
    return json_text(row | stamps)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    if not path.exists():
        return rows
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            row |= {name: row[name] and stored_moment(row[name]) for name in _MOMENTS}
            if row.keys() != set(TABLE.c.keys()):
                raise ValueError(line)
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{path}:{number} is no line of a list of suppressions") from error
        rows[row["id"]] = row
    return rows
