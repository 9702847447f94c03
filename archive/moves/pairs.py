"""Which of the candidates are one release: what shows it, and the choice between several. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from archive.moves.candidates import New, Old
from archive.moves.rule import words

How = Literal["redirect", "host", "gone"]
"""`redirect`: the old address leads to the new one; `host`: the source has left the host of the old
one; `gone`: the page at the old address is gone."""
_QUIET = timedelta(hours=12)
"""For how long nothing was seen on a host that was up beside the new one, when it is left. In one
crawl, what is missing there and what is not lie closer together."""


@dataclass(frozen=True, slots=True)
class Move:
    """A release, the same under its new address (ids), and the first one of all."""

    old: str
    new: str
    origin: str
    at: datetime
    """Since when it is known at the new address, and not at the old one."""
    how: How


def reason(old: Old, new: New, host_seen_at: datetime | None) -> How | None:
    """What shows that the release has left its old address for the new one. A text that was seen
    at both at once is a repost. `host_seen_at`: when anything was last seen on the old host, if the
    new address is on the source's host and the old one is not."""
    if old.is_led_away and old.leads_to == new.url:
        return "redirect"
    if host_seen_at is not None:
        is_left = host_seen_at < new.first_seen_at
        missed = old.missing_since if old.is_gone else None
        if is_left or (missed is not None and host_seen_at < missed - _QUIET):
            return "host"
    if old.last_seen_at >= new.first_seen_at:
        return None
    return "gone" if old.is_gone else None


def choose(pairs: Iterable[tuple[Old, New, How]], down: Set[str]) -> dict[str, Move]:
    """Of several that may be one release, the likeliest: each has one new and one old address.
    What is taken down (`down`) is in no move, and leaves its place to no other."""
    left: dict[str, tuple[Old, New, How]] = {}
    taken: set[str] = set()
    for old, new, how in sorted(pairs, key=_rank):
        if old.id not in left and new.id not in taken:
            left[old.id] = old, new, how
            taken.add(new.id)
    left = {id_: candidate for id_, candidate in left.items() if not {id_, candidate[1].id} & down}
    by_new = {new.id: old.id for old, new, _ in left.values()}
    moves = {}
    for old, new, how in left.values():
        origin = old.id
        while origin in by_new:  # each is older than the one that it became
            origin = by_new[origin]
        at = max(new.first_seen_at, old.last_seen_at)
        moves[old.id] = Move(old.id, new.id, origin, at, how)
    return moves


def _rank(pair: tuple[Old, New, How]) -> tuple[Any, ...]:
    old, new, how = pair
    is_redirect = how == "redirect"
    first = old.first_seen_at.timestamp()
    return (
        not is_redirect,
        words(old.text.title) != words(new.text.title),
        new.first_seen_at.date(),
        old.text.published_on != new.text.published_on,
        old.text.text_hash != new.text.text_hash,
        new.first_seen_at,
        -first if is_redirect else first,  # what moved twice is led to its last address
        old.id,
        new.id,
    )
