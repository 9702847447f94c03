"""The changes that match a watch, as events. An event has the same id at every delivery, and in
every archive that saw the change at that time: a receiver recognises repetitions by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, exists, func, or_, select

from archive.database.column_types import utc_text
from archive.database.models import ChangeRow, MoveRow, QuotedPerson, Version
from archive.database.views import releases
from archive.lookup.change_weight import Weight
from archive.lookup.release_history import Edition, history
from archive.watches.past_wordings import met_by_another_wording
from archive.watches.watch import Watch, What

_EARLIER = 2_000
"""Changes among which a feed looks for those that only another wording than the current meets."""
_OF_RELEASE = ("source", "publisher", "region", "url", "title", "published_on")
_FEW_WORDS = 300
"""Characters of a changed passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change at a source."""

    number: int
    """Of `changes`: its place among all."""
    what: What
    at: datetime
    """When the crawl saw it, UTC."""
    release: str
    source: str
    publisher: str
    region: str
    url: str
    title: str
    """Of the wording it is about."""
    published_on: str | None
    body: str
    """Of the same wording."""
    edition: Edition | None
    """What was edited; None if nothing was."""

    @property
    def id(self) -> str:
        """A `tag:` URI (RFC 4151)."""
        # A release is new once; whatever else happens to it can happen again.
        place = f"{self.release}/{self.what}"
        if self.what != "new":
            place += f"/{self.at:%Y%m%dT%H%M%SZ}"
        return f"tag:arsip-pilkada,2026:{place}"

    @property
    def weights(self) -> list[Weight]:
        """Of the edit, the heaviest first."""
        return self.edition.weights if self.edition else []

    def passages(self) -> list[tuple[str, str, str]]:
        """Field, removed and added words of an edit, shortened, one each for title, text, …."""
        return [
            (change.field, _words(change.pieces, "removed"), _words(change.pieces, "added"))
            for change in (self.edition.changes if self.edition else ())
        ]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "id": self.id,
            "what": self.what,
            "at": utc_text(self.at),
            "release": self.release,
            **{name: getattr(self, name) for name in _OF_RELEASE},
            "version": self.edition.version if self.edition else None,
            "weights": self.weights,
            "changes": [
                {"field": field, "removed": removed, "added": added}
                for field, removed, added in self.passages()
            ],
        }


def last_change(engine: Engine) -> int:
    """The number of the last change so far; 0 before the first. Raises ArchiveError."""
    with engine.connect() as connection:
        return connection.scalar(select(func.max(ChangeRow.id))) or 0


def events(engine: Engine, watch: Watch, after: int, until: int) -> Iterator[Event]:
    """What the watch tells of the changes above `after`, up to `until`, the oldest first. Raises
    SearchError, ArchiveError."""
    yield from _found(engine, watch, (ChangeRow.id > after, ChangeRow.id <= until))


def newest(engine: Engine, watch: Watch, few: int) -> list[Event]:
    """The last events of a watch, the newest first. Raises SearchError, ArchiveError."""
    return list(islice(_found(engine, watch, backwards=True, most=_EARLIER), few))


def _found(
    engine: Engine,
    watch: Watch,
    among: Iterable[ColumnElement[bool]] = (),
    *,
    backwards: bool = False,
    most: int | None = None,
) -> Iterator[Event]:
    """`most`: of the changes whose wordings are compared one by one."""
    order = ChangeRow.id.desc() if backwards else ChangeRow.id.asc()
    conditions = [ChangeRow.what.in_(watch.on), *among]
    current = _changes(*conditions, *watch.in_full().conditions(), *_quoting(watch.speaker))
    with engine.connect() as connection:
        others: list[RowMapping] = []
        if watch.asks_of_the_wording:
            # What the current wording does not meet: the words may stand in the one before.
            shown = select(current.order_by(None).subquery().c.number)
            another = _changes(
                *conditions,
                *watch.at_the_source().conditions(),
                releases.c.versions > 1,
                ChangeRow.version_id.is_not(None),
                ChangeRow.id.not_in(shown),
            )
            rows = connection.execute(another.order_by(order).limit(most)).mappings().all()
            others = met_by_another_wording(connection, watch, rows)
        found = connection.execute(current.order_by(order), execution_options={"yield_per": 200})
        in_order = merge(found.mappings(), others, key=_number, reverse=backwards)
        yield from _events(engine, watch, in_order)


def _number(change: RowMapping) -> int:
    return int(change["number"])


def _events(engine: Engine, watch: Watch, rows: Iterable[RowMapping]) -> Iterator[Event]:
    for row in rows:
        edition = _edition(engine, row)
        if row["what"] == "edited" and watch.weight:
            weights = edition.weights if edition else []
            if not set(watch.weight) & set(weights):
                continue
        published: Any = row["published_on"]
        values = {name: row[name] for name in Event.__slots__ if name in row}
        yield Event(
            **values | {"published_on": published and published.isoformat(), "edition": edition}
        )


def _edition(engine: Engine, row: RowMapping) -> Edition | None:
    if row["what"] != "edited":
        return None
    editions = history(engine, row["release"]).versions
    return next((edition for edition in editions if edition.version == row["of_version"]), None)


def _changes(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Changes with the columns of their releases that messages show. Left out are those of a
    version that was none, as a better reading showed, and those of a moved release: new at its new
    address, missing at its old one."""
    wording = func.coalesce(ChangeRow.version_id, releases.c.version_id)
    return (
        select(
            ChangeRow.id.label("number"),
            ChangeRow.what,
            ChangeRow.at,
            ChangeRow.release,
            ChangeRow.version_id,
            Version.version.label("of_version"),
            Version.title,
            Version.body,
            *(releases.c[name] for name in _OF_RELEASE if name != "title"),
        )
        .select_from(ChangeRow)
        .join(releases, releases.c.id == ChangeRow.release)
        .join(Version, (Version.id == wording) & Version.suppressed.is_(False))
        .where(
            or_(ChangeRow.what != "new", ChangeRow.release.not_in(select(MoveRow.new))),
            or_(ChangeRow.what != "withdrawn", ChangeRow.release.not_in(select(MoveRow.old))),
            *conditions,
        )
    )


def _quoting(speaker: str) -> Iterator[ColumnElement[bool]]:
    if speaker:
        person = func.lower(QuotedPerson.person).contains(speaker.lower(), autoescape=True)
        quoted = select(1).where(QuotedPerson.version_id == releases.c.version_id, person)
        yield exists(quoted)


def _words(pieces: Iterable[Any], what: str) -> str:
    text = " … ".join(piece.text.strip() for piece in pieces if piece.what == what)
    return text if len(text) <= _FEW_WORDS else text[: _FEW_WORDS - 1].rstrip() + "…"
