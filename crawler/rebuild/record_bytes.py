"""Captured records as they are in their files, to be sent to the process that reads them.

So a reader needs neither the files nor their index, and may run on another machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from archive.captures.reader import Answer, Unreadable, locate, read_at
from crawler.rebuild.locations import DocumentLocation, Location


@dataclass(frozen=True, slots=True)
class RecordBytes:
    """The bytes of some records by file and offset, or why there are none."""

    by_location: Mapping[tuple[str, int], bytes | str]

    @classmethod
    def of(cls, folder: Path, locations: Iterable[Location | DocumentLocation]) -> RecordBytes:
        """Takes these records from their files; one that is at several locations is taken once."""
        lengths = {(location.file, location.offset): location.length for location in locations}
        return cls({at: _bytes(folder, *at, length) for at, length in lengths.items()})

    def answer(self, location: Location | DocumentLocation) -> Answer:
        """The response in a record. Raises Unreadable."""
        data = self.by_location[location.file, location.offset]
        if isinstance(data, str):
            raise Unreadable(data)
        return read_at(BytesIO(data), 0, location.record_id)


def _bytes(folder: Path, name: str, offset: int, length: int) -> bytes | str:
    try:
        with locate(folder, name).open("rb") as file:
            file.seek(offset)
            return file.read(length)
    except (Unreadable, OSError) as error:
        return str(error)
