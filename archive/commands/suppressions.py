"""`suppressions`: the list of what was taken down."""

from __future__ import annotations

import click

from archive.console.options import archive_option, json_option, opened, print_json
from archive.curation import takedown
from archive.curation.takedown import Listed
from archive.i18n import gettext as _
from archive.i18n import ngettext
from archive.i18n.formats import number
from archive.i18n.labels import label


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
        print_json([suppression.as_json() for suppression in found])
        return
    for suppression in found:
        _print(suppression)
    if not found:
        click.echo(_("Nothing was taken down."))


def _print(suppression: Listed) -> None:
    version = _("version %(number)s") % {"number": suppression.version}
    what = version if suppression.version else label(suppression.what, "suppressed")
    click.echo(f"{suppression.id}  {suppression.release} ({what})")
    taken = {"at": suppression.at, "who": suppression.who, "reason": suppression.reason}
    click.echo("  " + _("taken down %(at)s by %(who)s: %(reason)s") % taken)
    if erased := suppression.erased:
        captures = {"n": number(erased["captures"])}
        counted = ngettext("%(n)s capture", "%(n)s captures", erased["captures"]) % captures
        sentence = _("erased %(at)s by %(who)s: %(reason)s") % erased
        click.echo(f"  {sentence} ({counted})")
    if suppression.lifted:
        click.echo("  " + _("lifted %(at)s by %(who)s: %(reason)s") % suppression.lifted)
    elif suppression.copies:
        copies = {"releases": ", ".join(suppression.copies)}
        click.echo("  " + _("the same text is in %(releases)s") % copies)
