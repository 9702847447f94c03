"""Real crawls in process: one reactor for the whole test run, a round a crawl."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from archive.database.connection import open_archive
from crawler.extraction.worker_pool import ReaderPool
from crawler.rebuild import readers as rebuild_readers
from crawler.registry.reader import load_sources
from crawler.registry.source import Source
from crawler.responses.page_reading import read_page
from crawler.run.crawl_run import CrawlRun
from tests import fork_server

# Loopback sites need no politeness; everything else stays as in settings.py.
FAST: dict[str, Any] = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "RETRY_TIMES": 0,
    "EXTRACTION_WORKERS": 2,
}

WARM = [
    http11.__name__,
    *rebuild_readers.PRELOAD,
    "crawler.responses.page_reading",
    "tests.commands",
]
"""What readers and commands share with the process that they are forked from. `http11` comes first,
here and above: its import looks through the stack and all modules, which takes seconds from within
a collection."""

_FIRST = (
    "tests/test_docs_as_typed.py",
    *(f"tests/crawler/{name}/" for name in ("whole_crawls", "rebuild", "commands", "backfill")),
)
"""Files with few tests that take long. They run first (`--no-loadscope-reorder`), so that no worker
is left alone with one in the end."""

Crawl = Callable[..., CrawlRun]

os.environ["LANGUAGE"] = "en"  # whatever the terminal of whoever runs the tests speaks


# No limit of Hypothesis' on the time of an example: it would count what else the machine does.
_NO_CLOCK: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("fast", max_examples=20, **_NO_CLOCK)
settings.register_profile("soak", max_examples=150, **_NO_CLOCK)
settings.load_profile("fast")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker more than cores for the fast tests: at any time some wait for a site or a process.
    Long ones measure times, and share the cores with nobody."""
    return (os.cpu_count() or 1) + (config.option.markexpr == "not soak")


def pytest_configure_node(node: Any) -> None:
    """All workers fork their readers and commands from one process."""
    node.workerinput["fork_server"] = fork_server.start(WARM)


def pytest_configure(config: pytest.Config) -> None:
    """The same, in a worker."""
    if place := getattr(config, "workerinput", {}).get("fork_server"):
        fork_server.use(place)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and tests live to the end: the garbage collector need not look at them again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)  # most garbage of a test goes without the collector
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(_FIRST))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows what tests have counted (`record_property("measured", …)`), in whichever worker."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(f"{report.nodeid}: {value}")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """All archives of a test run share their compiled statements. Each has an engine and a dialect
    of its own, and to compile is a seventh of what the tests take."""
    compiled: dict[Any, Any] = {}

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    def kind(dialect: Any) -> tuple[Any, ...]:
        return type(dialect), dialect._json_serializer, dialect._json_deserializer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            SQLiteDialect_pysqlite, "__eq__", lambda self, other: kind(self) == kind(other)
        )
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda self: hash(kind(self)))
        event.listen(Engine, "engine_connect", share)
        yield
        event.remove(Engine, "engine_connect", share)


@pytest.fixture(scope="session")
def event_loop_thread() -> Iterator[asyncio.AbstractEventLoop]:
    """Scrapy's reactor cannot be started twice in a process, so it runs beside all tests."""
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    started = threading.Event()
    reactor.callWhenRunning(started.set)  # type: ignore[attr-defined]
    thread = threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False})  # type: ignore[attr-defined]
    thread.start()
    started.wait()
    yield reactor._asyncioEventloop  # type: ignore[attr-defined]
    reactor.callFromThread(reactor.stop)  # type: ignore[attr-defined]
    thread.join()


@pytest.fixture(scope="session")
def readers() -> None:
    """What all readers of a test run are forked from: it holds what crawls and rebuilds need."""
    fork_server.start(WARM)


class SharedReaders(ReaderPool):
    """Readers that outlive a crawl, since the next one uses them too."""

    def close(self) -> None:
        """Not at the end of a crawl."""

    def end(self) -> None:
        """Ends the workers."""
        super().close()


@pytest.fixture(scope="session")
def shared_readers(readers: None) -> Iterator[SharedReaders]:
    """The readers of all crawls that do not set `EXTRACTION_…` themselves."""
    pool = SharedReaders(workers=FAST["EXTRACTION_WORKERS"], reader=read_page)
    yield pool
    pool.end()


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive without releases, to be copied: making one takes a hundred times as long."""
    path = tmp_path_factory.mktemp("empty") / "archive.db"
    open_archive(str(path), create=True).dispose()
    return path


@pytest.fixture
def archive_url(tmp_path: Path) -> str:
    """Where this test's archive is."""
    return f"sqlite:///{tmp_path / 'archive.db'}"


@pytest.fixture
def crawl(
    shared_readers: SharedReaders,
    event_loop_thread: asyncio.AbstractEventLoop,
    archive_url: str,
    empty_archive: Path,
) -> Crawl:
    """Crawls sources into this test's archive and returns the finished round."""
    archive = Path(archive_url.removeprefix("sqlite:///"))

    def run(*sources: Source, deep: bool = False, **settings: Any) -> CrawlRun:
        if not archive.exists():
            shutil.copy(empty_archive, archive)
        own: Settings = get_project_settings()
        places = {"ARCHIVE_URL": archive_url, "CAPTURES": str(archive.with_name("captures"))}
        own.setdict({**FAST, **places, **settings}, priority="cmdline")
        run = CrawlRun.open(own, deep=deep)
        if not any(name.startswith("EXTRACTION_") for name in settings):
            run.readers = shared_readers
        try:
            running = run.run(AsyncCrawlerRunner(own), list(sources))
            asyncio.run_coroutine_threadsafe(running, event_loop_thread).result(timeout=300)
        finally:
            run.close()
        return run

    return run


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., Source]:
    """Makes a checked source as a TOML file would: declare(home, id=…, listing=…)."""

    def make(home: str, **keys: str) -> Source:
        values = {
            "id": "pemkot-uji",
            "kind": "pemkot",
            "publisher": "Pemerintah Kota Uji",
            "region": "64.71",
            "home": home,
            **keys,
        }
        file = tmp_path / "sources.toml"
        lines = [f"{key} = {value!r}" for key, value in values.items()]
        file.write_text("[[source]]\n" + "\n".join(lines) + "\n", encoding="utf-8")
        return load_sources(file)[0]

    return make
