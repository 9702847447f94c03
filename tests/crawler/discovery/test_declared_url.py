"""When a page is taken at its word about its address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.declared_url import is_short_link, plausible_canonical

HOME = "https://a.go.id/"


def plausible(asked: str, declared: str) -> bool:
    return plausible_canonical(
        HOME + asked, declared, HOME, is_list=lambda url: url.endswith("/berita")
    )


@pytest.mark.parametrize(
    ("asked", "declared"),
    [
        ("berita/read/97", "berita/read/97"),
        ("berita/read/97", "berita/read/97/rapat-pleno"),
        ("berita/read/97/rapat", "berita/read/97/rapat-pleno"),
        ("blog/read/97_rapat", "berita/baca/97/rapat"),
        ("berita/rapat__read97.html", "berita/rapat-pleno__read97.html"),
        ("?p=2720", "2022/10/12/rapat/"),
        ("Rapat-Pleno/", "rapat-pleno"),
        ("kategori-a/rapat-pleno", "kategori-b/rapat-pleno"),
        ("2022/10/12/rapat-pleno/", "rapat-pleno/"),
        ("berita/pemkot-targetkan-62-ribu", "berita/pemkot-targetkan-62-ribu-pohon"),
        ("berita.php?id=97", "berita/97"),
        ("index.php?option=com_content&id=97:rapat", "berita/97-rapat"),
        ("berita/rapat-pleno?page=2", "berita/rapat-pleno"),
        ("berita.php?kat=3&id=97", "berita.php?id=97"),
    ],
)
def test_the_same_release(asked: str, declared: str) -> None:
    assert plausible(asked, HOME + declared)


@pytest.mark.parametrize(
    ("asked", "declared"),
    [
        ("berita/read/97", HOME),
        ("berita/read/97", HOME + "index.php"),
        ("?p=2720", HOME),
        ("?p=2720", HOME + "berita"),
        ("berita/read/97", HOME + "berita"),
        ("berita/read/97", HOME + "kategori/97"),
        ("berita/read/97", HOME + "berita/read/98"),
        ("berita/read/97", HOME + "berita/read/"),
        ("berita/read/7/kota/1661/rapat", HOME + "berita/read/7/kota/1662/rapat"),
        ("2022/10/12/rapat/", HOME + "2022/10/12/pleno/"),
        ("rapat-pleno/", HOME + "apel-siaga/"),
        ("rapat/", HOME + "rapat-2/"),
        ("rapat/", "https://lain.go.id/rapat/"),
        ("rapat/", "mailto:x"),
        ("rapat/", HOME + "foto/rapat.jpg"),
    ],
)
def test_another_page(asked: str, declared: str) -> None:
    assert not plausible(asked, declared)


def test_short_links() -> None:
    assert is_short_link(HOME + "?p=2720&utm_source=x", HOME)
    assert not is_short_link(HOME + "?p=x", HOME)
    assert not is_short_link(HOME + "berita?p=2", HOME)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text(one: str, other: str) -> None:
    plausible(one, HOME + other)
    plausible_canonical(one, other, HOME)
