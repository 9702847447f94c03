"""All sources with their health."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from archive.browse.page import Asked
from archive.browse.source_health import ill, source_health


def look_up(asked: Asked) -> dict[str, Any]:
    sources = source_health(asked.engine, datetime.now(UTC))
    return {"sources": sources, "ill": ill(sources)}
