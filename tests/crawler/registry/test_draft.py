"""What a site's address and name tell of who runs it."""

from __future__ import annotations

import pytest

from crawler.registry.draft import draft


@pytest.mark.parametrize(
    ("home", "id", "publisher", "code"),
    [
        (
            "https://web.balikpapan.go.id/",
            "pemkot-balikpapan",
            "Pemerintah Kota Balikpapan",
            "64.71",
        ),
        ("https://kota-balikpapan.kpu.go.id/", "kpu-balikpapan", "KPU Kota Balikpapan", "64.71"),
        ("https://kab-jepara.kpu.go.id/", "kpu-kab-jepara", "KPU Kabupaten Jepara", "33.20"),
        (
            "https://bintankab.bawaslu.go.id/",
            "bawaslu-kab-bintan",
            "Bawaslu Kabupaten Bintan",
            "21.01",
        ),
        ("https://bali.kpu.go.id/", "kpu-prov-bali", "KPU Bali", "51"),
        ("https://kotabogor.go.id/", "pemkot-bogor", "Pemerintah Kota Bogor", "32.71"),
        ("https://makassarkota.go.id/", "pemkot-makassar", "Pemerintah Kota Makassar", "73.71"),
        ("https://madiunkab.go.id/", "pemkot-kab-madiun", "Pemerintah Kabupaten Madiun", "35.19"),
        (
            "http://diskominfo.samarindakota.go.id/",
            "pemkot-samarinda",
            "Pemerintah Kota Samarinda",
            "64.72",
        ),
        ("https://www.surabaya.go.id/", "pemkot-surabaya", "Pemerintah Kota Surabaya", "35.78"),
        ("https://portal.pemkomedan.go.id/", "pemkot-medan", "Pemerintah Kota Medan", "12.71"),
    ],
)
def test_by_its_address(home: str, id: str, publisher: str, code: str) -> None:
    drafted = draft(home)
    assert (drafted.id, drafted.publisher) == (id, publisher)
    assert drafted.region is not None
    assert drafted.region.code == code


def test_by_the_name_it_gives_itself() -> None:
    drafted = draft("http://127.0.0.1:8000/", "Beranda - Website Resmi Pemerintah Kota Pontianak")
    assert drafted.region is not None
    assert drafted.region.name == "Kota Pontianak"
    assert draft("http://127.0.0.1:8000/", "Selamat datang").region is None


def test_what_is_unknown_is_left_open() -> None:
    drafted = draft("http://127.0.3.12:80/", "Beranda - Pemerintah Kota Muara Kencana")
    assert drafted.publisher == "Pemerintah Kota Muara Kencana"
    assert (drafted.id, drafted.region) == ("pemkot-127-0-3-12", None)
