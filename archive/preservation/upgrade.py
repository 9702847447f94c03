"""Upgrades an archive of an older release: its tables, then everything a new algorithm computes,
then in steps what can be read from the rest."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database import change_sequence, migrate, rebuilds
from archive.database.connection import (
    PATIENCE,
    archive_path,
    check_path,
    check_schema,
    make_engine,
    open_archive,
    writing,
)
from archive.database.models import SourceRow
from archive.moves.links import settle
from archive.proof import release_log_upgrade
from archive.search import quoted_people_upgrade
from archive.search.rebuild import rebuild as rebuild_search

_REBUILDS: dict[rebuilds.Index, Callable[[Engine], int]] = {
    "search": rebuild_search,
    "duplicates": duplicates.rebuild_in_steps,
}
_WITH_MOVES = "0021"
_WITH_EVENTS = "0022"
_WITH_PEOPLE = "0015"
"""The revision from which on an archive has the people whom it quotes."""


def upgrade_archive(url: str) -> tuple[str, str]:
    """All of an upgrade; returns the archive's revision before and after. Raises ArchiveError."""
    revisions = migrate_archive(url)
    complete_archive(url)
    return revisions


def complete_archive(url: str) -> bool:
    """Enters what a migration has left for steps between which a crawl can write, or goes on with
    it; returns whether there was anything. An index of which a rebuild was interrupted is rebuilt.
    No other rebuild may run meanwhile. Raises ArchiveError."""
    engine = open_archive(url, create=True)
    try:
        with engine.connect() as connection:
            unfinished = [name for name in _REBUILDS if rebuilds.left(connection, name) is not None]
        for name in unfinished:
            _REBUILDS[name](engine)
        people = quoted_people_upgrade.complete(engine)
        events = release_log_upgrade.complete(engine)
        return people or events
    finally:
        engine.dispose()


def migrate_archive(url: str) -> tuple[str, str]:
    """Migrates an older archive, and rebuilds what a newer algorithm computes, in one transaction;
    returns its revision before and after. Raises ArchiveError."""
    path = archive_path(url)
    check_path(path, create=False)
    engine = make_engine(path, PATIENCE, create=True)
    try:
        with writing(engine) as connection:
            check_schema(connection, path, older_is_fine=True)
            before = migrate.current(connection) or ""
            migrate.migrate(connection)
            if before < _WITH_PEOPLE:
                quoted_people_upgrade.begin(connection)
            with Session(connection) as session:
                if duplicates.is_stale(session):
                    duplicates.rebuild(session)
                changed = sorted(duplicates.catch_up(session))
                change_sequence.advance(session.connection(), changed)
            if before < _WITH_MOVES:
                for source in connection.scalars(select(SourceRow.id)).all():
                    settle(connection, source)
            if before < _WITH_EVENTS:
                release_log_upgrade.begin(connection)
        return before, migrate.head()
    finally:
        engine.dispose()
