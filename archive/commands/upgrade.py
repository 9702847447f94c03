"""`upgrade`: bring an older archive up to date."""

from __future__ import annotations

import click

from archive.database import upgrade_archive
from archive.options import archive_option


@click.command()
@archive_option
@click.pass_obj
def upgrade(url: str) -> None:
    """Bring an archive of an older version of the program up to date.

    All of it or nothing: when it fails, the archive is as it was.

    \b
    Example:
      python -m archive upgrade
    """
    before, after = upgrade_archive(url)
    if before == after:
        click.echo(f"The archive is up to date (schema {after}).")
    else:
        click.echo(f"Upgraded the archive from schema {before} to {after}.")
