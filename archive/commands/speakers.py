"""`speakers`: all quoted people with a public function."""

from __future__ import annotations

from itertools import islice

import click

from archive.console.errors import fail
from archive.console.options import (
    archive_option,
    json_option,
    opened,
    print_json,
    warn_of_rebuild,
)
from archive.console.terminal import Terminal, span, table
from archive.i18n import gettext as _
from archive.lookup import speaker_profile
from archive.lookup.refused_joinings import BrokenRefusals, read_refusals, refusals_file


@click.command()
@click.option("--region", metavar="CODE", help="Only in this region, or in this province.")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="At most this many."
)
@json_option
@archive_option
@click.pass_context
def speakers(ctx: click.Context, region: str | None, limit: int, as_json: bool) -> None:
    """List the people with a public function who are quoted, region by region.

    `arsip speaker NAME` shows one of them.

    \b
    Examples:
      python -m archive speakers --region 64.71
      python -m archive speakers --limit 1000 --json
    """
    with opened(ctx.obj) as engine:
        warn_of_rebuild(engine, "people")
        warn_of_rebuild(engine, "search")
        try:
            refusals = read_refusals(refusals_file())
        except BrokenRefusals as error:
            fail(ctx, str(error), 2)
        found = list(islice(speaker_profile.speakers(engine, refusals, region), limit + 1))
    if as_json:
        print_json([each.as_json() for each in found[:limit]])
        return
    terminal = Terminal()
    if not found:
        terminal.print(_("No person with a public function is quoted yet."))
        return
    rows = table(None)
    for name in (_("Name"), _("Function"), _("Region")):
        rows.add_column(name, overflow="fold")
    rows.add_column(_("Quotes"), justify="right", no_wrap=True)
    rows.add_column(_("Published"), no_wrap=True)
    for each in found[:limit]:
        days = span(each.first_published_on, each.last_published_on)
        role = each.functions[0]["role"] if each.functions else ""
        rows.add_row(each.name, role, each.region, f"{each.quotes:,}", days)
    terminal.print(rows)
    if len(found) > limit:
        terminal.print("", _("More people: --limit %(limit)s.") % {"limit": 2 * limit}, sep="\n")
