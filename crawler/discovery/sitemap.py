"""Sitemaps and their indexes (sitemaps.org protocol 0.9)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from crawler.discovery.urls import absolute
from crawler.discovery.xml import parse_xml


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The addresses a sitemap names, in its order."""

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]
    """Further sitemaps, when this one is an index."""


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Reads an (unpacked) sitemap or sitemap index; an empty one where it is neither."""
    root = parse_xml(body)
    if root is None:
        return Sitemap((), ())
    return Sitemap(_locations(root, "url", url), _locations(root, "sitemap", url))


def _locations(root: etree._Element, entry: str, base: str) -> tuple[str, ...]:
    found = (absolute(base, loc.text or "") for loc in root.iterfind(f"{{*}}{entry}/{{*}}loc"))
    return tuple(dict.fromkeys(url for url in found if url))
