"""Dates and numbers in the format of a language."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

from archive.i18n.languages import language

_LOCALES = {"id": "id_ID", "en": "en_GB"}  # the day before the month in both
_ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}
"""Hours before UTC. Indonesia calls its zones so in every language."""


def day(value: date | str, style: str = "long") -> str:
    """`31 Agustus 2024`; `medium`: `31 Agt 2024`."""
    parsed = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return format_date(parsed, style, locale=_locale())


def moment(value: datetime | str, zone: tzinfo | None = None, style: str = "long") -> str:
    """`31 Agustus 2024, 16.05 WITA`, in the zone given or the moment's own."""
    parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = parsed.astimezone(zone) if zone else parsed
    time = format_time(local.time(), "short", locale=_locale())
    return f"{day(local.date(), style)}, {time} {_zone(local)}"


def number(value: int | float) -> str:
    """`1.234` in Indonesian, `1,234` in English."""
    return format_decimal(value, locale=_locale())


def percent(value: float) -> str:
    """A share of 1: `98 %`."""
    return format_percent(value, locale=_locale())


def _locale() -> Locale:
    return Locale.parse(_LOCALES[language()])


def _zone(local: datetime) -> str:
    offset = local.utcoffset()
    hours = offset.total_seconds() / 3600 if offset else 0
    return _ZONES.get(int(hours), f"UTC{hours:+g}" if hours else "UTC")
