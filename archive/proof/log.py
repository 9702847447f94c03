"""Logs what happens to a release, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Connection

from archive.database import rebuilds
from archive.proof import chain
from archive.proof.canonical import digest
from archive.proof.release_state import State, state_of, states_among

By = Literal["crawl", "rebuild", "merge", "clock", "person"]
"""Who changed it: a crawl; captures that were read again, also those of web archives and of other
programs; a merge; the repair of a wrong clock; a person who corrected it or took it down."""
NOT_STATE = ("at", "by", "kind", "release", "found")
"""Keys of an event about a release that are not of its state."""


@contextmanager
def logged(connection: Connection, release: str, by: By = "crawl") -> Iterator[None]:
    """Adds an event at the end of the block, if the release has another state then. A state that
    another program than this one has left before is put down as `found`: the log vouches for none
    that it did not see come about."""
    before = state_of(connection, release)
    yield
    after = state_of(connection, release)
    if after is None or after == before:
        return
    last = last_state(connection, release)
    if last == after:
        return
    found: dict[str, Any] = {}
    if before is not None and last is None and rebuilds.left(connection, "events") is not None:
        last = before
        enter(connection, release, before)
    if before != last:
        found["found"] = before and digest(before)
    chain.append(connection, _kind(last, after), by=by, release=release, **found, **after)


def note(connection: Connection, releases: Collection[str], by: By) -> None:
    """Adds an event for each of the releases that has another state than the last one left it in:
    for a change that went over several tables at once."""
    last = {
        release: state_in(chain.parsed(content))
        for release, content in chain.last_among(connection, releases).items()
    }
    states = states_among(connection, releases)
    changed = [
        {"kind": _kind(last.get(id_), state), "by": by, "release": id_, **state}
        for id_ in releases
        if (state := states.get(id_)) is not None and state != last.get(id_)
    ]
    if changed:
        chain.append_all(connection, changed)


def enter(connection: Connection, release: str, state: State) -> None:
    """Logs a release that was there before the log began."""
    chain.append(connection, "known", release=release, **state)


def last_state(connection: Connection, release: str) -> State | None:
    """The state in which the last event has left a release; None if there is no event."""
    last = chain.last_of(connection, release)
    return None if last is None else state_in(chain.parsed(last[1]))


def state_in(event: dict[str, Any]) -> State:
    """The state in an event about a release."""
    return {name: value for name, value in event.items() if name not in NOT_STATE}


def _kind(before: State | None, after: State) -> str:
    """What happened, in one word; the weightiest if it was several things."""
    if before is None:
        return "release"
    if before.get("suppressions") != after.get("suppressions"):
        return "suppression"
    if before.get("corrections") != after.get("corrections"):
        return "correction"
    if len(after["versions"]) > len(before["versions"]):
        return "version"
    if before.get("gone_at") != after.get("gone_at"):
        return "withdrawal" if after.get("gone_at") else "return"
    if before["versions"] == after["versions"] and before.get("documents") != after.get(
        "documents"
    ):
        return "document"
    return "reading"
