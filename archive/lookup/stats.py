"""Counts of what the archive has, by source."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Engine, text

from archive.election_days import vote_days

_BY_SOURCE = text(
    """
    WITH held AS (
        SELECT source, sum(moved_from IS NULL) AS releases,
               sum(versions) - count(moved_from) AS versions,
               sum(duplicate_of IS NOT NULL AND moved_from IS NULL) AS reposts,
               sum(election AND moved_from IS NULL) AS election, count(gone_at) AS gone,
               count(moved_from) AS moved,
               sum(instr(flags, '"text-doubtful"') > 0) AS doubtful,
               min(published_on) AS first_published_on, max(published_on) AS last_published_on
        FROM releases GROUP BY source
    ), refused AS (
        SELECT source, count(*) AS rejected
        FROM rejections WHERE resolved_at IS NULL GROUP BY source
    ), latest AS (SELECT source, id, max(started_at) FROM crawls GROUP BY source)
    SELECT s.id AS source, s.kind, s.publisher, s.region,
           coalesce(held.releases, 0) AS releases, coalesce(held.versions, 0) AS versions,
           coalesce(held.reposts, 0) AS reposts, coalesce(held.election, 0) AS election,
           coalesce(held.gone, 0) AS gone, coalesce(held.moved, 0) AS moved,
           coalesce(held.doubtful, 0) AS doubtful,
           coalesce(refused.rejected, 0) AS rejected,
           held.first_published_on, held.last_published_on,
           c.started_at AS last_crawl_at, c.outcome AS last_outcome, c.reason AS last_reason
    FROM sources AS s
    LEFT JOIN held ON held.source = s.id
    LEFT JOIN refused ON refused.source = s.id
    LEFT JOIN latest ON latest.source = s.id
    LEFT JOIN crawls AS c ON c.id = latest.id
    ORDER BY s.kind, s.id
    """
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over all sources."""

    releases: int
    versions: int
    reposts: int
    """Releases whose text another release published first."""
    election: int
    gone: int
    moved: int
    """Releases that their site has given another address; each counts once."""
    doubtful: int
    """Releases with the flag `text-doubtful`: another extractor finds much more text."""
    rejected: int
    """Pages that are not releases so far."""


@dataclass(frozen=True, slots=True)
class SourceStats(Totals):
    """Counts of one source; dates and times as the database stores them."""

    source: str
    kind: str
    publisher: str
    region: str
    votes: list[str]
    """The known days of votes in its region."""
    first_published_on: str | None
    last_published_on: str | None
    last_crawl_at: str | None
    last_outcome: str | None
    """None if there is a `last_crawl_at`: the crawl is running, or was killed."""
    last_reason: str | None


@dataclass(frozen=True, slots=True)
class Stats:
    """What `arsip stats` shows."""

    sources: list[SourceStats]
    totals: Totals

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def stats(engine: Engine) -> Stats:
    """Counts sources and releases. Raises ArchiveError."""
    with engine.connect() as connection:
        sources = [
            SourceStats(**row, votes=[day.isoformat() for day in vote_days(row["region"])])
            for row in connection.execute(_BY_SOURCE).mappings()
        ]
    counts = {
        field.name: sum(getattr(source, field.name) for source in sources)
        for field in fields(Totals)
    }
    return Stats(sources, Totals(**counts))
