"""Runs the real commands as a user does, on their own archive."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FAST = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "False",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
}
"""Loopback sites need no politeness; everything else stays as in settings.py."""
_LONGEST = 3600
"""Seconds after which a crawl is taken to be endless."""

Record = dict[str, Any]


class CrawlFailed(Exception):
    """A command ended in a way that leaves nothing to measure."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a crawl ended."""

    exit_code: int
    seconds: float
    output: str


class Desk:
    """An archive, captures and a registry in `folder`, and the commands that work on them."""

    def __init__(self, folder: Path, entries: Iterable[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self._places = {
            "SOURCES": str(self.folder / "sources.toml"),
            "ARCHIVE_URL": f"sqlite:///{self.folder / 'archive.db'}",
            "CAPTURES": str(self.folder / "captures"),
        }
        (self.folder / "sources.toml").write_text("\n\n".join(entries) + "\n", "utf-8")

    def crawl(
        self, *words: str, settings: dict[str, str] = FAST, contact: str | None = None
    ) -> Run:
        """`scrapy crawlall`. Raises CrawlFailed for bad configuration, archive or a traceback."""
        told = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        began = time.monotonic()
        more = {"CONTACT": contact} if contact else {}
        done = self._run("scrapy", "crawlall", *words, *told, **more)
        output = done.stdout.decode() + done.stderr.decode()
        if done.returncode not in (0, 1) or "Traceback" in output:
            raise CrawlFailed(f"crawlall ended with {done.returncode}:\n{output[-3000:]}")
        return Run(done.returncode, time.monotonic() - began, output)

    def export(self) -> dict[str, Record]:
        """All records by their URL. Raises CrawlFailed."""
        file = self.folder / "export.jsonl"
        done = self._run("archive", "export", "-o", str(file))
        if done.returncode:
            raise CrawlFailed(done.stderr.decode()[-3000:])
        records = map(json.loads, file.read_text("utf-8").splitlines())
        return {record["url"]: record for record in records}

    def _run(self, module: str, *words: str, **more: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env={**os.environ, **self._places, **more},
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
