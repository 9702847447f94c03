"""The sources with their health, for the start page and the page of all sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from archive.health import Finding, findings

_SOURCES = text(
    """
    WITH latest AS (SELECT source, id, max(started_at) FROM crawls GROUP BY source)
    SELECT s.id, s.kind, s.publisher, s.region, c.started_at AS last_crawl_at, c.outcome
    FROM sources AS s LEFT JOIN latest ON latest.source = s.id
    LEFT JOIN crawls AS c ON c.id = latest.id ORDER BY s.publisher, s.id
    """
)
_LAST_CRAWLS = text("SELECT id, ended_at FROM crawls ORDER BY id DESC LIMIT 50")


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source, its last crawl and its health findings."""

    id: str
    kind: str
    publisher: str
    region: str
    last_crawl_at: str | None
    outcome: str | None
    """None with a `last_crawl_at`: the crawl is running, or was killed."""
    findings: list[Finding] = field(default_factory=list)


def source_health(engine: Engine, now: datetime) -> list[SourceHealth]:
    """All sources by publisher. Worked out anew every hour and after each crawl: it takes reading
    the last crawls of all of them."""
    archive = str(engine.url)
    with engine.connect() as connection:
        state = (now.date(), now.hour, *map(tuple, connection.execute(_LAST_CRAWLS)))
        if archive not in _known or _known[archive][0] != state:
            _known[archive] = (state, _worked_out(connection, now))
    return _known[archive][1]


def ill(sources: list[SourceHealth]) -> list[SourceHealth]:
    """The sources with findings."""
    return [source for source in sources if source.findings]


_known: dict[str, tuple[Any, list[SourceHealth]]] = {}
"""By archive: the state of its crawls, and what followed from it."""


def _worked_out(connection: Connection, now: datetime) -> list[SourceHealth]:
    sources = {row["id"]: SourceHealth(**row) for row in connection.execute(_SOURCES).mappings()}
    with Session(connection) as session:
        for finding in findings(session, now):
            if finding.source in sources:
                sources[finding.source].findings.append(finding)
    return list(sources.values())
