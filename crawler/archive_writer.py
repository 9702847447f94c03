"""Serializes archive writes in one thread: SQLite allows one writer at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from archive.curation import ledger
from archive.database.connection import open_archive
from archive.ingest.store import Store

P = ParamSpec("P")
T = TypeVar("T")


class ArchiveWriter:
    """Writes to the archive outside the event loop, in one thread."""

    def __init__(self, url: str) -> None:
        """Opens the archive at `url` (SQLAlchemy), or creates it. Raises
        `archive.errors.ArchiveError`."""
        self._engine = open_archive(url, create=True)
        self.store = Store(self._engine)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive-writer")

    async def write(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a method of the store in the writing thread; its errors are raised here."""
        future = self._thread.submit(task, *args, **kwargs)
        return await asyncio.wrap_future(future)

    async def note(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs a task of the frontier in its own transaction."""
        return await self.write(lambda: self.store.within(task, *args, **kwargs))

    async def look_up(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs a task that only reads, after all pending writes."""
        return await self.write(lambda: self.store.look_up(task, *args, **kwargs))

    def learn_suppressions(self, captures: Path) -> None:
        """Takes over what the list beside the captures says was taken down: this archive may be a
        new one. Raises `archive.errors.ArchiveError`."""
        if (captures / ledger.NAME).exists():
            ledger.keep(self._engine, captures)

    def close(self) -> None:
        """Waits for pending writes, then closes the archive."""
        self._thread.shutdown(wait=True)
        self._engine.dispose()
