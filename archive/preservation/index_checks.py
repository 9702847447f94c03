"""Checks of the indexes against what they were built from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database import rebuilds
from archive.database.connection import ArchiveError, open_file
from archive.fault import Fault
from archive.search import index


def check_copies(engine: Engine) -> Iterator[Fault]:
    """The index of copies and the clusters are as the texts would have them."""
    for sentence in unless_rebuilding(engine, "duplicates", copy_faults(engine)):
        yield Fault("copies", "sketches", sentence)


def check_search_index(engine: Engine) -> Iterator[Fault]:
    """The search index and the list of quoted people hold every current version."""
    people = unless_rebuilding(engine, "people", _search_faults(engine))
    for sentence in unless_rebuilding(engine, "search", people):
        yield Fault("index", "search_index", sentence)


def unless_rebuilding(engine: Engine, name: rebuilds.Index, check: Iterator[str]) -> Iterator[str]:
    """What a check of an index says; one sentence for an index that is being rebuilt."""
    with engine.connect() as connection:
        warning = rebuilds.warning(connection, name)
    if warning is None:
        yield from check
    else:
        yield warning.removesuffix(".")


def copy_faults(engine: Engine) -> Iterator[str]:
    """What is wrong with the index of copies and the clusters, a sentence each."""
    with Session(engine) as session:
        yield from duplicates.check(session)


def _search_faults(engine: Engine) -> Iterator[str]:
    """Checks a copy of the search index: SQLite needs write access for that, and so no crawl waits
    and a read-only archive can be checked too."""
    try:
        with TemporaryDirectory(prefix="arsip-verify-") as place:
            copy = Path(place) / "archive.db"
            with engine.connect() as connection, closing(sqlite3.connect(copy)) as target:
                original = connection.connection.driver_connection
                assert isinstance(original, sqlite3.Connection)
                original.backup(target)
            copied = open_file(copy, create=True)
            try:
                yield from index.check(copied)
            finally:
                copied.dispose()
    except (ArchiveError, OSError, sqlite3.Error) as error:
        yield f"The search index could not be checked: {error}"
