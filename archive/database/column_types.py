"""Column types: how times and hostile text are written down so that a person can read them, and
long lists of numbers so that they take little room."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import Date, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from archive.errors import ValueDamaged

T = TypeVar("T")

_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, but for tab and line feed, and halves of surrogate pairs."""


def clean(value: Any) -> Any:
    """`value` without what no page prints: control characters (a NUL ends a string in SQLite's
    shell, an escape sequence takes over a terminal) and halves of surrogate pairs (not UTF-8).
    Lists and dicts are cleaned through and through."""
    if isinstance(value, str):
        return _UNPRINTED.sub(_cleaned, value)
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item) for item in value]
    return value


def _cleaned(match: re.Match[str]) -> str:
    return "\N{REPLACEMENT CHARACTER}" if match[0] >= "\ud800" else ""


def utc_text(value: datetime) -> str:
    """`2024-05-26T10:01:00Z`: to the second, and sorting as text is sorting by time.

    Raises ValueError for a time without a zone: it could mean any of three Indonesian ones."""
    if value.utcoffset() is None:
        raise ValueError(f"a time without a zone: {value.isoformat()}")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def moment(value: datetime) -> datetime:
    """A moment as the archive keeps it: UTC, whole seconds."""
    return value.astimezone(UTC).replace(microsecond=0)


def json_text(value: Any) -> str:
    """A value as JSON, in letters that a person can read."""
    return json.dumps(value, ensure_ascii=False)


def parsed_json(text: str) -> Any:
    """A value that is kept as JSON. Raises `ValueDamaged`."""
    try:
        return json.loads(text)
    except ValueError:
        raise ValueDamaged(text) from None


class Words(TypeDecorator[str]):
    """Text. SQLite hands out whatever a damaged file holds: bytes, numbers."""

    impl = Text
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[object], str | None]:
        return _stored_words


def _stored_words(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueDamaged(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, as text in UTC."""

    impl = Text
    cache_ok = True

    def as_stored(self, value: datetime) -> datetime:
        """The value that will be read back."""
        return moment(value)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else utc_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else stored_moment(value)


class PrintedDateTime(TypeDecorator[datetime]):
    """A moment as the desk printed it: the offset is part of what was said, and is kept."""

    impl = Text
    cache_ok = True

    def as_stored(self, value: datetime) -> datetime:
        """The value that will be read back."""
        return value.replace(microsecond=0)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is not None and value.utcoffset() is None:
            raise ValueError(f"a time without a zone: {value.isoformat()}")
        return None if value is None else value.isoformat(timespec="seconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else stored_moment(value)

    def compare_values(self, x: datetime | None, y: datetime | None) -> bool:
        """10:00 WITA and 09:00 WIB are one moment, but two printed times."""
        return (x and x.isoformat()) == (y and y.isoformat())


class Day(TypeDecorator[date]):
    """A date. SQLAlchemy's own `Date` ends in a bare ValueError where a stored one is damaged."""

    impl = Date
    cache_ok = True

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], date | None]:
        return lambda text: None if text is None else stored_day(text)


def stored_day(text: str) -> date:
    """A date as the archive holds it.

    Raises `ValueDamaged` for what is no date."""
    return _parsed(date.fromisoformat, text)


def stored_moment(text: str) -> datetime:
    """A time as the archive holds it.

    Raises `ValueDamaged` for what is no time."""
    return _parsed(datetime.fromisoformat, text)


def _parsed(parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except (ValueError, TypeError):
        raise ValueDamaged(text) from None


NUMBER_BYTES = 6
"""Bytes a number takes in `Numbers`."""


class Numbers(TypeDecorator[list[int]]):
    """Numbers of up to 48 bits, one after another."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return b"".join(number.to_bytes(NUMBER_BYTES, "big") for number in value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> list[int] | None:
        if value is None:
            return None
        starts = range(0, len(value), NUMBER_BYTES)
        return [int.from_bytes(value[start : start + NUMBER_BYTES], "big") for start in starts]
