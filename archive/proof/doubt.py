"""What a check of the proof finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that the proof contradicts."""

    what: str
    """`chain`: an event is not the one that was entered, or one is missing. `event`: a release is
    not as the log says. `stamp`: a stamp is missing, or is not one of this log. `capture-file`: a
    capture file is not as it was when it was entered, or is missing."""
    where: str
    """A chain with the number of an event, the id of a release, a service, or a file."""
    detail: str
    """A sentence without its full stop."""
