"""Shared by several commands: options, opening the archive, printing JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from sqlalchemy import Engine

from archive.console.errors import fail
from archive.database import rebuilds
from archive.database.connection import archive_path, open_archive
from archive.database.lock import MAINTENANCE, Lock
from archive.errors import ArchiveError
from archive.lookup import release_detail
from archive.lookup.filter_values import filter_values
from archive.lookup.selection import Selection, UnknownName
from archive.printable import escape_json

DAY = click.DateTime(["%Y-%m-%d"])
_Command = TypeVar("_Command", bound=Callable[..., Any])


def archive_option(command: _Command) -> _Command:
    """`--archive` after the command's name, where people expect it, as well as before. The
    command gets the URL by `@click.pass_obj`."""

    def remember(ctx: click.Context, _: click.Parameter, url: str | None) -> None:
        ctx.obj = url or ctx.obj

    option = click.option(
        "--archive",
        metavar="FILE",
        expose_value=False,
        callback=remember,
        help="The archive, a file or its SQLAlchemy URL.",
    )
    return option(command)


captures_option = click.option(
    "--captures",
    envvar="CAPTURES",
    default="captures",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Folder of the captures; default from the environment variable CAPTURES.",
)
watches_option = click.option(
    "--watches",
    envvar="WATCHES",
    default="watches.toml",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File of the watches; default from the environment variable WATCHES.",
)
corrections_option = click.option(
    "--corrections",
    envvar="CORRECTIONS",
    default="corrections.toml",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The corrections; default from the environment variable CORRECTIONS.",
)


def _roots(ctx: click.Context, _: click.Parameter, path: Path | None) -> Sequence[Any]:
    if path is None:
        return ()
    try:
        from archive.proof import tokens
    except ImportError:
        return ()  # `verify` says that stamps cannot be checked; `stamp` refuses
    try:
        return tokens.roots_in(path)
    except tokens.BadRoots as error:
        raise click.BadParameter(str(error)) from None


roots_option = click.option(
    "--roots",
    envvar="TIMESTAMP_ROOTS",
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE",
    callback=_roots,
    help="Certificates (PEM, or a folder of them) to which those of time stamps must lead; default "
    "from the environment variable TIMESTAMP_ROOTS.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def selection_options(command: _Command) -> _Command:
    """Options by which releases are chosen; the command gets them as one `selection`."""
    return _choosing(command, _SELECTION)


def watch_selection_options(command: _Command) -> _Command:
    """The same without what a watch tells of by itself: `--gone` and `--edited`."""
    kept = [(name, sentence) for name, sentence in _SELECTION if name not in ("gone", "edited")]
    return _choosing(command, kept)


def _choosing(command: _Command, options: Sequence[tuple[str, str]]) -> _Command:
    names = [name for name, _ in options]

    @wraps(command)
    def chosen(*arguments: Any, **values: Any) -> Any:
        selected = {name: values.pop(name) for name in names}
        return command(*arguments, selection=Selection(**selected), **values)

    for name, sentence in reversed(options):
        metavar = _METAVARS.get(name)
        several: dict[str, Any] = {}
        if metavar:
            several = {"multiple": True, "metavar": metavar, "shell_complete": _known}
        option = click.option(f"--{name}", **several or {"is_flag": True}, help=sentence)
        chosen = option(chosen)
    return cast(_Command, chosen)


def published_options(command: _Command) -> _Command:
    """`--since` and `--until`, days of publication; below `selection_options`, whose `selection`
    the command gets with them."""

    @click.option("--since", type=DAY, metavar="DATE", help="Published on this day or later.")
    @click.option("--until", type=DAY, metavar="DATE", help="Published on this day or before.")
    @wraps(command)
    def chosen(
        *arguments: Any,
        selection: Selection,
        since: datetime | None,
        until: datetime | None,
        **values: Any,
    ) -> Any:
        first, last = since and since.date(), until and until.date()
        dated = replace(selection, since=first, until=last)
        return command(*arguments, selection=dated, **values)

    return cast(_Command, chosen)


def _known(ctx: click.Context, option: click.Parameter, begun: str) -> list[str]:
    """For Tab: what the archive has of this condition and begins so; nothing without an archive."""
    try:
        with opened(ctx.find_root().params["url"]) as engine:
            known = filter_values(engine, str(option.name))
            return [value for value in known if value.startswith(begun)]
    except ArchiveError:
        return []


_METAVARS = {
    "source": "ID",
    "kind": "KIND",
    "level": "LEVEL",
    "region": "CODE",
    "tag": "TAG",
    "topic": "TOPIC",
}
"""Options with a value, which may be given several times: any of them matches."""

_SELECTION = (
    ("source", "Only this source; repeatable, like the next five."),
    ("kind", "Only sources of this kind: pemkot, kpu or bawaslu."),
    ("level", "Only sources of this level: kota, kabupaten, provinsi or nasional."),
    ("region", "Only sources of this region, or of this province: 64.71, 64."),
    ("tag", "Only releases signed with this author tag."),
    ("topic", "Only releases on this topic."),
    ("election", "Only releases about the election."),
    ("unique", "Only the first release of each text, no reposts."),
    ("gone", "Only releases that were withdrawn."),
    ("edited", "Only releases whose text was changed."),
)


@contextmanager
def opened(url: str, selection: Selection | None = None) -> Iterator[Engine]:
    """The archive, for reading, while a command runs. Raises ArchiveError; click.UsageError when
    the archive has no such source, kind or region; warns when it has no such tag or topic."""
    engine = open_archive(url)
    try:
        if selection:
            selection.check(engine)
            for doubt in selection.doubts(engine):
                click.echo(doubt, err=True)
        yield engine
    except UnknownName as error:
        raise click.UsageError(str(error)) from None
    finally:
        engine.dispose()


@contextmanager
def locked_archive(url: str, command: str) -> Iterator[Engine]:
    """Opens the archive for writing while a command runs that needs exclusive access. A missing
    archive is not created. Raises ArchiveError; ArchiveLocked if a crawl or another such command
    holds it."""
    with (
        locked_beside_crawls(url, command) as engine,
        Lock.take(archive_path(url), _named(command)),
    ):
        yield engine


@contextmanager
def locked_beside_crawls(url: str, command: str) -> Iterator[Engine]:
    """The same for a command that writes in short steps: a crawl may run at the same time, another
    maintenance may not."""
    with opened(url):
        pass
    with Lock.take(archive_path(url), _named(command), MAINTENANCE):
        engine = open_archive(url, create=True)
        try:
            yield engine
        finally:
            engine.dispose()


def _named(command: str) -> str:
    return f"arsip {command}"


def warn_of_rebuild(engine: Engine, name: rebuilds.Index) -> None:
    """Says on the error stream that an index is not complete now, if it is not."""
    with engine.connect() as connection:
        sentence = rebuilds.warning(connection, name)
    if sentence:
        click.echo(sentence, err=True)


def check_output(output: Path, archive: Path) -> None:
    """Raises click.UsageError if a file cannot be written, or must not be."""
    if not output.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {output.parent}.")
    if output.exists() and output.samefile(archive):
        raise click.UsageError(f"{output} is the archive itself.")


def release_named(ctx: click.Context, engine: Engine, name: str) -> str:
    """The id of the release that a command's ID names. If there is none, the command ends with
    1; if there are several, with 2."""
    try:
        return release_detail.find(engine, name)
    except release_detail.NotFound as error:
        fail(ctx, str(error), 1)
    except release_detail.Ambiguous as error:
        raise click.UsageError(f"{error}.") from None


def print_json(value: Any) -> None:
    """Prints JSON, indented."""
    click.echo(escape_json(json.dumps(value, ensure_ascii=False, indent=2)))
