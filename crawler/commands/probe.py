"""The command `scrapy probe URL`: its options and help. `crawler.console.probe` does the work."""

from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.console import add_keep


class Command(ScrapyCommand):
    """Prints TOML only: the results are comments above the record."""

    requires_project = True

    def syntax(self) -> str:
        """As shown by --help."""
        return "[--keep FILE.wacz] URL"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Crawl a little of a new site and draft its TOML record"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            "Fetches a few pages of a site with the usual politeness (some pages of each list, "
            "three releases), at https or, if that does not answer, http unless the URL says "
            "which, and prints the seeds that lead to releases, how far they agree, "
            "three releases as they would be archived, and a record for the registry. All but the "
            "record is in comments, so the output can be appended to a file of crawler/sources. "
            "Nothing is archived; --keep saves all responses in a file, from which scrapy gold "
            "makes pages for tests. Exit 0: releases were found; 1: none was found; 2: no usable "
            "URL; 3: the file cannot be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --keep."""
        super().add_options(parser)
        add_keep(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawls a few pages into a temporary archive, and prints the results."""
        from crawler.console.probe import probe

        assert self.settings is not None
        if len(args) != 1:
            raise UsageError(
                "name one URL, such as https://web.balikpapan.go.id/", print_help=False
            )
        self.exitcode = probe(self.crawler_process, self.settings, args[0], opts.keep)
