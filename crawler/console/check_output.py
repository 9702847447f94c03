"""Runs `scrapy sources --check` and prints its results."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from rich.console import Console
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from archive.captures.writer import CaptureWriter
from archive.database.connection import ArchiveError
from crawler.console import HEALTHY, NO_ARCHIVE, UNHEALTHY, give_up
from crawler.console.crawl_command import ask_for_contact, run_through
from crawler.console.saved_responses import keep_file
from crawler.crawl.run_progress import clock
from crawler.doctor.check import Check
from crawler.doctor.network import find_dead_network
from crawler.extensions.warc_capture import open_captures
from crawler.registry.source import Source
from crawler.run.connectivity_check import make_contact
from crawler.site_check.check_run import Checking
from crawler.site_check.site_locator import Finding

_MANY = 20
"""From this many sources on, the network is checked first."""
_TOLD_EVERY = 25
"""Progress is printed after this many sources."""
_COLOURS = {"found": "green", "moved": "green", "blocked": "red"}


class Progress:
    """Prints progress to stderr from time to time."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._began = monotonic()

    def step(self) -> None:
        """Counts one more source as done."""
        self._done += 1
        if self._done % _TOLD_EVERY or self._done == self._total:
            return
        seconds = (monotonic() - self._began) / self._done * (self._total - self._done)
        line = f"{self._done:,} of {self._total:,} sources checked, about {clock(seconds)} left"
        print(line, file=sys.stderr, flush=True)


def check(
    settings: Settings,
    registry: list[Source],
    chosen: list[Source],
    *,
    as_json: bool,
    kept: Path | None = None,
) -> int:
    """Checks the chosen sources, prints a line for each and a sum, and returns the exit code.
    All responses go into the file `kept`."""
    if kept is None:
        return _check(settings, registry, chosen, None, as_json=as_json)
    with TemporaryDirectory(prefix="arsip-check-") as folder:
        own = settings.copy()
        own.setdict({"CAPTURES": folder, "CAPTURES_ENABLED": True}, priority="cmdline")
        try:
            writer = open_captures(own)
            assert writer is not None, "it was just enabled"
            with closing(writer):
                code = _check(settings, registry, chosen, writer, as_json=as_json)
        except ArchiveError as error:
            give_up(str(error), NO_ARCHIVE)
        keep_file(Path(folder), kept, {}, settings)
    return code


def _check(
    settings: Settings,
    registry: list[Source],
    chosen: list[Source],
    writer: CaptureWriter | None,
    *,
    as_json: bool,
) -> int:
    ask_for_contact(settings, chosen)
    progress = Progress(len(chosen))

    def report(source: Source, finding: Finding) -> None:
        (_tell_json if as_json else _tell)(source, finding)
        progress.step()

    checking = Checking(settings, registry, datetime.now(UTC).date(), report, captures=writer)
    process = AsyncCrawlerProcess(settings)
    dead: list[Check] = []

    async def work() -> None:
        if len(chosen) >= _MANY:
            known = [source for source in registry if source.vouched]
            found = find_dead_network(await make_contact(process, settings, known))
            dead.extend([found] if found else [])
        if not dead:
            await checking.run(process, chosen)

    run_through(process, work(), lambda *_: checking.stop())
    for found in dead:
        print(f"{found.said} {found.advice} Nothing was checked.", file=sys.stderr)
        return UNHEALTHY
    for fault in checking.faults:
        print(fault, file=sys.stderr)
    if not as_json:
        _sum_up(checking.findings, len(chosen))
    if checking.not_written is not None:
        print(checking.not_written, file=sys.stderr)
        return NO_ARCHIVE
    all_here = all(finding.here for finding in checking.findings)
    return HEALTHY if all_here and len(checking.findings) == len(chosen) else UNHEALTHY


def _tell(source: Source, finding: Finding) -> None:
    colour = _COLOURS.get(finding.outcome, "yellow")
    line = f"{finding.home}  {finding.reason}" if finding.here else finding.reason
    Console(highlight=False).print(
        f"[{colour}]{finding.outcome:8}[/] {source.id}  ", end="", soft_wrap=True
    )
    print(line, flush=True)


def _tell_json(source: Source, finding: Finding) -> None:
    values = {
        "id": source.id,
        "outcome": finding.outcome,
        "home": finding.home,
        "reason": finding.reason or None,
    }
    print(json.dumps(values, ensure_ascii=False), flush=True)


def _sum_up(findings: list[Finding], asked: int) -> None:
    if not asked:
        print(
            "Nothing to check: all are verified or were checked today. Name one to check it again."
        )
        return
    outcomes = Counter(finding.outcome for finding in findings)
    parts = [f"{outcomes[each]:,} {each}" for each in ("found", "moved", "blocked", "unknown")]
    left = asked - len(findings)
    print(", ".join(parts) + (f"; {left:,} not checked" if left else "") + ".")
