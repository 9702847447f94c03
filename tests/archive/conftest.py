from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from archive.database import open_archive
from archive.store import Store
from tests.archive.samples import source


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'archive.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_archive(url, create=True)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Store:
    store = Store(engine)
    store.register([source("pemkot-contoh"), source("kpu-contoh"), source("pemkot-misal")])
    return store
