"""Finds the captured response from which a version was extracted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive.captures.reader import Answer, Unreadable, locate, read_at


def answer(captures: Path, capture: dict[str, Any] | None) -> Answer:
    """The response; `capture` is that of a record. Raises Unreadable."""
    if capture is None:
        raise Unreadable("This version was archived without a capture.")
    try:
        with locate(captures, capture["file"]).open("rb") as file:
            return read_at(file, capture["offset"], capture["record_id"])
    except OSError as error:
        raise Unreadable(f"{capture['file']} cannot be read: {error.strerror}.") from error
