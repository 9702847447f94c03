"""`scrapy doctor`: checks whether this machine can crawl, and real sites are read correctly."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from archive.printable import escape_json
from crawler.console import (
    BAD_CONFIGURATION,
    HEALTHY,
    NO_ARCHIVE,
    NO_NETWORK,
    UNHEALTHY,
    choose,
    give_up,
)
from crawler.registry.reader import SourceError, load_sources

if TYPE_CHECKING:
    from crawler.doctor.report import Report


class Command(ScrapyCommand):
    """Checks this machine, the network, and one source of each family of sites."""

    requires_project = True

    def syntax(self) -> str:
        """As shown by --help."""
        return "[--json] [--quick] [--source ID]… [-o FILE.wacz] | --replay FILE.wacz"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Check whether this machine can crawl and real sites are read correctly"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            "Checks this machine and the network, then politely crawls one source of each family "
            "of sites (about 100 requests in at most five minutes), and reports what passes, what "
            "fails, and what to do. All responses and the report go into doctor-DATE.wacz, "
            "without mail address, user name and local path; --replay repeats the checks offline. "
            "A Markdown file beside it can be pasted into an issue. Nothing is archived. Exit 0: "
            "nothing failed; 1: a family of sites is not read correctly; 2: the registry, an "
            "argument or the clock is wrong; 3: the archive, the captures or the file cannot be "
            "written; 4: no network, or the hosts refuse connections from here."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds those of `syntax`."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--quick",
            action="store_true",
            help="check only this machine and the network (takes seconds)",
        )
        parser.add_argument(
            "--source",
            action="append",
            default=[],
            metavar="ID",
            help="check this source instead of the usual ones (repeatable)",
        )
        parser.add_argument(
            "-o",
            "--output",
            type=Path,
            metavar="FILE.wacz",
            help="file to write (default: doctor-DATE.wacz in the working directory)",
        )
        parser.add_argument(
            "--replay",
            type=Path,
            metavar="FILE.wacz",
            help="repeat the checks from such a file, offline",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Examines, prints the report, and writes the file."""
        assert self.settings is not None
        if args:
            raise UsageError(f"there is no argument {args[0]}", print_help=False)
        if not isinstance(self.crawler_process, AsyncCrawlerProcess):
            give_up("The doctor needs Scrapy's asyncio reactor.", BAD_CONFIGURATION)
        try:
            with tempfile.TemporaryDirectory(prefix="arsip-doctor-") as name:
                self._run(self.crawler_process, opts, Path(name))
        except ArchiveError as error:
            give_up(str(error), NO_ARCHIVE)
        except OSError as error:
            where = error.filename or "A temporary file"
            give_up(f"{where} cannot be written: {error.strerror or error}", NO_ARCHIVE)

    def _run(self, process: AsyncCrawlerProcess, opts: argparse.Namespace, folder: Path) -> None:
        if opts.replay is not None:
            report = self._replay(process, opts.replay, folder)
        else:
            report = self._examine(process, opts, folder)
        self.exitcode = _exit_code(report)
        _print(report, as_json=opts.json)
        if opts.replay is None and not opts.quick:
            self._keep(report, folder, opts.output or _free_name())

    def _examine(
        self, process: AsyncCrawlerProcess, opts: argparse.Namespace, folder: Path
    ) -> Report:
        from crawler.console.crawl_command import run_through
        from crawler.doctor.examination import examine
        from crawler.doctor.machine import look_at_machine

        assert self.settings is not None
        settings, found = self.settings, []
        machine = look_at_machine(settings)
        try:
            sources = load_sources(Path(settings["SOURCES"]))
        except SourceError:
            sources = []
        if opts.source:
            choose(sources, ids=opts.source)  # exits if there is no such source

        async def work() -> None:
            found.append(
                await examine(
                    process,
                    settings,
                    machine,
                    sources,
                    opts.source,
                    folder,
                    canaries=not opts.quick,
                    say=lambda sentence: print(sentence, file=sys.stderr, flush=True),
                )
            )

        run_through(process, work(), _leave)
        return _only(found)

    def _replay(self, process: AsyncCrawlerProcess, file: Path, folder: Path) -> Report:
        from crawler.console.crawl_command import run_through
        from crawler.doctor.examination import replay, unpack
        from crawler.doctor.report import ReportError

        assert self.settings is not None
        settings, found = self.settings, []
        try:
            kept = unpack(file, folder)
        except ReportError as error:
            give_up(f"{file} cannot be replayed. {error}", BAD_CONFIGURATION)

        async def work() -> None:
            found.append(await replay(process, settings, kept, folder))

        run_through(process, work(), _leave)
        return _only(found)

    def _keep(self, report: Report, folder: Path, target: Path) -> None:
        from crawler.doctor.examination import write_file

        assert self.settings is not None
        try:
            left_out = write_file(report, self.settings, folder, target)
        except OSError as error:
            give_up(f"{target} cannot be written: {error.strerror or error}", NO_ARCHIVE)
        if left_out:
            print(f"{left_out} responses repeat CONTACT and were left out.", file=sys.stderr)
        block = target.with_suffix(".md")
        print(
            f"{target} holds all of this; paste {block} into an issue. "
            f"Again, offline: arsip doctor --replay {target}",
            file=sys.stderr,
        )


def _print(report: Report, *, as_json: bool) -> None:
    from crawler.doctor.shown import print_report

    if as_json:
        print(escape_json(json.dumps(report.as_json(), ensure_ascii=False)))
    else:
        print_report(report)


def _exit_code(report: Report) -> int:
    from crawler.doctor.check import FAIL

    if report.failed("archive", "captures", "disk"):
        return NO_ARCHIVE
    if report.failed("registry", "clock"):
        return BAD_CONFIGURATION
    if report.failed("network"):
        return NO_NETWORK
    return UNHEALTHY if report.verdict == FAIL else HEALTHY


def _free_name() -> Path:
    """A file name in the working directory that is not taken."""
    name = f"doctor-{datetime.now(UTC).date()}"
    number = 1
    path = Path(f"{name}.wacz")
    while path.exists():
        number += 1
        path = Path(f"{name}-{number}.wacz")
    return path


def _leave(by: str, why: str) -> None:
    """Exits at a signal: an unfinished examination has no result."""
    from twisted.internet import reactor

    print(f"{why}: stopped before the end.", file=sys.stderr)
    reactor.stop()  # type: ignore[misc]  # Twisted types the reactor as a module


def _only(found: list[Report]) -> Report:
    if not found:
        raise SystemExit(UNHEALTHY)
    return found[0]
