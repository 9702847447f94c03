from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from archive.cli import main
from archive.database.connection import open_archive
from archive.ingest.store import Store
from tests.archive.hook import Hook, listening
from tests.archive.samples import DAY, MORNING, rejected, release, source

Run = Callable[..., Result]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'archive.db'}"


@pytest.fixture
def engine(url: str, empty_archive: Path) -> Iterator[Engine]:
    shutil.copy(empty_archive, url.removeprefix("sqlite:///"))
    engine = open_archive(url, create=True)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def new_archive(
    tmp_path_factory: pytest.TempPathFactory, empty_archive: Path
) -> Iterator[Callable[[], Engine]]:
    """Makes one archive after another, each for an example of Hypothesis."""
    folder, engines = tmp_path_factory.mktemp("archives"), list[Engine]()

    def make() -> Engine:
        path = shutil.copy(empty_archive, folder / f"{len(engines)}.db")
        engines.append(open_archive(str(path), create=True))
        Store(engines[-1]).register([source("pemkot-contoh"), source("kpu-contoh")])
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Store:
    store = Store(engine)
    store.register([source("pemkot-contoh"), source("kpu-contoh"), source("pemkot-misal")])
    return store


@pytest.fixture
def run(url: str) -> Run:
    def call(*arguments: str, width: int = 80) -> Result:
        environment = {"ARCHIVE_URL": url, "COLUMNS": str(width)}
        return CliRunner().invoke(main, arguments, env=environment)

    return call


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as hook:
        yield hook


@pytest.fixture
def filled(store: Store) -> Store:
    return fill(store)


def fill(store: Store) -> Store:
    """A release, its repost, an edited one and a page that gave none."""
    crawl = store.begin_crawl("pemkot-contoh", MORNING)
    store.store(release(1, flags=["weekday-mismatch"]), crawl)
    store.store(release(2, title="Pasar [bold]Murah[/bold] :smile:", body="Pasar dibuka."), crawl)
    later = MORNING + DAY
    store.store(
        release(2, title="Pasar Murah", body="Pasar ditutup.", election=False, fetched_at=later),
        crawl,
    )
    store.reject(rejected(3), crawl)
    store.end_crawl(crawl, "partial", "One page had no title.", {"pages": 3}, later)
    other = store.begin_crawl("kpu-contoh", MORNING)
    noon = datetime(2024, 9, 1, 4, tzinfo=UTC)
    store.store(release(1, source="kpu-contoh", published_at=noon), other)
    return store
