"""What each key of a `[[source]]` must be. A check returns the value to keep, or raises ValueError
with what is wrong and what to do, to be read after the key's name: `kind "x" is unknown; …`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cssselect import SelectorError
from parsel.csstranslator import HTMLTranslator

from crawler.regions import region
from crawler.registry.url_template import article_pattern
from crawler.web_url import SCHEMES, is_web_url

KINDS = ("kpu", "pemkot")
OUTCOMES = ("moved", "blocked", "unknown")
"""What a check of a site may note; a site that is found where it was expected is only verified."""
LONGEST_DELAY = 3600
"""Seconds; beyond an hour between two requests somebody meant milliseconds."""

_NOT_IN_URLS = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]")
_HOST = re.compile(r"[\w.-]+|[\da-f:.]+")


def quoted(value: str, longest: int = 80) -> str:
    """A value as an error message shows it: on one line, and not endless."""
    return f'"{repr(value if len(value) <= longest else value[:longest] + "…")[1:-1]}"'


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError('must be text in quotes: "…"')
    if not value.strip():
        raise ValueError("is empty; fill it in or leave the key out")
    return value.strip()


def _id(value: Any) -> str:
    name = _text(value)
    if not re.fullmatch("[a-z0-9-]+", str(value)):
        raise ValueError(f'{quoted(name)} may hold only a-z, 0-9 and "-"')
    return name


def _kind(value: Any) -> str:
    kind = _text(value)
    if kind not in KINDS:
        raise ValueError(f"{quoted(kind)} is unknown; it is {' or '.join(KINDS)}")
    return kind


def _line(value: Any) -> str:
    line = _text(value)
    if not line.isprintable():
        raise ValueError("must be one line without control characters")
    return line


def _region(value: Any) -> str:
    if isinstance(value, int | float):
        raise ValueError('must be text in quotes, a number would lose its zeros: "64.71"')
    code = _text(value)
    if region(code) is None:
        raise ValueError(f"{quoted(code)} is unknown; the codes are in crawler/data/regions.tsv")
    return code


def _timezone(value: Any) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"{quoted(name)} is unknown; write one such as Asia/Makassar, or leave the key out"
        ) from error
    return name


def _url(value: Any) -> str:
    url = _text(value)
    if _NOT_IN_URLS.search(url):
        raise ValueError(f"{quoted(url)} is not a URL: it has a space or an invalid character")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError as error:
        raise ValueError(f"{quoted(url)} is not a valid URL: correct its host or port") from error
    if parts.scheme not in SCHEMES or not _HOST.fullmatch(host):
        raise ValueError(f"{quoted(url)} is not a URL: it must begin with http(s):// and a host")
    if "@" in parts.netloc:
        raise ValueError(f"{quoted(url)} has a user name; remove it")
    if not is_web_url(url):
        raise ValueError(f"{quoted(url)} is not a valid URL: correct its host or port")
    return url if parts.path else parts._replace(path="/").geturl()


def _place(value: Any) -> str:
    """A URL, or a path on the home's host; made absolute once the home is known."""
    place = _text(value)
    if not place.startswith("/") or place.startswith("//"):
        if not re.match("https?:", place):
            raise ValueError(f"{quoted(place)} must begin with https://, http:// or /")
        return _url(place)
    if _NOT_IN_URLS.search(place):
        raise ValueError(f"{quoted(place)} is not a URL: it has a space or an invalid character")
    return place


def _places(value: Any) -> tuple[str, ...]:
    if value == []:
        raise ValueError("is empty; fill it in or leave the key out")
    return tuple(map(_place, value if isinstance(value, list) else [value]))


def _article(value: Any) -> str:
    pattern = _line(value)
    try:
        article_pattern(pattern)
    except ValueError as error:
        raise ValueError(f"{quoted(pattern)} {error}") from error
    return pattern


def _css(value: Any) -> str:
    selector = _line(value)
    try:
        HTMLTranslator().css_to_xpath(selector)
    except (SelectorError, RecursionError) as error:
        raise ValueError(f"{quoted(selector)} is not a CSS selector: {error}") from error
    return selector


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number of seconds, without quotes")
    if not 0 <= value <= LONGEST_DELAY:  # false of nan, too
        raise ValueError(f"must be a number of seconds, from 0 to {LONGEST_DELAY}")
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("must be a whole number, 1 or more, without quotes")
    return value


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("must be a share from 0 to 1, such as 0.9, without quotes")
    return float(value)


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a date without quotes, such as 2026-11-24")
    return value


def _verified(value: Any) -> date | Literal[False]:
    if value is False:
        return False
    try:
        return _day(value)
    except ValueError as error:
        raise ValueError(f"{error}; or false") from error


def _hosts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError('must be a list of host names: ["bogorkab.go.id"]')
    for host in map(_text, value):
        if "/" in host or urlsplit(_url(f"https://{host}/")).netloc != host:
            raise ValueError(f"{quoted(host)} is not a host name; write it like bogorkab.go.id")
    return tuple(map(_text, value))


def _outcome(value: Any) -> str:
    if value not in OUTCOMES:
        raise ValueError(f"must be {', '.join(OUTCOMES[:-1])} or {OUTCOMES[-1]}")
    return str(value)


Check = Callable[[Any], Any]
Keys = Mapping[str, "Check | Keys"]

KEYS: Keys = {
    "id": _id,
    "kind": _kind,
    "publisher": _line,
    "region": _region,
    "home": _url,
    "timezone": _timezone,
    "listing": _places,
    "article": _article,
    "feed": _places,
    "sitemap": _places,
    "delay": _seconds,
    "select": {"title": _css, "body": _css, "published": _css},
    "expect": {
        "per_month": _count,
        "per_month_max": _count,
        "releases": _count,
        "dated": _share,
        "signed": _share,
        "words": _count,
    },
    "insecure": _text,
    "candidates": _hosts,
    "verified": _verified,
    "checked": {"on": _day, "outcome": _outcome, "reason": _line},
    "note": _text,
}
REQUIRED = ("id", "kind", "publisher", "region", "home")
