"""Packages chosen releases with their captures: WACZ 1.1.1, which ReplayWeb.page and pywb open.

https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Engine, select

from archive.captures.gzip_members import member_at
from archive.captures.reader import Answer, Unreadable, locate, read_at
from archive.captures.records import Damage, record_at
from archive.database.models import Version
from archive.database.views import releases
from archive.lookup.selection import Selection
from archive.preservation.wacz_file import Wacz, page_line, write_wacz


@dataclass(slots=True)
class Packed:
    """Contents of a package."""

    releases: int = 0
    captures: int = 0
    missing: int = 0
    """Number of versions whose captures are missing."""


def package(
    engine: Engine,
    selection: Selection,
    folder: Path,
    out: BinaryIO,
    say: Callable[[str], None] = lambda _: None,
) -> Packed:
    """Writes the captures of every version of the chosen releases. `say` gets a sentence, without
    its full stop, for each version whose capture is missing. Raises ArchiveError."""
    packed = Packed()
    with write_wacz(out, "Press releases") as wacz:
        for row, members in _captured(engine, selection, folder, packed, wacz, say):
            page = page_line(f"{row.id}/{row.version}", members.answer, row.title)
            wacz.add(members.answer, members.parts, page)
    return packed


@dataclass(frozen=True, slots=True)
class _Members:
    """The gzip members of a response and of its request, as in the captures."""

    answer: Answer
    parts: list[bytes]
    lost: Damage | None = None
    """Damage in place of the request."""


def _captured(
    engine: Engine,
    selection: Selection,
    folder: Path,
    packed: Packed,
    wacz: Wacz,
    say: Callable[[str], None],
) -> Iterator[tuple[Any, _Members]]:
    query = (
        select(
            releases.c.id,
            Version.title,
            Version.version,
            Version.capture_file,
            Version.capture_offset,
            Version.capture_record_id,
        )
        .select_from(releases)
        .join(Version, Version.release == releases.c.id)
        .where(*selection.conditions())
        .order_by(releases.c.seq, Version.version)
    )
    with engine.connect() as connection:
        for row in connection.execute(query, execution_options={"yield_per": 500}):
            packed.releases += row.version == 1
            where = f"version {row.version} of {row.id}"
            if row.capture_file is None:
                packed.missing += 1
                say(f"{where} was archived without a capture")
                continue
            try:
                with locate(folder, row.capture_file).open("rb") as file:
                    answer = read_at(file, row.capture_offset, row.capture_record_id)
                    members = _Members(answer, *_pair(file, row.capture_offset))
            except (Unreadable, OSError) as error:
                packed.missing += 1
                why = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
                say(f"{where}: {why or error}")
                continue
            if members.lost is not None:
                packed.missing += 1
                say(f"{where}: the page is in the package, its request is not: {members.lost}")
            if not wacz.has(row.capture_record_id):
                packed.captures += 1
                yield row, members


def _pair(file: BinaryIO, offset: int) -> tuple[list[bytes], Damage | None]:
    """The gzip member at an offset, and the next one if it is the request; or the damage there."""
    answer = member_at(file, offset)
    if answer is None:
        raise Unreadable("The file is not compressed record by record.")
    request = record_at(file, offset + len(answer))
    if isinstance(request, Damage):
        return [answer], request if request.length else None
    if request.head.get("warc-type") != "request":
        return [answer], None
    return [answer, member_at(file, request.offset) or b""], None
