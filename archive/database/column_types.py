"""Column types: readable times, cleaned text, JSON, and packed lists of numbers."""

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
"""Control characters except tab and line feed, and lone surrogates."""


def clean(value: Any) -> Any:
    """Removes what no page prints: control characters (a NUL ends a string in SQLite's shell, an
    escape sequence controls a terminal) and lone surrogates (not UTF-8). Lists and dicts are
    cleaned too."""
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
    """`2024-05-26T10:01:00Z`: to the second, so that sorting as text is sorting by time. Raises
    ValueError for a time without a zone: it could be in any of three Indonesian ones."""
    if value.utcoffset() is None:
        raise ValueError(f"a time without a zone: {value.isoformat()}")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def moment(value: datetime) -> datetime:
    """A time as the archive stores it: UTC, whole seconds."""
    return value.astimezone(UTC).replace(microsecond=0)


def json_text(value: Any) -> str:
    """A value as JSON, not escaped to ASCII."""
    return json.dumps(value, ensure_ascii=False)


def parsed_json(text: str) -> Any:
    """A value stored as JSON. Raises `ValueDamaged`."""
    try:
        return json.loads(text)
    except ValueError:
        raise ValueDamaged(text) from None


class Words(TypeDecorator[str]):
    """Text. SQLite returns whatever a damaged file has: bytes, numbers."""

    impl = Text
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[object], str | None]:
        return _stored_words


def _stored_words(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueDamaged(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A time, as text in UTC."""

    impl = Text
    cache_ok = True

    def as_stored(self, value: datetime) -> datetime:
        """The value as it will be read."""
        return moment(value)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else utc_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else stored_moment(value)


class PrintedDateTime(TypeDecorator[datetime]):
    """A time as printed: the offset is part of the text, and is kept."""

    impl = Text
    cache_ok = True

    def as_stored(self, value: datetime) -> datetime:
        """The value as it will be read."""
        return value.replace(microsecond=0)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is not None and value.utcoffset() is None:
            raise ValueError(f"a time without a zone: {value.isoformat()}")
        return None if value is None else value.isoformat(timespec="seconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else stored_moment(value)

    def compare_values(self, x: object, y: object) -> bool:
        """10:00 WITA and 09:00 WIB are the same time, but printed differently. SQLAlchemy also
        compares with a mark for a value that was not loaded."""
        if isinstance(x, datetime) and isinstance(y, datetime):
            return x.isoformat() == y.isoformat()
        return x == y


class Day(TypeDecorator[date]):
    """A date. SQLAlchemy's `Date` raises a bare ValueError for a damaged value."""

    impl = Date
    cache_ok = True

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], date | None]:
        return lambda text: None if text is None else stored_day(text)


def stored_day(text: str) -> date:
    """A stored date. Raises `ValueDamaged` if it is not one."""
    return _parsed(date.fromisoformat, text)


def stored_moment(text: str) -> datetime:
    """A stored time. Raises `ValueDamaged` if it is not one."""
    return _parsed(datetime.fromisoformat, text)


def _parsed(parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except (ValueError, TypeError):
        raise ValueDamaged(text) from None


NUMBER_BYTES = 6
"""Bytes per number in `Numbers`."""


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
