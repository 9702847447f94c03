"""The sitemaps a robots.txt names. Obeying its rules is the downloader's part."""

from __future__ import annotations

import re

from crawler.discovery.urls import absolute, same_site

# RFC 9309 leaves `Sitemap` to others; sitemaps.org says it stands anywhere, in any case.
_LINE = re.compile(r"^\s*site-?map\s*:\s*([^\s#]+)", re.I | re.M)


def sitemaps_named(text: str, url: str) -> list[str]:
    """The sitemaps on this site that the robots.txt at `url` names, each once, in its order."""
    found = (absolute(url, target) for target in _LINE.findall(text.lstrip("\ufeff")))
    return list(dict.fromkeys(target for target in found if target and same_site(target, url)))
