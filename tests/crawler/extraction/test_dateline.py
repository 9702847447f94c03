"""What stands before the first sentence, and what only looks like it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.dateline import split_dateline

SHARED = Path(__file__).parents[4] / "shared/cases/datelines.jsonl"
CASES = [
    json.loads(line)
    for file in (Path(__file__).with_name("datelines.jsonl"), SHARED)
    if file.exists()
    for line in file.read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:30])
def test_every_case_comes_out_exactly(case: dict[str, Any]) -> None:
    found = split_dateline(case["text"])
    assert (found.dateline, found.place) == (case["dateline"], case["place"])
    assert (found.dateline or "") + found.text == case["text"]


@pytest.mark.parametrize(
    ("dateline", "place"),
    [
        ("TARAKAN | ", "Tarakan"),
        ("Tarakan –\xa0", "Tarakan"),
        ("TARAKAN, KPU – ", "Tarakan"),
        ("Tarakan (26/5) – ", "Tarakan"),
        ("Tarakan, 26 Mei 2024 — ", "Tarakan"),
        ("Tarakan, Minggu (26/5/2024) - ", "Tarakan"),
        ("Tarakan, InfoPublik – ", "Tarakan"),
        ("TARAKAN, [DISKOMINFO] -- ", "Tarakan"),
        ("Humas Pemkot, TARAKAN – ", "Tarakan"),
        ("KAB. KUTAI KARTANEGARA – ", "Kab. Kutai Kartanegara"),
        ("Bau-Bau - ", "Bau-Bau"),
        ("BANDAR LAMPUNG ; ", "Bandar Lampung"),
        ("Cibinong, Bogor – ", "Cibinong"),
        ("TARAKAN-", "Tarakan"),
        ("kota-tarakan.kpu.go.id – ", "Tarakan"),
        ("TARAKAN. ", "Tarakan"),
    ],
)
def test_a_place_is_found_with_what_stands_beside_it(dateline: str, place: str) -> None:
    found = split_dateline(f"{dateline}Pemerintah Kota menggelar rapat.")
    assert (found.dateline, found.place) == (dateline, place)
    assert found.text == "Pemerintah Kota menggelar rapat."


@pytest.mark.parametrize(
    "sentence",
    [
        "Surabaya - Malang terhubung jalan tol.",
        "Balikpapan–Samarinda kini ditempuh dua jam.",
        "JAKARTA-CIKAMPEK macet.",
        "Solo-Ngawi ditempuh satu jam.",
        "Bontang - yang dikenal sebagai kota taman - berbenah.",
        "Bontang, Tarakan, dan Samarinda - tiga kota - bertemu.",
        "Bontang (Kaltim) menggelar rapat.",
        "KPU Kota Bontang - Bawaslu Kota Bontang bertemu.",
        "Bontang – ",
    ],
)
def test_a_first_sentence_is_left_whole(sentence: str) -> None:
    found = split_dateline(sentence)
    assert (found.dateline, found.text) == (None, sentence)


def test_the_place_of_a_publisher_counts() -> None:
    text = "Arjuna – Wali Kota hadir."
    assert split_dateline(text).dateline is None
    assert split_dateline(text, ("Arjuna",)).place == "Arjuna"


def test_an_unlisted_place_is_known_by_its_make_its_level_or_the_text() -> None:
    assert split_dateline("SUNGAI LESTARI – Wali Kota hadir.").place == "Sungai Lestari"
    assert split_dateline("KECAMATAN ARJUNA – Warga hadir.").place == "Kecamatan Arjuna"
    assert split_dateline("ARJUNA – Warga Kelurahan Arjuna hadir.").place == "Arjuna"
    assert split_dateline("ARJUNA – Warga hadir.").place is None
    assert split_dateline("PENGUMUMAN – Kelurahan Arjuna tutup.").place is None


pieces = st.sampled_from(
    [
        "BONTANG",
        "Bontang",
        "KPU",
        "kpu.go.id",
        "(",
        ")",
        "26/5",
        " - ",
        "–",
        ", ",
        ". ",
        " : ",
        "\n",
    ]
)


@given(st.one_of(st.text(), st.lists(pieces, max_size=12).map("".join)))
def test_nothing_of_any_text_is_lost(text: str) -> None:
    found = split_dateline(text)
    assert (found.dateline or "") + found.text == (text.lstrip() if found.dateline else text)
    assert (found.dateline is None) == (found.place is None)


@pytest.mark.parametrize("hostile", ["(" * 10**6, "a" * 10**6, " " * 10**6, "BONTANG, " * 10**5])
def test_hostile_texts_take_no_time(hostile: str) -> None:
    begun = time.process_time()
    split_dateline(hostile)
    assert time.process_time() - begun < 0.5
