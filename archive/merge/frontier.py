"""Merges the frontier: addresses, other addresses of releases, captures in web archives, and what
was learned about the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, Table, insert, select, update

from archive.database.models import Address, Alias, Lesson, Sighting, table_of
from archive.merge.rows import AMONG, add_rows, names, rows_among
from archive.merge.rows import Row as RawRow

Row = dict[str, Any]
Crawls = dict[int, int]
"""This archive's number of each crawl of the other one."""
Merge = Callable[[Connection, Row], None]

_ADDRESSES, _ALIASES, _LESSONS, _SIGHTINGS = map(table_of, (Address, Alias, Lesson, Sighting))
_SIGHTING = names(_SIGHTINGS)
_SIGHTINGS_OF = (
    f"SELECT {', '.join(_SIGHTING)} FROM sightings"  # noqa: S608 - our own names
    " WHERE release > :source || ':' AND release < :source || ';'"
)
_ADD_SIGHTING = (
    f"INSERT OR IGNORE INTO sightings ({', '.join(_SIGHTING)})"  # noqa: S608
    f" VALUES ({', '.join('?' * len(_SIGHTING))})"
)
_BATCH = 500


def frontier_steps(
    theirs: Connection, source: str, crawls: Crawls
) -> Iterator[Callable[[Connection], None]]:
    """Steps that add what is known of a source, a few rows each."""
    for columns, merge in (
        (_Columns(_ADDRESSES, "missing_in"), partial(_merge_address, crawls=crawls)),
        (_Columns(_ALIASES), partial(_merge_row, table=_ALIASES, is_better=_was_seen_later)),
    ):
        for batch in _batches(theirs, columns.of_source, source):
            rows = [columns.numbered(row, crawls) for row in batch]
            yield partial(_merge_rows, theirs, source, columns, merge, rows)
    for batch in _batches(theirs, _SIGHTINGS_OF, source):
        yield partial(_add_sightings, batch)
    for row in _typed(theirs, select(_LESSONS).where(_LESSONS.c.source == source)):
        yield partial(_merge_row, row=row, table=_LESSONS, is_better=_was_learned_later)


class _Columns:
    """Those of a table whose key is the source and a URL."""

    def __init__(self, table: Table, crawl: str | None = None) -> None:
        """`crawl`: the column with the number of a crawl."""
        self.table = table
        self.names = ["url", *names(table, "url")]
        self.of_source = f"SELECT {', '.join(self.names)} FROM {table.name} WHERE source = :source"  # noqa: S608
        self._crawl = None if crawl is None else self.names.index(crawl)

    def numbered(self, row: RawRow, crawls: Crawls) -> RawRow:
        """The other archive's row with this archive's number of the crawl."""
        at = self._crawl
        return row if at is None else (*row[:at], crawls.get(row[at]), *row[at + 1 :])


def _merge_rows(
    theirs: Connection,
    source: str,
    columns: _Columns,
    merge: Merge,
    rows: Sequence[RawRow],
    ours: Connection,
) -> None:
    """Adds rows that are new here as they are stored, and merges those that differ."""
    urls = [row[0] for row in rows]
    held_rows = f"{columns.of_source} AND url {AMONG}"
    own = {row[0]: row for row in rows_among(ours, held_rows, urls, source=source)}
    add_rows(ours, columns.table, columns.names, (row for row in rows if row[0] not in own))
    differing = [row[0] for row in rows if row[0] in own and row != own[row[0]]]
    if differing:
        table = columns.table
        query = select(table).where(table.c.source == source, table.c.url.in_(differing))
        for row in _typed(theirs, query):
            merge(ours, row)


def _add_sightings(rows: list[RawRow], ours: Connection) -> None:
    ours.exec_driver_sql(_ADD_SIGHTING, rows)


def _merge_address(ours: Connection, row: Row, *, crawls: Crawls) -> None:
    """The later fetch counts, and the earlier find."""
    row["missing_in"] = crawls.get(row["missing_in"])
    found = _own(ours, _ADDRESSES, row)
    if found is None:
        ours.execute(insert(_ADDRESSES).values(row))
        return
    later, earlier = (row, found) if _was_asked_later(row, found) else (found, row)
    first = min((row, found), key=lambda address: (address["found_at"], address["found_by"]))
    finds = ("found_at", "found_by") if "web-archive" not in _finders(row, found) else ()
    values = later | {name: first[name] for name in finds}
    if not finds:  # once a page has linked it, it is requested
        linked = next(
            (address for address in (row, found) if address["found_by"] != "web-archive"), first
        )
        values |= {"found_at": linked["found_at"], "found_by": linked["found_by"]}
    values["release"] = later["release"] or earlier["release"]
    values["shown"] = {**earlier["shown"], **later["shown"]}
    _put(ours, _ADDRESSES, values)


def _finders(*rows: Row) -> set[str]:
    return {row["found_by"] for row in rows}


def _was_asked_later(row: Row, own: Row) -> bool:
    if row["asked_at"] is None or own["asked_at"] is None:
        return row["asked_at"] is not None
    return bool(row["asked_at"] > own["asked_at"])


def _was_seen_later(row: Row, own: Row) -> bool:
    return bool((row["seen_at"], row["leads_to"]) > (own["seen_at"], own["leads_to"]))


def _was_learned_later(row: Row, own: Row) -> bool:
    return bool(row["learned_at"] > own["learned_at"])


def _merge_row(
    ours: Connection, row: Row, *, table: Table, is_better: Callable[[Row, Row], bool]
) -> None:
    own = _own(ours, table, row)
    if own is None:
        ours.execute(insert(table).values(row))
    elif is_better(row, own):
        _put(ours, table, row)


def _own(ours: Connection, table: Table, row: Row) -> Row | None:
    where = [column == row[column.name] for column in table.primary_key]
    return next(_typed(ours, select(table).where(*where)), None)


def _put(ours: Connection, table: Table, row: Row) -> None:
    where = [column == row[column.name] for column in table.primary_key]
    ours.execute(update(table).where(*where).values(row))


def _batches(theirs: Connection, query: str, source: str) -> Iterator[list[RawRow]]:
    for batch in theirs.exec_driver_sql(query, {"source": source}).partitions(_BATCH):
        yield list(map(tuple, batch))


def _typed(connection: Connection, query: Select[Any]) -> Iterator[Row]:
    yield from map(dict, connection.execute(query).mappings().all())
