"""Checks that captures are complete and that the tables agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, func, or_, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from archive import duplicates
from archive.captures import integrity
from archive.captures.reader import Unreadable, answers, locate, read_at
from archive.captures.recovery import left_open, mend
from archive.curation import corrections, shown_rows
from archive.curation.corrections_file import BadCorrections, read_corrections
from archive.database import rebuilds
from archive.database.connection import ArchiveError, open_file, writing
from archive.database.models import Address, AttachmentCapture, Rejection, ReleaseRecord, Version
from archive.errors import ValueDamaged
from archive.preservation import clock_repair
from archive.proof import capture_files
from archive.proof.stamp_check import Stamps, check_stamps
from archive.proof.verification import check_chains, check_releases
from archive.search import index
from archive.search.rebuild import rebuild as rebuild_index

_BATCH = 500
_CAPTURED: dict[str, Any] = {
    table.__tablename__: table for table in (Version, Rejection, AttachmentCapture)
}
_OF_RECORD = "SELECT name, id FROM missing WHERE record = ?"
_UNAPPLIED = "corrected in the file, not in the archive; `arsip correct` applies it"
_REMEDY = "`verify --repair` repairs it"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong."""

    what: str
    """A stable word: `capture`, `torn`, `integrity`, `foreign-key`, `versions`, `clusters`,
    `clock`, `copies`, `index`, `frontier`, `correction`, `chain`, `event`, `stamp`,
    `shown`, `capture-file`."""
    where: str
    """A release's id, a URL, a file or a table."""
    detail: str
    """One sentence for people, without its full stop."""


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
) -> Iterator[Finding]:
    """Yields everything that is wrong. `roots`: certificates to which those of time stamps must
    lead. Raises ArchiveError."""
    with engine.connect() as connection:
        counted.releases = connection.scalar(select(func.count()).select_from(ReleaseRecord)) or 0
        counted.versions = connection.scalar(select(func.count()).select_from(Version)) or 0
        checks = {
            "the database": check_database(connection),
            "the numbers of versions": _versions(connection),
            "the clusters": _clusters(connection),
            "the frontier": _frontier(connection),
            "the clocks of crawls": _clocks(connection, folder),
            "the log": _log(connection, roots, counted.proof),
            "the releases against the log": _releases(connection, counted.proof),
            "what is shown": _shown(connection),
            "the captures": _captures(connection, folder, counted),
            "the capture files": _capture_files(connection, folder),
        }
        for what, check in checks.items():
            yield from _until_damaged(what, check)
    yield from _until_damaged("the copies", _sketches(engine))
    yield from _until_damaged("the search index", _search_index(engine))
    if folder.is_dir():
        for path in left_open(folder):
            sentence = f"was left open by a program that was killed; {_REMEDY}"
            yield Finding("torn", path.name, sentence)


def verify_corrections(engine: Engine, file: Path) -> Iterator[Finding]:
    """Corrections that fit nothing; and those in the file, if there is one, that are not those of
    the archive. Raises ArchiveError."""
    yield from _until_damaged("the corrections", _corrections(engine, file))


def _corrections(engine: Engine, file: Path) -> Iterator[Finding]:
    with engine.connect() as connection:
        held = corrections.corrections(connection)
        for release, sentence in corrections.unfitting(connection, held):
            yield Finding("correction", release, sentence)
    try:
        written = read_corrections(file) if file.exists() else held
    except BadCorrections as error:
        for line in str(error).splitlines():
            yield Finding("correction", str(file), line.removesuffix("."))
        return
    for one in written:
        if one not in held:
            yield Finding("correction", one.release, f"{one.field} is {_UNAPPLIED}")


def _until_damaged(what: str, check: Iterator[Finding]) -> Iterator[Finding]:
    """A check, and a finding where it ends early: at a value that this program never writes. The
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


def _ended(what: str, reason: str) -> Finding:
    detail = f"could not be checked to the end ({' '.join(reason.split())[:200]})"
    return Finding("integrity", what, detail)


def _clocks(connection: Connection, folder: Path) -> Iterator[Finding]:
    for where, sentence in clock_repair.wrong(connection, folder, datetime.now(UTC)):
        yield Finding("clock", where, f"{sentence}; {_REMEDY}")


def _log(connection: Connection, roots: Sequence[Any], stamps: Stamps) -> Iterator[Finding]:
    for one in chain(check_chains(connection), check_stamps(connection, roots, stamps)):
        yield Finding(one.what, one.where, one.detail)


def _releases(connection: Connection, stamps: Stamps) -> Iterator[Finding]:
    warning = rebuilds.warning(connection, "events")
    if warning is not None:
        yield Finding("event", "the log", warning.removesuffix("."))
        return
    for one in check_releases(connection, stamps):
        yield Finding(one.what, one.where, one.detail)


def _shown(connection: Connection) -> Iterator[Finding]:
    """What is shown of releases that people corrected or took down follows from what was read."""
    for release, sentence in shown_rows.wrongly_shown(connection):
        yield Finding("shown", release, sentence)


def _sketches(engine: Engine) -> Iterator[Finding]:
    for sentence in _unless_rebuilding(engine, "duplicates", _copies(engine)):
        yield Finding("copies", "sketches", sentence)


def _search_index(engine: Engine) -> Iterator[Finding]:
    people = _unless_rebuilding(engine, "people", _index(engine))
    for sentence in _unless_rebuilding(engine, "search", people):
        yield Finding("index", "search_index", sentence)


def _capture_files(connection: Connection, folder: Path) -> Iterator[Finding]:
    for one in capture_files.check(connection, folder):
        yield Finding(one.what, one.where, one.detail)


def _unless_rebuilding(engine: Engine, name: rebuilds.Index, check: Iterator[str]) -> Iterator[str]:
    """What a check of an index says; one sentence for an index that is being rebuilt."""
    with engine.connect() as connection:
        warning = rebuilds.warning(connection, name)
    if warning is None:
        yield from check
    else:
        yield warning.removesuffix(".")


def _copies(engine: Engine) -> Iterator[str]:
    with Session(engine) as session:
        yield from duplicates.check(session)


def _index(engine: Engine) -> Iterator[str]:
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


def repair(engine: Engine, folder: Path) -> list[str]:
    """Repairs what can be derived from the rest; returns a sentence for each. Raises
    ArchiveError."""
    sentences = mend(folder)
    if moved := _point_anew(engine, folder):
        sentences.append(f"The references to {moved:,} moved captures were corrected.")
        with writing(engine) as connection:
            gone = {
                one for one in capture_files.entered(connection) if not (folder / one).is_file()
            }
            capture_files.left(
                connection, gone - set(integrity.named(connection)), "captures-moved"
            )
    if hurt := clock_repair.repair(engine, folder, datetime.now(UTC)):
        sentences.append(f"The stamps of {hurt:,} crawls with a wrong clock were corrected.")
    if recounted := _recount(engine):
        sentences.append(f"The version count of {recounted:,} releases was corrected.")
    if any(_unless_rebuilding(engine, "duplicates", _copies(engine))):
        regrouped = duplicates.rebuild_in_steps(engine)
        sentences.append(f"The duplicate clusters were rebuilt; {regrouped:,} releases changed.")
    if any(_unless_rebuilding(engine, "search", index.check(engine))):
        sentences.append(f"The search index was rebuilt ({rebuild_index(engine):,} releases).")
    return sentences


def check_database(connection: Connection) -> Iterator[Finding]:
    """Damage that SQLite reports."""
    for (sentence,) in connection.execute(text("PRAGMA integrity_check")):
        if sentence != "ok":
            yield Finding("integrity", "the database", " ".join(sentence.split()))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        detail = f"row {row[1]} refers to a missing row of {row[2]}"
        yield Finding("foreign-key", row[0], detail)


def _versions(connection: Connection) -> Iterator[Finding]:
    """Each release has the versions 1, 2, … up to its current one."""
    held = (
        select(
            Version.release,
            func.count().label("number"),
            func.min(Version.version).label("first"),
            func.max(Version.version).label("last"),
        )
        .group_by(Version.release)
        .subquery()
    )
    record = ReleaseRecord
    wrong = (
        select(record.id, record.version, held.c.number, held.c.first, held.c.last)
        .outerjoin(held, held.c.release == record.id)
        .where(
            or_(
                held.c.number.is_(None),
                held.c.number != record.version,
                held.c.first != 1,
                held.c.last != record.version,
            )
        )
    )
    for row in connection.execute(wrong):
        detail = f"has {row.number or 0} versions, but {row.version} are counted"
        yield Finding("versions", row.id, detail)


def _clusters(connection: Connection) -> Iterator[Finding]:
    """The original of a copy must not be a copy itself."""
    first, copy = ReleaseRecord.__table__.alias("first"), ReleaseRecord.__table__.alias("copy")
    chained = select(copy.c.id, first.c.id).join(first, first.c.id == copy.c.duplicate_of)
    for id_, of in connection.execute(chained.where(first.c.duplicate_of.is_not(None))):
        yield Finding("clusters", id_, f"is marked as a copy of {of}, which is a copy itself")


def _frontier(connection: Connection) -> Iterator[Finding]:
    """Every release has an address of its source at which it is fetched again."""
    rows = connection.execute(
        select(ReleaseRecord.id, Address.source, ReleaseRecord.source)
        .outerjoin(Address, Address.release == ReleaseRecord.id)
        .where(or_(Address.url.is_(None), Address.source != ReleaseRecord.source))
    )
    for id_, asked_by, _ in rows:
        trouble = "no address" if asked_by is None else f"an address of {asked_by}"
        yield Finding("frontier", id_, f"has {trouble} to fetch it from")


def _captures(connection: Connection, folder: Path, counted: Counted) -> Iterator[Finding]:
    uncaptured = select(func.count()).where(Version.capture_file.is_(None))
    counted.uncaptured = connection.scalar(uncaptured) or 0
    for where, sentence in integrity.check(connection, folder, counted.read):
        yield Finding("capture", where, sentence)
    counted.captures = counted.read.needed


def _point_anew(engine: Engine, folder: Path) -> int:
    """Updates the location of records that are now in other files. All may have moved, so the ids
    looked for are in a temporary database on disk."""
    moved = 0
    with closing(sqlite3.connect("")) as missing:
        missing.execute("CREATE TABLE missing (record TEXT, name TEXT, id INTEGER)")
        missing.executemany("INSERT INTO missing VALUES (?, ?, ?)", _misplaced(engine, folder))
        missing.execute("CREATE INDEX by_record ON missing (record)")
        if missing.execute("SELECT 1 FROM missing").fetchone() is None:
            return 0
        with writing(engine) as connection:
            for path in sorted(folder.glob("**/*.warc.gz")):
                values: dict[str, Any] = {"capture_file": path.relative_to(folder).as_posix()}
                for values["capture_offset"], record in _records(path):
                    rows = missing.execute(_OF_RECORD, (record,)).fetchall()
                    for name, id_ in rows:
                        table = _CAPTURED[name]
                        connection.execute(update(table).where(table.id == id_).values(values))
                    moved += len(rows)
                    if rows:  # the first file that has it will do
                        missing.execute("DELETE FROM missing WHERE record = ?", (record,))
    return moved


def _misplaced(engine: Engine, folder: Path) -> Iterator[tuple[str, str, int]]:
    with engine.connect() as connection:
        for name, table in _CAPTURED.items():
            place = (table.capture_file, table.capture_offset, table.capture_record_id)
            query = select(table.id, *place).where(table.capture_file.is_not(None))
            rows = connection.execute(query, execution_options={"yield_per": _BATCH})
            for id_, file, offset, record_id in rows:
                if not _is_there(folder, file, offset, record_id):
                    yield record_id, name, id_


def _is_there(folder: Path, file: str, offset: int, record_id: str) -> bool:
    try:
        with locate(folder, file).open("rb") as opened:
            read_at(opened, offset, record_id)
    except (Unreadable, OSError):
        return False
    return True


def _records(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as file:
        # `verify` reports the damage.
        for offset, answer in answers(file, lost=lambda _: None):
            yield offset, answer.record_id


def _recount(engine: Engine) -> int:
    """Counts the versions of each release again, if only the count is wrong."""
    with writing(engine) as connection:
        wrong = [finding.where for finding in _versions(connection)]
        mended = 0
        for id_ in wrong:
            numbers = connection.scalars(
                select(Version.version).where(Version.release == id_).order_by(Version.version)
            ).all()
            if numbers and numbers == list(range(1, len(numbers) + 1)):
                connection.execute(
                    update(ReleaseRecord)
                    .where(ReleaseRecord.id == id_)
                    .values(version=len(numbers))
                )
                mended += 1
    return mended
