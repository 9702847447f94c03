"""Which indexes are being rebuilt. A rebuild that was interrupted stands here until another one is
complete."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, Engine, delete, insert, select, update

from archive.database.models import Rebuild, table_of
from archive.database.transactions import InSteps

Index = Literal["search", "duplicates", "people", "events"]
_TABLE = table_of(Rebuild)
_SENTENCES: dict[Index, str] = {
    "search": "The search index is being rebuilt ({share:.0%} done), so not all releases can be "
    "found. If `arsip reindex` was interrupted, run it again.",
    "duplicates": "The duplicate index is being rebuilt ({share:.0%} done), so clusters may be "
    "incomplete. If `arsip duplicates --rebuild` was interrupted, run it again.",
    "people": "The people who are quoted are being entered ({share:.0%} done), so speakers may be "
    "missing. If `arsip upgrade` was interrupted, run it again.",
    "events": "The releases that were there before the log of events are being entered "
    "({share:.0%} done). If `arsip upgrade` was interrupted, run it again.",
}


def begin(connection: Connection, name: Index, total: int) -> None:
    """Notes that a rebuild of so many entries has begun."""
    connection.execute(delete(_TABLE).where(_TABLE.c.name == name))
    values = {"name": name, "started_at": datetime.now(UTC), "done": 0, "total": total}
    connection.execute(insert(_TABLE).values(values))


def progress(connection: Connection, name: Index, more: int) -> None:
    """Notes that so many more entries are done."""
    done = update(_TABLE).where(_TABLE.c.name == name).values(done=_TABLE.c.done + more)
    connection.execute(done)


def left(connection: Connection, name: Index) -> int | None:
    """How many entries are not done; None if nothing is being rebuilt."""
    wanted = select(_TABLE.c.total - _TABLE.c.done).where(_TABLE.c.name == name)
    return connection.execute(wanted).scalar()


def end(connection: Connection, name: Index) -> None:
    """Notes that the rebuild is complete."""
    connection.execute(delete(_TABLE).where(_TABLE.c.name == name))


def complete(
    engine: Engine,
    name: Index,
    most: int,
    enter: Callable[[Connection, int, int], object],
    between: Callable[[], object],
) -> bool:
    """Does what is left of a rebuild, the last entries first; returns whether any was left. `most`:
    entries per transaction; `enter(connection, after, to)` makes those numbered from `after` + 1 to
    `to`. Each step notes how far it came, so an interrupted run goes on there. `between`: called
    after each step, when nothing is locked. Raises ArchiveError."""
    steps = InSteps(engine, between)
    with steps.reading() as connection:
        if left(connection, name) is None:
            return False
    while True:
        with steps.writing() as connection:
            number = left(connection, name)
            if not number:
                end(connection, name)
                return True
            step = min(most, number)
            enter(connection, number - step, number)
            progress(connection, name, step)


def warning(connection: Connection, name: Index) -> str | None:
    """A sentence for people who use the index during its rebuild, or after an interrupted one."""
    wanted = select(_TABLE.c.done, _TABLE.c.total).where(_TABLE.c.name == name)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    share = min(row.done / row.total, 0.99) if row.total else 0.0
    return _SENTENCES[name].format(share=share)
