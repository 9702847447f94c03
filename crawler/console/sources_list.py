"""The list of `scrapy sources`: the registry with each source's last crawl."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.table import Table
from rich.text import Text
from scrapy.exceptions import UsageError

from archive.console.errors import discard_output
from archive.console.terminal import READABLE, Terminal
from archive.database.connection import ArchiveError, open_archive
from archive.i18n import gettext as _
from archive.ingest.site_lessons import LearnedSite, learned_sites
from archive.lookup.stats import SourceStats, stats
from archive.printable import escape_json
from crawler.console import BAD_CONFIGURATION, HEALTHY, NO_ARCHIVE
from crawler.crawl.stats import advise_elsewhere
from crawler.registry.editor import NotWritten
from crawler.registry.office_entries import generate
from crawler.registry.reader import SourceError
from crawler.registry.source import Checked, Source


def print_list(
    sources: list[Source],
    archive_url: str,
    left: int,
    *,
    unverified: bool,
    as_json: bool,
    in_full: bool,
) -> None:
    """Prints the sources with their last crawl, or as JSON; `unverified`: with their last check.
    `left`: so many more are not verified; `in_full`: also what their sites have taught."""
    try:
        _print(sources, archive_url, left, unverified=unverified, as_json=as_json, in_full=in_full)
        sys.stdout.flush()
    except BrokenPipeError:  # `… | head` has read enough
        discard_output()


def _print(
    sources: list[Source],
    archive_url: str,
    left: int,
    *,
    unverified: bool,
    as_json: bool,
    in_full: bool,
) -> None:
    known, taught = _archived(archive_url)
    if as_json:
        listed = [_as_json(source, known, taught) for source in sources]
        print(escape_json(json.dumps(listed, ensure_ascii=False)))
        return
    terminal = Terminal()
    narrow = terminal.width < READABLE
    terminal.print(
        _as_candidates(sources, narrow) if unverified else _as_table(sources, known, narrow)
    )
    if left:
        print(f"{left:,} more are not verified yet: --unverified lists them.")
    if in_full:
        for source in sources:
            _tell(source, taught.get(source.id, LearnedSite()))


def add_missing(folder: Path) -> int:
    """Adds offices of the country that the registry in the folder lacks. Returns the exit code;
    raises UsageError."""
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
