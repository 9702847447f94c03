"""Explains errors of SQLite: what happened to which file, and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError, ArchiveLocked

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FAILURES = {
    sqlite3.SQLITE_BUSY: "is locked by another program; try again later",
    sqlite3.SQLITE_LOCKED: "is locked by another program; try again later",
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_PERM: "cannot be opened: permission denied",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: permission denied, or the folder is read-only",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk has failed or is full",
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_CORRUPT_VTAB: "has a damaged search index; `arsip reindex` rebuilds it",
    sqlite3.SQLITE_NOTADB: "is not an archive",
}


def explain(path: Path, error: BaseException) -> ArchiveError | None:
    """The sentence for an error that SQLite raised; None if it is a fault of this program."""
    code: Any = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    # The low byte is the kind of error, the rest where in SQLite.
    failure = _FAILURES.get(code, _FAILURES.get(code & 0xFF))
    if failure is None:
        return None
    kind = ArchiveLocked if code & 0xFF in _LOCKED else ArchiveError
    return kind(f"{path} {failure}")
