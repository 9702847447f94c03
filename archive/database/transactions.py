"""How long work on an archive is divided into transactions: in steps between which others write, or
all in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep

from sqlalchemy import Connection, Engine

from archive.database.connection import writing

_PAUSE = 0.15
"""Seconds between two steps. A program that waits for SQLite's write lock looks for it every tenth
of a second: with a shorter pause it could miss each of them."""


def let_others_write() -> None:
    """Gives every program that waits for its turn the time to take it."""
    sleep(_PAUSE)


class InSteps:
    """Each step is a transaction of its own."""

    def __init__(self, engine: Engine, between: Callable[[], object] = let_others_write) -> None:
        """`between`: called after each step, when nothing is locked."""
        self._engine = engine
        self._between = between

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Reads one state of the archive; others write meanwhile."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Others wait: for a step that takes a fraction of a second."""
        with writing(self._engine) as connection:
            yield connection
        self._between()

    @contextmanager
    def emptying(self) -> Iterator[Connection]:
        """A step that deletes all rows of tables. SQLite drops whole pages then, but only where no
        foreign key is checked; such a check would look at each row."""
        with self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.execution_options(archive_begin="BEGIN IMMEDIATE").begin():
                    yield connection
            finally:
                driver.execute("PRAGMA foreign_keys = ON")
        self._between()


class AtOnce:
    """All steps are part of the transaction that a connection is in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The connection."""
        yield self._connection

    reading = emptying = writing


Transactions = InSteps | AtOnce
