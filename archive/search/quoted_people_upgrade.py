"""Enters the people whom an older archive quotes, in steps between which a crawl can write."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, select

from archive.database import rebuilds
from archive.database.models import Version, table_of
from archive.database.transactions import let_others_write
from archive.search import index

_STEP = 2_000
"""Versions per transaction: a fraction of a second, whether they quote anybody or not."""
_VERSIONS = table_of(Version)


def begin(connection: Connection) -> None:
    """Notes that nobody is entered yet. What is stored from here on is entered with its version."""
    rebuilds.begin(connection, "people", connection.scalar(select(func.max(_VERSIONS.c.id))) or 0)


def complete(engine: Engine, between: Callable[[], object] = let_others_write) -> bool:
    """Enters those who are missing; returns whether any step was left to do, as
    `rebuilds.complete`. Raises ArchiveError."""
    return rebuilds.complete(engine, "people", _STEP, index.enter_quoted_people, between)
