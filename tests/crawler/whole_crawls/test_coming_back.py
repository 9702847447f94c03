"""Crawls after the first one: what is asked again, and what becomes of edits and withdrawals."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from crawler.registry.source import Source
from crawler.run.crawl_run import CrawlRun
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import TEXT, article, listing, paged_site, rows
from tests.site import Answer, Site, serve

Declare = Callable[..., Source]


@pytest.fixture
def again(crawl: Crawl, declare: Declare) -> Callable[..., list[str]]:
    """Crawls a site once more and returns the addresses asked for, without robots.txt."""

    def run(site: Site, **how: Any) -> list[str]:
        site.asked.clear()
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        run.finished = crawl(source, **how)  # type: ignore[attr-defined]
        return [path for path in site.asked if path != "/robots.txt"]

    return run


def outcome(again: Any) -> tuple[str, str]:
    run: CrawlRun = again.finished
    verdict = run.results[0].verdict
    return verdict.outcome, verdict.reason


def gone(archive_url: str) -> list[str]:
    found = rows(archive_url, "SELECT url FROM releases WHERE gone_at IS NOT NULL ORDER BY url")
    return [str(url).partition("/read/")[2] for (url,) in found]


def test_an_unchanged_site_is_asked_for_one_list(again: Any) -> None:
    with serve(paged_site(5)) as site:
        assert len(again(site)) == 15
        assert again(site) == ["/berita"]
        assert outcome(again) == ("ok", "")


def test_new_releases_are_followed_to_where_all_is_known(again: Any, archive_url: str) -> None:
    with serve(paged_site(3)) as site:
        again(site)
        site.pages["/berita"] = listing(range(20, 22), '<a href="/berita?page=2">2</a>')
        site.pages["/berita?page=2"] = listing([22, 1], '<a href="/berita?page=3">3</a>')
        site.pages["/berita?page=3"] = listing([2, 3], '<a href="/berita?page=4">4</a>')
        site.pages |= {f"/berita/read/{n}": article(n) for n in (20, 21, 22)}
        asked = again(site)
    assert [path for path in asked if "read" not in path] == [
        "/berita",
        *(f"/berita?page={n}" for n in (2, 3)),
    ]
    assert sorted(path for path in asked if "read" in path) == [
        f"/berita/read/{n}" for n in (20, 21, 22)
    ]


def test_what_a_killed_crawl_had_found_is_asked_for_by_the_next(
    again: Any, archive_url: str
) -> None:
    with serve(paged_site(3)) as site:
        again(site, SOURCE_REQUESTS_MAX=6, CONCURRENT_REQUESTS_PER_DOMAIN=1)
        assert outcome(again)[0] == "partial"
        assert "limit of 6 requests" in outcome(again)[1]
        again(site)
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(6,)]


def test_an_edit_that_the_list_shows_is_seen_at_once(again: Any, archive_url: str) -> None:
    titles = "KPU Kota Uji Menetapkan {n} Ribu Pemilih dalam Rapat Pleno"
    one, two = (
        f"<h3><a href='/berita/read/{n}'>{titles.format(n=n)}</a></h3><p>26 Mei 2024</p>"
        for n in (1, 2)
    )
    with serve(paged_site(1)) as site:
        site.pages["/berita"] = f"<body><div>{one}</div><div>{two}</div></body>"
        again(site)
        site.pages["/berita"] = site.pages["/berita"].replace("2 Ribu", "3 Ribu")
        site.pages["/berita/read/2"] = article(2, TEXT.replace("naik", "turun"))
        assert again(site) == ["/berita", "/berita/read/2"]
    versions = "SELECT substr(url, -1), versions FROM releases ORDER BY url"
    assert rows(archive_url, versions) == [("1", 1), ("2", 2)]


def test_a_withdrawal_is_confirmed_by_a_second_deep_crawl(again: Any, archive_url: str) -> None:
    with serve(paged_site(3)) as site:
        again(site)
        page = site.pages.pop("/berita/read/3")
        site.pages["/berita/read/4"] = Answer(b"", 302, {"Location": "/"})
        site.pages["/"] = "<html><body><h1>Beranda</h1></body></html>"
        again(site, deep=True)
        assert gone(archive_url) == []
        again(site)
        assert gone(archive_url) == [], "an ordinary crawl waits for its day"
        again(site, deep=True)
        assert gone(archive_url) == ["3", "4"]
        before = rows(archive_url, "SELECT seq FROM releases ORDER BY url")
        again(site, deep=True)
        assert rows(archive_url, "SELECT seq FROM releases ORDER BY url") == before
        site.pages["/berita/read/3"] = page
        again(site, deep=True)
        assert gone(archive_url) == ["4"], "it came back"
    assert rows(archive_url, "SELECT max(versions) FROM releases") == [(1,)]


def test_a_rebuilt_site_withdraws_nothing(again: Any, archive_url: str) -> None:
    """All old addresses answer 404, and the list names new ones."""
    with serve(paged_site(3)) as site:
        again(site)
        for path in [path for path in site.pages if "read" in path]:
            del site.pages[path]
        for _ in range(3):
            again(site, deep=True)
            assert gone(archive_url) == []
        assert "seems rebuilt" in outcome(again)[1]


@pytest.mark.parametrize(
    "answer", [Answer(b"error", 503), Answer(b"<h1>Just a moment...</h1>", 403)]
)
def test_a_site_that_is_down_loses_nothing(answer: Answer, again: Any, archive_url: str) -> None:
    with serve(paged_site(3)) as site:
        again(site)
        records = "SELECT id, seq, version, title, body FROM releases ORDER BY id"
        before = rows(archive_url, records)
        pages = dict(site.pages)
        site.pages.clear()
        site.pages["*"] = answer
        for _ in range(2):
            assert len(again(site, deep=True)) < 9, "and is left in peace"
        assert outcome(again)[0] in ("failed", "blocked")
        site.pages.clear()
        site.pages |= pages
        again(site)
    assert rows(archive_url, records) == before
    assert gone(archive_url) == []


def test_validators_are_sent_back_and_304_means_unchanged(again: Any, archive_url: str) -> None:
    with serve(paged_site(1)) as site:
        site.pages["/berita/read/1"] = Answer(
            article(1).encode(), headers={"Content-Type": "text/html", "ETag": 'W/"abc"'}
        )
        again(site)
        site.pages["/berita/read/1"] = Answer(b"", 304)
        again(site, deep=True)
        assert site.sent["/berita/read/1"]["If-None-Match"] == '"abc"'
    assert again.finished.results[0].stats.seen == 2
    looks = "SELECT outcome, status, etag FROM addresses WHERE url LIKE '%/1'"
    assert rows(archive_url, looks) == [("unchanged", 304, 'W/"abc"')]


def test_a_second_address_is_asked_for_once(again: Any, archive_url: str) -> None:
    with serve(paged_site(1)) as site:
        site.pages["/berita/read/9"] = Answer(b"", 301, {"Location": "/berita/read/1"})
        site.pages["/berita"] = listing([1, 2, 9])
        again(site)
        assert rows(
            archive_url, "SELECT substr(url, -1), substr(leads_to, -1), how FROM aliases"
        ) == [("9", "1", "redirect")]
        assert "/berita/read/9" not in again(site, deep=True)
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(2,)]


def test_a_notice_of_repair_is_no_new_wording(again: Any, archive_url: str) -> None:
    """Status 200 and the same page, whatever is asked."""
    with serve(paged_site(3)) as site:
        again(site)
        pages = dict(site.pages)
        site.pages.clear()
        site.pages["*"] = (
            "<html><head><title>Pemberitahuan</title></head><body><h1>Kami segera kembali</h1><p>Mohon"
            " maaf, layanan kami sedang diperbarui sampai besok pagi. Terima kasih.</p></body></html>"
        )
        for _ in range(2):
            assert len(again(site, deep=True)) < 4, "releases are left alone"
            assert outcome(again)[0] == "silent"
        site.pages |= pages
        again(site, deep=True)
    assert gone(archive_url) == []
    assert rows(archive_url, "SELECT max(versions) FROM releases") == [(1,)]


def test_a_month_after_the_last_deep_crawl_the_next_one_is_deep(
    again: Any, archive_url: str
) -> None:
    with serve(paged_site(3)) as site:
        again(site)
        assert len(again(site)) == 1
        with closing(sqlite3.connect(archive_url.removeprefix("sqlite:///"))) as archive:
            archive.execute("UPDATE crawls SET started_at = '2020-01-01T00:00:00Z'")
            archive.commit()
        assert len(again(site)) == 9
        assert len(again(site)) == 1
    assert rows(archive_url, "SELECT deep FROM crawls ORDER BY id") == [(0,), (0,), (1,), (0,)]


def test_a_second_spelling_is_remembered(again: Any, archive_url: str) -> None:
    with serve(paged_site(1)) as site:
        site.pages["/berita"] = listing([1, 2, "1/"])
        assert "/berita/read/1/" not in again(site)
    ((url, leads_to, how),) = rows(archive_url, "SELECT url, leads_to, how FROM aliases")
    assert (str(url), how) == (f"{leads_to}/", "spelling")
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(2,)]


def test_the_user_agent_says_whom_to_ask(again: Any) -> None:
    with serve(paged_site(1)) as site:
        again(site, CONTACT="redaksi@contoh.example")
        agents = {headers["User-Agent"] for headers in site.sent.values()}
    assert agents == {
        "ArsipPilkada/0.1 (archive of election press releases) (redaksi@contoh.example)"
    }


def test_pages_are_asked_for_as_readers_and_tools_can_use_them(again: Any) -> None:
    with serve(paged_site(1)) as site:
        again(site)
        asked = [(h["Accept-Language"], h["Accept-Encoding"]) for h in site.sent.values()]
    assert set(asked) == {("id,en;q=0.5", "gzip, deflate")}
