"""The exported record of a release as JSON.

SQLite writes the JSON, several times as fast as Python; all other code that needs a record reads
it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Table, case, func, literal_column

from archive.database.attachment_columns import attachment_text, attachments
from archive.database.models import Version
from archive.database.views import releases

QUOTE = ("text", "start", "end", "direct", "verb", "speaker", "person", "role", "how")
"""Keys of a quote, in this order."""

ATTACHMENT = ("url", "type", "label", "capture")
"""Keys of an attachment, in this order."""

SCHEMA = Path(__file__).with_name("release.schema.json")

KEYS = (
    "id",
    "seq",
    "source",
    "kind",
    "level",
    "publisher",
    "region",
    "url",
    "title",
    "published_on",
    "published_at",
    "published_by",
    "dateline",
    "place",
    "body",
    "body_by",
    "byline",
    "author_tags",
    "credits",
    "election",
    "topics",
    "language",
    "quotes",
    "flags",
    "attachments",
    "attachment_text",
    "via",
    "duplicate_of",
    "similarity",
    "moved_to",
    "moved_from",
    "version",
    "versions",
    "first_seen_at",
    "last_seen_at",
    "gone_at",
    "sha256",
    "capture",
    "corrected",
    "corrections",
    "withheld",
    "suppressed",
)
"""All keys of a record, in this order; each is always present."""

SEEN_AT = "seen_at"
"""Additional key of a record with `versions`: when this version was first seen."""

CORRECTION = ("field", "value_read", "reason", "who", "when")
WITHHELD = ("what", "reason", "at")
"""Keys of what people corrected and suppressed."""

LISTS = (
    *("author_tags", "credits", "topics", "quotes", "flags", "attachments"),
    *("corrected", "corrections", "withheld"),
)
_OF_DOCUMENTS = {"attachments": attachments, "attachment_text": attachment_text}
_CAPTURE = ("file", "offset", "record_id")


def current() -> ColumnElement[str]:
    """The JSON of a row of the view `releases`."""
    return of_row(releases)


def of_row(view: Table) -> ColumnElement[str]:
    """The JSON of a row of `releases` or `every_release`."""
    return _object(KEYS, lambda key: view.c[key])


def wording(view: Table = releases) -> ColumnElement[str]:
    """The JSON of one version of a release: of `versions`, joined to `releases` or
    `every_release`."""
    versions: Table = Version.__table__  # type: ignore[assignment]

    def column(key: str) -> ColumnElement[Any]:
        if key in _OF_DOCUMENTS:
            return literal_column(_OF_DOCUMENTS[key]("versions", is_current=False))
        of_wording = key in versions.c and key != "id"
        return versions.c[key] if of_wording else view.c[key]

    return _object((*KEYS, SEEN_AT), column)


def _object(
    keys: tuple[str, ...], column: Callable[[str], ColumnElement[Any]]
) -> ColumnElement[str]:
    parts: list[Any] = []
    for key in keys:
        parts += [literal_column(f"'{key}'"), _value(key, column)]
    return func.json_object(*parts)


def _value(key: str, column: Callable[[str], ColumnElement[Any]]) -> ColumnElement[Any]:
    if key == "capture":
        parts: list[Any] = []
        for part in _CAPTURE:
            parts += [literal_column(f"'{part}'"), column(f"capture_{part}")]
        there = column("capture_file").is_not(None)
        return func.json(case((there, func.json_object(*parts))))
    if key == "via":
        return func.json(column(key))
    if key in ("election", "suppressed"):
        return func.json(case((column(key), "true"), else_="false"))
    return func.json(func.coalesce(column(key), "[]")) if key in LISTS else column(key)
