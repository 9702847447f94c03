"""Measures memory and processor time of a command and its children from /proc (Linux)."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Self

_EVERY = 0.2
"""Seconds between two looks. Peaks are the kernel's own, so that none is missed; the sum is not."""
_KINDS = {"forkserver": "readers", "resource_tracker": "tracker"}


class Processes:
    """`with Processes() as processes:` watches all that this process starts."""

    def __init__(self) -> None:
        self.peaks: defaultdict[str, dict[int, int]] = defaultdict(dict)
        """By kind (`crawler`, `readers`, …) and process id, the highest resident set in bytes."""
        self.spent: defaultdict[str, dict[int, float]] = defaultdict(dict)
        """The same for the processor time used, in seconds."""
        self.together = 0
        """The most they had at one moment, in bytes; what they share is counted once."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def peak(self, kind: str) -> int:
        """The highest of one process of a kind, in bytes."""
        return max(self.peaks[kind].values(), default=0)

    def seconds(self, kind: str) -> float:
        """Processor time of all processes of a kind, at most a fifth of a second too little."""
        return sum(self.spent[kind].values())

    def look(self) -> None:
        """Notes what they have now."""
        together = 0
        for pid in _descendants(os.getpid()):
            try:
                kind = _kind(pid)
                self.peaks[kind][pid] = _bytes(pid, "status", "VmHWM")
                self.spent[kind][pid] = used(pid)
                together += _bytes(pid, "smaps_rollup", "Pss")
            except (OSError, KeyError):
                continue  # it has just ended
        self.together = max(self.together, together)

    def _run(self) -> None:
        while not self._over.wait(_EVERY):
            self.look()


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            yield child
            yield from _descendants(child)


def _bytes(pid: int, file: str, name: str) -> int:
    """A number of the kernel's. Raises OSError, KeyError."""
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    said = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(said[name].split()[0]) * 1024


def used(pid: int) -> float:
    """Processor time of a process so far, in seconds. Raises OSError."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kind(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    return next((kind for mark, kind in _KINDS.items() if mark in words), "crawler")
