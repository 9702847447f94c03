"""`python -m archive`: commands on the archive.

Exit codes: 0 done; 1 a finding (no such release); 2 wrong usage; 3 the archive cannot be opened,
read or written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from io import TextIOWrapper

import click

from archive import __version__
from archive.commands import Commands

DEFAULT_URL = "sqlite:///archive.db"
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""Settings of click for a group of commands."""


def archive_of_all(group: Callable[[], None]) -> Callable[..., None]:
    """`--archive` before a command's name: each command of the group gets it as `ctx.obj`."""

    @click.option(
        "--archive",
        "url",
        envvar="ARCHIVE_URL",
        default=DEFAULT_URL,
        show_default=True,
        metavar="FILE",
        help="The archive, a file or its SQLAlchemy URL; also from the environment variable "
        "ARCHIVE_URL.",
    )
    @click.pass_context
    @wraps(group)
    def prepare(ctx: click.Context, url: str) -> None:
        ctx.obj = url
        if isinstance(sys.stdout, TextIOWrapper):
            # JSON is UTF-8 in every locale, and so are texts.
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")

    return prepare


@click.group(cls=Commands, context_settings=CONTEXT)
@archive_of_all
@click.version_option(__version__, prog_name="arsip-pilkada")
def main() -> None:
    """Query the archive of press releases: search, show, compare, export and check them.

    \b
    Examples:
      python -m archive stats
      python -m archive search 'netralitas ASN' --since 2024-08-01
      python -m archive show pemkot-balikpapan:1f3a
      python -m archive export -o releases.jsonl

    Exit codes: 0 done; 1 a finding, such as no such release; 2 wrong usage; 3 the archive cannot
    be opened, read or written.
    """
