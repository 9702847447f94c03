"""`author`: the profile of an author tag."""

from __future__ import annotations

import click
from rich.text import Text

from archive.console.errors import fail
from archive.console.options import archive_option, json_option, opened, print_json
from archive.console.terminal import Terminal, span, table
from archive.i18n import gettext as _
from archive.lookup import author_profile as authors
from archive.lookup.author_profile import Author


@click.command()
@click.argument("tag")
@json_option
@archive_option
@click.pass_context
def author(ctx: click.Context, tag: str, as_json: bool) -> None:
    """Show the author tag TAG: its sources, dates, co-signers and latest releases.

    TAG is one part of a byline, in any case: (diskominfo/cha/arh) has three.

    \b
    Examples:
      python -m archive author cha
      python -m archive author diskominfo --json | jq .beside
    """
    with opened(ctx.obj) as engine:
        try:
            profile = authors.author(engine, tag)
        except authors.NotFound as error:
            fail(ctx, str(error), 1)
    if as_json:
        print_json(profile.as_json())
    else:
        _print(Terminal(), profile)


def _print(terminal: Terminal, author: Author) -> None:
    terminal.heading(author.tag)
    days = span(author.first_published_on, author.last_published_on)
    terminal.paragraph(", ".join(filter(None, (f"{author.releases:,} releases", days))))
    rows = table(_("Where"))
    rows.add_column(_("Source"), overflow="fold")
    rows.add_column(_("Releases"), justify="right", no_wrap=True)
    rows.add_column(_("Published"), no_wrap=True)
    for row in author.sources:
        days = span(row["first_published_on"], row["last_published_on"])
        rows.add_row(row["source"], f"{row['releases']:,}", days)
    terminal.print(rows, "")
    if author.beside:
        beside = ", ".join(f"{row['tag']} ({row['releases']:,})" for row in author.beside)
        terminal.print(Text("Beside", style="bold"))
        terminal.paragraph(beside)
    terminal.print(Text("Newest", style="bold"))
    for row in author.latest:
        terminal.release(row["published_on"], row["title"], row["id"])
