"""Measures one morning of the whole country: every source updated in one process.

Delays, responses and timeouts are those of real sites times `scale`; the cost of a day at real
delays is computed from the requests made.
"""

from __future__ import annotations

import heapq
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from archive.database.column_types import UtcDateTime
from archive.database.models import Base
from bench.country import CLOSED, Address, Country
from bench.crawls import Desk
from bench.politeness import CONTACT, Finding, politeness_table, shortest_pause
from bench.processes import Processes
from bench.tables import plain_table
from crawler import settings as real
from crawler.crawl.run_progress import clock
from tests.web import WebSite

REAL_DELAY = real.DOWNLOAD_DELAY / (1 - real.DOWNLOAD_DELAY_JITTER)
"""Mean seconds between two requests to one host."""
_LAG = 0.4
"""Seconds by which a server may see a pause shorter than it was meant: what either process, busy
with other sites, keeps a request waiting. It does not grow with the delay."""


@dataclass(slots=True)
class Crawled:
    """One crawl of the whole country."""

    name: str
    seconds: float
    processes: Processes
    outcomes: dict[str, int]
    releases: str
    """What the archive has of what the sites published."""
    requests: dict[str, int]
    """By site, as the servers counted them."""
    real_seconds: dict[str, float]
    """By site in the order of the registry, at real delays; computed."""
    findings: list[Finding]


def run(
    console: Console, folder: Path, size: int, releases: int, scale: float, side_by_side: int
) -> None:
    """Crawls the country twice, a day apart, and prints what that took."""
    shutil.rmtree(folder, ignore_errors=True)
    delay = real.DOWNLOAD_DELAY * scale
    with Country(size, releases=releases, scale=scale, crawl_delay=3 * delay) as country:
        desk = Desk(folder, [site.entry for site in country.sites])
        settings = {
            "DOWNLOAD_DELAY": f"{delay}",
            "AUTOTHROTTLE_START_DELAY": f"{delay}",
            "AUTOTHROTTLE_MAX_DELAY": f"{real.AUTOTHROTTLE_MAX_DELAY * scale}",
            "DOWNLOAD_TIMEOUT": f"{real.DOWNLOAD_TIMEOUT * scale}",
            "CONCURRENT_SOURCES": f"{side_by_side}",
        }
        crawls = [_crawl("first crawl", country, desk, settings)]
        console.print(politeness_table(crawls[0].findings))
        _a_day_passes(country, folder / "archive.db")
        crawls.append(_crawl("next morning", country, desk, settings))
        console.print(politeness_table(crawls[1].findings))
    console.print(_table(crawls, side_by_side))


def _crawl(name: str, country: Country, desk: Desk, settings: dict[str, str]) -> Crawled:
    for site in country.sites:
        site.next_day()
    with Processes() as processes:
        done = desk.crawl(settings=settings, contact=CONTACT)
    return Crawled(
        name=name,
        seconds=done.seconds,
        processes=processes,
        outcomes=_outcomes(desk.folder / "archive.db"),
        releases=_held(country, desk),
        requests={site.id: len(site.log.entries) for site in country.sites},
        real_seconds={site.id: _real_seconds(country, site) for site in country.sites},
        # The table shows one of those that keep a rule: the shortest pause, not the first.
        findings=sorted(_findings(country), key=lambda finding: finding.seen),
    )


def _a_day_passes(country: Country, archive: Path) -> None:
    """Every third site publishes, every tenth mends its newest release; and all that the archive
    remembers was a day earlier."""
    for number, site in enumerate(country.sites):
        if number % 10 == 0:
            site.edit(site.releases[0])
        if number % 3 == 0:
            site.publish()
    with closing(sqlite3.connect(archive)) as connection, connection:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, UtcDateTime):
                    earlier = f"strftime('%Y-%m-%dT%H:%M:%SZ', {column.name}, '-1 day')"
                    connection.execute(f"UPDATE {table.name} SET {column.name} = {earlier}")  # noqa: S608 - our own names


def _outcomes(archive: Path) -> dict[str, int]:
    """How the last crawls ended."""
    query = (
        "SELECT outcome, count(*) FROM crawls"
        " WHERE id IN (SELECT max(id) FROM crawls GROUP BY source) GROUP BY outcome ORDER BY 2 DESC"
    )
    with closing(sqlite3.connect(archive)) as connection:
        return dict(connection.execute(query).fetchall())


def _held(country: Country, desk: Desk) -> str:
    """Of the releases of sites that can be crawled, those archived as they stand now."""
    closed = ("robots.txt answers 503", "refuses with 403", "never answers")
    records = desk.export()
    truth = [
        (url, release.title)
        for site in country.sites
        if country.trouble.get(site.id) not in closed
        for url, release in site.truth.items()
    ]
    held = sum(records.get(url, {}).get("title") == title for url, title in truth)
    return f"{held:,} of {len(truth):,}"


def _real_seconds(country: Country, site: WebSite) -> float:
    """What its requests take at real delays: each the delay, or its answer where that is longer."""
    asked_for = country.crawl_delay if country.trouble.get(site.id) == "crawl-delay" else 0.0
    delay = max(REAL_DELAY, asked_for / country.scale)
    entries = site.log.entries
    return sum(max(delay, asked.took.total_seconds() / country.scale) for asked in entries)


def _findings(country: Country) -> Iterator[Finding]:
    """Every rule on every site, by its own log."""
    for site in country.sites:
        asked = site.log.entries
        if not asked:
            continue
        trouble = country.trouble.get(site.id)
        delay = real.DOWNLOAD_DELAY * country.scale
        if trouble == "crawl-delay":
            pause = shortest_pause(asked, country.crawl_delay, _LAG)
            yield Finding(f"Crawl-delay: {country.crawl_delay:g}", site.id, *pause)
        at_once = max(entry.at_once for entry in asked)
        yield Finding("one request at a time", site.id, f"{at_once} at once", at_once == 1)
        server = site.server
        assert isinstance(server, Address)
        most = f"{server.most_open} at once"
        yield Finding("one connection a host", site.id, most, server.most_open == 1)
        yield Finding(f"{delay:g} s between requests", site.id, *shortest_pause(asked, delay, _LAG))
        first = asked[0].target
        yield Finding("robots.txt first", site.id, first, first == "/robots.txt")
        agents = {entry.headers.get("user-agent", "") for entry in asked}
        named = all(CONTACT in agent for agent in agents)
        yield Finding("contact in the User-Agent", site.id, " | ".join(agents), named)
        others = [entry.target for entry in asked if entry.target != "/robots.txt"]
        if trouble == "robots.txt answers 503":
            yield Finding(trouble, site.id, f"{len(others)} other requests", not others)
        if trouble == "disallow":
            wrong = [target for target in others if target.startswith(CLOSED)]
            yield Finding("Disallow", site.id, f"{len(wrong)} asked for", not wrong)
        if trouble in ("never answers", "refuses with 403"):
            seen = f"{len(asked)} requests"
            yield Finding(
                f"a site that {trouble} is left in peace", site.id, seen, len(asked) <= 12
            )


def _table(crawls: list[Crawled], side_by_side: int) -> Table:
    """A column a crawl."""
    table = plain_table(f"{len(crawls[0].requests):,} sources, {side_by_side} side by side")
    table.add_column("measured")
    for crawl in crawls:
        table.add_column(crawl.name, justify="right")
    mib = 1 << 20

    def row(name: str, say: Callable[[Crawled], str], *, last: bool = False) -> None:
        table.add_row(name, *map(say, crawls), end_section=last)

    row("releases held as published", lambda one: one.releases)
    row("outcomes", lambda one: ", ".join(f"{n:,} {what}" for what, n in one.outcomes.items()))
    row("requests", lambda one: f"{sum(one.requests.values()):,}")
    row("time, delays scaled", lambda one: clock(one.seconds))
    row("peak memory, crawler", lambda one: f"{one.processes.peak('crawler') / mib:,.0f} MiB")
    row("peak memory, a reader", lambda one: f"{one.processes.peak('readers') / mib:,.0f} MiB")
    row("all processes together", lambda one: f"{one.processes.together / mib:,.0f} MiB", last=True)
    row("computed, at real delays", lambda one: "")
    row("the busiest site", lambda one: clock(max(one.real_seconds.values())))
    of_domain = real.CONCURRENT_SOURCES_PER_DOMAIN
    row(f"kpu.go.id, {of_domain} offices at once", lambda one: _offices(one, of_domain))
    for lanes in (8, 32, 64):
        row(f"all, {lanes} side by side", partial(_all, lanes=lanes))
    return table


def _offices(one: Crawled, lanes: int) -> str:
    """On the real web they share a domain."""
    seconds = [taken for id, taken in one.real_seconds.items() if id.startswith("kpu-")]
    return clock(makespan(seconds, lanes))


def _all(one: Crawled, lanes: int) -> str:
    return clock(makespan(list(one.real_seconds.values()), lanes))


def makespan(seconds: list[float], lanes: int) -> float:
    """When the last is done, if each begins as soon as one of so many lanes is free."""
    free = [0.0] * lanes
    for one in seconds:
        heapq.heapreplace(free, free[0] + one)
    return max(free)
