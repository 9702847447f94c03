"""A large made-up archive with what crawls leave besides releases."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.database.connection import open_archive, writing
from archive.database.models import Sketch
from archive.duplicates.winnowing import ALGORITHM
from archive.proof import release_log_upgrade
from bench.made_up_archive import SOURCES, build

_RELEASES_A_CRAWL = 3
_COPIED = 10
"""Every so many a release is a copy of the one before."""
_BANDS, _SHARED = 20, 8
_PEOPLE = 2_000
_BATCH = 5_000
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


def build_crawled(path: Path, releases: int, words: int, *, first: int = 0) -> None:
    """As `build`, with crawls, the frontier, copies with their index, and quoted people. `first`: a
    multiple of ten; another number means other crawls."""
    build(path, releases, words, first=first, copied=_COPIED)
    chance = random.Random(8)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_ADDRESSES)
        connection.executemany(_CRAWL, _crawls(releases, timedelta(minutes=bool(first))))
        connection.execute(_COPY, [_COPIED])
        _sketches(connection)
        connection.executemany(
            "INSERT INTO quoted_people VALUES (?, ?, 'Wali Kota', 2)",
            ((id_, f"Nama {chance.randrange(_PEOPLE)}") for id_ in range(1, releases, 3)),
        )
    connection.close()


def enter_in_log(path: Path) -> None:
    """Enters all releases in the log of events, as an upgrade does."""
    engine = open_archive(f"sqlite:///{path}")
    with writing(engine) as connection:
        release_log_upgrade.begin(connection)
    release_log_upgrade.complete(engine, between=lambda: None)
    engine.dispose()


def _crawls(releases: int, before: timedelta) -> Iterator[tuple[str, str, str, str]]:
    days = releases // _RELEASES_A_CRAWL // SOURCES + 1
    today = datetime.now(UTC).replace(microsecond=0) - before
    for day in range(days, 0, -1):
        at = f"{today - timedelta(day - 1):%Y-%m-%dT%H:%M:%SZ}"
        for number in range(SOURCES):
            yield f"pemkot-kota{number}", at, at, _WAYS


def _sketches(connection: sqlite3.Connection) -> None:
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
            chance = random.Random(text_hash)
            fresh = [chance.getrandbits(47) for _ in range(_BANDS)]
            bands = sorted(bands[:_SHARED] + fresh[_SHARED:]) if copied else fresh
            leader = id_ - 1 if copied else None
            sketches.append((id_, text_hash, ALGORITHM, stored(bands, None), first, leader))
            entries += [(band, copied, id_) for band in bands]
        connection.executemany("INSERT INTO sketches VALUES (?, ?, ?, ?, ?, ?)", sketches)
        connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?, ?)", sorted(entries))
