"""Enters the releases of an older archive in the log, in steps between which a crawl can write."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, text

from archive.database import rebuilds
from archive.database.transactions import InSteps, let_others_write
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
    """Enters those that are missing, the newest first; returns whether any step was left to do.
    Each step notes how far it came, so an interrupted run goes on there. `between`: called after
    each step, when nothing is locked. Raises ArchiveError."""
    steps = InSteps(engine, between)
    with steps.reading() as connection:
        if rebuilds.left(connection, "events") is None:
            return False
    while True:
        with steps.writing() as connection:
            left = rebuilds.left(connection, "events")
            if not left:
                rebuilds.end(connection, "events")
                return True
            step = min(_STEP, left)
            rows = connection.execute(_OF_STEP, {"after": left - step, "to": left})
            for release in rows.scalars().all():
                state = state_of(connection, release)
                if state is not None and chain.last_of(connection, release) is None:
                    log.enter(connection, release, state)
            rebuilds.progress(connection, "events", step)
