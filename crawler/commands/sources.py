"""`scrapy sources`: lists the registry with each source's last crawl, and maintains it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.console import add_keep, choose, registry
from crawler.regions import region
from crawler.registry.checks import KINDS
from crawler.registry.source import Source


class Command(ScrapyCommand):
    """Reads the registry and, if there is one, the archive."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """As shown by --help."""
        return (
            "[--check [--keep FILE.wacz] | --generate] [--kind KIND] [--region CODE] "
            "[--unverified | --all] [ID]…"
        )

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "List the registry with each source's last crawl"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            f"{self.short_desc()}. With IDs: only these, each with what the crawler learned about "
            "its site: the seeds (* fetched on every crawl), why each was chosen, and the pattern "
            "of release URLs. Without IDs: the sources that are crawled, and how many are not "
            "verified yet. --generate adds the offices and governments of the country that the "
            "registry folder lacks, unverified, one file per province; existing entries win. "
            "--check politely visits the sources that are not verified (least recently checked "
            "first), or those named, and writes each result into their TOML at once: found and "
            "moved sources become verified, for blocked and unknown ones it notes why. If "
            "interrupted, it continues next time. --json prints one array, with --check one line "
            "per source. Exit 0: done, all found; 1: some blocked or unknown; 2: no such source, "
            "or a mistake in the registry; 3: a file cannot be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds what narrows the list, and the upkeep."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--kind", choices=KINDS, help="only sources of this kind")
        parser.add_argument(
            "--region", metavar="CODE", help="only of this region, or of this province: 64.71, 64"
        )
        whom = parser.add_mutually_exclusive_group()
        whom.add_argument(
            "--unverified", action="store_true", help="only sources that are not verified yet"
        )
        whom.add_argument("--all", action="store_true", help="verified and unverified sources")
        upkeep = parser.add_mutually_exclusive_group()
        upkeep.add_argument(
            "--generate",
            action="store_true",
            help="add the country's sources that the registry lacks",
        )
        upkeep.add_argument(
            "--check",
            action="store_true",
            help="check whether unverified sources, or those named, are where they should be",
        )
        parser.add_argument(
            "--limit", type=_count, metavar="N", help="with --check: at most N sources"
        )
        add_keep(parser)
        parser.add_argument(
            "-o",
            "--output",
            metavar="DIR",
            type=Path,
            help="with --generate: use this folder instead of SOURCES",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints the list, or maintains the registry."""
        from crawler.console.check_output import check
        from crawler.console.sources_list import add_missing, print_list
        from crawler.site_check.check_run import due

        assert self.settings is not None
        if opts.keep is not None and not opts.check:
            raise UsageError("--keep goes with --check", print_help=False)
        if opts.generate:
            self.exitcode = add_missing(opts.output or Path(self.settings["SOURCES"]))
            return
        found = registry(self.settings)
        sources = _narrowed(choose(found, ids=args, unverified=True), opts)
        if opts.check:
            chosen = sources if args else due(sources, datetime.now(UTC).date(), opts.limit)
            self.exitcode = check(self.settings, found, chosen, as_json=opts.json, kept=opts.keep)
            return
        left = 0
        if not (args or opts.all):
            shown = [source for source in sources if source.vouched is not opts.unverified]
            left = 0 if opts.unverified else len(sources) - len(shown)
            sources = shown
        print_list(
            sources,
            self.settings["ARCHIVE_URL"],
            left,
            unverified=opts.unverified,
            as_json=opts.json,
            in_full=bool(args),
        )


def _count(text: str) -> int:
    """A number of sources. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of sources, 1 or more")
    return int(text)


def _narrowed(sources: list[Source], opts: argparse.Namespace) -> list[Source]:
    """Those of the kind and region asked for."""
    if opts.region and not region(opts.region):
        raise UsageError(
            f"no region {opts.region!r}; the codes are in crawler/data/regions.tsv",
            print_help=False,
        )
    return [
        source
        for source in sources
        if opts.kind in (None, source.kind)
        and (not opts.region or f"{source.region}.".startswith(f"{opts.region}."))
    ]
