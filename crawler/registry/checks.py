"""Checks of the keys of a `[[source]]`; `crawler.registry.source` names the check of each key.

A check returns the value to keep, or raises ValueError with what is wrong and what to do, to be
printed after the key's name: `kind "x" is unknown; …`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cssselect import SelectorError
from parsel.csstranslator import HTMLTranslator

from crawler.regions import region
from crawler.registry.article_url import article_pattern
from crawler.registry.kinds import kinds
from crawler.url_policy import SCHEMES, is_web_url

KINDS = tuple(sorted(kinds()))
OUTCOMES = ("moved", "blocked", "unknown")
"""Outcomes that a check of a site writes; a site found where it was expected is only verified."""
LONGEST_DELAY = 3600
"""Seconds; a longer delay was meant in milliseconds."""

_NOT_IN_URLS = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]")
_HOST = re.compile(r"[\w.-]+|[\da-f:.]+")


def quoted(value: str, longest: int = 80) -> str:
    """A value for an error message: on one line, and not too long."""
    return f'"{repr(value if len(value) <= longest else value[:longest] + "…")[1:-1]}"'


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError('must be text in quotes: "…"')
    if not value.strip():
        raise ValueError("is empty; fill it in or leave the key out")
    return value.strip()


def source_id(value: Any) -> str:
    name = text(value)
    if not re.fullmatch("[a-z0-9-]+", str(value)):
        raise ValueError(f'{quoted(name)} may hold only a-z, 0-9 and "-"')
    return name


def kind(value: Any) -> str:
    name = text(value)
    if name not in KINDS:
        raise ValueError(f"{quoted(name)} is unknown; it is {', '.join(KINDS[:-1])} or {KINDS[-1]}")
    return name


def line(value: Any) -> str:
    words = text(value)
    if not words.isprintable():
        raise ValueError("must be one line without control characters")
    return words


def region_code(value: Any) -> str:
    if isinstance(value, int | float):
        raise ValueError('must be text in quotes, a number would lose its zeros: "64.71"')
    code = text(value)
    if region(code) is None:
        raise ValueError(f"{quoted(code)} is unknown; the codes are in crawler/data/regions.tsv")
    return code


def timezone(value: Any) -> str:
    name = text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"{quoted(name)} is unknown; write one such as Asia/Makassar, or leave the key out"
        ) from error
    return name


def web_url(value: Any) -> str:
    url = text(value)
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


def location(value: Any) -> str:
    """A URL, or a path on the home's host; made absolute once the home is known."""
    url = text(value)
    if not url.startswith("/") or url.startswith("//"):
        if not re.match("https?:", url):
            raise ValueError(f"{quoted(url)} must begin with https://, http:// or /")
        return web_url(url)
    if _NOT_IN_URLS.search(url):
        raise ValueError(f"{quoted(url)} is not a URL: it has a space or an invalid character")
    return url


def locations(value: Any) -> tuple[str, ...]:
    if value == []:
        raise ValueError("is empty; fill it in or leave the key out")
    return tuple(map(location, value if isinstance(value, list) else [value]))


def article(value: Any) -> str:
    pattern = line(value)
    try:
        article_pattern(pattern)
    except ValueError as error:
        raise ValueError(f"{quoted(pattern)} {error}") from error
    return pattern


def css(value: Any) -> str:
    selector = line(value)
    try:
        HTMLTranslator().css_to_xpath(selector)
    except (SelectorError, RecursionError) as error:
        raise ValueError(f"{quoted(selector)} is not a CSS selector: {error}") from error
    return selector


def seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number of seconds, without quotes")
    if not 0 <= value <= LONGEST_DELAY:  # false for nan, too
        raise ValueError(f"must be a number of seconds, from 0 to {LONGEST_DELAY}")
    return float(value)


def count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("must be a whole number, 1 or more, without quotes")
    return value


def share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("must be a share from 0 to 1, such as 0.9, without quotes")
    return float(value)


def day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a date without quotes, such as 2026-11-24")
    return value


def verified(value: Any) -> date | Literal[False]:
    if value is False:
        return False
    try:
        return day(value)
    except ValueError as error:
        raise ValueError(f"{error}; or false") from error


def hosts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError('must be a list of host names: ["bogorkab.go.id"]')
    for host in map(text, value):
        if "/" in host or urlsplit(web_url(f"https://{host}/")).netloc != host:
            raise ValueError(f"{quoted(host)} is not a host name; write it like bogorkab.go.id")
    return tuple(map(text, value))


def outcome(value: Any) -> str:
    if value not in OUTCOMES:
        raise ValueError(f"must be {', '.join(OUTCOMES[:-1])} or {OUTCOMES[-1]}")
    return str(value)
