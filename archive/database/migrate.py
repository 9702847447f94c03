"""Migrates an archive's tables to the schema of this program."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

SCRIPTS = Path(__file__).parents[1] / "migrations"


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
