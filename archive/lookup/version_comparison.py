"""Two versions of a release, as one text with what was removed and added, and side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import Engine, select

from archive.database.column_types import utc_text
from archive.database.models import Version
from archive.lookup.release_history import Piece, changed_words

FIELDS = ("title", "published_on", "published_at", "dateline", "body", "byline")
"""What a reader of the page could see, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph of each version, or several where they cannot be told apart."""

    before: list[Piece]
    """`same` and `removed`."""
    after: list[Piece]
    """`same` and `added`."""
    is_same: bool


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field of both versions."""

    field: str
    pieces: list[Piece]
    """Both as one text."""
    rows: list[Row]
    is_same: bool


def version_texts(engine: Engine, release: str) -> list[dict[str, Any]]:
    """Every version of a release, the first one first: its number, `seen_at` and `FIELDS` as text,
    its quotes, and its `capture`: None also where a part of it was taken down (`withheld`), and
    `suppressed` where that is all of it. Raises ArchiveError."""
    capture = ("file", "offset", "record_id")
    columns = (
        *("version", "seen_at", "quotes", "withheld", "suppressed"),
        *FIELDS,
        *(f"capture_{part}" for part in capture),
    )
    query = (
        select(*(getattr(Version, name) for name in columns))
        .where(Version.release == release)
        .order_by(Version.version)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        {
            "version": row["version"],
            "seen_at": utc_text(row["seen_at"]),
            "quotes": row["quotes"],
            **{name: str(row[name] or "") for name in FIELDS},
            "withheld": row["withheld"] or [],
            "suppressed": row["suppressed"],
            "capture": {part: row[f"capture_{part}"] for part in capture}
            if row["capture_file"] and not row["withheld"]
            else None,
        }
        for row in rows
    ]


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[FieldComparison]:
    """What two versions of `version_texts` have, field by field; empty fields are left out."""
    return [
        FieldComparison(
            field=name,
            pieces=changed_words(before[name], after[name]),
            rows=list(_rows(_paragraphs(before[name]), _paragraphs(after[name]))),
            is_same=before[name] == after[name],
        )
        for name in FIELDS
        if before[name] or after[name]
    ]


def _rows(old: list[str], new: list[str]) -> Iterator[Row]:
    for what, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            for paragraph in old[i:j]:
                same = [Piece("same", paragraph)]
                yield Row(same, same, True)
        elif j - i == n - k:  # each was changed into the one in its place
            for before, after in zip(old[i:j], new[k:n], strict=True):
                yield _changed(before, after)
        else:
            yield _changed("\n\n".join(old[i:j]), "\n\n".join(new[k:n]))


def _changed(before: str, after: str) -> Row:
    pieces = changed_words(before, after)
    return Row(
        before=[piece for piece in pieces if piece.what != "added"],
        after=[piece for piece in pieces if piece.what != "removed"],
        is_same=False,
    )


def _paragraphs(text: str) -> list[str]:
    return text.split("\n\n") if text else []
