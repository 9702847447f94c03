"""The cost of storing one more release in archives of different sizes."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any

from sqlalchemy import Connection, Engine, insert, text

from archive import duplicates
from archive.database.connection import open_archive, writing
from archive.database.models import ReleaseRecord, Sketch, Version
from archive.duplicates.sentences import Text
from archive.duplicates.winnowing import ALGORITHM, bands
from archive.fingerprint import content_sha256, release_id, text_hash
from archive.ingest.store import Store
from bench.duplicates.corpus import Document, documents
from crawler.items import Release
from crawler.registry.source import Source

SIZES = (10_000, 100_000, 1_000_000)
"""Releases in the archive."""

_SOURCE = Source(
    id="pemkot-contoh",
    kind="pemkot",
    publisher="Pemerintah Kota Contoh",
    region="64.71",
    home="https://contoh.example/",
    timezone="Asia/Makassar",
)
_BATCH = 5_000
_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cost:
    """What storing took, a release: milliseconds of the processor, waiting for a disk or for other
    programs left out; and MiB of the process that did it."""

    stored: list[float]
    settled: list[float]
    """Of that, copies: their sketch, index and cluster."""
    memory: float


@dataclass(frozen=True, slots=True)
class Scale:
    """One size of archive."""

    releases: int
    stored: float
    """Milliseconds of the processor for one more release, the median."""
    settled: float
    index: int
    """Bytes of sketches and bands."""
    whole: int
    """Bytes of the archive."""
    memory: float


def measure(folder: Path, sizes: tuple[int, ...], rounds: int, more: int) -> list[Scale]:
    """Builds an archive of each size, then stores `more` releases in each, in turn, some rounds:
    so the machine's moods fall on all alike."""
    paths = _build(folder, sizes)
    costs: dict[int, list[Cost]] = {size: [] for size in sizes}
    for turn in range(rounds + 1):
        for size in sizes:
            cost = _in_a_process(paths[size], 1_000_000_007 + turn, more)
            if turn:  # the first one warms up the disk's cache
                costs[size].append(cost)
    return [_scale(size, paths[size], costs[size]) for size in sizes]


def _scale(size: int, path: Path, costs: list[Cost]) -> Scale:
    engine = open_archive(f"sqlite:///{path}")
    with engine.connect() as connection:
        used = text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE :name")
        names = ("sketches", "bands", "sqlite_autoindex_sketches%", "ix_sketches%")
        parts = [connection.scalar(used, {"name": name}) or 0 for name in names]
    engine.dispose()
    return Scale(
        releases=size,
        stored=median(time for cost in costs for time in cost.stored),
        settled=median(time for cost in costs for time in cost.settled),
        index=sum(parts),
        whole=path.stat().st_size,
        memory=max(cost.memory for cost in costs),
    )


def _build(folder: Path, sizes: tuple[int, ...]) -> dict[int, Path]:
    """Archives of these sizes; a larger one begins with what the smaller one holds."""
    paths = {size: folder / f"{size}.db" for size in sizes}
    growing = folder / "growing.db"
    engine = open_archive(f"sqlite:///{growing}", create=True)
    Store(engine).register([_SOURCE])
    source = documents(seed=1)
    held = 0
    for size in sorted(sizes):
        while held < size:
            batch = list(islice(source, min(_BATCH, size - held)))
            _fill(engine, batch, held)
            held += len(batch)
        engine.dispose()
        shutil.copyfile(growing, paths[size])
    growing.unlink()
    return paths


def _fill(engine: Engine, batch: list[Document], held: int) -> None:
    """Rows as the store would write them, many at a time and without the search index."""
    with writing(engine) as connection:
        connection.exec_driver_sql("PRAGMA cache_size = -400000")
        rows = [_rows(document, number) for number, document in enumerate(batch, start=held + 1)]
        for position, table in enumerate((ReleaseRecord, Version, Sketch)):
            connection.execute(insert(table), [row[position] for row in rows])
        _enter(connection, [row[2] for row in rows])


def _enter(connection: Connection, sketches: list[dict[str, Any]]) -> None:
    rows = sorted(
        (key, sketch["leader"] is not None, sketch["id"])
        for sketch in sketches
        for key in sketch["bands"]
    )
    driver = connection.connection.driver_connection  # some ten million of them
    assert driver is not None
    driver.executemany("INSERT INTO bands (key, member, sketch) VALUES (?, ?, ?)", rows)


def _rows(document: Document, number: int) -> tuple[dict[str, Any], ...]:
    release = _release(document.body, number)
    identity = release_id(release.source, release.url)
    leader = None if document.repeats is None else document.repeats + 1
    first = None if leader is None else release_id(_SOURCE.id, _url(leader))
    # Two of a series may be equal by chance; here every row stands for a text of its own.
    distinct = text_hash(release.body + f" nomor {number}")
    record = {
        "id": identity,
        "source": release.source,
        "url": release.url,
        "seq": number,
        "version": 1,
        "first_seen_at": release.fetched_at,
        "last_seen_at": release.fetched_at,
        "duplicate_of": first,
        "similarity": None if first is None else 0.9,
    }
    version = {
        "id": number,
        "release": identity,
        "version": 1,
        "seen_at": release.fetched_at,
        "title": release.title,
        "published_on": release.published_on,
        "body": release.body,
        "author_tags": [],
        "credits": [],
        "election": False,
        "topics": [],
        "topic_words": {},
        "flags": [],
        "sha256": content_sha256(release.title, release.body),
        "text_hash": distinct,
    }
    sketch = {
        "id": number,
        "text_hash": distinct,
        "algorithm": ALGORITHM,
        "bands": bands(Text(release.body)),
        "first": identity,
        "leader": leader,
    }
    return record, version, sketch


def _url(number: int) -> str:
    return f"https://contoh.example/berita/{number}"


def _release(body: str, number: int) -> Release:
    return Release(
        source=_SOURCE.id,
        url=_url(number),
        title="Kabar dari Kota Contoh",
        body=body,
        fetched_at=_BEGAN + timedelta(seconds=number),
        published_on=date(2024, 1, 1) + timedelta(days=number // 5_000),
    )


def _in_a_process(path: Path, seed: int, more: int) -> Cost:
    """Stores in a process of its own, as a crawl does: its memory is not the builder's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_store, (str(path), seed, more))


def _store(path: str, seed: int, more: int) -> Cost:
    store = Store(open_archive(f"sqlite:///{path}", create=True))
    settled: list[float] = []
    enter = duplicates.enter

    def timed(*arguments: Any) -> Any:
        start = thread_time()
        try:
            return enter(*arguments)
        finally:
            settled.append((thread_time() - start) * 1000)

    duplicates.enter = timed
    stored = []
    for number, body in enumerate(_fresh(seed, more), start=10_000_000 + seed % 1000 * more):
        start = thread_time()
        store.store(_release(body, number), None)
        stored.append((thread_time() - start) * 1000)
    return Cost(stored, settled, _most_memory())


def _most_memory() -> float:
    """MiB this process held at most (Linux). `getrusage` would count the builder's in."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _fresh(seed: int, more: int) -> Iterator[str]:
    return (document.body for document in islice(documents(seed), more))
