"""Works out which releases of a source have moved, and links them in `moves`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, union

from archive.database import change_sequence
from archive.database.models import MoveRow, ReleaseRecord, Version, table_of
from archive.moves.candidates import (
    New,
    NewReleases,
    Old,
    old_releases,
    root_of,
    wording_of_version,
)
from archive.moves.moved_text_dates import keep_claims
from archive.moves.pairs import How, Move, choose, reason
from archive.moves.rule import is_same_release, words

_RELEASES, _VERSIONS, _MOVES = map(table_of, (ReleaseRecord, Version, MoveRow))


def settle(connection: Connection, source: str, *, anew: bool = False) -> dict[str, Move]:
    """Updates the moves of a source; returns all it has, by the old release. Releases whose record
    changes get a new `seq`. `anew`: texts that were found to be the same before are compared
    again."""
    known = {row.old: Move(*row) for row in connection.execute(_of_source(source))}
    olds = old_releases(connection, source)
    moves = _worked_out(connection, source, olds, {} if anew else known) if olds else {}
    if moves != known:
        _write(connection, known, moves)
    keep_claims(connection, moves.values(), known.values())
    return moves


def claim(connection: Connection, release: str) -> None:
    """Updates the dates from which the texts of a moved release count, after one was corrected at
    one of its addresses. `settle` does so for a whole
    source."""
    columns = [_MOVES.c[name] for name in Move.__slots__]
    origins = select(_MOVES.c.origin).where((_MOVES.c.old == release) | (_MOVES.c.new == release))
    query = select(*columns).where(_MOVES.c.origin.in_(origins)).order_by(_MOVES.c.at)
    keep_claims(connection, [Move(*row) for row in connection.execute(query)], ())


def suspects(connection: Connection, source: str, since: datetime) -> list[str]:
    """The URLs of older releases whose texts new ones (first seen at or after `since`) have: they
    may have moved. Those that are gone already are left out."""
    new = _RELEASES.alias("new")
    is_new = and_(new.c.source == source, new.c.first_seen_at >= since)
    mine = and_(
        _RELEASES.c.source == source,
        _RELEASES.c.first_seen_at < since,
        _RELEASES.c.gone_at.is_(None),
        _RELEASES.c.crawled,
        _RELEASES.c.id.not_in(select(_MOVES.c.old)),
    )
    alike = (  # one by one, so that each uses its index
        _RELEASES.c.id == new.c.duplicate_of,
        _RELEASES.c.duplicate_of == new.c.duplicate_of,
        _RELEASES.c.duplicate_of == new.c.id,
    )
    found = union(
        *(select(_RELEASES.c.url).join(new, condition).where(is_new, mine) for condition in alike)
    )
    short = _short(connection, is_new, new)
    if short:
        known = connection.execute(_shorts(_RELEASES).where(mine)).all()
        of_short = {row.url for row in known if _key(row) in short}
    else:
        of_short = set()
    return sorted(of_short.union(connection.scalars(found)))


def _short(connection: Connection, is_new: Any, new: Any) -> set[Any]:
    return {_key(row) for row in connection.execute(_shorts(new).where(is_new))}


def _shorts(releases: Any) -> Any:
    """Releases whose text is too short for a cluster."""
    shown = (_VERSIONS.c.release == releases.c.id) & (_VERSIONS.c.version == releases.c.version)
    return (
        select(releases.c.url, _VERSIONS.c.title, _VERSIONS.c.published_on)
        .join(_VERSIONS, shown)
        .where(_VERSIONS.c.text_hash.is_(None))
    )


def _key(row: Any) -> tuple[str, date | None]:
    return words(row.title), row.published_on


def _of_source(source: str) -> Any:
    columns = (_MOVES.c[name] for name in Move.__slots__)
    return (
        select(*columns)
        .join(_RELEASES, _RELEASES.c.id == _MOVES.c.old)
        .where(_RELEASES.c.source == source)
    )


def _worked_out(
    connection: Connection, source: str, olds: Sequence[Old], known: Mapping[str, Move]
) -> dict[str, Move]:
    news = NewReleases(connection, source, min(old.first_seen_at for old in olds))
    seen_at_host: dict[str, datetime] = {}
    root = root_of(connection, source)
    for old in olds:
        host = _host(old.url)
        seen_at_host[host] = max(seen_at_host.get(host, old.last_seen_at), old.last_seen_at)
    pairs = []
    for old in olds:
        for new in news.like(old):
            is_other_host = new.url.startswith(root) and not old.url.startswith(root)
            how = reason(old, new, seen_at_host[_host(old.url)] if is_other_host else None)
            if how and (_is_known(known, old, new) or _agree(connection, old, new, how)):
                pairs.append((old, new, how))
    return choose(pairs, _taken_down(connection, source))


def _taken_down(connection: Connection, source: str) -> set[str]:
    """Releases of a source that nobody is shown."""
    shown = (_VERSIONS.c.release == _RELEASES.c.id) & (_VERSIONS.c.version == _RELEASES.c.version)
    query = select(_RELEASES.c.id).join(_VERSIONS, shown)
    return set(
        connection.scalars(query.where(_RELEASES.c.source == source, _VERSIONS.c.suppressed))
    )


def _is_known(known: Mapping[str, Move], old: Old, new: New) -> bool:
    return old.id in known and known[old.id].new == new.id


def _agree(connection: Connection, old: Old, new: New, how: How) -> bool:
    if old.text.text_hash is not None and old.text.text_hash == new.text.text_hash:
        return True
    return is_same_release(
        wording_of_version(connection, old.text),
        wording_of_version(connection, new.text),
        redirected=how == "redirect",
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _write(connection: Connection, known: Mapping[str, Move], moves: Mapping[str, Move]) -> None:
    obsolete = [old for old, move in known.items() if moves.get(old) != move]
    added = [move for old, move in moves.items() if known.get(old) != move]
    if obsolete:
        of_it = delete(_MOVES).where(_MOVES.c.old == bindparam("wanted"))
        connection.execute(of_it, [{"wanted": old} for old in obsolete])
    if added:
        rows = [{name: getattr(move, name) for name in Move.__slots__} for move in added]
        connection.execute(insert(_MOVES), rows)
    shown = [{(m.old, m.new, m.origin) for m in each.values()} for each in (known, moves)]
    changed = {id_ for old, new, _ in shown[0] ^ shown[1] for id_ in (old, new)}
    change_sequence.advance(connection, sorted(changed))
