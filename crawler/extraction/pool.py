"""Extraction in processes of its own: a page takes 10-80 ms, and some pages never end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import CancelledError, TimeoutError
from multiprocessing import get_context
from typing import Any

from pebble import ProcessExpired, ProcessPool

from crawler.items import Frame, Page, Rejected, Release
from crawler.source import Source


class ReaderPool:
    """Readers shared by all sources of a round; a page that hangs or kills one is rejected."""

    def __init__(self, *, workers: int | None = None, timeout: float = 30.0) -> None:
        """`timeout` is in seconds a page; `workers` defaults to the number of cores."""
        # Not fork: the crawler runs threads. Not spawn: it would import everything a worker.
        context = get_context("forkserver")
        context.set_forkserver_preload(["crawler.extraction.release", "crawler.extraction.frame"])
        self._pool = ProcessPool(max_workers=workers or os.cpu_count() or 1, context=context)
        self._timeout = timeout

    async def read(self, page: Page, source: Source, frame: Frame) -> Release | Rejected:
        """What `extract` says of a page, or why it could not say anything."""
        answer: Release | Rejected | _Failure = await self._run(_extract, page, source, frame)
        if not isinstance(answer, _Failure):
            return answer
        return Rejected(
            source=source.id,
            url=page.url,
            stage="extraction",
            reason=answer.reason,
            detail=answer.detail,
            fetched_at=page.captured_at,
        )

    async def learn(self, pages: list[Page], source: Source) -> Frame:
        """The frame these pages share; an empty one where a page among them cannot be read."""
        answer: Frame | _Failure = await self._run(_learn, pages, source)
        return Frame() if isinstance(answer, _Failure) else answer

    def close(self) -> None:
        """Ends the readers; what they were reading is dropped."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    async def _run(self, task: Callable[..., Any], *args: object) -> Any:
        try:
            try:
                return await self._once(task, *args)
            except ProcessExpired:
                # Ended from outside: `systemctl stop` signals readers too, as does the kernel when
                # memory is short. A page that kills its reader kills the second one as well.
                return await self._once(task, *args)
        except (TimeoutError, CancelledError):
            return _Failure("timeout", f"Reading the page took over {self._timeout:g} seconds.")
        except ProcessExpired as error:
            return _Failure("reader-died", f"The reader ended while reading the page: {error}.")
        except MemoryError:
            return _Failure("out-of-memory", "Reading the page took more memory than there is.")

    async def _once(self, task: Callable[..., Any], *args: object) -> Any:
        future = self._pool.schedule(task, args=args, timeout=self._timeout)
        return await asyncio.wrap_future(future)


class _Failure:
    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail


def _extract(page: Page, source: Source, frame: Frame) -> Release | Rejected:
    # Imported by the readers alone: trafilatura takes most of a second to load.
    from crawler.extraction.release import extract

    return extract(page, source, frame)


def _learn(pages: list[Page], source: Source) -> Frame:
    from crawler.extraction.frame import learn_frame

    return learn_frame(pages, source)
