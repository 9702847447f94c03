"""The links of a release's page that concern it: its address, and its further parts."""

from __future__ import annotations

import pytest

from crawler.discovery.release_page_links import read_release_links

URL = "https://kota.example/berita/pasar"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("/berita/pasar/2/", f"{URL}/2/"),
        ("pasar/3", f"{URL}/3"),
        ("./pasar/2//", f"{URL}/2/"),
        (" /berita/pasar/2 ", f"{URL}/2"),
        ("/berita/pasar/2#isi", f"{URL}/2#isi"),
        ("/berita/pasar/2;jsessionid=AB12", f"{URL}/2"),
        ("?page=2", f"{URL}?page=2"),
        ("?halaman=12", f"{URL}?halaman=12"),
        ("?page=%32", f"{URL}?page=%32"),
        ("/berita/pasar/\n2", f"{URL}/2"),
    ],
)
def test_a_part_is_found_however_its_address_is_written(written: str, url: str) -> None:
    found = read_release_links(f'<p><a href="{written}">2</a></p>'.encode(), None, URL, URL)
    assert [link.url for link in found.parts] == [url]


@pytest.mark.parametrize("written", ["/berita/lain/2", "/berita/pasar/2024", "?id=2", "/2", "#2"])
def test_other_links_are_no_parts(written: str) -> None:
    found = read_release_links(f'<p><a href="{written}">2</a></p>'.encode(), None, URL, URL)
    assert not found.parts


def test_the_page_may_name_its_address_several_times() -> None:
    page = (
        f'<html><head><link rel="canonical" href="{URL}"><link rel="canonical" href="/berita/1">'
        '<link rel="canonical" href="https://lain.example/x"><link rel="canonical"></head>'
        '<body><a href="/" rel="home">Beranda</a></body></html>'
    )
    found = read_release_links(page.encode(), "text/html; charset=utf-8", URL, URL)
    assert found.canonical == (URL, "https://kota.example/berita/1")
