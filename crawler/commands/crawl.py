"""`arsip crawl KIND`: crawls the sources of one kind. Unlike Scrapy's command, it has exit
codes."""

from __future__ import annotations

import argparse

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from crawler.console import add_no_capture, choose, obey_no_capture, registry

_ARGUMENTS = {"source", "deep", "unverified"}


class Command(BaseRunSpiderCommand):
    """One kind of sources, or some of them."""

    requires_project = True

    def syntax(self) -> str:
        """As shown by --help."""
        return "[-a source=ID,ID] [-a deep=1] [-a unverified=1] [--no-capture] <bawaslu|kpu|pemkot>"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Crawl the sources of one kind, or some of them"

    def long_desc(self) -> str:
        """As shown by --help."""
        return f"{self.short_desc()}. Exit codes as for `arsip crawlall`."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --no-capture."""
        super().add_options(parser)
        add_no_capture(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawls, and prints the outcome of each source."""
        assert self.settings is not None
        assert self.crawler_process is not None
        obey_no_capture(self.settings, opts)
        kinds = sorted(self.crawler_process.spider_loader.list())
        if len(args) != 1 or args[0] not in kinds:
            raise UsageError(
                f"name one kind of source: {', '.join(kinds[:-1])} or {kinds[-1]}", print_help=False
            )
        if unknown := set(opts.spargs) - _ARGUMENTS:
            raise UsageError(f"no such argument: {', '.join(sorted(unknown))}", print_help=False)
        ids = [name.strip() for name in opts.spargs.get("source", "").split(",") if name.strip()]
        deep, unverified = (
            opts.spargs.get(name, "0") not in ("", "0") for name in ("deep", "unverified")
        )
        sources = choose(registry(self.settings), ids=ids, kind=args[0], unverified=unverified)
        from crawler.responses.page_reading import start_readers

        start_readers()  # before the rest is imported, which takes a second
        from crawler.console.crawl_command import Order, crawl_sources

        order = Order(command="arsip crawl", deep=deep)
        self.exitcode = crawl_sources(self.crawler_process, self.settings, sources, order)
