"""What starting costs: commands beside the bare import of SQLAlchemy, in turn."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.table import Table

from bench.crawls import ROOT

_YARDSTICK = "python -c 'import sqlalchemy'"
_COMMANDS = {
    _YARDSTICK: ["-c", "import sqlalchemy"],
    "scrapy version": ["-m", "scrapy", "version"],
    "arsip stats": ["-m", "crawler.cli", "stats"],
}
_CRAWL = "scrapy crawlall, to its first request"


def starts(archive: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of processor time of each command, so many times in turn. Raises
    CalledProcessError."""
    spent: dict[str, list[float]] = defaultdict(list)
    environment = {**os.environ, "ARCHIVE_URL": f"sqlite:///{archive}"}
    for _ in range(rounds):
        for command, words in _COMMANDS.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, *words],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                check=True,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            spent[command].append(used)
    return spent


def table(spent: dict[str, list[float]], crawls: list[float]) -> Table:
    """The medians. `crawls`: processor time of crawls until their first request."""
    shown = Table(title="Starting, processor time", box=SIMPLE_HEAD, padding=0)
    shown.add_column("")
    for column in ("seconds", "× the import"):
        shown.add_column(column, justify="right")
    yardstick = median(spent[_YARDSTICK])
    for command, seconds in [*spent.items(), (_CRAWL, crawls)]:
        shown.add_row(command, f"{median(seconds):.2f}", f"{median(seconds) / yardstick:.1f}")
    return shown
