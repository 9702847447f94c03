"""Extraction in processes of its own: a page takes 10-80 ms, and some pages never end."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import CancelledError, TimeoutError
from multiprocessing import get_context

from pebble import ProcessExpired, ProcessPool

from crawler.extraction.release import extract
from crawler.items import Frame, Page, Rejected, Release
from crawler.source import Source


class ReaderPool:
    """Readers shared by all sources of a round; a page that hangs or kills one is rejected."""

    def __init__(self, *, workers: int | None = None, timeout: float = 30.0) -> None:
        """`timeout` is in seconds a page; `workers` defaults to the number of cores."""
        # Not fork: the crawler runs threads. Not spawn: it would import everything a worker.
        context = get_context("forkserver")
        context.set_forkserver_preload(["crawler.extraction.release"])
        self._pool = ProcessPool(max_workers=workers or os.cpu_count() or 1, context=context)
        self._timeout = timeout

    async def read(self, page: Page, source: Source, frame: Frame) -> Release | Rejected:
        """What `extract` says of a page, or why it could not say anything."""
        future = self._pool.schedule(extract, args=(page, source, frame), timeout=self._timeout)
        try:
            return await asyncio.wrap_future(future)
        except (TimeoutError, CancelledError):
            reason, detail = "timeout", f"Reading the page took over {self._timeout:g} seconds."
        except ProcessExpired as error:
            reason, detail = "reader-died", f"The reader ended while reading the page: {error}."
        except MemoryError:
            reason, detail = "out-of-memory", "Reading the page took more memory than allowed."
        return Rejected(
            source=source.id,
            url=page.url,
            stage="extraction",
            reason=reason,
            detail=detail,
            fetched_at=page.captured_at,
        )

    def close(self) -> None:
        """Ends the readers; what they were reading is dropped."""
        self._pool.stop()
        self._pool.join()
