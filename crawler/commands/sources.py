"""`scrapy sources`: lists the registry with each source's last crawl, and maintains it."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from archive.console.errors import discard_output
from archive.console.terminal import READABLE, Terminal
from archive.database.connection import ArchiveError, open_archive
from archive.i18n import gettext as _
from archive.ingest.lessons import LearnedSite, learned_sites
from archive.lookup.stats import SourceStats, stats
from archive.printable import escape_json
from crawler.commands import BAD_CONFIGURATION, HEALTHY, NO_ARCHIVE, add_keep, choose, registry
from crawler.commands.check_output import check
from crawler.crawl.stats import advise_elsewhere
from crawler.regions import region
from crawler.registry.checks import KINDS
from crawler.registry.editor import NotWritten
from crawler.registry.generator import generate
from crawler.registry.reader import SourceError
from crawler.registry.source import Checked, Source
from crawler.site_check.check_run import due


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
        assert self.settings is not None
        if opts.keep is not None and not opts.check:
            raise UsageError("--keep goes with --check", print_help=False)
        if opts.generate:
            self.exitcode = _generate(opts.output or Path(self.settings["SOURCES"]))
            return
        found = registry(self.settings)
        sources = _narrowed(choose(found, ids=args, unverified=True), opts)
        if opts.check:
            chosen = sources if args else due(sources, datetime.now(UTC).date(), opts.limit)
            self.exitcode = check(self.settings, found, chosen, as_json=opts.json, kept=opts.keep)
            return
        try:
            self._list(sources, args, opts)
            sys.stdout.flush()
        except BrokenPipeError:  # `… | head` has read enough
            discard_output()

    def _list(self, sources: list[Source], args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        left = 0
        if not (args or opts.all):
            shown = [source for source in sources if source.vouched is not opts.unverified]
            left = 0 if opts.unverified else len(sources) - len(shown)
            sources = shown
        known, taught = _archived(self.settings["ARCHIVE_URL"])
        if opts.json:
            listed = [_as_json(source, known, taught) for source in sources]
            print(escape_json(json.dumps(listed, ensure_ascii=False)))
        else:
            terminal = Terminal()
            narrow = terminal.width < READABLE
            terminal.print(
                _as_candidates(sources, narrow)
                if opts.unverified
                else _as_table(sources, known, narrow)
            )
            if left:
                print(f"{left:,} more are not verified yet: --unverified lists them.")
        if args and not opts.json:
            for source in sources:
                _tell(source, taught.get(source.id, LearnedSite()))


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


def _generate(folder: Path) -> int:
    """Adds offices of the country that the registry in the folder lacks."""
    if folder.is_file():
        raise UsageError(f"{folder} is one file; name a folder with -o", print_help=False)
    try:
        done = generate(folder)
    except SourceError as error:
        print(error, file=sys.stderr)
        return BAD_CONFIGURATION
    except (NotWritten, OSError) as error:
        print(error, file=sys.stderr)
        return NO_ARCHIVE
    print(f"{folder}: {done.added:,} added, {done.renewed:,} renewed, {done.kept:,} kept.")
    return HEALTHY


def _archived(
    archive_url: str,
) -> tuple[dict[str, SourceStats], dict[str, LearnedSite]]:
    """What the archive has of each source, and what was learned about its site; nothing without
    an archive."""
    try:
        engine = open_archive(archive_url)
    except ArchiveError:
        return {}, {}
    try:
        with engine.connect() as connection:
            sites = learned_sites(connection)
        return {found.source: found for found in stats(engine).sources}, sites
    finally:
        engine.dispose()


def _as_json(
    source: Source, known: dict[str, SourceStats], sites: dict[str, LearnedSite]
) -> dict[str, object]:
    stats = known.get(source.id)
    learned = sites.get(source.id, LearnedSite())
    return {
        "id": source.id,
        "kind": source.kind,
        "level": source.level,
        "publisher": source.publisher,
        "region": source.region,
        "home": source.home,
        "candidates": source.candidates,
        "verified": source.verified.isoformat() if source.verified else source.verified,
        "checked": _checked(source.checked),
        "releases": stats.releases if stats else 0,
        "last_crawl_at": stats.last_crawl_at if stats else None,
        "last_outcome": stats.last_outcome if stats else None,
        "last_reason": stats.last_reason if stats else None,
        "article": source.article or learned.article,
        "ways": learned.ways,
        "elsewhere": [url for url in learned.elsewhere if not source.owns(url)],
    }


def _checked(checked: Checked) -> dict[str, str | None] | None:
    if checked.outcome is None:
        return None
    on = checked.on.isoformat() if checked.on else None
    return {"on": on, "outcome": checked.outcome, "reason": checked.reason}


def _as_candidates(sources: list[Source], narrow: bool) -> Table:
    """Those that nobody has seen live, with what a check has said of them."""
    table = _with_homes("perhaps at", narrow)
    table.add_column(_("checked"), no_wrap=True)
    table.add_column(_("outcome"), overflow="fold")
    for source in sources:
        checked = source.checked
        outcome = f"{checked.outcome}: {checked.reason}" if checked.outcome else ""
        table.add_row(*_home(source, narrow), str(checked.on or ""), outcome)
    return table


def _as_table(sources: list[Source], known: dict[str, SourceStats], narrow: bool) -> Table:
    table = _with_homes("home", narrow)
    table.add_column(_("releases"), justify="right", no_wrap=True)
    table.add_column(_("last crawl"), no_wrap=True)
    table.add_column(_("outcome"), no_wrap=True)
    for source in sources:
        stats = known.get(source.id)
        table.add_row(
            *_home(source, narrow),
            f"{stats.releases:,}" if stats else "",
            ((stats.last_crawl_at or "")[:10] if stats else ""),
            (stats.last_outcome or "") if stats else "",
        )
    return table


def _with_homes(heading: str, narrow: bool) -> Table:
    """A table that begins with id, region and home; where there is little room the home stands
    below the id."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0) if narrow else (0, 1))
    table.add_column(_("source"), overflow="fold")
    table.add_column(_("region"), no_wrap=True)
    if not narrow:
        table.add_column(heading, overflow="fold")
    return table


def _home(source: Source, narrow: bool) -> tuple[str | Text, ...]:
    """The cells for it."""
    home = source.home.partition("://")[2].rstrip("/")
    if narrow:
        return Text(source.id).append(f"\n  {home}", style="dim"), source.region
    return source.id, source.region, home


def _tell(source: Source, learned: LearnedSite) -> None:
    """What a site has taught, or its entry declares."""
    console = Terminal()
    console.print(f"\n{source.id}")
    article, origin = source.article or learned.article, "declared" if source.article else "learned"
    console.print(
        f"  releases look like {article} ({origin})" if article else "  nothing learned yet"
    )
    for way in learned.ways:
        mark = "*" if way["regular"] else " "
        why = f"  ({way['why']})" if way["why"] else ""
        console.print(f"  {mark} {way['what']:8} {way['url']}{why}", soft_wrap=True)
    for url in learned.elsewhere:
        if not source.owns(url):
            console.print(f"  {advise_elsewhere(url)}", soft_wrap=True)
