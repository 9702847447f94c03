"""Read-only access to the archive with a time limit per page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from sqlalchemy import Engine, event

from archive.database.connection import open_file

PATIENCE = 20.0
"""Seconds a page may read."""
_STEPS = 50_000
"""Of SQLite's machine, between two looks at the clock."""


@contextmanager
def reading(path: Path) -> Iterator[Engine]:
    """The archive for one page. Raises ArchiveError; a query that takes longer than `PATIENCE` ends
    as `interrupted`."""
    engine = open_file(path)
    until = monotonic() + PATIENCE

    @event.listens_for(engine, "connect")
    def only_read(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA query_only = ON")
        connection.set_progress_handler(lambda: int(monotonic() > until), _STEPS)

    engine.dispose()  # the connection that checked the schema is not one of these
    try:
        yield engine
    finally:
        engine.dispose()
