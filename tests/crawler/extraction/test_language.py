"""Languages of releases: Indonesian, its neighbours, and the English twins of city sites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.language import language

INDONESIAN = (
    "Pemerintah Kota meresmikan jembatan penghubung dua kelurahan, Senin, dan warga menyambut "
    "gembira karena tak perlu lagi memutar jauh."
)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("id", INDONESIAN),
        (
            "id",
            "KPU menetapkan daftar pemilih tetap sebanyak 318.442 pemilih di 612 TPS, Kamis malam",
        ),
        ("id", "PENGUMUMAN HASIL SELEKSI ADMINISTRASI CALON ANGGOTA PPK KECAMATAN MUARA TENGAH"),
        (
            "id",
            "“Kita jaga kota ini bersama,” ujar Wali Kota. Soft opening mal baru digelar Sabtu.",
        ),
        (
            "en",
            "The city government of Karang Mulya opened a new bridge on Monday. Mayor Edi Santosa "
            "said residents of Kelurahan Sido Makmur no longer need to take the long way round.",
        ),
        (
            "jv",
            "Walikota ngresmekake kreteg anyar ing dina Senen. Warga padha seneng amarga saiki ora "
            "perlu muter adoh maneh.",
        ),
        (
            "ms",
            "Majlis Bandaraya telah mengumumkan bahawa semua kerja penyelenggaraan jalan raya akan "
            "dilaksanakan mulai hari Isnin kerana kerosakan yang teruk. Orang ramai dinasihatkan "
            "supaya berhati-hati semasa memandu.",
        ),
        (
            "zh",
            "市长周一为一座新桥揭幕，居民们热烈欢迎，因为他们不再需要绕行六公里的路程去市场。" * 2,
        ),
        (
            "nl",
            "De burgemeester opende maandag een nieuwe brug en de bewoners waren erg blij met de weg",
        ),
        (
            "id",
            "“We are ready to welcome investors and this city will grow stronger,” ujar Wali Kota "
            "pada pembukaan Karang Mulya Investment Forum, Senin.",
        ),
        (
            "id",
            "Launching aplikasi Smart City Dashboard, Diskominfo gelar workshop, coaching clinic, "
            "dan soft launching layanan call center 112.",
        ),
        (
            "en",
            "Mayor Hadi Susanto and Deputy Mayor Rina Astuti, accompanied by Tono Wijaya, inspected "
            "Pasar Inpres in Kelurahan Sido Makmur, Kecamatan Teluk Bayangan, on Monday.",
        ),
        ("en", "KPU Muara Jaya distributes ballot boxes to Kecamatan Hulu and Kecamatan Hilir."),
        ("id", "Acara selesai dengan tertib dan warga pulang."),
    ],
)
def test_the_language_is_recognised(code: str, text: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize("text", ["", "Foto: Humas", "Jembatan baru diresmikan", "12 345 " * 400])
def test_a_short_text_has_no_language(text: str) -> None:
    assert language(text) is None


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text_is_answered(text: str) -> None:
    answer = language(text)
    assert answer is None or len(answer) == 2
