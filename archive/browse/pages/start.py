"""The start page: search, latest releases, edits and withdrawals, and problems of sources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from archive.browse.page import Asked
from archive.browse.pages.feeds import watches
from archive.browse.source_health import ill, source_health
from archive.database.models import Base, MoveRow, ReleaseRecord
from archive.lookup import latest

_FEW = 8


def _number(connection: Connection, of: type[Base]) -> int:
    return connection.scalar(select(func.count()).select_from(of)) or 0


def look_up(asked: Asked) -> dict[str, Any]:
    now = datetime.now(UTC)
    with asked.engine.connect() as connection:
        lists = {
            "newest": latest.newest(connection, _FEW, now.date()),
            "edited": latest.newly_edited(connection, _FEW),
            "withdrawn": latest.newly_withdrawn(connection, _FEW),
            "releases": _number(connection, ReleaseRecord) - _number(connection, MoveRow),
        }
    sources = source_health(asked.engine, now)
    return lists | {
        "sources": sources,
        "ill": ill(sources),
        "few": _FEW,
        "watches": watches(asked),
    }
