"""The steps of `make demo`: each shows the command it runs, runs it, and stops when it fails."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

Record = Mapping[str, Any]

# The real sites are asked every few seconds; these are on this machine.
QUICK = ("-s", "DOWNLOAD_DELAY=0.05", "-s", "AUTOTHROTTLE_ENABLED=False")


class StepFailed(Exception):
    """A step did not do what it is there for; the message says so to people."""


class Tour:
    """Runs the real commands as a user would, on an archive of its own in `folder`."""

    def __init__(self, folder: Path, console: Console):
        self.folder = folder
        self.console = console
        self.places = {
            "SOURCES": str(folder / "sources.toml"),
            "ARCHIVE_URL": str(folder / "archive.db"),
            "CAPTURES": str(folder / "captures"),
        }

    def headline(self, text: str) -> None:
        """What comes next, in a few words."""
        self.console.print()
        self.console.rule(f"[bold]{text}", align="left")

    def arsip(self, *words: str) -> None:
        """A command of `arsip`. Raises StepFailed."""
        line = f".venv/bin/arsip {shlex.join(words)}"
        self.console.print(f"[cyan]$ {line}", soft_wrap=True, highlight=False)
        command = [sys.executable, "-m", "crawler.cli", *words]
        done = subprocess.run(command, env={**os.environ, **self.places}, check=False)
        if done.returncode:
            raise StepFailed(f"This command ended with exit code {done.returncode}: {line}")

    def export(self, name: str, *words: str) -> list[Record]:
        """Exports into the demo's folder and reads the file again. Raises StepFailed."""
        file = self.folder / name
        self.arsip("export", "-o", str(file), *words)
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table for people."""
        table = Table(*columns, title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        self.console.print(table)
