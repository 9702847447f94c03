"""What a server saw: the access log that politeness and cost are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request and its answer."""

    arrived: float
    """Seconds on the clock of `time.monotonic`."""
    ended: float
    method: str
    target: str
    """Path and query, as sent."""
    headers: Mapping[str, str]
    """Names in lower case."""
    connection: int
    """The connections of a site are numbered from 1."""
    at_once: int
    """How many requests the site was answering when this one arrived, this one included."""
    status: int
    """0: the connection was cut before an answer."""
    fault: str | None
    """Which fault was played, if any."""

    @property
    def took(self) -> timedelta:
        """From arrival to the last byte."""
        return timedelta(seconds=self.ended - self.arrived)


class Log:
    """The requests of one site in the order of their arrival. Safe for threads."""

    def __init__(self) -> None:
        self._entries: list[Asked] = []
        self._lock = Lock()
        self._at_once = 0
        self._connections = 0

    def connect(self) -> int:
        """A new connection's number."""
        with self._lock:
            self._connections += 1
            return self._connections

    def begin(self) -> int:
        """A request has arrived; how many are under way now."""
        with self._lock:
            self._at_once += 1
            return self._at_once

    def end(self, asked: Asked) -> None:
        """It has been answered."""
        with self._lock:
            self._at_once -= 1
            self._entries.append(asked)

    def clear(self) -> None:
        """Forgets the requests so far, as for the next crawl."""
        with self._lock:
            self._entries.clear()

    @property
    def entries(self) -> list[Asked]:
        """All requests since the last `clear`."""
        with self._lock:
            return sorted(self._entries, key=lambda asked: asked.arrived)

    @property
    def targets(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.target for asked in self.entries]
