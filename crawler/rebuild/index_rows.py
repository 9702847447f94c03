"""The tables of the capture index: the rows that a captured response gives, and the locations that
rows give."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from archive.captures import Via
from archive.captures.reader import Answer
from crawler.discovery.canonical_url import source_address
from crawler.discovery.release_url import is_release
from crawler.rebuild.list_hints import release_hints
from crawler.rebuild.locations import DocumentLocation, Location
from crawler.registry.source import Source
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
_INDEXES = """
-- Others' crawls kept no notes: there lists and feeds of the same file say what they can.
UPDATE answers SET hint = (
    SELECT hints.hint FROM hints
    WHERE (hints.file, hints.source, hints.asked) = (answers.file, answers.source, answers.asked)
) WHERE hint IS NULL;
DROP TABLE hints;
CREATE INDEX by_fetch ON answers (source, asked, crawl, at);
CREATE INDEX by_record ON answers (record_id);
CREATE INDEX by_release ON documents (source, of, at);
CREATE TABLE addresses (
    number INTEGER PRIMARY KEY, source TEXT, asked TEXT, fetches INTEGER, bytes INTEGER,
    done INTEGER DEFAULT 0
);
INSERT INTO addresses (source, asked, fetches, bytes)
    SELECT source, asked, count(*) FILTER (WHERE part = 0), sum(length) FROM answers
    GROUP BY source, asked HAVING min(part) = 0
    ORDER BY source, min(at) FILTER (WHERE part = 0), asked;
CREATE INDEX by_source ON addresses (source, done, number);
"""
_ANSWER = f"INSERT INTO answers VALUES ({', '.join('?' * 16)})"  # noqa: S608
_DOCUMENT = f"INSERT INTO documents VALUES ({', '.join('?' * 12)})"  # noqa: S608
_HINT = """INSERT INTO hints VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET hint = excluded.hint
WHERE json_extract(excluded.hint, '$.evidence') = 'feed'
    AND json_extract(hints.hint, '$.evidence') = 'listing'"""
"""Hints of feeds are preferred to those of lists."""
LOCATION = (
    "url, at, kind, status, file, offset, length, record_id, refers_to, crawl, hint, truncated, via"
)
"""The columns that `location` reads."""


def create(db: sqlite3.Connection) -> None:
    """Makes the tables of an empty index."""
    db.executescript(_TABLES)


def insert(
    db: sqlite3.Connection,
    answer: Answer,
    offset: int,
    name: str,
    by_id: dict[str, Source],
    owning: list[Source],
) -> None:
    """Adds the response at an offset of the file `name`. `by_id`: the sources; `owning`:
    those that the URL belongs to."""
    db.executemany(_ANSWER, _answers(answer, offset, name, by_id, owning))
    db.executemany(_DOCUMENT, _documents(answer, offset, name, by_id))
    if str(answer.notes.get("source")) not in by_id:
        db.executemany(_HINT, _hints(answer, name, owning))


def finish(db: sqlite3.Connection) -> None:
    """Makes the indexes and the list of URLs, when all responses are in the tables."""
    db.executescript(_INDEXES)


def location(row: tuple[Any, ...]) -> Location:
    """The location in a row of the columns `LOCATION`."""
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


def document_location(row: tuple[Any, ...]) -> DocumentLocation:
    """The location in a row of `documents`."""
    _, url, at, *rest = row
    return DocumentLocation(url, datetime.fromisoformat(at), *rest)


def _answers(
    answer: Answer, offset: int, name: str, by_id: dict[str, Source], owning: list[Source]
) -> Iterator[tuple[Any, ...]]:
    for source, asked, part, hint in _requests(answer, by_id, owning):
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
    answer: Answer, offset: int, name: str, by_id: dict[str, Source]
) -> Iterator[tuple[Any, ...]]:
    """The row of a document that our crawl asked for."""
    notes = answer.notes
    source, of, url = (notes.get(key) for key in ("source", "of", "attachment"))
    if notes.get("as") != "attachment" or source not in by_id:
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


def _hints(answer: Answer, name: str, owning: list[Source]) -> Iterator[tuple[str, ...]]:
    for source in owning:
        for url, hint in release_hints(answer, source):
            yield name, source.id, source_address(url, source), json.dumps(asdict(hint))


def _requests(
    answer: Answer, by_id: dict[str, Source], owning: list[Source]
) -> Iterator[tuple[Source, str, int, str | None]]:
    """The sources of a record, the URL it answers, whether it is a further part, and the hint as
    JSON: `null` if our crawl had none, None if unknown."""
    notes = answer.notes
    asked_by = by_id.get(str(notes.get("source")))
    if asked_by is not None:
        role, asked = notes.get("as"), notes.get("of")
        if role in ("release", "part") and isinstance(asked, str) and is_web_url(asked):
            noted = notes.get("hint")
            hint = json.dumps(noted if isinstance(noted, dict) else None)
            yield asked_by, asked, int(role == "part"), hint
        return
    for source in owning:
        if is_release(answer.url, source):
            yield source, source_address(answer.url, source), 0, None


def crawl_number(answer: Answer) -> int:
    """The number of the crawl that captured it; 0 for foreign captures."""
    number = str(answer.notes.get("crawl", "")).rpartition("-")[2]
    return int(number) if number.isascii() and number.isdecimal() else 0
