"""The frontier: which addresses of a source matter, what they answered, when to ask again.

It lives in the archive and not beside it, so that what was asked and what was stored can never
disagree: a look and the release it brought are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.captures import Capture
from archive.database import change_sequence
from archive.database.column_types import clean, moment
from archive.database.models import Address, Alias, Crawl, Lesson, ReleaseRecord, Version

ELSEWHERE = "elsewhere"
_A_QUERY = 500
"""Addresses looked up in one query; SQLite limits the number of its values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An address that a way named, or a way itself."""

    url: str
    """Canonical."""
    what: str
    """`release`, or a way to releases: `home`, `listing`, `feed`, `sitemap`, `rest`; `elsewhere`
    for a list on a host that is not the source's: it is never asked for."""
    by: str
    """The kind of way that named it, or `declared`."""
    at: datetime
    requested: str | None = None
    """As a page linked it, where that is not `url`."""
    hint: dict[str, Any] | None = None
    """What the way said of a release: `evidence`, `title`, `published`. Of a way itself: `why` it
    is believed to be one."""
    shown: dict[str, str] = field(default_factory=dict)
    """By list, a digest of what it shows of the release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at an address, and what came of it."""

    source: str
    url: str
    at: datetime
    outcome: str
    """`release`, `unchanged`, `walked`, or a reason as in `rejections`."""
    requested: str | None = None
    """The address that answered, where that is not `url`."""
    status: int | None = None
    """HTTP."""
    etag: str | None = None
    last_modified: str | None = None
    payload: str | None = None
    """SHA-256 of the body; None: keep the one known."""
    due_at: datetime | None = None
    """When to look again; None: only on a deep crawl."""
    shown: dict[str, str] = field(default_factory=dict)
    """What the lists showed when this look was decided on."""
    capture: Capture | None = None
    """Where the bytes of its answer lie; None: they were not kept, or are those known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the archive knows of an address."""

    url: str
    requested: str | None
    what: str
    found_at: datetime
    hint: dict[str, Any] | None
    shown: dict[str, str]
    asked_at: datetime | None
    outcome: str | None
    etag: str | None
    last_modified: str | None
    payload: str | None
    due_at: datetime | None
    missing_in: int | None
    walked_at: datetime | None
    regular: bool | None
    release: str | None
    gone_at: datetime | None
    published_on: date | None
    election: bool | None
    """Of the release it led to, in its current wording."""
    capture: dict[str, Any] | None
    flags: list[str] | None = None
    """Of the same wording."""

    @property
    def captured(self) -> Capture | None:
        """Where the bytes of the last whole answer lie."""
        return Capture.from_json(self.capture) if self.capture else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What a site taught about itself in earlier crawls."""

    article: str | None = None
    blocks: frozenset[str] = frozenset()
    signatures: frozenset[str] = frozenset()


@dataclass(slots=True)
class Taught:
    """What a site taught, as people are told of it."""

    article: str | None = None
    """What its releases' addresses look like."""
    ways: list[dict[str, Any]] = field(default_factory=list)
    """The ways that lead to releases: `what`, `url`, `regular` (asked on every crawl), `why`."""
    elsewhere: list[str] = field(default_factory=list)
    """Lists of news on hosts that the source does not declare."""


_OF_RELEASE = {
    "gone_at": ReleaseRecord,
    "published_on": Version,
    "election": Version,
    "flags": Version,
}


def load(session: Session, source: str) -> list[Known]:
    """All addresses of a source, oldest first."""
    columns = [getattr(_OF_RELEASE.get(name, Address), name) for name in Known.__dataclass_fields__]
    record, version = ReleaseRecord, Version
    rows = session.execute(
        select(*columns)
        .select_from(Address)
        .outerjoin(record, record.id == Address.release)
        .outerjoin(version, (version.release == record.id) & (version.version == record.version))
        .where(Address.source == source)
        .order_by(Address.found_at)
    )
    return [Known(**row) for row in rows.mappings()]


def is_deep_due(session: Session, source: str, since: datetime) -> bool:
    """Whether a source that has been crawled was not crawled deep, or for the first time, since
    then; only crawls that ended well count."""
    well = (Crawl.source == source) & Crawl.outcome.in_(("ok", "partial", "unmet"))
    first = session.scalar(select(func.min(Crawl.id)).where(well))
    deep = (Crawl.id == first) | Crawl.deep
    last = session.scalar(select(func.max(Crawl.started_at)).where(well, deep))
    return last is not None and last < since


def aliases(session: Session, source: str) -> dict[str, str]:
    """Second addresses, and the canonical ones they lead to."""
    rows = session.execute(select(Alias.url, Alias.leads_to).filter_by(source=source))
    return {row.url: row.leads_to for row in rows}


def note_found(session: Session, source: str, found: Iterable[Found]) -> None:
    """Adds addresses; of one known already, what is new: a hint, a list that shows it.

    What a list shows differently than before stays as it was until the release has been looked
    at: a crawl that ends in between must not forget that there was something to see."""
    found = list(found)
    rows = _addresses(session, source, {one.url for one in found})
    for one in found:
        row = rows.get(one.url)
        if row is None:
            row = rows[one.url] = Address(
                source=source,
                url=clean(one.url),
                requested=clean(one.requested),
                what=one.what,
                found_by=one.by,
                found_at=one.at,
                hint=clean(one.hint),
                shown=dict(one.shown),
                due_at=one.at,
            )
            session.add(row)
            continue
        if row.what == ELSEWHERE != one.what:  # its host has been declared since
            row.what, row.found_by = one.what, one.by
        if one.hint is not None:
            row.hint = clean(one.hint)
        if new := {way: digest for way, digest in one.shown.items() if way not in row.shown}:
            row.shown = row.shown | new
        if any(row.shown[way] != digest for way, digest in one.shown.items()):
            row.due_at = min(row.due_at or one.at, one.at)


def _addresses(session: Session, source: str, urls: Iterable[str]) -> dict[str, Address]:
    """Those of a source that the archive knows, by URL."""
    rows: dict[str, Address] = {}
    wanted = iter(urls)
    while some := list(islice(wanted, _A_QUERY)):
        query = select(Address).where(Address.source == source, Address.url.in_(some))
        rows.update((row.url, row) for row in session.scalars(query))
    return rows


def note_look(
    session: Session, look: Look, release: str | None = None, *, late: bool = False
) -> None:
    """Writes down a look; one that found the page ends any suspicion that it is gone. `late`: it
    was long ago, and says nothing where a later one is known."""
    row = session.get(Address, (look.source, look.url))
    if late and row and row.asked_at and row.asked_at >= moment(look.at):
        return
    if row is None:
        row = Address(source=look.source, url=clean(look.url), what="release", found_by="link")
        row.found_at, row.shown = look.at, {}
        session.add(row)
    row.asked_at, row.outcome, row.status = look.at, look.outcome, look.status
    row.due_at = look.due_at
    if look.status is not None:
        row.etag, row.last_modified = clean(look.etag), clean(look.last_modified)
    row.payload = look.payload or row.payload
    if look.capture is not None:
        row.capture = look.capture.as_json()
    row.shown = row.shown | look.shown
    if release is not None:
        row.release = release
    if look.outcome in ("release", "unchanged"):
        row.requested = clean(look.requested)
        row.missing_since = row.missing_in = None


def note_walk(session: Session, source: str, url: str, at: datetime, *, regular: bool) -> None:
    """A way was followed to where everything beyond is known."""
    session.execute(
        update(Address)
        .where(Address.source == source, Address.url == url)
        .values(walked_at=at, regular=regular, outcome="walked", asked_at=at)
    )


def note_alias(
    session: Session, source: str, url: str, leads_to: str, how: str, at: datetime
) -> None:
    """A second address of a release; it is not asked for again."""
    session.merge(
        Alias(source=source, url=clean(url), leads_to=clean(leads_to), how=how, seen_at=at)
    )
    row = session.get(Address, (source, url))
    if row is not None:
        row.outcome, row.asked_at, row.due_at = "alias", at, None


def miss(session: Session, look: Look, crawl: int) -> Literal["missing", "gone", "unknown"]:
    """A page that held a release does not any more. The first crawl to see that only suspects;
    a later one that sees it too confirms it, and the release gets its `gone_at`."""
    note_look(session, look)
    row = session.get_one(Address, (look.source, look.url))
    record = session.get(ReleaseRecord, row.release) if row.release else None
    if record is None:
        return "unknown"
    if row.missing_in is None:
        row.missing_since, row.missing_in = look.at, crawl
    if row.missing_in == crawl:
        return "missing"
    if record.gone_at is None:
        record.gone_at = look.at
        change_sequence.advance(session, [record])
    return "gone"


def lessons(session: Session, source: str) -> Lessons:
    """What the site taught so far."""
    row = session.get(Lesson, source)
    if row is None:
        return Lessons()
    frame = row.frame or {}
    return Lessons(
        article=row.article,
        blocks=frozenset(frame.get("blocks", ())),
        signatures=frozenset(frame.get("signatures", ())),
    )


def taught(session: Session) -> dict[str, Taught]:
    """By source, what the archive remembers of its site."""
    found: dict[str, Taught] = {}
    for source, article in session.execute(select(Lesson.source, Lesson.article)):
        found.setdefault(source, Taught()).article = article
    ways = (
        select(Address.source, Address.what, Address.url, Address.regular, Address.hint)
        .where(Address.what != "release", Address.walked_at.is_not(None))
        .order_by(Address.source, Address.regular.desc(), Address.url)
    )
    for row in session.execute(ways):
        why = (row.hint or {}).get("why")
        way = {"what": row.what, "url": row.url, "regular": bool(row.regular), "why": why}
        found.setdefault(row.source, Taught()).ways.append(way)
    elsewhere = select(Address.source, Address.url).filter_by(what=ELSEWHERE)
    for source, url in session.execute(elsewhere.order_by(Address.source, Address.found_at)):
        found.setdefault(source, Taught()).elsewhere.append(url)
    return found


def learn(session: Session, source: str, learned: Lessons, at: datetime) -> None:
    """Remembers what the site taught."""
    frame = {"blocks": sorted(learned.blocks), "signatures": sorted(learned.signatures)}
    session.merge(
        Lesson(
            source=source,
            article=learned.article,
            frame=clean(frame) if learned.blocks or learned.signatures else None,
            learned_at=at,
        )
    )


def seen_again(session: Session, look: Look) -> str | None:
    """Notes a look at a page that has not changed: its release still stands there, or stands
    there again. Returns the release's id; None where the page never held one."""
    note_look(session, look)
    release = session.get_one(Address, (look.source, look.url)).release
    record = session.get(ReleaseRecord, release) if release else None
    if record is None:
        return None
    record.last_seen_at = max(record.last_seen_at, look.at)
    if record.gone_at is not None:
        record.gone_at = None
        change_sequence.advance(session, [record])
    return record.id
