"""Upgrades an archive of an older release: its tables, then everything a new algorithm computes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from archive import duplicates
from archive.database import change_sequence, migrate
from archive.database.connection import (
    PATIENCE,
    archive_path,
    check_path,
    check_schema,
    make_engine,
    writing,
)


def upgrade_archive(url: str) -> tuple[str, str]:
    """Migrates an older archive, and rebuilds what a newer algorithm computes; returns its revision
    before and after. Raises ArchiveError."""
    path = archive_path(url)
    check_path(path, create=False)
    engine = make_engine(path, PATIENCE, create=True)
    try:
        with writing(engine) as connection:
            check_schema(connection, path, older_is_fine=True)
            before = migrate.current(connection) or ""
            migrate.migrate(connection)
            with Session(connection) as session:
                if duplicates.is_stale(session):
                    duplicates.rebuild(session)
                changed = sorted(duplicates.catch_up(session))
                change_sequence.advance(session.connection(), changed)
        return before, migrate.head()
    finally:
        engine.dispose()
