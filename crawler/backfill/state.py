"""The state of a backfill: a small SQLite file next to the archive.

It can be deleted at any time: fetched captures are read from the WARC files again, and the
indexes are queried again. A capture is marked as fetched only when its bytes are on disk, so a
kill never loses one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from archive.database.column_types import utc_text
from archive.database.connection import ArchiveError
from crawler.backfill.index import Capture
from crawler.backfill.write import Written

_MARK = 0x41525342
"""SQLite's `application_id` of a state file: a file without it is never written to."""
_TABLES = """
CREATE TABLE queries (
    archive TEXT, query TEXT, done_at TEXT, resume TEXT, page INTEGER, broken INTEGER,
    PRIMARY KEY (archive, query)
) WITHOUT ROWID;
CREATE TABLE captures (
    archive TEXT, host TEXT, url TEXT, timestamp TEXT, digest TEXT, length INTEGER,
    is_revisit INTEGER, filename TEXT, offset INTEGER, PRIMARY KEY (archive, url, timestamp)
) WITHOUT ROWID;
CREATE INDEX by_host ON captures (archive, host);
CREATE TABLE fetched (
    archive TEXT, source TEXT, url TEXT, timestamp TEXT, failure TEXT,
    digest TEXT, record_id TEXT, payload TEXT,
    PRIMARY KEY (archive, source, url, timestamp)
) WITHOUT ROWID;
CREATE TABLE files (name TEXT PRIMARY KEY, size INTEGER, is_read INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE TABLE pauses (archive TEXT PRIMARY KEY, until TEXT) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """How far a query to an index has come."""

    resume: str | None
    page: int
    done_at: datetime | None
    """When its last page was answered; None: there are more."""


class State:
    """Opened at the beginning of a backfill, for one program at a time."""

    def __init__(self, path: Path) -> None:
        """Raises ArchiveError where the file is another program's, or cannot be opened."""
        self.path = path
        is_new = not path.exists() or not path.stat().st_size  # a kill at the very beginning
        try:
            # One thread at a time: the reactor may run in another one than the rest.
            self._db = sqlite3.connect(path, check_same_thread=False)
            [(mark,)] = self._db.execute("PRAGMA application_id")
            if is_new:
                mark_it = f"PRAGMA application_id = {_MARK};"
                self._db.executescript(f"BEGIN;{mark_it}{_TABLES}COMMIT;")
            elif mark != _MARK:
                raise ArchiveError(f"{path} is not a file of `arsip backfill`: move it elsewhere")
            self._db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            raise ArchiveError(
                f"{path} cannot be opened: {error}; delete it to start again"
            ) from error

    def close(self) -> None:
        """Keeps the file for the next run."""
        self._db.close()

    def asked(self, archive: str, query: str, days: float) -> Asked:
        """How far a query has come; what ended so many days ago is to be asked again."""
        row = self._db.execute(
            "SELECT resume, page, done_at FROM queries WHERE (archive, query) = (?, ?)",
            (archive, query),
        ).fetchone()
        if row is None:
            return Asked(None, 0, None)
        done_at = datetime.fromisoformat(row[2]) if row[2] else None
        if done_at is not None and done_at < datetime.now(UTC) - timedelta(days=days):
            return Asked(None, 0, None)
        return Asked(row[0], row[1], done_at)

    def note_page(
        self,
        archive: str,
        host: str,
        query: str,
        captures: Iterable[Capture],
        *,
        resume: str | None,
        page: int,
        is_last: bool,
        broken: int,
    ) -> None:
        """One more page of an index, with the key of the next one."""
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO captures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        *(
                            archive,
                            host,
                            capture.url,
                            capture.timestamp,
                            capture.digest,
                            capture.length,
                        ),
                        *(capture.is_revisit, capture.filename, capture.offset),
                    )
                    for capture in captures
                ),
            )
            done_at = utc_text(datetime.now(UTC)) if is_last else None
            self._db.execute(
                """INSERT INTO queries VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
                    done_at = excluded.done_at, resume = excluded.resume, page = excluded.page,
                    broken = CASE WHEN queries.done_at IS NULL THEN queries.broken ELSE 0 END
                        + excluded.broken""",
                (archive, query, done_at, resume, page, broken),
            )

    def captures(
        self, archive: str, hosts: Iterable[str], since: date | None, until: date | None
    ) -> Iterator[Capture]:
        """All that an index named of these hosts and days, by address and time."""
        days = (f"{since:%Y%m%d}" if since else "0", f"{until:%Y%m%d}a" if until else "a")
        for host in sorted(hosts):
            rows = self._db.execute(
                """SELECT url, timestamp, digest, length, is_revisit, filename, offset FROM captures
                WHERE (archive, host) = (?, ?) AND timestamp BETWEEN ? AND ?
                ORDER BY url, timestamp""",
                (archive, host, *days),
            )
            for url, timestamp, digest, length, is_revisit, filename, offset in rows.fetchall():
                yield Capture(
                    url=url,
                    timestamp=timestamp,
                    digest=digest,
                    length=length,
                    is_revisit=bool(is_revisit),
                    filename=filename,
                    offset=offset,
                )

    def fetched(self, archive: str, source: str) -> dict[tuple[str, str], str | None]:
        """The captures that need not be fetched again, by address and timestamp, with the reason
        why one could not be used; None: it is on the disk."""
        rows = self._db.execute(
            "SELECT url, timestamp, failure FROM fetched WHERE (archive, source) = (?, ?)",
            (archive, source),
        )
        return {(url, timestamp): failure for url, timestamp, failure in rows}

    def note_fetched(self, archive: str, source: str, written: Written) -> None:
        """A capture that is on the disk."""
        place = (archive, source, written.url, written.timestamp)
        record = (written.digest, written.record_id, written.payload)
        self._note_result(*place, None, *record)

    def note_failure(
        self, archive: str, source: str, url: str, timestamp: str, failure: str
    ) -> None:
        """A capture that cannot be used, and why."""
        self._note_result(archive, source, url, timestamp, failure, None, None, None)

    def _note_result(self, *values: str | None) -> None:
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values
            )

    def first_of(self, archive: str, source: str, captures: Iterable[Capture]) -> Written | None:
        """The one of these captures whose bytes are on the disk."""
        for capture in captures:
            row = self._db.execute(
                """SELECT digest, record_id, payload FROM fetched
                WHERE (archive, source, url, timestamp) = (?, ?, ?, ?) AND failure IS NULL""",
                (archive, source, capture.url, capture.timestamp),
            ).fetchone()
            if row is not None:
                return Written(
                    url=capture.url,
                    timestamp=capture.timestamp,
                    digest=row[0],
                    record_id=row[1],
                    payload=row[2],
                )
        return None

    def knows_file(self, name: str, size: int) -> bool:
        """Whether what is in a file is noted as fetched."""
        found = self._db.execute("SELECT size FROM files WHERE name = ?", (name,)).fetchone()
        return found is not None and found[0] == size

    def note_file(self, name: str, size: int) -> None:
        """A complete WARC file, all of whose captures are noted."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, 0)", (name, size))

    def unread_files(self) -> list[str]:
        """Files that have not been read into the archive."""
        return [name for (name,) in self._db.execute("SELECT name FROM files WHERE is_read = 0")]

    def note_read(self, names: Iterable[str]) -> None:
        """These files are in the archive."""
        with self._db:
            sql = "UPDATE files SET is_read = 1 WHERE name = ?"
            self._db.executemany(sql, ((name,) for name in names))

    def pause(self, archive: str, until: datetime) -> None:
        """The archive has asked to be left alone until then."""
        with self._db:
            sql = "INSERT OR REPLACE INTO pauses VALUES (?, ?)"
            self._db.execute(sql, (archive, utc_text(until)))

    def paused_until(self, archive: str) -> datetime | None:
        """When the archive may be asked again; None: now."""
        sql = "SELECT until FROM pauses WHERE archive = ?"
        row = self._db.execute(sql, (archive,)).fetchone()
        until = datetime.fromisoformat(row[0]) if row else None
        return until if until is not None and until > datetime.now(UTC) else None


def beside(archive: Path) -> Path:
    """Where the state of an archive's backfills is."""
    return archive.with_name(f"{archive.name}.backfill")
