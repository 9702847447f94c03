"""Decides which URLs are requested or accepted at all.

Every URL is checked here, wherever it comes from: links, lists, feeds, sitemaps, REST,
`rel=canonical` and robots.txt (`crawler.discovery.canonical_url.absolute`,
`crawler.middlewares.robots_txt`), redirects and all other requests
(`crawler.middlewares.offsite`), captures, and the registry (`crawler.registry.source`).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

SCHEMES = frozenset(("http", "https"))

_BEGINNING = re.compile(r"https?://", re.IGNORECASE)
_AUTHORITY = re.compile(r"[^\s\\@%<>\"^`{|}]+")
"""Without user name or password, and unambiguous for every program."""


def is_web_url(url: str) -> bool:
    """Whether a URL is absolute, http or https, with a host and without a user name."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for a port that is no number
    except ValueError:
        return False
    if not parts.hostname or not parts.netloc.isprintable():
        return False
    return bool(_BEGINNING.match(url)) and _AUTHORITY.fullmatch(parts.netloc) is not None


def is_downgrade(asked: str, answered: str) -> bool:
    """Whether a request over https was answered over http: anybody on the way may have written
    that."""
    return asked.startswith("https:") and answered.startswith("http:")
