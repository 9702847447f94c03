"""The start page: search, latest releases, edits and withdrawals, and problems of sources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from archive.browse.page import Asked
from archive.browse.pages.feeds import watches
from archive.browse.source_health import ill, source_health
from archive.database.models import ReleaseRecord
from archive.lookup import latest

_FEW = 8


def look_up(asked: Asked) -> dict[str, Any]:
    now = datetime.now(UTC)
    with asked.engine.connect() as connection:
        lists = {
            "newest": latest.newest(connection, _FEW, now.date()),
            "edited": latest.newly_edited(connection, _FEW),
            "withdrawn": latest.newly_withdrawn(connection, _FEW),
            "releases": connection.scalar(select(func.count()).select_from(ReleaseRecord)),
        }
    sources = source_health(asked.engine, now)
    return lists | {
        "sources": sources,
        "ill": ill(sources),
        "few": _FEW,
        "watches": watches(asked),
    }
