"""Opens an archive. Everything specific to SQLite, and every way it can fail."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError

from archive.database import migrate
from archive.database.column_types import json_text, parsed_json
from archive.database.failures import explain
from archive.errors import ArchiveError as ArchiveError
from archive.errors import ArchiveLocked as ArchiveLocked

PATIENCE = 30.0
"""Seconds to wait for another writer."""

_MOMENT = 0.05
"""Seconds between two attempts where SQLite does not wait itself."""

_BULK_CACHE = 64 * 1024
"""KiB of pages in memory during bulk writes; a transaction that changes more writes some twice."""

_BULK_LOG = 64_000
"""Pages in the write-ahead log (250 MiB) before they are copied into the archive's file."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""The beginning of a URL, not of a path: a Windows drive has one letter."""

_IN_URLS = re.compile(r"[?\0]|%[0-9A-Fa-f]{2}")
"""Parts of a URL that SQLAlchemy interprets: options, and encoded bytes."""


def open_archive(
    url: str, *, create: bool = False, patience: float = PATIENCE, older_is_fine: bool = False
) -> Engine:
    """Opens and checks the archive at a path or a SQLAlchemy URL such as `sqlite:///archive.db`.

    With `create` it is opened for writing, and created if it is missing or empty; without,
    reading works from a read-only folder too. A file that is not an archive is never written to.
    `patience`: seconds to wait for another writer. `older_is_fine`: also open one that an older
    version of the program wrote, to copy it as it is. Raises ArchiveError."""
    return open_file(
        archive_path(url), create=create, patience=patience, older_is_fine=older_is_fine
    )


def open_file(
    path: Path, *, create: bool = False, patience: float = PATIENCE, older_is_fine: bool = False
) -> Engine:
    """As `open_archive`, for a path. Raises ArchiveError."""
    check_path(path, create)
    engine = make_engine(path, patience, create)
    try:
        with engine.connect() as connection:
            check_schema(connection, path, create, older_is_fine)
        if create:
            _prepare(engine, patience)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A write transaction: it holds the write lock from its beginning, so that what it reads
    cannot change before it writes. Committed at the end, rolled back by an exception."""
    with (
        engine.connect() as connection,
        connection.execution_options(archive_begin="BEGIN IMMEDIATE").begin(),
    ):
        yield connection


def prepare_for_bulk(engine: Engine) -> None:
    """Sets SQLite up for a long series of large transactions that can be run again. In a large
    archive each release changes a hundred pages all over the file, which otherwise are written to
    the disk several times. A power cut may undo the last transactions; it damages nothing."""
    event.listen(engine, "connect", _set_up_bulk)
    engine.dispose()  # connections opened before


def archive_path(url: str) -> Path:
    """The file that a path or an archive URL names, links resolved: one archive has one path,
    and so one lock. Raises ArchiveError."""
    if url and not _SCHEME.match(url) and "\0" not in url and url != ":memory:":
        return Path(os.path.realpath(url))
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ArchiveError(
            f"{url!r} names no archive; write a path such as archive.db, or sqlite:///archive.db"
        ) from None
    if parsed.get_backend_name() != "sqlite":
        shown = parsed.render_as_string(hide_password=True)
        raise ArchiveError(f"{shown}: only SQLite archives are supported")
    if read_otherwise := _IN_URLS.search(url):
        raise ArchiveError(
            f"{url!r} holds {read_otherwise.group()!r}, which has another meaning in a URL than "
            "in a file name; rename the file"
        )
    if not parsed.database or parsed.database == ":memory:" or parsed.host:
        raise ArchiveError(f"{url!r} names no file; write sqlite:///archive.db")
    return Path(os.path.realpath(parsed.database))


def check_path(path: Path, create: bool) -> None:
    if path.is_dir():
        raise ArchiveError(f"{path} is a folder, not an archive")
    if not create and not path.exists():
        raise ArchiveError(f"There is no archive at {path}; a crawl creates one")
    if create and not path.parent.is_dir():
        raise ArchiveError(f"{path} cannot be created: there is no folder {path.parent}")
    if create and path.exists() and path.stat().st_nlink > 1:
        raise ArchiveError(
            f"{path} has another name (a hard link), and SQLite would keep a log for each; make a "
            "copy of it with `arsip backup`"
        )
    for target in (path, path.parent):
        if create and target.exists() and not os.access(target, os.W_OK):
            raise ArchiveError(f"{path} cannot be written: {target} is read-only")


def make_engine(path: Path, patience: float, create: bool) -> Engine:
    query = {"uri": "true", "mode": "rwc" if create else "rw"}
    if not create and stands_still(path):
        query = {"uri": "true", "immutable": "1"}
    engine = create_engine(
        URL.create("sqlite", database="file:" + quote(str(path)), query=query),
        connect_args={"timeout": patience},
        json_serializer=json_text,
        json_deserializer=parsed_json,
    )
    event.listen(engine, "connect", _set_up_connection)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", partial(_explain, path))
    return engine


def stands_still(path: Path) -> bool:
    """Whether a file can be read without writing. In WAL mode even a reader creates files next
    to the archive. In a read-only folder, SQLite can still read a file without a write-ahead
    log."""
    wal = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not wal.exists()


def _set_up_connection(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # or Python's driver begins transactions itself
    connection.execute("PRAGMA foreign_keys = ON")


def _set_up_bulk(connection: sqlite3.Connection, _: object) -> None:
    connection.execute(f"PRAGMA cache_size = -{_BULK_CACHE}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_BULK_LOG}")
    connection.execute("PRAGMA synchronous = NORMAL")  # the log is flushed at checkpoints only


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("archive_begin", "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)


def _explain(path: Path, context: ExceptionContext) -> ArchiveError | None:
    """The error for SQLAlchemy to raise instead; None: the original one."""
    return explain(path, context.original_exception)


def check_schema(
    connection: Connection, path: Path, create: bool = False, older_is_fine: bool = False
) -> None:
    tables = _tables(connection)
    if not tables:  # also left by a program killed while creating an archive
        if create:
            return
        raise ArchiveError(f"{path} is empty: not an archive yet; a crawl creates one")
    if not {"alembic_version", "release_records"} <= tables:
        raise ArchiveError(f"{path} is not an archive: it is a database of another program")
    revision = migrate.current(connection)
    if revision is None or not migrate.known(revision):
        raise ArchiveError(
            f"{path} was written by a newer version of this program (schema {revision}); "
            "update the program to open it"
        )
    if revision != migrate.head() and not older_is_fine:
        raise ArchiveError(
            f"{path} was written by an older version of this program (schema {revision}); "
            "run `arsip upgrade` first"
        )


def _prepare(engine: Engine, patience: float) -> None:
    """Creates the archive if there is none, and makes it ready to be written."""
    _keep_a_log(engine, monotonic() + patience)
    with writing(engine) as connection:
        if not _tables(connection):
            migrate.create(connection)


def _keep_a_log(engine: Engine, until: float) -> None:
    """Sets WAL mode. SQLite itself does not wait for another writer here, since it reads first
    and then requests the lock (`sqlite3BtreeSetVersion`), so two programs creating one archive
    may collide."""
    while True:
        try:
            with engine.connect() as connection:
                # Not allowed inside a transaction.
                connection.execution_options(archive_begin=None)
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
        except ArchiveLocked:
            if monotonic() > until:
                raise
            sleep(_MOMENT)


def _tables(connection: Connection) -> set[str]:
    return set(connection.execute(text("SELECT name FROM sqlite_master")).scalars())
