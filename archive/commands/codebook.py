"""`codebook`: describes the archive for users of an export."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.atomic_file import whole_file
from archive.console.options import (
    archive_option,
    json_option,
    opened,
    print_json,
    published_options,
    selection_options,
)
from archive.console.search_words import all_found, words_argument
from archive.i18n import LANGUAGES, language, speaking
from archive.lookup.change_weight import Weight
from archive.lookup.selection import Selection

_NAME = "codebook.md"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    metavar="FOLDER",
    help="Write codebook.md and datapackage.json into FOLDER. Default: print the Markdown.",
)
@json_option
@words_argument
@selection_options
@published_options
@click.option(
    "--lang",
    type=click.Choice(sorted(LANGUAGES)),
    help="The language of the Markdown: Indonesian or English. Default: that of the locale.",
)
@archive_option
@click.pass_obj
def codebook(
    url: str,
    output: Path | None,
    as_json: bool,
    words: tuple[str, ...],
    selection: Selection,
    weight: Weight | None,
    lang: str | None,
) -> None:
    """Describe the archive: its fields, coverage, known gaps, calendar and versions.

    For each field: what it means, how it is obtained, its measured accuracy. For each office
    and month: how many releases and crawls there are. WORDS and options choose releases as in
    `export`, which writes such a codebook beside each file. --json prints the Data Package.

    \b
    Examples:
      python -m archive codebook
      python -m archive codebook --lang id -o .
      python -m archive codebook --election --kind kpu --json | jq '.resources[].name'
    """
    # Imported here: nothing else but reports and exports needs them.
    from archive.codebook import contents, data_package
    from archive.codebook.markdown import markdown

    with opened(url, selection) as engine, speaking(lang or language()):
        chosen = all_found(engine, words, selection, weight)
        with engine.connect() as connection:
            book = contents.codebook(connection, datetime.now(UTC), chosen)
        if as_json and output is None:
            print_json(data_package.package(book))
            return
        written = markdown(book)
    if output is None:
        click.echo(written, nl=False)
        return
    try:
        data_package.enter(output, book)
    except data_package.ForeignPackage as error:
        raise click.UsageError(f"{error}.") from None
    with whole_file(output / _NAME) as file:
        file.write(written.encode())
    click.echo(f"Written to {output / _NAME} and {output / data_package.NAME}.", err=True)
