"""Enters the releases of an older archive in the log, in steps between which a crawl can write."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, text

from archive.database import rebuilds
from archive.database.transactions import let_others_write
from archive.proof import chain, log
from archive.proof.release_state import state_of

_STEP = 500
"""Releases per transaction: a fraction of a second."""
_OF_STEP = text("SELECT id FROM release_records WHERE rowid > :after AND rowid <= :to")


def begin(connection: Connection) -> None:
    """Notes that none is entered yet. What changes from here on enters with its change."""
    last = connection.scalar(text("SELECT max(rowid) FROM release_records"))
    if last:
        rebuilds.begin(connection, "events", last)


def complete(engine: Engine, between: Callable[[], object] = let_others_write) -> bool:
    """Enters those that are missing; returns whether any step was left to do, as
    `rebuilds.complete`. Raises ArchiveError."""
    return rebuilds.complete(engine, "events", _STEP, _enter, between)


def _enter(connection: Connection, after: int, to: int) -> None:
    for release in connection.scalars(_OF_STEP, {"after": after, "to": to}).all():
        state = state_of(connection, release)
        if state is not None and chain.last_of(connection, release) is None:
            log.enter(connection, release, state)
