"""Profile of one source: its releases, author tags, topics and last crawls."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, TextClause, text

from archive.nearest import did_you_mean

_FEW = 10

_FACTS = text(
    """
    SELECT id, kind, publisher, region, home, timezone FROM sources WHERE id = :source
    """
)
_IDS = text("SELECT id FROM sources")
_COUNTS = text(
    """
    SELECT coalesce(sum(moved_from IS NULL), 0) AS releases,
           coalesce(sum(versions), 0) - count(moved_from) AS versions,
           coalesce(sum(duplicate_of IS NOT NULL AND moved_from IS NULL), 0) AS reposts,
           coalesce(sum(election AND moved_from IS NULL), 0) AS election,
           count(gone_at) AS gone, coalesce(sum(versions > 1), 0) AS edited,
           count(moved_from) AS moved,
           coalesce(sum(author_tags = '[]' AND moved_from IS NULL), 0) AS unsigned,
           min(published_on) AS first_published_on, max(published_on) AS last_published_on
    FROM releases WHERE source = :source
    """
)
_SIGNS = text(
    """
    SELECT tag, count(*) AS releases FROM author_tags WHERE source = :source
    GROUP BY tag ORDER BY releases DESC, tag LIMIT :few
    """
)
_TOPICS = text(
    """
    SELECT topic.value AS topic, count(*) AS releases
    FROM releases, json_each(releases.topics) AS topic WHERE source = :source
    GROUP BY topic.value ORDER BY releases DESC, topic LIMIT :few
    """
)
_REJECTED = text(
    """
    SELECT stage, reason, count(*) AS pages FROM rejections
    WHERE source = :source AND resolved_at IS NULL
    GROUP BY stage, reason ORDER BY pages DESC, stage, reason
    """
)
_CRAWLS = text(
    """
    SELECT started_at, ended_at, outcome, reason, requests, pages, releases_new, releases_changed,
           releases_seen, rejected
    FROM crawls WHERE source = :source ORDER BY started_at DESC, id DESC LIMIT :few
    """
)
_LATEST = text(
    """
    SELECT id, published_on, title, url FROM releases WHERE source = :source AND moved_from IS NULL
    ORDER BY published_on DESC NULLS LAST, version_id DESC LIMIT :few
    """
)


class NotFound(Exception):
    """The archive has no such source; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class OneSource:
    """A source; days and times as the archive stores them, lists with at most ten entries."""

    about: dict[str, Any]
    """`id`, `kind`, `publisher`, `region`, `home`, `timezone`."""
    counts: dict[str, Any]
    """Number of its `releases`, `versions`, `reposts`, `election`, `gone`, `moved`, `edited`,
    `unsigned`; `first_published_on`, `last_published_on`."""
    signs: list[dict[str, Any]]
    """Author tags: `tag`, `releases`."""
    topics: list[dict[str, Any]]
    """`topic`, `releases`."""
    rejections: list[dict[str, Any]]
    """Pages that are not releases so far: `stage`, `reason`, `pages`."""
    crawls: list[dict[str, Any]]
    """The last crawls, newest first; columns as in the table `crawls`."""
    latest: list[dict[str, Any]]
    """Its newest releases: `id`, `published_on`, `title`, `url`."""

    def as_json(self) -> dict[str, Any]:
        values = asdict(self)
        about: dict[str, Any] = values.pop("about")
        return about | values


def one_source(engine: Engine, source: str) -> OneSource:
    """The source with this id. Raises NotFound, ArchiveError."""
    with engine.connect() as connection:
        about = _rows(connection, _FACTS, source)
        if not about:
            hint = did_you_mean(source, connection.scalars(_IDS))
            raise NotFound(f"The archive has no source {source!r}" + (f".{hint}" if hint else ""))
        return OneSource(
            about=about[0],
            counts=_rows(connection, _COUNTS, source)[0],
            signs=_rows(connection, _SIGNS, source),
            topics=_rows(connection, _TOPICS, source),
            rejections=_rows(connection, _REJECTED, source),
            crawls=_rows(connection, _CRAWLS, source),
            latest=_rows(connection, _LATEST, source),
        )


def timezone(engine: Engine, source: str) -> ZoneInfo:
    """The zone of a source that the archive knows. Raises ArchiveError."""
    with engine.connect() as connection:
        return ZoneInfo(connection.execute(_FACTS, {"source": source}).one().timezone)


def _rows(connection: Connection, query: TextClause, source: str) -> list[dict[str, Any]]:
    named = {"source": source, "few": _FEW}
    wanted = {name: value for name, value in named.items() if name in query.compile().params}
    return [dict(row) for row in connection.execute(query, wanted).mappings()]
