"""Which pages are looked at first in search of a list."""

from __future__ import annotations

from crawler.discovery.links import Link
from crawler.discovery.list_candidates import candidates
from crawler.registry.source import Source

SOURCE = Source(
    id="pemkot-a",
    kind="pemkot",
    publisher="A",
    region="64.71",
    home="https://a.example/",
    timezone="Asia/Makassar",
)


def order(*links: tuple[str, str]) -> list[str]:
    found = [Link(f"https://a.example{path}", text, frozenset()) for path, text in links]
    return [url.removeprefix("https://a.example") for url in candidates(found, SOURCE)]


def test_words_order_the_pages_and_leave_none_out() -> None:
    assert order(
        ("/sejarah", "Sejarah Kota"),
        ("/x", "Dari Balai Kota"),
        ("/galeri", "Galeri"),
        ("/arsip.html", "Arsip"),
        ("/kabar", "Kabar Kota"),
    ) == ["/kabar", "/arsip.html", "/x", "/sejarah", "/galeri"]


def test_each_page_once_and_no_trap_file_feed_or_home() -> None:
    feed = Link("https://a.example/rss.xml", "RSS", frozenset({"feed"}))
    assert candidates([feed], SOURCE) == []
    assert order(
        ("/", "Beranda"),
        ("/x", "Satu"),
        ("/x/", "Satu"),
        ("/login", "Masuk"),
        ("/a.pdf", "Berkas"),
        ("/search?q=1", "Cari"),
    ) == ["/x"]
    assert candidates([Link("https://b.example/x", "X", frozenset())], SOURCE) == []


def test_lists_of_what_others_wrote_are_not_looked_at() -> None:
    assert order(("/blog/9", "KPU Dalam Berita"), ("/k", "Kliping"), ("/o", "Opini Warga")) == []
