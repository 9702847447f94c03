"""Packages chosen releases with their captures: WACZ 1.1.1, which ReplayWeb.page and pywb open.

https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, null, select

from archive.captures.gzip_members import member_at
from archive.captures.reader import Answer, Unreadable, locate, read_at
from archive.captures.records import Damage, record_at
from archive.codebook.contents import codebook
from archive.codebook.markdown import markdown
from archive.database.models import AttachmentCapture, Version
from archive.database.views import releases
from archive.lookup.selection import Selection
from archive.preservation.wacz_file import Wacz, page_line, write_wacz
from archive.preservation.wacz_proof import proof
from archive.preservation.wacz_signature import Sign

_CODEBOOK = "codebook/codebook.md"
"""In a folder: `wacz validate` knows files of the container only so."""


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
    report: Callable[[str], None] = lambda _: None,
    sign: Sign | None = None,
) -> Packed:
    """Writes the captures of every version of the chosen releases, and of their documents, and a
    codebook of them. `say` gets a sentence, without its full stop, for each whose capture is
    missing. With them goes the proof of time, if there is one. Raises ArchiveError,
    SigningError."""
    packed = Packed()
    with write_wacz(out, "Press releases", sign) as wacz:
        for row, members in _captured(engine, selection, folder, packed, wacz, report):
            page = None
            if row.version is not None:
                page = page_line(f"{row.id}/{row.version}", members.answer, row.title)
            wacz.add(members.answer, members.parts, page)
        if packed.releases:
            with engine.connect() as connection:
                book = codebook(connection, datetime.now(UTC), selection)
                chosen = select(releases.c.id).where(*selection.conditions())
                try:
                    wacz.files |= proof(connection, set(connection.scalars(chosen)))
                except ImportError:
                    report("the proof of time is left out: pip install -r requirements-extra.txt")
            wacz.files[_CODEBOOK] = markdown(book).encode()
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
    report: Callable[[str], None],
) -> Iterator[tuple[Any, _Members]]:
    with engine.connect() as connection:
        for row in _rows(connection, selection):
            packed.releases += row.version == 1
            named = f"document {row.title}" if row.version is None else f"version {row.version}"
            where = f"{named} of {row.id}"
            if row.capture_file is None:
                packed.missing += 1
                report(f"{where} was archived without a capture")
                continue
            try:
                with locate(folder, row.capture_file).open("rb") as file:
                    answer = read_at(file, row.capture_offset, row.capture_record_id)
                    members = _Members(answer, *_pair(file, row.capture_offset))
            except (Unreadable, OSError) as error:
                packed.missing += 1
                why = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
                report(f"{where}: {why or error}")
                continue
            if members.lost is not None:
                packed.missing += 1
                report(f"{where}: the page is in the package, its request is not: {members.lost}")
            if not wacz.has(row.capture_record_id):
                packed.captures += 1
                yield row, members


def _rows(connection: Connection, selection: Selection) -> Iterator[Any]:
    """Where the captures of versions are, then those of documents, which have no `version`; without
    those of which a part was taken down."""
    for table, title, number, withheld in (
        (Version, Version.title, Version.version, Version.withheld),
        (AttachmentCapture, AttachmentCapture.url, null(), releases.c.withheld),
    ):
        place = (table.capture_file, table.capture_offset, table.capture_record_id)
        query = (
            select(releases.c.id, title.label("title"), number.label("version"), *place)
            .select_from(releases)
            .join(table, table.release == releases.c.id)
            .where(*selection.conditions(), withheld.is_(None))
            .order_by(releases.c.seq, "version", table.id)
        )
        yield from connection.execute(query, execution_options={"yield_per": 500})


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
