"""What people see of a version: its columns as read, with corrections, and without what is taken
down. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import JSON, Boolean

from archive.curation.passages import Passage, masked, moved, spans, united
from archive.database.column_types import Words, json_text, parsed_json
from archive.database.models import Version, table_of
from archive.fingerprint import content_sha256, text_hash

Columns = dict[str, Any]
"""Columns of `versions` as SQLite stores them."""

BY_PEOPLE = ("corrected", "corrections", "withheld", "suppressed")
"""Columns of `versions` that say what people changed."""
PRINTED = ("title", "dateline", "body", "byline")
"""Fields of the text; a correction of one holds only for the versions that were there then."""
BY_CORRECTION = "correction"
"""`published_by` of a date that a person has corrected."""

_TABLE = table_of(Version)
_JSON = {column.name for column in _TABLE.c if isinstance(column.type, JSON)}
_TEXTS = {column.name for column in _TABLE.c if isinstance(column.type, Words)}
_FLAGS = {column.name for column in _TABLE.c if isinstance(column.type, Boolean)}
_OF_NO_TEXT = frozenset(
    {"id", "release", "version", "seen_at", "crawl", "body_by", "via", "reader", "published_by"}
    | {"sha256", "text_hash", "claim_on", "claim_at", "claim_seen_at", "language"}
    | {"capture_file", "capture_offset", "capture_record_id", "capture_digest", *BY_PEOPLE}
)
"""Columns that hold nothing of the text."""
_AFTER_ERASURE = frozenset({"sha256", "claim_on", "claim_at", "claim_seen_at"})
_FOLLOWING = frozenset({"published_on", "published_at", "language", "published_by"})
"""Of the others, those that a version keeps of which a passage is masked, but not one of which all
is taken down."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The value that a field of a release has, according to a person."""

    release: str
    field: str
    value: Any
    """As in the record; a date or a time as text."""
    reason: str
    who: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Suppression:
    """A release, a version or a passage that is taken down."""

    id: str
    release: str
    what: str
    reason: str
    made_at: str
    """UTC, as stored."""
    seen_at: str | None = None
    sha256: str | None = None
    record_id: str | None = None
    """The three by which a version is found again, each enough."""
    passage: Passage | None = None
    is_erased: bool = False

    def covers(self, version: Mapping[str, Any]) -> bool:
        """Whether all of a version is taken down by it."""
        if self.what == "version":
            return any(
                (
                    self.seen_at == version["seen_at"],
                    self.sha256 == version["sha256"],
                    self.record_id is not None and self.record_id == version["capture_record_id"],
                )
            )
        return self.what == "release"


def curated(
    version: Columns, corrections: Sequence[Correction], suppressions: Sequence[Suppression]
) -> Columns:
    """The columns as people see them, with those `BY_PEOPLE`."""
    seen = parsed(version)
    applied = [one for each in corrections if (one := _correct(seen, each)) is not None]
    covering = [one for one in suppressions if one.covers(version)]
    withheld = covering or list(_mask(seen, applied, suppressions))
    if covering:
        applied = []
        _empty(seen)
    elif applied or withheld:
        text = " ".join(seen[name] for name in PRINTED[1:] if seen[name])
        seen["sha256"] = content_sha256(seen["title"], text)
        seen["text_hash"] = text_hash(seen["body"])
    return _stored(seen) | {
        "corrected": json_text([one["field"] for one in applied]) if applied else None,
        "corrections": json_text(applied) if applied else None,
        "withheld": json_text([_as_told(one) for one in withheld]) if withheld else None,
        "suppressed": int(bool(covering)),
    }


def evidence(read: Columns, version: Columns, suppressions: Sequence[Suppression]) -> Columns:
    """What is kept of the columns that people changed (`read`): of an erased version, only by what
    it is recognised when it is read again."""
    if any(one.is_erased and one.covers(version) for one in suppressions):
        return {name: value for name, value in read.items() if name in _AFTER_ERASURE}
    return read


def holds_for(correction: Correction, seen_at: str) -> bool:
    """Whether a correction is of a version first seen then. A text that came later is another
    one, which the person has not seen."""
    return correction.field not in PRINTED or seen_at[:10] <= correction.made_on.isoformat()


def _as_told(suppression: Suppression) -> dict[str, str]:
    return {
        "what": suppression.what,
        "reason": suppression.reason,
        "at": suppression.made_at,
    }


def _correct(seen: Columns, correction: Correction) -> dict[str, Any] | None:
    """Puts the corrected value in place; None if it does not differ."""
    field, value = correction.field, correction.value
    read = seen[field]
    if value == read or not holds_for(correction, seen["seen_at"]):
        return None
    seen[field] = value
    if field == "published_on":
        kept = (seen["published_at"] or "")[:10] == value
        seen |= {"published_at": seen["published_at"] if kept else None}
    elif field == "published_at" and value is not None:
        seen["published_on"] = value[:10]
    elif field == "body" and seen["quotes"]:
        seen["quotes"] = list(_found_again(seen["quotes"], value))
    if field.startswith("published_"):
        seen["published_by"] = BY_CORRECTION if seen["published_on"] else None
    return {
        "field": field,
        "value_read": read,
        "reason": correction.reason,
        "who": correction.who,
        "when": correction.made_on.isoformat(),
    }


def _found_again(quotes: Iterable[dict[str, Any]], body: str) -> Iterator[dict[str, Any]]:
    """The quotes that a corrected text still has, in its order."""
    begin = 0
    for quote in quotes:
        start = body.find(quote["text"], begin)
        if start >= 0:
            begin = start + len(quote["text"])
            yield quote | {"start": start, "end": begin}


def _mask(
    seen: Columns, applied: list[dict[str, Any]], suppressions: Sequence[Suppression]
) -> Iterator[Suppression]:
    """Masks the passages; yields those suppressions of which one was found."""
    wanted = [(one, one.passage) for one in suppressions if one.passage is not None]
    names = [name for name in seen if name not in _OF_NO_TEXT]
    hit = [
        one
        for one, passage in wanted
        if any(_has(seen[name], passage) for name in names)
        or any(_has(one["value_read"], passage) for one in applied)
    ]
    passages = [one.passage for one in hit if one.passage is not None]
    if passages:
        places = _places(seen["body"], passages)
        quotes = [moved(quote, places) for quote in seen["quotes"] or ()]
        seen["quotes"] = [
            one
            for one in quotes
            if one is not None and not any(_has(one, passage) for passage in passages)
        ]
        for name in names:
            if name != "quotes":
                seen[name] = _without(seen[name], passages)
        for one in applied:
            one["value_read"] = _without(one["value_read"], passages)
    yield from hit


def _places(text: str, passages: Iterable[Passage]) -> list[tuple[int, int]]:
    return united([span for passage in passages for span in spans(text, passage)])


def _has(value: Any, passage: Passage) -> bool:
    if isinstance(value, str):
        return bool(spans(value, passage))
    if isinstance(value, dict):
        return any(_has(each, passage) for each in (*value.keys(), *value.values()))
    return isinstance(value, list) and any(_has(each, passage) for each in value)


def _without(value: Any, passages: Sequence[Passage]) -> Any:
    """A text masked; of a list or an object, what has no such passage."""
    if isinstance(value, str):
        return masked(value, _places(value, passages))
    if isinstance(value, list):
        return [one for one in value if not any(_has(one, passage) for passage in passages)]
    if isinstance(value, dict):
        return {
            name: one
            for name, one in value.items()
            if not any(_has({name: one}, passage) for passage in passages)
        }
    return value


def _empty(seen: Columns) -> None:
    """Takes the text out of a version, and all that was read off it."""
    for column in _TABLE.c:
        name = column.name
        if name in _OF_NO_TEXT - _FOLLOWING:
            continue
        if column.nullable:
            seen[name] = None
        elif name in _JSON:
            seen[name] = {} if isinstance(seen[name], dict) else []
        else:
            seen[name] = "" if name in _TEXTS else False
    # Two empty versions are still two.
    seen["sha256"] = content_sha256("", f"{seen['release']} {seen['seen_at']} {seen['version']}")
    seen["text_hash"] = None


def parsed(version: Columns) -> Columns:
    """Columns as stored, with lists, objects and truth values as Python values."""
    return {
        name: parsed_json(value)
        if name in _JSON and value is not None
        else (bool(value) if name in _FLAGS else value)
        for name, value in version.items()
    }


def _stored(seen: Columns) -> Columns:
    return {
        name: json_text(value)
        if name in _JSON and value is not None
        else (int(value) if name in _FLAGS else value)
        for name, value in seen.items()
    }
