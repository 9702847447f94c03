"""Sitemaps without dates, as older versions of the common systems write them."""

from __future__ import annotations

from collections.abc import Iterable

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def url_set(urls: Iterable[str]) -> bytes:
    """A sitemap of pages."""
    entries = "\n".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f"{_HEAD}<urlset {_NAMESPACE}>\n{entries}\n</urlset>\n".encode()


def index(urls: Iterable[str]) -> bytes:
    """A sitemap of sitemaps."""
    entries = "\n".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"{_HEAD}<sitemapindex {_NAMESPACE}>\n{entries}\n</sitemapindex>\n".encode()
