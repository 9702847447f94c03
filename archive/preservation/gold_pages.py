"""Gold pages: a page as received, and what should be extracted from it (docs/fixtures.md).

They contain real texts and names, so they are never written into a checkout of the program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, select

from archive.captures.content_encoding import Undecodable
from archive.captures.reader import Unreadable, locate, read_at
from archive.database.models import SourceRow, table_of
from archive.ingest import site_lessons

EXPECTED = (
    "title", "published_on", "published_at", "published_by", "dateline", "place", "byline",
    "author_tags", "credits", "body", "election", "language",
)  # fmt: skip
"""The keys of a record that a gold has."""
_SOURCES = table_of(SourceRow)
CHECKOUT = Path(__file__).parents[2]
_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST = 50


class NoGold(Exception):
    """A gold page cannot be written; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A page and the draft of its gold."""

    family: str
    """The folder; for a draft, the source's id."""
    name: str
    page: bytes
    values: Mapping[str, Any]
    further: Sequence[bytes] = ()
    """Parts 2, 3, … of the release."""


def write_gold(gold: Gold, folder: Path) -> Path:
    """Writes page and gold below `folder`, replacing older files of that name, and returns the
    gold's path. Raises NoGold, OSError."""
    if CHECKOUT.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise NoGold(
            f"{folder} is in the checkout, where real texts and names do not belong: name a "
            "folder elsewhere (docs/fixtures.md explains how to replace them)"
        )
    family = folder / gold.family
    family.mkdir(parents=True, exist_ok=True)
    family.joinpath(f"{gold.name}.html").write_bytes(gold.page)
    for number, part in enumerate(gold.further, 2):
        family.joinpath(f"{gold.name}.part{number}.html").write_bytes(part)
    path = family / f"{gold.name}.json"
    text = json.dumps(gold.values, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def name_of(url: str) -> str:
    """A file name for a page; the same URL always gives the same name."""
    parts = urlsplit(url)
    last = _SLUG.sub("-", f"{parts.path.rstrip('/').rpartition('/')[2]} {parts.query}".lower())
    digest = sha256(url.encode()).hexdigest()[:6]
    return "-".join(filter(None, (last.strip("-")[:_LONGEST].strip("-"), digest)))


def of_release(engine: Engine, record: Mapping[str, Any], captures: Path) -> Gold:
    """The gold of a release as the archive has it, errors included. Raises NoGold, ArchiveError.

    A release of several pages is not drafted: its parts are found only by reading its page."""
    capture = record["capture"]
    if capture is None:
        raise NoGold(f"{record['id']} was archived without a capture")
    try:
        with locate(captures, capture["file"]).open("rb") as file:
            answer = read_at(file, capture["offset"], capture["record_id"])
        page = answer.body()
    except (Unreadable, Undecodable, OSError) as error:
        raise NoGold(f"The capture of {record['id']} cannot be read: {error}") from error
    with engine.connect() as connection:
        row = connection.execute(select(_SOURCES).filter_by(id=record["source"])).one()
        lessons = site_lessons.load(connection, record["source"])
    source = {
        key: getattr(row, key) for key in ("id", "kind", "publisher", "region", "timezone", "home")
    }
    values = {
        "url": record["url"],
        "content_type": answer.header("Content-Type"),
        "captured_at": answer.at.isoformat(timespec="seconds"),
        "source": source,
        **_context(answer.notes.get("hint"), lessons.blocks, lessons.signatures),
        "expected": {key: record[key] for key in EXPECTED},
        "reviewed": None,
    }
    return Gold(record["source"], name_of(record["url"]), page, values)


def _context(hint: Any, blocks: frozenset[str], signatures: frozenset[str]) -> dict[str, Any]:
    frame = {"blocks": sorted(blocks), "signatures": sorted(signatures)}
    return {
        **({"hint": hint} if isinstance(hint, dict) else {}),
        **({"frame": frame} if blocks or signatures else {}),
    }
