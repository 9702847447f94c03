"""`report`: one page with charts of the archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.atomic_file import whole_file
from archive.console.options import archive_option, check_output, opened
from archive.database.connection import archive_path
from archive.report.figures import figures
from archive.report.page import page


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    required=True,
    help="Write to FILE, complete or not at all.",
)
@archive_option
@click.pass_obj
def report(url: str, output: Path) -> None:
    """Write one HTML page with charts of the archive.

    Releases per week, topics by stage of the election, author tags, reposts, edits, withdrawals
    and the state of the sources, with the numbers in tables below. The page needs no other file
    and no network, and suits phones and paper.

    \b
    Example:
      python -m archive report -o report.html
    """
    check_output(output, archive_path(url))
    with opened(url) as engine:
        now = datetime.now(UTC)
        written = page(figures(engine, now), now)
    with whole_file(output) as file:
        file.write(written.encode())
    click.echo(f"Written to {output}.", err=True)
