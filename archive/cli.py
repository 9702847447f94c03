"""`python -m archive`: ask the archive, from the command line.

Exit codes: 0 done; 1 a finding (no such release); 2 wrong usage; 3 the archive cannot be opened,
read or written."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Engine, select

from archive import export as exporting
from archive import search as searching
from archive import show as showing
from archive.database import archive_path, open_archive, upgrade_archive
from archive.failures import Group, fail
from archive.models import SourceRow
from archive.stats import stats as count
from archive.terminal import Terminal

DEFAULT_URL = "sqlite:///archive.db"
_DAY = click.DateTime(["%Y-%m-%d"])
_Command = TypeVar("_Command", bound=Callable[..., Any])


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--archive",
    "url",
    envvar="ARCHIVE_URL",
    default=DEFAULT_URL,
    show_default=True,
    metavar="URL",
    help="The archive, as a SQLAlchemy URL; also from the environment variable ARCHIVE_URL.",
)
@click.pass_context
def main(ctx: click.Context, url: str) -> None:
    """Ask the archive of press releases: what was said, by whom, and what became of it.

    \b
    Examples:
      python -m archive stats
      python -m archive search 'netralitas ASN' --since 2024-08-01
      python -m archive show pemkot-balikpapan:1f3a
      python -m archive export -o releases.jsonl

    Exit codes: 0 done; 1 a finding, such as no such release; 2 wrong usage; 3 the archive cannot
    be opened, read or written.
    """
    ctx.obj = url
    if isinstance(sys.stdout, TextIOWrapper):
        # JSON is UTF-8 whatever the locale, and so are the texts.
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")


def _archive_option(command: _Command) -> _Command:
    """`--archive` after the command's name, where people look for it, as well as before."""

    def remember(ctx: click.Context, _: click.Parameter, url: str | None) -> None:
        ctx.obj = url or ctx.obj

    option = click.option(
        "--archive", metavar="URL", expose_value=False, callback=remember, help="The archive."
    )
    return option(command)


_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
_source_option = click.option(
    "--source", multiple=True, metavar="ID", help="Only this source; may be given several times."
)
_election_option = click.option(
    "--election", is_flag=True, help="Only releases about the election."
)


@main.command()
@_json_option
@_archive_option
@click.pass_obj
def stats(url: str, as_json: bool) -> None:
    """Count what the archive holds, source by source.

    \b
    Examples:
      python -m archive stats
      python -m archive stats --json | jq .totals.reposts
    """
    with _opened(url) as engine:
        counted = count(engine)
    if as_json:
        _print_json(counted.as_json())
    else:
        Terminal().stats(counted)


@main.command()
@click.argument("words", nargs=-1, required=True)
@_source_option
@click.option("--since", type=_DAY, metavar="DATE", help="Published on this day or later.")
@click.option("--until", type=_DAY, metavar="DATE", help="Published on this day or before.")
@_election_option
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="So many at most."
)
@_json_option
@_archive_option
@click.pass_obj
def search(
    url: str,
    words: tuple[str, ...],
    source: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    election: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Find releases with all of WORDS in title or text, the best first.

    A phrase in double quotes must stand together; a word ending in * stands for any word that
    begins so. Case and accents make no difference; nothing else has a special meaning.

    \b
    Examples:
      python -m archive search netralitas ASN
      python -m archive search '"daftar pemilih tetap" coklit*' --source kpu-balikpapan
      python -m archive search kampanye --since 2024-09-25 --until 2024-11-23 --json
    """
    with _opened(url) as engine:
        _check_sources(engine, source)
        try:
            hits = searching.search(
                engine,
                " ".join(words),
                source=source,
                since=since and since.date(),
                until=until and until.date(),
                election=election,
                limit=limit,
            )
        except searching.SearchError as error:
            raise click.UsageError(f"{error}.") from None
    if as_json:
        _print_json([hit.as_json() for hit in hits])
    else:
        Terminal().hits(hits, limit)


@main.command()
@click.argument("release", metavar="ID")
@_json_option
@_archive_option
@click.pass_context
def show(ctx: click.Context, release: str, as_json: bool) -> None:
    """Show one release: its text, who signed it, its versions and copies.

    ID is a release's id, or as much of its beginning (or of the part after the colon) as no other
    shares, or its URL. Which words made it count as election news is shown too.

    \b
    Examples:
      python -m archive show pemkot-balikpapan:1f3a9c0de1b2a3f4
      python -m archive show 1f3a
      python -m archive show https://web.balikpapan.go.id/berita/read/9754 --json
    """
    with _opened(ctx.obj) as engine:
        try:
            detail = showing.show(engine, showing.find(engine, release))
        except showing.NotFound as error:
            fail(ctx, str(error), 1)
        except showing.Ambiguous as error:
            raise click.UsageError(f"{error}.") from None
    if as_json:
        _print_json(detail.as_json())
    else:
        Terminal().detail(detail)


@main.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write to FILE, whole or not at all; standard output when left out.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    default="jsonl",
    show_default=True,
    help="JSON lines; csv and parquet are not built yet.",
)
@click.option(
    "--since",
    type=click.IntRange(0),
    default=0,
    metavar="SEQ",
    help="Only what changed after this seq.",
)
@_election_option
@_source_option
@click.option("--unique", is_flag=True, help="Of each text the first release only, no reposts.")
@_archive_option
@click.pass_obj
def export(
    url: str,
    output: Path | None,
    form: str,
    since: int,
    election: bool,
    source: tuple[str, ...],
    unique: bool,
) -> None:
    """Write releases as JSON lines, one a line, ordered by seq.

    Every line is valid against archive/release.schema.json. An export with --since and the last
    seq of the one before has only what is new or changed.

    \b
    Examples:
      python -m archive export -o releases.jsonl
      python -m archive export --election --unique | head -1 | jq
      python -m archive export --since 4711 -o changes.jsonl
    """
    if form != "jsonl":
        raise click.UsageError(f"The format {form} is not built yet; jsonl is.")
    with _opened(url) as engine:
        _check_sources(engine, source)
        write = partial(
            exporting.export_jsonl,
            engine,
            since=since,
            source=source,
            election=election,
            unique=unique,
        )
        if output is None or str(output) == "-":
            write(sys.stdout)
            return
        _check_output(output, archive_path(url))
        with exporting.whole_file(output) as file:
            number, last = write(file)
    click.echo(f"{number:,} releases in {output}. What changes later: --since {last}", err=True)


@main.command()
@_archive_option
@click.pass_obj
def upgrade(url: str) -> None:
    """Bring an archive of an older version of the program up to date.

    All of it or nothing: when it fails, the archive is as it was.

    \b
    Example:
      python -m archive upgrade
    """
    before, after = upgrade_archive(url)
    if before == after:
        click.echo(f"The archive is up to date (schema {after}).")
    else:
        click.echo(f"Upgraded the archive from schema {before} to {after}.")


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_archive(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _check_sources(engine: Engine, wanted: Iterable[str]) -> None:
    with engine.connect() as connection:
        known = set(connection.scalars(select(SourceRow.id)))
    if unknown := sorted(set(wanted) - known):
        raise click.UsageError(f"The archive has no source {', '.join(unknown)}.")


def _check_output(output: Path, archive: Path) -> None:
    if not output.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {output.parent}.")
    if output.exists() and output.samefile(archive):
        raise click.UsageError(f"{output} is the archive itself.")


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
