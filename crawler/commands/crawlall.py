"""`scrapy crawlall`: every source of the registry in one process."""

from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand

from crawler.commands import add_no_capture, choose, crawl_sources, obey_no_capture, registry


class Command(ScrapyCommand):
    """All sources, or those named."""

    requires_project = True

    def syntax(self) -> str:
        """As shown by --help."""
        return "[--source ID]… [--unverified] [--deep] [--no-capture]"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Crawl all sources of the registry"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            "Crawls all sources of the registry in one process, each host at its own pace. "
            "Exit 0: all healthy; 1: at least one source failed or fell silent; "
            "2: bad configuration; 3: the archive cannot be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --source, --deep and --unverified."""
        super().add_options(parser)
        parser.add_argument(
            "--source", action="append", default=[], metavar="ID", help="only this one (repeatable)"
        )
        parser.add_argument("--deep", action="store_true", help="look at everything again")
        parser.add_argument(
            "--unverified", action="store_true", help="also sources that nobody has seen live yet"
        )
        add_no_capture(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawls, and says how each source ended."""
        assert self.settings is not None
        obey_no_capture(self.settings, opts)
        self.exitcode = crawl_sources(
            self.crawler_process,
            self.settings,
            choose(registry(self.settings), ids=opts.source, unverified=opts.unverified),
            command="scrapy crawlall",
            deep=opts.deep,
        )
