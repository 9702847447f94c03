"""Index of the captured responses of each source, on disk, so that memory does not grow with
their number."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from archive.captures import OPEN, Via
from archive.captures.reader import Answer, answers
from archive.database.connection import ArchiveError
from crawler.discovery.canonical_url import canonical
from crawler.discovery.release_url import is_release
from crawler.rebuild.list_hints import told
from crawler.registry.source import Source, owners
from crawler.url_policy import is_web_url

_TABLES = """
CREATE TABLE answers (
    source TEXT, asked TEXT, crawl TEXT, part INTEGER, url TEXT, at TEXT, kind TEXT,
    status INTEGER, file TEXT, offset INTEGER, length INTEGER, record_id TEXT, refers_to TEXT,
    hint TEXT, truncated TEXT, via TEXT
);
CREATE TABLE hints (
    file TEXT, source TEXT, asked TEXT, hint TEXT, PRIMARY KEY (file, source, asked)
) WITHOUT ROWID;
CREATE TABLE documents (
    source TEXT, of TEXT, url TEXT, at TEXT, kind TEXT, status INTEGER, file TEXT, offset INTEGER,
    length INTEGER, record_id TEXT, refers_to TEXT, truncated TEXT
);
CREATE TABLE lost (sentence TEXT);
CREATE TABLE about (inputs TEXT);
"""
_TOLD = """INSERT INTO hints VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET hint = excluded.hint
WHERE json_extract(excluded.hint, '$.evidence') = 'feed'
    AND json_extract(hints.hint, '$.evidence') = 'listing'"""
"""Hints of feeds are preferred to those of lists."""
_INDEXES = """
-- Others' crawls kept no notes: there lists and feeds of the same file say what they can.
UPDATE answers SET hint = (
    SELECT hints.hint FROM hints
    WHERE (hints.file, hints.source, hints.asked) = (answers.file, answers.source, answers.asked)
) WHERE hint IS NULL;
DROP TABLE hints;
CREATE INDEX by_look ON answers (source, asked, crawl, at);
CREATE INDEX by_record ON answers (record_id);
CREATE INDEX by_release ON documents (source, of, at);
CREATE TABLE addresses (
    number INTEGER PRIMARY KEY, source TEXT, asked TEXT, looks INTEGER, bytes INTEGER,
    done INTEGER DEFAULT 0
);
INSERT INTO addresses (source, asked, looks, bytes)
    SELECT source, asked, count(*) FILTER (WHERE part = 0), sum(length) FROM answers
    GROUP BY source, asked HAVING min(part) = 0
    ORDER BY source, min(at) FILTER (WHERE part = 0), asked;
CREATE INDEX by_source ON addresses (source, done, number);
"""
_BATCH = 500
_MARK = 0x41525348
"""SQLite's `application_id` of an index: a file without it is never removed."""
_MARK_AT = 68


@dataclass(frozen=True, slots=True)
class Location:
    """Location of a captured response."""

    url: str
    at: datetime
    kind: str
    status: int
    file: str
    offset: int
    length: int
    record_id: str
    refers_to: str | None
    crawl: str
    hint: dict[str, Any] | None
    """What a list gave for the release: `evidence`, `title`, `published`."""
    truncated: str | None
    """Why it is not whole: `length`, `time`, `disconnect`, `unspecified`; None: it is."""
    via: Via | None = None
    """The web archive it comes from; None: a crawl captured it."""


@dataclass(frozen=True, slots=True)
class CapturedFetch:
    """One captured fetch of a URL."""

    place: Location
    bytes_at: Location | None
    """Location of the bytes that a revisit found unchanged; None: at `place`, or not captured."""
    parts: tuple[Location, ...] = ()
    """Further parts of a release with several pages."""

    @property
    def held(self) -> tuple[Location, ...]:
        """Where the bytes of the page and of its further parts are."""
        return (self.bytes_at or self.place, *self.parts)


@dataclass(frozen=True, slots=True)
class DocumentLocation:
    """Location of a captured response to a request for a document."""

    url: str
    """As the release links to it."""
    at: datetime
    kind: str
    status: int
    file: str
    offset: int
    length: int
    record_id: str
    truncated: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """A URL of a source, and what was captured of it."""

    number: int
    asked: str
    looks: int
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
            self._db.executescript(_TABLES)
            self._inputs = inputs

    def fill(
        self,
        folder: Path,
        files: list[Path],
        sources: list[Source],
        report: Callable[[str], None],
        corrected: Callable[[int, datetime], datetime] = lambda _, at: at,
    ) -> None:
        """Indexes the files; damage in them is reported to `said`, and the rest is used.
        `corrected`: the right time for a time that a crawl's clock showed."""
        known, own = {source.id: source for source in sources}, owners(sources)

        def lose(name: str, what: object) -> None:
            sentence = f"{name} is damaged: {what}."
            self._db.execute("INSERT INTO lost VALUES (?)", (sentence,))
            report(sentence)

        for path in files:
            name = path.relative_to(folder).as_posix().removesuffix(OPEN)
            try:
                with path.open("rb") as file:
                    for offset, captured in answers(file, partial(lose, name)):
                        answer = replace(captured, at=corrected(_crawl(captured), captured.at))
                        mine = own(answer.url)
                        rows = _rows(answer, offset, name, known, mine)
                        self._db.executemany(_ANSWER, rows)
                        self._db.executemany(_DOCUMENT, _documents(answer, offset, name, known))
                        if str(answer.notes.get("source")) not in known:
                            self._db.executemany(_TOLD, _hints(answer, name, mine))
            except OSError as error:
                lose(name, f"it cannot be read: {error.strerror or error}")
        self._db.executescript(_INDEXES)
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
        query = """SELECT number, asked, looks, bytes FROM addresses
            WHERE source = ? AND done = 0 AND number > ? ORDER BY number LIMIT ?"""
        last = 0
        while rows := self._db.execute(query, (source, last, _BATCH)).fetchall():
            yield from (Address(*row) for row in rows)
            last = rows[-1][0]

    def looks(self, source: str, asked: str, since: str = "") -> list[CapturedFetch]:
        """The fetches of a URL in order of time: the last response of each crawl, since earlier
        ones were failures or redirects."""
        query = f"""
            SELECT {_PLACE}, max(at) FROM answers
            WHERE source = ? AND asked = ? AND part = 0 GROUP BY crawl
            HAVING max(at) >= ? ORDER BY max(at)"""  # noqa: S608 - our own names
        rows = self._db.execute(query, (source, asked, since)).fetchall()
        return [self._look(source, asked, _place(row)) for row in rows]

    def first_looks(self, source: str, number: int) -> list[CapturedFetch]:
        """The first fetches of this many URLs."""
        query = "SELECT asked FROM addresses WHERE source = ? ORDER BY number LIMIT ?"
        rows = self._db.execute(query, (source, number)).fetchall()
        return [fetches[0] for (asked,) in rows if (fetches := self.looks(source, asked))]

    def rebuilt(self, source: str, share: float) -> set[str]:
        """The crawls in which almost no release was still there: none was marked as gone then."""
        query = """
            SELECT crawl, sum(status IN (404, 410)), sum(status < 300 OR status = 304)
            FROM answers WHERE source = ? AND part = 0 GROUP BY crawl"""
        rows = self._db.execute(query, (source,))
        return {crawl for crawl, missing, there in rows if missing and there < share * missing}

    def has_look(self, source: str, asked: str, crawl: str) -> bool:
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
            yield of, [_document_place(row) for row in group]

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

    def _look(self, source: str, asked: str, place: Location) -> CapturedFetch:
        bytes_at = None
        if place.refers_to:
            row = self._db.execute(
                f"SELECT {_PLACE} FROM answers WHERE record_id = ?",  # noqa: S608
                (place.refers_to,),
            ).fetchone()
            bytes_at = _place(row) if row else None
        parts = self._db.execute(
            f"""SELECT {_PLACE}, max(at) FROM answers
            WHERE source = ? AND asked = ? AND part = 1 AND crawl = ? AND status < 300
                AND truncated IS NULL
            GROUP BY url ORDER BY max(at)""",  # noqa: S608
            (source, asked, (bytes_at or place).crawl),
        )
        return CapturedFetch(place, bytes_at, tuple(map(_place, parts.fetchall())))


_PLACE = (
    "url, at, kind, status, file, offset, length, record_id, refers_to, crawl, hint, truncated, via"
)


def _place(row: tuple[Any, ...]) -> Location:
    url, at, kind, status, file, offset, length, record_id, *rest = row
    refers_to, crawl, hint, truncated, via = rest[:5]
    return Location(
        url=url,
        at=datetime.fromisoformat(at),
        kind=kind,
        status=status,
        file=file,
        offset=offset,
        length=length,
        record_id=record_id,
        refers_to=refers_to,
        crawl=crawl,
        hint=json.loads(hint) if hint else None,
        truncated=truncated,
        via=Via(**json.loads(via)) if via else None,
    )


def _document_place(row: tuple[Any, ...]) -> DocumentLocation:
    _, url, at, *rest = row
    return DocumentLocation(url, datetime.fromisoformat(at), *rest)


_DOCUMENT = f"INSERT INTO documents VALUES ({', '.join('?' * 12)})"  # noqa: S608
_ANSWER = f"INSERT INTO answers VALUES ({', '.join('?' * 16)})"  # noqa: S608


def _rows(
    answer: Answer, offset: int, name: str, known: dict[str, Source], mine: list[Source]
) -> Iterator[tuple[Any, ...]]:
    for source, asked, part, hint in _meant(answer, known, mine):
        crawl = answer.notes.get("crawl")
        yield (
            source.id,
            asked,
            # In foreign captures it is unknown which responses belong together.
            str(crawl) if crawl else answer.at.isoformat(),
            part,
            answer.url,
            answer.at.isoformat(),
            answer.kind,
            answer.status,
            name,
            offset,
            answer.length,
            answer.record_id,
            answer.refers_to,
            hint,
            answer.truncated,
            json.dumps(via.as_json()) if (via := Via.from_notes(answer.notes)) else None,
        )


def _documents(
    answer: Answer, offset: int, name: str, known: dict[str, Source]
) -> Iterator[tuple[Any, ...]]:
    """The row of a document that our crawl asked for."""
    notes = answer.notes
    source, of, url = (notes.get(key) for key in ("source", "of", "attachment"))
    if notes.get("as") != "attachment" or source not in known:
        return
    if isinstance(of, str) and isinstance(url, str) and is_web_url(url):
        yield (
            source,
            of,
            url,
            answer.at.isoformat(),
            answer.kind,
            answer.status,
            name,
            offset,
            answer.length,
            answer.record_id,
            answer.refers_to,
            answer.truncated,
        )


def _crawl(answer: Answer) -> int:
    """The number of the crawl that captured it; 0 for foreign captures."""
    number = str(answer.notes.get("crawl", "")).rpartition("-")[2]
    return int(number) if number.isascii() and number.isdecimal() else 0


def _hints(answer: Answer, name: str, mine: list[Source]) -> Iterator[tuple[str, ...]]:
    for source in mine:
        for url, hint in told(answer, source):
            yield name, source.id, source_address(url, source), json.dumps(asdict(hint))


def _meant(
    answer: Answer, known: dict[str, Source], mine: list[Source]
) -> Iterator[tuple[Source, str, int, str | None]]:
    """The sources of a record, the URL it answers, whether it is a further part, and the hint as
    JSON: `null` if our crawl had none, None if unknown."""
    notes = answer.notes
    asked_by = known.get(str(notes.get("source")))
    if asked_by is not None:
        role, asked = notes.get("as"), notes.get("of")
        if role in ("release", "part") and isinstance(asked, str) and is_web_url(asked):
            noted = notes.get("hint")
            hint = json.dumps(noted if isinstance(noted, dict) else None)
            yield asked_by, asked, int(role == "part"), hint
        return
    for source in mine:
        if is_release(answer.url, source):
            yield source, source_address(answer.url, source), 0, None


def source_address(url: str, source: Source) -> str:
    """The canonical URL of a source's page."""
    return canonical(url, source.home)


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
