"""Sitemaps, as sites send them."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.sitemap import Listed, Sitemap, kind_of_sitemap, parse_w3c, read_sitemap

SITE = "https://a.go.id/"
URL = SITE + "sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*entries: str) -> bytes:
    return f"<urlset {NS}>{''.join(f'<url>{entry}</url>' for entry in entries)}</urlset>".encode()


def test_a_sitemap() -> None:
    body = urlset(
        "<loc> https://a.go.id/1 </loc><lastmod>2024-05-26T10:22:00+08:00</lastmod>",
        "<loc>/2</loc>",
        "<loc>https://a.go.id/1</loc>",
        "<loc>mailto:x</loc>",
        "<lastmod>2024</lastmod>",
    )
    read = read_sitemap(body, URL)
    assert read == Sitemap(
        (Listed(SITE + "1", "2024-05-26T10:22:00+08:00"), Listed(SITE + "2")), (), False
    )
    assert read.entries[0].modified == datetime(2024, 5, 26, 2, 22, tzinfo=UTC)


def test_an_index() -> None:
    body = b"<sitemapindex><sitemap><loc>/post-sitemap.xml</loc><lastmod>2024-05-26</lastmod></sitemap></sitemapindex>"
    assert read_sitemap(body, URL) == Sitemap(
        (), (Listed(SITE + "post-sitemap.xml", "2024-05-26"),)
    )


@pytest.mark.parametrize("namespaces", ['xmlns:news="n" xmlns:image="i"', ""])
def test_news_count_and_pictures_do_not(namespaces: str) -> None:
    body = f"""<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="x.xsl"?>
    <urlset {NS} {namespaces}><url><loc>{SITE}1</loc>
    <image:image><image:loc>{SITE}a.jpg</image:loc><image:title>Foto</image:title></image:image>
    <news:news><news:publication><news:name>Kota</news:name></news:publication>
    <news:publication_date>2024-05-26</news:publication_date><news:title>Rapat &amp; Pleno</news:title></news:news></url></urlset>"""
    assert read_sitemap(body.encode(), URL).entries == (
        Listed(SITE + "1", None, "2024-05-26", "Rapat & Pleno"),
    )


def test_a_text_sitemap() -> None:
    body = b"\xef\xbb\xbfhttps://a.go.id/1\r\nhttps://a.go.id/2\r\n\r\n# x\r\n"
    assert read_sitemap(body, SITE + "sitemap.txt").pages == (SITE + "1", SITE + "2")


def test_packed_once_or_in_pieces() -> None:
    body = urlset("<loc>/1</loc>", "<loc>/2</loc>")
    whole = read_sitemap(body, URL)
    assert read_sitemap(gzip.compress(body), URL) == whole
    assert read_sitemap(gzip.compress(body[:40]) + gzip.compress(body[40:]), URL) == whole


def test_what_is_too_long_is_read_so_far_and_said() -> None:
    body = urlset(*(f"<loc>/{n}</loc>" for n in range(5000)))
    for sent in (body, gzip.compress(body)):
        read = read_sitemap(sent, URL, max_size=2000)
        assert read.cut
        assert 0 < len(read.pages) < 200
    bomb = gzip.compress(b" " * 10_000_000)
    assert read_sitemap(bomb, URL, max_size=1000) == Sitemap(cut=True)


def test_a_damaged_archive_gives_what_it_has() -> None:
    packed = gzip.compress(urlset(*(f"<loc>/{n * 7919 % 9973}</loc>" for n in range(3000))))
    read = read_sitemap(packed[: len(packed) // 2], URL)
    assert read.cut
    assert read.pages


def test_a_build_time_dates_no_page() -> None:
    built = [f"<loc>/{n}</loc><lastmod>2024-11-24T01:00:00Z</lastmod>" for n in range(9)]
    edited = [f"<loc>/{n}</loc><lastmod>2024-11-{n + 10}</lastmod>" for n in range(9)]
    assert not read_sitemap(urlset(*built), URL).dates_its_pages
    assert not read_sitemap(urlset("<loc>/1</loc>"), URL).dates_its_pages
    assert read_sitemap(urlset(*edited), URL).dates_its_pages
    assert read_sitemap(urlset(*edited, *built[:5]), URL).dates_its_pages


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("post-sitemap.xml", "posts"),
        ("post-sitemap2.xml", "posts"),
        ("wp-sitemap-posts-post-1.xml", "posts"),
        ("wp-sitemap-posts-siaran-pers-1.xml", "posts"),
        ("wp-sitemap-posts-lowongan-1.xml", "posts"),
        ("sitemap-pt-post-2024-05.xml", "posts"),
        ("sitemap-pt-post-p1-2024-05.xml.gz", "posts"),
        ("sitemap-berita.xml", "posts"),
        ("news-sitemap.xml", "posts"),
        ("wp-sitemap-posts-page-1.xml", "pages"),
        ("page-sitemap.xml", "pages"),
        ("sitemap-pt-page-2020-01.xml", "pages"),
        ("sitemap-misc.xml", "pages"),
        ("wp-sitemap-posts-attachment-1.xml", "media"),
        ("attachment-sitemap.xml", "media"),
        ("image-sitemap-1.xml", "media"),
        ("category-sitemap.xml", "lists"),
        ("post_tag-sitemap.xml", "lists"),
        ("author-sitemap.xml", "lists"),
        ("wp-sitemap-taxonomies-category-1.xml", "lists"),
        ("wp-sitemap-users-1.xml", "lists"),
        ("sitemap-tax-category.xml", "lists"),
        ("sitemap.xml?page=2", "unknown"),
        ("sitemap-1.xml", "unknown"),
        ("sitemap_index.xml", "unknown"),
        ("", "unknown"),
    ],
)
def test_kinds_by_name(name: str, kind: str) -> None:
    assert kind_of_sitemap(SITE + name) == kind


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-05", datetime(2024, 5, 1, tzinfo=UTC)),
        (" 2024-05-26 ", datetime(2024, 5, 26, tzinfo=UTC)),
        ("2024-05-26T10:22+08:00", datetime(2024, 5, 26, 2, 22, tzinfo=UTC)),
        ("2024-05-26T02:22:00Z", datetime(2024, 5, 26, 2, 22, tzinfo=UTC)),
        ("2024-05-26 10:22:00", datetime(2024, 5, 26, 10, 22, tzinfo=UTC)),
        ("0001-01-01T00:00:00+09:00", None),
        ("kemarin", None),
        ("", None),
    ],
)
def test_times(text: str, moment: datetime | None) -> None:
    assert parse_w3c(text) == moment


@pytest.mark.parametrize(
    "body", [b"", b"<html><p>Not found", b"\x00\xff", b"{}", b"<rss/>", b"\x1f\x8b"]
)
def test_what_is_no_sitemap_lists_nothing(body: bytes) -> None:
    read = read_sitemap(body, URL)
    assert (read.pages, read.sitemaps) == ((), ())


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    read_sitemap(body, URL)
    read_sitemap(b"\x1f\x8b" + body, URL)
    read_sitemap(urlset("<loc>/1</loc>")[:-9] + body, URL)


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    parse_w3c(text)
    kind_of_sitemap(SITE + text)
