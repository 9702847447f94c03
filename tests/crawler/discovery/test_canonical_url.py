"""What makes two URLs one release."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.canonical_url import absolute, alias_key, canonical, linked, same_site

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
        "https://web.tanjungasri.go.id//berita///read/97",
        "https://web.tanjungasri.go.id./berita/./x/../read/97",
        "https://web.tanjungasri.go.id/berita/read/97;jsessionid=0A1B?ci_session=9",
        "https://web.tanjungasri.go.id/berita/read/97?tmpl=component&print=1",
        "https://web.tanjungasri.go.id/berita/read/97?output=pdf",
        "https://web.tanjungasri.go.id/berita/read/97?amp",
        "https://web.tanjungasri.go.id/berita/read/97?page=1",
        "https://web.tanjungasri.go.id/berita/read/97/page/1",
        "https://web.tanjungasri.go.id/berita/read/97/amp/print",
        "https://web.tanjungasri.go.id/berita/read/97/comment-page-2#comments",
        "https://web.tanjungasri.go.id/berita/%72ead/97?%75tm_source=x",
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
        "https://web.tanjungasri.go.id/index.php?/berita/read/97",
        "https://web.tanjungasri.go.id/index.php?option=com_content&view=article&id=97:rapat",
        "https://web.tanjungasri.go.id/berita?judul=rapat%20pleno&id=7",
        "https://web.tanjungasri.go.id/Berita/Rapat-Pleno",
        "https://web.tanjungasri.go.id/berita/a%2Fb",
        "https://web.tanjungasri.go.id/berita/100%25",
    ],
)
def test_what_tells_pages_apart_is_kept(url: str) -> None:
    assert canonical(url, HOME) == url


@pytest.mark.parametrize(
    "spelling",
    [
        "/berita/caf%C3%A9-baru",
        "/berita/caf%c3%a9-baru",
        "/berita/café-baru",
        "/berita/cafe\u0301-baru",
        "/berita/caf%C3%A9%2Dbaru",
    ],
)
def test_one_spelling(spelling: str) -> None:
    url = canonical(HOME.rstrip("/") + spelling, HOME)
    assert url == "https://web.tanjungasri.go.id/berita/caf%C3%A9-baru"


def test_lists_keep_their_numbers() -> None:
    for path in ("berita?page=1", "berita?page=0", "berita/page/1/"):
        assert canonical(HOME + path, HOME, keep_pages=True) == HOME + path
        assert canonical(HOME + path, HOME).rstrip("/") == HOME + "berita"


def test_an_ipv6_host_keeps_its_brackets() -> None:
    assert canonical("http://[::1]:8000/x#y", HOME) == "http://[::1]:8000/x"


def test_index_php_is_left_out_where_a_cms_names_a_release_both_ways() -> None:
    assert canonical(HOME + "index.php/blog/read/8_a", HOME) == HOME + "blog/read/8_a"
    assert canonical(HOME + "index.php/berita/baca/8/a", HOME) == HOME + "berita/baca/8/a"
    for path in ("index.php/blog/category/104", "index.php/berita/8-a", "index.php/2024/12/a/"):
        assert canonical(HOME + path, HOME) == HOME + path


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("https://web.tanjungasri.go.id/index.php/blog/read/8_a#x", "index.php/blog/read/8_a"),
        ("http://www.web.tanjungasri.go.id/Berita/8/?utm_source=wa", "Berita/8/?utm_source=wa"),
        ("https://web.tanjungasri.go.id/b.php?a=1&a=2&Itemid=5", "b.php?a=1&a=2&Itemid=5"),
    ],
)
def test_what_is_asked_for_is_what_was_linked(link: str, asked: str) -> None:
    assert linked(link, HOME) == HOME + asked


def test_another_host_stays_another_host() -> None:
    for url in ("https://berita.go.id/x", "https://web.tanjungasri.go.id:8443/x"):
        assert linked(url, HOME) == url


@given(st.text(max_size=60), st.booleans())
def test_canonical_is_stable_and_never_fails(text: str, drop: bool) -> None:
    url = HOME + text
    once = canonical(url, HOME, drop_index_php=drop)
    assert canonical(once, HOME, drop_index_php=drop) == once
    canonical(text, HOME)
    alias_key(text, HOME)
    alias_key(url, HOME)
    absolute(HOME, text)


_SEGMENT = st.sampled_from(
    [
        "berita",
        "read",
        "rapat-2",
        "Rapat-2",
        "index.php",
        "12",
        "123",
        "1",
        "2",
        "2024",
        "05",
        "é",
        "a%2Fb",
        "a b",
        "p=1",
    ]
)
_PAIR = st.sampled_from(
    [
        "p=12",
        "p=123",
        "id=12",
        "id=3",
        "page=2",
        "view=x",
        "id=12:rapat",
        "/berita/read/9",
        "q=a%26b",
        "q=a",
        "kategori=3",
    ]
)
_ADDRESS = st.tuples(st.lists(_SEGMENT, max_size=4), st.lists(_PAIR, max_size=3, unique=True))
_VARIANT = st.sampled_from(
    ["utm_source=x", "fbclid=1", "PHPSESSID=a", "print=1", "amp=1", "replytocom=3"]
)


def _built(address: tuple[list[str], list[str]]) -> str:
    segments, pairs = address
    return HOME + "/".join(segments) + ("?" + "&".join(pairs) if pairs else "")


@given(_ADDRESS, _ADDRESS)
def test_different_addresses_stay_different(
    one: tuple[list[str], list[str]], other: tuple[list[str], list[str]]
) -> None:
    same = one == other
    assert (canonical(_built(one), HOME) == canonical(_built(other), HOME)) == same


@given(
    _ADDRESS,
    st.lists(_VARIANT, max_size=3),
    st.booleans(),
    st.sampled_from(["http://", "https://www.", "HTTPS://"]),
)
def test_variants_stay_one(
    address: tuple[list[str], list[str]], extra: list[str], first: bool, front: str
) -> None:
    segments, pairs = address
    varied = _built((segments, extra + pairs if first else pairs + extra)) + "#x"
    varied = front + varied.removeprefix("https://")
    assert canonical(varied, HOME) == canonical(_built(address), HOME)


@pytest.mark.parametrize(
    "alias",
    [
        "/Berita/Rapat-Pleno/",
        "/index.php/berita/rapat-pleno",
        "/berita/rapat-pleno/index.html",
        "/berita/rapat-pleno?utm_source=x",
        "/BERITA/RAPAT-PLENO/amp/",
    ],
)
def test_aliases_have_one_key(alias: str) -> None:
    key = alias_key(HOME + "berita/rapat-pleno", HOME)
    assert alias_key(HOME.rstrip("/") + alias, HOME) == key
    assert alias_key(HOME + "berita/rapat-pleno-2", HOME) != key
    assert alias_key(HOME + "?b=2&a=1", HOME) == alias_key(HOME + "index.php?a=1&b=2", HOME)


def test_own_site_is_www_or_bare_only() -> None:
    assert same_site("http://www.web.tanjungasri.go.id/x", HOME)
    assert not same_site("https://dinkes.web.tanjungasri.go.id/x", HOME)


@pytest.mark.parametrize(
    "href", ["mailto:a@b", "javascript:void(0)", "tel:112", "http://[x", "http://a:b/"]
)
def test_what_is_no_page_has_no_address(href: str) -> None:
    assert absolute(HOME, href) is None
