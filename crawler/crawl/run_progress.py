"""How far a run is: counted from the statistics of its crawls, told in one line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from time import monotonic

from crawler.crawl.stats import CrawlStats

_TELLING = 5
"""Sources that have to be done before the time the rest will take is said."""


@dataclass(slots=True)
class UnderWay:
    """A source that is being crawled."""

    found: int = 0
    answered: int = 0
    new: int = 0
    changed: int = 0
    requests: int = 0


@dataclass(slots=True)
class RunProgress:
    """How far a run is."""

    total: int
    """Sources to crawl."""
    began: float = field(default_factory=monotonic)
    """In seconds of the monotonic clock."""
    under_way: dict[str, UnderWay] = field(default_factory=dict)
    done: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """Of the sources done."""
    new: int = 0
    changed: int = 0
    requests: int = 0

    def begin(self, source: str) -> None:
        """A source's turn has come."""
        self.under_way[source] = UnderWay()

    def update(self, source: str, stats: CrawlStats, requests: int) -> None:
        """What has been counted of it so far."""
        then = self.under_way.get(source)
        if then is None:
            return
        now = UnderWay(stats.found, stats.answered, stats.new, stats.changed, requests)
        self.new += now.new - then.new
        self.changed += now.changed - then.changed
        self.requests += now.requests - then.requests
        self.under_way[source] = now

    def end(self, source: str, outcome: str) -> None:
        """Its crawl is over."""
        self.under_way.pop(source, None)
        self.done += 1
        self.outcomes[outcome] += 1

    @property
    def ill(self) -> int:
        """Sources done that did not end well; those that were stopped may be."""
        return self.done - sum(self.outcomes[well] for well in ("ok", "partial", "stopped"))

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return monotonic() - self.began

    def counts(self) -> str:
        """Releases and requests, such as `3 new, 1 changed, 120 requests (84 a minute)`."""
        minutes = max(self.elapsed, 1.0) / 60
        line = f"{self.new:,} new, {self.changed:,} changed"
        line += f", {self.requests:,} requests ({self.requests / minutes:,.0f} a minute)"
        return line + (f", {self.ill:,} not well" if self.ill else "")

    def left(self) -> str:
        """What there is to do, and how long that will take where it can be told by now."""
        waiting = self.total - self.done - len(self.under_way)
        line = f"{len(self.under_way):,} under way, {waiting:,} waiting"
        if self.done < _TELLING or self.done == self.total:
            return line
        seconds = self.elapsed / self.done * (self.total - self.done)
        return f"{line}, about {clock(seconds)} left"


def clock(seconds: float) -> str:
    """`0:45`, `1:02:03`: minutes and seconds, with hours where there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
