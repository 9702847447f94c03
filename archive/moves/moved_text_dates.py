"""The dates from which the texts of moved releases count."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database import change_sequence
from archive.database.models import Version
from archive.duplicates import text_dates
from archive.duplicates.precedence import Order, claims_of
from archive.moves.pairs import Move

_A_QUERY = 500
"""Ids in one query."""


def keep_claims(connection: Connection, moves: Iterable[Move], before: Iterable[Move]) -> None:
    """A release that has moved keeps the date from which its text counts: the page at the new
    address does not come first because it prints an earlier one."""
    by_new = {move.new: move.old for move in moves}
    ids = iter(dict.fromkeys((*by_new, *by_new.values())))
    orders: dict[str, Order] = {}
    while some := list(islice(ids, _A_QUERY)):
        orders |= {claim.release: claim.order for claim in claims_of(connection, some)}
    for new, old in by_new.items():
        if orders[new] < orders[old]:
            _begin(connection, new, old)
    for move in before:
        if move.new not in by_new:
            _begin(connection, move.new, None)


def _begin(connection: Connection, new: str, old: str | None) -> None:
    """The claim of a release's first version: that of `old`, or its own."""
    with Session(connection) as session:
        wordings = _in_order(session, new)
        if wordings[-1].suppressed:  # its dates are hidden, with the claim that they made
            return
        text_dates.begin(wordings[0])
        if old is not None:
            last = _in_order(session, old)[-1]
            wordings[0].claim_on, wordings[0].claim_at = last.claim_on, last.claim_at
        if not session.is_modified(wordings[0]):
            return
        text_dates.inherit(wordings)
        session.flush()
        text_hash = wordings[-1].text_hash
    change_sequence.advance(connection, sorted(duplicates.settle(connection, [text_hash])))


def _in_order(session: Session, release: str) -> list[Version]:
    query = select(Version).filter_by(release=release).order_by(Version.version)
    return list(session.scalars(query))
