"""The frontier: the URLs of a source, their last responses, and when to fetch them again.

It is in the archive so that it always agrees with it: a fetch and its release are written in one
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from archive.captures import Capture, Via
from archive.database import change_sequence
from archive.database.column_types import clean, moment
from archive.database.models import (
    Address,
    Alias,
    Crawl,
    ReleaseRecord,
    SuppressionRow,
    Version,
    table_of,
)
from archive.ingest import frontier_statements as sql
from archive.proof.log import logged

ELSEWHERE = "elsewhere"
WEB_ARCHIVE = "web-archive"
"""What found an address that no page of its site has linked: it is not asked for."""
_A_QUERY = 500
"""URLs looked up in one query; SQLite limits the number of its values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A URL that a seed named, or a seed itself."""

    url: str
    """Canonical."""
    what: str
    """`release`, or a seed: `home`, `listing`, `feed`, `sitemap`, `rest`; `elsewhere` for a list
    on a host that is not the source's, which is never requested."""
    by: str
    """The kind of seed that named it, or `declared`."""
    at: datetime
    requested: str | None = None
    """The URL as linked, if it differs from `url`."""
    hint: dict[str, Any] | None = None
    """What the seed gave for a release: `evidence`, `title`, `published`. For a seed itself:
    `why` it is one."""
    shown: dict[str, str] = field(default_factory=dict)
    """For each list, a digest of what it shows of the release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One fetch of a URL and its outcome."""

    source: str
    url: str
    at: datetime
    outcome: str
    """`release`, `unchanged`, `walked`, or a reason as in `rejections`."""
    requested: str | None = None
    """The URL that answered, if it differs from `url`."""
    status: int | None = None
    """HTTP."""
    etag: str | None = None
    last_modified: str | None = None
    payload: str | None = None
    """SHA-256 of the body; None: keep the known one."""
    due_at: datetime | None = None
    """When to fetch it again; None: only in a deep crawl."""
    shown: dict[str, str] = field(default_factory=dict)
    """What the lists showed when this fetch was decided."""
    capture: Capture | None = None
    """Where the bytes of its answer lie; None: they were not kept, or are those known."""
    via: Via | None = None
    """The web archive that took this fetch; None: a crawl did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAddress:
    """What the archive knows of a URL."""

    url: str
    requested: str | None
    what: str
    found_by: str
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
    """Of its release's current version."""
    capture: dict[str, Any] | None
    flags: list[str] | None = None
    """Of the same wording."""
    crawled: bool | None = True
    """Of the release: whether a crawl has seen it, and not only web archives."""
    is_erased: bool = False
    """Of the release: whether its captures were erased, so that it is not requested again."""

    @property
    def is_crawled(self) -> bool:
        """Whether a crawl has seen its release: only then can it be missing."""
        return self.release is not None and self.crawled is not False

    @property
    def is_unlinked(self) -> bool:
        """Whether only web archives know it: it is not requested until a page links it."""
        return self.found_by == WEB_ARCHIVE

    @property
    def captured(self) -> Capture | None:
        """Location of the last complete response."""
        return Capture.from_json(self.capture) if self.capture else None


_OF_RELEASE = {
    "gone_at": ReleaseRecord,
    "crawled": ReleaseRecord,
    "published_on": Version,
    "election": Version,
    "flags": Version,
}


def load(connection: Connection, source: str) -> list[KnownAddress]:
    """All URLs of a source, oldest first."""
    erased = select(SuppressionRow.release).filter_by(action="erase", what="release")
    columns: list[Any] = [
        getattr(_OF_RELEASE.get(name, Address), name)
        for name in KnownAddress.__dataclass_fields__
        if name != "is_erased"
    ]
    columns.append(func.coalesce(Address.release.in_(erased), 0).label("is_erased"))
    record, version = ReleaseRecord, Version
    rows = connection.execute(
        select(*columns)
        .select_from(Address)
        .outerjoin(record, record.id == Address.release)
        .outerjoin(version, (version.release == record.id) & (version.version == record.version))
        .where(Address.source == source)
        .order_by(Address.found_at)
    )
    return [KnownAddress(**row) for row in rows.mappings()]


def is_deep_due(connection: Connection, source: str, since: datetime) -> bool:
    """Whether a crawled source has had no deep or first crawl since then; only successful crawls
    count."""
    well = (Crawl.source == source) & Crawl.outcome.in_(("ok", "partial", "unmet"))
    first = connection.scalar(select(func.min(Crawl.started_at)).where(well))
    deep = (Crawl.started_at == first) | Crawl.deep
    last = connection.scalar(select(func.max(Crawl.started_at)).where(well, deep))
    return last is not None and last < since


def aliases(connection: Connection, source: str) -> dict[str, str]:
    """Aliases, and the canonical URLs they lead to."""
    rows = connection.execute(select(Alias.url, Alias.leads_to).filter_by(source=source))
    return {row.url: row.leads_to for row in rows}


def note_found(connection: Connection, source: str, found: Iterable[Found]) -> None:
    """Adds URLs; for a known one, what is new: a hint, a list that shows it. What a list showed
    at the last fetch stays until the release has been fetched: a crawl that ends in between must
    not forget the change."""
    found = list(found)
    rows = _addresses(connection, source, [one.url for one in found])
    added: dict[str, dict[str, Any]] = {}
    changed: dict[str, dict[str, Any]] = {}
    for one in found:
        row = rows.get(one.url)
        if row is None:
            row = rows[one.url] = added[one.url] = {
                "source": source,
                "url": clean(one.url),
                "requested": clean(one.requested),
                "what": one.what,
                "found_by": one.by,
                "found_at": moment(one.at),
                "hint": clean(one.hint),
                "shown": dict(one.shown),
                "due_at": moment(one.at),
            }
            continue
        before = dict(row)
        _found_again(row, one)
        if row != before and one.url not in added:
            changed[one.url] = {f"{name}_": row[name] for name in sql.FOUND_AGAIN}
            changed[one.url] |= {"of": source, "at": row["url"]}
    if added:
        connection.execute(sql.ADD, list(added.values()))
    if changed:
        connection.execute(sql.FIND_AGAIN, list(changed.values()))


def _found_again(row: dict[str, Any], one: Found) -> None:
    """Updates the row of a known URL with what is new about it."""
    if row["what"] == ELSEWHERE != one.what:  # its host has been declared since
        row["what"], row["found_by"] = one.what, one.by
    if row["found_by"] == WEB_ARCHIVE:  # now a page links it
        row["found_by"], row["due_at"] = one.by, moment(one.at)
    if one.hint is not None:
        row["hint"] = clean(one.hint)
    if new := {way: digest for way, digest in one.shown.items() if way not in row["shown"]}:
        row["shown"] = row["shown"] | new
    if any(row["shown"][way] != digest for way, digest in one.shown.items()):
        at = moment(one.at)
        row["due_at"] = min(row["due_at"] or at, at)


def _addresses(
    connection: Connection, source: str, urls: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """Those URLs of a source that the archive knows."""
    rows: dict[str, dict[str, Any]] = {}
    wanted = iter(dict.fromkeys(urls))
    while some := list(islice(wanted, _A_QUERY)):
        found = connection.execute(sql.THOSE, {"of": source, "at": some})
        rows.update((row["url"], dict(row)) for row in found.mappings())
    return rows


def note_fetch(
    connection: Connection, fetch: Fetch, release: str | None = None, *, late: bool = False
) -> None:
    """Writes a fetch. If it found the page, the release is not missing any more. `late`: it was
    long ago, and does not count if a later one is known."""
    key = _key(fetch)
    known = sql.FETCHED_AT.row(connection, key)
    asked_at, shown = known or (None, {})
    if late and asked_at and asked_at >= moment(fetch.at):
        return
    if known is None:
        new = {"source": fetch.source, "url": key["at"], "what": "release", "found_by": "link"}
        connection.execute(sql.ADD, new | {"found_at": fetch.at, "shown": {}})
    values = key | {
        "asked_at_": fetch.at,
        "outcome_": fetch.outcome,
        "status_": fetch.status,
        "due_at_": fetch.due_at,
        "etag_": clean(fetch.etag),
        "last_modified_": clean(fetch.last_modified),
        "payload_": fetch.payload or None,
        "capture_": fetch.capture.as_json() if fetch.capture else None,
        "shown_": shown | fetch.shown,
        "release_": release,
        "requested_": clean(fetch.requested),
        "stands": fetch.outcome in ("release", "unchanged"),
    }
    sql.LOOK.run(connection, values)


def note_late(connection: Connection, fetch: Fetch, release: str | None = None) -> None:
    """Writes down a fetch read from a capture. One that a web archive took says nothing of what to
    request, or when: it only adds the address of a release."""
    if fetch.via is None:
        note_fetch(connection, fetch, release, late=True)
        return
    if release is None:
        return
    values = {"source": fetch.source, "url": clean(fetch.url), "release": release}
    new = {"what": "release", "found_by": WEB_ARCHIVE, "found_at": moment(fetch.at), "shown": {}}
    connection.execute(upsert(sql.TABLE).values(values | new).on_conflict_do_nothing())
    connection.execute(sql.ARCHIVED, _key(fetch) | {"release_": release, "seen": moment(fetch.at)})


def note_walk(
    connection: Connection, source: str, url: str, at: datetime, *, regular: bool
) -> None:
    """Notes that a seed was followed to where everything is known."""
    connection.execute(
        update(sql.TABLE)
        .where(sql.TABLE.c.source == source, sql.TABLE.c.url == url)
        .values(walked_at=at, regular=regular, outcome="walked", asked_at=at)
    )


def note_alias(
    connection: Connection, source: str, url: str, leads_to: str, how: str, at: datetime
) -> None:
    """Adds another URL of a release, which is not requested again."""
    values = {"leads_to": clean(leads_to), "how": how, "seen_at": at}
    connection.execute(
        upsert(table_of(Alias))
        .values(source=source, url=clean(url), **values)
        .on_conflict_do_update(index_elements=["source", "url"], set_=values)
    )
    connection.execute(
        update(sql.TABLE)
        .where(sql.TABLE.c.source == source, sql.TABLE.c.url == url)
        .values(outcome="alias", asked_at=at, due_at=None)
    )


def note_missing(connection: Connection, fetch: Fetch, *, late: bool = False) -> None:
    """Notes that the page of a known release was not there, or another one in its place. Whether
    that is a withdrawal, a move or a site out of order, is decided later. `late`: as for
    `note_fetch`."""
    key = _key(fetch)
    known = sql.FETCHED_AT.row(connection, key)
    if late and known and known[0] and known[0] >= moment(fetch.at):
        return
    note_fetch(connection, fetch)
    connection.execute(sql.MISSING, key | {"since": moment(fetch.at)})


def miss(connection: Connection, fetch: Fetch, crawl: int) -> Literal["missing", "gone", "unknown"]:
    """Notes that a release's page is gone. The first crawl only marks it as missing; a later one
    confirms it, and the release gets its `gone_at`."""
    note_fetch(connection, fetch)
    [(missing_in, release, gone_at, _, crawled)] = sql.RELEASE_AT.rows(connection, _key(fetch))
    if release is None or not crawled:
        return "unknown"
    if missing_in is None:
        missing_in = crawl
        connection.execute(sql.SUSPECT, _key(fetch) | {"since": moment(fetch.at), "crawl": crawl})
    if missing_in == crawl:
        return "missing"
    if gone_at is None:
        with logged(connection, release):
            connection.execute(sql.GONE, {"wanted": release, "gone_at_": fetch.at})
        change_sequence.advance(connection, [release])
    return "gone"


def seen_again(connection: Connection, fetch: Fetch) -> str | None:
    """Notes a fetch of an unchanged page: its release is still there, or there again. Returns
    the release's id; None if the page never was one."""
    note_fetch(connection, fetch)
    [(_, release, gone_at, last_seen_at, _)] = sql.RELEASE_AT.rows(connection, _key(fetch))
    if release is None:
        return None
    connection.execute(sql.SEEN, {"wanted": release, "seen": max(last_seen_at, moment(fetch.at))})
    if gone_at is not None:
        with logged(connection, release):
            connection.execute(sql.GONE, {"wanted": release, "gone_at_": None})
        change_sequence.advance(connection, [release])
    return str(release)


def _key(fetch: Fetch) -> dict[str, str]:
    return {"of": fetch.source, "at": clean(fetch.url)}
