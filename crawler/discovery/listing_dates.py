"""Patterns of dates as lists print them; `crawler.dates` parses them."""

from __future__ import annotations

import re

_MONTH = (
    r"(?:jan|feb|peb|mar|apr|may|mei|jun|jul|aug|ags|agu|agt|sep|oct|okt|nov|nop|dec|des)[a-z]*\.?"
)
_CLOCK = (
    r"(?:\s*(?:[-–|,]|pukul|jam|pkl\.?|at)?\s*\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
    r"(?:\s*(?:wib|wita|wit|am|pm)\b)?)?"
)
_WEEKDAY = (
    r"(?:(?<!\w)(?:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu|ahad"
    r"|mon|tues?|wed|wednes|thu|thurs|fri|satur|sat|sun)(?:day)?\.?\s*,?\s*)?"
)
DATE = re.compile(
    _WEEKDAY + rf"(?:(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?:19|20)\d\d"
    rf"|(?<!\w){_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d"
    r"|(?<!\d)(?:19|20)\d\d-\d{1,2}-\d{1,2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|(?<![\d/])\d{1,2}[/.-]\d{1,2}[/.-](?:(?:19|20)\d\d|\d\d)(?![\d/]))" + _CLOCK,
    re.I,
)
"""A date with a year as sites print it next to a title, with weekday and time if they follow."""

AGO = re.compile(
    r"\d+\s*(?:detik|menit|jam|hari|minggu|pekan|bulan|tahun|seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?)"
    r"\s+(?:yang\s+)?(?:lalu|ago)|(?:baru saja|kemarin|yesterday|just now)",
    re.I,
)
"""A relative time, counted from when the page was sent."""
