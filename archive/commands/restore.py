"""`restore`: restores an archive from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from archive.console.options import archive_option, captures_option
from archive.database import migrate
from archive.database.connection import archive_path
from archive.preservation import restore as restoring


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@captures_option
@archive_option
@click.pass_context
def restore(ctx: click.Context, file: Path, captures: Path) -> None:
    """Restore an archive from FILE, written by `backup`.

    FILE is checked first. Nothing is overwritten: if an archive already exists, exit 2.

    \b
    Examples:
      python -m archive restore archive-2026-11-24.db.zst
      python -m archive restore everything.tar --archive sqlite:///elsewhere.db
    """
    archive = archive_path(ctx.obj)
    if not archive.parent.is_dir():
        raise click.UsageError(f"There is no folder {archive.parent}.")
    try:
        restored = restoring.restore(file, archive, captures)
    except restoring.InTheWay as error:
        raise click.UsageError(f"{error}.") from None
    contents = restored.contents
    click.echo(
        f"{contents.releases:,} releases in {contents.versions:,} versions, "
        f"up to seq {contents.seq:,}: {archive}"
    )
    if restored.captures is None:
        click.echo(f"The captures are not in this backup; `verify` looks for them in {captures}.")
    else:
        click.echo(f"{restored.captures:,} capture files: {captures}")
    if contents.schema != migrate.head():
        click.echo(
            f"It was written by an older version of the program (schema {contents.schema}): "
            "run `arsip upgrade`."
        )
