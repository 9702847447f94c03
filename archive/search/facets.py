"""What a search's results have in common: how many there are of each source, topic and year."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Engine, select

from archive.database.models import ReleaseRecord, Version
from archive.lookup.selection import Selection
from archive.search.fulltext import matching

MOST = 2_000
"""Results that are counted; a reader of so many narrows the search down anyway."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of results; the most frequent values first, years the latest first."""

    results: int
    """`MOST` at most."""
    is_all: bool
    """Whether there are no more."""
    sources: list[tuple[str, int]]
    topics: list[tuple[str, int]]
    years: list[tuple[str, int]]


def facets(engine: Engine, words: str, selection: Selection) -> Facets:
    """Counts the releases of `selection` that `words` find. Raises SearchError, ArchiveError."""
    chosen = matching(words, selection).limit(MOST + 1).subquery()
    query = (
        select(ReleaseRecord.source, Version.published_on, Version.topics)
        .join(ReleaseRecord, ReleaseRecord.id == Version.release)
        .where(Version.id.in_(select(chosen.c.number)))
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    counted = rows[:MOST]
    years = Counter(f"{row.published_on:%Y}" for row in counted if row.published_on)
    return Facets(
        results=len(counted),
        is_all=len(rows) <= MOST,
        sources=Counter(row.source for row in counted).most_common(),
        topics=Counter(topic for row in counted for topic in row.topics).most_common(),
        years=sorted(years.items(), reverse=True),
    )
