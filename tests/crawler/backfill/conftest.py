"""What tests of backfills share: a source, its captures in a web archive, and a run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from archive.database.connection import open_archive
from archive.export.increment import records
from crawler.backfill.archives import WebArchive
from crawler.backfill.read import read_new
from crawler.backfill.run import Backfill
from crawler.backfill.state import State, beside
from crawler.registry.source import Source
from tests.conftest import FAST
from tests.crawler.backfill.web_archive import Held, stamp
from tests.crawler.whole_crawls.test_crawl import article, listing
from tests.site import Site, serve

RELEASES = 30
EDITED = "Panitia nomor {n} memperpanjang pendaftaran anggota sampai akhir pekan ini di balai kota."
Declare = Callable[..., Source]
Run = Callable[..., Backfill]


@pytest.fixture
def site() -> Iterator[Site]:
    """The source's own site, which a backfill never asks."""
    with serve({"/berita": listing(range(1, 4))}) as site:
        yield site


@pytest.fixture
def source(site: Site, declare: Declare) -> Source:
    return declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")


def captures_of(site: Site, releases: int = RELEASES) -> list[Held]:
    """Two captures of each release, a month apart: every third was edited, every third is the same
    to the byte, and every third differs only beside the text."""
    held = []
    for n in range(1, releases + 1):
        url = f"{site.home}berita/read/{n}"
        second = (article(n, EDITED), article(n), article(n) + "<!-- 17 views -->")[n % 3]
        held.append(Held(url, stamp(n), article(n).encode()))
        held.append(Held(url, stamp(n + 30), second.encode()))
    return held


@pytest.fixture
def folder(archive_url: str) -> Path:
    return Path(archive_url.removeprefix("sqlite:///")).parent


@pytest.fixture
def backfill(readers: None, event_loop_thread: asyncio.AbstractEventLoop, folder: Path) -> Run:
    """Runs one backfill, in `folder` or another one, and reads what it brought."""

    def run(
        archive: WebArchive, *sources: Source, into: Path = folder, retries: int = 0, **changed: Any
    ) -> Backfill:
        own: Settings = get_project_settings()
        url = f"sqlite:///{into / 'archive.db'}"
        places = {"ARCHIVE_URL": url, "CAPTURES": str(into / "captures")}
        own.setdict({**FAST, **places, "RETRY_TIMES": retries}, priority="cmdline")
        state = State(beside(into / "archive.db"))
        try:
            backfill = Backfill(
                settings=own, archive=archive, state=state, sources=sources, **changed
            )
            running = backfill.run(AsyncCrawlerRunner(own))
            asyncio.run_coroutine_threadsafe(running, event_loop_thread).result(timeout=60)
            assert backfill.is_dry or read_new(own, state, sources)
        finally:
            state.close()
        return backfill

    return run


def exported(folder: Path, name: str = "archive") -> list[dict[str, Any]]:
    """All versions, without what differs from one archive to the next."""
    engine = open_archive(f"sqlite:///{folder / name}.db")
    try:
        found = [
            {key: value for key, value in one.items() if key not in ("seq", "capture")}
            for one in records(engine, versions=True)
        ]
    finally:
        engine.dispose()
    return sorted(found, key=lambda one: (one["id"], one["version"]))
