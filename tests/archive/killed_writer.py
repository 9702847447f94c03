"""A program that stores releases until it is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection

from archive.database.connection import open_archive
from archive.ingest.store import Store
from crawler.items import Release
from tests.archive.samples import source


def killed_after(stored: int, url: str, item: Callable[[int], Release]) -> list[int]:
    """The numbers of the releases that were stored for certain: at least so many."""
    hears, said = Pipe(duplex=False)
    # Forked from a process that has loaded the archive: starting Python anew takes a second.
    program = get_context("forkserver").Process(target=_write, args=(url, said, item))
    program.start()
    told = [hears.recv() for _ in range(stored)]
    assert program.pid is not None
    os.kill(program.pid, signal.SIGKILL)
    program.join()
    return told


def _write(url: str, said: Connection, item: Callable[[int], Release]) -> None:
    store = Store(open_archive(url, create=True))
    store.register([source()])
    for number in count():
        store.store(item(number), None)
        said.send(number)
