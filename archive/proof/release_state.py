"""The state of a release that an event rests on: digests of what was read, as it was read.

Corrections and what is taken down do not change what was read; the state has them as digests of
their own. Not in it: when the release was last seen, places of captures (files may be moved),
numbers of rows, and what is worked out from the rest (clusters, precedence, indexes)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, column, text
from sqlalchemy.sql.selectable import TextualSelect

from archive.database.column_types import parsed_json
from archive.database.models import Version, table_of
from archive.database.prepared_statements import Prepared
from archive.errors import ValueDamaged
from archive.proof.canonical import digest

State = dict[str, Any]
"""`first_seen_at`, `gone_at`, and digests: `versions` in their order, `documents`, `corrections`,
`suppressions`. What there is none of is left out."""

_LEFT_OUT = frozenset(
    {"id", "version", "crawl", "capture_file", "capture_offset", "text_hash", "reader"}
    | {"claim_on", "claim_at", "claim_seen_at"}
    | {"corrected", "corrections", "withheld", "suppressed"}
)
_TABLE = table_of(Version)
_READ = tuple(one.name for one in _TABLE.c if one.name not in _LEFT_OUT)
_JSON = frozenset(one.name for one in _TABLE.c if isinstance(one.type, JSON))
_FLAGS = frozenset(one.name for one in _TABLE.c if isinstance(one.type, Boolean))
_OF_DOCUMENTS = (
    *("url", "seen_at", "media_type", "size", "sha256", "capture_record_id", "capture_digest"),
    *("text", "unread"),
)


def _statement(sql: str, names: Iterable[str]) -> TextualSelect:
    # Columns without types: values as SQLite has them.
    return text(sql).columns(*map(column, names))


_RECORD_COLUMNS = ("id", "url", "first_seen_at", "gone_at", "curated", "documents")
_RECORDS = (
    "SELECT r.id, r.url, r.first_seen_at, r.gone_at,"
    " EXISTS (SELECT 1 FROM corrections WHERE release = r.id)"
    " OR EXISTS (SELECT 1 FROM suppressions WHERE release = r.id),"
    " EXISTS (SELECT 1 FROM attachment_captures WHERE release = r.id)"
    " FROM release_records AS r"
)
_VERSION_COLUMNS = (*_READ, "as_read")
_VERSIONS = (
    f"SELECT {', '.join(f'v.{name}' for name in _READ)}, a.columns"  # noqa: S608 - our own names
    " FROM versions AS v LEFT JOIN as_read AS a ON a.version_id = v.id"
)
_RECORD = Prepared(_statement(f"{_RECORDS} WHERE r.id = :release", _RECORD_COLUMNS))
_VERSIONS_OF = Prepared(
    _statement(f"{_VERSIONS} WHERE v.release = :release ORDER BY v.version", _VERSION_COLUMNS)
)
_AMONG = "IN (SELECT value FROM json_each(:releases))"
_RECORDS_AMONG = Prepared(_statement(f"{_RECORDS} WHERE r.id {_AMONG}", _RECORD_COLUMNS))
_VERSIONS_AMONG = Prepared(
    _statement(
        f"{_VERSIONS} WHERE v.release {_AMONG} ORDER BY v.release, v.version", _VERSION_COLUMNS
    )
)
_release_of = itemgetter(_VERSION_COLUMNS.index("release"))
_DOCUMENTS = Prepared(
    _statement(
        f"SELECT {', '.join(_OF_DOCUMENTS)} FROM attachment_captures"  # noqa: S608
        " WHERE release = :release ORDER BY url, seen_at, capture_record_id",
        _OF_DOCUMENTS,
    )
)
_CURATION = {
    "corrections": ("field", "value", "reason", "who", "made_on"),
    "suppressions": (
        *("id", "action", "of", "what", "version", "seen_at", "sha256", "record_id", "words"),
        *("salt", "digest", "reason", "who", "made_at"),
    ),
}
_CURATIONS = {
    table: Prepared(
        _statement(
            f"SELECT {', '.join(map('[{}]'.format, names))} FROM {table}"  # noqa: S608
            f" WHERE release = :release ORDER BY {names[0]}",
            names,
        )
    )
    for table, names in _CURATION.items()
}


def state_of(connection: Connection, release: str) -> State | None:
    """The state of a release; None if the archive does not have it. May be asked inside
    `archive.curation.shown_rows.as_read` and outside: the answer is the same."""
    record = _RECORD.row(connection, {"release": release})
    if record is None:
        return None
    return _state(connection, record, _VERSIONS_OF.rows(connection, {"release": release}))


def states_among(connection: Connection, releases: Collection[str]) -> dict[str, State]:
    """The states of those of the releases that the archive has: for many, in two queries."""
    wanted = {"releases": json.dumps(list(releases))}
    versions = groupby(_VERSIONS_AMONG.rows(connection, wanted), _release_of)
    versions_of = {release: list(rows) for release, rows in versions}
    records = _RECORDS_AMONG.rows(connection, wanted)
    return {
        record[0]: _state(connection, record, versions_of.get(record[0], [])) for record in records
    }


def states(connection: Connection) -> Iterator[tuple[str, State | None]]:
    """All releases with their states, by id; None for one with a value that has no digest: JSON or
    text that is damaged. Memory does not grow with the archive."""
    records = connection.execute(
        text(f"{_RECORDS} ORDER BY r.id"), execution_options={"yield_per": 500}
    )
    for record in records:
        state = None
        with suppress(ValueDamaged, TypeError):
            versions = _VERSIONS_OF.rows(connection, {"release": record[0]})
            state = _state(connection, tuple(record), versions)
        yield record[0], state


def version_documents(connection: Connection, release: str) -> list[dict[str, Any]]:
    """What the digests of a release's versions are of, in their order."""
    record = _RECORD.row(connection, {"release": release})
    rows = _VERSIONS_OF.rows(connection, {"release": release})
    return [] if record is None else [_version(row, record[1]) for row in rows]


def _state(
    connection: Connection, record: tuple[Any, ...], versions: list[tuple[Any, ...]]
) -> State:
    release, url, first_seen_at, gone_at, is_curated, has_documents = record
    state: State = {
        "first_seen_at": first_seen_at,
        "versions": [digest(_version(row, url)) for row in versions],
    }
    if gone_at is not None:
        state["gone_at"] = gone_at
    if has_documents:
        state["documents"] = [
            digest(one) for one in _documents(connection, release, versions, is_curated)
        ]
    if is_curated:
        for table, names in _CURATION.items():
            rows = _CURATIONS[table].rows(connection, {"release": release})
            if rows:
                state[table] = digest([dict(zip(names, row, strict=True)) for row in rows])
    return state


def _version(row: tuple[Any, ...], url: str) -> dict[str, Any]:
    read = dict(zip(_VERSION_COLUMNS, row, strict=True))
    under_lock = read.pop("as_read")
    if under_lock is not None:
        read |= {k: v for k, v in parsed_json(under_lock).items() if k in read}
    for name in _JSON & read.keys():
        if read[name] is not None:
            read[name] = parsed_json(read[name])
    for name in _FLAGS & read.keys():
        read[name] = bool(read[name])
    read["url"] = url
    return read


def _documents(
    connection: Connection, release: str, versions: list[tuple[Any, ...]], is_curated: bool
) -> Iterator[Mapping[str, Any]]:
    texts: dict[str, str | None] = {}
    for row in versions if is_curated else ():
        if row[-1] is not None:
            texts |= parsed_json(row[-1]).get("documents", {})
    for row in _DOCUMENTS.rows(connection, {"release": release}):
        read = dict(zip(_OF_DOCUMENTS, row, strict=True))
        read["text"] = texts.get(read["capture_record_id"], read["text"])
        yield read
