"""Pages that were not releases, as rows of `rejections`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from archive.captures import Capture
from archive.database.column_types import clean, moment
from archive.database.models import Rejection, table_of
from archive.database.prepared_statements import Prepared
from archive.ingest import version_columns
from archive.ingest.protocols import RejectedLike

_TABLE = table_of(Rejection)
_KEY = ("source", "url", "stage", "reason")
_FOUND = select(
    *(_TABLE.c[name] for name in ("id", "times", "first_seen_at", "last_seen_at"))
).where(*(_TABLE.c[name] == bindparam(name) for name in _KEY))
_ADD = insert(_TABLE)
_NEWS = (
    "times",
    "last_seen_at",
    "detail",
    "record",
    "resolved_at",
    "crawl",
    *version_columns.PLACE,
)
_AGAIN = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("wanted"))
    .values({name: bindparam(f"{name}_") for name in _NEWS})
)
_RESOLVE = Prepared(
    update(_TABLE)
    .where(_TABLE.c.source == bindparam("of"), _TABLE.c.url == bindparam("at"))
    .where(_TABLE.c.resolved_at.is_(None))
    .values(resolved_at=bindparam("resolved"))
)
_OPEN = Prepared(
    select(_TABLE.c.id, _TABLE.c.last_seen_at).where(
        _TABLE.c.source == bindparam("of"),
        _TABLE.c.url == bindparam("at"),
        _TABLE.c.resolved_at.is_(None),
    )
)
_RESOLVE_ONE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("wanted"))
    .values(resolved_at=bindparam("resolved"))
)


def add(
    connection: Connection,
    rejected: RejectedLike,
    crawl: int | None,
    record: Mapping[str, Any] | None,
    capture: Capture | None,
) -> None:
    """Notes that a page is not a release, for the first time or again. `record`: what was read
    of it, as JSON values."""
    key: dict[str, Any] = {name: clean(getattr(rejected, name)) for name in _KEY}
    known = connection.execute(_FOUND, key).one_or_none()
    at = moment(rejected.fetched_at)
    values = {
        "times": known.times + 1 if known else 1,
        "last_seen_at": max(known.last_seen_at, at) if known else at,
        "detail": clean(rejected.detail),
        "record": None if record is None else clean(dict(record)),
        "resolved_at": None,
        "crawl": crawl,
    } | version_columns.capture_columns(capture)
    if known is None:
        connection.execute(_ADD, key | values | {"first_seen_at": at})
    else:
        news = {f"{name}_": value for name, value in values.items()}
        connection.execute(_AGAIN, news | {"wanted": known.id})


def read_again(connection: Connection, rejected: RejectedLike, capture: Capture | None) -> None:
    """Notes that a captured page is not a release, unless that is known already."""
    key: dict[str, Any] = {name: clean(getattr(rejected, name)) for name in _KEY}
    known = connection.execute(_FOUND, key).one_or_none()
    at = moment(rejected.fetched_at)
    news: dict[str, Any] = {}
    if known is None:
        first_and_last = {"first_seen_at": at, "last_seen_at": at}
        added = connection.execute(_ADD, key | first_and_last | {"times": 1, "detail": ""})
        assert added.inserted_primary_key is not None
        id_ = added.inserted_primary_key[0]
    else:
        id_ = known.id
        if at > known.last_seen_at:
            news = {"times": known.times + 1, "last_seen_at": at, "resolved_at": None}
        else:
            news = {"first_seen_at": min(known.first_seen_at, at)}
    if known is None or at >= known.last_seen_at:
        news["detail"] = clean(rejected.detail)
        if capture is not None:
            news |= version_columns.capture_columns(capture)
    connection.execute(update(_TABLE).where(_TABLE.c.id == id_).values(news))


def resolve_by(connection: Connection, source: str, url: str, times: Sequence[datetime]) -> None:
    """Notes that a URL gave a release at some `times`, in their order: each rejection is
    resolved by the first of them that is not earlier."""
    seen = [moment(one) for one in times]
    for id_, last_seen_at in _OPEN.rows(connection, {"of": source, "at": url}):
        resolved = next((at for at in seen if at >= last_seen_at), None)
        if resolved is not None:
            connection.execute(_RESOLVE_ONE, {"wanted": id_, "resolved": resolved})


def resolve(connection: Connection, source: str, url: str, at: datetime) -> None:
    """Notes that a URL gave a release after all."""
    _RESOLVE.run(connection, {"of": source, "at": url, "resolved": at})
