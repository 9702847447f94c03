"""The commands of the benchmarks: `python -m bench`, or one by name."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from bench import (
    archive,
    browsing,
    doubt,
    evidence,
    extraction,
    growth,
    health,
    merging,
    morning,
    politeness,
    quotes,
    real,
)
from bench.crawling import run as crawling
from bench.crawls import CrawlFailed
from bench.discovery import MeasuredSite, Measurement
from bench.discovery_tables import changes_table, first_table
from bench.duplicates.command import duplicates_command
from bench.generator import Generated
from bench.gold import PAGES
from bench.storing import run as storing
from bench.wordpress import NotInstalled, WordPress
from crawler.settings import CONCURRENT_SOURCES
from tests.web import Web
from tests.web.faults import Faults
from tests.web.ground import names
from tests.web.releases import NEWEST
from tests.web.server import BLOCKED, REPAIR, Server

STEPS = ("changes", "down", "faults", "drift", "polite")
WORDPRESSES = (
    ("wordpress-dated", "/%year%/%monthnum%/%day%/%postname%/", "twentytwentyone"),
    ("wordpress-named", "/%postname%/", "twentytwentythree"),
    ("wordpress-plain", "", "twentytwentyone"),
)
"""Name, permalinks, theme (classic or blocks) of each; without permalinks posts are `/?p=ID`."""
Hardship = tuple[str, Callable[[], object], Callable[[], object], list[str]]
_OUTPUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("build/bench"), help="Folder."
)


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Measure. Without a name: everything that needs no other software."""
    if context.invoked_subcommand is None:
        context.invoke(extraction_command)
        context.invoke(discovery_command)
        context.invoke(duplicates_command, rule_only=True)


@main.command("extraction")
@click.option("--pages", type=click.Path(path_type=Path), default=PAGES, help="Gold pages.")
@click.option("--rounds", type=click.IntRange(1), default=5, help="Times each page is read.")
@_OUTPUT
def extraction_command(pages: Path, rounds: int, output: Path) -> None:
    """Extraction beside other libraries; tables here, every page in OUTPUT."""
    logging.disable(logging.CRITICAL)  # libraries complain of the very pages we try them with
    warnings.simplefilter("ignore")
    extraction.run(Console(), output, pages, rounds)


@main.command("real")
@click.option(
    "--set",
    "folder",
    type=click.Path(path_type=Path),
    default=real.BENCHMARK,
    help="Folder with golds.jsonl and the pages.",
)
@click.option("--rounds", type=click.IntRange(1), default=1, help="Times each page is read.")
@_OUTPUT
def real_command(folder: Path, rounds: int, output: Path) -> None:
    """Real pages, compared with plain trafilatura; every page goes to OUTPUT."""
    logging.disable(logging.CRITICAL)  # libraries complain of the very pages we try them with
    warnings.simplefilter("ignore")
    try:
        real.run(Console(), folder, output, rounds)
    except real.BrokenSet as error:
        raise click.ClickException(str(error)) from error


@main.command("doubt")
@click.option("--pages", type=click.Path(path_type=Path), default=PAGES, help="Gold pages.")
@_OUTPUT
def doubt_command(pages: Path, output: Path) -> None:
    """Texts lost on purpose, in ten ways: how many are flagged as doubtful or refused."""
    logging.disable(logging.CRITICAL)  # libraries complain of the very pages we try them with
    warnings.simplefilter("ignore")
    doubt.run(Console(), output, pages)


@main.command("quotes")
@click.option(
    "--set",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=quotes.GOLDS,
    help="Folder with golds (*.jsonl).",
)
@click.option("--wrong", is_flag=True, help="Print the differences from the gold.")
def quotes_command(folder: Path, wrong: bool) -> None:
    """Quotes: spans, speakers and certainty, against golds."""
    try:
        quotes.run(Console(), folder, verbose=wrong)
    except quotes.BrokenGold as error:
        raise click.ClickException(str(error)) from error


@main.command("archive")
@click.option("--releases", type=click.IntRange(2_000), default=1_000_000, help="So many.")
@click.option("--words", type=click.IntRange(50), default=300, help="Words of each.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where there is room for 20 kB a release; the system's folder when left out.",
)
def archive_command(releases: int, words: int, folder: Path | None) -> None:
    """Asking a large archive: search, show, author, export, beside bare SQLite."""
    archive.run(Console(), releases, words, folder)


@main.command("browse")
@click.option("--releases", type=click.IntRange(2_000), default=100_000, help="So many.")
@click.option("--words", type=click.IntRange(50), default=250, help="Words of each.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where there is room for 20 kB a release; the system's folder when left out.",
)
def browse_command(releases: int, words: int, folder: Path | None) -> None:
    """The pages of `serve` on a large archive: seconds and size of each."""
    browsing.run(Console(), releases, words, folder)


@main.command("growth")
@click.option(
    "--size",
    "sizes",
    multiple=True,
    type=click.IntRange(1_000),
    default=growth.SIZES,
    show_default=True,
    help="Releases in the archive (repeatable).",
)
@click.option("--words", type=click.IntRange(50), default=100, help="Words of each.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where there is room for 10 kB a release; the system's folder when left out.",
)
def growth_command(sizes: tuple[int, ...], words: int, folder: Path | None) -> None:
    """Commands in archives of different sizes; how long rebuilds lock others out."""
    growth.run(Console(), sizes, words, folder)


@main.command("merge")
@click.option(
    "--size",
    type=click.IntRange(1_000),
    default=merging.SIZE,
    show_default=True,
    help="Releases in each of the two archives, rounded down to thousands.",
)
@click.option("--words", type=click.IntRange(50), default=60, help="Words of each.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where there is room for 20 kB a release; the system's folder when left out.",
)
def merge_command(size: int, words: int, folder: Path | None) -> None:
    """Merging one archive into another of its size: time, memory, how long others wait."""
    merging.run(Console(), size - size % 1_000, words, folder)


@main.command("store")
@click.option("--against", default=storing.REFERENCE, help="Commit to compare with.")
@click.option("--releases", type=click.IntRange(20), default=1_500, help="So many are stored.")
@click.option("--rounds", type=click.IntRange(1), default=3, help="Times each code stores them.")
@click.option(
    "--size", "sizes", multiple=True, type=int, help="Also into an archive this large (repeatable)."
)
def store_command(against: str, releases: int, rounds: int, sizes: tuple[int, ...]) -> None:
    """Storing: processor time of one more release, by this code and by an older one."""
    try:
        storing.run(Console(), against, releases, rounds, sorted(sizes))
    except storing.NoReference as error:
        raise click.ClickException(str(error)) from error


@main.command("crawl")
@click.option("--releases", type=click.IntRange(1), default=100, help="So many on each site.")
@click.option("--rounds", type=click.IntRange(1), default=3, help="Times each crawls the sites.")
def crawl_command(releases: int, rounds: int) -> None:
    """Crawling beside a naive spider with trafilatura and beside download alone: time by part."""
    try:
        crawling.run(Console(), releases, rounds)
    except CrawlFailed as error:
        raise click.ClickException(str(error)) from error


@main.command("morning")
@click.option("--sources", type=click.IntRange(1), default=1100, help="So many sites.")
@click.option("--releases", type=click.IntRange(1), default=6, help="Of each, at first.")
@click.option("--scale", type=float, default=0.2, help="Of the seconds that real sites take.")
@click.option("--side-by-side", type=click.IntRange(1), help="CONCURRENT_SOURCES, if another.")
@_OUTPUT
def morning_command(
    sources: int, releases: int, scale: float, side_by_side: int | None, output: Path
) -> None:
    """A whole country brought up to date in one process: requests, time, memory, politeness."""
    side_by_side = side_by_side or CONCURRENT_SOURCES
    morning.run(Console(), output / "morning", sources, releases, scale, side_by_side)


@main.command("health")
@_OUTPUT
def health_command(output: Path) -> None:
    """A hundred weeks of made-up offices: false alarms, and how late an illness is noticed."""
    health.run(Console(), output / "health")


@main.command("evidence")
@click.option("--releases", type=click.IntRange(8), default=4_000, help="Read again for the time.")
@click.option("--rounds", type=click.IntRange(1), default=5, help="Times each way is tried.")
@click.option(
    "--records",
    multiple=True,
    type=click.IntRange(800),
    default=(100_000, 1_000_000),
    help="Captured records whose memory is compared (repeatable).",
)
def evidence_command(releases: int, rounds: int, records: tuple[int, ...]) -> None:
    """Captures: reading again on two cores, their cost, memory of a million records."""
    try:
        evidence.run(Console(), releases, rounds, records)
    except (evidence.Failed, CrawlFailed) as error:
        raise click.ClickException(str(error)) from error


@main.command("discovery")
@click.option("--site", "chosen", multiple=True, help="Only this one (repeatable; see sites.toml).")
@click.option("--count", default=120, help="Releases a site.")
@click.option(
    "--newest", type=click.DateTime(["%Y-%m-%d"]), default=f"{NEWEST}", help="Newest release."
)
@click.option(
    "--step",
    "steps",
    multiple=True,
    type=click.Choice(STEPS),
    default=STEPS,
    help="Only these besides the first two crawls (repeatable).",
)
@click.option("--wordpress", is_flag=True, help="A real WordPress too (Debian's packages).")
@click.option("--static", is_flag=True, help="A site of the generator Nikola too.")
@_OUTPUT
def discovery_command(
    chosen: tuple[str, ...],
    count: int,
    newest: datetime,
    steps: tuple[str, ...],
    wordpress: bool,
    static: bool,
    output: Path,
) -> None:
    """Crawls of made-up sites: how much is found, at what cost, what is seen when coming back."""
    console, folder = Console(), output / "discovery"
    with ExitStack() as stack:
        web = stack.enter_context(Web(chosen or names(), count=count, newest=newest.date()))
        sites: list[MeasuredSite] = list(web)
        try:
            sites += real_sites(stack, folder, count, wordpress=wordpress, static=static)
        except (NotInstalled, ModuleNotFoundError) as error:
            raise click.ClickException(str(error)) from error
        measure(Measurement(sites, folder, console), web, steps)
    if "polite" in steps:
        console.print(politeness.politeness_table(politeness.measure(folder)))


def real_sites(
    stack: ExitStack, folder: Path, count: int, *, wordpress: bool, static: bool
) -> list[MeasuredSite]:
    """Starts the real software asked for. Raises NotInstalled, ModuleNotFoundError, OSError."""
    sites: list[MeasuredSite] = []
    if wordpress:
        for number, (name, permalinks, theme) in enumerate(WORDPRESSES):
            site = WordPress(
                folder / name,
                name=name,
                count=count,
                address=f"127.0.5.{10 + number}",
                permalinks=permalinks,
                theme=theme,
            )
            sites.append(stack.enter_context(site))
    if static:
        sites.append(stack.enter_context(Generated(folder / "nikola", count=count)))
    return sites


def hardships(servers: list[Server]) -> Iterator[Hardship]:
    """Ways in which all sites fail at once: their name, what begins and ends it, how to crawl."""

    def set_all(name: str, value: object) -> None:
        for server in servers:
            setattr(server, name, value)

    yield (
        "down",
        lambda: [server.down() for server in servers],
        lambda: [server.up() for server in servers],
        [],
    )
    # A deep crawl looks at everything: the harder case.
    deep = ["--deep"]
    for name, attribute, value, normal in (
        ("refusing", "refusing", True, False),
        ("in repair", "instead", REPAIR, None),
        ("blocked", "instead", BLOCKED, None),
    ):
        yield name, partial(set_all, attribute, value), partial(set_all, attribute, normal), deep


def measure(measurement: Measurement, web: Web, steps: tuple[str, ...]) -> None:
    """The steps asked for, then the tables."""
    servers = [site.server for site in web]
    measurement.first_and_second()
    if "changes" in steps:
        measurement.changes()
    if "down" in steps:
        for name, stop, start, words in hardships([site.server for site in web]):
            measurement.down(name, stop, start, *words)
    if "faults" in steps:
        for server in servers:
            server.faults = Faults(seed=1)
        measurement.faults()
        for server in servers:
            server.faults = None
    if "drift" in steps:
        measurement.drift(lambda every: [setattr(site, "grows_every", every) for site in web])
    measurement.console.print(first_table(measurement.sites))
    measurement.console.print(changes_table(measurement.sites))
    strayed = len(web.foreign.log.targets)
    measurement.console.print(f"Requests to another machine that redirects lead to: {strayed}")
    measurement.console.print(f"Site by site: {measurement.save()}")


main.add_command(duplicates_command)

if __name__ == "__main__":
    main()
