"""Queries of a large archive: search compared with a bare FTS5 query, export with the sqlite3
shell."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from archive.database.connection import open_archive
from archive.lookup.author_profile import author
from archive.lookup.release_detail import find, show
from archive.search.fulltext import search
from archive.search.query import parse
from bench.made_up_archive import WRITERS, build, vocabulary

_QUERIES = 120
_LOOKS = 300
_BARE = (
    "SELECT rowid, bm25(search_index, 5.0, 1.0, 5.0, 1.0) AS rank FROM search_index"
    " WHERE search_index MATCH ? ORDER BY rank LIMIT 20"
)
_PEAK = (
    "import resource, sys; from archive.cli import main\n"
    "try: main(sys.argv[1:], prog_name='archive')\n"
    "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
)


def run(console: Console, releases: int, words: int, folder: Path | None = None) -> None:
    """Builds the archive in a folder of its own, measures, shows one table, and cleans up."""
    place = Path(tempfile.mkdtemp(prefix="bench-archive-", dir=folder))
    try:
        path = place / "archive.db"
        started = perf_counter()
        build(path, releases, words)
        console.print(
            f"{releases:,} releases of {words} words, {path.stat().st_size / 1e9:.2f} GB, built and"
            f" indexed in {perf_counter() - started:.0f} s",
            highlight=False,
        )
        table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
        table.add_column("what", no_wrap=True)
        table.add_column("measured", justify="right", no_wrap=True)
        for what, measured in [
            *_searching(path),
            *_looking(path, releases),
            *_exporting(path, place),
        ]:
            table.add_row(what, measured)
        console.print(table)
    finally:
        shutil.rmtree(place)


def _queries() -> list[str]:
    """One to three words, as people ask: seldom the commonest, often a rarer one."""
    known, chance = vocabulary(), random.Random(5)
    return [
        " ".join(known[int(chance.triangular(20, len(known), 200))] for _ in range(1 + n % 3))
        for n in range(_QUERIES)
    ]


def _searching(path: Path) -> list[tuple[str, str]]:
    """Each query by both in turn, whichever is first; the best of two rounds, so that what the
    system does besides falls out."""
    engine = open_archive(f"sqlite:///{path}")
    bare = sqlite3.connect(path)
    ours, theirs = [], []
    for number, words in enumerate(_queries()):
        match = parse(words).match
        readers: list[tuple[list[float], Callable[[], object]]] = [
            (ours, lambda words=words: search(engine, words)),  # type: ignore[misc]
            (theirs, lambda match=match: bare.execute(_BARE, [match]).fetchall()),  # type: ignore[misc]
        ]
        if number % 2:
            readers.reverse()
        for _, read in readers:
            read()
        for times, read in readers:
            times.append(min(_ms(read), _ms(read)))
    engine.dispose()
    bare.close()
    own, other = quantiles(ours, n=20)[-1], quantiles(theirs, n=20)[-1]
    return [
        (f"search, p95 of {_QUERIES} queries", f"{own:.1f} ms"),
        ("bare FTS5 with the same ranking, p95", f"{other:.1f} ms"),
        ("ratio", f"{own / other:.2f}"),
        ("search, median", f"{median(ours):.1f} ms"),
        ("bare FTS5, median", f"{median(theirs):.1f} ms"),
    ]


def _looking(path: Path, releases: int) -> list[tuple[str, str]]:
    engine = open_archive(f"sqlite:///{path}")
    chance = random.Random(6)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        picked = [chance.randrange(1, releases + 1) for _ in range(_LOOKS)]
        marks = ",".join("?" * len(picked))
        query = f"SELECT id, url FROM release_records WHERE seq IN ({marks})"  # noqa: S608
        names = driver.execute(query, picked).fetchall()
    rows = []
    looks: list[tuple[str, list[str]]] = [
        ("show ID", [id_ for id_, _ in names]),
        ("show, by the digits alone", [id_.split(":")[1] for id_, _ in names]),
        ("show URL", [url for _, url in names]),
    ]
    for what, given in looks:
        times = [_ms(lambda name=name: show(engine, find(engine, name))) for name in given]  # type: ignore[misc]
        rows.append((f"{what}, median and p95", _pair(times)))
    tags = [f"penulis{chance.randrange(WRITERS)}" for _ in range(30)]
    times = [_ms(lambda tag=tag: author(engine, tag)) for tag in tags]  # type: ignore[misc]
    rows.append((f"author of {releases // WRITERS:,} releases, median and p95", _pair(times)))
    engine.dispose()
    return rows


def _exporting(path: Path, place: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(path) as connection:
        [total] = connection.execute("SELECT count(*) FROM release_records").fetchone()
    connection.close()
    out = place / "out.json"
    rates = {}
    shell = shutil.which("sqlite3")
    if shell:
        query = "SELECT * FROM releases ORDER BY seq"
        started = perf_counter()
        with out.open("wb") as file:
            subprocess.run([shell, "-json", str(path), query], stdout=file, check=True)
        rates["sqlite3 -json"] = total / (perf_counter() - started)
    peaks = []
    commands = (
        ("export, JSON lines", ["export", "-o", str(out), "--no-manifest"]),
        ("export, CSV", ["export", "-o", str(out), "--format", "csv", "--no-manifest"]),
        ("export, Parquet", ["export", "-o", str(out), "--format", "parquet", "--no-manifest"]),
    )
    for what, arguments in commands:
        started = perf_counter()
        peaks.append((what, _peak(path, arguments)))
        rates[what] = total / (perf_counter() - started)
    out.unlink()
    common = vocabulary()[0]
    peaks.append(("search for the commonest word", _peak(path, ["search", common])))
    peaks.append(("stats", _peak(path, ["stats"])))
    rows = [(f"{what}, rows a second", f"{rate:,.0f}") for what, rate in rates.items()]
    if shell:
        ratio = rates["export, JSON lines"] / rates["sqlite3 -json"]
        rows.append(("ratio, JSON lines to sqlite3", f"{ratio:.2f}"))
    return rows + [(f"{what}, peak memory", f"{peak:.0f} MB") for what, peak in peaks]


def _peak(path: Path, arguments: list[str]) -> float:
    """The most memory the command held, in MB."""
    command = [sys.executable, "-c", _PEAK, "--archive", f"sqlite:///{path}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stderr.split()[-1]) / 1024


def _ms(read: Callable[[], object]) -> float:
    started = perf_counter()
    read()
    return (perf_counter() - started) * 1000


def _pair(times: list[float]) -> str:
    return f"{median(times):.1f} and {quantiles(times, n=20)[-1]:.1f} ms"
