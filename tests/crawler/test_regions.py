"""The country's regions, and the names by which releases call them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.regions import Region, all_regions, find_place, publisher_places, region


def test_a_region_is_found_by_its_code() -> None:
    assert region("64.71") == Region("64.71", "city", "Kota Balikpapan", "Asia/Makassar")
    assert region("64") == Region("64", "province", "Kalimantan Timur", "Asia/Makassar")
    assert region("99.99") is None


def test_the_country_has_thirty_eight_provinces_and_514_regencies_and_cities() -> None:
    levels = Counter(each.level for each in all_regions())
    assert levels == {"country": 1, "province": 38, "regency": 416, "city": 98}
    assert find_place("INDONESIA") is None, "a country is no place of a dateline"


@pytest.mark.parametrize(
    ("code", "bare", "slug"),
    [
        ("64.71", "Balikpapan", "balikpapan"),
        ("32.01", "Bogor", "kab-bogor"),
        ("31.74", "Jakarta Selatan", "jakarta-selatan"),
        ("31.01", "Kepulauan Seribu", "kab-kepulauan-seribu"),
        ("34", "Daerah Istimewa Yogyakarta", "prov-daerah-istimewa-yogyakarta"),
        ("71.74", "Kotamobagu", "kotamobagu"),
        ("00", "Indonesia", "ri"),
    ],
)
def test_a_region_without_its_level(code: str, bare: str, slug: str) -> None:
    found = region(code)
    assert found is not None
    assert (found.bare, found.slug) == (bare, slug)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("BALIKPAPAN", "Balikpapan"),
        ("Kota Bogor", "Kota Bogor"),
        ("KAB. KUTAI KARTANEGARA", "Kab. Kutai Kartanegara"),
        ("kabupaten bogor", "Kabupaten Bogor"),
        ("KOTA BAU-BAU", "Kota Bau-Bau"),
        ("Palangka\xa0Raya", "Palangka Raya"),
        ("DKI JAKARTA", "DKI Jakarta"),
        ("Jakarta", "Jakarta"),
        ("KOTA MUNGKID", "Kota Mungkid"),
        ("KOTABARU", "Kotabaru"),
    ],
)
def test_a_place_is_known_however_it_is_printed(printed: str, name: str) -> None:
    assert find_place(printed) == name


@pytest.mark.parametrize("text", ["KPU", "Kota", "Wali Kota Makassar", "Karang Asri", "", "-"])
def test_what_names_no_place_gives_none(text: str) -> None:
    assert find_place(text) is None


def test_a_publisher_brings_its_own_place() -> None:
    places = publisher_places("Pemerintah Kota Karang Asri")
    assert places == ("Karang Asri",)
    assert find_place("KOTA KARANG ASRI", places) == "Kota Karang Asri"
    assert publisher_places("KPU Kabupaten Bogor") == ("Bogor",)
    assert publisher_places("Media Nusa") == ()


@given(st.text())
def test_a_place_carries_the_letters_that_were_printed(text: str) -> None:
    place = find_place(text)
    assert place is None or place.casefold() == " ".join(text.split()).casefold()
    publisher_places(text)
