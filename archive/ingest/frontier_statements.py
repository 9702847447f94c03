"""The statements of `archive.ingest.frontier`, compiled once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, bindparam, case, func, insert, select, update

from archive.database.models import Address, ReleaseRecord, table_of
from archive.database.prepared_statements import Prepared

TABLE, RELEASES = table_of(Address), table_of(ReleaseRecord)
FOUND_AGAIN = ("what", "found_by", "hint", "shown", "due_at")
"""What another list that names an address may change."""
VALIDATORS = ("etag", "last_modified", "payload")
"""By which an answer is recognised as the one before."""

AT = (TABLE.c.source == bindparam("of")) & (TABLE.c.url == bindparam("at"))
ADD = insert(TABLE)
THOSE = select(TABLE.c.url, *(TABLE.c[name] for name in FOUND_AGAIN)).where(
    TABLE.c.source == bindparam("of"), TABLE.c.url.in_(bindparam("at", expanding=True))
)
FIND_AGAIN = update(TABLE).where(AT).values({name: bindparam(f"{name}_") for name in FOUND_AGAIN})
FETCHED_AT = Prepared(select(TABLE.c.asked_at, TABLE.c.shown).where(AT))


def _given(name: str) -> Any:
    return bindparam(f"{name}_", type_=TABLE.c[name].type)


def _kept(name: str) -> Any:
    """The given value, else the known one."""
    return func.coalesce(_given(name), TABLE.c[name])


STANDS = bindparam("stands", type_=Boolean)
LOOK = Prepared(
    update(TABLE)
    .where(AT)
    .values(
        {name: _given(name) for name in ("asked_at", "outcome", "status", "due_at", "shown")}
        | {name: _kept(name) for name in ("payload", "capture", "release")}
        | {
            name: case((_given("status").is_(None), TABLE.c[name]), else_=_given(name))
            for name in ("etag", "last_modified")
        }
        | {"requested": case((STANDS, _given("requested")), else_=TABLE.c.requested)}
        | {
            name: case((STANDS, None), else_=TABLE.c[name])
            for name in ("missing_since", "missing_in")
        }
    )
)
_SINCE = func.coalesce(TABLE.c.missing_since, bindparam("since", type_=TABLE.c.missing_since.type))
MISSING = update(TABLE).where(AT).values(missing_since=_SINCE)
SUSPECT = update(TABLE).where(AT).values(missing_since=_SINCE, missing_in=bindparam("crawl"))
_IS_LATER = TABLE.c.asked_at < bindparam("seen")
ARCHIVED = (
    update(TABLE)
    .where(AT)
    .values(
        {"release": func.coalesce(TABLE.c.release, bindparam("release_"))}
        # The page may have changed since the last request: the next one is unconditional.
        | {name: case((_IS_LATER, None), else_=TABLE.c[name]) for name in VALIDATORS}
    )
)
RELEASE_AT = Prepared(
    select(
        TABLE.c.missing_in,
        RELEASES.c.id,
        RELEASES.c.gone_at,
        RELEASES.c.last_seen_at,
        RELEASES.c.crawled,
    )
    .select_from(TABLE)
    .outerjoin(RELEASES, RELEASES.c.id == TABLE.c.release)
    .where(AT)
)
GONE = (
    update(RELEASES)
    .where(RELEASES.c.id == bindparam("wanted"))
    .values(gone_at=bindparam("gone_at_"))
)
SEEN = (
    update(RELEASES)
    .where(RELEASES.c.id == bindparam("wanted"))
    .values(last_seen_at=bindparam("seen"))
)
