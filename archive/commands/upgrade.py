"""`upgrade`: upgrades an older archive."""

from __future__ import annotations

import click

from archive.console.options import archive_option
from archive.database.connection import ArchiveError, archive_path
from archive.database.lock import MAINTENANCE, Lock
from archive.preservation.upgrade import complete_archive, migrate_archive


@click.command()
@archive_option
@click.pass_obj
def upgrade(url: str) -> None:
    """Upgrade an archive written by an older version of the program.

    The tables change in one transaction: if it fails, the archive is unchanged. Exit 3 while a
    crawl runs. Then the people who are quoted, and the releases in the log of events, are entered
    in short steps, between which a crawl writes; if that was interrupted, run it again, and it goes
    on. An index of which a rebuild was interrupted is rebuilt.

    \b
    Example:
      python -m archive upgrade
    """
    path = archive_path(url)
    if not path.exists():
        raise ArchiveError(f"There is no archive at {path}; a crawl creates one")
    name = "arsip upgrade"
    with Lock.take(path, name, MAINTENANCE):
        with Lock.take(path, name):
            before, after = migrate_archive(url)
        completed = complete_archive(url)
    if before == after:
        click.echo(f"The archive is up to date (schema {after}).")
    else:
        click.echo(f"Upgraded the archive from schema {before} to {after}.")
    if completed:
        click.echo(
            "The people who are quoted can be found (`arsip speakers`), and the log of events is "
            "complete."
        )
