"""Addresses that lead nowhere or for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.url_traps import is_trap

SITE = "https://a.go.id"


@pytest.mark.parametrize(
    "path",
    [
        "/2024/05/",
        "/2024/05/01",
        "/index.php/2024/05/",
        "/kalender/2031/02",
        "/agenda/2031-02",
        "/berita?month=05",
        "/berita?tanggal=2024-05-01",
        "/berita?sort=judul",
        "/berita?kategori=3&page=2",
        "/?s=pilkada",
        "/search/pilkada",
        "/login?redirect=/berita",
        "/wp-login.php",
        "/a/?replytocom=7",
        "/berita/cetak/12",
        "/berita/12?print=1",
        "/index.php/component/content/article?tmpl=component",
        "/unduh/12",
        "/surat/edaran.pdf",
        "/berita;jsessionid=0A1B",
        "/berita/berita/berita/12",
        "/a/b/a/b/a/b",
        "/" + "x" * 2000,
    ],
)
def test_traps(path: str) -> None:
    assert is_trap(SITE + path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/berita",
        "/berita?page=2",
        "/category/berita/page/2/",
        "/berita/kategori/umum",
        "/index.php/blog/category/104?page=17",
        "/2024/05/26/rapat/",
        "/author-baru-buku-kota",
        "/?p=2720",
    ],
)
def test_ways_worth_going(path: str) -> None:
    assert not is_trap(SITE + path)


def test_what_makes_the_list_itself_is_no_trap_in_it() -> None:
    for start, page in (
        ("/berita?kategori=3", "/berita?kategori=3&page=2"),
        ("/author/Humas/", "/author/Humas/page/2/"),
        ("/2024/05/05/", "/2024/05/05/page/2/"),
    ):
        assert is_trap(SITE + page)
        assert not is_trap(SITE + page, SITE + start)


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    is_trap(text)
    is_trap(SITE + text, text)
