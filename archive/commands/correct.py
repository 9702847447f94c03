"""`correct`: applies the corrections that people have written down."""

from __future__ import annotations

from pathlib import Path

import click

from archive.console.options import archive_option, corrections_option, locked_beside_crawls
from archive.curation.corrections import apply, edited_since, unfitting
from archive.curation.corrections_file import BadCorrections, read_corrections
from archive.i18n import gettext as _
from archive.i18n.formats import number


@click.command()
@corrections_option
@archive_option
@click.pass_context
def correct(ctx: click.Context, corrections: Path) -> None:
    """Apply the corrections in corrections.toml to the records.

    The archive then has exactly these corrections: one that is no longer in the file is undone.
    Each release that changes gets a new seq. What was read stays beside it, and a new reading does
    not undo a correction. Exit 1 if a correction fits nothing (no such release, or the value is
    what is read now), 2 if the file is wrong; then nothing is applied.

    \b
    Examples:
      python -m archive correct
      python -m archive correct --corrections ~/pilkada/corrections.toml
    """
    try:
        wanted = read_corrections(corrections)
    except BadCorrections as error:
        raise click.UsageError(str(error)) from None
    with locked_beside_crawls(ctx.obj, "correct") as engine:
        done = apply(engine, wanted)
        with engine.connect() as connection:
            useless = list(unfitting(connection, wanted))
            notes = list(edited_since(connection, wanted))
    counts = {
        name: number(getattr(done, name)) for name in ("added", "changed", "removed", "unchanged")
    }
    summary = _(
        "Corrections: %(added)s new, %(changed)s changed, %(removed)s removed, "
        "%(unchanged)s as before."
    )
    click.echo(summary % counts)
    for sentence in notes:
        click.echo(sentence)
    for release, what in useless:
        click.echo(f"{release}: {what}.")
    ctx.exit(1 if useless else 0)
