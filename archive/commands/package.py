"""`package`: writes selected releases with their captures into one file."""

from __future__ import annotations

from pathlib import Path

import click

from archive.atomic_file import whole_file
from archive.console.errors import fail
from archive.console.options import (
    archive_option,
    captures_option,
    check_output,
    opened,
    published_options,
    selection_options,
)
from archive.console.words import all_found, words_argument
from archive.database.connection import archive_path
from archive.lookup.change_weight import Weight
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
@words_argument
@selection_options
@published_options
@captures_option
@archive_option
@click.pass_context
def package(
    ctx: click.Context,
    output: Path,
    captures: Path,
    words: tuple[str, ...],
    selection: Selection,
    weight: Weight | None,
) -> None:
    """Write releases and their captures into one WACZ file.

    It holds every version of each chosen release, and opens in ReplayWeb.page or pywb as the site
    showed it. WORDS work as in `search`. Exit 1 if some captures are missing, or if no release was
    chosen; then no file is written.

    \b
    Examples:
      python -m archive package -o netralitas.wacz --topic netralitas
      python -m archive package netralitas ASN --since 2024-09-25 -o netralitas.wacz
    """
    missing: list[str] = []
    check_output(output, archive_path(ctx.obj))
    with opened(ctx.obj, selection) as engine, whole_file(output) as file:
        packed = packaging.package(
            engine,
            all_found(engine, words, selection, weight),
            captures,
            file,
            lambda sentence: missing.append(sentence) if len(missing) < _SHOWN else None,
        )
        if not packed.releases:
            fail(ctx, f"No release was chosen; {output} was not written", 1)
    click.echo(f"{packed.releases:,} releases, {packed.captures:,} captures: {output}")
    for sentence in missing:
        click.echo(f"{sentence}.", err=True)
    if packed.missing > len(missing):
        click.echo(f"… and {packed.missing - len(missing):,} more.", err=True)
    ctx.exit(1 if packed.missing else 0)
