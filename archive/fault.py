"""What `verify` finds wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong in an archive or its captures."""

    what: str
    """A stable word: `capture`, `torn`, `integrity`, `foreign-key`, `versions`, `clusters`,
    `clock`, `copies`, `index`, `frontier`, `correction`, `shown`. Of the proof: `chain`: an event
    is not the one that was entered, or one is missing; `event`: a release is not as the log says;
    `stamp`: a stamp is missing, or is not one of this log; `capture-file`: a capture file is not
    as it was when it was entered, or is missing."""
    where: str
    """A release's id, a URL, a file, a table, a service, or a chain with the number of an event."""
    detail: str
    """One sentence for people, without its full stop."""
