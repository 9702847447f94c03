"""`status-page`: a public page that says how complete the data is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.atomic_file import whole_file
from archive.console.options import archive_option, opened
from archive.i18n import LANGUAGES, language, ngettext, speaking
from archive.i18n.formats import number
from archive.printable import escape_json


@click.command("status-page")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    required=True,
    help="Write the page into FOLDER, each file complete or not at all.",
)
@click.option(
    "--lang",
    type=click.Choice(sorted(LANGUAGES)),
    help="The language of index.html, which links to the other one. Default: that of the locale.",
)
@archive_option
@click.pass_obj
def status_page(url: str, output: Path, lang: str | None) -> None:
    """Write a public page for readers of the data: the state of each office, and what is missing.

    Last release, last look, health in plain words, and a badge for each office; in Indonesian and
    English, as plain files that load nothing. `status.json` has the same for programs.

    \b
    Example:
      python -m archive status-page -o status --lang id
    """
    # Imported here: nothing else needs Babel.
    from archive.status_page import badge, page
    from archive.status_page.offices import as_json, offices

    first = lang or language()
    names = {code: "index.html" if code == first else f"{code}.html" for code in LANGUAGES}
    now = datetime.now(UTC)
    with opened(url) as engine:
        found = offices(engine, now)
    written = {"status.json": escape_json(json.dumps(as_json(found, now), ensure_ascii=False))}
    with speaking(first):
        written["badge.svg"] = badge.of_all(found)
        written |= {f"badges/{office.id}.svg": badge.of_office(office) for office in found}
    for code, name in names.items():
        others = {other: file for other, file in names.items() if other != code}
        with speaking(code):
            written[name] = page.page(found, now, others)
    (output / "badges").mkdir(parents=True, exist_ok=True)
    for name, content in written.items():
        with whole_file(output / name) as file:
            file.write(content.encode())
    sentence = ngettext("%(n)s office in %(file)s.", "%(n)s offices in %(file)s.", len(found))
    click.echo(sentence % {"n": number(len(found)), "file": output / "index.html"}, err=True)
