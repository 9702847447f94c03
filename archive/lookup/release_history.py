"""The versions of a release in order, and the words that each one changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from sqlalchemy import Connection, Engine, RowMapping, select

from archive.database.column_types import utc_text
from archive.database.models import ReleaseRecord, Version
from archive.lookup.attachments import documents
from archive.lookup.change_weight import Weight, heaviest_first, weigh_field, weigh_quotes
from archive.lookup.moves import Moved, moves_of
from archive.lookup.release_detail import NotFound, check_shown
from archive.lookup.web_archives import sightings_by_version

_FIELDS = ("title", "dateline", "body", "byline", "published_on", "published_at")
_WORD = re.compile(r"\S+|\n\n|\s+")
"""A blank line is a word of its own, so that a paragraph split in two shows as a change."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of one field."""

    what: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """How one field changed."""

    field: str
    pieces: list[Piece]
    weights: list[Weight]
    """Its weights, the heaviest first; see `archive.lookup.change_weight`."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version, and what it changed; the first version changed nothing, unless the release had
    another address before."""

    version: int
    seen_at: str
    """When it was first seen (UTC)."""
    title: str
    sha256: str
    changes: list[Change]
    weights: list[Weight]
    """Weights of all changes, the heaviest first; empty for the first version."""
    via: dict[str, str] | None
    """The web archive it was seen in, and the address there; None: a crawl saw it."""
    sightings: list[dict[str, str]]
    """Its captures in web archives, as in `archive.lookup.web_archives`."""
    withheld: list[dict[str, str]]
    """What was taken down in it: `what`, `reason`, `at`."""
    suppressed: bool
    """Whether that is all of it; its changes are not known then, nor those of the next version."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A release under one of its addresses."""

    id: str
    url: str
    first_seen_at: str
    last_seen_at: str
    moved_at: str | None
    """Since when it is known at the next address; None for the last one."""
    how: str | None
    """What shows it, as in `archive.lookup.moves`."""
    versions: list[Edition]


@dataclass(frozen=True, slots=True)
class History:
    """All versions of a release."""

    id: str
    url: str
    first_seen_at: str
    last_seen_at: str
    gone_at: str | None
    """When it was found to be withdrawn; None if it was not, or has moved."""
    versions: list[Edition]
    """Those at this address."""
    addresses: list[Stay]
    """All its addresses with their versions, the first one first; empty if it has not moved."""
    documents: list[dict[str, Any]]
    """Documents with their captured states, as in `archive.lookup.attachments`."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def history(engine: Engine, release: str) -> History:
    """The history of the release with this id. Raises NotFound, ArchiveError."""
    with engine.connect() as connection:
        record = _record(connection, release)
        if record is None:
            raise NotFound(f"There is no release {release!r} in the archive")
        check_shown(connection, release)
        moves = moves_of(connection, release)
        gone = record.gone_at if all(move.old != release for move in moves) else None
        return History(
            id=release,
            url=record.url,
            first_seen_at=utc_text(record.first_seen_at),
            last_seen_at=utc_text(record.last_seen_at),
            gone_at=gone and utc_text(gone),
            versions=list(_editions(connection, release)),
            addresses=list(_stays(connection, moves)),
            documents=documents(connection, release),
        )


def weights(engine: Engine, release: str) -> set[Weight]:
    """The weights of all edits of a release. Raises ArchiveError."""
    with engine.connect() as connection:
        return {weight for edition in _editions(connection, release) for weight in edition.weights}


def changed_words(before: str, after: str) -> list[Piece]:
    """Compares two texts: pieces they share, and pieces only one has, in reading order.

    Paragraphs are paired first, so that a long text takes no more time than its changed part."""
    old, new = _paragraphs(before), _paragraphs(after)
    pieces: list[Piece] = []
    for what, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
        else:
            pieces += _words("".join(old[i:j]), "".join(new[k:n]))
    return list(_joined(pieces))


def _record(connection: Connection, release: str) -> Any:
    columns = (
        *(ReleaseRecord.url, ReleaseRecord.first_seen_at),
        *(ReleaseRecord.last_seen_at, ReleaseRecord.gone_at),
    )
    return connection.execute(select(*columns).where(ReleaseRecord.id == release)).one_or_none()


def _stays(connection: Connection, moves: list[Moved]) -> Iterator[Stay]:
    if not moves:
        return
    ids = [moves[0].old, *(move.new for move in moves)]
    for number, id_ in enumerate(ids):
        move = moves[number] if number < len(moves) else None
        record = _record(connection, id_)
        yield Stay(
            id=id_,
            url=record.url,
            first_seen_at=utc_text(record.first_seen_at),
            last_seen_at=utc_text(record.last_seen_at),
            moved_at=move.at if move else None,
            how=move.how if move else None,
            versions=list(_editions(connection, id_, ids[number - 1] if number else None)),
        )


def _editions(
    connection: Connection, release: str, address_before: str | None = None
) -> Iterator[Edition]:
    """`address_before`: the release that it was, whose last version the first one changed."""
    columns = [
        getattr(Version, name)
        for name in (
            *("version", "seen_at", "sha256", "quotes", "via", "withheld", "suppressed"),
            *_FIELDS,
        )
    ]
    query = select(*columns).where(Version.release == release).order_by(Version.version)
    before: dict[str, str] | None = None
    quoted: list[dict[str, Any]] | None = None
    if address_before is not None:
        last = select(*columns).where(Version.release == address_before)
        [row] = connection.execute(last.order_by(Version.version.desc()).limit(1)).mappings()
        before, quoted = (None if row["suppressed"] else _fields(row)), row["quotes"]
    rows = connection.execute(query).mappings().all()
    seen = sightings_by_version(connection, release, [row["seen_at"] for row in rows])
    for row, sightings in zip(rows, seen, strict=True):
        fields = _fields(row)
        changes = [
            _change(name, before[name], fields[name], quoted, row["quotes"])
            for name in _FIELDS
            if before is not None and not row["suppressed"] and before[name] != fields[name]
        ]
        weights = heaviest_first(weight for change in changes for weight in change.weights)
        yield Edition(
            row["version"],
            utc_text(row["seen_at"]),
            row["title"],
            row["sha256"],
            changes,
            weights,
            row["via"],
            sightings,
            row["withheld"] or [],
            row["suppressed"],
        )
        before, quoted = (None if row["suppressed"] else fields), row["quotes"]


def _fields(row: RowMapping) -> dict[str, str]:
    return {name: str(row[name] or "") for name in _FIELDS}


def _change(field: str, before: str, after: str, *quotes: list[dict[str, Any]] | None) -> Change:
    """How one field changed; `quotes` are those of the version before and of this one."""
    pieces = changed_words(before, after)
    weights = weigh_field(field, pieces)
    old, new = quotes
    if field == "body" and old is not None and new is not None:
        weights = heaviest_first([*weights, *weigh_quotes(old, new)])
    return Change(field, pieces, weights)


def _paragraphs(text: str) -> list[str]:
    """The paragraphs with the blank lines after them, so that joined they are the text."""
    return re.findall(r".+?(?:\n\n|\Z)", text, re.DOTALL)


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    for what, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Piece("removed", "".join(old[i:j]))
        if k < n:
            yield Piece("added", "".join(new[k:n]))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Joins neighbouring pieces of one kind; a single space between two changes belongs to them."""
    kept: list[Piece] = []
    for piece in pieces:
        if kept and kept[-1].what == piece.what:
            kept[-1] = Piece(piece.what, kept[-1].text + piece.text)
        else:
            kept.append(piece)
    yield from kept
