"""`suppress`: takes a release, a version or a passage down."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

import click

from archive.console.errors import fail
from archive.console.options import (
    archive_option,
    captures_option,
    locked_archive,
    opened,
    release_named,
)
from archive.curation import erasure, ledger
from archive.curation.takedown import NotThere, Wanted
from archive.curation.takedown import suppress as take_down
from archive.i18n import gettext as _
from archive.i18n import ngettext
from archive.i18n.formats import number


@click.command()
@click.argument("release", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why; everybody may read it.")
@click.option("--who", metavar="NAME", help="Who decided it.  [default: the user of this computer]")
@click.option("--version", type=click.IntRange(1), metavar="N", help="Only this version.")
@click.option(
    "--passage",
    metavar="TEXT",
    help="Only these words, in all versions; `-` reads them from standard input.",
)
@click.option(
    "--erase",
    is_flag=True,
    help="Also overwrite the captures it was read from. This cannot be undone.",
)
@captures_option
@archive_option
@click.pass_context
def suppress(
    ctx: click.Context,
    release: str,
    reason: str,
    who: str | None,
    version: int | None,
    passage: str | None,
    erase: bool,
    captures: Path,
) -> None:
    """Take a release, a version or a passage down.

    ID as for `show`. It is then in no page, search, export, feed or report any more, and no crawl
    and no rebuild brings it back; mirrors learn it from the next increment. What was read is
    kept but hidden (--include-suppressed of show and export shows it), unless --erase is given.
    Exit 1: no such release, version or passage.

    \b
    Examples:
      python -m archive suppress 1f3a --reason 'Court order 12/2026'
      python -m archive suppress 1f3a --version 1 --reason 'Wrong photograph caption'
      echo '0812 5550 1234' | python -m archive suppress 1f3a --passage - --reason 'Private number'
      python -m archive suppress 1f3a --erase --reason 'Request of 3 May, UU 27/2022'
    """
    if version is not None and passage is not None:
        raise click.UsageError("--version and --passage exclude each other.")
    if erase and passage is not None:
        raise click.UsageError("--erase is for a release or a version: a capture is a whole page.")
    if not reason.strip() or (who is not None and not who.strip()):
        raise click.UsageError("--reason and --who cannot be empty.")
    words = sys.stdin.read().strip() if passage == "-" else passage
    with opened(ctx.obj) as engine:
        wanted = Wanted(release_named(ctx, engine, release), version, words)
    with locked_archive(ctx.obj, "suppress") as engine:
        now, by = datetime.now(UTC), who or getuser()
        try:
            done = take_down(engine, wanted, reason, by, now)
        except NotThere as error:
            fail(ctx, str(error), 1)
        ledger.keep(engine, captures)
        click.echo(
            _("%(release)s is taken down: suppression %(id)s.")
            % {"release": wanted.release, "id": done.id}
        )
        if erase:
            erased = erasure.erase(engine, captures, done.id, reason, by, now)
            ledger.keep(engine, captures)
            overwritten = ngettext(
                "%(n)s capture was overwritten.", "%(n)s captures were overwritten.", erased
            )
            click.echo(overwritten % {"n": number(erased)})
    if done.copies:
        sentence = _("The same text, or nearly, is still shown in: %(releases)s.")
        click.echo(sentence % {"releases": ", ".join(done.copies)}, err=True)
