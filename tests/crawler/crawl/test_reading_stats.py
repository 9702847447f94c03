"""What a crawl writes into its row for `archive.health` to judge by."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import trustme

from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import article, listing, paged_site, rows
from tests.site import Answer, serve

Declare = Callable[..., Source]
COLUMNS = "named, unchanged_lists, found, moved, ways, failures, refusals, seconds, alike, reading"


def noted(archive_url: str) -> dict[str, Any]:
    """The last crawl's row, its JSON read."""
    query = f"SELECT {COLUMNS} FROM crawls ORDER BY id DESC LIMIT 1"  # noqa: S608
    values = rows(archive_url, query)[0]
    found = dict(zip(COLUMNS.split(", "), values, strict=True))
    return {
        name: json.loads(value) if isinstance(value, str) else value
        for name, value in found.items()
    }


def test_lists_and_readings(crawl: Crawl, declare: Declare, archive_url: str) -> None:
    with serve(paged_site(2)) as site:
        site.pages["/berita/read/2"] = (
            "<html><h1>Galeri Foto Kegiatan</h1><img src='/1.jpg'></html>"
        )
        site.pages["/berita/read/3"] = Answer(b"", 500)
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        crawl(source)
        row = noted(archive_url)
    assert (row["named"], row["found"], row["moved"]) == (4, 4, 0)
    assert row["ways"] == [{"what": "listing", "url": source.listing[0], "named": 4}]
    assert row["failures"] == {"http-500": 1}
    assert sum(row["refusals"].values()) == 1
    assert 0 < row["seconds"] < 5
    assert row["alike"]["pages"] == 5
    assert row["alike"]["same"] <= 2
    assert (row["reading"]["releases"], row["reading"]["dated"]) == (2, 2)
    assert sum(row["reading"]["evidence"].values()) == 2
    assert row["reading"]["words"] > 20


def test_ways_that_failed(crawl: Crawl, declare: Declare, archive_url: str) -> None:
    with serve({"/berita": listing([1]), "/berita/read/1": article(1)}) as site:
        source = declare(
            site.home,
            listing=site.home + "berita",
            feed=site.home + "feed/",
            article="/berita/read/{id}",
        )
        crawl(source)
        assert {"what": "feed", "url": source.feed[0], "failed": "http-404"} in noted(archive_url)[
            "ways"
        ]


def test_the_same_page_at_every_address(crawl: Crawl, declare: Declare, archive_url: str) -> None:
    views = iter(range(1000, 2000))
    with serve(paged_site(3)) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        crawl(source)
        site.pages.clear()
        site.pages["*"] = lambda: Answer(
            f"<h1>Segera kembali</h1><p class='n{next(views)}'>Dibaca {next(views)} kali</p>".encode(),
            headers={"Content-Type": "text/html"},
        )
        crawl(source)
        row = noted(archive_url)
    assert row["named"] == 0
    assert (row["alike"]["pages"], row["alike"]["same"]) == (3, 3), "the list, and two witnesses"
    assert row["reading"] is None


def test_a_certificate_nobody_vouches_for(crawl: Crawl, declare: Declare, archive_url: str) -> None:
    with serve(paged_site(1), trustme.CA().issue_cert) as site:
        assert site.home.startswith("https://")
        result = crawl(declare(site.home, listing=site.home + "berita")).results[0]
    assert result.verdict.outcome == "failed"
    assert "certificate cannot be trusted" in result.verdict.reason
    assert noted(archive_url)["ways"][0]["failed"] == "certificate"
