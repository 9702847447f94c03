"""`quotes`: quotes with their speakers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from rich.text import Text

from archive.console.options import (
    archive_option,
    json_option,
    opened,
    print_json,
    published_options,
    selection_options,
)
from archive.console.terminal import Terminal
from archive.i18n import gettext as _
from archive.lookup.selection import Selection
from archive.search import quotes as quoting
from archive.search.fulltext import bracketed
from archive.search.query import SearchError
from archive.search.quotes import Said, Wanted
from archive.search.snippets import CLOSE, OPEN


@click.command()
@click.argument("words", nargs=-1)
@click.option("--speaker", metavar="NAME", help="Only speakers whose name contains this.")
@click.option("--role", metavar="WORDS", help="Only speakers whose function contains this.")
@selection_options
@published_options
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="At most this many."
)
@json_option
@archive_option
@click.pass_obj
def quotes(
    url: str,
    words: tuple[str, ...],
    speaker: str | None,
    role: str | None,
    selection: Selection,
    limit: int,
    as_json: bool,
) -> None:
    """List quotes and their speakers, the newest first: direct and reported speech.

    WORDS work as in `search` and must be in the quote. `(carried)` marks a speaker that the
    text refers to by -nya, ia or dia. If the text is not certain, no speaker is named.

    \b
    Examples:
      python -m archive quotes netralitas --role 'wali kota' --until 2024-11-27
      python -m archive quotes --speaker Zulkipli --topic netralitas
      python -m archive quotes '"hak pilih"' --json
    """
    wanted = Wanted(" ".join(words), speaker, role)
    with opened(url, selection) as engine:
        try:
            found = quoting.find_quotes(engine, wanted, selection, limit + 1)
        except SearchError as error:
            raise click.UsageError(f"{error}.") from None
    if as_json:
        print_json([quote.as_json() for quote in found[:limit]])
        return
    terminal = Terminal()
    if not found:
        terminal.print(_("Nothing found."))
    for quote in found[:limit]:
        _print(terminal, quote)
    if len(found) > limit:
        terminal.print(_("More results: --limit %(limit)s.") % {"limit": 2 * limit})


def _print(terminal: Terminal, quote: Said) -> None:
    terminal.print(Text(speaker_line(quote.as_json()), style="bold"), soft_wrap=True)
    terminal.text(_marked(terminal, quote), indent=2)
    about = f"{quote.published_on or _('undated')} · {quote.release} · {quote.title}"
    terminal.print(Text(about, style="dim"), soft_wrap=True)
    terminal.print()


def speaker_line(quote: Mapping[str, Any]) -> str:
    """The speaker with function and doubt: `Yudho (Prakoso Yudho Lelono), Ketua KPU (carried)`."""
    speaker = str(quote["speaker"] or _("not certain"))
    if quote["person"] and quote["person"] != quote["speaker"]:
        speaker += f" ({quote['person']})"
    if quote["role"] and quote["role"] != quote["speaker"]:
        speaker += f", {quote['role']}"
    carried = _("carried")
    return f"{speaker} ({carried})" if quote["how"] == "carried" else speaker


def _marked(terminal: Terminal, quote: Said) -> Text:
    line = " ".join(quote.marked.split())
    opening, closing = ("“", "”") if quote.direct else ("", "")
    if not terminal.is_terminal:
        return Text(f"{opening}{bracketed(line)}{closing}")
    text = Text(opening)
    for piece in line.split(OPEN):
        word, _, rest = piece.rpartition(CLOSE)
        text.append(word, style="bold yellow").append(rest)
    return text.append(closing)
