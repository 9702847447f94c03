"""An election supervisor's site: Drupal, whose lists count from 0, and whose pages have two
addresses."""

from __future__ import annotations

from collections.abc import Callable

from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import article, rows
from tests.site import Pages, serve

RELEASES, EACH = 9, 3
PAGER = "".join(f'<li><a href="/berita?page={n}">{n + 1}</a></li>' for n in range(3))


def slug(n: int) -> str:
    return f"/berita/bawaslu-awasi-rapat-pleno-terbuka-ke-{n}"


def listing(numbers: range) -> str:
    items = "".join(
        f'<article><h2><a href="{slug(n)}">Rilis nomor {n}</a></h2><p>26 Mei 2024</p></article>'
        for n in numbers
    )
    return f"<html><body><main>{items}<nav><ul>{PAGER}</ul></nav></main></body></html>"


def drupal() -> Pages:
    """Each release at its own address and under `/node/N`, which the home page links to."""
    site: Pages = {}
    for n in range(1, RELEASES + 1):
        own = f'<link rel="canonical" href="{slug(n)}"><link rel="shortlink" href="/node/{n}">'
        page = article(n).replace("</head>", f"{own}</head>")
        site[slug(n)] = site[f"/node/{n}"] = page
    for number in range(RELEASES // EACH):
        first = number * EACH + 1
        site[f"/berita?page={number}"] = listing(range(first, first + EACH))
    site["/berita"] = site["/berita?page=0"]
    latest = "".join(f'<a href="/node/{n}">Rilis nomor {n}</a>' for n in (1, 2))
    site["/"] = f'<html><body><a href="/berita">Berita</a>{latest}</body></html>'
    return site


def test_every_release_comes_once(
    crawl: Crawl, declare: Callable[..., Source], archive_url: str
) -> None:
    with serve(drupal()) as site:
        source = declare(site.home, id="bawaslu-uji", kind="bawaslu")
        assert crawl(source).results[0].verdict.outcome == "ok"
        crawl(source, deep=True)
    found = rows(archive_url, "SELECT url, kind, level, versions FROM releases ORDER BY url")
    wanted = sorted(site.home.rstrip("/") + slug(n) for n in range(1, RELEASES + 1))
    assert found == [(url, "bawaslu", "kota", 1) for url in wanted]
