"""Works out which releases of a source have moved, and writes it down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database import change_sequence
from archive.database.models import (
    Address,
    Alias,
    AsRead,
    MoveRow,
    ReleaseRecord,
    SourceRow,
    Version,
    table_of,
)
from archive.duplicates import claims
from archive.duplicates.precedence import Order, claims_of
from archive.moves.rule import Wording, is_same_release, words

How = Literal["redirect", "host", "gone"]
"""`redirect`: the old address leads to the new one; `host`: the source has left the host of the old
one; `gone`: the page at the old address is gone."""

_RELEASES, _VERSIONS, _MOVES = map(table_of, (ReleaseRecord, Version, MoveRow))
_QUIET = timedelta(hours=12)
"""For how long nothing was seen on a host that was up beside the new one, when it is left. In one
crawl, what is missing there and what is not lie closer together."""
_A_QUERY = 500
"""Ids in one query."""
_ADDRESSES, _ALIASES, _AS_READ = map(table_of, (Address, Alias, AsRead))


@dataclass(frozen=True, slots=True)
class Move:
    """A release, the same under its new address (ids), and the first one of all."""

    old: str
    new: str
    origin: str
    at: datetime
    """Since when it is known at the new address, and not at the old one."""
    how: How


@dataclass(frozen=True, slots=True)
class _Old:
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
    text: _Text
    """As last seen."""

    @property
    def is_led_away(self) -> bool:
        return self.led_at is not None and self.led_at >= self.last_seen_at

    @property
    def is_gone(self) -> bool:
        missing = self.missing_since is not None and self.missing_since >= self.last_seen_at
        return missing or self.is_led_away or self.gone_at is not None


@dataclass(frozen=True, slots=True)
class _New:
    """A release that may be an older one."""

    id: str
    url: str
    first_seen_at: datetime
    cluster: str
    text: _Text
    """As first seen: later ones are edits."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A version without its text, which is read when it is needed."""

    number: int
    title: str
    published_on: date | None
    text_hash: str | None


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    body: str
    published_on: date | None


def settle(connection: Connection, source: str, *, anew: bool = False) -> dict[str, Move]:
    """Updates the moves of a source; returns all it has, by the old release. Releases whose record
    changes get a new `seq`. `anew`: texts that were found to be the same before are compared
    again."""
    held = {row.old: Move(*row) for row in connection.execute(_of_source(source))}
    olds = _olds(connection, source)
    moves = _worked_out(connection, source, olds, {} if anew else held) if olds else {}
    if moves != held:
        _write(connection, held, moves)
    _claim(connection, moves.values(), held.values())
    return moves


def claim(connection: Connection, release: str) -> None:
    """Updates the dates from which the texts of a moved release count, after one was corrected at
    one of its addresses. `settle` does so for a whole
    source."""
    columns = [_MOVES.c[name] for name in Move.__slots__]
    origins = select(_MOVES.c.origin).where((_MOVES.c.old == release) | (_MOVES.c.new == release))
    query = select(*columns).where(_MOVES.c.origin.in_(origins)).order_by(_MOVES.c.at)
    _claim(connection, [Move(*row) for row in connection.execute(query)], ())


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


def _root(connection: Connection, source: str) -> str:
    """How the addresses on the source's host begin."""
    home = connection.scalar(select(SourceRow.home).where(SourceRow.id == source)) or ""
    parts = urlsplit(home)
    port = {"http": ":80", "https": ":443"}.get(parts.scheme.lower(), "")
    return f"{parts.scheme.lower()}://{parts.netloc.lower().removesuffix(port)}/"


def _read(name: str) -> Any:
    """A column of `versions` as it was read: what people correct or mask at one of two addresses
    does not part them. Needs `as_read` joined, by `_is_kept`."""
    stored, path = _VERSIONS.c[name], f"$.{name}"
    kept = func.json_extract(_AS_READ.c.columns, path, type_=stored.type)
    is_kept = func.json_type(_AS_READ.c.columns, path).is_not(None)
    return case((is_kept, kept), else_=stored)


_is_kept = _AS_READ.c.version_id == _VERSIONS.c.id


def _text_columns() -> tuple[Any, ...]:
    names = ("title", "published_on", "text_hash")
    return (_VERSIONS.c.id.label("text_id"), *(_read(name).label(f"text_{name}") for name in names))


def _text(row: Any) -> _Text:
    return _Text(row.text_id, row.text_title, row.text_published_on, row.text_text_hash)


def _olds(connection: Connection, source: str) -> list[_Old]:
    """The crawled releases that are missing, gone, led away, or on a host that was left."""
    elsewhere = ~_RELEASES.c.url.startswith(_root(connection, source), autoescape=True)
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
        _Old(
            *row[:5],
            cluster=row.duplicate_of or row.id,
            missing_since=row.missing_since,
            leads_to=row.leads_to,
            led_at=row.seen_at,
            text=_text(row),
        )
        for row in connection.execute(query)
    ]


class _News:
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
        self._by: dict[object, list[_New]] = defaultdict(list)
        for row in connection.execute(query):
            cluster = row.duplicate_of or row.id
            new = _New(row.id, row.url, row.first_seen_at, cluster, _text(row))
            for key in self._keys(new.url, new.cluster, new.text):
                self._by[key].append(new)

    @staticmethod
    def _keys(url: str | None, cluster: str, text: _Text) -> Iterator[object]:
        yield "url", url
        yield "cluster", cluster
        yield "hash", text.text_hash or f"{words(text.title)} {text.published_on}"
        yield "title", words(text.title)

    def like(self, old: _Old) -> list[_New]:
        """Those worth comparing with a release that may have moved."""
        found = {
            new.id: new
            for key in self._keys(old.leads_to, old.cluster, old.text)
            for new in self._by.get(key, ())
        }
        return [new for new in found.values() if new.first_seen_at > old.first_seen_at]


def _worked_out(
    connection: Connection, source: str, olds: Sequence[_Old], held: Mapping[str, Move]
) -> dict[str, Move]:
    news = _News(connection, source, min(old.first_seen_at for old in olds))
    seen_at_host: dict[str, datetime] = {}
    root = _root(connection, source)
    for old in olds:
        host = _host(old.url)
        seen_at_host[host] = max(seen_at_host.get(host, old.last_seen_at), old.last_seen_at)
    pairs = []
    for old in olds:
        for new in news.like(old):
            is_other_host = new.url.startswith(root) and not old.url.startswith(root)
            how = _how(old, new, seen_at_host[_host(old.url)] if is_other_host else None)
            if how and (_is_held(held, old, new) or _agree(connection, old, new, how)):
                pairs.append((old, new, how))
    return _chosen(pairs, _taken_down(connection, source))


def _taken_down(connection: Connection, source: str) -> set[str]:
    """Releases of a source that nobody is shown."""
    shown = (_VERSIONS.c.release == _RELEASES.c.id) & (_VERSIONS.c.version == _RELEASES.c.version)
    query = select(_RELEASES.c.id).join(_VERSIONS, shown)
    return set(
        connection.scalars(query.where(_RELEASES.c.source == source, _VERSIONS.c.suppressed))
    )


def _how(old: _Old, new: _New, host_seen_at: datetime | None) -> How | None:
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


def _is_held(held: Mapping[str, Move], old: _Old, new: _New) -> bool:
    return old.id in held and held[old.id].new == new.id


def _agree(connection: Connection, old: _Old, new: _New, how: How) -> bool:
    if old.text.text_hash is not None and old.text.text_hash == new.text.text_hash:
        return True
    return is_same_release(
        _wording(connection, old.text),
        _wording(connection, new.text),
        redirected=how == "redirect",
    )


_BODY = (
    select(_read("body"))
    .select_from(_VERSIONS)
    .outerjoin(_AS_READ, _is_kept)
    .where(_VERSIONS.c.id == bindparam("wanted"))
)


def _wording(connection: Connection, text: _Text) -> _Wording:
    body = connection.scalars(_BODY, {"wanted": text.number}).one()
    return _Wording(text.title, body, text.published_on)


def _chosen(pairs: Iterable[tuple[_Old, _New, How]], down: Set[str]) -> dict[str, Move]:
    """Of several that may be one release, the likeliest: each has one new and one old address.
    What is taken down (`down`) is in no move, and leaves its place to no other."""
    left: dict[str, tuple[_Old, _New, How]] = {}
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


def _rank(pair: tuple[_Old, _New, How]) -> tuple[Any, ...]:
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


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _write(connection: Connection, held: Mapping[str, Move], moves: Mapping[str, Move]) -> None:
    obsolete = [old for old, move in held.items() if moves.get(old) != move]
    added = [move for old, move in moves.items() if held.get(old) != move]
    if obsolete:
        of_it = delete(_MOVES).where(_MOVES.c.old == bindparam("wanted"))
        connection.execute(of_it, [{"wanted": old} for old in obsolete])
    if added:
        rows = [{name: getattr(move, name) for name in Move.__slots__} for move in added]
        connection.execute(insert(_MOVES), rows)
    shown = [{(m.old, m.new, m.origin) for m in each.values()} for each in (held, moves)]
    changed = {id_ for old, new, _ in shown[0] ^ shown[1] for id_ in (old, new)}
    change_sequence.advance(connection, sorted(changed))


def _claim(connection: Connection, moves: Iterable[Move], before: Iterable[Move]) -> None:
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
        if wordings[-1].suppressed:  # its dates are under lock, with the claim that they made
            return
        claims.begin(wordings[0])
        if old is not None:
            last = _in_order(session, old)[-1]
            wordings[0].claim_on, wordings[0].claim_at = last.claim_on, last.claim_at
        if not session.is_modified(wordings[0]):
            return
        claims.inherit(wordings)
        session.flush()
        text_hash = wordings[-1].text_hash
    change_sequence.advance(connection, sorted(duplicates.settle(connection, [text_hash])))


def _in_order(session: Session, release: str) -> list[Version]:
    query = select(Version).filter_by(release=release).order_by(Version.version)
    return list(session.scalars(query))
