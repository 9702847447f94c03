"""Creates the tables of an archive, or migrates them to the schema of this program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text

SCRIPTS = Path(__file__).parents[1] / "migrations"
SCHEMA = "schema.sql"
"""A file in `SCRIPTS`: what the migrations make. `python -m archive.migrations` writes it."""


def create(connection: Connection) -> None:
    """Makes the tables of a new archive inside the connection's transaction: all or none. Without
    Alembic, that takes a tenth of the time."""
    schema = SCRIPTS / SCHEMA
    if schema.exists():
        for statement in _statements(schema.read_text(encoding="utf-8")):
            connection.exec_driver_sql(statement)
        if current(connection) == head():
            return
    migrate(connection)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; each ends with a line."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):  # a trigger has statements in it
            yield statement
            statement = ""


def migrate(connection: Connection) -> None:
    """Runs the missing migrations inside the connection's transaction: all or none."""
    # Imported here: most archives are up to date, and no command should take 0.4 s longer.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def head() -> str:
    """The revision this program writes."""
    return _revisions()[-1]


def known(revision: str) -> bool:
    """Whether this program can upgrade from `revision`; if not, a newer program wrote it."""
    return revision in _revisions()


def _revisions() -> list[str]:
    """All revisions in order; a script's name begins with its revision."""
    return sorted(
        path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py")
    )


def current(connection: Connection) -> str | None:
    """The revision of an archive; None if it has none."""
    revision: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return revision
