"""Checks that captures are complete and that the tables agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError

from archive.captures import integrity
from archive.captures.recovery import left_open
from archive.curation import corrections, shown_rows
from archive.curation.corrections_file import BadCorrections, read_corrections
from archive.database import rebuilds
from archive.database.models import ReleaseRecord, Version
from archive.errors import ValueDamaged
from archive.fault import Fault
from archive.preservation import clock_repair
from archive.preservation.index_checks import check_copies, check_search_index
from archive.preservation.table_checks import (
    check_clusters,
    check_database,
    check_frontier,
    check_version_counts,
)
from archive.proof import capture_files
from archive.proof.stamp_check import Stamps, check_stamps
from archive.proof.verification import check_chains, check_releases

_UNAPPLIED = "corrected in the file, not in the archive; `arsip correct` applies it"
_REMEDY = "`verify --repair` repairs it"


@dataclass(slots=True)
class Counted:
    """What was checked."""

    releases: int = 0
    versions: int = 0
    captures: int = 0
    """Versions and rejected pages whose records are as they were written."""
    read: integrity.Counted = field(default_factory=integrity.Counted)
    """Contents of the capture files."""
    uncaptured: int = 0
    """Versions archived without a capture (`--no-capture`): nothing to compare."""
    proof: Stamps = field(default_factory=Stamps)
    """What the time stamps cover."""


def verify(
    engine: Engine, folder: Path, counted: Counted, roots: Sequence[Any] = ()
) -> Iterator[Fault]:
    """Yields everything that is wrong. `roots`: certificates to which those of time stamps must
    lead. Raises ArchiveError."""
    with engine.connect() as connection:
        counted.releases = connection.scalar(select(func.count()).select_from(ReleaseRecord)) or 0
        counted.versions = connection.scalar(select(func.count()).select_from(Version)) or 0
        checks = {
            "the database": check_database(connection),
            "the numbers of versions": check_version_counts(connection),
            "the clusters": check_clusters(connection),
            "the frontier": check_frontier(connection),
            "the clocks of crawls": _clocks(connection, folder),
            "the log": chain(
                check_chains(connection), check_stamps(connection, roots, counted.proof)
            ),
            "the releases against the log": _releases(connection, counted.proof),
            "what is shown": _shown(connection),
            "the captures": _captures(connection, folder, counted),
            "the capture files": capture_files.check(connection, folder),
        }
        for what, check in checks.items():
            yield from _until_damaged(what, check)
    yield from _until_damaged("the copies", check_copies(engine))
    yield from _until_damaged("the search index", check_search_index(engine))
    if folder.is_dir():
        for path in left_open(folder):
            sentence = f"was left open by a program that was killed; {_REMEDY}"
            yield Fault("torn", path.name, sentence)


def verify_corrections(engine: Engine, file: Path) -> Iterator[Fault]:
    """Corrections that fit nothing; and those in the file, if there is one, that are not those of
    the archive. Raises ArchiveError."""
    yield from _until_damaged("the corrections", _corrections(engine, file))


def _corrections(engine: Engine, file: Path) -> Iterator[Fault]:
    with engine.connect() as connection:
        archived = corrections.corrections(connection)
        for release, sentence in corrections.unfitting(connection, archived):
            yield Fault("correction", release, sentence)
    try:
        written = read_corrections(file) if file.exists() else archived
    except BadCorrections as error:
        for line in str(error).splitlines():
            yield Fault("correction", str(file), line.removesuffix("."))
        return
    for one in written:
        if one not in archived:
            yield Fault("correction", one.release, f"{one.field} is {_UNAPPLIED}")


def _until_damaged(what: str, check: Iterator[Fault]) -> Iterator[Fault]:
    """A check, and a fault where it ends early: at a value that this program never writes. The
    other checks go on."""
    try:
        yield from check
    except (ValueDamaged, ValueError, TypeError, LookupError, RecursionError) as error:
        yield _ended(what, f"{type(error).__name__}: {error}")
    except OperationalError as error:
        # No JSON where JSON should be; other codes are no fault of a value: locked, unreadable.
        if getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR:
            raise
        yield _ended(what, str(error.orig))


def _ended(what: str, reason: str) -> Fault:
    detail = f"could not be checked to the end ({' '.join(reason.split())[:200]})"
    return Fault("integrity", what, detail)


def _clocks(connection: Connection, folder: Path) -> Iterator[Fault]:
    for where, sentence in clock_repair.wrong(connection, folder, datetime.now(UTC)):
        yield Fault("clock", where, f"{sentence}; {_REMEDY}")


def _releases(connection: Connection, stamps: Stamps) -> Iterator[Fault]:
    warning = rebuilds.warning(connection, "events")
    if warning is not None:
        yield Fault("event", "the log", warning.removesuffix("."))
        return
    yield from check_releases(connection, stamps)


def _shown(connection: Connection) -> Iterator[Fault]:
    """What is shown of releases that people corrected or took down follows from what was read."""
    for release, sentence in shown_rows.wrongly_shown(connection):
        yield Fault("shown", release, sentence)


def _captures(connection: Connection, folder: Path, counted: Counted) -> Iterator[Fault]:
    uncaptured = select(func.count()).where(Version.capture_file.is_(None))
    counted.uncaptured = connection.scalar(uncaptured) or 0
    yield from integrity.check(connection, folder, counted.read)
    counted.captures = counted.read.needed
