"""Dates and times as Indonesian sites stamp them: `Minggu, 26 Mei 2024 | 10:22 WITA`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import dateparser

_DATA = Path(__file__).parent.parent / "data" / "calendar.toml"
EARLIEST = 1995
"""No Indonesian government had a web site before."""
LONGEST = 400
"""Characters of a line that can be a stamp; what is longer is text that mentions a date."""
_TOMORROW = timedelta(days=1)
# A date without a year is taken for one of the last years in which its weekday fits.
_YEARS_BACK = 10


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as printed, with the time of day where that is printed too."""

    on: date
    """As printed: the local date at the source, unless the stamp carries another offset."""
    at: datetime | None = None
    """With the offset printed, else the source's; None when only a date is printed."""
    flags: tuple[str, ...] = ()
    """`weekday-mismatch`, `year-from-weekday`, `relative-date`."""


def parse_stamp(text: str, timezone: str, captured_at: datetime) -> Stamp | None:
    """The date a line is stamped with, noise around it ignored; None where it holds none.

    `timezone` is the source's (IANA); `captured_at` (aware) is where relative dates count from.
    Impossible dates, dates before 1995 and dates more than a day after the capture (zones differ
    by hours) are refused, not repaired. `3 jam lalu` is read by dateparser; weeks, months and
    years ago say too little.
    """
    line = text[:LONGEST]
    zone = ZoneInfo(timezone)
    for found in _candidates(line, captured_at.astimezone(zone).date()):
        stamp = _with_time(found, line, zone)
        latest = captured_at.astimezone(zone).date() + _TOMORROW
        if stamp.on.year >= EARLIEST and stamp.on <= latest:
            return stamp
    return _relative(line, zone, captured_at)


@dataclass(frozen=True, slots=True)
class _Found:
    on: date
    start: int
    end: int
    flags: tuple[str, ...] = ()


def _candidates(line: str, today: date) -> Iterator[_Found]:
    """Every possible date of a line, in the order it stands in."""
    for match in _patterns().date.finditer(line):
        parts = {name: value for name, value in match.groupdict().items() if value is not None}
        year = _year(parts)
        month = _month(parts)
        day = int(parts.get("d1") or parts.get("d2") or parts.get("d3") or parts["d4"])
        weekday = _words()["weekdays"].get(_plain(parts.get("weekday", "")))
        if year is None:
            yield from _by_weekday(match, weekday, month, day, today)
            continue
        try:
            on = date(year, month, day)
        except ValueError:
            continue
        wrong = weekday is not None and on.weekday() != weekday
        yield _Found(on, *match.span(), ("weekday-mismatch",) if wrong else ())


def _by_weekday(
    match: re.Match[str], weekday: int | None, month: int, day: int, today: date
) -> Iterator[_Found]:
    """`Minggu, 26 Mei`: the last year in which that was a Sunday."""
    for year in range(today.year, today.year - _YEARS_BACK, -1):
        try:
            on = date(year, month, day)
        except ValueError:
            continue
        if weekday is not None and on.weekday() == weekday and on <= today + _TOMORROW:
            yield _Found(on, *match.span(), ("year-from-weekday",))
            return


def _year(parts: dict[str, str]) -> int | None:
    printed = parts.get("y1") or parts.get("y2") or parts.get("y3") or parts.get("y4")
    if printed is None:
        return None
    return int(printed) + (2000 if len(printed) == 2 else 0)


def _month(parts: dict[str, str]) -> int:
    name = parts.get("m1") or parts.get("m2")
    if name:
        return _words()["months"][_plain(name)]
    return int(parts.get("m3") or parts["m4"])


def _with_time(found: _Found, line: str, zone: ZoneInfo) -> Stamp:
    after = _patterns().time_after.match(line, found.end)
    clock = after or _patterns().time_before.search(line[: found.start])
    if clock is None:
        return Stamp(found.on, None, found.flags)
    at = _clock(clock)
    if at is None:
        return Stamp(found.on, None, found.flags)
    printed = clock["zone"]
    offset = _offset(printed) if printed else None
    moment = datetime.combine(found.on, at)
    if offset is not None:
        moment = datetime.fromisoformat(f"{moment.isoformat()}{offset}")
    else:
        local = moment.replace(tzinfo=zone)
        moment = datetime.fromisoformat(local.isoformat())
    return Stamp(found.on, moment, found.flags)


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, second = int(match["h"]), int(match["min"]), int(match["s"] or 0)
    half = (match["half"] or "").lower()
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _offset(printed: str) -> str | None:
    if printed[0] in "+-":
        digits = printed[1:].replace(":", "").ljust(4, "0")
        return f"{printed[0]}{digits[:2]}:{digits[2:]}" if int(digits[:2]) < 15 else None
    return _zones().get(printed.lower())


def _relative(line: str, zone: ZoneInfo, captured_at: datetime) -> Stamp | None:
    """Minutes ago are a time of day; hours and days ago are only a date."""
    match = _patterns().relative.search(line)
    if match is None:
        return None
    here = captured_at.astimezone(zone).replace(microsecond=0)
    settings = {"RELATIVE_BASE": here.replace(tzinfo=None), "PREFER_DATES_FROM": "past"}
    said = re.sub(r"\byang lalu\b", "lalu", match.group().lower())
    moment = dateparser.parse(said, languages=["id", "en"], settings=settings)
    if moment is None:
        return None
    exact = match["unit"] is not None and match["unit"].lower().startswith(("men", "min"))
    at = moment.replace(second=0, tzinfo=here.tzinfo) if exact else None
    fixed = datetime.fromisoformat(at.isoformat()) if at else None
    return Stamp(moment.date(), fixed, ("relative-date",))


def url_date(url: str) -> date | None:
    """The date in a path such as `/2024/05/26/slug/`; None where there is none."""
    if match := re.search(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)", url):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            return None
    return None


@dataclass(frozen=True, slots=True)
class _Patterns:
    date: re.Pattern[str]
    time_after: re.Pattern[str]
    time_before: re.Pattern[str]
    relative: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    month = rf"(?<![^\W\d_])(?P<m{{}}>{_any('months')})(?![^\W\d_])\.?"
    weekday = (
        rf"(?:\b(?P<weekday>{_any('weekdays')})\b\.?[\s,./|–-]{{0,4}}"
        r"\(?\s?(?:tanggal\s|tgl\.?\s)?)?"
    )
    year = r"(?:19|20)\d\d"
    day = r"(?P<d{}>[0-3]?\d)"
    number = r"(?P<m{}>[01]?\d)"
    named = (
        rf"(?<![\d/]){day.format(1)}[\s.-]{{0,3}}{month.format(1)}"
        rf"[\s,.'’-]{{0,3}}(?P<y1>{year})?(?!\d)"
    )
    american = (
        rf"{month.format(2)}\s{{0,3}}{day.format(2)}(?:st|nd|rd|th)?,?\s{{1,3}}"
        rf"(?P<y2>{year})(?!\d)"
    )
    iso = rf"(?<!\d)(?P<y3>{year})[-/.]{number.format(3)}[-/.]{day.format(3)}(?!\d)"
    numbers = (
        rf"(?<![\d/.-]){day.format(4)}\s?[-/.]\s?{number.format(4)}\s?[-/.]\s?"
        rf"(?P<y4>{year}|\d\d)(?![\d/])"
    )
    zone = r"(?P<zone>wib|wita|wit|gmt|utc|z|[+-]\d\d:?\d\d)\b"
    clock = r"(?P<h>[0-2]?\d)[:.](?P<min>[0-5]\d)(?:[:.](?P<s>[0-5]\d)(?:\.\d+)?)?(?![\d:])"
    half = r"\s?(?P<half>[ap]\.?m\b\.?)?"
    between = r"(?:[\s|,;·•@()/–—-]|pukul|pkl\.?|jam|at|t(?=\d))*"
    return _Patterns(
        date=re.compile(rf"{weekday}(?:{named}|{american}|{iso}|{numbers})", re.I),
        time_after=re.compile(rf"{between}{clock}{half}\s?(?:{zone})?", re.I),
        time_before=re.compile(rf"(?<![\d.:]){clock}{half}\s?(?:{zone})?[\s|,;·•@()/–—-]*$", re.I),
        relative=re.compile(
            r"\b(?:\d{1,3}\s?(?P<unit>menit|jam|hari|minutes?|mins?|hours?|days?)\s(?:yang\s)?"
            r"(?:lalu|ago)|(?:kemarin|yesterday)(?!\s*\())\b",
            re.I,
        ),
    )


def _any(table: str) -> str:
    names = sorted(_words()[table], key=len, reverse=True)
    return "|".join("jum['’`]?at" if name == "jumat" else name for name in names)


def _plain(word: str) -> str:
    return re.sub(r"['’`]", "", word.lower())


@cache
def _words() -> dict[str, dict[str, int]]:
    """Month and weekday names with their numbers."""
    data = tomllib.loads(_DATA.read_text("utf-8"))
    return {
        table: {name: int(number) for number, names in data[table].items() for name in names}
        for table in ("months", "weekdays")
    }


@cache
def _zones() -> dict[str, str]:
    zones: dict[str, str] = tomllib.loads(_DATA.read_text("utf-8"))["zones"]
    return zones
