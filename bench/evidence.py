"""Measures captures: rebuild with two cores and with one, the cost for a crawl, and memory by
archive size."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.crawls import ROOT, Desk
from bench.made_up_captures import SITES, write
from bench.processes import Processes
from tests.web import Web

_LOOKS = 50
"""A day each, of an address: what is measured for memory is mostly unchanged pages, as archives
are."""
_RECORDS_A_LOOK = 2


class Failed(Exception):
    """A command ended badly; `str()` is what it said."""


@dataclass(slots=True)
class Used:
    """The most memory that the program itself, and that the largest of its readers held, in MB; and
    seconds."""

    own: float = 0.0
    readers: float = 0.0
    seconds: float = 0.0
    writing: float = 0.0
    """Processor time of the program itself; `reading`: of its readers."""
    reading: float = 0.0


@dataclass(slots=True)
class Compared:
    """Seconds of two ways to do the same, in alternating order."""

    one: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)

    def measure(self, rounds: int, one: Callable[[], float], other: Callable[[], float]) -> None:
        """Each round begins with another of them."""
        for number in range(rounds):
            ways = [(self.one, one), (self.other, other)]
            for times, way in reversed(ways) if number % 2 else ways:
                times.append(way())

    @property
    def ratio(self) -> float:
        """The median of one to that of the other."""
        return median(self.one) / median(self.other)


def run(console: Console, releases: int, rounds: int, records: tuple[int, ...]) -> None:
    """Measures in a folder of its own, shows one table, and cleans up. Raises Failed."""
    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column("what", no_wrap=True)
    table.add_column("measured", justify="right", no_wrap=True)
    with tempfile.TemporaryDirectory(prefix="bench-evidence-") as name:
        place = Path(name)
        speed, share = _rebuilding(place / "speed", releases, rounds)
        table.add_row(f"rebuild of {releases:,} releases, one core", _seconds(speed.one))
        table.add_row("the same, two cores", _seconds(speed.other))
        table.add_row("times faster", f"{speed.ratio:.2f}")
        table.add_row("the writer's share of the processor time", f"{share:.0%}")
        cost = _capturing(place / "cost", rounds)
        table.add_row("crawl with captures", _seconds(cost.one))
        table.add_row("the same with --no-capture", _seconds(cost.other))
        table.add_row("captures' share of the crawl", f"{1 - 1 / cost.ratio:.1%}")
        for size in records:
            for what, peak in _peaks(place / f"{size}", size):
                readers = f" (a reader {peak.readers:.0f})" if peak.readers else ""
                table.add_row(
                    f"{what} of {size:,} records, peak memory",
                    f"{peak.own:.0f} MB{readers} in {peak.seconds:.0f} s",
                )
    console.print(table)


def _rebuilding(place: Path, releases: int, rounds: int) -> tuple[Compared, float]:
    """With the median of the writer's share of the processor time, on two cores."""
    places = _captured(place, releases, 1)
    compared, shares = Compared(), []

    def rebuild(cores: set[int]) -> float:
        for file in place.glob("archive.*"):
            file.unlink()
        used = _measured(places, ["scrapy", "rebuild", "-j", str(len(cores))], cores)
        if len(cores) > 1:
            shares.append(used.writing / (used.writing + used.reading))
        return used.seconds

    compared.measure(rounds, lambda: rebuild({0}), lambda: rebuild({0, 1}))
    return compared, median(shares)


def _capturing(place: Path, rounds: int) -> Compared:
    """Crawls of sites that answer at once and are not spared: at a polite pace, what captures
    cost cannot be seen."""
    compared, desks = Compared(), iter(range(2 * rounds))
    with Web(SITES, count=60) as web:
        entries = [site.entry for site in web]

        def crawl(*words: str) -> float:
            return Desk(place / f"{next(desks)}", entries).crawl(*words).seconds

        compared.measure(rounds, crawl, lambda: crawl("--no-capture"))
    return compared


def _peaks(place: Path, records: int) -> list[tuple[str, Used]]:
    places = _captured(place, records // (_LOOKS * _RECORDS_A_LOOK), _LOOKS)
    captures = ["--captures", places["CAPTURES"]]
    archive = ["archive", "--archive", places["ARCHIVE_URL"]]
    commands = {
        "rebuild": ["scrapy", "rebuild"],
        "verify": [*archive, "verify", *captures],
        "package": [*archive, "package", "-o", str(place / "all.wacz"), *captures],
    }
    return [(what, _measured(places, command)) for what, command in commands.items()]


def _captured(place: Path, releases: int, looks: int) -> dict[str, str]:
    """Makes captures and their registry; returns the environment that names them."""
    place.mkdir()
    (place / "sources.toml").write_text(write(place / "captures", releases, looks), "utf-8")
    return {
        "SOURCES": str(place / "sources.toml"),
        "ARCHIVE_URL": f"sqlite:///{place / 'archive.db'}",
        "CAPTURES": str(place / "captures"),
    }


def _measured(places: dict[str, str], words: list[str], cores: set[int] | None = None) -> Used:
    """Runs a module of the project, on these cores alone. Raises Failed."""
    began = time.monotonic()
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)  # a program begins on its parent's cores
    try:
        with Processes() as processes:
            done = subprocess.run(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env={**os.environ, **places},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
    finally:
        os.sched_setaffinity(0, before)
    kinds = ("crawler", "readers")
    used = Used(
        *(processes.peak(kind) / 1024**2 for kind in kinds),
        time.monotonic() - began,
        *(processes.seconds(kind) for kind in kinds),
    )
    if done.returncode:
        raise Failed(f"{' '.join(words[:3])} ended with {done.returncode}: {done.stderr.decode()}")
    return used


def _seconds(times: list[float]) -> str:
    return f"{median(times):.1f} s"
