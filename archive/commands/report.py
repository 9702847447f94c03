"""`report`: one page with charts of the archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.atomic_file import whole_file
from archive.console.options import DAY, archive_option, check_output, opened
from archive.database.connection import archive_path
from archive.i18n import LANGUAGES, language, speaking
from archive.lookup.selection import Selection


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    required=True,
    help="Write to FILE, complete or not at all.",
)
@click.option("--source", multiple=True, metavar="ID", help="Only this source; repeatable.")
@click.option("--since", type=DAY, metavar="DATE", help="Published on this day or later.")
@click.option("--until", type=DAY, metavar="DATE", help="Published on this day or before.")
@click.option(
    "--lang",
    type=click.Choice(sorted(LANGUAGES)),
    help="The language of the page: Indonesian or English. Default: that of the locale.",
)
@archive_option
@click.pass_obj
def report(
    url: str,
    output: Path,
    source: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    lang: str | None,
) -> None:
    """Write one HTML page with charts of the archive.

    Releases per week, topics by stage of the election, what was edited and withdrawn, who speaks
    about which topic, author tags, reposts and the state of the sources, with the numbers in
    tables. The page needs no other file and no network, and suits phones and paper.

    \b
    Examples:
      python -m archive report -o report.html
      python -m archive report -o laporan.html --lang id
      python -m archive report -o kpu.html --source kpu-balikpapan --since 2024-09-25
    """
    # Imported here: nothing else needs Babel.
    from archive.report.figures import figures
    from archive.report.page import page

    check_output(output, archive_path(url))
    selection = Selection(source=source, since=since and since.date(), until=until and until.date())
    with opened(url, selection) as engine, speaking(lang or language()):
        now = datetime.now(UTC)
        written = page(figures(engine, now, selection), now)
    with whole_file(output) as file:
        file.write(written.encode())
    click.echo(f"Written to {output}.", err=True)
