"""`search`: finds releases by their words."""

from __future__ import annotations

import json
import sys

import click
from rich.text import Text

from archive.console.options import (
    archive_option,
    json_option,
    opened,
    print_json,
    published_options,
    selection_options,
    warn_of_rebuild,
)
from archive.console.search_words import check_weight, words_argument
from archive.console.terminal import Terminal
from archive.export.formats import Csv
from archive.i18n import gettext as _
from archive.lookup.change_weight import Weight
from archive.lookup.selection import Selection
from archive.search import fulltext as searching
from archive.search.fulltext import KEYS, Hit, bracketed
from archive.search.query import SearchError
from archive.search.snippets import CLOSE, OPEN


@click.command()
@words_argument
@selection_options
@published_options
@click.option(
    "--in-attachments",
    is_flag=True,
    help="Only words in the documents that releases link to.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="At most this many."
)
@click.option("--page", type=click.IntRange(1), default=1, help="Page of results: 2, 3, …")
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, for a spreadsheet.")
@archive_option
@click.pass_obj
def search(
    url: str,
    words: tuple[str, ...],
    selection: Selection,
    weight: Weight | None,
    in_attachments: bool,
    limit: int,
    page: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find releases by their words, the best first.

    \b
      netralitas ASN       both words, in any form: menetapkan finds ditetapkan and penetapan
      '"netralitas ASN"'   exactly this phrase (the outer quotes are the shell's)
      netral*              any word that begins like this
      'camat OR lurah'     one or the other; AND, NOT and (brackets) work as well

    Case and accents make no difference, and nothing else has a special meaning. Without words,
    all releases that match the options are listed, the newest first. Words are found in the
    PDFs that releases link to as well; such results are marked "in attachment".

    \b
    Examples:
      python -m archive search netralitas ASN
      python -m archive search '"daftar pemilih tetap" NOT coklit*' --kind kpu
      python -m archive search kampanye --since 2024-09-25 --until 2024-11-23 --json
      python -m archive search kampanye --limit 500 --csv > kampanye.csv
      python -m archive search --gone --region 64
      python -m archive search netralitas --edited --weight quote
    """
    check_weight(weight, selection)
    if in_attachments and not words:
        raise click.UsageError("--in-attachments needs words to search for.")
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.")
    if not (words or selection.conditions()):
        raise click.UsageError("Say what to search for: some words, or an option such as --gone.")
    with opened(url, selection) as engine:
        warn_of_rebuild(engine, "search")
        try:
            # One more than requested, to know whether there is another page.
            hits = searching.search(
                engine,
                " ".join(words),
                selection,
                limit=limit + 1,
                offset=(page - 1) * limit,
                weight=weight,
                in_attachments=in_attachments,
            )
        except SearchError as error:
            raise click.UsageError(f"{error}.") from None
    if as_json:
        print_json([hit.as_json() for hit in hits[:limit]])
    elif as_csv:
        _print_csv(hits[:limit])
    else:
        _print(hits[:limit], next_page=page + 1 if len(hits) > limit else None)


def _print_csv(hits: list[Hit]) -> None:
    """The keys of `--json` as columns; none is a formula."""
    writer = Csv(sys.stdout.buffer, KEYS)
    for hit in hits:
        writer.write(json.dumps(hit.as_json()))
    writer.close()


def _print(hits: list[Hit], next_page: int | None) -> None:
    """Each release: its title, id, and the passage around the words."""
    terminal = Terminal()
    if not hits:
        terminal.print(_("Nothing found."))
    for hit in hits:
        terminal.heading(_marked(terminal, hit.marked_title))
        about = (
            str(hit.published_on or _("undated")),
            hit.id,
            _("repost") * bool(hit.duplicate_of),
            _("edited") * (hit.versions > 1),
            _("withdrawn") * bool(hit.gone_at),
            _("moved") * bool(hit.moved_to or hit.moved_from),
            _("in attachment") * hit.in_attachment,
        )
        terminal.print(Text(" · ".join(filter(None, about)), style="dim"))
        terminal.paragraph(_marked(terminal, hit.snippet), indent=2)
    if next_page is not None:
        terminal.print(_("More results: --page %(page)s.") % {"page": next_page})


def _marked(terminal: Terminal, marked: str) -> Text:
    line = " ".join(marked.split())
    if not terminal.is_terminal:
        return Text(bracketed(line))
    text = Text()
    for piece in line.split(OPEN):
        word, _, rest = piece.rpartition(CLOSE)
        text.append(word, style="bold yellow").append(rest)
    return text
