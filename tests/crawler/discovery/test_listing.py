"""Where the older releases are: the shapes of pagination seen on real sites."""

import pytest

from crawler.discovery.listing import links, older_page, page_number

SITE = "https://a.go.id"


def older(markup: str, url: str, start: str) -> str | None:
    """The next page's path, as seen from a page holding `markup`."""
    found = older_page(
        links(f"<html><body>{markup}</body></html>", SITE + url), SITE + url, SITE + start
    )
    return found.removeprefix(SITE) if found else None


@pytest.mark.parametrize(
    ("markup", "url", "start", "expected"),
    [
        # KPU: category number in the path, page number in the query
        (
            '<a href="?page=1">1</a><a href="?page=2">2</a><a href="?page=541">Last</a>'
            '<a href="/blog/category/105">Sosialisasi</a>',
            "/blog/category/104",
            "/blog/category/104",
            "/blog/category/104?page=2",
        ),
        (
            '<a href="/index.php/blog/category/104?page=3">3</a><a href="?page=5">5</a>',
            "/blog/category/104?page=4",
            "/blog/category/104",
            "/blog/category/104?page=5",
        ),
        ('<a href="?page=3">3</a><a href="?page=4">4</a>', "/b?page=4", "/b", None),
        # pages numbered from 0: the second is ?page=1
        ('<a href="?page=0">1</a><a href="?page=1">2</a>', "/berita", "/berita", "/berita?page=1"),
        # offset, in the path and in the query
        (
            '<a href="/index.php/show_post/index/10">2</a><a href="/index.php/show_post/index/20">3</a>',
            "/index.php/show_post/index",
            "/index.php/show_post/index",
            "/index.php/show_post/index/10",
        ),
        ('<a href="?start=20">2</a><a href="?start=40">3</a>', "/b?start=20", "/b", "/b?start=40"),
        # WordPress
        (
            '<a href="/category/berita/page/2/">2</a>',
            "/category/berita/",
            "/category/berita/",
            "/category/berita/page/2/",
        ),
        (
            '<div class="nav-previous"><a href="/page/3/">Pos-pos lama</a></div>'
            '<div class="nav-next"><a href="/">Pos-pos baru</a></div>',
            "/page/2/",
            "/",
            "/page/3/",
        ),
        ('<link rel="next" href="/page/2/"><a href="/2024/">2024</a>', "/", "/", "/page/2/"),
        # a static generator that numbers backwards
        (
            '<a href="/berita/index-11.html">Berita lama »</a>',
            "/berita/index.html",
            "/berita/index.html",
            "/berita/index-11.html",
        ),
        (
            '<a href="/berita/index-10.html">« lebih lama</a><a href="/berita/">lebih baru</a>',
            "/berita/index-11.html",
            "/berita/",
            "/berita/index-10.html",
        ),
        # a cursor
        (
            '<a href="/berita?before=2024-05-01">Older posts</a>',
            "/berita",
            "/berita",
            "/berita?before=2024-05-01",
        ),
        # an arrow
        ('<a href="?hal=2">›</a><a href="?hal=9">»</a>', "/b", "/b", "/b?hal=2"),
        # other lists are not this one's pages
        (
            '<a href="/berita?kategori=2">Kategori</a><a href="/agenda?page=2">2</a>',
            "/berita",
            "/berita",
            None,
        ),
        ('<a href="/2023/">2023</a><a href="/2024/">2024</a>', "/", "/", None),
    ],
)
def test_next_page(markup: str, url: str, start: str, expected: str | None) -> None:
    assert older(markup, url, start) == expected


def test_a_category_number_is_no_page_number() -> None:
    assert page_number(f"{SITE}/blog/category/105", f"{SITE}/blog/category/104") is None


def test_links_of_other_sites_and_broken_markup_are_left_out() -> None:
    body = (
        '<a href="https://b.go.id/x">b</a><a href="/x">  a <b>x</b></a><a href="/x">a x</a><a>?</a>'
    )
    assert [(link.url, link.text) for link in links(body, SITE + "/")] == [(SITE + "/x", "a x")]
    assert links("", SITE + "/") == []
    assert links("\x00<<<", SITE + "/") == []


def test_base_href_is_followed() -> None:
    body = '<html><head><base href="/portal/"></head><body><a href="x">x</a></body></html>'
    assert links(body, SITE + "/")[0].url == SITE + "/portal/x"
