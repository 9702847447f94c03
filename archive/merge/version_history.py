"""The versions of a release that two archives have seen, as one history. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from typing import Any


@dataclass(frozen=True, slots=True)
class Wording:
    """A version as one of the archives has it."""

    seen_at: datetime
    sha256: str
    columns: dict[str, Any]
    """Its row."""
    is_own: bool
    """Whether the row is of the archive that is merged into."""

    @property
    def order(self) -> tuple[datetime, str]:
        """By time; in the same second by content, so that either archive may come first."""
        return (self.seen_at, self.sha256)


@dataclass(frozen=True, slots=True)
class History:
    """What one archive has seen of a release."""

    wordings: Sequence[Wording]
    """In their order; at least one."""
    last_seen_at: datetime
    gone_at: datetime | None


def merged_wordings(own: History, other: History) -> list[Wording]:
    """All versions by time. An archive saw its current version for the last time at
    `last_seen_at`: if the other one saw another text before that, the release came back to it then,
    which is a version. Of a text that both saw, the row of the earlier one stays."""
    known = {sight.order for sight in _sights(own)}
    news = (sight for sight in _sights(other) if sight.order not in known)
    kept: list[Wording] = []
    for sight in merge(_sights(own), news, key=lambda sight: sight.order):
        if kept and kept[-1].sha256 == sight.sha256:
            kept[-1] = _with(kept[-1], sight)
        else:
            kept.append(sight)
    return kept


def merged_gone_at(own: History, other: History) -> datetime | None:
    """When the release was withdrawn; None if an archive saw it after that."""
    last = max(own.last_seen_at, other.last_seen_at)
    gone = (history.gone_at for history in (own, other))
    return min((at for at in gone if at is not None and at > last), default=None)


def _sights(history: History) -> Iterator[Wording]:
    yield from history.wordings
    current = history.wordings[-1]
    if history.last_seen_at > current.seen_at:
        yield replace(current, seen_at=history.last_seen_at)


def _with(wording: Wording, again: Wording) -> Wording:
    """A later sight of the same text adds what was missing: a capture; that a crawl saw it."""
    columns = wording.columns
    if columns["capture_file"] is None and again.columns["capture_file"] is not None:
        names = ("capture_file", "capture_offset", "capture_record_id", "capture_digest")
        columns = columns | {name: again.columns[name] for name in names}
    if columns["via"] is not None and again.columns["via"] is None:
        columns = columns | {"via": None}
    return wording if columns is wording.columns else replace(wording, columns=columns)
