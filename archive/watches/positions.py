"""How far each watch was delivered to each receiver. A position is saved after the delivery, never
before: a program that is killed in between delivers the same events again, and loses none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from archive.database.connection import writing
from archive.database.models import ChangeRow, WatchPosition

_BEGINNING = ""
"""The receiver that stands for any: where the watch began."""


def begin(engine: Engine, watch: str) -> None:
    """Where a watch begins: it tells of what comes later. A watch that has begun stays as it is.
    Raises ArchiveError."""
    with writing(engine) as connection:
        last = connection.scalar(select(func.max(ChangeRow.id))) or 0
        row = {"watch": watch, "receiver": _BEGINNING, "position": last}
        row["saved_at"] = datetime.now(UTC)
        connection.execute(insert(WatchPosition).values(row).on_conflict_do_nothing())


def position(engine: Engine, watch: str, receiver: str) -> int | None:
    """The last change that was delivered; for a receiver that is new, where the watch began; None
    if it has not begun. Raises ArchiveError."""
    of_watch = select(WatchPosition.position).where(WatchPosition.watch == watch)
    with engine.connect() as connection:
        for each in (receiver, _BEGINNING):
            known = connection.scalar(of_watch.where(WatchPosition.receiver == each))
            if known is not None:
                return known
    return None


def furthest(engine: Engine, watch: str) -> int | None:
    """The last change that any receiver has; None if the watch has not begun. Raises
    ArchiveError."""
    of_watch = select(func.max(WatchPosition.position)).where(WatchPosition.watch == watch)
    with engine.connect() as connection:
        return connection.scalar(of_watch)


def save(engine: Engine, receiver: str, positions: Mapping[str, int]) -> None:
    """Notes the last change delivered of each watch. A position never goes back. Raises
    ArchiveError."""
    now = datetime.now(UTC)
    with writing(engine) as connection:
        for watch, number in positions.items():
            row = {"watch": watch, "receiver": receiver, "position": number, "saved_at": now}
            adding = insert(WatchPosition).values(row)
            later = {name: adding.excluded[name] for name in ("position", "saved_at")}
            connection.execute(
                adding.on_conflict_do_update(
                    index_elements=["watch", "receiver"],
                    set_=later,
                    where=WatchPosition.position < adding.excluded.position,
                )
            )


def forget(engine: Engine, watch: str) -> None:
    """Removes all positions of a watch. Raises ArchiveError."""
    with writing(engine) as connection:
        connection.execute(delete(WatchPosition).where(WatchPosition.watch == watch))


def skip(engine: Engine, watch: str) -> None:
    """Passes over what was not delivered yet, for all receivers. Raises ArchiveError."""
    forget(engine, watch)
    begin(engine, watch)
