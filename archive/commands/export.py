"""`export`: the archive as a file for another program."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from archive import export as exporting
from archive.database import archive_path
from archive.options import archive_option, opened, selection_options
from archive.selection import Selection


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write to FILE, whole or not at all; standard output when left out.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    default="jsonl",
    show_default=True,
    help="JSON lines; csv and parquet are not built yet.",
)
@click.option(
    "--since",
    type=click.IntRange(0),
    default=0,
    metavar="SEQ",
    help="Only what changed after this seq.",
)
@selection_options
@archive_option
@click.pass_obj
def export(
    url: str,
    output: Path | None,
    form: str,
    since: int,
    selection: Selection,
) -> None:
    """Write releases as JSON lines, one a line, ordered by seq.

    Every line is valid against archive/release.schema.json. An export with --since and the last
    seq of the one before has only what is new or changed.

    \b
    Examples:
      python -m archive export -o releases.jsonl
      python -m archive export --election --unique | head -1 | jq
      python -m archive export --since 4711 -o changes.jsonl
    """
    if form != "jsonl":
        raise click.UsageError(f"The format {form} is not built yet; jsonl is.")
    with opened(url, selection) as engine:
        write = partial(exporting.export_jsonl, engine, selection=selection, since=since)
        if output is None or str(output) == "-":
            write(sys.stdout)
            return
        _check_output(output, archive_path(url))
        with exporting.whole_file(output) as file:
            number, last = write(file)
    click.echo(f"{number:,} releases in {output}. What changes later: --since {last}", err=True)


def _check_output(output: Path, archive: Path) -> None:
    if not output.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {output.parent}.")
    if output.exists() and output.samefile(archive):
        raise click.UsageError(f"{output} is the archive itself.")
