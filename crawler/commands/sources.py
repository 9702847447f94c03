"""`scrapy sources`: the registry, with how each source's last crawl went."""

from __future__ import annotations

import argparse
import json

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from sqlalchemy.orm import Session

from archive import frontier
from archive.database import ArchiveError, open_archive
from archive.stats import SourceStats, stats
from crawler.commands import choose, registry
from crawler.source import Source


class Command(ScrapyCommand):
    """Reads the registry and, where there is one, the archive."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """As shown by --help."""
        return "[--json] [ID]…"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "List the registry with each source's last crawl"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            f"{self.short_desc()}. With IDs: only those, each with what its site has taught: the "
            "ways that lead to releases (* asked on every crawl) and what a release's address "
            "looks like. Exit 2: no such source, or a mistake in the registry."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --json."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="for programs: one JSON array")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prints the list."""
        assert self.settings is not None
        sources = choose(registry(self.settings), ids=args)
        known, taught = _archived(self.settings["ARCHIVE_URL"])
        if opts.json:
            listed = [_as_json(source, known, taught) for source in sources]
            print(json.dumps(listed, ensure_ascii=False))
        else:
            Console().print(_as_table(sources, known))
        if args and not opts.json:
            for source in sources:
                _tell(source, taught.get(source.id, frontier.Taught()))


def _archived(archive_url: str) -> tuple[dict[str, SourceStats], dict[str, frontier.Taught]]:
    """What the archive holds of each source, and what its site has taught; nothing where there
    is no archive yet."""
    try:
        engine = open_archive(archive_url)
    except ArchiveError:
        return {}, {}
    try:
        with Session(engine) as session:
            taught = frontier.taught(session)
        return {found.source: found for found in stats(engine).sources}, taught
    finally:
        engine.dispose()


def _as_json(
    source: Source, known: dict[str, SourceStats], taught: dict[str, frontier.Taught]
) -> dict[str, object]:
    found = known.get(source.id)
    learned = taught.get(source.id, frontier.Taught())
    return {
        "id": source.id,
        "kind": source.kind,
        "publisher": source.publisher,
        "region": source.region,
        "home": source.home,
        "verified": source.verified.isoformat() if source.verified else None,
        "releases": found.releases if found else 0,
        "last_crawl_at": found.last_crawl_at if found else None,
        "last_outcome": found.last_outcome if found else None,
        "last_reason": found.last_reason if found else None,
        "article": source.article or learned.article,
        "ways": learned.ways,
    }


def _as_table(sources: list[Source], known: dict[str, SourceStats]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("source", no_wrap=True)
    table.add_column("region", no_wrap=True)
    table.add_column("home", overflow="fold")
    table.add_column("releases", justify="right")
    table.add_column("last crawl", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    for source in sources:
        found = known.get(source.id)
        table.add_row(
            source.id,
            source.region,
            source.home.partition("://")[2].rstrip("/"),
            f"{found.releases:,}" if found else "",
            ((found.last_crawl_at or "")[:10] if found else ""),
            (found.last_outcome or "") if found else "",
        )
    return table


def _tell(source: Source, learned: frontier.Taught) -> None:
    """What a site has taught, or its entry declares."""
    console = Console(markup=False, highlight=False)
    console.print(f"\n{source.id}")
    article, said = source.article or learned.article, "declared" if source.article else "learned"
    console.print(
        f"  releases look like {article} ({said})" if article else "  nothing learned yet"
    )
    for way in learned.ways:
        mark = "*" if way["regular"] else " "
        console.print(f"  {mark} {way['what']:8} {way['url']}", soft_wrap=True)
