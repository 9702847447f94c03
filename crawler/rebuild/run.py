"""One run of `scrapy rebuild`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from archive.captures import OPEN
from archive.captures.recovery import mend
from archive.curation import ledger
from archive.curation.corrections import apply
from archive.curation.overlay import Correction
from archive.database.connection import archive_path, open_archive
from archive.database.lock import Lock
from archive.ingest import site_lessons
from archive.ingest.store import Store
from archive.moves.links import settle
from archive.preservation.clock_repair import corrected
from crawler.rebuild.capture_index import CaptureIndex, beside
from crawler.rebuild.program_version import program
from crawler.rebuild.readers import LocalReaders, Readers
from crawler.rebuild.replay import Counted, Rebuilding
from crawler.rebuild.warc_import import take_in
from crawler.registry.source import Source


def rebuild(
    sources: list[Source],
    url: str,
    folder: Path,
    foreign: list[Path],
    since: str,
    workers: int,
    timeout: float,
    only: list[Path] | None = None,
    corrections: list[Correction] | None = None,
    dask: str | None = None,
) -> bool:
    """Reads `folder`'s captures of `since` or later, or copies of the `foreign` files, again
    into the archive at `url`; `only`: just these of the captures. What the list beside the
    captures says was taken down, and the `corrections` of people (None: those of the archive), are
    taken over before. `workers` processes read (0: one per core), or the Dask cluster at the
    address `dask`. Returns whether all could be read. Raises NoReaders, ReadersLost,
    ImportFailed for a foreign file without captures, ArchiveError, sqlite3.Error if the index next
    to the archive cannot be used, and OSError."""
    damaged: list[str] = []

    def report(sentence: str) -> None:
        damaged.append(sentence)
        print(sentence, file=sys.stderr)

    with ExitStack() as stack:
        readers = stack.enter_context(closing(_readers(workers, dask)))
        engine = open_archive(url, create=True)
        stack.callback(engine.dispose)
        stack.enter_context(Lock.take(archive_path(url), "arsip rebuild"))
        ledger.keep(engine, folder)
        if corrections is not None:
            apply(engine, corrections)
        for sentence in mend(folder):
            print(sentence, file=sys.stderr)
        store = Store(engine)
        sources = [_as_learned(store, source) for source in sources]
        files = _files(folder, foreign, since, sources, report) if only is None else only
        index = CaptureIndex(beside(archive_path(url)), _inputs(folder, files, since))
        rebuilding = Rebuilding(store, index, folder, readers, timeout=timeout)
        try:
            if index.is_new:
                index.fill(folder, files, sources, report, store.within(corrected))
            else:
                for sentence in index.lost():
                    report(sentence)
            _replay(rebuilding, store, index, sources, since)
        except BaseException:
            index.close()
            raise
        index.clear()
    _print_counts(rebuilding.counted)
    return not (damaged or rebuilding.counted.given_up)


def _replay(
    rebuilding: Rebuilding, store: Store, index: CaptureIndex, sources: list[Source], since: str
) -> None:
    """Reads everything in the index, and stores it."""
    # An unverified source is stored in the archive only if it has captures.
    store.register(each for each in sources if each.vouched or index.waiting(each.id))
    with _bar(sum(index.waiting(source.id) for source in sources)) as step:
        rebuilding.run(sources, since, step)
    for source in sources:
        store.within(settle, source.id)


def _print_counts(counted: Counted) -> None:
    numbers = ", ".join(
        f"{counted.releases[outcome]:,} {outcome}"
        for outcome in ("new", "corrected", "edited", "same")
    )
    print(f"Releases: {numbers}; pages without one: {counted.rejected:,}; gone: {counted.gone:,}.")
    for sentence in counted.given_up:
        print(sentence, file=sys.stderr)


def _readers(workers: int, dask: str | None) -> Readers:
    if dask is None:
        return LocalReaders(workers or os.cpu_count() or 1)
    from crawler.rebuild.dask_readers import DaskReaders  # an extra

    return DaskReaders(dask)


def _as_learned(store: Store, source: Source) -> Source:
    """The source with the pattern of release URLs that a crawl has learned."""
    lessons = store.within(site_lessons.load, source.id)
    return replace(source, article=source.article or lessons.article)


def _files(
    folder: Path,
    foreign: list[Path],
    since: str,
    sources: list[Source],
    report: Callable[[str], None],
) -> list[Path]:
    """The files to read: all captures, or the copies made of foreign files."""
    if not foreign:
        files = [*folder.glob("*/*.warc.gz"), *folder.glob(f"*/*.warc.gz{OPEN}")]
        return sorted(path for path in files if path.parent.name >= since)
    copies = []
    for path in foreign:
        copy = take_in(path, folder, sources, report)
        if copy is None:
            print(f"{path.name} holds no release of the registry's sources.", file=sys.stderr)
        else:
            copies.append(copy)
    return copies


def _inputs(folder: Path, files: list[Path], since: str) -> str:
    """Identifies a run, to continue it after an interruption: files, day, and program."""
    sizes = [(path.relative_to(folder).as_posix(), path.stat().st_size) for path in files]
    return json.dumps([since, program(), sizes])


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar for people at a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        bar = bars.add_task("reading", total=total)
        yield lambda number: bars.advance(bar, number)
