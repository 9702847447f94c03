"""`arsip backfill`: fetches past captures of sources from web archives."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from crawler.console import (
    BAD_CONFIGURATION,
    HEALTHY,
    NO_ARCHIVE,
    UNHEALTHY,
    choose,
    give_up,
    registry,
)

if TYPE_CHECKING:  # loaded by the command alone
    from rich.progress import Progress


class Command(ScrapyCommand):
    """Some sources, or all, from one web archive."""

    requires_project = True
    default_settings = {"LOG_LEVEL": "ERROR"}  # noqa: RUF012 - as Scrapy declares it

    def syntax(self) -> str:
        """As shown by --help."""
        return (
            "[--source ID]… [--since DATE] [--until DATE] [--via ARCHIVE] [--dry-run] [--limit N]"
        )

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Fetch what web archives have of sources, and read it"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            "Asks the index of a web archive for the pages of the sources, prints a plan with "
            "counts, time and bytes, fetches one capture of each address and wording into "
            "captures/imported, and reads it into the archive. The sites themselves are never "
            "asked. If interrupted, it continues next time. Exit 0: done; 1: something could not "
            "be fetched or read, or the web archive asks to wait; 2: wrong usage; 3: archive or "
            "captures cannot be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds the options."""
        super().add_options(parser)
        parser.add_argument(
            "--source",
            action="append",
            default=[],
            metavar="ID",
            help="only this source; may be repeated",
        )
        parser.add_argument("--since", metavar="DATE", help="only captures of this day or later")
        parser.add_argument("--until", metavar="DATE", help="only captures of this day or before")
        parser.add_argument(
            "--via",
            default="wayback",
            metavar="ARCHIVE",
            help="wayback (default), commoncrawl, or the URL of a pywb collection",
        )
        parser.add_argument("--dry-run", action="store_true", help="print the plan, fetch nothing")
        parser.add_argument("--limit", type=int, metavar="N", help="fetch at most N captures")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetches and reads, and prints the results."""
        if args:
            raise UsageError(f"{args[0]}: name sources with --source")
        if opts.limit is not None and opts.limit < 1:
            raise UsageError(f"--limit {opts.limit}: write a number from 1 on")
        since, until = (_day(name, getattr(opts, name)) for name in ("since", "until"))
        if since and until and until < since:
            raise UsageError(f"--until {until} is before --since {since}")
        try:
            self.exitcode = self._backfill(opts, since, until)
        except ArchiveError as error:
            give_up(str(error), NO_ARCHIVE)
        except (OSError, sqlite3.Error) as error:
            give_up(f"The archive or its captures cannot be read or written: {error}", NO_ARCHIVE)

    def _backfill(self, opts: argparse.Namespace, since: date | None, until: date | None) -> int:
        from archive.database.connection import archive_path
        from archive.database.lock import Lock
        from crawler.backfill.archives import UnknownArchive, find_archive
        from crawler.backfill.read import read_new
        from crawler.backfill.report import plan_table, summary
        from crawler.backfill.run import Backfill
        from crawler.backfill.state import State, beside
        from crawler.console.crawl_command import run_through

        settings = self.settings
        assert settings is not None
        sources = choose(registry(settings), ids=opts.source)
        try:
            archive = find_archive(opts.via, Path(settings["WEB_ARCHIVES"]))
        except UnknownArchive as error:
            give_up(str(error), BAD_CONFIGURATION)
        process = self.crawler_process
        if not isinstance(process, AsyncCrawlerProcess):
            give_up("The crawler needs Scrapy's asyncio reactor.", BAD_CONFIGURATION)
        path = beside(archive_path(settings["ARCHIVE_URL"]))
        with ExitStack() as stack:
            stack.enter_context(Lock.take(path, "arsip backfill"))
            state = State(path)
            stack.callback(state.close)
            bars = _bars()
            bar = bars.add_task("fetching", total=None, visible=False)
            run = Backfill(
                settings=settings,
                archive=archive,
                state=state,
                sources=sources,
                since=since,
                until=until,
                limit=opts.limit,
                is_dry=opts.dry_run,
                step=lambda: bars.advance(bar),
            )

            def show(plans: list[object]) -> None:
                print(plan_table(run))
                total = sum(len(plan.groups) for plan in run.plans)
                bars.update(bar, total=total, visible=not run.is_dry)

            run.planned = show  # type: ignore[assignment]
            with bars:
                run_through(process, run.run(process), lambda *_: run.stop())
            _print_to_stderr(run.mended, run.problems)
            if not run.plans and run.left_alone is None:
                return UNHEALTHY  # stopped by a second signal
            _print_to_stderr([summary(run)], [run.left_alone] if run.left_alone is not None else [])
            all_read = run.is_dry or read_new(settings, state, sources)
        is_well = all_read and not run.problems and run.left_alone is None
        return HEALTHY if is_well else UNHEALTHY


def _bars() -> Progress:
    """A progress bar for people at a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (TextColumn("fetching"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _print_to_stderr(*sentences: Iterable[object]) -> None:
    for sentence in chain(*sentences):
        print(sentence, file=sys.stderr)


def _day(name: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"--{name} {text}: write a day such as 2024-11-27") from None
