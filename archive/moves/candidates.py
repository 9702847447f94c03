"""What the archive knows of releases that may have moved: those that may have left their address,
and those that came later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select

from archive.database.models import (
    Address,
    Alias,
    AsRead,
    ReleaseRecord,
    SourceRow,
    Version,
    table_of,
)
from archive.moves.rule import Wording, words

_RELEASES, _VERSIONS = map(table_of, (ReleaseRecord, Version))
_ADDRESSES, _ALIASES, _AS_READ = map(table_of, (Address, Alias, AsRead))


@dataclass(frozen=True, slots=True)
class VersionText:
    """A version without its text, which is read when it is needed."""

    number: int
    title: str
    published_on: date | None
    text_hash: str | None


@dataclass(frozen=True, slots=True)
class Old:
    """A release that may have left its address."""

    id: str
    url: str
    first_seen_at: datetime
    last_seen_at: datetime
    gone_at: datetime | None
    cluster: str
    missing_since: datetime | None
    leads_to: str | None
    led_at: datetime | None
    """When its address last led to another one."""
    text: VersionText
    """As last seen."""

    @property
    def is_led_away(self) -> bool:
        return self.led_at is not None and self.led_at >= self.last_seen_at

    @property
    def is_gone(self) -> bool:
        missing = self.missing_since is not None and self.missing_since >= self.last_seen_at
        return missing or self.is_led_away or self.gone_at is not None


@dataclass(frozen=True, slots=True)
class New:
    """A release that may be an older one."""

    id: str
    url: str
    first_seen_at: datetime
    cluster: str
    text: VersionText
    """As first seen: later ones are edits."""


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    body: str
    published_on: date | None


def old_releases(connection: Connection, source: str) -> list[Old]:
    """The crawled releases that are missing, gone, led away, or on a host that was left."""
    elsewhere = ~_RELEASES.c.url.startswith(root_of(connection, source), autoescape=True)
    redirect = and_(
        _ALIASES.c.source == _RELEASES.c.source,
        _ALIASES.c.url == _RELEASES.c.url,
        _ALIASES.c.how == "redirect",
    )
    at_its_own = and_(
        _ADDRESSES.c.source == _RELEASES.c.source, _ADDRESSES.c.url == _RELEASES.c.url
    )
    shown = (_VERSIONS.c.release == _RELEASES.c.id) & (_VERSIONS.c.version == _RELEASES.c.version)
    names = ("id", "url", "first_seen_at", "last_seen_at", "gone_at", "duplicate_of")
    query = (
        select(
            *(_RELEASES.c[name] for name in names),
            *(_ADDRESSES.c.missing_since, _ALIASES.c.leads_to, _ALIASES.c.seen_at),
            *_text_columns(),
        )
        .join(_VERSIONS, shown)
        .outerjoin(_AS_READ, _is_kept)
        .outerjoin(_ADDRESSES, at_its_own)
        .outerjoin(_ALIASES, redirect)
        .where(_RELEASES.c.source == source, _RELEASES.c.crawled)
        .where(
            or_(
                _ADDRESSES.c.missing_since.is_not(None),
                _ALIASES.c.url.is_not(None),
                _RELEASES.c.gone_at.is_not(None),
                elsewhere,
            )
        )
    )
    return [
        Old(
            *row[:5],
            cluster=row.duplicate_of or row.id,
            missing_since=row.missing_since,
            leads_to=row.leads_to,
            led_at=row.seen_at,
            text=_text(row),
        )
        for row in connection.execute(query)
    ]


class NewReleases:
    """The releases of a source that came after the first that may have moved."""

    def __init__(self, connection: Connection, source: str, since: datetime) -> None:
        first = (_VERSIONS.c.release == _RELEASES.c.id) & (_VERSIONS.c.version == 1)
        names = ("id", "url", "first_seen_at", "duplicate_of")
        query = (
            select(*(_RELEASES.c[name] for name in names), *_text_columns())
            .join(_VERSIONS, first)
            .outerjoin(_AS_READ, _is_kept)
            .where(_RELEASES.c.source == source, _RELEASES.c.first_seen_at > since)
        )
        self._by: dict[object, list[New]] = defaultdict(list)
        for row in connection.execute(query):
            cluster = row.duplicate_of or row.id
            new = New(row.id, row.url, row.first_seen_at, cluster, _text(row))
            for key in self._keys(new.url, new.cluster, new.text):
                self._by[key].append(new)

    @staticmethod
    def _keys(url: str | None, cluster: str, text: VersionText) -> Iterator[object]:
        yield "url", url
        yield "cluster", cluster
        yield "hash", text.text_hash or f"{words(text.title)} {text.published_on}"
        yield "title", words(text.title)

    def like(self, old: Old) -> list[New]:
        """Those worth comparing with a release that may have moved."""
        found = {
            new.id: new
            for key in self._keys(old.leads_to, old.cluster, old.text)
            for new in self._by.get(key, ())
        }
        return [new for new in found.values() if new.first_seen_at > old.first_seen_at]


def root_of(connection: Connection, source: str) -> str:
    """How the addresses on the source's host begin."""
    home = connection.scalar(select(SourceRow.home).where(SourceRow.id == source)) or ""
    parts = urlsplit(home)
    port = {"http": ":80", "https": ":443"}.get(parts.scheme.lower(), "")
    return f"{parts.scheme.lower()}://{parts.netloc.lower().removesuffix(port)}/"


def wording_of(connection: Connection, release: str) -> Wording | None:
    """The current version of a release as read, to be compared with `is_same_release`."""
    shown = (_VERSIONS.c.release == _RELEASES.c.id) & (_VERSIONS.c.version == _RELEASES.c.version)
    query = select(*map(_read, ("title", "body", "published_on")))
    row = connection.execute(
        query.select_from(_VERSIONS)
        .join(_RELEASES, shown)
        .outerjoin(_AS_READ, _is_kept)
        .where(_RELEASES.c.id == release)
    ).one_or_none()
    return None if row is None else _Wording(*row)


def _read(name: str) -> Any:
    """A column of `versions` as it was read: what people correct or mask at one of two addresses
    does not part them. Needs `as_read` joined, by `_is_kept`."""
    stored, path = _VERSIONS.c[name], f"$.{name}"
    kept = func.json_extract(_AS_READ.c.columns, path, type_=stored.type)
    is_kept = func.json_type(_AS_READ.c.columns, path).is_not(None)
    return case((is_kept, kept), else_=stored)


_is_kept = _AS_READ.c.version_id == _VERSIONS.c.id


_BODY = (
    select(_read("body"))
    .select_from(_VERSIONS)
    .outerjoin(_AS_READ, _is_kept)
    .where(_VERSIONS.c.id == bindparam("wanted"))
)


def wording_of_version(connection: Connection, text: VersionText) -> _Wording:
    body = connection.scalars(_BODY, {"wanted": text.number}).one()
    return _Wording(text.title, body, text.published_on)


def _text_columns() -> tuple[Any, ...]:
    names = ("title", "published_on", "text_hash")
    return (_VERSIONS.c.id.label("text_id"), *(_read(name).label(f"text_{name}") for name in names))


def _text(row: Any) -> VersionText:
    return VersionText(row.text_id, row.text_title, row.text_published_on, row.text_text_hash)
