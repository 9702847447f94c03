"""Where the older releases are: the shapes of pagination seen on real sites."""

import pytest

from crawler.discovery.links import links
from crawler.discovery.pagination import older_page, page_number

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
        # buttons whose script asks for more
        (
            '<button class="btn" data-url="/b?page=2">Muat lebih banyak</button>',
            "/b",
            "/b",
            "/b?page=2",
        ),
        ('<div hx-get="/b?page=3">Tampilkan lagi</div>', "/b?page=2", "/b", "/b?page=3"),
        (
            """<span onclick="window.location.href='/b?page=2'">2</span>""",
            "/b",
            "/b",
            "/b?page=2",
        ),
        (
            '<option value="?page=1">1</option><option value="?page=2">2</option>',
            "/b",
            "/b",
            "/b?page=2",
        ),
        # the session a link carries, and how many stories a page holds, do not make another list
        ('<a href="/b?sid=0a1b&page=2">2</a>', "/b", "/b", "/b?sid=0a1b&page=2"),
        ('<a href="/b?limit=10&start=10">2</a>', "/b", "/b", "/b?limit=10&start=10"),
        ('<a href="/b?per_page=10&page=2">2</a>', "/b", "/b", "/b?per_page=10&page=2"),
        # each list of a page numbered for itself; a number of the site's own
        ('<a href="/b?berita_page=2">2</a>', "/b", "/b", "/b?berita_page=2"),
        ('<a href="/b?page_n12=2">2</a>', "/b", "/b", "/b?page_n12=2"),
        ('<a href="/b?p=2">2</a>', "/b", "/b", "/b?p=2"),
        ('<a href="/?p=2720">2720</a>', "/", "/", None),
        # articles in the sidebar that are numbered too
        (
            '<a href="/berita/9754">Apel Siaga Digelar</a><a href="/berita/2">2</a>',
            "/berita",
            "/berita",
            "/berita/2",
        ),
        ('<a href="/berita/9754">Apel Siaga Digelar</a>', "/berita", "/berita", None),
        (
            '<a href="/berita/detail-9754.html">Apel Siaga</a>',
            "/berita/index.html",
            "/berita/index.html",
            None,
        ),
        # traps
        (
            '<a href="/berita?sort=asc&page=2">2</a><a href="/berita?tanggal=2024-05-01">Berikutnya</a>'
            '<a href="/berita?bulan=5">›</a><a href="/berita/cetak?page=2">2</a>',
            "/berita",
            "/berita",
            None,
        ),
        ('<a href="/2024/04/" class="next">Berikutnya</a>', "/", "/", None),
        ('<a href="/login?redirect=/berita">Selanjutnya</a>', "/", "/", None),
        # other lists are not this one's pages
        (
            '<a href="/berita?kategori=2">Kategori</a><a href="/agenda?page=2">2</a>',
            "/berita",
            "/berita",
            None,
        ),
        ('<a href="/2023/">2023</a><a href="/2024/">2024</a>', "/", "/", None),
        # whatever the number is called, where the link says that it is a page's
        (
            '<a href="/daftar.php?mulai=0">[1]</a><a href="/daftar.php?mulai=15">[2]</a>',
            "/daftar.php",
            "/daftar.php",
            "/daftar.php?mulai=15",
        ),
        (
            '<a href="/Daftar.aspx?Paged=TRUE&PageFirstRow=21">21 - 30</a>',
            "/Daftar.aspx?Paged=TRUE&PageFirstRow=11",
            "/Daftar.aspx",
            "/Daftar.aspx?Paged=TRUE&PageFirstRow=21",
        ),
        (
            '<a href="/kabar?tx_news_pi1%5BcurrentPage%5D=2&cHash=9f2e">2</a>',
            "/kabar",
            "/kabar",
            "/kabar?tx_news_pi1%5BcurrentPage%5D=2&cHash=9f2e",
        ),
        ('<a href="/kabar?kategori_id=7">Kesehatan</a>', "/kabar", "/kabar", None),
        (
            '<a href="/b?id=9&Itemid=435">1</a> <a href="/b?id=9&Itemid=435&start=8">2</a> <b>3</b>'
            '<a href="/b?id=9&Itemid=435&start=24">4</a>',
            "/b?id=9&Itemid=435&start=16",
            "/b?id=9",
            "/b?id=9&Itemid=435&start=24",
        ),
    ],
)
def test_next_page(markup: str, url: str, start: str, expected: str | None) -> None:
    assert older(markup, url, start) == expected


def _window(page: int, last: int) -> list[int]:
    return sorted({1, *(n for n in range(page - 2, page + 3) if 1 <= n <= last), last})


def _path(shape: str, page: int, last: int) -> str:
    first, further = shape.split(" ")
    return (
        first if page == 1 else further.format(page=page, at=(page - 1) * 10, back=last - page + 1)
    )


WALKS = [
    "/b /b?page={page}",
    "/b /b?start={at}",
    "/b/ /b/page/{page}/",
    "/b /b/{page}",
    "/index.php/b/index /index.php/b/index/{at}",
    "/b/ /b/index-{back}.html",
    "/b/index.html /b/page{page}.html",
    "/b.html /b-{page}.html",
    "/ /page/{page}/",
    "/b?id=8 /b?id=8&limitstart={at}",
    "/b /b/page:{page}",
]


@pytest.mark.parametrize("words", ["numbers", "both", "words"])
@pytest.mark.parametrize("shape", WALKS)
def test_a_list_is_walked_to_its_end(shape: str, words: str) -> None:
    """Whatever the numbers in addresses are, and from a window of numbers at that."""
    last = 13

    def anchor(page: int, text: str) -> str:
        return f'<li><a href="{_path(shape, page, last)}">{text}</a></li>'

    walked = [1]
    url: str | None = _path(shape, 1, last)
    while url is not None and len(walked) <= last:
        page = walked[-1]
        numbers = [anchor(n, str(n)) for n in _window(page, last) if n != page]
        around = [anchor(page - 1, "« Sebelumnya")] if page > 1 else []
        around += [anchor(page + 1, "Berikutnya »")] if page < last else []
        shown = {"numbers": numbers, "both": numbers + around, "words": around}[words]
        url = older(f"<ul>{''.join(shown)}</ul>", url, _path(shape, 1, last))
        if url is not None:
            walked.append(next(n for n in range(1, last + 1) if _path(shape, n, last) == url))
    assert walked == list(range(1, last + 1))


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
