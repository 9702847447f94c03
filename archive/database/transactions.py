"""How long work on an archive is divided into transactions: in steps between which others write, or
all in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from sqlalchemy import Connection, Engine

from archive.database.connection import writing

_PAUSE = 0.15
"""Seconds between two steps. A program that waits for SQLite's write lock looks for it every tenth
of a second: with a shorter pause it could miss each of them."""

_STEP = 0.1
"""Seconds that a step should take. What it takes depends on the texts, and on what else the machine
does, so that the number of rows follows from the time that the last step took."""


class Pace:
    """How many rows the next step may have."""

    def __init__(self, most: int, seconds: float = _STEP) -> None:
        """`seconds`: what a step should take."""
        self._most = most
        self._seconds = seconds
        self.rows = max(1, most // 10)

    def follow(self, seconds: float) -> None:
        """After a step that took so long: the next one may have at most twice as many."""
        fitting = int(self.rows * min(self._seconds / seconds, 2)) if seconds else self._most
        self.rows = max(1, min(fitting, self._most))


def let_others_write() -> None:
    """Gives every program that waits for its turn the time to take it."""
    sleep(_PAUSE)


class Turns:
    """Gives others their turn between short transactions, once they have waited for a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = monotonic()

    def give(self) -> None:
        """Called when nothing is locked."""
        if monotonic() - self._since > self._seconds:
            let_others_write()
            self._since = monotonic()


class InSteps:
    """Each step is a transaction of its own."""

    def __init__(self, engine: Engine, between: Callable[[], object] = let_others_write) -> None:
        """`between`: called after each step, when nothing is locked."""
        self._engine = engine
        self._between = between
        self.seconds = 0.0
        """How long others had to wait for the last step, its commit included."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Reads one state of the archive; others write meanwhile."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Others wait: for a step that takes a fraction of a second."""
        with writing(self._engine) as connection:
            began = monotonic()
            yield connection
        self.seconds = monotonic() - began
        self._between()

    @contextmanager
    def emptying(self) -> Iterator[Connection]:
        """A step that deletes all rows of tables. SQLite drops whole pages then, but only where no
        foreign key is checked, which would look at each row, and where pages are not overwritten:
        of a large table that is as much to write as there was."""
        with self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = OFF")
            [overwriting] = driver.execute("PRAGMA secure_delete").fetchone()
            driver.execute("PRAGMA secure_delete = OFF")
            try:
                with connection.execution_options(archive_begin="BEGIN IMMEDIATE").begin():
                    yield connection
            finally:
                driver.execute("PRAGMA foreign_keys = ON")
                driver.execute(f"PRAGMA secure_delete = {overwriting}")
        self._between()


class AtOnce:
    """All steps are part of the transaction that a connection is in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.seconds = 0.0

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The connection."""
        yield self._connection

    reading = emptying = writing


Transactions = InSteps | AtOnce
