"""Decides when to accept another URL that a page gives for itself: `rel=canonical`, redirects."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.discovery.canonical_url import alias_key, canonical, same_site
from crawler.discovery.vocabulary import addresses

_DATE = re.compile(r"/(?:19|20)\d\d/\d{1,2}(?:/\d{1,2})?(?=/)")
_NUMBER = re.compile(r"\d+")
_ID_FIRST = re.compile(r"(\d+)(?:[-_:](.*))?$")
_ID_LAST = re.compile(r"(.*?)__?[a-z]+(\d+)$", re.I)
_ENDING = re.compile(r"\.(?:html?|php|aspx?|shtml|jsp)$", re.I)
_NO_ID = re.compile(r"page|hal|start|offset|limit|cat|kat")
"""In names of parameters that number pages and categories."""
_CUT_SLUG = 20
"""Letters from which a slug that was cut off is still recognised by its beginning."""


def plausible_canonical(
    asked: str, declared: str, home: str, *, is_list: Callable[[str], bool] = lambda _: False
) -> bool:
    """Whether to accept that the URL of the page at `asked` is `declared`. Templates of careless
    sites declare their home page, a list, or one article on all pages. So it must be on the same
    site, be neither home nor a list (`is_list`), and have the id or the slug of the requested
    URL. A short link (`/?p=2720`) has neither, so any article will do. The caller rejects a URL
    that several pages declare."""
    if not same_site(declared, home):
        return False
    key = alias_key(declared, home)
    if key == alias_key(asked, home):
        return True
    if key == alias_key(home, home) or is_list(declared) or addresses().never_a_release(declared):
        return False
    if is_short_link(asked, home):
        return True
    number, slug = _identity(asked, home)
    its_number, its_slug = _identity(declared, home)
    if number and its_number:
        return number == its_number
    if not slug or not its_slug:
        return False
    short, long = sorted((slug, its_slug), key=len)
    return short == long or (len(short) >= _CUT_SLUG and long.startswith(short))


def is_short_link(url: str, home: str) -> bool:
    """Whether a URL is WordPress's `/?p=2720`, which leads to the post's own URL."""
    parts = urlsplit(canonical(url, home, drop_index_php=True))
    names = [name for name, value in parse_qsl(parts.query) if _NUMBER.fullmatch(value)]
    return parts.path in ("", "/") and names in (["p"], ["page_id"])


def _identity(url: str, home: str) -> tuple[str, str]:
    """The last number of a URL that can be an id, and its slug; "" for a missing one."""
    parts = urlsplit(canonical(url, home, drop_index_php=True))
    path = _DATE.sub("", unquote(parts.path).lower().rstrip("/"))
    segments = [segment for segment in path.split("/") if segment]
    last = _ENDING.sub("", segments[-1]) if segments else ""
    values = [value for name, value in parse_qsl(parts.query) if not _NO_ID.search(name.lower())]
    if numbers := [match[1] for value in values if (match := _ID_FIRST.match(value))]:
        return numbers[0], ""
    if match := _ID_FIRST.match(last):
        return match[1], match[2] or ""
    if match := _ID_LAST.match(last):
        return match[2], match[1]
    before = [segment for segment in segments[:-1] if _NUMBER.fullmatch(segment)]
    return (before[-1] if before else ""), last
