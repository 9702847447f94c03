"""`scrapy sources`: the registry, with how each source's last crawl went."""

from __future__ import annotations

import argparse
import json

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand

from archive.database import ArchiveError, open_archive
from archive.stats import LastCrawl, last_crawls
from crawler.commands import registry
from crawler.source import Source


class Command(ScrapyCommand):
    """Reads the registry and, where there is one, the archive."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """As shown by --help."""
        return "[--json]"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "List the registry with each source's last crawl"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --json."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="for programs: one JSON array")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints the list."""
        assert self.settings is not None
        sources = registry(self.settings)
        crawls = _crawls(self.settings["ARCHIVE_URL"])
        if opts.json:
            print(json.dumps([_as_json(source, crawls) for source in sources], ensure_ascii=False))
        else:
            Console().print(_as_table(sources, crawls))
