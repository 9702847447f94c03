"""`lift`: shows again what was taken down."""

from __future__ import annotations

from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

import click

from archive.console.errors import fail
from archive.console.options import archive_option, captures_option, locked_archive
from archive.curation import ledger, takedown
from archive.i18n import gettext as _


@click.command()
@click.argument("suppression", metavar="SUPPRESSION")
@click.option("--reason", required=True, metavar="TEXT", help="Why; everybody may read it.")
@click.option("--who", metavar="NAME", help="Who decided it.  [default: the user of this computer]")
@captures_option
@archive_option
@click.pass_context
def lift(
    ctx: click.Context, suppression: str, reason: str, who: str | None, captures: Path
) -> None:
    """Show again what was taken down.

    SUPPRESSION is its id, as `suppressions` lists it, or the beginning of it. The list keeps both:
    that it was taken down, and that it was lifted. What was erased stays so. Exit 1: there is no
    such suppression, or nothing to lift.

    \b
    Example:
      python -m archive lift 5b0c --reason 'The order was withdrawn'
    """
    if not reason.strip() or (who is not None and not who.strip()):
        raise click.UsageError("--reason and --who cannot be empty.")
    with locked_archive(ctx.obj, "lift") as engine:
        now = datetime.now(UTC)
        try:
            release = takedown.lift(engine, suppression, reason, who or getuser(), now)
        except takedown.NotThere as error:
            fail(ctx, str(error), 1)
        ledger.keep(engine, captures)
    click.echo(_("%(release)s is shown again.") % {"release": release})
