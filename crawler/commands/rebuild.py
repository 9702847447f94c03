"""`scrapy rebuild`: reads captures again, without a network."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from datetime import date
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from crawler.console import BAD_CONFIGURATION, HEALTHY, NO_ARCHIVE, UNHEALTHY, registry


class Command(ScrapyCommand):
    """All captures, those since a day, or given files."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """As shown by --help."""
        return "[--since DATE] [-j N | --dask ADDRESS] [FILE…]"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Read captures again into the archive, offline"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            "Reads all captures again and corrects what an older version of the program read "
            "worse; with the same version nothing changes. Creates the archive if there is none. "
            "A FILE is any WARC or WACZ: what belongs to the sources of the registry is copied to "
            "the captures and archived. If interrupted, it continues next time. With "
            "--dask the workers of a Dask cluster read, which need this program but no captures. "
            "Exit 0: done; 1: something could not be read, or all workers were lost; 2: bad "
            "configuration, or a cluster that does not answer or runs another version; 3: archive "
            "or captures cannot be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --since, --workers and --dask."""
        super().add_options(parser)
        parser.add_argument(
            "-j",
            "--workers",
            metavar="N",
            help="worker processes (default: the setting EXTRACTION_WORKERS, else one per core)",
        )
        parser.add_argument(
            "--dask",
            metavar="ADDRESS",
            help="read on this Dask cluster, such as tcp://10.0.0.1:8786",
        )
        parser.add_argument("--since", metavar="DATE", help="only captures of this day or later")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reads the captures, and prints the results."""
        assert self.settings is not None
        since = _day(opts.since)
        workers = _workers(opts, self.settings.getint("EXTRACTION_WORKERS"))
        from archive.curation.corrections_file import BadCorrections, read_corrections
        from archive.database.connection import archive_path
        from crawler.rebuild.capture_index import beside
        from crawler.rebuild.readers import NoReaders, ReadersLost
        from crawler.rebuild.run import rebuild
        from crawler.rebuild.warc_import import ImportFailed

        sources = registry(self.settings)
        written = Path(self.settings["CORRECTIONS"])
        try:
            all_read = rebuild(
                sources,
                self.settings["ARCHIVE_URL"],
                Path(self.settings["CAPTURES"]),
                [Path(name) for name in args],
                since,
                workers,
                self.settings.getfloat("EXTRACTION_TIMEOUT"),
                corrections=read_corrections(written) if written.exists() else None,
                dask=opts.dask,
            )
            self.exitcode = HEALTHY if all_read else UNHEALTHY
        except (BadCorrections, ImportFailed, NoReaders) as error:
            print(error, file=sys.stderr)
            self.exitcode = BAD_CONFIGURATION
        except ReadersLost as error:
            print(error, file=sys.stderr)
            self.exitcode = UNHEALTHY
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


def _day(text: str | None) -> str:
    """The value of --since; empty without one. Raises UsageError."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise UsageError(f"--since {text}: write a day such as 2024-11-27") from None


def _workers(opts: argparse.Namespace, default: int) -> int:
    """The value of --workers. Raises UsageError."""
    workers = opts.workers or str(default)
    if not (workers.isascii() and workers.isdecimal()):
        raise UsageError(f"--workers {workers}: write a number, such as 2")
    if opts.workers and opts.dask:
        raise UsageError("--workers is for this machine, --dask for a cluster: give one of them")
    return int(workers)
