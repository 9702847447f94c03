"""Follows an archive with a table of your own: `python docs/mirror.py mirror.db changes.jsonl…`

Each file is an export, the first one whole and each later one what changed since. A record that is
there already is replaced, since it was edited or withdrawn. Only what was taken down is deleted.
Needs nothing but Python, and does the same again when it is given the same file twice."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path


def mirror(connection: sqlite3.Connection, lines: Iterable[str]) -> int:
    """Takes over the records of one export, all or none; returns how many."""
    number = 0
    with connection:
        for line in lines:
            record = json.loads(line)
            number += 1
            if record["suppressed"]:
                _take_down(connection, record["id"])
                continue
            names = ", ".join(record)
            connection.execute(f"CREATE TABLE IF NOT EXISTS releases ({names}, PRIMARY KEY (id))")
            marks = ", ".join("?" * len(record))
            connection.execute(
                f"INSERT OR REPLACE INTO releases ({names}) VALUES ({marks})",  # noqa: S608
                [_plain(value) for value in record.values()],
            )
    return number


def _take_down(connection: sqlite3.Connection, release: str) -> None:
    connection.execute("PRAGMA secure_delete = ON")
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'releases'").fetchone():
        connection.execute("DELETE FROM releases WHERE id = ?", (release,))


def _plain(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


if __name__ == "__main__":
    archive, *exports = sys.argv[1:]
    database = sqlite3.connect(archive)
    for export in exports:
        with Path(export).open(encoding="utf-8") as file:
            print(f"{mirror(database, file):,} records from {export}")
    database.close()
