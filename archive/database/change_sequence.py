"""`seq`: one rising number for the whole archive, by which a mirror learns what changed.

Only ever used inside a write transaction, so two writers cannot draw the same number."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.database.models import ReleaseRecord


def following(session: Session) -> int:
    """The number after the highest one given out. No release is ever deleted, so none returns."""
    return (session.scalar(select(func.max(ReleaseRecord.seq))) or 0) + 1


def advance(session: Session, changed: Iterable[ReleaseRecord]) -> None:
    """Gives changed records new numbers, in the order given."""
    if in_order := list(changed):
        for number, record in enumerate(in_order, start=following(session)):
            record.seq = number


def advance_source(session: Session, source: str) -> None:
    """Gives all of a source's records new numbers, keeping their order among themselves."""
    numbered = (
        select(
            ReleaseRecord.id,
            func.row_number().over(order_by=ReleaseRecord.seq).label("place"),
        )
        .where(ReleaseRecord.source == source)
        .subquery()
    )
    session.execute(
        update(ReleaseRecord)
        .where(ReleaseRecord.id == numbered.c.id)
        .values(seq=following(session) - 1 + numbered.c.place),
        execution_options={"synchronize_session": False},
    )
