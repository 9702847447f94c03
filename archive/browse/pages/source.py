"""One source: newest releases, author tags, topics, last crawls, and problems."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from archive.browse.page import Asked, Problem
from archive.browse.source_health import source_health
from archive.lookup.source_profile import NotFound, one_source


def look_up(asked: Asked) -> dict[str, Any]:
    try:
        found = one_source(asked.engine, asked.named["source"])
    except NotFound as error:
        raise Problem(404, "no-such-source", str(error)) from error
    all_of_them = source_health(asked.engine, datetime.now(UTC))
    health = next(office for office in all_of_them if office.id == found.about["id"])
    return {"source": found, "about": found.about, "counts": found.counts, "health": health}
