"""Has the head of the log stamped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Engine, func, insert, select

from archive.database.column_types import utc_text
from archive.database.connection import writing
from archive.database.models import ChainRow, EventRow, StampRow, table_of
from archive.proof import chain, services, tokens

DAILY = timedelta(hours=20)
"""A service is asked again after this time; less than a day, since mornings vary."""
_STAMPS, _CHAINS, _EVENTS = table_of(StampRow), table_of(ChainRow), table_of(EventRow)


@dataclass(frozen=True, slots=True)
class Stamped:
    """What became of asking a service."""

    service: str
    outcome: str
    """`stamped`, `unchanged` (nothing has happened since its last stamp), `today` (it was asked
    within `DAILY`) or `failed`."""
    number: int | None = None
    """The last event that its last stamp covers."""
    at: datetime | None = None
    """The time in that stamp."""
    why: str | None = None
    """Why it failed, without a full stop."""


def stamp(
    engine: Engine, urls: list[str], roots: tokens.Roots, now: datetime, *, at_once: bool = False
) -> Iterator[Stamped]:
    """Asks each service for a stamp of the last event, unless it has given one since anything
    happened, or today. An answer is checked before it is stored, and is an event itself: none can
    be taken away or changed later. `at_once`: also if it was asked today. Raises ArchiveError."""
    for url in urls:
        with engine.connect() as connection:
            head = _last_news(connection)
            last = _last_stamp(connection, url)
            genesis = connection.scalar(select(_CHAINS.c.genesis).where(_CHAINS.c.id == chain.OWN))
        if head is None or (last is not None and last[0] >= head.number):
            yield Stamped(url, "unchanged", *(last or ()))
        elif last is not None and not at_once and abs(now - last[1]) < DAILY:
            yield Stamped(url, "today", *last)
        else:
            yield _ask(
                engine, url, tokens.statement(str(genesis), head.number, head.hash), head, roots
            )


def _ask(engine: Engine, url: str, stated: bytes, head: chain.Head, roots: tokens.Roots) -> Stamped:
    request = tokens.request(stated)
    try:
        answer = services.ask(url, request.body)
        token = tokens.check(answer, stated, roots, request.nonce)
    except services.ServiceError as error:
        return Stamped(url, "failed", why=str(error))
    except tokens.BadToken as error:
        return Stamped(url, "failed", why=f"its answer is refused: {error}")
    row = {"chain": chain.OWN, "number": head.number, "service": url, "at": token.at}
    entry = {"number": head.number, "service": url, "stamped_at": utc_text(token.at)}
    with writing(engine) as connection:
        connection.execute(insert(_STAMPS).values(row | {"answer": answer}))
        chain.append(connection, "stamp", **entry, sha256=sha256(answer).hexdigest())
    return Stamped(url, "stamped", head.number, token.at)


def _last_news(connection: Connection) -> chain.Head | None:
    """The last event that is not itself about a stamp."""
    query = select(_EVENTS.c.number, _EVENTS.c.hash).where(
        _EVENTS.c.chain == chain.OWN,
        func.json_extract(_EVENTS.c.content, "$.kind") != "stamp",
    )
    row = connection.execute(query.order_by(_EVENTS.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else chain.Head(*row)


def _last_stamp(connection: Connection, url: str) -> tuple[int, datetime] | None:
    query = select(_STAMPS.c.number, _STAMPS.c.at).where(
        _STAMPS.c.chain == chain.OWN, _STAMPS.c.service == url
    )
    row = connection.execute(query.order_by(_STAMPS.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else (row.number, row.at.astimezone(UTC))
