"""`duplicates`: which releases copy others, and what they changed."""

from __future__ import annotations

from collections.abc import Iterator

import click
from rich.text import Text

from archive.console.options import (
    archive_option,
    json_option,
    locked_beside_crawls,
    opened,
    print_json,
    release_named,
    warn_of_rebuild,
)
from archive.console.terminal import Terminal
from archive.duplicates import rebuild_in_steps
from archive.duplicates.cluster_report import Cluster, Copy, Printed, clusters
from archive.i18n import gettext as _
from archive.lookup.selection import Selection


@click.command()
@click.argument("release", metavar="[ID]", required=False)
@click.option(
    "--source",
    multiple=True,
    metavar="ID",
    help="Only texts that this source has; repeatable.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="At most this many."
)
@click.option("--rebuild", is_flag=True, help="Rebuild the duplicate index and all clusters.")
@json_option
@archive_option
@click.pass_context
def duplicates(
    ctx: click.Context,
    release: str | None,
    source: tuple[str, ...],
    limit: int,
    rebuild: bool,
    as_json: bool,
) -> None:
    """List texts that several releases share, the latest first, with each copy's changes.

    The earliest release comes first; under each copy are the sentences it dropped (-), added (+)
    and changed (~). With ID (as for `show`): only the text of that release. A crawl can run
    during --rebuild; until that is complete, clusters may lack copies, and this command says so.

    \b
    Examples:
      python -m archive duplicates
      python -m archive duplicates --source kpu-balikpapan --json
      python -m archive duplicates pemkot-balikpapan:1f3a
      python -m archive duplicates --rebuild
    """
    if rebuild:
        _rebuild(ctx.obj)
        return
    selection = Selection(source=source)
    with opened(ctx.obj, selection) as engine:
        warn_of_rebuild(engine, "duplicates")
        wanted = release_named(ctx, engine, release) if release else None
        listed = clusters(engine, selection, release=wanted, limit=limit)
    if as_json:
        print_json([cluster.as_json() for cluster in listed])
    else:
        _print(Terminal(), listed, limit)


def _rebuild(url: str) -> None:
    with locked_beside_crawls(url, "duplicates --rebuild") as engine:
        changed = rebuild_in_steps(engine)
    click.echo(f"Rebuilt all clusters: {changed:,} records changed.")


def _print(terminal: Terminal, found: list[Cluster], limit: int) -> None:
    if not found:
        terminal.print(_("No two releases have the same text."))
    for cluster in found:
        first = cluster.first
        terminal.heading(first.title)
        terminal.print(Text(f"{first.published_on or _('undated')} · {first.id}", style="dim"))
        _print_doubts(terminal, first)
        for copy in cluster.copies:
            terminal.print(_headline(copy), soft_wrap=True)
            _print_doubts(terminal, copy)
            for line in _changes(copy):
                terminal.paragraph(line, indent=4)
        terminal.print()
    if len(found) == limit:
        terminal.print(_("These are the first %(limit)s; --limit shows more.") % {"limit": limit})


def _print_doubts(terminal: Terminal, printed: Printed) -> None:
    for doubt in printed.doubts:
        sentence = _("The date %(doubt)s.") % {"doubt": _(doubt)}
        terminal.paragraph(Text(f"! {sentence}", style="yellow"), indent=4)


def _headline(copy: Copy) -> Text:
    alike = _("%(share)s alike") % {"share": f"{copy.similarity:.0%}"}
    return Text(f"  {copy.published_on or _('undated')} · {copy.id} · {alike}")


def _changes(copy: Copy) -> Iterator[Text]:
    changes = copy.differences
    for sentence in changes.dropped:
        yield Text(f"- {sentence}", style="red")
    for sentence in changes.added:
        yield Text(f"+ {sentence}", style="green")
    for before, after in changes.changed:
        yield Text(f"~ {before}\n→ {after}", style="yellow")
