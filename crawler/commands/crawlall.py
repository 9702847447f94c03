"""`arsip crawlall`: crawls the sources of the registry in one process."""

from __future__ import annotations

import argparse
import re

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from archive.errors import ArchiveError
from crawler.console import (
    NO_ARCHIVE,
    add_no_capture,
    choose,
    give_up,
    obey_no_capture,
    registry,
)

_UNITS = {"h": 3600, "m": 60, "s": 1}


class Command(ScrapyCommand):
    """All sources, those with the given ids, or those that are due."""

    requires_project = True

    def syntax(self) -> str:
        """As shown by --help."""
        return (
            "[--due] [--within TIME] [--source ID]… [--unverified] [--deep] [--json] [--guided] "
            "[--no-capture]"
        )

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Crawl all sources of the registry"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            "Crawls all sources of the registry in one process, each host at its own pace, the "
            "longest waiting first. Ctrl-C or SIGTERM stops it cleanly. Exit 0: all healthy, even "
            "if time ran out before every source was crawled; 1: a source failed or fell silent, "
            "there is no network, or a signal stopped the crawl; 2: bad configuration; 3: the "
            "archive cannot be written, or another crawl is running."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds those of `syntax`."""
        super().add_options(parser)
        parser.add_argument(
            "--due",
            action="store_true",
            help="only sources that are due, by how often they publish; daily around a vote",
        )
        parser.add_argument(
            "--within",
            metavar="TIME",
            help="stop after 50m (90s, 2h, 1h30m); the next run continues with the rest",
        )
        parser.add_argument(
            "--source",
            action="append",
            default=[],
            metavar="ID",
            help="only this source (repeatable)",
        )
        parser.add_argument("--deep", action="store_true", help="fetch all known releases again")
        parser.add_argument(
            "--unverified", action="store_true", help="also sources that are not verified yet"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON array")
        parser.add_argument(
            "--guided",
            action="store_true",
            help="on a first run at a terminal: ask for CONTACT and crawl a few sources for ten "
            "minutes (used by make crawl)",
        )
        add_no_capture(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawls, and prints the outcome of each source."""
        assert self.settings is not None
        if args:  # Scrapy ignores arguments that its parser does not know
            raise UsageError(_not_understood(args[0]), print_help=False)
        obey_no_capture(self.settings, opts)
        sources = choose(registry(self.settings), ids=opts.source, unverified=opts.unverified)
        within: float | None = parse_duration(opts.within) if opts.within is not None else None
        if opts.guided and not opts.source and _is_first(self.settings):
            from crawler.console.first_run import MINUTES, ask_for_contact, choose_few, explain

            few = choose_few(sources)
            explain(few, len(sources))
            ask_for_contact(self.settings)
            sources, within = few, within or 60.0 * MINUTES
        from crawler.responses.page_reading import start_readers

        start_readers()  # before the rest is imported, which takes a second
        from crawler.console.crawl_command import Order, crawl_sources

        order = Order(
            command="arsip crawlall",
            deep=opts.deep,
            due=opts.due,
            within=within,
            json=opts.json,
        )
        self.exitcode = crawl_sources(self.crawler_process, self.settings, sources, order)


def _is_first(settings: BaseSettings) -> bool:
    from crawler.console.first_run import is_first_run

    try:
        return is_first_run(settings)
    except ArchiveError as error:
        give_up(str(error), NO_ARCHIVE)


def _not_understood(argument: str) -> str:
    if argument.startswith("-"):
        return f"there is no option {argument}; see arsip crawlall --help"
    return f"{argument!r} is not an option; give a source as --source {argument}"


def parse_duration(time: str) -> int:
    """`1h30m` in seconds. Raises UsageError."""
    match = re.fullmatch(r"(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?", time.strip().lower())
    seconds = sum(
        int(number or 0) * unit
        for number, unit in zip(match.groups() if match else (), _UNITS.values(), strict=False)
    )
    if not seconds:
        raise UsageError(
            f"--within {time}: write a time such as 50m, 90s, 2h or 1h30m", print_help=False
        )
    return seconds
