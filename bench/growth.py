"""What commands cost in archives of different sizes, and how long rebuilds lock others out."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.made_up_crawls import build_crawled, enter_in_log

SIZES = (10_000, 100_000, 1_000_000)
"""Releases in the archive."""
REBUILT = 100_000
"""Indexes are rebuilt in archives up to this size: that takes minutes."""
_COMMANDS = {
    "stats": ["stats"],
    "source": ["source", "pemkot-kota7"],
    "health": ["health"],
    "speakers of one region": ["speakers", "--region", "64.71"],
    "duplicates": ["duplicates"],
    "verify": ["verify"],
}
_REBUILDS = {"reindex": ["reindex"], "duplicates --rebuild": ["duplicates", "--rebuild"]}
_MEASURED = """
import re, sys, time
from pathlib import Path
from archive.cli import main
try:
    main(sys.argv[1:], prog_name="archive")
finally:
    [peak] = re.findall("VmHWM:[^0-9]*([0-9]+)", Path("/proc/self/status").read_text())
    print(time.process_time(), peak, file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """One command in one archive."""

    seconds: float
    """Of processor time, the start of Python included."""
    memory: float
    """The most that the process held, in MB."""
    locked: float | None = None
    """The longest that another program had to wait to write, in seconds."""


def run(console: Console, sizes: Sequence[int], words: int, folder: Path | None = None) -> None:
    """Builds one archive after the other in a folder of its own, measures, and shows a table."""
    costs: dict[int, dict[str, Cost]] = {}
    for size in sorted(sizes):
        place = Path(tempfile.mkdtemp(prefix="bench-growth-", dir=folder))
        try:
            path = place / "archive.db"
            build_crawled(path, size, words)
            enter_in_log(path)
            costs[size] = dict(_measured(path, size))
        finally:
            shutil.rmtree(place)
    console.print(_table(costs))


def _measured(path: Path, size: int) -> Iterator[tuple[str, Cost]]:
    for name, words in _COMMANDS.items():
        yield name, cost(path, words)
    if size <= REBUILT:
        for name, words in _REBUILDS.items():
            yield name, cost(path, words, is_writing=True)


def cost(path: Path, words: list[str], *, is_writing: bool = False) -> Cost:
    """Runs a command. Its exit code may say that something is wrong with a made-up archive."""
    command = [sys.executable, "-c", _MEASURED, "--archive", f"{path}", *words]
    locked = 0.0
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        while is_writing and process.poll() is None:
            locked = max(locked, _waited(path))
            sleep(0.05)
        assert process.stderr is not None
        told = process.stderr.read()
    seconds, peak = told.split()[-2:]
    return Cost(float(seconds), int(peak) / 1024, locked if is_writing else None)


def _waited(path: Path) -> float:
    """How long a program that wants to write has to wait for its turn, in seconds."""
    connection = sqlite3.connect(path, timeout=600, isolation_level=None)
    began = monotonic()
    connection.execute("BEGIN IMMEDIATE")
    seconds = monotonic() - began
    connection.execute("ROLLBACK")
    connection.close()
    return seconds


def _table(costs: dict[int, dict[str, Cost]]) -> Table:
    table = Table(
        box=SIMPLE_HEAD,
        padding=0,
        title="Processor time and peak memory, by releases in the archive",
    )
    table.add_column("", no_wrap=True)
    for size in costs:
        table.add_column(f"{size:,}", justify="right", no_wrap=True)
    for name in (*_COMMANDS, *_REBUILDS):
        table.add_row(name, *(_shown(costs[size].get(name)) for size in costs))
    return table


def _shown(cost: Cost | None) -> str:
    if cost is None:
        return "–"
    locked = "" if cost.locked is None else f"\nlocked {cost.locked:.2f} s"
    return f"{cost.seconds:.2f} s, {cost.memory:.0f} MB{locked}"
