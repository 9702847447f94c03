"""The country's regions, and the names by which releases call them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.regions import Region, find_place, publisher_places, region


def test_a_region_is_found_by_its_code() -> None:
    assert region("64.71") == Region("64.71", "city", "Kota Balikpapan", "Asia/Makassar")
    assert region("64") == Region("64", "province", "Kalimantan Timur", "Asia/Makassar")
    assert region("99.99") is None


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
