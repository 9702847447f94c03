"""The base class of all tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, MetaData, Table, event
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute

from archive.database.column_types import Day, UtcDateTime, Words


class Base(DeclarativeBase):
    # Constraints have names, so that later migrations can refer to them.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        str: Words,
        date: Day,
        datetime: UtcDateTime,
        list[str]: JSON,
        list[dict[str, str]]: JSON,
        dict[str, list[str]]: JSON,
        dict[str, str]: JSON,
        dict[str, Any]: JSON,
    }


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _round_when_set(_: type[Base], key: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Rounds values when they are set, not when they are written, so that comparisons in memory
    and in the database agree."""
    as_stored = getattr(attribute.type, "as_stored", None)
    if as_stored is None:
        return

    @event.listens_for(attribute, "set", retval=True)
    def set_(_: Base, value: Any, *__: Any) -> Any:
        is_aware = isinstance(value, datetime) and value.utcoffset() is not None
        return as_stored(value) if is_aware else value  # others are refused when they are written


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements without objects."""
    table = model.__table__
    assert isinstance(table, Table)
    return table
