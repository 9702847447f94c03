"""Changes that match a watch by another wording than the current one: an edit may have removed the
very words that are watched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from archive.database.models import Version
from archive.search.past_wordings import found
from archive.search.query import parse
from archive.watches.watch import Watch

_COLUMNS = (
    Version.id,
    Version.title,
    Version.dateline,
    Version.body,
    Version.byline,
    Version.author_tags,
    Version.topics,
    Version.election,
    Version.quotes,
)


def met_by_another_wording(
    connection: Connection, watch: Watch, changes: Sequence[RowMapping]
) -> list[RowMapping]:
    """Those changes whose wording (of an edit: that before, too) meets what the watch asks of a
    wording. Each has `release`, `what` and `of_version`. Raises SearchError."""
    wordings = {row["number"]: _wordings(connection, row) for row in changes}
    every = {wording["id"]: wording for of_change in wordings.values() for wording in of_change}
    met = {number for number, wording in every.items() if _meets(watch, wording)}
    if watch.words.strip() and met:
        met &= found(parse(watch.words), (_printed(every[number]) for number in met))
    return [row for row in changes if met & {wording["id"] for wording in wordings[row["number"]]}]


def _wordings(connection: Connection, change: RowMapping) -> Sequence[RowMapping]:
    numbers = [change["of_version"]]
    if change["what"] == "edited":
        numbers.append(change["of_version"] - 1)
    of_release = (Version.release == change["release"], Version.version.in_(numbers))
    return connection.execute(select(*_COLUMNS).where(*of_release)).mappings().all()


def _printed(wording: RowMapping) -> tuple[int, str, str | None, str, str | None]:
    names = ("id", "title", "dateline", "body", "byline")
    number, title, dateline, body, byline = (wording[name] for name in names)
    return number, title, dateline, body, byline


def _meets(watch: Watch, wording: RowMapping) -> bool:
    chosen = watch.selection
    return (
        (not chosen.election or wording["election"])
        and _any(chosen.tag, wording["author_tags"])
        and _any(chosen.topic, wording["topics"])
        and (not watch.speaker or any(_quotes(watch.speaker, wording["quotes"] or ())))
    )


def _any(wanted: Iterable[str], values: Iterable[str]) -> bool:
    lower = {word.lower() for word in wanted}
    return not lower or not lower.isdisjoint(values)


def _quotes(speaker: str, quotes: Iterable[dict[str, Any]]) -> Iterator[bool]:
    for quote in quotes:
        yield speaker.lower() in (quote.get("person") or "").lower()
