"""What was linked against what was obtained."""

from __future__ import annotations

from collections import Counter

import pytest

from crawler.crawl.shortfall import family, find_shortfall

HOME = "https://www.rantaubaru.go.id"


def _pages(path: str, outcome: str, count: int, first: int = 1) -> dict[str, str]:
    return {f"{HOME}{path}{number}": outcome for number in range(first, first + count)}


RELEASES = _pages("/berita/read/", "release", 12)


@pytest.mark.parametrize(
    ("others", "missed"),
    [
        (_pages("/berita/read/", "no-text", 12, 13), {"no-text": 12}),
        (_pages("/berita/read/", "listing", 12, 13), {"listing": 12}),
        (_pages("/berita/read/", "text-doubtful", 4, 13), {"text-doubtful": 4}),
        (_pages("/kabar/", "no-text", 4), {"no-text": 4}),
        (
            _pages("/berita/read/", "http-500", 2, 13) | _pages("/berita/x/", "hijacked", 3),
            {"http-500": 2, "hijacked": 3},
        ),
    ],
)
def test_more_than_a_fifth_is_too_much(others: dict[str, str], missed: dict[str, int]) -> None:
    found = find_shortfall(RELEASES | others, {}, ())
    assert found is not None
    assert (found.linked, found.missed) == (12 + len(others), Counter(missed))


@pytest.mark.parametrize(
    "others",
    [
        {},
        _pages("/berita/read/", "no-text", 2, 13),  # drafts
        _pages("/berita/read/", "video", 3, 13),  # 3 of 15 are a fifth, and no more
        _pages("/galeri/read/", "gallery", 40),
        _pages("/pejabat/", "profile", 9) | _pages("/agenda/2024/12/", "agenda", 31),
        _pages("/unduh/dokumen.pdf?id=", "not-html", 9),
    ],
)
def test_a_site_that_is_read_whole(others: dict[str, str]) -> None:
    assert find_shortfall(RELEASES | others, {}, ()) is None


def test_what_earlier_crawls_obtained_counts() -> None:
    refused = _pages("/berita/read/", "no-text", 3, 13)
    assert find_shortfall(refused, RELEASES, refused) is None


def test_what_earlier_crawls_missed_counts() -> None:
    refused = _pages("/berita/read/", "no-text", 12, 13)
    assert find_shortfall({}, RELEASES | refused, ()) is not None


def test_a_redesign_shows_on_the_releases_of_one_day() -> None:
    known = _pages("/berita/read/", "release", 400, 100)
    refused = _pages("/berita/read/", "listing", 6, 600)
    found = find_shortfall(refused, known, [*refused, *list(known)[:4]])
    assert found is not None
    assert (found.linked, found.missed.total()) == (10, 6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/galeri/read/17", "/galeri/read/18"),
        ("/2024/12/03/pasar-dibuka/", "/2023/01/30/pemilu-usai"),
        ("/berita.php?module=detail&id=3", "/berita.php?module=detail&id=88"),
        ("/berita/7/1661/satu", "/berita/9/1702/dua"),
    ],
)
def test_addresses_of_one_make(one: str, other: str) -> None:
    assert family(HOME + one) == family(HOME + other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/galeri/read/17", "/berita/read/17"),
        ("/berita/pasar", "/berita/pasar.pdf"),
        ("/media.php?module=galeri&id=3", "/media.php?module=berita&id=3"),
    ],
)
def test_addresses_of_different_makes(one: str, other: str) -> None:
    assert family(HOME + one) != family(HOME + other)
