"""The archive as a stream of records, ordered by `seq`: all of it, or what has changed."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Select,
    Table,
    func,
    literal_column,
    or_,
    select,
)

from archive import exported_record
from archive.curation.locked_evidence import with_what_was_taken_down
from archive.database.column_types import json_text
from archive.database.models import ReleaseRecord, Version
from archive.database.views import every_release, releases
from archive.lookup.selection import EVERYTHING, Selection

_BATCH = 500
_SEQ = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Increment:
    """A snapshot of the requested records, even while a crawl writes."""

    lines: Iterator[str]
    """The records as JSON, one at a time: memory does not grow with their number."""
    last: int
    """The highest `seq` of the archive in the snapshot; later changes have a higher one."""
    connection: Connection
    """Sees the same snapshot."""


@contextmanager
def increment(
    engine: Engine,
    selection: Selection = EVERYTHING,
    *,
    since: int = 0,
    versions: bool = False,
    include_suppressed: bool = False,
) -> Iterator[Increment]:
    """The chosen records with a `seq` above `since`; with `versions` every version of each, the
    oldest first. What was taken down is a line without text in an increment, whatever is chosen, so
    that a mirror removes it too; a first export (`since` 0) is without it. `include_suppressed`:
    with its text. To be read before the block ends. Raises ArchiveError."""
    columns = releases.c
    line = exported_record.wording() if versions else exported_record.current()
    query = (
        select(columns.seq, line)
        .select_from(_wordings(releases) if versions else releases)
        .where(columns.seq > since, *selection.conditions())
        .order_by(columns.seq, *([Version.version] if versions else []))
    )
    if versions:
        query = query.where(Version.suppressed.is_(False))
    with engine.connect() as connection:
        last = connection.scalar(select(func.max(ReleaseRecord.seq))) or 0
        rows = _rows(connection, query)
        if include_suppressed:
            taken = _rows(connection, _every(selection, since, versions))
            lines = (_kept(connection, found) for _, found in heapq.merge(rows, taken, key=_SEQ))
        else:
            taken = _rows(connection, _taken_down(since, versions)) if since else iter(())
            lines = (found for _, found in heapq.merge(rows, taken, key=_SEQ))
        yield Increment(lines, last, connection)


def records(
    engine: Engine, selection: Selection = EVERYTHING, *, since: int = 0, versions: bool = False
) -> Iterator[dict[str, Any]]:
    """As `increment`, with records as Python values. Raises ArchiveError."""
    with increment(engine, selection, since=since, versions=versions) as part:
        yield from map(json.loads, part.lines)


def _wordings(view: Table) -> FromClause:
    return view.join(Version, Version.release == view.c.id)


def _is_taken_down(view: Table, versions: bool) -> ColumnElement[bool]:
    return (Version.__table__ if versions else view).c.suppressed


def _taken_down(since: int, versions: bool) -> Select[Any]:
    """Lines without text of what was taken down since."""
    view = every_release
    of = Version.__table__ if versions else view
    withheld = of.c.withheld
    parameters: dict[str, Any] = {
        "id": view.c.id,
        "seq": view.c.seq,
        **({"version": of.c.version} if versions else {}),
        "suppressed": func.json("true"),
        "reason": func.json_extract(withheld, "$[0].reason"),
        "withheld": func.json(withheld),
    }
    parts: list[Any] = []
    for key, value in parameters.items():
        parts += [literal_column(f"'{key}'"), value]
    return (
        select(view.c.seq, func.json_object(*parts))
        .select_from(_wordings(view) if versions else view)
        .where(_is_taken_down(view, versions), view.c.seq > since)
        .order_by(view.c.seq, *([Version.version] if versions else []))
    )


def _every(selection: Selection, since: int, versions: bool) -> Select[Any]:
    """The records of what was taken down of the chosen sources, still without text."""
    view = every_release
    line = exported_record.wording(view) if versions else exported_record.of_row(view)
    return (
        select(view.c.seq, line)
        .select_from(_wordings(view) if versions else view)
        .where(_is_taken_down(view, versions), view.c.seq > since)
        .where(*_of_sources(selection))
        .order_by(view.c.seq, *([Version.version] if versions else []))
    )


def _of_sources(selection: Selection) -> Iterator[ColumnElement[bool]]:
    """Conditions on the source alone: nothing else is to be seen of what was taken down."""
    columns = every_release.c
    for name in ("source", "kind", "level"):
        if wanted := getattr(selection, name):
            yield columns[name].in_(wanted)
    if selection.region:
        within = (columns.region.startswith(f"{code}.") for code in selection.region)
        yield or_(columns.region.in_(selection.region), *within)


def _kept(connection: Connection, line: str) -> str:
    found = json.loads(line)
    return json_text(with_what_was_taken_down(connection, found)) if found["withheld"] else line


def _rows(connection: Connection, query: Select[Any]) -> Iterator[tuple[int, str]]:
    """`seq` and line of each record."""
    rows: Iterable[Any] = connection.execute(query, execution_options={"yield_per": _BATCH})
    yield from rows
