"""Whether a page is a list of releases, by its stories."""

from __future__ import annotations

import pytest

from crawler.discovery.listing import Story
from crawler.discovery.listing_evidence import is_the_story, main_make, make_of, samples, weigh


def story(path: str, published: str | None = "3 Desember 2024") -> Story:
    return Story(f"https://a.example{path}", "Wali Kota Buka Pasar Murah", published, "")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/p/00012.html", "/p/00013.html", True),
        ("/2024/12/a", "/2023/01/b", True),
        ("/?p=rincian&id=7", "/?p=rincian&id=12", True),
        ("/node/1", "/berita/1", False),
        ("/baca.aspx?ID=1", "/lihat.aspx?ID=1", False),
        ("/p/a.html", "/p/a.pdf", False),
    ],
)
def test_addresses_of_one_make(one: str, other: str, same: bool) -> None:
    assert (make_of(f"https://a.example{one}") == make_of(f"https://a.example{other}")) is same


def test_dated_stories_and_those_of_the_home_page_weigh_more() -> None:
    dated = [story(f"/p/{n}.html") for n in range(5)]
    bare = [story(f"/p/{n}.html", None) for n in range(5)]
    make = main_make(dated)
    assert make is not None
    assert 0 < weigh(bare, ()) < weigh(dated, ()) < weigh(dated, {make})
    assert weigh(dated[:1], ()) == weigh([], ()) == 0


def test_two_stories_of_the_main_make_are_read() -> None:
    stories = [story("/x/1"), *(story(f"/p/{n}.html") for n in range(4))]
    assert [one.url[-8:] for one in samples(stories)] == ["p/0.html", "p/2.html"]
    assert len(samples(stories[:2])) == 1
    assert samples([]) == []


def test_a_page_bears_the_title_its_list_gave_it() -> None:
    assert is_the_story("Wali Kota Buka Pasar …", "Wali Kota Buka Pasar Murah di Selili")
    assert not is_the_story("Wali Kota Buka Pasar Murah", "Halaman tidak ditemukan")
    assert not is_the_story("", "Wali Kota")
