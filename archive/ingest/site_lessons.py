"""What crawls learn about a site: its URL pattern, its template, its seeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from archive.database.column_types import clean
from archive.database.models import Address, Lesson, table_of
from archive.ingest.frontier import ELSEWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What earlier crawls learned about a site."""

    article: str | None = None
    blocks: frozenset[str] = frozenset()
    signatures: frozenset[str] = frozenset()


@dataclass(slots=True)
class LearnedSite:
    """What was learned about a site, for people."""

    article: str | None = None
    """The form of its releases' URLs."""
    ways: list[dict[str, Any]] = field(default_factory=list)
    """The seeds that lead to releases: `what`, `url`, `regular` (fetched on every crawl), `why`."""
    elsewhere: list[str] = field(default_factory=list)
    """Lists of news on hosts that the source does not declare."""


def load(connection: Connection, source: str) -> Lessons:
    """What was learned about the site so far."""
    row = connection.execute(select(table_of(Lesson)).filter_by(source=source)).one_or_none()
    if row is None:
        return Lessons()
    frame = row.frame or {}
    return Lessons(
        article=row.article,
        blocks=frozenset(frame.get("blocks", ())),
        signatures=frozenset(frame.get("signatures", ())),
    )


def learned_sites(connection: Connection) -> dict[str, LearnedSite]:
    """By source, what was learned about its site."""
    by_source: dict[str, LearnedSite] = {}
    for source, article in connection.execute(select(Lesson.source, Lesson.article)):
        by_source.setdefault(source, LearnedSite()).article = article
    ways = (
        select(Address.source, Address.what, Address.url, Address.regular, Address.hint)
        .where(Address.what != "release", Address.walked_at.is_not(None))
        .order_by(Address.source, Address.regular.desc(), Address.url)
    )
    for row in connection.execute(ways):
        why = (row.hint or {}).get("why")
        way = {"what": row.what, "url": row.url, "regular": bool(row.regular), "why": why}
        by_source.setdefault(row.source, LearnedSite()).ways.append(way)
    elsewhere = select(Address.source, Address.url).filter_by(what=ELSEWHERE)
    for source, url in connection.execute(elsewhere.order_by(Address.source, Address.found_at)):
        by_source.setdefault(source, LearnedSite()).elsewhere.append(url)
    return by_source


def save(connection: Connection, source: str, learned: Lessons, at: datetime) -> None:
    """Saves what was learned about the site."""
    frame = {"blocks": sorted(learned.blocks), "signatures": sorted(learned.signatures)}
    values = {
        "article": learned.article,
        "frame": clean(frame) if learned.blocks or learned.signatures else None,
        "learned_at": at,
    }
    connection.execute(
        upsert(table_of(Lesson))
        .values(source=source, **values)
        .on_conflict_do_update(index_elements=["source"], set_=values)
    )
