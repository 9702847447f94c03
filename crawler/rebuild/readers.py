"""Who reads captures: processes of this machine, or (`dask_readers`) those of a Dask cluster.

Reading is pure: a function, its arguments and its result are pickled, and nothing else is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError
from multiprocessing import get_context
from threading import Lock
from typing import Any, ParamSpec, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

PRELOAD = ["__main__", "crawler.rebuild.reader", "crawler.extraction.worker_preload"]
"""Modules that readers share."""
LOST = (TimeoutError, ProcessExpired, MemoryError, CancelledError)
"""What `result` raises for a page that made its reader hang or crash."""


class NoReaders(Exception):
    """No worker can be reached, or it runs another version; `str()` is one sentence for people."""


class ReadersLost(Exception):
    """All readers are gone amid the work, which can be continued; `str()` is for people."""


class Pending(Protocol[T_co]):
    """What a reader is doing, or will do."""

    def result(self) -> T_co:
        """Waits for the result. Raises one of LOST, ReadersLost, NoReaders."""


class Readers(Protocol):
    """Processes that read, any number at once. A page that makes one hang or crash fails alone."""

    @property
    def number(self) -> int:
        """How many pages are read at once, at least one; it may change."""

    def submit(
        self, timeout: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Pending[T]:
        """Calls a pure function of a module in a reader, for at most `timeout` seconds."""

    def close(self) -> None:
        """Ends the work; what is being read is dropped."""


class LocalReaders:
    """Processes of this machine."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(PRELOAD)
        self._starting = Lock()
        self._pool = self._start()

    def submit(
        self, timeout: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Pending[T]:
        """See Readers."""
        with self._starting:
            if not self._pool.active:  # it fails for good if idle workers were killed
                self._pool = self._start()
            future: Any = self._pool.schedule(function, args, kwargs, timeout=timeout)
        pending: Pending[T] = future
        return pending

    def close(self) -> None:
        """See Readers."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _start(self) -> ProcessPool:
        return ProcessPool(max_workers=self.number, context=self._context)
