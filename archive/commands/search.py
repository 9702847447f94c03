"""`search`: find releases by their words."""

from __future__ import annotations

from datetime import datetime

import click
from rich.text import Text

from archive import search as searching
from archive.options import (
    DAY,
    archive_option,
    check_sources,
    election_option,
    json_option,
    opened,
    print_json,
    source_option,
)
from archive.search import CLOSE, OPEN, Hit
from archive.terminal import Terminal


@click.command()
@click.argument("words", nargs=-1, required=True)
@source_option
@click.option("--since", type=DAY, metavar="DATE", help="Published on this day or later.")
@click.option("--until", type=DAY, metavar="DATE", help="Published on this day or before.")
@election_option
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="So many at most."
)
@json_option
@archive_option
@click.pass_obj
def search(
    url: str,
    words: tuple[str, ...],
    source: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    election: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Find releases with all of WORDS in title or text, the best first.

    A phrase in double quotes must stand together; a word ending in * stands for any word that
    begins so. Case and accents make no difference; nothing else has a special meaning.

    \b
    Examples:
      python -m archive search netralitas ASN
      python -m archive search '"daftar pemilih tetap" coklit*' --source kpu-balikpapan
      python -m archive search kampanye --since 2024-09-25 --until 2024-11-23 --json
    """
    with opened(url) as engine:
        check_sources(engine, source)
        try:
            hits = searching.search(
                engine,
                " ".join(words),
                source=source,
                since=since and since.date(),
                until=until and until.date(),
                election=election,
                limit=limit,
            )
        except searching.SearchError as error:
            raise click.UsageError(f"{error}.") from None
    if as_json:
        print_json([hit.as_json() for hit in hits])
    else:
        _print(Terminal(), hits, limit)


def _print(terminal: Terminal, hits: list[Hit], limit: int) -> None:
    """Each release found: its title, where it stands, the passage around the words."""
    if not hits:
        terminal.print("Nothing found.")
    for hit in hits:
        terminal.heading(hit.title)
        about = (str(hit.published_on or "undated"), hit.id, "repost" * bool(hit.duplicate_of))
        terminal.print(Text(" · ".join(filter(None, about)), style="dim"))
        terminal.paragraph(_marked(terminal, hit), indent=2)
    if len(hits) == limit:
        terminal.print(f"These are the first {limit}; --limit shows more.")


def _marked(terminal: Terminal, hit: Hit) -> Text:
    if not terminal.is_terminal:
        return Text(" ".join(hit.marked().split()))
    text = Text()
    for piece in " ".join(hit.snippet.split()).split(OPEN):
        found, _, rest = piece.rpartition(CLOSE)
        text.append(found, style="bold yellow").append(rest)
    return text
