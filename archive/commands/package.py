"""`package`: writes selected releases with their captures into one file."""

from __future__ import annotations

from pathlib import Path

import click

from archive.atomic_file import whole_file
from archive.console.options import archive_option, captures_option, opened, selection_options
from archive.lookup.selection import Selection
from archive.preservation import wacz as packaging

_SHOWN = 5


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE.wacz",
    help="The WACZ file to write.",
)
@selection_options
@captures_option
@archive_option
@click.pass_context
def package(ctx: click.Context, output: Path, captures: Path, selection: Selection) -> None:
    """Write releases and their captures into one WACZ file.

    It holds every version of each chosen release, and opens in ReplayWeb.page or pywb as the site
    showed it. Exit 1 if some captures are missing.

    \b
    Example:
      python -m archive package -o netralitas.wacz --topic netralitas
    """
    missing: list[str] = []
    with opened(ctx.obj, selection) as engine, whole_file(output) as file:
        packed = packaging.package(
            engine,
            selection,
            captures,
            file,
            lambda sentence: missing.append(sentence) if len(missing) < _SHOWN else None,
        )
    click.echo(f"{packed.releases:,} releases, {packed.captures:,} captures: {output}")
    for sentence in missing:
        click.echo(f"{sentence}.", err=True)
    if packed.missing > len(missing):
        click.echo(f"… and {packed.missing - len(missing):,} more.", err=True)
    ctx.exit(1 if packed.missing else 0)
