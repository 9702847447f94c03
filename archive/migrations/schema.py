"""The schema that all migrations make, as an SQL script."""

from __future__ import annotations

import sqlite3

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from archive.database import migrate

_HEADER = """\
-- The tables of a new archive, as the migrations make them. Written by
-- `python -m archive.migrations`; a test fails if it is not what they make.
"""
_OBJECTS = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"


def migrated_schema() -> str:
    """Runs all migrations on a new database in memory. Tables that SQLite makes for an index are
    left out."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.connect() as migrating:
        migrate.migrate(migrating)
        migrating.commit()
    made = connection.execute(_OBJECTS).fetchall()
    connection.close()
    virtual = tuple(f"{name}_" for name, sql in made if sql.startswith("CREATE VIRTUAL TABLE"))
    objects = [sql for name, sql in made if not name.startswith(virtual)]
    revision = f"INSERT INTO alembic_version VALUES ('{migrate.head()}')"  # noqa: S608 - our own
    return _HEADER + "".join(f"{statement};\n" for statement in [*objects, revision])
