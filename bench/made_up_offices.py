"""Made-up offices and their crawls, written directly as rows with a made-up clock; nothing is
crawled."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.orm import Session

from archive.database.connection import writing
from archive.database.models import Crawl, ReleaseRecord, SourceRow, Version
from archive.health import Finding, findings
from archive.health.thresholds import limits

FIRST = date(2024, 7, 1)
"""The first crawl; before the vote of 27 November 2024, two Lebarans and two turns of a year."""
WEEKS = 100
PAST = 550
"""Days of releases that stand on the sites already."""
_VOTE = date(2024, 11, 27)
_DAY = timedelta(days=1)
_MORNING = time(22, 15, tzinfo=UTC)

Publishes = Callable[[Random, date, int], int]
"""How many releases appear on a day, so many days after the last one did."""


def _poisson(random: Random, mean: float) -> int:
    limit, product, number = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        number += 1
    return number


def _daily(random: Random, day: date, since: int) -> int:
    return _poisson(random, 3.0)


def _weekdays(random: Random, day: date, since: int) -> int:
    return _poisson(random, 1.8) if day.weekday() < 5 else 0


def _weekly(random: Random, day: date, since: int) -> int:
    """On Fridays or the days beside them; one week in ten there is nothing to say."""
    due = day.weekday() in (3, 4, 5) and since > 3
    return int(due and random.random() < (0.9 if day.weekday() == 5 else 0.4))


def _vote(random: Random, day: date, since: int) -> int:
    """An election office: some a day from the campaign to the count, else some a week."""
    near = -63 <= (day - _VOTE).days <= 22
    return _poisson(random, 5.0 if near else 0.35)


def _fortnightly(random: Random, day: date, since: int) -> int:
    return int(since >= 9 + random.randrange(10))


def _three_weeks(random: Random, day: date, since: int) -> int:
    """A small office: one release in three weeks, sooner or later."""
    return int(random.random() < min(1.0, (since / 21) ** 2 / 7))


def _at_random(random: Random, day: date, since: int) -> int:
    """The hardest: one release in three weeks, without any rhythm."""
    return int(random.random() < 1 / 21)


RHYTHMS: dict[str, Publishes] = {
    "daily": _daily,
    "weekdays only": _weekdays,
    "weekly": _weekly,
    "bursts around the vote": _vote,
    "every two weeks": _fortnightly,
    "one in three weeks": _three_weeks,
    "one in three weeks, at random": _at_random,
}


@dataclass(slots=True)
class Office:
    """A made-up source: healthy, with the bad days that every site has, until `ill_from`."""

    id: str
    rhythm: str
    random: Random
    ill_from: date | None = None
    illness: str = ""
    published: list[date] = field(default_factory=list)
    stored: int = 0
    """How many of them the archive has."""
    _since: int = 0
    _bad_yesterday: bool = False

    @property
    def habits(self) -> dict[str, float]:
        """What it is like: how it signs, how long its texts are, how fast its server is."""
        own = Random(self.id)
        return {
            "signed": own.choice([0.0, 0.5, 0.8, 0.95, 1.0]),
            "dated": own.choice([0.97, 0.99, 1.0]),
            "words": own.uniform(120, 420),
            "seconds": own.uniform(0.3, 3.0),
            "feed": own.random() < 0.6,
        }

    def is_ill(self, day: date, illness: str) -> bool:
        """Whether it has fallen ill of something by a day."""
        return self.illness == illness and self.ill_from is not None and day >= self.ill_from

    def publish(self, day: date) -> int:
        """The releases of one day. On holidays, and when it has fallen silent, there are none."""
        paused = any(first <= day <= last for first, last in limits().pauses)
        self._since += 1
        new = 0
        if not paused and not self.is_ill(day, "silent"):
            new = RHYTHMS[self.rhythm](self.random, day, self._since)
        if new:
            self._since = 0
            self.published += [day] * new
        return new

    def crawl(self, day: date, new: int) -> dict[str, Any]:
        """A crawl's row, as the crawler would have noted it. One day in twelve something goes
        wrong, never two days in a row: that would be a true finding."""
        bad = None
        if not self._bad_yesterday and self.random.random() < 1 / 12:
            bad = self.random.choice(["down", "repair", "refused", "slow", "feed"])
        self._bad_yesterday = bad is not None
        row = self._well(day, new, bad)
        if bad == "down":
            row |= _kept_away("failed", [{"what": "listing", "url": "/", "failed": "timeout"}])
        elif bad == "refused" or self.is_ill(day, "blocked"):
            row |= _kept_away("blocked", [{"what": "listing", "url": "/", "failed": "http-403"}])
        elif bad == "repair" or self.is_ill(day, "redesign"):
            row |= _kept_away("silent", [{"what": "listing", "url": "/", "named": 0}])
        return row

    def _well(self, day: date, new: int, bad: str | None) -> dict[str, Any]:
        habits, random = self.habits, self.random
        seconds = habits["seconds"] * random.lognormvariate(0, 0.35)
        slow = bad == "slow" or self.is_ill(day, "slow")
        failed_feed = {"failed": "http-500"} if bad == "feed" else {"named": 10}
        feeds = [{"what": "feed", "url": "/feed/", **failed_feed}] if habits["feed"] else []
        refused = sum(random.random() < 0.06 for _ in range(new))
        return {
            "source": self.id,
            "started_at": datetime.combine(day, _MORNING),
            "ended_at": datetime.combine(day, _MORNING) + timedelta(minutes=3),
            "outcome": "ok",
            "releases_new": new,
            "releases_seen": random.randrange(3) if self.published else 0,
            "rejected": refused,
            "named": 12,
            "unchanged_lists": 0,
            "found": new,
            "moved": 0,
            "ways": [{"what": "listing", "url": "/berita", "named": 12}, *feeds],
            "failures": {},
            "refusals": {"gallery": refused} if refused else {},
            "seconds": seconds * (6 if slow else 1) + 2 * slow,
            "alike": {"pages": 1 + new, "same": 1, "url": "/berita"},
            "reading": self._reading(day, new),
        }

    def _reading(self, day: date, read: int) -> dict[str, Any] | None:
        if not read:
            return None
        habits, random = self.habits, self.random
        # Who is on duty signs, or does not: what appears on one day is alike.
        desk = random.random() < habits["signed"]
        signed = sum(
            desk if read < 20 and random.random() < 0.7 else random.random() < habits["signed"]
            for _ in range(read)
        )
        dated = (
            0
            if self.is_ill(day, "dates")
            else sum(random.random() < habits["dated"] for _ in range(read))
        )
        words = sorted(habits["words"] * random.lognormvariate(0, 0.4) for _ in range(read))
        return {
            "releases": read,
            "dated": dated,
            "signed": 0 if self.is_ill(day, "bylines") else signed,
            "words": round(words[read // 2] * (0.15 if self.is_ill(day, "bodies") else 1)),
            "evidence": {"page": dated} if dated else {},
            "flags": {},
        }


def _kept_away(outcome: str, ways: list[dict[str, Any]]) -> dict[str, Any]:
    nothing = {"releases_new": 0, "releases_seen": 0, "rejected": 0, "named": 0, "found": 0}
    return nothing | {
        "outcome": outcome,
        "ways": ways,
        "failures": {},
        "refusals": {},
        "alike": {"pages": 1, "same": 1, "url": "/"},
        "reading": None,
    }


def live(
    engine: Engine, offices: Sequence[Office], *, weeks: int = WEEKS, every: int = 1
) -> Iterator[tuple[datetime, list[Finding]]]:
    """Lets the offices publish and crawls them each morning; yields what health finds each
    `every` days, before the next crawl is due."""
    about = {"kind": "pemkot", "publisher": "Kota", "region": "64.71", "timezone": "Asia/Makassar"}
    with writing(engine) as connection:
        sources = [{"id": one.id, "home": f"https://{one.id}.example/", **about} for one in offices]
        connection.execute(insert(SourceRow), sources)
        for number in range(-PAST, 0):
            for office in offices:
                office.publish(FIRST + number * _DAY)
    waiting = Counter({office.id: len(office.published) for office in offices})
    for number in range(weeks * 7):
        day = FIRST + number * _DAY
        for office in offices:
            waiting[office.id] += office.publish(day)
        with writing(engine) as connection:
            _store(connection, offices, day)
            crawls = [office.crawl(day, waiting[office.id]) for office in offices]
            connection.execute(insert(Crawl), crawls)
        waiting.subtract({row["source"]: row["releases_new"] for row in crawls})
        if number % every == 0:
            now = datetime.combine(day, _MORNING) + timedelta(hours=9)
            with Session(engine) as session:
                yield now, findings(session, now)


def _store(connection: Connection, offices: Sequence[Office], day: date) -> None:
    """Writes down what was published since the last time, as far as health reads it."""
    seen = datetime.combine(day, _MORNING)
    new = [
        (f"{office.id}:{number:016x}", office.id, on)
        for office in offices
        for number, on in list(enumerate(office.published))[office.stored :]
    ]
    for office in offices:
        office.stored = len(office.published)
    if not new:
        return
    seq = connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM release_records")
    following = count(seq.scalar_one() + 1)
    times = {"first_seen_at": seen, "last_seen_at": seen}
    records = [
        {"id": id_, "source": source, "url": id_, "seq": next(following), "version": 1, **times}
        for id_, source, _ in new
    ]
    versions = [
        {"release": id_, "version": 1, "seen_at": seen, "published_on": on, **_UNREAD}
        for id_, _, on in new
    ]
    connection.execute(insert(ReleaseRecord), records)
    connection.execute(insert(Version), versions)


_UNREAD = {
    "title": "",
    "body": "",
    "author_tags": [],
    "credits": [],
    "election": False,
    "topics": [],
    "topic_words": {},
    "flags": [],
    "sha256": "",
}
