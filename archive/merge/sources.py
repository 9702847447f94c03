"""Merges what the archives know of a source besides its releases."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update
from sqlalchemy.orm import Session

from archive.database.models import Crawl, Rejection, SourceRow, table_of
from archive.ingest.store import register_source
from archive.merge.rows import Row as RawRow
from archive.merge.rows import add_rows, highest, names

Row = dict[str, Any]
Crawls = dict[int, int]
"""This archive's number of each crawl of the other one."""

_SOURCES, _CRAWLS, _REJECTIONS = map(table_of, (SourceRow, Crawl, Rejection))
_CRAWL = ["id", "started_at", *names(_CRAWLS, "id", "started_at", "merged")]
_CRAWLS_OF = f"SELECT {', '.join(_CRAWL)} FROM crawls WHERE source = ? ORDER BY id"  # noqa: S608
_BEGUN = "SELECT started_at, id FROM crawls WHERE source = ?"
_BATCH = 500


def merge_crawls(ours: Connection, theirs: Connection, source: str) -> tuple[Crawls, int]:
    """Adds the source, its crawls, and the pages that were no releases; returns the numbers of the
    crawls, and how many are new. A crawl is known by its source and the second it began."""
    _merge_declaration(ours, theirs, source)
    known: dict[str, int] = dict(map(tuple, ours.exec_driver_sql(_BEGUN, (source,))))
    numbers = count(highest(ours, _CRAWLS) + 1)
    crawls: Crawls = {}
    added: dict[int, RawRow] = {}
    for theirs_number, began, *rest in theirs.exec_driver_sql(_CRAWLS_OF, (source,)):
        if began not in known:
            number = known[began] = next(numbers)
            added[number] = (number, began, *rest, True)
        crawls[theirs_number] = known[began]
    add_rows(ours, _CRAWLS, [*_CRAWL, "merged"], added.values())
    _merge_rejections(ours, theirs, source, crawls, added)
    return crawls, len(added)


def _merge_declaration(ours: Connection, theirs: Connection, source: str) -> None:
    """Of two declarations that of the archive holds which crawled the source last: `home`, for one,
    says which host it has left. Before the crawls are merged."""
    begun = select(func.max(_CRAWLS.c.started_at)).where(_CRAWLS.c.source == source)
    own, other = ours.scalar(begun), theirs.scalar(begun)
    [row] = _rows(theirs, select(_SOURCES).where(_SOURCES.c.id == source))
    with Session(ours) as session:
        is_known = session.get(SourceRow, source) is not None
        if not is_known or (other is not None and (own is None or other > own)):
            register_source(session, SourceRow(**row))
            session.flush()


def _merge_rejections(
    ours: Connection, theirs: Connection, source: str, crawls: Crawls, added: Collection[int]
) -> None:
    """Counts the fetches of both, but not again when the other archive is merged once more: then
    its crawls are known already."""
    for row in _rows(theirs, select(_REJECTIONS).where(_REJECTIONS.c.source == source)):
        crawl = crawls.get(row["crawl"])
        theirs_now = {**_without(row, "id"), "crawl": crawl}
        key = ("source", "url", "stage", "reason")
        query = select(_REJECTIONS).where(*(_REJECTIONS.c[name] == row[name] for name in key))
        own = next(_rows(ours, query), None)
        if own is None:
            ours.execute(insert(_REJECTIONS).values(theirs_now))
            continue
        later = theirs_now if row["last_seen_at"] > own["last_seen_at"] else own
        is_first_merge = crawl is None or crawl in added
        both = {
            "first_seen_at": min(row["first_seen_at"], own["first_seen_at"]),
            "times": own["times"] + row["times"] if is_first_merge else own["times"],
            "resolved_at": _resolved(row, own),
        }
        if crawl is None:
            both["times"] = max(own["times"], row["times"])
        values = _without({**later, **both}, "id")
        ours.execute(update(_REJECTIONS).where(_REJECTIONS.c.id == own["id"]).values(values))


def _resolved(one: Row, other: Row) -> Any:
    """When the page became a release; None if it was rejected again after that."""
    last = max(one["last_seen_at"], other["last_seen_at"])
    times = (row["resolved_at"] for row in (one, other))
    return min((at for at in times if at is not None and at >= last), default=None)


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Row]:
    found = connection.execute(query, execution_options={"yield_per": _BATCH})
    return map(dict, found.mappings())


def _without(row: Row, *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
