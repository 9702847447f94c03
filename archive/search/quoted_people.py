"""Enters the people whom an older archive quotes, in steps between which a crawl can write."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, select

from archive.database import rebuilds
from archive.database.models import Version, table_of
from archive.database.transactions import InSteps, let_others_write
from archive.search import index

_STEP = 2_000
"""Versions per transaction: a fraction of a second, whether they quote anybody or not."""
_VERSIONS = table_of(Version)


def begin(connection: Connection) -> None:
    """Notes that nobody is entered yet. What is stored from here on is entered with its version."""
    rebuilds.begin(connection, "people", connection.scalar(select(func.max(_VERSIONS.c.id))) or 0)


def complete(engine: Engine, between: Callable[[], object] = let_others_write) -> bool:
    """Enters those who are missing, the newest first; returns whether any step was left to do. Each
    step notes how far it came, so an interrupted run goes on there. `between`: called after each
    step, when nothing is locked. Raises ArchiveError."""
    steps = InSteps(engine, between)
    with steps.reading() as connection:
        if rebuilds.left(connection, "people") is None:
            return False
    while True:
        with steps.writing() as connection:
            left = rebuilds.left(connection, "people")
            if not left:
                rebuilds.end(connection, "people")
                return True
            step = min(_STEP, left)
            index.enter_quoted_people(connection, left - step, left)
            rebuilds.progress(connection, "people", step)
