"""What `scrapy sources --check` does and says."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import UTC, datetime

from rich.console import Console
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.commands import HEALTHY, NO_ARCHIVE, UNHEALTHY
from crawler.commands.crawl_command import ask_for_contact, run_through
from crawler.registry.source import Source
from crawler.site_check.check_run import Checking
from crawler.site_check.locate import Finding

_COLOURS = {"found": "green", "moved": "green", "blocked": "red"}


def check(
    settings: Settings, registry: list[Source], chosen: list[Source], *, as_json: bool
) -> int:
    """Checks the chosen sources, prints a line each and a sum, and returns the exit code."""
    ask_for_contact(settings, chosen)
    checking = Checking(
        settings, registry, datetime.now(UTC).date(), _tell_json if as_json else _tell
    )
    process = AsyncCrawlerProcess(settings)
    run_through(process, checking.run(process, chosen), lambda *_: checking.stop())
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
    said = f"{finding.home}  {finding.reason}" if finding.here else finding.reason
    Console(highlight=False).print(
        f"[{colour}]{finding.outcome:8}[/] {source.id}  ", end="", soft_wrap=True
    )
    print(said, flush=True)


def _tell_json(source: Source, finding: Finding) -> None:
    told = {
        "id": source.id,
        "outcome": finding.outcome,
        "home": finding.home,
        "reason": finding.reason or None,
    }
    print(json.dumps(told, ensure_ascii=False), flush=True)


def _sum_up(findings: list[Finding], asked: int) -> None:
    if not asked:
        print("Nothing to check: all are verified, or were checked today; name one to look again.")
        return
    outcomes = Counter(finding.outcome for finding in findings)
    parts = [f"{outcomes[each]:,} {each}" for each in ("found", "moved", "blocked", "unknown")]
    left = asked - len(findings)
    print(", ".join(parts) + (f"; {left:,} not looked at" if left else "") + ".")
