"""`scrapy rebuild`: read again what was captured, no network."""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

import archive
import crawler
from archive import frontier
from archive.captures import OPEN
from archive.captures.mending import mend
from archive.clock_repair import corrected
from archive.database import ArchiveError, archive_path, open_archive
from archive.lock import Lock
from archive.store import Store
from crawler.commands import BAD_CONFIGURATION, NO_ARCHIVE, UNHEALTHY, registry
from crawler.rebuild.imports import ImportFailed, take_in
from crawler.rebuild.rebuilding import Rebuilding
from crawler.rebuild.shelf import Shelf, beside
from crawler.source import Source


class Command(ScrapyCommand):
    """All captures, those since a day, or files of anybody's."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """As shown by --help."""
        return "[--since DATE] [-j N] [FILE…]"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Read captures again into the archive, without the network"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            "Reads all captures again and corrects what was read worse before; with the same "
            "program nothing changes. Where there is no archive, one is made. A FILE is anybody's "
            "WARC or WACZ: what belongs to the sources of the registry is copied to the captures "
            "and archived. Cut off, it goes on where it was. Exit 0: done; 1: something could not "
            "be read; 2: bad configuration; 3: archive or captures cannot be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --since and --workers."""
        super().add_options(parser)
        parser.add_argument(
            "-j",
            "--workers",
            metavar="N",
            help="readers (default: the setting EXTRACTION_WORKERS, else one a core)",
        )
        parser.add_argument("--since", metavar="DATE", help="only captures of this day or later")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads, and says what came of it."""
        assert self.settings is not None
        try:
            since = date.fromisoformat(opts.since).isoformat() if opts.since else ""
        except ValueError:
            raise UsageError(f"--since {opts.since}: write a day as 2024-11-27") from None
        workers = opts.workers or str(self.settings.getint("EXTRACTION_WORKERS"))
        if not (workers.isascii() and workers.isdecimal()):
            raise UsageError(f"--workers {workers}: write a number, such as 2")
        sources = registry(self.settings)
        try:
            self.exitcode = _rebuild(
                sources,
                self.settings["ARCHIVE_URL"],
                Path(self.settings["CAPTURES"]),
                [Path(name) for name in args],
                since,
                int(workers),
                self.settings.getfloat("EXTRACTION_TIMEOUT"),
            )
        except ImportFailed as error:
            print(error, file=sys.stderr)
            self.exitcode = BAD_CONFIGURATION
        except ArchiveError as error:
            print(error, file=sys.stderr)
            self.exitcode = NO_ARCHIVE
        except sqlite3.Error as error:
            index = beside(archive_path(self.settings["ARCHIVE_URL"]))
            print(f"{index} cannot be read or written: {error}", file=sys.stderr)
            self.exitcode = NO_ARCHIVE
        except OSError as error:
            where = error.filename or "A temporary file"
            print(f"{where} cannot be written: {error.strerror or error}", file=sys.stderr)
            self.exitcode = NO_ARCHIVE


def _rebuild(
    sources: list[Source],
    url: str,
    folder: Path,
    foreign: list[Path],
    since: str,
    workers: int,
    timeout: float,
) -> int:
    damaged: list[str] = []

    def say(sentence: str) -> None:
        damaged.append(sentence)
        print(sentence, file=sys.stderr)

    with ExitStack() as stack:
        engine = open_archive(url, create=True)
        stack.callback(engine.dispose)
        stack.enter_context(Lock.take(archive_path(url), "scrapy rebuild"))
        for sentence in mend(folder):
            print(sentence, file=sys.stderr)
        store = Store(engine)
        sources = [_as_learned(store, source) for source in sources]
        files = _files(folder, foreign, since, sources, say)
        shelf = Shelf(beside(archive_path(url)), _inputs(folder, files, since))
        rebuilding = Rebuilding(store, shelf, folder, workers=workers, timeout=timeout)
        try:
            if shelf.is_new:
                shelf.fill(folder, files, sources, say, store.within(corrected))
            else:
                for sentence in shelf.lost():
                    say(sentence)
            # What nobody has seen live is in the archive only where there is something of it.
            store.register(each for each in sources if each.vouched or shelf.waiting(each.id))
            with _bar(sum(shelf.waiting(source.id) for source in sources)) as step:
                rebuilding.run(sources, since, step)
        except BaseException:
            shelf.close()
            raise
        shelf.clear()
    counted = rebuilding.counted
    numbers = ", ".join(
        f"{counted.releases[outcome]:,} {outcome}"
        for outcome in ("new", "corrected", "edited", "same")
    )
    print(f"Releases: {numbers}; pages without one: {counted.rejected:,}; gone: {counted.gone:,}.")
    for sentence in counted.given_up:
        print(sentence, file=sys.stderr)
    return UNHEALTHY if damaged or counted.given_up else 0


def _as_learned(store: Store, source: Source) -> Source:
    """The source with what its releases' addresses look like, where a crawl has learned that."""
    lessons = store.within(frontier.lessons, source.id)
    return replace(source, article=source.article or lessons.article)


def _files(
    folder: Path,
    foreign: list[Path],
    since: str,
    sources: list[Source],
    say: Callable[[str], None],
) -> list[Path]:
    """The files to read: all captures, or the copies of what is ours in the files given."""
    if not foreign:
        found = [*folder.glob("*/*.warc.gz"), *folder.glob(f"*/*.warc.gz{OPEN}")]
        return sorted(path for path in found if path.parent.name >= since)
    copies = []
    for path in foreign:
        copy = take_in(path, folder, sources, say)
        if copy is None:
            print(f"{path.name} holds no release of the registry's sources.", file=sys.stderr)
        else:
            copies.append(copy)
    return copies


def _inputs(folder: Path, files: list[Path], since: str) -> str:
    """What makes a run the same as one that was cut off: files, day, and program."""
    program = hashlib.sha256()
    for package in (archive, crawler):
        for file in sorted(Path(package.__file__ or "").parent.rglob("*.py")):
            program.update(file.read_bytes())
    sizes = [(path.relative_to(folder).as_posix(), path.stat().st_size) for path in files]
    return json.dumps([since, program.hexdigest(), sizes])


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar for people at a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        bar = bars.add_task("reading", total=total)
        yield lambda number: bars.advance(bar, number)
