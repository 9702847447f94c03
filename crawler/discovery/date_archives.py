"""Archives by year or month, which continue a list that has no further pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from crawler.discovery.canonical_url import same_site
from crawler.discovery.links import Link
from crawler.discovery.vocabulary import addresses

_PATH = re.compile(
    r"(?P<before>.*)/(?P<year>(?:19|20)\d\d)(?:[/-](?P<month>0?[1-9]|1[0-2]))?(?:\.html?|/)?$"
)
_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])$")
_FEWEST = 2
"""A single URL with a year may be anything, unless its link text gives the year."""


def archives(page_links: Iterable[Link], url: str) -> list[str]:
    """The archives by year or month that a page links to, the newest first. Of several series
    (by year, by month, of several lists) the fullest one. Calendars of events do not count."""
    series: dict[tuple[str, bool], dict[tuple[int, int], str]] = {}
    named: set[str] = set()
    for link in page_links:
        if same_site(link.url, url) and (period := _period(link.url)):
            before, year, month = period
            series.setdefault((before, month > 0), {}).setdefault((year, month), link.url)
            named.update([link.url] if str(year) in link.text else [])
    fullest = max(series.values(), key=len, default={})
    return (
        [fullest[when] for when in sorted(fullest, reverse=True)]
        if len(fullest) >= _FEWEST or named.issuperset(fullest.values())
        else []
    )


def _period(url: str) -> tuple[str, int, int] | None:
    """The archive that a URL belongs to, its year, and its month (0 for a whole year)."""
    parts = urlsplit(url)
    words = addresses()
    if not words.calendars.isdisjoint(parts.path.lower().split("/")):
        return None
    query = dict(parse_qsl(parts.query))
    if not query:
        match = _PATH.match(parts.path)
        return (match["before"], int(match["year"]), int(match["month"] or 0)) if match else None
    rest = [name for name in query if name not in words.years and name not in words.months]
    before = parts.path + "?" + "&".join(f"{name}={query[name]}" for name in rest)
    if whole := next(
        (match for name in words.months if (match := _MONTH.match(query.get(name, "")))), None
    ):
        return before, int(whole["year"]), int(whole["month"])
    year = next((query[name] for name in words.years if name in query), "")
    month = next((query[name] for name in words.months if name in query), "0")
    if not re.fullmatch(r"(?:19|20)\d\d", year) or not re.fullmatch(r"\d{1,2}", month):
        return None
    return before, int(year), int(month)
