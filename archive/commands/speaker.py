"""`speaker`: the profile of a quoted person."""

from __future__ import annotations

import click
from rich.text import Text

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
from archive.i18n import ngettext
from archive.lookup import speaker_profile
from archive.lookup.refused_joinings import BrokenRefusals, read_refusals, refusals_file
from archive.lookup.speaker_profile import NotFound, Profile


@click.command()
@click.argument("name")
@click.option("--region", metavar="CODE", help="Only in this region, or in this province.")
@click.option("--role", metavar="WORDS", help="Only with a function that contains this.")
@json_option
@archive_option
@click.pass_context
def speaker(
    ctx: click.Context, name: str, region: str | None, role: str | None, as_json: bool
) -> None:
    """Show a person who is quoted: functions, spellings, topics and latest quotes.

    NAME is one of the spellings of the name, or part of it. Only people with a printed public
    function have a profile. For each spelling it shows by which evidence it was joined; a file
    speakers.toml (environment variable SPEAKERS) can refuse a joining.

    \b
    Examples:
      python -m archive speaker 'Prakoso Yudho Lelono'
      python -m archive speaker Zulkipli --region 64.71 --role asisten
      python -m archive speaker Yudho --json | jq .spellings
    """
    with opened(ctx.obj) as engine:
        warn_of_rebuild(engine, "people")
        warn_of_rebuild(engine, "search")
        try:
            refusals = read_refusals(refusals_file())
            found = speaker_profile.speaker(engine, name, refusals, region, role)
        except NotFound as error:
            fail(ctx, str(error), 1)
        except BrokenRefusals as error:
            fail(ctx, str(error), 2)
    if as_json:
        print_json(found.as_json())
    else:
        _print(Terminal(), found)


def _print(terminal: Terminal, found: Profile) -> None:
    speaker = found.speaker
    terminal.heading(speaker.name)
    days = span(speaker.first_published_on, speaker.last_published_on)
    quotes = ngettext("%(num)s quote", "%(num)s quotes", speaker.quotes)
    releases = ngettext("in %(num)s release", "in %(num)s releases", speaker.releases)
    counted = " ".join(
        (quotes % {"num": f"{speaker.quotes:,}"}, releases % {"num": f"{speaker.releases:,}"})
    )
    region = _("region %(region)s") % {"region": speaker.region}
    terminal.paragraph(", ".join(filter(None, (counted, days, region))))
    for function in speaker.functions:
        terminal.print(Text(f"{function['role']} ({function['releases']:,})"), soft_wrap=True)
    rows = table(_("Spellings"))
    rows.add_column(_("Name"), overflow="fold")
    rows.add_column(_("Releases"), justify="right", no_wrap=True)
    rows.add_column(_("Joined by"), overflow="fold")
    for each in speaker.spellings:
        rows.add_row(
            each["name"], f"{each['releases']:,}", _(each["joined_by"]) if each["joined_by"] else ""
        )
    terminal.print("", rows, "")
    for apart in speaker.apart:
        terminal.paragraph(
            f"{_('Not joined, by decision:')} {', '.join(apart['names'])} ({apart['reason']})"
        )
    for other in speaker.namesakes:
        why = _("Not joined, for want of evidence:")
        terminal.paragraph(f"{why} {other['name']}, {other['role']}")
    if found.topics:
        topics = ", ".join(f"{row['topic']} ({row['quotes']:,})" for row in found.topics)
        terminal.print(Text(_("Topics"), style="bold"))
        terminal.paragraph(topics)
    terminal.print(Text(_("Newest"), style="bold"))
    for row in found.latest:
        terminal.text(f"{row['published_on'] or _('undated')}  {row['text']}")
        terminal.print(Text(f"{row['release']} · {row['title']}", style="dim"), soft_wrap=True)
        terminal.print()
