"""`feeds`: each watch as an Atom file."""

from __future__ import annotations

from pathlib import Path

import click

from archive.atomic_file import whole_file
from archive.console.options import archive_option, opened, watches_option
from archive.i18n import LANGUAGES, language, ngettext, speaking
from archive.i18n.formats import number
from archive.watches import watch_file
from archive.watches.watch_file import WatchError


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    required=True,
    help="Write NAME.xml for each watch into FOLDER, each complete or not at all.",
)
@click.option(
    "--url",
    "address",
    metavar="URL",
    default="",
    help="Where FOLDER will be on the web, such as https://contoh.id/feeds/.",
)
@click.option(
    "--lang",
    type=click.Choice(sorted(LANGUAGES)),
    help="The language of the feeds: Indonesian or English. Default: that of the locale.",
)
@watches_option
@archive_option
@click.pass_obj
def feeds(url: str, output: Path, address: str, lang: str | None, watches: Path) -> None:
    """Write each watch as an Atom feed: its last 50 events, the newest first.

    A file whose feed has not changed is not written, so that its time stays.

    \b
    Examples:
      python -m archive feeds -o feeds
      python -m archive feeds -o /srv/www/feeds --url https://contoh.id/feeds/ --lang id
    """
    # Imported here: nothing else needs Babel.
    from archive.watches import atom
    from archive.watches.events import newest

    try:
        loaded = watch_file.load(watches)
    except WatchError as error:
        raise click.UsageError(str(error)) from None
    if not loaded:
        raise click.UsageError(f"{watches} has no watch; add one with `watch add`.")
    base = f"{address.rstrip('/')}/" if address else ""
    output.mkdir(parents=True, exist_ok=True)
    with opened(url) as engine, speaking(lang or language()):
        for watch in loaded:
            name = f"{watch.name}.xml"
            written = atom.feed(watch, newest(engine, watch, atom.MOST), f"{base}{name}")
            file = output / name
            if file.exists() and file.read_bytes() == written:
                continue
            with whole_file(file) as whole:
                whole.write(written)
    count = {"n": number(len(loaded)), "folder": output}
    sentence = ngettext("%(n)s feed in %(folder)s.", "%(n)s feeds in %(folder)s.", len(loaded))
    click.echo(sentence % count, err=True)
