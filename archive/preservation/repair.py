"""Repairs what can be derived from the rest of an archive and from its captures."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update

from archive import duplicates
from archive.captures import integrity
from archive.captures.reader import Unreadable, answers, locate, read_at
from archive.captures.recovery import mend
from archive.database.connection import writing
from archive.database.models import AttachmentCapture, Rejection, ReleaseRecord, Version
from archive.preservation import clock_repair
from archive.preservation.index_checks import copy_faults, unless_rebuilding
from archive.preservation.table_checks import check_version_counts
from archive.proof import capture_files
from archive.search import index
from archive.search.rebuild import rebuild as rebuild_index

_BATCH = 500
_CAPTURED: dict[str, Any] = {
    table.__tablename__: table for table in (Version, Rejection, AttachmentCapture)
}
_OF_RECORD = "SELECT name, id FROM missing WHERE record = ?"


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
    if any(unless_rebuilding(engine, "duplicates", copy_faults(engine))):
        regrouped = duplicates.rebuild_in_steps(engine)
        sentences.append(f"The duplicate clusters were rebuilt; {regrouped:,} releases changed.")
    if any(unless_rebuilding(engine, "search", index.check(engine))):
        sentences.append(f"The search index was rebuilt ({rebuild_index(engine):,} releases).")
    return sentences


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
        wrong = [fault.where for fault in check_version_counts(connection)]
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
