"""Rebuilds the search index in steps, so that a crawl can write between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, text

from archive.database import rebuilds
from archive.database.models import (
    QuotedPerson,
    ReleaseRecord,
    SearchRoots,
    Signature,
    Version,
    table_of,
)
from archive.database.transactions import InSteps, Pace, let_others_write
from archive.search import index

_STEP = 200
"""The most releases in a transaction."""

_VERSIONS, _ROOTS, _RELEASES = map(table_of, (Version, SearchRoots, ReleaseRecord))
Printed = tuple[str, str | None, str, str | None]
"""Title, dateline, body, byline."""
_PRINTED = tuple(_VERSIONS.c[name] for name in ("title", "dateline", "body", "byline"))


def rebuild(engine: Engine, between: Callable[[], object] = let_others_write) -> int:
    """Empties the index and enters each current version again, with the roots that today's stemmer
    finds, the newest first; what a crawl stores meanwhile it enters itself. Returns how many the
    index holds. An interrupted rebuild leaves the index incomplete; the next one begins anew.
    `between`: called after each step, when nothing is locked. Raises ArchiveError."""
    steps = InSteps(engine, between)
    with steps.emptying() as connection:
        total = connection.scalar(select(func.count()).select_from(_RELEASES)) or 0
        rebuilds.begin(connection, "search", total)
        connection.execute(text("INSERT INTO search_index (search_index) VALUES ('delete-all')"))
        connection.execute(delete(SearchRoots))
        connection.execute(delete(Signature))
        connection.execute(delete(QuotedPerson))
        rebuilds.end(connection, "people")  # they are entered with the versions
        newest = connection.scalar(select(func.max(_VERSIONS.c.id))) or 0
    below: int | None = newest + 1
    pace = Pace(_STEP)
    while below is not None:
        with steps.reading() as connection:  # stemming takes longest, and locks nothing
            rows = _missing(connection, below, pace.rows)
        printed = [tuple(rest) for _, _, _, *rest in rows]
        known = {one: index.roots(*one) for one in printed}
        with steps.writing() as connection:
            below = _enter_some(connection, below, pace.rows, known)
        pace.follow(steps.seconds)
    with steps.reading() as connection:
        return connection.scalar(select(func.count()).select_from(_ROOTS)) or 0


def _enter_some(
    connection: Connection, below: int, number: int, known: Mapping[Printed, index.Roots]
) -> int | None:
    """Enters the newest versions below a number; returns the lowest of theirs, None at the end.
    `known`: roots by what is printed."""
    rows = _missing(connection, below, number)
    if not rows:
        rebuilds.end(connection, "search")
        return None
    for id_, author_tags, quotes, *rest in reversed(rows):  # FTS5 is fastest in rising order
        printed = tuple(rest)
        found = known.get(printed) or index.roots(*printed)
        documents = index.documents_of(connection, id_)
        index.enter(connection, id_, author_tags, quotes, found, documents)
    rebuilds.progress(connection, "search", len(rows))
    return int(rows[-1].id)


def _missing(connection: Connection, below: int, number: int) -> Sequence[Any]:
    """The newest current versions below a number that are not in the index."""
    query = (
        select(_VERSIONS.c.id, _VERSIONS.c.author_tags, _VERSIONS.c.quotes, *_PRINTED)
        .join(
            _RELEASES,
            (_RELEASES.c.id == _VERSIONS.c.release) & (_RELEASES.c.version == _VERSIONS.c.version),
        )
        .outerjoin(_ROOTS, _ROOTS.c.id == _VERSIONS.c.id)
        .where(_VERSIONS.c.id < below, _ROOTS.c.id.is_(None))
        .order_by(_VERSIONS.c.id.desc())
        .limit(number)
    )
    return connection.execute(query).all()
