"""What several commands share: options, opening the archive, checks of what was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from sqlalchemy import Engine, select

from archive.database import open_archive
from archive.models import SourceRow

DAY = click.DateTime(["%Y-%m-%d"])
_Command = TypeVar("_Command", bound=Callable[..., Any])


def archive_option(command: _Command) -> _Command:
    """`--archive` after the command's name, where people look for it, as well as before. The
    command gets the URL by `@click.pass_obj`."""

    def remember(ctx: click.Context, _: click.Parameter, url: str | None) -> None:
        ctx.obj = url or ctx.obj

    option = click.option(
        "--archive", metavar="URL", expose_value=False, callback=remember, help="The archive."
    )
    return option(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
source_option = click.option(
    "--source", multiple=True, metavar="ID", help="Only this source; may be given several times."
)
election_option = click.option("--election", is_flag=True, help="Only releases about the election.")


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The archive, for reading, while a command runs. Raises ArchiveError."""
    engine = open_archive(url)
    try:
        yield engine
    finally:
        engine.dispose()


def check_sources(engine: Engine, wanted: Iterable[str]) -> None:
    """Raises click.UsageError when the archive does not know one of these sources."""
    with engine.connect() as connection:
        known = set(connection.scalars(select(SourceRow.id)))
    if unknown := sorted(set(wanted) - known):
        raise click.UsageError(f"The archive has no source {', '.join(unknown)}.")


def print_json(value: Any) -> None:
    """Prints a value for programs, and for people who look at it."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
