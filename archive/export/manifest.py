"""`manifest.json`: describes the export files next to it, with their digests."""

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
    """The folder has a manifest.json of another program; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The manifest's entry of one file."""

    format: str
    written_at: str
    """UTC."""
    records: int
    since: int
    last_seq: int
    """Where the next export starts."""
    versions: bool
    """Whether it has every version, or the current ones only."""
    filters: dict[str, Any]
    """Empty: the whole archive."""
    archive_schema: str
    """The revision of the archive's tables."""


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a folder; a new one if there is none. Raises ForeignManifest, OSError."""
    path = folder / NAME
    if not path.exists():
        return {"program": _PROGRAM, "version": __version__, "files": {}}
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        content = None
    if not isinstance(content, dict) or content.get("program") != _PROGRAM:
        raise ForeignManifest(f"{path} is of some other program; see --no-manifest")
    return content


def enter(file: Path, entry: Entry) -> None:
    """Adds an entry for this file. Raises ForeignManifest, OSError."""
    folder = file.parent
    manifest = read(folder)
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    about = asdict(entry) | {"bytes": file.stat().st_size, "sha256": digest}
    files = manifest.get("files", {}) | {file.name: about | {"program_version": __version__}}
    manifest |= {"version": __version__, "files": dict(sorted(files.items()))}
    with whole_file(folder / NAME) as out:
        out.write(json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")
