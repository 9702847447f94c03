"""`merge`: another archive's releases, versions, crawls and captures come into this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from archive.console.options import archive_option, locked_archive
from archive.database.connection import archive_path, open_archive
from archive.i18n import gettext as _
from archive.i18n.formats import number
from archive.merge.run import Merged, count, merge_archive


@click.command()
@click.argument("other", metavar="OTHER")
@click.option(
    "--captures",
    "theirs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder of OTHER's captures, which are copied; default: captures beside OTHER.",
)
@click.option(
    "--own-captures",
    "ours",
    envvar="CAPTURES",
    default="captures",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder into which they are copied; default from the environment variable CAPTURES.",
)
@archive_option
@click.pass_context
def merge(ctx: click.Context, other: str, theirs: Path | None, ours: Path) -> None:
    """Merge the archive OTHER into this one, as if everything had been crawled here.

    A release that both have keeps all versions, by time. Merging the same archive again changes
    nothing; if it was interrupted, run it again. OTHER is only read. Exit 2: OTHER is this archive;
    3: one of them cannot be opened, or a crawl is running here.

    \b
    Examples:
      python -m archive merge /mnt/aceh/archive.db
      python -m archive merge papua.db --captures /mnt/papua/captures
    """
    path = archive_path(other)
    if path == archive_path(ctx.obj):
        raise click.UsageError(f"{path} is the archive itself.")
    engine = open_archive(other)
    try:
        if not archive_path(ctx.obj).exists():
            open_archive(ctx.obj, create=True).dispose()
        folder = theirs or path.parent / "captures"
        folders = (folder, ours) if folder.is_dir() else None
        with locked_archive(ctx.obj, "merge") as own, _progress(count(engine)) as progress:
            merged = merge_archive(own, engine, folders, progress)
    finally:
        engine.dispose()
    _say(merged, path, folder)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Shows how many releases are merged, on a terminal only."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task("Merging releases", total=total)
        yield partial(shown.advance, task)


def _say(merged: Merged, path: Path, folder: Path) -> None:
    counts = {name: number(getattr(merged, name)) for name in ("new", "changed", "same", "crawls")}
    sentence = _("%(new)s releases new, %(changed)s changed, %(same)s same; %(crawls)s crawls new.")
    click.echo(f"{path}: {sentence % counts}")
    if merged.captures is None:
        click.echo(
            _(
                "There is no folder %(folder)s, so no captures were copied: `verify` will miss "
                "them. Run it again with --captures."
            )
            % {"folder": folder}
        )
    else:
        copied = merged.captures
        size = {"n": number(copied.files), "size": number(round(copied.bytes / 1e6, 1))}
        click.echo(_("%(n)s capture files copied, %(size)s MB.") % size)
