"""The archive as a stream of records, ordered by `seq`: all of it, or what changed since."""

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
    """What was asked for, as it stood at one moment, even while a crawl goes on writing."""

    lines: Iterator[str]
    """The records as JSON, one at a time: memory stays the same however many."""
    last: int
    """The highest `seq` of the archive at that moment: what comes later has a higher one."""


@contextmanager
def increment(
    engine: Engine, selection: Selection = EVERYTHING, *, since: int = 0, versions: bool = False
) -> Iterator[Increment]:
    """The chosen records with a `seq` above `since`; with `versions` every wording of each, the
    first one first. To be read before the block ends. Raises ArchiveError."""
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
    """The same, each record as Python has it. Raises ArchiveError."""
    with increment(engine, selection, since=since, versions=versions) as found:
        yield from map(json.loads, found.lines)


def _wordings() -> Select[str]:
    of_release = Version.release == releases.c.id
    return select(record.wording()).select_from(releases).join(Version, of_release)


def _lines(connection: Connection, query: Select[str]) -> Iterator[str]:
    rows = connection.execute(query, execution_options={"yield_per": _BATCH})
    yield from rows.scalars()
