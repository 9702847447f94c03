"""Index of the captured responses of each source, on disk, so that memory does not grow with
their number."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from archive.captures import OPEN
from archive.captures.reader import answers
from archive.database.connection import ArchiveError
from crawler.rebuild import index_rows
from crawler.rebuild.index_rows import LOCATION, document_location, location
from crawler.rebuild.locations import CapturedFetch, DocumentLocation, Location
from crawler.registry.source import Source, owners

_BATCH = 500
_MARK = 0x41525348
"""SQLite's `application_id` of an index: a file without it is never removed."""
_MARK_AT = 68


@dataclass(frozen=True, slots=True)
class Address:
    """A URL of a source, and what was captured of it."""

    number: int
    asked: str
    fetches: int
    """Number of its captured responses."""
    bytes: int
    """Their length in the files, further parts included."""


class CaptureIndex:
    """The index. Opened again with the same files, it continues where it stopped; `clear` when
    all is done."""

    def __init__(self, path: Path, inputs: str | None = None) -> None:
        """`inputs` describes the files and the program; if they differ, the index is made again.
        None: open the existing index for reading."""
        self.path = path
        if inputs is not None and path.exists() and not _is_of(path, inputs):
            if not _is_index(path):
                raise ArchiveError(f"{path} is not an index of `arsip rebuild`: move it elsewhere")
            self._remove()
        self.is_new = not path.exists()
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA synchronous = OFF")  # it can always be made again
        if self.is_new:
            self._db.execute(f"PRAGMA application_id = {_MARK}")
            index_rows.create(self._db)
            self._inputs = inputs

    def fill(
        self,
        folder: Path,
        files: list[Path],
        sources: list[Source],
        report: Callable[[str], None],
        corrected: Callable[[int, datetime], datetime] = lambda _, at: at,
    ) -> None:
        """Indexes the files; damage in them is reported, and the rest is used.
        `corrected`: the right time for a time that a crawl's clock showed."""
        by_id, own = {source.id: source for source in sources}, owners(sources)

        def lose(name: str, what: object) -> None:
            sentence = f"{name} is damaged: {what}."
            self._db.execute("INSERT INTO lost VALUES (?)", (sentence,))
            report(sentence)

        for path in files:
            name = path.relative_to(folder).as_posix().removesuffix(OPEN)
            try:
                with path.open("rb") as file:
                    for offset, captured in answers(file, partial(lose, name)):
                        crawl = index_rows.crawl_number(captured)
                        answer = replace(captured, at=corrected(crawl, captured.at))
                        owning = own(answer.url)
                        index_rows.insert(self._db, answer, offset, name, by_id, owning)
            except OSError as error:
                lose(name, f"it cannot be read: {error.strerror or error}")
        index_rows.finish(self._db)
        self._db.execute("INSERT INTO about VALUES (?)", (self._inputs,))
        self._db.commit()
        self._db.execute("PRAGMA journal_mode = WAL")  # readers do not wait for updates
        self.is_new = False

    def lost(self) -> list[str]:
        """Damage in the files, a sentence each, for a run that continues."""
        return [what for (what,) in self._db.execute("SELECT sentence FROM lost")]

    def waiting(self, source: str) -> int:
        """Number of URLs of a source still to be read."""
        query = "SELECT count(*) FROM addresses WHERE source = ? AND done = 0"
        number: int = self._db.execute(query, (source,)).fetchone()[0]
        return number

    def addresses(self, source: str) -> Iterator[Address]:
        """The URLs of a source still to be read, in the order of their first captures; a few at
        a time in memory."""
        query = """SELECT number, asked, fetches, bytes FROM addresses
            WHERE source = ? AND done = 0 AND number > ? ORDER BY number LIMIT ?"""
        last = 0
        while rows := self._db.execute(query, (source, last, _BATCH)).fetchall():
            yield from (Address(*row) for row in rows)
            last = rows[-1][0]

    def fetches(self, source: str, asked: str, since: str = "") -> list[CapturedFetch]:
        """The fetches of a URL in order of time: the last response of each crawl, since earlier
        ones were failures or redirects."""
        query = f"""
            SELECT {LOCATION}, max(at) FROM answers
            WHERE source = ? AND asked = ? AND part = 0 GROUP BY crawl
            HAVING max(at) >= ? ORDER BY max(at)"""  # noqa: S608 - our own names
        rows = self._db.execute(query, (source, asked, since)).fetchall()
        return [self._fetch(source, asked, location(row)) for row in rows]

    def first_fetches(self, source: str, number: int) -> list[CapturedFetch]:
        """The first fetches of this many URLs."""
        query = "SELECT asked FROM addresses WHERE source = ? ORDER BY number LIMIT ?"
        rows = self._db.execute(query, (source, number)).fetchall()
        return [found[0] for (asked,) in rows if (found := self.fetches(source, asked))]

    def rebuilt(self, source: str, share: float) -> set[str]:
        """The crawls in which almost no release was still there: none was marked as gone then."""
        query = """
            SELECT crawl, sum(status IN (404, 410)), sum(status < 300 OR status = 304)
            FROM answers WHERE source = ? AND part = 0 GROUP BY crawl"""
        rows = self._db.execute(query, (source,))
        return {crawl for crawl, missing, there in rows if missing and there < share * missing}

    def has_fetch(self, source: str, asked: str, crawl: str) -> bool:
        """Whether a crawl fetched exactly this URL."""
        query = "SELECT 1 FROM answers WHERE source = ? AND asked = ? AND crawl = ? AND part = 0"
        return self._db.execute(query, (source, asked, crawl)).fetchone() is not None

    def documents(
        self, source: str, since: str = ""
    ) -> Iterator[tuple[str, list[DocumentLocation]]]:
        """The address of each release of a source with captured documents, and the responses to
        requests for these in order of time."""
        query = """SELECT of, url, at, kind, status, file, offset, length, record_id, truncated
            FROM documents WHERE source = ? AND at >= ? ORDER BY of, at"""
        rows = self._db.execute(query, (source, since))
        for of, group in groupby(rows, key=itemgetter(0)):
            yield of, [document_location(row) for row in group]

    def mark_done(self, addresses: Iterable[Address]) -> None:
        """Marks URLs as done, for a run that continues after an interruption."""
        numbers = ((address.number,) for address in addresses)
        self._db.executemany("UPDATE addresses SET done = 1 WHERE number = ?", numbers)
        self._db.commit()

    def close(self) -> None:
        """Keeps the index for the next run."""
        self._db.close()

    def clear(self) -> None:
        """Removes the index."""
        self._db.close()
        self._remove()

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):  # the latter two are left by a killed program
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    def _fetch(self, source: str, asked: str, at: Location) -> CapturedFetch:
        bytes_at = None
        if at.refers_to:
            row = self._db.execute(
                f"SELECT {LOCATION} FROM answers WHERE record_id = ?",  # noqa: S608
                (at.refers_to,),
            ).fetchone()
            bytes_at = location(row) if row else None
        parts = self._db.execute(
            f"""SELECT {LOCATION}, max(at) FROM answers
            WHERE source = ? AND asked = ? AND part = 1 AND crawl = ? AND status < 300
                AND truncated IS NULL
            GROUP BY url ORDER BY max(at)""",  # noqa: S608
            (source, asked, (bytes_at or at).crawl),
        )
        return CapturedFetch(at, bytes_at, tuple(map(location, parts.fetchall())))


def beside(archive: Path) -> Path:
    """The path of an archive's index."""
    return archive.with_name(f"{archive.name}.rebuild")


def _is_index(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_MARK_AT + 4)
    return not head or head[_MARK_AT:] == _MARK.to_bytes(4, "big")


def _is_of(path: Path, inputs: str) -> bool:
    try:
        db = sqlite3.connect(path)
        try:
            return db.execute("SELECT inputs FROM about").fetchall() == [(inputs,)]
        finally:
            db.close()
    except sqlite3.Error:
        return False  # interrupted while it was made
