"""Bringing an archive's tables to what this program expects."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

SCRIPTS = Path(__file__).parents[1] / "migrations"


def migrate(connection: Connection) -> None:
    """Runs what is missing, inside the transaction the connection is in: all of it or nothing."""
    # Imported here: most archives are up to date, and no command should wait 0.4 s for it.
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
    """In order. The name of a script begins with its revision."""
    return sorted(
        path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py")
    )


def current(connection: Connection) -> str | None:
    """The revision an archive is at; None when it is not said."""
    revision: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return revision
