"""The pages of `serve` on a large archive, in seconds of the processor.

What else runs on the machine does not count."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from archive.database.column_types import utc_text
from archive.lookup.documented_questions import questions
from bench.made_up_archive import SOURCES, build, vocabulary

_CRAWLS = 60
"""Of each source, one a day: as many as `health` looks at."""
_ROUNDS = 3


def run(console: Console, releases: int, words: int, folder: Path | None = None) -> None:
    """Builds the archive in a folder of its own, asks for each page, shows one table, and cleans
    up."""
    place = Path(tempfile.mkdtemp(prefix="bench-browsing-", dir=folder))
    try:
        path = place / "archive.db"
        build(path, releases, words)
        crawl(path)
        console.print(
            f"{releases:,} releases of {words} words, {SOURCES} sources, {SOURCES * _CRAWLS:,}"
            f" crawls, {path.stat().st_size / 1e9:.2f} GB",
            highlight=False,
        )
        console.print(measured(path))
    finally:
        shutil.rmtree(place)


def crawl(path: Path) -> None:
    """Writes rows of crawls that all went well, up to now."""
    now = datetime.now(UTC)
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO crawls (source, started_at, ended_at, outcome, pages, releases_new,"
            " releases_changed, releases_seen, rejected, requests, bytes, named)"
            " SELECT id, ?, ?, 'ok', 9, 3, 0, 3, 0, 12, 90000, 9 FROM sources",
            (
                (utc_text(began), utc_text(began + timedelta(minutes=5)))
                for began in (now - timedelta(days=day) for day in reversed(range(_CRAWLS)))
            ),
        )


def pages(path: Path) -> Iterator[tuple[str, str]]:
    """What each page is called here, and its address."""
    common, rare = vocabulary()[0], vocabulary()[4_000]
    with sqlite3.connect(path) as connection:
        (release,) = connection.execute(
            "SELECT id FROM release_records LIMIT 1 OFFSET 1000"
        ).fetchone()
        (source,) = connection.execute("SELECT id FROM sources LIMIT 1").fetchone()
    yield "start", "/"
    yield "all, the newest first", "/search"
    yield "the hundredth page of them", "/search?page=100"
    yield "search, a rare word", f"/search?q={rare}"
    yield "search, the commonest word", f"/search?q={common}"
    yield "search, with a source and days", f"/search?q={common}&source={source}&since=2022-01-01"
    yield "about the election, no words", "/search?election=1"
    yield "edited", "/search?edited=1"
    yield "withdrawn", "/search?gone=1"
    yield "an author tag", "/search?tag=penulis7"
    yield "a topic", "/search?topic=kampanye"
    yield "a release", f"/release/{release}"
    yield "its changes", f"/release/{release}/changes"
    yield "sources", "/sources"
    yield "a source", f"/source/{source}"
    yield "speakers", "/speakers"
    yield "tables", "/archive"
    yield "table of releases", "/archive/releases"
    for number, question in enumerate(questions(), 1):
        yield f"question {number}: {question.name[:24]}", f"/questions/{question.name}"


def measured(path: Path) -> Table:
    """The first look at each page, with what it has to work out, and the median of further ones.
    Everything is done in this process."""
    from archive.browse.site import site  # imports Datasette: other benches need none of it

    served = site(path, path.parent / "captures")
    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    for name in ("page", "status", "first", "again", "KB"):
        table.add_column(name, justify="left" if name == "page" else "right", no_wrap=True)

    async def look() -> None:
        for name, address in pages(path):
            took = []
            for _ in range(_ROUNDS):
                began = process_time()
                answer = await served.client.get(address)
                took.append(process_time() - began)
                if took[-1] > 10:
                    break
            again = f"{median(took[1:]):.2f}" if took[1:] else "–"
            size = f"{len(answer.content) / 1e3:.0f}"
            table.add_row(name, str(answer.status_code), f"{took[0]:.2f}", again, size)

    asyncio.run(look())
    return table
