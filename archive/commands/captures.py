"""`captures`: the size of the captures, and deletion of those that nothing refers to."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from archive.captures.retention import Dropped, capture_folders, drop, droppable
from archive.console.options import archive_option, captures_option, json_option, print_json
from archive.console.terminal import Terminal
from archive.database.connection import archive_path, open_archive
from archive.database.lock import Lock
from archive.i18n import gettext as _


@click.command()
@captures_option
@click.option(
    "--drop-older-than",
    "days",
    type=click.IntRange(1, 36_500),
    metavar="DAYS",
    help="Delete lists, feeds and robots.txt captured more than DAYS days ago.",
)
@click.option("--dry-run", is_flag=True, help="Only report what would be deleted.")
@archive_option
@json_option
@click.pass_obj
def captures(url: str, captures: Path, days: int | None, dry_run: bool, as_json: bool) -> None:
    """Show the size of captures by day, and delete old ones that nothing refers to.

    Captures that a version or a rejected page refers to are never deleted: `verify` and
    `rebuild` still find all they need.

    \b
    Examples:
      python -m archive captures
      python -m archive captures --drop-older-than 90 --dry-run
    """
    if dry_run and days is None:
        raise click.UsageError("--dry-run goes with --drop-older-than.")
    dropped = _drop(url, captures, days, dry_run) if days is not None else None
    folders = capture_folders(captures)
    if as_json:
        result: dict[str, Any] = {"days": [asdict(day) for day in folders]}
        print_json(result | {"dropped": asdict(dropped) if dropped else None, "dry_run": dry_run})
        return
    if dropped is not None:
        what = "would be deleted" if dry_run else "were deleted"
        click.echo(f"{dropped.files:,} files ({dropped.bytes:,} bytes) {what}.")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column(_("day"), no_wrap=True)
    for heading in (_("files"), _("bytes"), _("of these seeds"), _("open")):
        table.add_column(heading, justify="right")
    for day in folders:
        numbers = (day.files, day.bytes, day.ways, day.open)
        table.add_row(day.name, *(f"{number:,}" for number in numbers))
    Terminal().print(table)
    total, ways = sum(day.bytes for day in folders), sum(day.ways for day in folders)
    click.echo(f"{total:,} bytes in {captures}, {ways:,} of them of seeds and robots.txt.")


def _drop(url: str, folder: Path, days: int, dry_run: bool) -> Dropped:
    before = (datetime.now(UTC) - timedelta(days=days)).date()
    engine = open_archive(url, create=not dry_run)
    try:
        if dry_run:
            paths = droppable(engine, folder, before)
            return Dropped(len(paths), sum(path.stat().st_size for path in paths))
        with Lock.take(archive_path(url), "arsip captures"):
            return drop(engine, folder, droppable(engine, folder, before))
    finally:
        engine.dispose()
