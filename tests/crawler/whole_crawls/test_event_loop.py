"""The event loop asks and waits; whatever a site sends is parsed elsewhere, once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from lxml import etree, html

from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import article, paged_site, rows
from tests.site import Answer, Pages, serve

Declare = Callable[..., Source]
LINKS = 40_000
STALL_MAX = 1.0
"""Seconds by which one source may delay the others."""


def _site() -> Pages:
    pages = paged_site(2)
    pages["/"] = (
        '<html><head><title>Kota Uji</title><link rel="alternate" type="application/rss+xml" '
        'href="/feed"></head><body><a href="/berita">Berita</a>'
    )
    pages["/robots.txt"] = "User-agent: *\nAllow: /\nSitemap: /sitemap.xml\n"
    pages["/feed"] = Answer(
        b"<rss><channel><item><title>Judul dari umpan</title>"
        b"<link>/berita/read/5</link></item></channel></rss>",
        headers={"Content-Type": "application/rss+xml"},
    )
    pages["/sitemap.xml"] = Answer(
        b"<urlset><url><loc>/berita/read/6</loc></url></urlset>",
        headers={"Content-Type": "application/xml"},
    )
    pages["/berita/read/5"], pages["/berita/read/6"] = article(5), article(6)
    return pages


def test_nothing_a_site_sends_is_parsed_on_the_event_loop(
    crawl: Crawl, declare: Declare, archive_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    for module, name in ((html, "document_fromstring"), (etree, "fromstring")):
        original = getattr(module, name)

        def watched(text: bytes, *args: object, _do: Callable[..., object] = original) -> object:
            parsed.append(text)
            return _do(text, *args)

        monkeypatch.setattr(module, name, watched)
    with serve(_site()) as site:
        result = crawl(declare(site.home, article="/berita/read/{id}")).results[0]
    assert result.verdict.outcome == "ok", result.verdict.reason
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(6,)]
    assert not parsed


def test_a_list_that_cannot_be_read_is_never_silent(
    crawl: Crawl, declare: Declare, archive_url: str
) -> None:
    pages = paged_site(1)
    pages["/berita"] = "<html><body>" + "<br>" * 200_001
    with serve(pages) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        result = crawl(source).results[0]
    assert result.verdict.outcome == "failed"
    assert "200,000 elements" in result.verdict.reason
    asked = "SELECT outcome FROM addresses WHERE what = 'listing'"
    assert rows(archive_url, asked) == [("too-large",)]


def _crowded(links: int) -> Pages:
    """A site whose list names so many releases, none of which is there."""
    anchors = "".join(
        f'<li><a href="/berita/read/{n}">Warga kota bekerja bakti di kelurahan {n}</a></li>'
        for n in range(links)
    )
    return {
        "/": '<html><body><a href="/berita">Berita</a>',
        "/berita": f"<html><body><ul>{anchors}</ul>",
    }


@pytest.mark.soak
def test_a_site_of_forty_thousand_links_delays_no_other(
    crawl: Crawl,
    declare: Declare,
    event_loop_thread: asyncio.AbstractEventLoop,
    record_property: Callable[[str, object], None],
) -> None:
    stalls: list[float] = []

    async def watch() -> None:
        while True:
            began = time.thread_time()  # of the loop's own thread: other processes do not count
            await asyncio.sleep(0.01)
            stalls.append(time.thread_time() - began)

    with serve(_crowded(LINKS)) as crowded, serve(paged_site(3)) as healthy:
        sources = [
            declare(crowded.home, id="pemkot-ramai"),
            declare(
                healthy.home,
                id="pemkot-sehat",
                listing=healthy.home + "berita",
                article="/berita/read/{id}",
            ),
        ]
        crawl(sources[1])  # what is imported and started once is no source's doing
        watching = asyncio.run_coroutine_threadsafe(watch(), event_loop_thread)
        finished = crawl(*sources, deep=True, SOURCE_REQUESTS_MAX=12)
        watching.cancel()
    ends = {result.source.id: result for result in finished.results}
    record_property(
        "measured",
        f"longest stall {max(stalls):.2f} s; healthy {ends['pemkot-sehat'].seconds:.1f} s, crowded {ends['pemkot-ramai'].seconds:.1f} s",
    )
    assert ends["pemkot-sehat"].verdict.outcome == "ok"
    assert max(stalls) < STALL_MAX
