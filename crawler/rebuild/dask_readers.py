"""Readers on a Dask cluster, which may be many machines.

What is to be read is sent as bytes, so the workers need no captures, only this program. Each worker
reads in processes of its own: a page that makes one hang or crash does not cost the worker.
"""

from __future__ import annotations

import logging
import multiprocessing
import pickle
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any, Generic, ParamSpec, TypeVar

from pebble import ProcessExpired

from crawler.rebuild.program_version import program
from crawler.rebuild.readers import LocalReaders, NoReaders, Pending, ReadersLost

try:
    import dask
    import distributed
    from distributed.scheduler import KilledWorker
except ImportError:
    raise NoReaders("--dask needs distributed: pip install -r requirements-extra.txt") from None

P = ParamSpec("P")
T = TypeVar("T")

CONNECTING = 10.0
"""Seconds for a connection to the scheduler, and for a first answer."""
PATIENCE = 60.0
"""Seconds without any worker after which the work ends: a cluster may be replacing its workers."""
_STEP = 1.0
_SETTINGS = {
    "distributed.comm.timeouts.connect": CONNECTING,
    # A task has its captures with it; nothing else can send them again if a worker is lost.
    "distributed.admin.large-graph-warning-threshold": "1GB",
}


class DaskReaders:
    """The workers of a cluster, each with as many readers as it has threads."""

    def __init__(self, address: str) -> None:
        """Connects, and tries a worker. Raises NoReaders."""
        self._address = address
        self._idle_since: float | None = None
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # no tracebacks
        try:
            with dask.config.set(_SETTINGS):
                self._client = distributed.Client(  # type: ignore[no-untyped-call]
                    address, timeout=CONNECTING, set_as_default=False
                )
        except (OSError, ValueError, TypeError, ImportError, RuntimeError) as error:
            sentence = f"No Dask scheduler answers at {address} ({_first_line(error)})."
            raise NoReaders(sentence) from None
        try:
            self.submit(CONNECTING, _nothing).result()
        except ReadersLost:
            self.close()
            raise NoReaders(f"The Dask cluster at {address} has no worker.") from None
        except BaseException:
            self.close()
            raise

    @property
    def number(self) -> int:
        """See Readers."""
        return max(1, self._threads())

    def submit(
        self, timeout: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Pending[T]:
        """See Readers."""
        work = pickle.dumps(partial(function, *args, **kwargs))
        with dask.config.set(_SETTINGS):
            future = self._client.submit(_read, work, timeout, program(), pure=False)
        return _AtWorker(self, future)

    def close(self) -> None:
        """See Readers."""
        self._client.close(timeout=CONNECTING)  # type: ignore[no-untyped-call]

    def be_patient(self) -> None:
        """Called while there is no result. Raises ReadersLost if there was no worker for long."""
        if self._threads():
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = monotonic()
            print(f"No worker at {self._address}; waiting for one.", file=sys.stderr)
        elif monotonic() - self._idle_since > PATIENCE:
            raise self.lost(f"no worker came in {PATIENCE:g} seconds")

    def lost(self, why: str) -> ReadersLost:
        """The exception for a cluster that is gone."""
        return ReadersLost(
            f"The Dask cluster at {self._address} is lost ({why}). What was read until then is "
            "stored; the same command continues there."
        )

    def unfit(self, why: str) -> NoReaders:
        """The exception for a cluster that does not run this program."""
        return NoReaders(
            f"The Dask cluster at {self._address} does not run this version of the program ({why}):"
            " install the same one for its scheduler and its workers."
        )

    def _threads(self) -> int:
        try:
            threads: dict[str, int] = self._client.nthreads()  # type: ignore[no-untyped-call]
        except (OSError, CancelledError, RuntimeError, ValueError, TimeoutError):
            raise self.lost("its scheduler does not answer") from None
        return sum(threads.values())


class _AtWorker(Generic[T]):
    """What a worker is reading."""

    def __init__(self, readers: DaskReaders, future: Any) -> None:
        self._readers = readers
        self._future = future

    def result(self) -> T:
        """See Pending. A worker that is lost with a result is waited for, too: another reads it."""
        while True:
            try:
                result: T = self._future.result(timeout=_STEP)
                return result
            except TimeoutError:
                failed = self._future.status == "error"
                if failed and isinstance(self._future.exception(), TimeoutError):
                    raise  # of the page
            except KilledWorker:
                raise _died("several workers ended while reading it") from None
            except CancelledError as error:
                why = getattr(error, "reason", "cancelled").replace("-", " ")
                raise self._readers.lost(why) from None
            except (ImportError, AttributeError) as error:
                raise self._readers.unfit(_first_line(error)) from None
            except RuntimeError as error:
                if isinstance(error.__cause__, ImportError | AttributeError):  # at the scheduler
                    raise self._readers.unfit(_first_line(error.__cause__)) from None
                raise
            self._readers.be_patient()


_own: list[LocalReaders] = []
"""Those of a worker, once it has read anything."""
_starting = Lock()


def _nothing() -> None:
    pass


def _read(work: bytes, timeout: float, expected: str) -> Any:
    """Calls a pickled function in a process of this worker."""
    where = distributed.get_worker().address
    if program() != expected:
        raise NoReaders(f"The worker {where} runs another version of this program.")
    if multiprocessing.current_process().daemon:
        raise NoReaders(
            f"The worker {where} may not start processes: start it with `dask worker --no-nanny`."
        )
    with _starting:
        if not _own:
            _own.append(LocalReaders(distributed.get_worker().state.nthreads))
    try:
        return _own[0].submit(timeout, _call, work).result()
    except CancelledError:
        raise _died("its process was ended") from None


def _died(why: str) -> ProcessExpired:
    return ProcessExpired(why)  # type: ignore[no-untyped-call]


def _call(work: bytes) -> Any:
    return pickle.loads(work)()


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__).rstrip(".")
