"""Merges what the archives know of a source besides its releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.orm import Session

from archive.database.models import (
    Address,
    Alias,
    Crawl,
    Lesson,
    Rejection,
    Sighting,
    SourceRow,
    table_of,
)
from archive.ingest.store import register_source

Row = dict[str, Any]
Crawls = dict[int, int]
"""This archive's number of each crawl of the other one."""

_SOURCES, _CRAWLS, _REJECTIONS, _ADDRESSES, _ALIASES, _LESSONS, _SIGHTINGS = map(
    table_of, (SourceRow, Crawl, Rejection, Address, Alias, Lesson, Sighting)
)
_BATCH = 500


def merge_crawls(ours: Connection, theirs: Connection, source: str) -> tuple[Crawls, int]:
    """Adds the source, its crawls, and the pages that were no releases; returns the numbers of the
    crawls, and how many are new. A crawl is known by its source and the second it began."""
    _merge_declaration(ours, theirs, source)
    begun = select(_CRAWLS.c.started_at, _CRAWLS.c.id).where(_CRAWLS.c.source == source)
    known = dict(map(tuple, ours.execute(begun)))
    crawls: Crawls = {}
    added = set()
    query = select(_CRAWLS).where(_CRAWLS.c.source == source).order_by(_CRAWLS.c.id)
    for crawl in _rows(theirs, query):
        if crawl["started_at"] not in known:
            new = ours.execute(
                insert(_CRAWLS).values(_without(crawl, "id") | {"merged": True})
            ).inserted_primary_key
            assert new is not None
            known[crawl["started_at"]] = new[0]
            added.add(new[0])
        crawls[crawl["id"]] = known[crawl["started_at"]]
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


def frontier_steps(
    theirs: Connection, source: str, crawls: Crawls
) -> Iterator[Callable[[Connection], None]]:
    """Steps that add what is known of addresses, other addresses of releases, web archives and the
    site, a few rows each."""
    for batch in _batches(theirs, select(_ADDRESSES).where(_ADDRESSES.c.source == source)):
        for row in batch:
            row["missing_in"] = crawls.get(row["missing_in"])
        yield partial(_each, _merge_address, batch)
    aliases = partial(_merge_row, table=_ALIASES, is_better=_was_seen_later)
    for batch in _batches(theirs, select(_ALIASES).where(_ALIASES.c.source == source)):
        yield partial(_each, aliases, batch)
    within = (_SIGHTINGS.c.release > f"{source}:") & (_SIGHTINGS.c.release < f"{source};")
    for batch in _batches(theirs, select(_SIGHTINGS).where(within)):
        yield partial(_add_sightings, batch)
    lessons = partial(_merge_row, table=_LESSONS, is_better=_was_learned_later)
    for batch in _batches(theirs, select(_LESSONS).where(_LESSONS.c.source == source)):
        yield partial(_each, lessons, batch)


def _each(merge: Callable[[Connection, Row], None], rows: list[Row], ours: Connection) -> None:
    for row in rows:
        merge(ours, row)


def _add_sightings(rows: list[Row], ours: Connection) -> None:
    ours.execute(upsert(_SIGHTINGS).on_conflict_do_nothing(), rows)


def _merge_rejections(
    ours: Connection, theirs: Connection, source: str, crawls: Crawls, added: set[int]
) -> None:
    """Counts the fetches of both, but not again when the other archive is merged once more: then
    its crawls are known already."""
    for row in _rows(theirs, select(_REJECTIONS).where(_REJECTIONS.c.source == source)):
        crawl = crawls.get(row["crawl"])
        theirs_now = {**_without(row, "id"), "crawl": crawl}
        key = ("source", "url", "stage", "reason")
        query = select(_REJECTIONS).where(*(_REJECTIONS.c[name] == row[name] for name in key))
        held = next(_rows(ours, query), None)
        if held is None:
            ours.execute(insert(_REJECTIONS).values(theirs_now))
            continue
        later = theirs_now if row["last_seen_at"] > held["last_seen_at"] else held
        is_first_merge = crawl is None or crawl in added
        both = {
            "first_seen_at": min(row["first_seen_at"], held["first_seen_at"]),
            "times": held["times"] + row["times"] if is_first_merge else held["times"],
            "resolved_at": _resolved(row, held),
        }
        if crawl is None:
            both["times"] = max(held["times"], row["times"])
        values = _without({**later, **both}, "id")
        ours.execute(update(_REJECTIONS).where(_REJECTIONS.c.id == held["id"]).values(values))


def _resolved(one: Row, other: Row) -> Any:
    """When the page became a release; None if it was rejected again after that."""
    last = max(one["last_seen_at"], other["last_seen_at"])
    times = (row["resolved_at"] for row in (one, other))
    return min((at for at in times if at is not None and at >= last), default=None)


def _merge_address(ours: Connection, row: Row) -> None:
    """The later fetch counts, and the earlier find."""
    found = _held(ours, _ADDRESSES, row)
    if found is None:
        ours.execute(insert(_ADDRESSES).values(row))
        return
    later, earlier = (row, found) if _was_asked_later(row, found) else (found, row)
    first = min((row, found), key=lambda one: (one["found_at"], one["found_by"]))
    names = ("found_at", "found_by") if "web-archive" not in _finders(row, found) else ()
    values = later | {name: first[name] for name in names}
    if not names:  # once a page has linked it, it is requested
        linked = next((one for one in (row, found) if one["found_by"] != "web-archive"), first)
        values |= {"found_at": linked["found_at"], "found_by": linked["found_by"]}
    values["release"] = later["release"] or earlier["release"]
    values["shown"] = {**earlier["shown"], **later["shown"]}
    _put(ours, _ADDRESSES, values)


def _finders(*rows: Row) -> set[str]:
    return {row["found_by"] for row in rows}


def _was_asked_later(row: Row, held: Row) -> bool:
    if row["asked_at"] is None or held["asked_at"] is None:
        return row["asked_at"] is not None
    return bool(row["asked_at"] > held["asked_at"])


def _was_seen_later(row: Row, held: Row) -> bool:
    return bool((row["seen_at"], row["leads_to"]) > (held["seen_at"], held["leads_to"]))


def _was_learned_later(row: Row, held: Row) -> bool:
    return bool(row["learned_at"] > held["learned_at"])


def _merge_row(
    ours: Connection, row: Row, *, table: Table, is_better: Callable[[Row, Row], bool]
) -> None:
    held = _held(ours, table, row)
    if held is None:
        ours.execute(insert(table).values(row))
    elif is_better(row, held):
        _put(ours, table, row)


def _held(ours: Connection, table: Table, row: Row) -> Row | None:
    where = [column == row[column.name] for column in table.primary_key]
    return next(_rows(ours, select(table).where(*where)), None)


def _put(ours: Connection, table: Table, row: Row) -> None:
    where = [column == row[column.name] for column in table.primary_key]
    ours.execute(update(table).where(*where).values(row))


def _batches(theirs: Connection, query: Select[Any]) -> Iterator[list[Row]]:
    rows = _rows(theirs, query)
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Row]:
    found = connection.execute(query, execution_options={"yield_per": _BATCH})
    return map(dict, found.mappings())


def _without(row: Row, *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
