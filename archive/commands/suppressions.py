"""`suppressions`: the list of what was taken down."""

from __future__ import annotations

import click

from archive.console.options import archive_option, json_option, opened, print_json
from archive.curation import takedown
from archive.curation.takedown import Listed


@click.command()
@archive_option
@json_option
@click.pass_obj
def suppressions(url: str, as_json: bool) -> None:
    """List what was taken down, lifted and erased: when, why and by whom.

    The list only grows. Below each: releases that have exactly the same text and are still shown.

    \b
    Example:
      python -m archive suppressions --json
    """
    with opened(url) as engine, engine.connect() as connection:
        found = takedown.suppressions(connection)
    if as_json:
        print_json([one.as_json() for one in found])
        return
    for one in found:
        _print(one)
    if not found:
        click.echo("Nothing was taken down.")


def _print(one: Listed) -> None:
    what = f"version {one.version}" if one.version else one.what
    click.echo(f"{one.id}  {one.release} ({what})")
    click.echo(f"  taken down {one.at} by {one.who}: {one.reason}")
    if one.erased:
        erased = f"{one.erased['at']} by {one.erased['who']}: {one.erased['reason']}"
        click.echo(f"  erased {erased} ({one.erased['captures']:,} captures)")
    if one.lifted:
        lifted = f"{one.lifted['at']} by {one.lifted['who']}: {one.lifted['reason']}"
        click.echo(f"  lifted {lifted}")
    elif one.copies:
        click.echo(f"  the same text is in {', '.join(one.copies)}")
