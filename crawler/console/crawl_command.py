"""Crawls sources in this process: reactor, signals, time limit, exit code."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from rich.console import Console
from scrapy.crawler import AsyncCrawlerProcess, CrawlerProcessBase
from scrapy.settings import Settings
from sqlalchemy import Connection

from archive.database.connection import ArchiveError
from archive.health.last_crawl_times import last_crawls
from archive.health.publishing_rhythm import rhythms
from archive.preservation.clock_faults import latest as latest_time
from crawler.console import BAD_CONFIGURATION, HEALTHY, NO_ARCHIVE, UNHEALTHY, give_up
from crawler.console.progress_display import Display, display
from crawler.console.results_table import print_json, print_table
from crawler.crawl.run_progress import RunProgress, clock
from crawler.doctor.network import find_dead_network
from crawler.registry.source import Source
from crawler.run.clock_check import fault as clock_fault
from crawler.run.clock_check import told_by
from crawler.run.connectivity_check import make_contact
from crawler.run.crawl_run import CrawlRun, Result, StoppedBy
from crawler.run.schedule import longest_waiting_first, turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The options of a crawl."""

    command: str
    """Shown to others while the archive is locked: `arsip crawlall`."""
    deep: bool = False
    """Fetch all known releases again."""
    due: bool = False
    """Only sources that are due."""
    within: float | None = None
    """Time limit in seconds; None: no limit."""
    json: bool = False
    """Print JSON instead of a table."""


def crawl_sources(
    process: CrawlerProcessBase | None, settings: Settings, sources: list[Source], order: Order
) -> int:
    """Crawls the longest waiting first, prints the outcomes, returns the exit code."""
    ask_for_contact(settings, sources)
    # Scrapy would import it when the first spider opens: its classes for what is deprecated then
    # look through every frame of a deep stack (.3 s).
    import_module("crawler.downloader.handler")
    run = _open(settings, order)
    try:
        try:
            queue, next_due = run.archive_writer.store.within(_queue, sources, due=order.due)
        except ArchiveError as error:
            give_up(str(error), NO_ARCHIVE)
        run.progress = RunProgress(total=len(queue))
        if queue:
            with display(run.progress) as shown:
                _run(process, run, queue, within=order.within, shown=shown)
    finally:
        run.close()
    if run.clock_fault is not None:
        give_up(run.clock_fault, BAD_CONFIGURATION)
    if run.network_fault is not None:
        give_up(run.network_fault, UNHEALTHY)
    begun = {result.source.id for result in run.results}
    left = [source for source in queue if source.id not in begun]
    if order.json:
        print_json(run.results, left)
    else:
        print_table(run.results)
    # The program ends. To look for garbage among all that a crawl has loaded took half a second.
    gc.freeze()
    if not queue:
        print(f"No source is due before {next_due:%Y-%m-%d %H:%M} UTC.", file=sys.stderr)
    return _exit_code(run, left)


def ask_for_contact(settings: Settings, sources: list[Source]) -> None:
    """Warns if CONTACT is not set."""
    if not settings["CONTACT"] and not all(_is_loopback(source) for source in sources):
        Console(stderr=True).print(
            "CONTACT is not set: the sites cannot see whom to ask about these requests. "
            "Set it to a mail or web address, such as -s CONTACT=nama@contoh.id",
            highlight=False,
        )


def crawl_quietly(
    process: CrawlerProcessBase | None,
    settings: Settings,
    source: Source,
    order: Order,
    releases_max: int,
) -> Result:
    """Crawls one source without printing its outcome; fetches at most `releases_max` releases."""
    run = _open(settings, order)
    run.fetches_max = releases_max
    run.progress = RunProgress(total=1)
    try:
        with display(run.progress) as shown:
            _run(process, run, [source], shown=shown)
    finally:
        run.close()
    if run.clock_fault is not None:
        give_up(run.clock_fault, BAD_CONFIGURATION)
    if run.archive_error is not None:
        give_up(str(run.archive_error), NO_ARCHIVE)
    if not run.results:
        give_up("Stopped before the end.", UNHEALTHY)  # by a second signal
    return run.results[0]


def _open(settings: Settings, order: Order) -> CrawlRun:
    """Opens a crawl run; exits if the archive cannot be opened."""
    try:
        return CrawlRun.open(settings, deep=order.deep, command=order.command)
    except ArchiveError as error:
        give_up(str(error), NO_ARCHIVE)


def _queue(
    connection: Connection, sources: list[Source], *, due: bool
) -> tuple[list[Source], datetime]:
    """The sources to crawl in order, and when the first of them is due."""
    now = datetime.now(UTC)
    crawls, by_source = last_crawls(connection), rhythms(connection, now)
    by_id = {source.id: source for source in sources}
    due_at = {
        id: turns().due_at(crawls.get(id), by_source.get(id), now, source.region)
        for id, source in by_id.items()
    }
    waiting = [id for id in by_id if not due or due_at[id] <= now]
    return [by_id[id] for id in longest_waiting_first(waiting, crawls)], min(due_at.values())


def _run(
    process: CrawlerProcessBase | None,
    run: CrawlRun,
    sources: list[Source],
    *,
    within: float | None = None,
    shown: Display | None = None,
) -> None:
    """Runs the crawl run to its end."""

    def stop(by: StoppedBy, why: str) -> None:
        run.stop(by)
        if shown is not None:
            shown.say(f"{why}: finishing open requests; no new ones are sent.")

    if not isinstance(process, AsyncCrawlerProcess):
        give_up("The crawler needs Scrapy's asyncio reactor.", BAD_CONFIGURATION)
    run_through(process, _run_by_the_clock(process, run, sources), stop, within)


async def _run_by_the_clock(
    process: AsyncCrawlerProcess, run: CrawlRun, sources: list[Source]
) -> None:
    """Runs the crawl run, unless there is no network or the machine's clock is wrong."""
    if run.settings.getbool("CLOCK_CHECK"):
        latest = await run.archive_writer.note(latest_time)
        contacts = await make_contact(process, run.settings, sources)
        if dead := find_dead_network(contacts):
            run.network_fault = f"{dead.said} {dead.advice} Nothing was crawled."
            return
        run.clock_fault = clock_fault(datetime.now(UTC), latest, told_by(contacts))
    if run.clock_fault is None:
        await run.run(process, sources)


def run_through(
    process: AsyncCrawlerProcess,
    work: Coroutine[Any, Any, None],
    stop: Callable[[StoppedBy, str], None],
    within: float | None = None,
) -> None:
    """Runs the reactor until the work is done; its errors are raised here. `stop` must end it
    soon: it is called at a signal, or after `within` seconds."""
    # Importing the reactor installs one, so not before the process has chosen it.
    from twisted.internet import reactor

    def stop_reactor(_: object = None) -> None:
        if reactor.running:
            reactor.stop()  # type: ignore[misc]  # Twisted types the reactor as a module

    def end(number: int, _: object) -> None:
        # A second signal does not wait for open requests.
        signal.signal(number, lambda *_: reactor.callFromThread(stop_reactor))
        reactor.callFromThread(stop, "signal", signal.Signals(number).name)

    # Scrapy logs a traceback if a robots.txt cannot be fetched; the source's sentence is enough.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    loop = asyncio.get_event_loop()
    task = loop.create_task(work)
    task.add_done_callback(stop_reactor)
    if within is not None:
        loop.call_later(within, stop, "time", f"The time is up ({clock(within)})")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # `nohup` ignores the end of the terminal.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, end)
    # Scrapy's own handlers would stop the reactor before the outcome is in the archive.
    process.start(stop_after_crawl=False, install_signal_handlers=False)
    if task.done():
        task.result()


def _exit_code(run: CrawlRun, left: list[Source]) -> int:
    """The exit code; prints to stderr why sources were left out."""
    if run.archive_error is not None:
        print(run.archive_error, file=sys.stderr)
        return NO_ARCHIVE
    stopped = [result for result in run.results if result.verdict.outcome == "stopped"]
    if left or stopped:
        were = "source was" if len(stopped) == 1 else "sources were"
        counts = f"{len(stopped):,} {were} stopped, {len(left):,} not reached"
        print(f"{counts}; the next run continues with them.", file=sys.stderr)
    if run.stopped_by == "time":
        # A requested stop is not an error.
        well = all(result.verdict.healthy for result in run.results if result not in stopped)
        return HEALTHY if well else UNHEALTHY
    return HEALTHY if run.healthy and not left else UNHEALTHY


def _is_loopback(source: Source) -> bool:
    return all(host.startswith(("127.", "localhost", "[::1]")) for host in source.hosts)
