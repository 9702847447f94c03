"""What commands cost in archives of different sizes, and how long rebuilds lock others out."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from archive.database.models import Sketch
from archive.duplicates.winnowing import ALGORITHM
from bench.made_up_archive import SOURCES, build

SIZES = (10_000, 100_000, 1_000_000)
"""Releases in the archive."""
REBUILT = 100_000
"""Indexes are rebuilt in archives up to this size: that takes minutes."""
_RELEASES_A_CRAWL = 3
_COPIED = 10
"""Every so many a release is a copy of the one before."""
_BANDS, _SHARED = 20, 8
_PEOPLE = 2_000
_BATCH = 5_000
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
_ADDRESSES = """
INSERT INTO addresses
    (source, url, what, found_by, found_at, shown, asked_at, outcome, status, due_at, release)
SELECT source, url, 'release', 'listing', first_seen_at, '{}', last_seen_at, 'release', 200,
    last_seen_at, id
FROM release_records
"""
_CRAWL = """
INSERT INTO crawls (source, started_at, ended_at, outcome, pages, requests, bytes, releases_new,
    releases_changed, releases_seen, rejected, deep, named, unchanged_lists, found, moved, ways,
    failures, refusals, seconds)
VALUES (?, ?, ?, 'ok', 5, 5, 100000, 3, 0, 20, 0, 0, 20, 0, 3, 0, ?, '{}', '{}', 0.4)
"""
_WAYS = json.dumps([{"what": "listing", "url": "https://contoh.example/berita", "named": 20}])
_COPY = (
    "UPDATE release_records SET similarity = 0.9, duplicate_of ="
    " (SELECT o.id FROM release_records o WHERE o.seq = release_records.seq - 1) WHERE seq % ? = 0"
)


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
            build(path, size, words)
            _fill(path, size)
            costs[size] = dict(_measured(path, size))
        finally:
            shutil.rmtree(place)
    console.print(_table(costs))


def _fill(path: Path, releases: int) -> None:
    """What crawls leave besides releases: crawls, the frontier, copies with their index, people."""
    chance = random.Random(8)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_ADDRESSES)
        connection.executemany(_CRAWL, _crawls(releases))
        connection.execute(_COPY, [_COPIED])
        _sketches(connection, chance)
        connection.executemany(
            "INSERT INTO quoted_people VALUES (?, ?, 'Wali Kota', 2)",
            ((id_, f"Nama {chance.randrange(_PEOPLE)}") for id_ in range(1, releases, 3)),
        )
    connection.close()


def _crawls(releases: int) -> Iterator[tuple[str, str, str, str]]:
    days = releases // _RELEASES_A_CRAWL // SOURCES + 1
    today = datetime.now(UTC).replace(microsecond=0)
    for day in range(days, 0, -1):
        at = f"{today - timedelta(day - 1):%Y-%m-%dT%H:%M:%SZ}"
        for number in range(SOURCES):
            yield f"pemkot-kota{number}", at, at, _WAYS


def _sketches(connection: sqlite3.Connection, chance: random.Random) -> None:
    query = (
        "SELECT v.id, v.text_hash, coalesce(r.duplicate_of, r.id), r.duplicate_of IS NOT NULL"
        " FROM versions v JOIN release_records r ON r.id = v.release ORDER BY v.id"
    )
    stored = Sketch.__table__.c.bands.type.process_bind_param
    bands: list[int] = []
    found = connection.execute(query)
    while rows := found.fetchmany(_BATCH):
        sketches, entries = [], []
        for id_, text_hash, first, copied in rows:
            fresh = [chance.getrandbits(47) for _ in range(_BANDS)]
            bands = sorted(bands[:_SHARED] + fresh[_SHARED:]) if copied else fresh
            leader = id_ - 1 if copied else None
            sketches.append((id_, text_hash, ALGORITHM, stored(bands, None), first, leader))
            entries += [(band, copied, id_) for band in bands]
        connection.executemany("INSERT INTO sketches VALUES (?, ?, ?, ?, ?, ?)", sketches)
        connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?, ?)", sorted(entries))


def _measured(path: Path, size: int) -> Iterator[tuple[str, Cost]]:
    for name, words in _COMMANDS.items():
        yield name, _cost(path, words)
    if size <= REBUILT:
        for name, words in _REBUILDS.items():
            yield name, _cost(path, words, is_writing=True)


def _cost(path: Path, words: list[str], *, is_writing: bool = False) -> Cost:
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
