"""`backup`: copies an archive while it is in use."""

from __future__ import annotations

from pathlib import Path

import click

from archive.console.options import archive_option, captures_option, check_output
from archive.database.connection import archive_path, open_archive
from archive.preservation.backup import back_up

_SHOWN = 5


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--with-captures",
    is_flag=True,
    help="Write a tar of the database and all captures, so that one file restores everything.",
)
@captures_option
@archive_option
@click.pass_context
def backup(ctx: click.Context, file: Path, with_captures: bool, captures: Path) -> None:
    """Copy the archive into FILE, even while a crawl runs.

    The copy is the database at one moment. It is checked, and written completely or not at all;
    compressed if FILE ends in .zst or .gz. Exit 1 if captures are missing.

    \b
    Examples:
      python -m archive backup backup.db
      python -m archive backup "archive-$(date +%F).db.zst"
      python -m archive backup --with-captures everything.tar
    """
    if not with_captures and ".tar" in file.suffixes:
        raise click.UsageError(f"{file} would not be a tar: add --with-captures, or name it .db.")
    engine = open_archive(ctx.obj, older_is_fine=True)
    try:
        check_output(file, archive_path(ctx.obj))
        done = back_up(engine, file, captures if with_captures else None)
    finally:
        engine.dispose()
    contents = done.contents
    click.echo(
        f"{contents.releases:,} releases in {contents.versions:,} versions, "
        f"{contents.crawls:,} crawls of {contents.sources:,} sources (schema {contents.schema}), "
        + (
            f"{done.captures:,} capture files ({done.bytes:,} bytes)"
            if with_captures
            else "without captures"
        )
        + f": {file}"
    )
    for name in done.missing[:_SHOWN]:
        click.echo(f"{name} is missing in {captures}.", err=True)
    if len(done.missing) > _SHOWN:
        click.echo(f"… and {len(done.missing) - _SHOWN:,} more.", err=True)
    ctx.exit(1 if done.missing else 0)
