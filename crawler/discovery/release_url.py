"""Decides which URLs are releases."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.registry.source import Source

# Forms seen on offices' sites: an id after read, baca or detail; a dated WordPress path;
# `__read6470.html`; an id and a slug; a slug of four words or more.
_SHAPES = re.compile(
    r"/(?:read|baca|detail|berita|news)/(?:[\w-]+/)*\d+(?:[/_-][\w-]+)*/?$"
    r"|/\d{4}/\d{2}(?:/\d{2})?/[\w-]{8,}/?$"
    r"|__read\d+\.html$"
    r"|/\d+[-_/][a-z0-9]+(?:-[a-z0-9]+){2,}(?:\.html?)?/?$"
    r"|/[a-z0-9]+(?:-[a-z0-9]+){3,}(?:\.html?|\.php)?/?$",
    re.I,
)
_NOT = re.compile(
    r"/(?:category|kategori|tag|author|page|search|agenda|galeri[\w-]*|wp-[\w-]+|login|download)(?:/|$)",
    re.I,
)


def is_release(url: str, source: Source) -> bool:
    """Whether a URL on the source's hosts is one of its releases: by the declared article
    pattern, else by forms common on other sites."""
    if source.article is not None:
        return source.is_article(url)
    if not source.owns(url):
        return False
    path = urlsplit(url).path
    return bool(_SHAPES.search(path)) and not _NOT.search(path)
