"""Imported by the process that workers are forked from.

It reads a page once, so that models, patterns and data files are loaded once and shared, instead
of by each worker at its first page (1 s).
"""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.discovery import feed, release_page_links, seed_page, sitemap, url_pattern, wordpress
from crawler.extraction import site_template
from crawler.extraction.release import extract
from crawler.items import Page
from crawler.registry.source import Source

__all__ = [
    "feed",
    "release_page_links",
    "seed_page",
    "site_template",
    "sitemap",
    "url_pattern",
    "wordpress",
]
"""What else readers need."""

_TEXT = "Ketua KPU mengatakan, “Daftar pemilih diumumkan hari ini,” di kantornya, kata dia. "
_PAGE = f"""<html><head><title>KPU umumkan daftar pemilih slot judi online</title></head>
<body><h1>KPU umumkan daftar pemilih</h1><time>26 Mei 2024</time>
<p>BONTANG - {_TEXT * 3}</p><p>{_TEXT * 3}</p><p>(Humas/ani)</p></body></html>"""

extract(
    Page(
        url="https://kpu.example/berita/1",
        body=_PAGE.encode(),
        captured_at=datetime(2024, 5, 26, tzinfo=UTC),
        content_type="text/html",
    ),
    Source(
        id="kpu-example",
        kind="kpu",
        publisher="KPU",
        region="64.74",
        home="https://kpu.example/",
        timezone="Asia/Makassar",
    ),
)
