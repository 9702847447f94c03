"""Lists of news on hosts beside the one that is declared."""

from __future__ import annotations

import pytest

from crawler.discovery.links import links_away
from crawler.discovery.undeclared_hosts import lists_elsewhere
from crawler.markup.html import parse_html
from tests.crawler.extraction.sample_pages import source

CITY = "https://www.rantaubaru.go.id/"


def _found(home: str, *anchors: tuple[str, str]) -> list[str]:
    html = "".join(f'<a href="{url}">{text}</a>' for url, text in anchors)
    tree = parse_html(f"<html><body>{html}</body></html>")
    assert tree is not None
    return lists_elsewhere(links_away(tree, home), source(home=home))


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://berita.rantaubaru.go.id/", "Selengkapnya"),
        ("https://diskominfo.rantaubaru.go.id/", "Berita Kota"),
        ("https://media.rantaubaru.go.id/siaran-pers", "Siaran Pers"),
    ],
)
@pytest.mark.parametrize("home", [CITY, "https://web.rantaubaru.go.id/"])
def test_a_list_below_the_domain_of_the_home_page(home: str, url: str, text: str) -> None:
    assert _found(home, (url, text), (url, text)) == [url]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (f"{CITY}berita", "Berita"),
        ("https://berita.kotalain.go.id/", "Berita"),
        ("https://www.kabarkota.example/", "Berita"),
        ("https://ppid.rantaubaru.go.id/", "PPID"),
        ("https://berita.rantaubaru.go.id/read/7", "Wali Kota Buka Pasar Murah di Kelurahan Baru"),
        ("https://media.rantaubaru.go.id/kliping", "Kliping Berita"),
    ],
)
def test_what_is_no_list_of_the_office_elsewhere(url: str, text: str) -> None:
    assert _found(CITY, (url, text)) == []


def test_offices_under_one_domain_are_no_hosts_of_each_other() -> None:
    others = ("https://www.kpu.go.id/berita", "Berita"), ("https://kota-b.kpu.go.id/", "Berita")
    assert _found("https://kota-a.kpu.go.id/", *others) == []
