"""Rebuilds sketches and clusters from the texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlalchemy.orm import Session

from archive.database import change_sequence, rebuilds
from archive.database.models import Band, ReleaseRecord, Sketch, Version, table_of
from archive.database.transactions import AtOnce, InSteps, Pace, Transactions, let_others_write
from archive.duplicates import text_dates as inherited
from archive.duplicates.clusters import Clusters, leave
from archive.duplicates.precedence import Claim, claims
from archive.duplicates.sentences import read
from archive.duplicates.winnowing import bands
from archive.fingerprint import text_hash

_TEXTS = 100
"""The most texts in a step."""
_VERSIONS_A_STEP = 500
_EDITED = 100
"""Releases of several versions per step, which are compared."""

_RELEASES, _VERSIONS = table_of(ReleaseRecord), table_of(Version)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ORDER = """
CREATE TABLE texts (
    text_hash TEXT PRIMARY KEY, published INTEGER, seen INTEGER, release TEXT
) WITHOUT ROWID
"""
_PUT = """
INSERT INTO texts VALUES (?, ?, ?, ?) ON CONFLICT (text_hash) DO UPDATE
SET published = excluded.published, seen = excluded.seen, release = excluded.release
WHERE (excluded.published, excluded.seen, excluded.release) < (published, seen, release)
"""
_SORTED = "SELECT text_hash FROM texts ORDER BY published, seen, release"


def rebuild(session: Session) -> int:
    """Forgets all hashes, claims, sketches and clusters and makes them again, the earliest text
    first, so that none has to be settled twice; within the transaction that the session is in.
    Returns how many records changed; these get a new `seq`."""
    session.flush()
    changed = _Rebuilding(AtOnce(session.connection())).run()
    session.expire_all()
    return changed


def rebuild_in_steps(engine: Engine, between: Callable[[], object] = let_others_write) -> int:
    """The same in many short transactions, so that a crawl can write between them. Until it is
    complete, texts that are not settled yet keep their clusters. What a crawl stores meanwhile is
    settled among the texts that are, and again when an earlier one turns out to be its original.
    An interrupted rebuild is begun anew by the next one. `between`: called after each step, when
    nothing is locked. Raises ArchiveError."""
    return _Rebuilding(InSteps(engine, between)).run()


class _Rebuilding:
    """The steps, in their order. The archive's size decides how many there are, not how long one
    takes nor how much memory it needs."""

    def __init__(self, steps: Transactions) -> None:
        self._steps = steps

    def run(self) -> int:
        """All of them; returns how often a record changed."""
        with self._steps.emptying() as connection:
            total = connection.scalar(select(func.count()).select_from(_RELEASES)) or 0
            rebuilds.begin(connection, "duplicates", total)
            connection.execute(delete(Band))
            connection.execute(delete(Sketch))
            newest = connection.scalar(select(func.max(_VERSIONS.c.id))) or 0
        changed = self._rehash(newest)
        self._renew_claims()
        with closing(sqlite3.connect("")) as texts:  # on the disk, where it grows
            changed += self._settle(texts)
        return changed

    def _rehash(self, newest: int) -> int:
        """Corrects the hash of each text up to version `newest`; takes releases whose text is too
        short to be copied out of their clusters."""
        last, freed = 0, 0
        pace = Pace(_VERSIONS_A_STEP)
        while True:
            with self._steps.reading() as connection:  # nearly always there is nothing to write
                query = (
                    select(_VERSIONS.c.id, _VERSIONS.c.body, _VERSIONS.c.text_hash)
                    .where(_VERSIONS.c.id > last, _VERSIONS.c.id <= newest)
                    .order_by(_VERSIONS.c.id)
                    .limit(pace.rows)
                )
                rows = connection.execute(query).all()
                hashed = [(row, text_hash(row.body)) for row in rows]
                wrong = [(row.id, row.body, right) for row, right in hashed if right != row[-1]]
                is_short = rows and any(True for _ in _short(connection, last, rows[-1].id))
            if not rows:
                return freed
            if wrong or is_short:
                with self._steps.writing() as connection:
                    _hash(connection, wrong)
                    freed += _free(connection, last, rows[-1].id)
                pace.follow(self._steps.seconds)
            last = rows[-1].id

    def _renew_claims(self) -> None:
        last = ""
        while True:
            with self._steps.writing() as connection:
                query = (
                    select(_RELEASES.c.id)
                    .where(_RELEASES.c.version > 1, _RELEASES.c.id > last)
                    .order_by(_RELEASES.c.id)
                    .limit(_EDITED)
                )
                edited = connection.scalars(query).all()
                if not edited:
                    return
                with Session(connection) as session:
                    inherited.renew(session, edited)
                last = edited[-1]

    def _settle(self, texts: sqlite3.Connection) -> int:
        """Settles all texts, the earliest first."""
        texts.execute(_ORDER)
        with self._steps.reading() as connection:
            texts.executemany(_PUT, _places(connection))
        changed = 0
        in_order = texts.execute(_SORTED)
        pace = Pace(_TEXTS)
        while some := [text_hash for (text_hash,) in in_order.fetchmany(pace.rows)]:
            with self._steps.reading() as connection:  # what takes longest locks nothing
                known = {row.text_hash: bands(read(row.body)) for row in _bodies(connection, some)}
            with self._steps.writing() as connection:
                for wanted in some:
                    touched = Clusters(connection, known).settle([wanted])
                    change_sequence.advance(connection, sorted(touched))
                    changed += len(touched)
                rebuilds.progress(connection, "duplicates", len(some))
            pace.follow(self._steps.seconds)
        with self._steps.writing() as connection:
            rebuilds.end(connection, "duplicates")
        return changed


def _bodies(connection: Connection, hashes: list[str]) -> Sequence[Any]:
    """A text for each hash."""
    query = (
        select(_VERSIONS.c.text_hash, func.min(_VERSIONS.c.id), _VERSIONS.c.body)
        .where(_VERSIONS.c.text_hash.in_(hashes))
        .group_by(_VERSIONS.c.text_hash)
    )
    return connection.execute(query).all()


def _hash(connection: Connection, wrong: list[tuple[int, str, str | None]]) -> None:
    """Corrects the hashes of these versions: number, text, hash; not of a text that has changed."""
    for number, body, right in wrong:
        it = (_VERSIONS.c.id == number) & (_VERSIONS.c.body == body)
        connection.execute(update(_VERSIONS).where(it).values(text_hash=right))


def _free(connection: Connection, above: int, up_to: int) -> int:
    freed = sorted(claim.release for claim in _short(connection, above, up_to))
    for release in freed:
        leave(connection, release)
    change_sequence.advance(connection, freed)
    return len(freed)


def _short(connection: Connection, above: int, up_to: int) -> Iterator[Claim]:
    """Releases in clusters whose text is too short to be copied."""
    short = _VERSIONS.c.text_hash.is_(None) & _RELEASES.c.duplicate_of.is_not(None)
    return claims(connection, short & (_VERSIONS.c.id > above) & (_VERSIONS.c.id <= up_to))


def _places(connection: Connection) -> Iterator[tuple[str, int, int, str]]:
    """Each release's text with the place that it has by it."""
    for claim in claims(connection, _VERSIONS.c.text_hash.is_not(None)):
        assert claim.text_hash is not None
        published, seen, release = claim.order
        yield claim.text_hash, _number(published), _number(seen), release


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
