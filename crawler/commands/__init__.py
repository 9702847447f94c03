"""Our own `scrapy` commands; here what they share: choose sources, crawl them, say how it went."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from contextlib import nullcontext
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.table import Table
from scrapy.crawler import AsyncCrawlerProcess, CrawlerProcessBase
from scrapy.settings import BaseSettings, Settings

from archive.database import ArchiveError
from crawler.extensions.progress import Board
from crawler.round import Result, Round
from crawler.source import Source, SourceError, load_sources

HEALTHY, UNHEALTHY, BAD_CONFIGURATION, NO_ARCHIVE = 0, 1, 2, 3
_COLOURS = {"ok": "green", "partial": "yellow"}


def add_no_capture(parser: argparse.ArgumentParser) -> None:
    """Adds --no-capture."""
    parser.add_argument(
        "--no-capture", action="store_true", help="keep no copy of what came over the wire"
    )


def obey_no_capture(settings: BaseSettings, opts: argparse.Namespace) -> None:
    """What --no-capture asks for, as a setting."""
    if opts.no_capture:
        settings.set("CAPTURES_ENABLED", False, priority="cmdline")


def registry(settings: Settings) -> list[Source]:
    """The sources SOURCES names; ends the program with exit 2 and a line a mistake."""
    try:
        return load_sources(Path(settings["SOURCES"]))
    except SourceError as error:
        _give_up(str(error), BAD_CONFIGURATION)


def choose(
    sources: list[Source], *, ids: list[str], kind: str | None = None, unverified: bool = False
) -> list[Source]:
    """Those of a kind with these ids; without ids all that somebody vouches for, and the others
    only when `unverified`. Exit 2 and a sentence if there is no such one."""
    of_kind = [source for source in sources if kind in (None, source.kind)]
    known = {source.id: source for source in of_kind}
    for name in ids:
        if name not in known:
            what = f"source of kind {kind}" if kind else "source"
            near = get_close_matches(name, known, n=3, cutoff=0.5)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            _give_up(f"There is no {what} called {name!r}.{hint}", BAD_CONFIGURATION)
    chosen = [known[name] for name in dict.fromkeys(ids)]
    chosen = chosen or [source for source in of_kind if unverified or source.vouched]
    if not chosen:
        hint = " Those it names are not verified: see scrapy sources --check." if of_kind else ""
        _give_up(f"The registry (SOURCES) names no such source.{hint}", BAD_CONFIGURATION)
    return chosen


def crawl_sources(
    process: CrawlerProcessBase | None,
    settings: Settings,
    sources: list[Source],
    *,
    command: str,
    deep: bool = False,
) -> int:
    """Crawls for `command`, prints a line a source, and returns the exit code."""
    errors = Console(stderr=True)
    if not settings["CONTACT"] and not all(_is_loopback(source) for source in sources):
        errors.print(
            "CONTACT is not set: the sites cannot tell whom to ask about these requests. "
            "Set it to a mail or web address, as -s CONTACT=nama@contoh.id",
            highlight=False,
        )
    board = Board(errors) if errors.is_terminal else None
    with board or nullcontext():
        round_ = _crawl(process, settings, sources, command=command, board=board, deep=deep)
    _say(round_.results)
    if round_.archive_error is not None:
        print(round_.archive_error, file=sys.stderr)
        return NO_ARCHIVE
    return HEALTHY if round_.healthy and len(round_.results) == len(sources) else UNHEALTHY


def crawl_quietly(
    process: CrawlerProcessBase | None, settings: Settings, source: Source, *, looks: int
) -> Result:
    """Crawls one source, looking at so many releases at most, and says nothing."""
    round_ = _crawl(process, settings, [source], command="scrapy probe", looks=looks)
    if round_.archive_error is not None:
        _give_up(str(round_.archive_error), NO_ARCHIVE)
    return round_.results[0]


def _crawl(
    process: CrawlerProcessBase | None,
    settings: Settings,
    sources: list[Source],
    *,
    command: str,
    board: Board | None = None,
    deep: bool = False,
    looks: int | None = None,
) -> Round:
    """A finished round; ends the program where there cannot be one."""
    if not isinstance(process, AsyncCrawlerProcess):
        _give_up("The crawler needs Scrapy's asyncio reactor.", BAD_CONFIGURATION)
    try:
        round_ = Round.open(settings, board, deep=deep, command=command)
    except ArchiveError as error:
        _give_up(str(error), NO_ARCHIVE)
    round_.looks_max = looks
    try:
        _run(process, round_, sources)
    finally:
        round_.close()
    return round_


def _run(process: AsyncCrawlerProcess, round_: Round, sources: list[Source]) -> None:
    """Runs the reactor until the round is over; a fault in the round itself is raised here."""
    # Importing the reactor installs one, so not before the process has chosen it.
    from twisted.internet import reactor

    def stop_reactor(_: object = None) -> None:
        if reactor.running:
            reactor.stop()  # type: ignore[misc]  # Twisted types the reactor as a module

    def end(number: int, _: object) -> None:
        # A second signal does not wait for what is under way.
        signal.signal(number, lambda *_: reactor.callFromThread(stop_reactor))
        reactor.callFromThread(round_.stop)

    # A robots.txt that cannot be had is a traceback there; the source's own sentence says enough.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    task = asyncio.get_event_loop().create_task(round_.run(process, sources))
    task.add_done_callback(stop_reactor)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    # Scrapy's own handlers would stop the reactor before the archive has heard how it ended.
    process.start(stop_after_crawl=False, install_signal_handlers=False)
    if task.done():
        task.result()


def _say(results: list[Result]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("source", "outcome"):
        table.add_column(heading, no_wrap=True)
    for heading in ("new", "changed", "known", "rejected", "requests", "time"):
        table.add_column(heading, justify="right")
    for result in results:
        tally, outcome = result.tally, result.verdict.outcome
        numbers = (tally.new, tally.changed, tally.seen, tally.rejected.total(), result.requests)
        minutes, seconds = divmod(round(result.seconds), 60)
        table.add_row(
            result.source.id,
            f"[{_COLOURS.get(outcome, 'red')}]{outcome}",
            *(f"{number:,}" for number in numbers),
            f"{minutes}:{seconds:02}",
        )
    console = Console()
    console.print(table)
    for result in results:
        if result.verdict.reason:
            console.print(f"{result.source.id}: {result.verdict.reason}", highlight=False)


def _is_loopback(source: Source) -> bool:
    return all(host.startswith(("127.", "localhost", "[::1]")) for host in source.hosts)


def _give_up(sentence: str, code: int) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(code)
