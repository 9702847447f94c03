"""What merging one archive into another of its size costs, and how long it locks others out."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

from rich.console import Console

from bench.growth import Cost, cost
from bench.made_up_crawls import build_crawled, enter_in_log

SIZE = 100_000
_SHARED = 10
"""Every so many a release of each is in both archives."""
_EDITED = 20
"""Every so many a release of those was seen with another text by the second archive."""
_LATER = "2024-12-03T10:00:00Z"
_EDITS = (
    "UPDATE sketches SET text_hash = 'e' || substr(text_hash, 2) WHERE id % :every = 6"
    " AND id <= :shared",
    "UPDATE versions SET text_hash = 'e' || substr(text_hash, 2), seen_at = :later,"
    " sha256 = 'e' || substr(sha256, 2) WHERE id % :every = 6 AND id <= :shared",
    "UPDATE release_records SET first_seen_at = :later, last_seen_at = :later"
    " WHERE seq % :every = 6 AND seq <= :shared",
)


def run(console: Console, size: int, words: int, folder: Path | None = None) -> None:
    """Builds both in a folder of their own, merges one into the other, and again, and says what it
    took. `size`: a multiple of a hundred."""
    place = Path(tempfile.mkdtemp(prefix="bench-merge-", dir=folder))
    ours, theirs = place / "ours.db", place / "theirs.db"
    shared = size // _SHARED
    try:
        build_crawled(ours, size, words)
        build_crawled(theirs, size, words, first=size - shared)
        _edit(theirs, shared)
        for path in (ours, theirs):
            enter_in_log(path)
        command = ["merge", str(theirs), "--own-captures", str(place)]
        for name in ("merge", "merge again"):
            _say(console, name, size, cost(ours, command, is_writing=True))
        with sqlite3.connect(ours) as merged:
            [held] = merged.execute("SELECT count(*) FROM release_records").fetchone()
        merged.close()
        console.print(f"releases afterwards: {held:,}")
    finally:
        shutil.rmtree(place)


def _edit(path: Path, shared: int) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in _EDITS:
            connection.execute(statement, {"every": _EDITED, "shared": shared, "later": _LATER})
    connection.close()


def _say(console: Console, name: str, size: int, spent: Cost) -> None:
    console.print(
        f"{name}: {size:,} releases into {size:,}, {spent.seconds:.1f} s of processor time, "
        f"{spent.seconds / size * 1000:.2f} ms a release, {spent.memory:.0f} MB at its peak; "
        f"another writer waited {spent.locked:.2f} s at most",
        soft_wrap=True,
    )
