"""What makes two URLs one release."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.urls import absolute, canonical, same_site

HOME = "https://web.tanjungasri.go.id/"


@pytest.mark.parametrize(
    "variant",
    [
        "https://web.tanjungasri.go.id/berita/read/97",
        "http://web.tanjungasri.go.id/berita/read/97",
        "https://www.web.tanjungasri.go.id/berita/read/97",
        "HTTPS://WEB.TanjungAsri.go.id:443/berita/read/97#komentar",
        "https://web.tanjungasri.go.id/berita/read/97?utm_source=wa&fbclid=x1",
        "https://web.tanjungasri.go.id/berita/read/97?PHPSESSID=0a1b",
        "https://web.tanjungasri.go.id/berita/read/97?replytocom=4#respond",
        "https://web.tanjungasri.go.id/berita/read/97/amp",
        "https://web.tanjungasri.go.id/berita/read/97/print",
        "https://web.tanjungasri.go.id/berita/read/97/embed",
        "  https://web.tanjungasri.go.id/berita/read/97 ",
    ],
)
def test_variants_of_one_page_have_one_address(variant: str) -> None:
    assert canonical(variant, HOME) == "https://web.tanjungasri.go.id/berita/read/97"


@pytest.mark.parametrize(
    "url",
    [
        "https://web.tanjungasri.go.id/?p=2720",
        "https://web.tanjungasri.go.id/index.php/show_post/detail/9",
        "https://web.tanjungasri.go.id/berita?page=2",
        "https://web.tanjungasri.go.id/2022/10/12/rapat-2/",
        "https://lain.go.id/berita/read/97",
        "https://web.tanjungasri.go.id:8443/berita/read/97",
        "https://web.tanjungasri.go.id/amp",
    ],
)
def test_what_tells_pages_apart_is_kept(url: str) -> None:
    assert canonical(url, HOME) == url


def test_index_php_goes_only_where_the_site_answers_without_it() -> None:
    url = "https://kota-x.kpu.go.id/index.php/blog/read/8_a"
    home = "https://kota-x.kpu.go.id/"
    assert canonical(url, home, drop_index_php=True) == "https://kota-x.kpu.go.id/blog/read/8_a"
    assert canonical(url, home) == url


@given(st.text(max_size=60), st.booleans())
def test_canonical_is_stable_and_never_fails(text: str, drop: bool) -> None:
    url = HOME + text
    once = canonical(url, HOME, drop_index_php=drop)
    assert canonical(once, HOME, drop_index_php=drop) == once
    canonical(text, HOME)
    absolute(HOME, text)


def test_own_site_is_www_or_bare_only() -> None:
    assert same_site("http://www.web.tanjungasri.go.id/x", HOME)
    assert not same_site("https://dinkes.web.tanjungasri.go.id/x", HOME)


@pytest.mark.parametrize(
    "href", ["mailto:a@b", "javascript:void(0)", "tel:112", "http://[x", "http://a:b/"]
)
def test_what_is_no_page_has_no_address(href: str) -> None:
    assert absolute(HOME, href) is None
