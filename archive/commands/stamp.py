"""`stamp`: has the log of events stamped with the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.console.options import (
    archive_option,
    captures_option,
    json_option,
    locked_beside_crawls,
    print_json,
    roots_option,
)
from archive.database.column_types import utc_text
from archive.proof import capture_files
from archive.proof.services import host
from archive.webhook import check_webhook

if TYPE_CHECKING:  # it needs an extra
    from archive.proof.stamping import Stamped


@click.command()
@click.option(
    "--service",
    "services",
    envvar="TIMESTAMP_SERVICES",
    multiple=True,
    metavar="URL",
    help="A time-stamping service (RFC 3161); repeatable. Default from the environment variable "
    "TIMESTAMP_SERVICES, with spaces between several.",
)
@click.option("--now", is_flag=True, help="Ask also a service that has given a stamp today.")
@roots_option
@captures_option
@archive_option
@json_option
@click.pass_context
def stamp(
    ctx: click.Context,
    services: tuple[str, ...],
    now: bool,
    roots: Sequence[Any],
    captures: Path,
    as_json: bool,
) -> None:
    """Have the time at which all this existed signed by time-stamping services.

    Enters the complete capture files in the log of events, and asks each service for a stamp of
    the log's last event (RFC 3161), which covers everything before it. Only 32 bytes leave this
    machine, made from digests. A service is asked once a day, and only if anything has happened
    since; what one misses, its next stamp covers. A crawl may run at the same time. Exit 1: a
    service gave no stamp.

    \b
    Examples:
      python -m archive stamp --service https://stempel.example/tsr
      TIMESTAMP_SERVICES=https://stempel.example/tsr python -m archive stamp
    """
    if not services:
        raise click.UsageError("Name a service: --service URL, or TIMESTAMP_SERVICES.")
    for url in services:
        if wrong := check_webhook(url):
            raise click.BadParameter(f"{url!r}: {wrong}.", param_hint="--service")
    try:
        from archive.proof.stamping import stamp as ask
    except ImportError:
        raise click.UsageError(
            "Time stamps need rfc3161-client: pip install -r requirements-extra.txt."
        ) from None
    with locked_beside_crawls(ctx.obj, "stamp") as engine:
        entered = capture_files.enter(engine, captures)
        done = list(ask(engine, list(services), roots, datetime.now(UTC), at_once=now))
    if as_json:
        answers = [asdict(one) | {"at": one.at and utc_text(one.at)} for one in done]
        print_json({"files_entered": entered, "services": answers})
    else:
        if entered:
            click.echo(f"{entered:,} capture files were entered in the log.")
        for one in done:
            click.echo(_sentence(one))
    ctx.exit(1 if any(one.outcome == "failed" for one in done) else 0)


def _sentence(one: Stamped) -> str:
    """What came of asking a service."""
    name, at = host(one.service), one.at and f"{one.at:%Y-%m-%d %H:%M} UTC"
    if one.outcome == "stamped":
        return f"{name}: event {one.number:,} existed at {at}, and all before it."
    if one.outcome == "failed":
        return f"{name} gave no stamp: {one.why}. The next one covers this too."
    if one.outcome == "today":
        return f"{name}: stamped already, at {at}; --now asks again."
    return f"{name}: nothing has happened since its last stamp."
