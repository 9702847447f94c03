"""The warm process that readers and commands are forked from: one for all workers of a test run.

Python starts one in each process that asks, with all imports anew; that cannot be changed by public
names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver, get_context

_PLACE = ("_forkserver_address", "_forkserver_authkey")  # the second one since Python 3.14


def start(preload: Sequence[str]) -> dict[str, object]:
    """Starts it, unless it runs, and returns where it listens."""
    get_context("forkserver").set_forkserver_preload(list(preload))
    forkserver.ensure_running()
    return place()


def place() -> dict[str, object]:
    """Where it listens."""
    return {name: value for name, value in vars(forkserver._forkserver).items() if name in _PLACE}


def use(place: Mapping[str, object]) -> None:
    """Makes this process fork from the one that listens there, and start none of its own."""
    if forkserver._forkserver._forkserver_alive_fd is None:
        # By the end of this file the server learns that its starter has ended: that is another
        # process.
        forkserver._forkserver._forkserver_alive_fd = os.open(os.devnull, os.O_WRONLY)
    vars(forkserver._forkserver).update(place, ensure_running=_is_running)
    forkserver.ensure_running = _is_running  # what the module has by this name is bound already


def _is_running() -> None:
    """Nothing is to be done."""
