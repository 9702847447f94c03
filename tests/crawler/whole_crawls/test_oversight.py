"""Crawls that obtain too little of what was linked, and releases whose pages have lost their text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crawler.console import UNHEALTHY
from crawler.console.crawl_command import _exit_code
from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import article, paged_site, rows
from tests.site import Site, serve

EMPTY = "<html><head><title>Rilis {n}</title></head><body><h1>Rilis nomor {n}</h1></body></html>"
CARDS = "".join(
    f'<div class="card"><img src="/g/{n}.jpg"><h4><a href="/berita/read/{n}">Rilis nomor {n}</a>'
    f"</h4><p>Ketua KPU membuka rapat nomor {n} bersama panitia kelurahan...</p></div>"
    for n in range(7, 12)
)
NOTICE = f"""<html><head><title>Pemerintah Kota Uji</title></head><body><div class="col-8">
<div class="alert">Maaf, berita yang Anda cari tidak ditemukan.</div></div>
<div class="col-4"><h3>Terpopuler</h3>{CARDS}</div></body></html>"""

WELCOME = """<html><head><title>Rilis 3</title></head><body><div class="col-8"><h1>Rilis nomor 3</h1>
<p>Minggu, 26 Mei 2024</p><img src="/g/3.jpg"></div><div class="col-4"><h4>Sambutan Ketua</h4>
<p>2 Januari 2024</p><p>Selamat datang di situs kami, yang kini hadir dengan wajah baru agar warga
lebih cepat menemukan keterangan tentang tahapan dan jadwal.</p><p>Semoga kehadirannya membawa
manfaat bagi kita semua, sampai bertemu di tempat pemungutan suara.</p></div></body></html>"""
STRANGERS = """<html><head><title>Situs Slot Gacor Maxwin Rantau88</title></head><body>
<h1>Situs Slot Gacor Maxwin Rantau88</h1><p>Rantau88 adalah situs slot gacor gampang menang dengan RTP
live tertinggi. Daftar sekarang, deposit pulsa tanpa potongan, bonus new member 100%.</p><p>Bandar
togel terpercaya dengan pasaran Hongkong dan Sydney; login lewat link alternatif.</p>
<a href="https://rantau88.example/">DAFTAR</a></body></html>"""


@pytest.fixture
def look(crawl: Crawl, declare: Callable[..., Source]) -> Callable[..., Any]:
    """Crawls a site and returns the result."""

    def run(site: Site, **how: Any) -> Any:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        return crawl(source, **how).results[0]

    return run


def test_twelve_of_twenty_four_refused(look: Any) -> None:
    with serve(paged_site(12)) as site:
        for n in range(1, 25, 2):
            site.pages[f"/berita/read/{n}"] = EMPTY.format(n=n)
        for day in range(2):
            verdict = look(site).verdict
            assert (verdict.outcome, verdict.healthy) == ("partial", False), day
            assert verdict.reason.startswith("12 of 24 linked releases were refused")
            assert "12 × no-text" in verdict.reason
        site.pages |= {f"/berita/read/{n}": article(n) for n in range(1, 25)}
        assert look(site, deep=True).verdict.outcome == "ok"


@pytest.mark.parametrize(
    "page",
    [NOTICE, WELCOME, STRANGERS, article(6)],
    ids=["notice", "side column", "strangers", "another release"],
)
def test_a_page_that_lost_its_text_is_missing_then_withdrawn(
    look: Any, archive_url: str, page: str
) -> None:
    withdrawn = "SELECT url FROM releases WHERE gone_at IS NOT NULL"
    with serve(paged_site(6)) as site:
        look(site)
        site.pages["/berita/read/3"] = page
        first = look(site, deep=True)
        assert (first.stats.missing, first.stats.gone) == (1, 0)
        assert rows(archive_url, withdrawn) == []
        second = look(site, deep=True)
        assert (second.stats.missing, second.stats.gone) == (0, 1)
        assert rows(archive_url, withdrawn) == [(site.home + "berita/read/3",)]
    assert rows(archive_url, "SELECT max(versions) FROM releases") == [(1,)]


def test_twins_that_are_edited_alike_stay(look: Any) -> None:
    with serve(paged_site(4)) as site:
        site.pages["/berita/read/3"] = site.pages["/berita/read/4"]
        look(site)
        site.pages["/berita/read/3"] = site.pages["/berita/read/4"] = article(77)
        result = look(site, deep=True)
        assert (result.stats.changed, result.stats.missing) == (2, 0)


def test_where_most_pages_answer_so_none_is_missing(look: Any, archive_url: str) -> None:
    with serve(paged_site(6)) as site:
        look(site)
        site.pages |= {f"/berita/read/{n}": NOTICE for n in range(1, 12)}
        for _ in range(2):
            result = look(site, deep=True)
            assert (result.stats.missing, result.stats.gone) == (0, 0)
    assert rows(archive_url, "SELECT count(*) FROM releases WHERE gone_at IS NOT NULL") == [(0,)]


def test_refused_linked_releases_end_crawlall_with_1(
    crawl: Crawl, declare: Callable[..., Source]
) -> None:
    with serve(paged_site(12)) as site:
        for n in range(1, 25, 2):
            site.pages[f"/berita/read/{n}"] = EMPTY.format(n=n)
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        assert _exit_code(crawl(source), []) == UNHEALTHY
