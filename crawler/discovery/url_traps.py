"""URLs that lead nowhere or on endlessly: calendars, searches, other orders, sessions, files."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

from crawler.discovery.vocabulary import addresses

_LONGEST = 1000
_DEEPEST = 12
_CALENDAR = re.compile(
    r"/(?:calendar|kalender|arsip|archives?|agenda)/\d{4}(?:[/-]\d{1,2}){0,2}/?$"
    r"|^(?:/index\.php)?/\d{4}(?:/\d{1,2}){0,2}(?:/page/\d+)?/?$",
    re.I,
)
_PATH_SESSION = re.compile(r";(?:jsessionid|sid|phpsessid)=", re.I)


def is_trap(url: str, start: str | None = None) -> bool:
    """Whether a URL must not be followed in search of releases: days and months of a calendar,
    searches, sorting and filters, log-ins, replies, prints, downloads, sessions in the path, and
    repeated paths, which broken relative links make. What the URL of the list at `start` has
    itself is allowed."""
    try:
        parts = urlsplit(url)
        own = urlsplit(start or "")
    except ValueError:
        return True
    path = parts.path.lower().rstrip("/")
    segments = [segment for segment in path.split("/") if segment]
    if len(url) > _LONGEST or len(segments) > _DEEPEST or path.endswith(addresses().files):
        return True
    if _PATH_SESSION.search(url) or _repeats(segments):
        return True
    allowed = set(own.path.lower().split("/"))
    if not addresses().trap_segments.isdisjoint(set(segments) - allowed):
        return True
    if _CALENDAR.search(path) and not path.startswith(own.path.lower().rstrip("/") or "//"):
        return True
    mine = {name.lower() for name, _ in parse_qsl(own.query, keep_blank_values=True)}
    asked = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return not addresses().trap_parameters.isdisjoint(asked - mine)


def _repeats(segments: list[str]) -> bool:
    """`/berita/berita/berita`, `/a/b/a/b/a/b`."""
    return max(Counter(segments).values(), default=0) > 2
