"""An archive in which one release after the other changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from archive.ingest import frontier
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.watches import positions
from archive.watches.delivery import Notice, deliver
from archive.watches.watch import Watch
from tests.archive.samples import DAY, MORNING, release

SOURCE = "pemkot-contoh"


@dataclass
class Days:
    """Each call is the crawl of another day."""

    store: Store
    engine: Engine
    day: int = 0

    def publish(self, number: int = 1, **changed: Any) -> str:
        """A release, or another wording of it."""
        source = changed.get("source", SOURCE)
        crawl = self.crawl(source)
        one = release(number, fetched_at=MORNING + self.day * DAY, **changed)
        return self.store.store(one, crawl, self.fetch(one.url, "release", source)).id

    def withdraw(self, number: int = 1) -> None:
        for _ in range(2):
            crawl = self.crawl()
            self.store.within(frontier.miss, self.fetch(release(number).url, "http-404"), crawl)

    def put_back(self, number: int = 1) -> None:
        crawl = self.crawl()
        self.store.seen(self.fetch(release(number).url, "unchanged"), crawl)

    def crawl(self, source: str = SOURCE) -> int:
        self.day += 1
        return self.store.begin_crawl(source, MORNING + self.day * DAY)

    def fetch(self, url: str, outcome: str, source: str = SOURCE) -> Fetch:
        return Fetch(source=source, url=url, at=MORNING + self.day * DAY, outcome=outcome)

    def told(self, *watches: Watch, to: str = "mail") -> list[Notice]:
        """What is delivered now."""
        found: list[Notice] = []
        deliver(self.engine, watches, to, found.extend)
        return found


@pytest.fixture
def days(store: Store, engine: Engine) -> Days:
    return Days(store, engine)


@pytest.fixture
def begun(engine: Engine) -> Any:
    """Makes a watch that has begun: begun(words="pasar")."""

    def begin(name: str = "satu", **conditions: Any) -> Watch:
        positions.begin(engine, name)
        return Watch(name=name, **conditions)

    return begin


@pytest.fixture
def watches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of watches, where commands look for it."""
    path = tmp_path / "watches.toml"
    monkeypatch.setenv("WATCHES", str(path))
    return path
