"""Parses stamps as sites print them: `Minggu, 26 Mei 2024 | 10:22 WITA`, day before month.

An impossible date, or one in the future, is refused; a weekday that disagrees with its date is
flagged, never corrected.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from datetime import timezone as fixed_zone
from zoneinfo import ZoneInfo

from crawler.dates.labels import is_of_change
from crawler.regions import DATA

LONGEST = 1000
"""Characters in which a stamp is looked for."""
FIRST_YEAR = 1995
"""No office had a site before: an older date is one of history."""
TOLERANCE = timedelta(days=1)
"""How far a site's clock or time zone may be ahead of ours."""
WEEKDAY_YEARS = 6
"""Years back for which a weekday decides the year; after six years the weekdays repeat."""

with (DATA / "calendar.toml").open("rb") as file:
    calendar = tomllib.load(file)
months = {name: int(number) for number, names in calendar["months"].items() for name in names}
weekdays = {name: int(number) for number, names in calendar["weekdays"].items() for name in names}
zones = {name: fixed_zone(timedelta(hours=hours)) for name, hours in calendar["zones"].items()}
seconds: dict[str, int] = calendar["seconds"]
zones |= dict.fromkeys(("z", "utc", "gmt"), UTC)


def _any_of(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


month = rf"(?P<month>{_any_of(months)})(?![^\W\d_])"
named = (
    re.compile(
        rf"(?<![\d.:/])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?of\s)?[\s./,-]{{0,3}}{month}"
        r"[\s./,'’-]{0,3}(?P<year>(?:19|20)\d\d|(?<=[\s'’/-])\d\d(?![\d.:]))?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![^\W\d_]){month}[.,]?\s{{0,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,]{{1,3}}"
        r"(?P<year>(?:19|20)\d\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\d.:/])(?P<year>(?:19|20)\d\d)[\s,-]{{1,3}}{month}[\s-]{{1,3}}"
        r"(?P<day>\d{1,2})(?![\d.:/]|[\s,-]{1,3}(?:19|20)\d\d)",
        re.IGNORECASE,
    ),
)
iso = re.compile(
    r"(?<![\d./-])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"(?!\d|[./-]\d)"
)
numeric = re.compile(
    r"(?<![\d./:-])(?P<day>\d{1,2})(?P<mark>\s?[/.-]\s?)(?P<month>\d{1,2})(?P=mark)"
    r"(?P<year>(?:19|20)\d\d|\d\d(?!\d))(?![./-]\d)(?!\d(?!\d?[.:]\d))"
)
yearless = re.compile(
    r"(?<![\d./:-])(?P<day>\d{1,2})[/-](?P<month>\d{1,2})(?P<year>(?!))?(?![\d/-]|[.:]\d)"
)
market_days = r"(?:pon|wage|kliwon|legi|manis|pahing|paing)"
"""The Javanese week of five days, printed next to ours: `Minggu Pon`."""
weekday_before = re.compile(
    rf"(?<![^\W\d_])({_any_of(weekdays)})(?:\s{market_days})?[\s,./|(\[-]{{1,4}}(?:(?:tanggal|tgl\.?)\s)?\(?$",
    re.IGNORECASE,
)
number_before = re.compile(
    r"(?:\b(?:nomor|nomer|number|no|nmr|pkpu|perwali|perda|uu|sk|telp|telepon|hp|fax|faks|wa|nip)\b"
    r"[.:]?\s?[\w./-]{0,20})$",
    re.IGNORECASE,
)
clock = (
    r"(?<![\d.:/-])(?P<hour>[01]?\d|2[0-3])\s?(?P<mark>[:.])\s?(?P<minute>[0-5]\d)"
    r"(?:[:.](?P<second>[0-5]\d))?(?:[.,]\d{3,9})?(?!\d|[.:]\d)\s?(?P<half>[ap]\.?m\b)?"
    r"(?:\s?(?:[-–]|s\.?/?d\.?|sampai)\s?\d{1,2}[.:]\d\d(?=\s?wi))?"
    r"[\s(]{0,2}(?P<zone>wita|wib|wit|(?:gmt|utc)?\s?(?P<sign>[+-])(?P<off>\d{1,2})(?::?(?P<min>\d\d))?"
    r"(?!\d)|gmt|utc|z)?(?![^\W\d_]{3})"
)
clock_after_date = re.compile(
    rf"(?:\d{{0}}[\s,|/•·@()–—:t-]{{0,8}}(?:\b(?:pukul|pkl|jam|at)\b)?[\s.:]{{0,3}}){clock}",
    re.IGNORECASE,
)
clock_anywhere = re.compile(rf"(?P<told>\b(?:pukul|pkl|jam)\b[\s.:]{{0,3}})?{clock}", re.IGNORECASE)
relative = re.compile(
    r"\b(?:(?:\d{1,3}\s?|an?\s|se)(?:detik|menit|jam|hari|seconds?|minutes?|mins?|hours?|days?)\s"
    r"(?:yang\s)?(?:lalu|ago)|kemarin|yesterday|hari ini|today|baru saja|just now)\b",
    re.IGNORECASE,
)
one = re.compile(r"^(?:an?\s|se(?!cond))", re.IGNORECASE)
counted_units = re.compile(rf"(?P<count>\d{{1,3}})\s?(?P<unit>{_any_of(seconds)})")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A printed date."""

    on: date
    """Local date: as printed, or at the source if a machine wrote an offset."""
    at: datetime | None = None
    """With offset; None if no time of day is printed."""
    flags: tuple[str, ...] = ()
    """`weekday-mismatch`, `year-from-weekday`, `relative-date`, `date-of-change`."""
    swapped: date | None = None
    """The day that `10/9/2024` means with the month first; None if there is no doubt."""


def parse_stamp(text: str, timezone: str, captured_at: datetime) -> Stamp | None:
    """The date, and the time if there is one, in a line that may contain other text. `timezone`
    (IANA) is used if none is printed. `captured_at` (aware) is the base of `3 jam lalu`; dates
    more than a day after it are refused."""
    text = text[:LONGEST]
    zone = ZoneInfo(timezone)
    latest = captured_at + TOLERANCE
    dates = _dates(text)
    for match in dates:
        if printed := _date(match, text, latest):
            on, flags = printed
            alone = _without_changes(text, [other for other in dates if other is not match])
            stamp = _stamp(on, flags, alone, match.span(), zone, latest)
            return stamp and _doubted(stamp, match, text, latest)
    if aside := relative.search(text):
        return _relative(aside, text, zone, captured_at)
    return None


def _dates(text: str) -> list[re.Match[str]]:
    """Where dates may be, those of a change last; the name of a month outweighs numbers."""
    for patterns in (named, (iso,), (numeric,), (yearless,)):
        matches = [match for pattern in patterns for match in pattern.finditer(text)]
        matches = [m for m in matches if not number_before.search(text, m.start() - 40, m.start())]
        if matches:
            matches.sort(key=lambda m: (is_of_change(text, *m.span()), m.start()))
            return matches
    return []


def _without_changes(text: str, others: list[re.Match[str]]) -> str:
    """Replaces the time of day of a change by spaces, since it is not that of the publication."""
    for other in others:
        if is_of_change(text, *other.span()) and (
            hour := clock_after_date.match(text, other.end())
        ):
            text = text[: other.end()] + " " * len(hour.group()) + text[hour.end() :]
    return text


def _date(found: re.Match[str], text: str, latest: datetime) -> tuple[date, tuple[str, ...]] | None:
    weekday = _weekday(found, text)
    if found["year"] is None:
        for year in _years_back(latest):
            on = _calendar_date(str(year), found["month"], found["day"])
            if weekday and on and on <= latest.date() and on.isoweekday() == weekday:
                return on, ("year-from-weekday",)
        return None
    on = _calendar_date(found["year"], found["month"], found["day"])
    if on is None:
        return None
    return on, ("weekday-mismatch",) if weekday and on.isoweekday() != weekday else ()


def _doubted(stamp: Stamp, found: re.Match[str], text: str, latest: datetime) -> Stamp:
    """Doubts about a stamp: it is that of a change, or day and month may be swapped."""
    if is_of_change(text, *found.span()):
        stamp = replace(stamp, flags=(*stamp.flags, "date-of-change"))
    if found.re is numeric:
        swapped = _calendar_date(found["year"], found["day"], found["month"])
        if swapped and swapped != stamp.on and swapped <= latest.date():
            stamp = replace(stamp, swapped=swapped)
            if "weekday-mismatch" in stamp.flags and _weekday(found, text) == swapped.isoweekday():
                return month_first(stamp)
    return stamp


def month_first(stamp: Stamp) -> Stamp:
    """The stamp read with the month before the day. Raises ValueError without `swapped`."""
    if stamp.swapped is None:
        raise ValueError("only one reading")
    at = stamp.at and datetime.combine(stamp.swapped, stamp.at.timetz())
    flags = tuple(flag for flag in stamp.flags if flag != "weekday-mismatch")
    return Stamp(stamp.swapped, at, flags)


def _weekday(found: re.Match[str], text: str) -> int | None:
    before = weekday_before.search(text[max(0, found.start() - 25) : found.start()])
    return weekdays[before[1].casefold()] if before else None


def _years_back(latest: datetime) -> Iterator[int]:
    return iter(range(latest.year, latest.year - WEEKDAY_YEARS, -1))


def _calendar_date(year: str, month: str, day: str) -> date | None:
    number = months.get(month.casefold()) or int(month)
    full_year = int(year) if len(year) == 4 else 2000 + int(year)
    if full_year < FIRST_YEAR:
        return None
    try:
        return date(full_year, number, int(day))
    except ValueError:
        return None


def _stamp(
    on: date,
    flags: tuple[str, ...],
    text: str,
    span: tuple[int, int],
    zone: tzinfo,
    latest: datetime,
) -> Stamp | None:
    at = None
    if hour := _clock(text, span):
        at = datetime.combine(on, _time(hour), _zone(hour) or zone)
        if hour["sign"] or (hour["zone"] or "").casefold() in {"z", "gmt", "utc"}:
            on = at.astimezone(zone).date()
    begun = at or datetime.combine(on, time(), zone)
    return Stamp(on, at, flags) if begun <= latest else None


def _clock(text: str, span: tuple[int, int]) -> re.Match[str] | None:
    """The time of day of a date: directly after it, or anywhere if it is certainly one."""
    if beside := clock_after_date.match(text, span[1]):
        return beside
    around = text[: span[0]] + " " * (span[1] - span[0]) + text[span[1] :]
    for match in clock_anywhere.finditer(around):
        if match["told"] or match["zone"] or match["mark"] == ":":
            return match
    return None


def _time(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    half = (found["half"] or "").casefold()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, int(found["minute"]), int(found["second"] or 0))


def _zone(found: re.Match[str]) -> tzinfo | None:
    if found["sign"]:
        offset = timedelta(hours=int(found["off"]), minutes=int(found["min"] or 0))
        if offset >= timedelta(days=1):
            return None
        return fixed_zone(-offset if found["sign"] == "-" else offset)
    return zones.get((found["zone"] or "").casefold())


def _relative(found: re.Match[str], text: str, zone: tzinfo, captured_at: datetime) -> Stamp | None:
    """`3 jam lalu` gives a day, not a time, since it is rounded."""
    then = captured_at.astimezone(zone).replace(tzinfo=None) - _ago(found.group().casefold())
    latest = captured_at + TOLERANCE
    return _stamp(then.date(), ("relative-date",), text, found.span(), zone, latest)


def _ago(words: str) -> timedelta:
    if words in ("kemarin", "yesterday"):
        return timedelta(days=1)
    counted = counted_units.match(one.sub("1 ", words))
    if counted is None:  # today, just now
        return timedelta()
    return timedelta(seconds=int(counted["count"]) * seconds[counted["unit"]])
