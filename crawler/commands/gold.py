"""`scrapy gold`: turns captures into gold pages for tests."""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.console import BAD_CONFIGURATION, HEALTHY, NO_ARCHIVE, UNHEALTHY, give_up, registry
from crawler.registry.reader import SourceError, load_sources
from crawler.registry.source import Source

_SMALL = 1024 * 1024


class Command(ScrapyCommand):
    """Drafts golds of the releases in a WARC or WACZ."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """As shown by --help."""
        return "FILE -o FOLDER [--url URL]"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Turn pages of a WACZ or WARC into gold pages with drafts of their records"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            "Writes each release page of FILE (from the doctor, probe --keep, archive package, or "
            "any other WARC or WACZ) into FOLDER, with a draft of its record as extracted, "
            "mistakes included: correct the draft, never the page. The pages hold real texts and "
            "names, so FOLDER must be outside the checkout. GOLD_PAGES=FOLDER pytest "
            "tests/test_pages.py tests them. Exit 0: written; 1: no release in FILE; 2: no such "
            "file, or a wrong folder; 3: the folder cannot be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds those of `syntax`."""
        super().add_options(parser)
        parser.add_argument(
            "-o",
            "--output",
            type=Path,
            metavar="FOLDER",
            required=True,
            help="folder outside the checkout",
        )
        parser.add_argument("--url", metavar="URL", help="only the page at this URL")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Writes the pages, and prints their names."""
        from archive.preservation.gold_pages import NoGold, write_gold
        from crawler.rebuild.gold_drafts import draft_golds
        from crawler.rebuild.warc_import import ImportFailed

        assert self.settings is not None
        if len(args) != 1:
            raise UsageError("name one WACZ or WARC file", print_help=False)
        file = Path(args[0])
        if not file.is_file():
            give_up(f"There is no file {file}.", BAD_CONFIGURATION)
        sources = declared(file) or registry(self.settings)
        written = 0
        try:
            for gold in draft_golds(file, sources, _say, opts.url):
                print(write_gold(gold, opts.output))
                written += 1
        except (ImportFailed, NoGold) as error:
            give_up(f"{error}.", BAD_CONFIGURATION)
        except OSError as error:
            give_up(f"{opts.output} cannot be written: {error.strerror or error}", NO_ARCHIVE)
        if not written:
            _say(f"{file} holds no release of the registry's sources.")
        self.exitcode = HEALTHY if written else UNHEALTHY


def declared(file: Path) -> list[Source]:
    """The sources that a file of the doctor or of `probe --keep` declares; none for other files."""
    from crawler.doctor.examination import unpack
    from crawler.doctor.report import ReportError

    with tempfile.TemporaryDirectory(prefix="arsip-gold-") as folder:
        try:
            if (toml := _member(file, "sources.toml")) is not None:
                (Path(folder) / "sources.toml").write_bytes(toml)
                return load_sources(Path(folder) / "sources.toml")
            return list(unpack(file, Path(folder)).canaries.values())
        except (ReportError, SourceError):
            return []


def _member(file: Path, name: str) -> bytes | None:
    """A small file in a package; None if there is none."""
    try:
        with zipfile.ZipFile(file) as container:
            return container.read(name) if container.getinfo(name).file_size < _SMALL else None
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return None


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
