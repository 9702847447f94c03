"""`source`: one source, its releases and its crawls."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table
from rich.text import Text

from archive.console.errors import fail
from archive.console.options import archive_option, json_option, opened, print_json
from archive.console.terminal import Terminal, outcome, span, table
from archive.i18n import gettext as _
from archive.lookup import source_profile as sources
from archive.lookup.source_profile import OneSource


@click.command()
@click.argument("source", metavar="ID")
@json_option
@archive_option
@click.pass_context
def source(ctx: click.Context, source: str, as_json: bool) -> None:
    """Show one source: its counts, author tags, topics, last crawls and newest releases.

    \b
    Examples:
      python -m archive source pemkot-balikpapan
      python -m archive source kpu-balikpapan --json | jq .crawls[0]
    """
    with opened(ctx.obj) as engine:
        try:
            profile = sources.one_source(engine, source)
        except sources.NotFound as error:
            fail(ctx, str(error), 1)
    if as_json:
        print_json(profile.as_json())
    else:
        _print(Terminal(), profile)


def _print(terminal: Terminal, source: OneSource) -> None:
    about, counts = source.about, source.counts
    terminal.heading(about["publisher"])
    terminal.print(Text(about["home"], style="dim"), soft_wrap=True)
    facts = {
        _("Id"): f"{about['id']} ({about['kind']}, {about['region']}, {about['timezone']})",
        _("Releases"): f"{counts['releases']:,}, of them {counts['election']:,} about the election",
        _("Published"): span(counts["first_published_on"], counts["last_published_on"]),
        _("Versions"): f"{counts['versions']:,}, {counts['edited']:,} releases edited",
        _("Reposts"): f"{counts['reposts']:,}",
        _("Withdrawn"): f"{counts['gone']:,}",
        _("Unsigned"): f"{counts['unsigned']:,}",
        _("Signed"): _listed(source.signs, "tag"),
        _("Topics"): _listed(source.topics, "topic"),
        _("Rejected"): ", ".join(
            f"{r['stage']} {r['reason']} ({r['pages']:,})" for r in source.rejections
        ),
    }
    terminal.facts(facts)
    terminal.print()
    if source.crawls:
        terminal.print(_crawls(source.crawls), "")
    if source.latest:
        terminal.print(Text("Newest", style="bold"))
    for row in source.latest:
        terminal.release(row["published_on"], row["title"], row["id"])


def _listed(rows: list[dict[str, Any]], name: str) -> str:
    return ", ".join(f"{row[name]} ({row['releases']:,})" for row in rows)


def _crawls(crawls: list[dict[str, Any]]) -> Table:
    rows = table(_("Visits"))
    rows.add_column(_("Begun"), no_wrap=True)
    rows.add_column(_("Outcome"), no_wrap=True)
    for name in (_("New"), _("Changed"), _("Rejected")):
        rows.add_column(name, justify="right", no_wrap=True)
    rows.add_column("", overflow="fold")
    for crawl in crawls:
        rows.add_row(
            crawl["started_at"][:16].replace("T", " "),
            outcome(crawl["outcome"]),
            *(f"{crawl[key]:,}" for key in ("releases_new", "releases_changed", "rejected")),
            crawl["reason"] or "",
        )
    return rows
