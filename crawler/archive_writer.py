"""Serializes archive writes in one thread: SQLite allows one writer at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from archive.database.connection import open_archive
from archive.ingest.store import Store

P = ParamSpec("P")
T = TypeVar("T")


class ArchiveWriter:
    """Writes off the event loop, in one thread, since SQLite has one writer at a time."""

    def __init__(self, url: str) -> None:
        """Opens the archive at `url` (SQLAlchemy), or makes a new one.

        Raises `archive.database.connection.ArchiveError` where that cannot be done.
        """
        self._engine = open_archive(url, create=True)
        self.store = Store(self._engine)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive-writer")

    async def write(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs one of the store's methods in the writing thread; its errors are raised here."""
        future = self._thread.submit(task, *args, **kwargs)
        return await asyncio.wrap_future(future)

    async def note(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs one of the frontier's tasks in a transaction of its own."""
        return await self.write(lambda: self.store.within(task, *args, **kwargs))

    async def look_up(
        self, task: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs a task that only reads, after all that is to be written before it."""
        return await self.write(lambda: self.store.look_up(task, *args, **kwargs))

    def close(self) -> None:
        """Waits for what is being written, then closes the archive."""
        self._thread.shutdown(wait=True)
        self._engine.dispose()
