"""Crawls of loopback sites: what is found, what is kept, and how a source's crawl ends."""

from __future__ import annotations

import itertools
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from scrapy.core.downloader import Slot
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from archive.database.connection import ArchiveError
from archive.ingest.store import Store
from crawler.crawl.release_fetcher import TEMPLATE_PAGES
from crawler.extraction.worker_pool import ReaderPool
from crawler.registry.source import Source
from crawler.responses.crawl_item import CrawlItem
from tests.conftest import Crawl
from tests.site import Answer, Pages, serve

Declare = Callable[..., Source]

TEXT = (
    "KPU Kota Uji menetapkan daftar pemilih tetap dalam rapat pleno terbuka nomor {n}. "
    "Ketua KPU menyebut jumlah pemilih naik dibandingkan pemilihan sebelumnya di kota itu."
)


def article(n: int, text: str = TEXT) -> str:
    """A plain release page; each number another text."""
    return (
        f"<html><head><title>Rilis {n}</title></head><body><article><h1>Rilis nomor {n}</h1>"
        f"<p>Minggu, 26 Mei 2024</p><p>{text.format(n=n)}</p><p>Paragraf kedua rilis {n} berisi "
        f"keterangan tambahan dari panitia tingkat kelurahan. (diskominfo/cha)</p></article></body></html>"
    )


def listing(numbers: Iterator[int] | range, further: str = "") -> str:
    """A list of releases, and links to further pages."""
    items = "".join(f'<li><a href="/berita/read/{n}">Rilis nomor {n}</a></li>' for n in numbers)
    return f"<html><body><ul>{items}</ul><div>{further}</div></body></html>"


def paged_site(pages: int, each: int = 2) -> Pages:
    """A listing of several pages, `?page=N`, and its releases."""
    site: Pages = {}
    links = "".join(f'<a href="/berita?page={n}">{n}</a>' for n in range(1, pages + 1))
    for page in range(1, pages + 1):
        numbers = range((page - 1) * each + 1, page * each + 1)
        site[f"/berita?page={page}"] = listing(numbers, links)
        for n in numbers:
            site[f"/berita/read/{n}"] = article(n)
    site["/berita"] = site["/berita?page=1"]
    return site


def rows(archive_url: str, query: str) -> list[tuple[object, ...]]:
    """What the sqlite3 shell would say."""
    with closing(sqlite3.connect(archive_url.removeprefix("sqlite:///"))) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def city(declare: Declare) -> Callable[..., Source]:
    """A city source with a listing and an article pattern."""

    def make(home: str, **keys: str) -> Source:
        return declare(home, **{"listing": home + "berita", "article": "/berita/read/{id}", **keys})

    return make


def test_a_listing_is_walked_to_its_end(crawl: Crawl, city: Declare, archive_url: str) -> None:
    with serve(paged_site(5)) as site:
        result = crawl(city(site.home)).results[0]
    assert (result.verdict.outcome, result.stats.new) == ("ok", 10)
    assert rows(archive_url, "SELECT count(*), count(DISTINCT url) FROM releases") == [(10, 10)]
    assert len(site.asked) == len(set(site.asked)), "an address was asked for twice"


def test_crawling_twice_stores_nothing_twice(crawl: Crawl, city: Declare, archive_url: str) -> None:
    with serve(paged_site(2)) as site:
        crawl(city(site.home))
        before = rows(archive_url, "SELECT id, seq, version FROM release_records ORDER BY id")
        again = crawl(city(site.home)).results[0]
        deep = crawl(city(site.home), deep=True).results[0]
    assert (again.stats.new, again.stats.changed, again.stats.found) == (0, 0, 0)
    assert (deep.stats.new, deep.stats.changed, deep.stats.seen) == (0, 0, 4)
    assert rows(archive_url, "SELECT id, seq, version FROM release_records ORDER BY id") == before
    assert rows(archive_url, "SELECT count(*) FROM versions") == [(4,)]


def test_an_edit_makes_a_version(crawl: Crawl, city: Declare, archive_url: str) -> None:
    with serve(paged_site(1)) as site:
        crawl(city(site.home))
        site.pages["/berita/read/1"] = article(1, TEXT.replace("naik", "turun"))
        again = crawl(city(site.home), deep=True).results[0]
    assert (again.stats.changed, again.stats.seen) == (1, 1)
    versions = rows(
        archive_url, "SELECT body FROM versions WHERE release LIKE '%' ORDER BY version"
    )
    assert sum("turun" in str(body) for (body,) in versions) == 1
    assert len(versions) == 3


def test_tracking_variants_are_one_release(crawl: Crawl, city: Declare) -> None:
    pages = paged_site(1)
    pages["/berita"] = listing(range(1, 3)) + '<a href="/berita/read/1?utm_source=wa">lagi</a>'
    with serve(pages) as site:
        result = crawl(city(site.home)).results[0]
    assert (result.stats.new, result.stats.found) == (2, 2)


def test_feed_and_sitemap(crawl: Crawl, declare: Declare, archive_url: str) -> None:
    pages = paged_site(1)
    item = "<item><title>Rilis nomor 1</title><link>{}berita/read/1</link><pubDate>Sun, 26 May 2024 02:22:00 +0000</pubDate></item>"
    with serve(pages) as site:
        pages["/feed/"] = Answer(f"<rss><channel>{item.format(site.home)}</channel></rss>".encode())
        pages["/sitemap.xml"] = Answer(
            f"<urlset><url><loc>{site.home}berita/read/2</loc></url><url><loc>{site.home}profil</loc></url></urlset>".encode()
        )
        source = declare(
            site.home,
            feed=site.home + "feed/",
            sitemap=site.home + "sitemap.xml",
            article="/berita/read/{id}",
        )
        result = crawl(source).results[0]
    assert (result.verdict.outcome, result.stats.new) == ("ok", 2), result.verdict.reason
    dated = rows(archive_url, "SELECT published_at FROM releases WHERE url LIKE '%/1'")
    assert dated == [("2024-05-26T02:22:00+00:00",)]


def test_parts_of_a_release_are_joined(crawl: Crawl, city: Declare, archive_url: str) -> None:
    second = article(1, "Bagian kedua memuat daftar nama anggota panitia pemilihan kecamatan.")
    pages: Pages = {
        "/berita": listing(range(1, 2)),
        "/berita/read/1": article(1).replace(
            "</article>", '<a href="/berita/read/1?page=2">2</a></article>'
        ),
        "/berita/read/1?page=2": second,
    }
    with serve(pages) as site:
        result = crawl(city(site.home)).results[0]
    assert result.stats.new == 1
    ((body,),) = rows(archive_url, "SELECT body FROM releases")
    assert str(body).index("daftar pemilih tetap") < str(body).index("daftar nama anggota")


def test_a_page_is_handed_to_the_readers_once(
    crawl: Crawl, city: Declare, archive_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the site's template is known: links and release come from one task."""
    tasks = Counter[str]()
    parse = ReaderPool.parse

    async def counting(self: ReaderPool, source: Source, task: Any, *args: Any) -> Any:
        tasks[task.__name__] += 1
        return await parse(self, source, task, *args)

    monkeypatch.setattr(ReaderPool, "parse", counting)
    with serve(paged_site(14)) as site:
        crawl(city(site.home))
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(28,)]
    assert tasks["_read_with_links"] == 28 - TEMPLATE_PAGES
    assert tasks["read_release_links"] == tasks["read_page"] == TEMPLATE_PAGES


def test_a_page_that_declares_another_address_is_read_under_that(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    pages = paged_site(14)
    last = article(28).replace("<head>", '<head><link rel="canonical" href="/berita/28">')
    pages["/berita/read/28"] = last
    with serve(pages) as site:
        crawl(city(site.home))
    assert rows(archive_url, "SELECT count(*) FROM releases WHERE url LIKE '%/berita/28'") == [(1,)]
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(28,)]


def test_a_page_that_is_no_release_is_kept_with_its_reason(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    pages = paged_site(1, each=4)
    pages["/berita/read/2"] = Answer(b"gone", 404)
    pages["/berita/read/3"] = "<html><body><h1>Galeri</h1></body></html>"
    pages["/berita/read/4"] = Answer(status=302, headers={"Location": "/"})
    pages["/"] = "<html><body>Beranda</body></html>"
    with serve(pages) as site:
        result = crawl(city(site.home)).results[0]
    assert (result.verdict.outcome, result.stats.new) == ("partial", 1)
    kept = rows(archive_url, "SELECT substr(url, -1), stage FROM rejections ORDER BY url")
    assert kept == [("2", "fetch"), ("3", "extraction"), ("4", "fetch")]
    reasons = {row[0] for row in rows(archive_url, "SELECT reason FROM rejections")}
    assert {"http-404", "redirected-home"} < reasons


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        (Answer(b"error", 500), "failed", "HTTP 500"),
        (Answer(b"<title>Just a moment...</title>", 403), "blocked", "challenge"),
        (Answer(b"<html><p>Selamat datang</p></html>"), "silent", "no link"),
    ],
)
def test_a_source_that_gives_nothing_is_not_healthy(
    answer: Answer, outcome: str, said: str, crawl: Crawl, city: Declare, archive_url: str
) -> None:
    with serve({"/berita": answer}) as site:
        run = crawl(city(site.home))
    assert not run.healthy
    ((kept, reason),) = rows(archive_url, "SELECT outcome, reason FROM crawls")
    assert kept == outcome
    assert said in str(reason)


def test_robots_txt_is_obeyed(crawl: Crawl, city: Declare) -> None:
    pages = paged_site(1)
    pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /berita\n")
    with serve(pages) as site:
        result = crawl(city(site.home)).results[0]
    assert (result.verdict.outcome, site.asked) == ("blocked", ["/robots.txt"])


def test_an_endless_page_is_given_up(crawl: Crawl, city: Declare) -> None:
    def endless() -> Answer:
        return Answer(
            itertools.repeat(b"<p>terus</p>" * 100), headers={"Content-Type": "text/html"}
        )

    pages = paged_site(1)
    pages["/berita/read/1"] = endless
    with serve(pages) as site:
        result = crawl(city(site.home), DOWNLOAD_MAXSIZE=200_000).results[0]
    assert (result.verdict.outcome, result.stats.new) == ("partial", 1)
    assert result.stats.failures == {"too-large": 1}


def test_an_endless_listing_ends(crawl: Crawl, city: Declare) -> None:
    """A router that answers every page number with the same list."""
    with serve(paged_site(1)) as site:
        site.pages["*"] = listing(
            range(1, 3), "".join(f'<a href="/berita?page={n}">{n}</a>' for n in range(2, 99))
        )
        site.pages["/berita"] = site.pages["*"]
        result = crawl(city(site.home)).results[0]
    assert (result.verdict.outcome, result.stats.new) == ("ok", 2)
    assert len(site.asked) < 10


def test_a_failing_source_harms_no_other(crawl: Crawl, city: Declare) -> None:
    with serve(paged_site(1)) as well, serve({"*": Answer(status=500)}) as sick:
        run = crawl(city(sick.home, id="pemkot-sakit"), city(well.home, id="pemkot-sehat"))
    outcomes = {result.source.id: result.verdict.outcome for result in run.results}
    assert outcomes == {"pemkot-sakit": "failed", "pemkot-sehat": "ok"}
    assert not run.healthy


def test_redirects_to_other_sites_are_not_followed(crawl: Crawl, city: Declare) -> None:
    with serve(paged_site(1)) as site, serve({"*": article(7)}) as other:
        site.pages["/berita/read/1"] = Answer(status=302, headers={"Location": other.home + "x"})
        result = crawl(city(site.home)).results[0]
    assert other.asked == []
    assert result.stats.failures == {"left-site": 1}


def test_crawl_delay_is_obeyed(
    crawl: Crawl, city: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    delays: list[float] = []
    from crawler.extensions.crawl_delay import CrawlDelay

    slow_down = CrawlDelay._slow_down
    monkeypatch.setattr(
        CrawlDelay,
        "_slow_down",
        lambda self, request, delay: (delays.append(delay), slow_down(self, request, 0.01)),
    )
    with serve(
        {**paged_site(1), "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 7\n")}
    ) as site:
        crawl(city(site.home))
    assert delays == [pytest.approx(7.0 / 0.8)], "the jitter only adds to it"


def test_autothrottle_goes_below_no_crawl_delay(
    crawl: Crawl, city: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its maximum counts more than its minimum: a site that asks for more has it raised."""
    delays: list[float] = []
    adjust = AutoThrottle._adjust_delay

    def adjusted(self: AutoThrottle, slot: Slot, latency: float, response: Response) -> None:
        adjust(self, slot, latency, response)
        if not response.url.endswith("/robots.txt"):
            delays.append(slot.delay)

    monkeypatch.setattr(AutoThrottle, "_adjust_delay", adjusted)
    robots = Answer(b"User-agent: *\nCrawl-delay: 0.04\n")
    with serve({**paged_site(1), "/robots.txt": robots}) as site:
        crawl(
            city(site.home),
            AUTOTHROTTLE_ENABLED=True,
            AUTOTHROTTLE_START_DELAY=0.01,
            AUTOTHROTTLE_MAX_DELAY=0.01,
        )
    assert min(delays) == pytest.approx(0.04 / 0.8)


def test_an_archive_that_cannot_be_written_stops_the_round(
    crawl: Crawl, city: Declare, archive_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise ArchiveError("The disk is full.")

    with serve(paged_site(3)) as site, serve(paged_site(3)) as other:
        crawl(city(site.home, id="pemkot-lama"))
        monkeypatch.setattr(Store, "store", full)
        run = crawl(city(site.home, id="pemkot-satu"), city(other.home, id="pemkot-dua"))
    assert str(run.archive_error) == "The disk is full."
    assert rows(archive_url, "SELECT source, count(*) FROM releases") == [("pemkot-lama", 6)]


def test_a_fault_of_our_own_is_not_hidden(
    crawl: Crawl, city: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "store", lambda *_: 1 / 0)
    with serve(paged_site(1)) as site:
        result = crawl(city(site.home)).results[0]
    assert result.verdict.outcome == "failed"
    assert "division by zero" in result.verdict.reason


@pytest.mark.parametrize(
    ("day", "flag"), [("2199-05-26", "date-future"), ("1980-05-26", "date-impossible")]
)
def test_a_date_that_cannot_be_costs_no_release(
    day: str,
    flag: str,
    crawl: Crawl,
    city: Declare,
    archive_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from crawler.pipelines import ValidatePipeline

    whole = ValidatePipeline.process_item

    def mistyped(self: ValidatePipeline, item: CrawlItem) -> object:
        dated = replace(item.result, published_on=date.fromisoformat(day), published_by="page")
        return whole(self, item.with_result(dated))

    monkeypatch.setattr(ValidatePipeline, "process_item", mistyped)
    with serve(paged_site(1, each=1)) as site:
        crawl(city(site.home))
    kept = rows(archive_url, "SELECT published_on, published_by, flags FROM releases")
    assert kept == [(None, None, f'["{flag}"]')]
