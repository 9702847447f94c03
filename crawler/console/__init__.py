"""What `scrapy` commands show and ask at the terminal, and what they share: registry, choice of
sources, exit codes.

Scrapy imports all of `crawler/commands/` to run one command. So what only one needs is here, and
imported when that runs; this module itself is light."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from scrapy.settings import BaseSettings, Settings

from archive.nearest import did_you_mean
from crawler.registry.reader import SourceError, load_sources
from crawler.registry.source import Source

HEALTHY, UNHEALTHY, BAD_CONFIGURATION, NO_ARCHIVE, NO_NETWORK = 0, 1, 2, 3, 4


def add_no_capture(parser: argparse.ArgumentParser) -> None:
    """Adds --no-capture."""
    parser.add_argument(
        "--no-capture", action="store_true", help="do not save the responses as captures"
    )


def add_keep(parser: argparse.ArgumentParser) -> None:
    """Adds --keep."""
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FILE.wacz",
        help="save all responses in this file, without your mail address and local paths",
    )


def obey_no_capture(settings: BaseSettings, opts: argparse.Namespace) -> None:
    """The settings for --no-capture."""
    if opts.no_capture:
        settings.set("CAPTURES_ENABLED", False, priority="cmdline")


def registry(settings: Settings) -> list[Source]:
    """The sources in SOURCES; exits with code 2 and one line per mistake."""
    try:
        return load_sources(Path(settings["SOURCES"]))
    except SourceError as error:
        give_up(str(error), BAD_CONFIGURATION)


def choose(
    sources: list[Source], *, ids: list[str], kind: str | None = None, unverified: bool = False
) -> list[Source]:
    """The sources of a kind with these ids; without ids, all that are crawled by default, and
    with `unverified` all others too. Exits with 2 and a sentence if an id does not exist."""
    of_kind = [source for source in sources if kind in (None, source.kind)]
    by_id = {source.id: source for source in of_kind}
    for name in ids:
        if name not in by_id:
            what = f"source of kind {kind}" if kind else "source"
            hint = did_you_mean(name, by_id)
            give_up(f"There is no {what} called {name!r}.{hint}", BAD_CONFIGURATION)
    chosen = [by_id[name] for name in dict.fromkeys(ids)]
    chosen = chosen or [source for source in of_kind if unverified or source.vouched]
    if not chosen:
        hint = " Its sources are not verified: see arsip sources --check." if of_kind else ""
        give_up(f"The registry (SOURCES) has no such source.{hint}", BAD_CONFIGURATION)
    return chosen


def give_up(sentence: str, code: int) -> NoReturn:
    """Ends the program with a sentence and an exit code."""
    print(sentence, file=sys.stderr)
    raise SystemExit(code)
