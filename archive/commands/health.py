"""`health`: lists the sources with problems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

import click
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive.console.errors import CANNOT, fail
from archive.console.options import archive_option, json_option, print_json
from archive.console.terminal import READABLE, Terminal, table
from archive.database.connection import open_archive, writing
from archive.health import Finding, findings
from archive.health.notify import change, headline, mail, notify, remember
from archive.i18n import gettext as _
from archive.printable import printable
from archive.webhook import WebhookError, check_webhook


@click.command()
@click.option("--source", metavar="ID", help="Only this source.")
@click.option("--mail", "as_mail", is_flag=True, help="Print a mail; nothing if all is well.")
@click.option(
    "--webhook", metavar="URL", help="POST to URL what changed since the last call to it."
)
@json_option
@archive_option
@click.pass_context
def health(
    ctx: click.Context, source: str | None, as_mail: bool, webhook: str | None, as_json: bool
) -> None:
    """List the sources with problems.

    Found from what crawls recorded in the archive: sources that are unusually silent, block us,
    were redesigned, lost dates or bylines, slowed down, or are not crawled. Each finding has a
    start, its evidence, and what to do. Exit 0: all well; 1: a source has a problem; 2: wrong
    usage; 3: the archive cannot be opened, or the webhook could not be called.

    \b
    Examples:
      python -m archive health
      python -m archive health --mail | ifne sendmail redaksi@contoh.id
      python -m archive health --webhook https://hooks.example/abc
    """
    if as_mail and as_json:
        raise click.UsageError("Choose --mail or --json.")
    if webhook is not None and (wrong := check_webhook(webhook)):
        raise click.BadParameter(f"{wrong}.", param_hint="--webhook")
    now = datetime.now(UTC)
    # The archive records what was sent to a webhook.
    engine = open_archive(ctx.obj, create=webhook is not None)
    try:
        with Session(engine) as session:
            findings = _found(ctx, session, now, source)
        _print(findings, as_mail=as_mail, as_json=as_json)
        if webhook is not None:
            _notify(ctx, engine, webhook, findings, now, source)
    finally:
        engine.dispose()
    ctx.exit(1 if findings else 0)


def _found(
    ctx: click.Context, session: Session, now: datetime, source: str | None
) -> list[Finding]:
    try:
        return findings(session, now, source)
    except KeyError:
        raise click.UsageError(f"The archive has no source {source}.") from None


def _print(found: Sequence[Finding], *, as_mail: bool, as_json: bool) -> None:
    if as_json:
        sick = sorted({finding.source for finding in found if finding.source is not None})
        print_json({"sick": sick, "findings": [finding.as_json() for finding in found]})
    elif as_mail:
        if found:
            click.echo(printable(mail(found)), nl=False)
    else:
        _show(Terminal(), found)


def _notify(
    ctx: click.Context,
    engine: Engine,
    webhook: str,
    found: list[Finding],
    now: datetime,
    source: str | None,
) -> None:
    with Session(engine) as session:
        changed = change(session, webhook, found, source)
    if not changed.new and not changed.over:
        click.echo("Nothing has changed; the webhook was not called.", err=True)
        return
    try:
        notify(webhook, found, changed, now)
    except WebhookError as error:
        fail(ctx, str(error), CANNOT)
    with writing(engine) as connection, Session(connection) as session:
        remember(session, webhook, found, now, source)
        session.flush()


def _show(terminal: Terminal, found: Sequence[Finding]) -> None:
    """Prints a table if it fits, else a paragraph each; then what to do, once per kind."""
    if found:
        terminal.print(_table(found) if terminal.width >= READABLE else _paragraphs(found), "")
        terminal.print(Text(_("What to do"), style="bold"))
    for kind, alike in groupby(
        sorted(found, key=lambda finding: finding.kind), lambda finding: finding.kind
    ):
        advice = next(alike).advice
        terminal.print(
            Padding(Text(f"{kind}: {_(advice)}"), (0, 0, 0, 2)), width=terminal.text_width
        )
    terminal.print(("\n" if found else "") + headline(found))


def _table(found: Sequence[Finding]) -> Table:
    rows = table()
    rows.add_column(_("Source"), no_wrap=True)
    rows.add_column(_("Findings"), no_wrap=True)
    rows.add_column(_("Since"), no_wrap=True)
    rows.add_column(_("Evidence"), overflow="fold")
    for finding in found:
        rows.add_row(
            finding.source or _("all"),
            Text(finding.kind, style="red"),
            f"{finding.since:%Y-%m-%d}",
            finding.evidence,
        )
    return rows


def _paragraphs(found: Sequence[Finding]) -> Table:
    rows = Table.grid()
    for finding in found:
        line = Text(finding.source or _("all"), style="bold").append(": ", style="not bold")
        line.append(finding.kind, style="red").append(f", since {finding.since:%Y-%m-%d}")
        rows.add_row(line)
        rows.add_row(Padding(Text(finding.evidence), (0, 0, 0, 2)))
    return rows
