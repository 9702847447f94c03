"""Which URLs are requested or accepted at all: the one place that decides.

Every way a URL can come in asks here: links, lists, feeds, sitemaps, REST, `rel=canonical` and
robots.txt (`crawler.discovery.canonical_url.absolute`, `crawler.middlewares.robots_txt`), redirects
and every other request (`crawler.middlewares.offsite`), captures of our own and of others, and the
registry (`crawler.registry.source`).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

SCHEMES = frozenset(("http", "https"))

_BEGINNING = re.compile(r"https?://", re.IGNORECASE)
_AUTHORITY = re.compile(r"[^\s\\@%<>\"^`{|}]+")
"""Without user name or password, and unambiguous for every program."""


def is_web_url(url: str) -> bool:
    """Whether a URL is absolute, http or https, and names a host without a user name."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for a port that is no number
    except ValueError:
        return False
    if not parts.hostname or not parts.netloc.isprintable():
        return False
    return bool(_BEGINNING.match(url)) and _AUTHORITY.fullmatch(parts.netloc) is not None


def is_downgrade(asked: str, answered: str) -> bool:
    """Whether what was asked for over https was answered over http: anybody on the way may have
    written it."""
    return asked.startswith("https:") and answered.startswith("http:")
