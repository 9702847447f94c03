"""Worker processes that read pages: a page takes 10-80 ms, a long list seconds, some never end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, TimeoutError
from dataclasses import dataclass
from functools import partial
from importlib.machinery import ModuleSpec
from multiprocessing import forkserver, get_context, resource_tracker
from threading import Lock
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.discovery.release_page_links import ReleaseLinks, read_release_links
from crawler.items import Page, Rejected, Release, SiteTemplate
from crawler.markup.html import TooLarge
from crawler.registry.source import Source

P = ParamSpec("P")
T = TypeVar("T")

Reader = Callable[[Page, Source, SiteTemplate], Release | Rejected]
PRELOAD = ["__main__", "crawler.extraction.worker_preload"]
"""Modules that workers share."""
_WORKERS_MIN = 2
"""At least two, so that a source with slow pages leaves one to the others."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a page could not be read."""

    reason: str
    """A word for queries: `timeout`, `too-large`, `reader-died`, `out-of-memory`, `unreadable`."""
    detail: str


class ReaderPool:
    """Workers shared by all sources of a run. A page that makes one hang or crash is rejected.
    One source never keeps all of them busy, so the pages of the others are read meanwhile."""

    def __init__(
        self,
        *,
        workers: int | None = None,
        timeout: float = 30.0,
        reader: Reader | None = None,
        preload: Sequence[str] = (),
    ) -> None:
        """`timeout` is in seconds per page; `workers`, by default the number of cores, is at
        least two. `reader`: the function that reads a page, by default `extract`; `preload`:
        further modules that workers share."""
        # Not fork, since the crawler has threads. Not spawn, since every worker would import
        # everything.
        start_server(preload)
        context = get_context("forkserver")
        self._reader = reader or _extract
        workers = max(_WORKERS_MIN, workers or os.cpu_count() or 1)
        self._start = partial(ProcessPool, max_workers=workers, context=context)
        self._pool = self._start()
        self._running: ProcessPool | None = None
        """The pool once its workers were started."""
        self._starting = Lock()
        self._timeout = timeout
        self._turns = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(workers - 1))
        """By source, the number of workers it may keep busy."""

    async def read(self, page: Page, source: Source, template: SiteTemplate) -> Release | Rejected:
        """The result of `extract` for a page, or why there is none."""
        answer = await self.parse(source, self._reader, page, source, template)
        if not isinstance(answer, Unread):
            return answer
        return Rejected(
            source=source.id,
            url=page.url,
            stage="extraction",
            reason=answer.reason,
            detail=answer.detail,
            fetched_at=page.captured_at,
        )

    async def read_with_links(
        self, page: Page, urls: tuple[str, str], source: Source, template: SiteTemplate
    ) -> tuple[ReleaseLinks, Release | Rejected] | Unread:
        """The links of a page that concern its release, and the result of `extract`, in one task;
        or why there are none. `urls`: the one that answered, and the one that was requested."""
        return await self.parse(
            source, _read_with_links, self._reader, page, urls, source, template
        )

    async def learn(self, pages: list[Page], source: Source) -> SiteTemplate:
        """The site template of these pages; an empty one if one of them cannot be read."""
        answer = await self.parse(source, _learn, pages, source)
        return SiteTemplate() if isinstance(answer, Unread) else answer

    async def parse(
        self, source: Source, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T | Unread:
        """The result of a pure function for a page of `source`, called in a worker; or why there
        is none. Function, arguments and result are pickled."""
        async with self._turns[source.id]:
            try:
                return await self._twice(task, *args, **kwargs)
            except (TimeoutError, CancelledError):
                detail = f"Reading the page took over {self._timeout:g} seconds."
                return Unread("timeout", detail)
            except ProcessExpired as error:
                detail = f"The reader ended while reading the page: {error}."
                return Unread("reader-died", detail)
            except MemoryError:
                detail = "Reading the page took more memory than there is."
                return Unread("out-of-memory", detail)
            except TooLarge as error:
                return Unread("too-large", str(error))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is named and recorded
                detail = f"Please report this fault: {type(error).__name__}: {error}"
                return Unread("unreadable", detail)

    def close(self) -> None:
        """Ends the workers; what they were reading is dropped."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    async def _twice(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await self._once(task, *args, **kwargs)
        except (ProcessExpired, RuntimeError) as error:
            # Killed from outside: `systemctl stop` signals workers too, and so does the kernel if
            # memory is short. A page that kills its worker kills the second one as well.
            if not isinstance(error, ProcessExpired) and self._pool.active:
                raise
            return await self._once(task, *args, **kwargs)

    async def _once(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        work, pool = partial(task, *args, **kwargs), self._running
        if pool is not None and pool.active:
            return await asyncio.wrap_future(pool.schedule(work, timeout=self._timeout))
        # In a thread, since the workers must be started, which takes a second.
        return await asyncio.wrap_future(await asyncio.to_thread(self._start_with, work))

    def _start_with(self, task: Callable[[], T]) -> Future[T]:
        with self._starting:
            if not self._pool.active:  # this also starts a new one
                self._pool = self._start()  # it fails for good if idle workers were killed
            reading = self._pool.schedule(task, timeout=self._timeout)
            self._running = self._pool
            return reading


def _leave_script_out() -> None:
    """Python runs the script that was started again in each worker, since tasks may be defined
    there. None are, and Scrapy's script imports all of Scrapy: a third of a second."""
    script = sys.modules["__main__"]
    if script.__spec__ is None:
        script.__spec__ = ModuleSpec("crawler.__main__", None)


def start_server(preload: Sequence[str] = ()) -> None:
    """Starts the process that workers are forked from, unless it runs: it loads what they share (a
    second or two), for which the first page has to wait. `preload`: as for a pool. Ctrl-C, which a
    terminal sends to all processes, would end it meanwhile."""
    get_context("forkserver").set_forkserver_preload([*PRELOAD, *preload])
    _leave_script_out()
    resource_tracker.ensure_running()  # here, since it would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _extract(page: Page, source: Source, template: SiteTemplate) -> Release | Rejected:
    # Imported by the workers alone: trafilatura takes most of a second to load.
    from crawler.extraction.release import extract

    return extract(page, source, template)


def _read_with_links(
    reader: Reader, page: Page, urls: tuple[str, str], source: Source, template: SiteTemplate
) -> tuple[ReleaseLinks, Release | Rejected]:
    links = read_release_links(page.body, page.content_type, *urls)
    return links, reader(page, source, template)


def _learn(pages: list[Page], source: Source) -> SiteTemplate:
    from crawler.extraction.site_template import learn_template

    return learn_template(pages, source)
