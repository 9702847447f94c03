"""Identifies the program: all its files, and the libraries that read pages."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import archive
import crawler
from crawler.extraction import reader_version


@cache
def program() -> str:
    """The reader of `versions.reader`, and a SHA-256 over the code that stores what it reads."""
    digest = hashlib.sha256()
    for package in (archive, crawler):
        for file in sorted(Path(package.__file__ or "").parent.rglob("*.py")):
            digest.update(file.read_bytes())
    return f"{reader_version.program()}-{digest.hexdigest()}"
