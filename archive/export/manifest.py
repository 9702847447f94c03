"""`manifest.json`: what the export files beside it are, and whether they are still as written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive import __version__
from archive.atomic_file import whole_file

NAME = "manifest.json"
_PROGRAM = "arsip-pilkada"


class ForeignManifest(Exception):
    """The folder has a manifest.json of some other program; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one file."""

    format: str
    written_at: str
    """UTC."""
    records: int
    since: int
    last_seq: int
    """What the next export goes on from."""
    versions: bool
    """Whether every wording is there, or the current ones only."""
    filters: dict[str, Any]
    """Empty: the whole archive."""
    archive_schema: str
    """The revision of the archive's tables."""


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a folder; a new one when it has none. Raises ForeignManifest, OSError."""
    path = folder / NAME
    if not path.exists():
        return {"program": _PROGRAM, "version": __version__, "files": {}}
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("program") != _PROGRAM:
        raise ForeignManifest(f"{path} is of some other program; see --no-manifest")
    return found


def enter(file: Path, entry: Entry) -> None:
    """Writes down what this file is. Raises ForeignManifest, OSError."""
    folder = file.parent
    manifest = read(folder)
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    about = asdict(entry) | {"bytes": file.stat().st_size, "sha256": digest}
    files = manifest.get("files", {}) | {file.name: about | {"program_version": __version__}}
    manifest |= {"version": __version__, "files": dict(sorted(files.items()))}
    with whole_file(folder / NAME) as out:
        out.write(json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")
