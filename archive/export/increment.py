"""The archive as a stream of records, ordered by `seq`: all of it, or what has changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from archive import record
from archive.database.models import ReleaseRecord, Version
from archive.database.views import releases
from archive.lookup.selection import EVERYTHING, Selection

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Increment:
    """A snapshot of the requested records, even while a crawl writes."""

    lines: Iterator[str]
    """The records as JSON, one at a time: memory does not grow with their number."""
    last: int
    """The highest `seq` of the archive in the snapshot; later changes have a higher one."""


@contextmanager
def increment(
    engine: Engine, selection: Selection = EVERYTHING, *, since: int = 0, versions: bool = False
) -> Iterator[Increment]:
    """The chosen records with a `seq` above `since`; with `versions` every version of each, the
    oldest first. To be read before the block ends. Raises ArchiveError."""
    query = (_wordings() if versions else select(record.current())).where(
        releases.c.seq > since, *selection.conditions()
    )
    query = query.order_by(releases.c.seq, *([Version.version] if versions else []))
    with engine.connect() as connection:
        last = connection.scalar(select(func.max(ReleaseRecord.seq))) or 0
        yield Increment(_lines(connection, query), last)


def records(
    engine: Engine, selection: Selection = EVERYTHING, *, since: int = 0, versions: bool = False
) -> Iterator[dict[str, Any]]:
    """As `increment`, with records as Python values. Raises ArchiveError."""
    with increment(engine, selection, since=since, versions=versions) as part:
        yield from map(json.loads, part.lines)


def _wordings() -> Select[str]:
    of_release = Version.release == releases.c.id
    return select(record.wording()).select_from(releases).join(Version, of_release)


def _lines(connection: Connection, query: Select[str]) -> Iterator[str]:
    rows = connection.execute(query, execution_options={"yield_per": _BATCH})
    yield from rows.scalars()
