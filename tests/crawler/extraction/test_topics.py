"""Election and topics: labelled releases, the traps among them, and what a text can do to us."""

from __future__ import annotations

import json
import re
import time
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.release import extract
from crawler.extraction.topics import WORD_LIST, classify, near_votes
from crawler.items import Release
from tests.crawler.extraction.sample_pages import page, paragraphs, source, wordpress

LABELLED = [
    json.loads(line)
    for line in Path(__file__).with_name("election.jsonl").read_text(encoding="utf-8").splitlines()
]
SEED = Path(__file__).parents[4] / "shared" / "seed" / "balikpapan-pps-2024-05-26.txt"


def f1(pairs: Iterable[tuple[set[Any], set[Any]]]) -> float:
    """Of (expected, found) pairs."""
    right = wrong = 0
    for expected, found in pairs:
        right += len(expected & found)
        wrong += len(expected ^ found)
    return 2 * right / (2 * right + wrong)


def test_the_election_is_told_from_the_rest() -> None:
    verdicts = [
        ({True} & {one["election"]}, {True} & {classify(one["title"], one["body"]).election})
        for one in LABELLED
    ]
    assert f1(verdicts) >= 0.99


MENTION = re.compile("KPU|TPS|bawaslu|pilkada|pemil|pilih|politik|caleg", re.IGNORECASE)
CLOSINGS = [
    "Wali Kota mengajak warga menyukseskan Pilkada dan menggunakan hak pilih di TPS.",
    "Ia pun mengingatkan ASN agar menjaga netralitas pada Pilkada.",
    "Turut hadir Ketua KPU, Ketua Bawaslu, dan Kapolres.",
    'Ia mengajak warga rukun menjelang pemilu. "Jangan golput, datang ke TPS," katanya.',
]


@pytest.mark.parametrize("closing", CLOSINGS)
def test_how_a_speech_ends_does_not_make_it_one_about_the_election(closing: str) -> None:
    others = [
        one
        for one in LABELLED
        if not one["election"] and not MENTION.search(one["title"] + one["body"])
    ]
    taken = [
        one["title"]
        for one in others
        if classify(one["title"], f"{one['body']}\n\n{closing}").election
    ]
    assert len(taken) <= len(others) * 0.03, taken


@pytest.mark.parametrize("word", ["Pantarlih", "surat suara", "hak pilih", "calon wali kota"])
def test_a_decisive_word_in_the_lead_is_enough(word: str) -> None:
    rest = "Kegiatan berlangsung sampai sore. Hujan sempat turun. Warga pulang dengan tertib."
    assert classify("Kabar dari Kelurahan", f"Lurah berbicara soal {word}, Senin. {rest}").election
    assert not classify("Kabar dari Kelurahan", f"{rest} Ada pula {word}.").election


@pytest.mark.parametrize(
    "one", [one for one in LABELLED if "trap" in one], ids=lambda one: one["title"]
)
def test_a_trap_catches_nothing(one: dict[str, Any]) -> None:
    topics = classify(one["title"], one["body"])
    assert topics.election == one["election"], topics.words


def test_topics_are_those_a_reader_would_name() -> None:
    named = [one for one in LABELLED if "topics" in one]
    assert (
        f1((set(one["topics"]), set(classify(one["title"], one["body"]).topics)) for one in named)
        >= 0.9
    )


def test_the_first_release_is_about_the_panitia_pemungutan_suara() -> None:
    if not SEED.exists():
        pytest.skip("the seed text is not beside the checkout")
    topics = classify("", SEED.read_text(encoding="utf-8").replace("\n", "\n\n"))
    assert topics.election
    assert topics.topics == ["badan-adhoc", "netralitas"]
    assert topics.words["badan-adhoc"] == ["Panitia Pemungutan Suara", "PPS", "anggota PPS"]


def test_words_are_given_as_printed_and_in_order() -> None:
    topics = classify(
        "PENCOBLOSAN Lancar", "Pilkada aman. Usai  mencoblos,\npemilih pulang. Pilkada!"
    )
    assert topics.words["election"] == [
        "PENCOBLOSAN",
        "Pilkada aman",
        "mencoblos",
        "pemilih",
        "Pilkada",
    ]
    assert topics.words["pemungutan"] == ["PENCOBLOSAN", "mencoblos"]


def test_the_same_word_weighs_more_in_the_title() -> None:
    body = "Hujan turun sejak pagi dan jalan tergenang. " * 3 + "Pilkada tetap digelar."
    assert classify("Pilkada dan Hujan", body).election
    assert not classify("Hujan dan Genangan", body).election


def test_an_acronym_is_read_by_its_neighbours() -> None:
    assert classify("Petugas Tiba di TPS", "Linmas menjaga TPS tempat warga mencoblos.").election
    assert not classify("Petugas Tiba di TPS", "Truk mengangkut sampah dari TPS ke TPA.").election


def test_small_letters_are_no_acronym() -> None:
    assert not classify("tps dan dpt", "pps, ppk, psu: singkatan dalam huruf kecil.").election


def test_the_list_is_one_the_program_understands() -> None:
    data = tomllib.loads(WORD_LIST.read_text(encoding="utf-8"))
    for topic, roles in data["topics"].items():
        assert set(roles) <= {"decisive", "sure", "telling", "ambiguous", "unsure"}, topic
    assert set(data["elsewhere"]) == {"others", "ignored"}
    terms = {
        term
        for table in (data["election"], *data["topics"].values())
        for role in ("sure", "ambiguous")
        for term in table.get(role, ())
    }
    assert set(data["homonyms"]) <= terms
    ambiguous = [t.get("ambiguous", []) for t in (data["election"], *data["topics"].values())]
    assert set(data["homonyms"]) >= {term for terms in ambiguous for term in terms}


PALOPO, BALIKPAPAN, BANJARBARU = "73.73", "64.71", "63.72"
IN_MAY = date(2025, 5, 20)
PSU = (
    "Wali Kota Tinjau Kesiapan PSU",
    "PSU digelar 24 Mei di seluruh kecamatan. Warga diajak hadir.",
)


@pytest.mark.parametrize(
    ("region", "published", "topics"),
    [
        (PALOPO, IN_MAY, ["pemungutan"]),
        (PALOPO, None, ["pemungutan"]),
        (PALOPO, date(2023, 5, 20), []),  # two years before
        (BALIKPAPAN, IN_MAY, []),  # no vote on that day: here it is roads and drains
        (BANJARBARU, IN_MAY, []),  # voted again, on a day that no source names
    ],
)
def test_the_day_of_a_vote_is_a_word_of_the_election_where_people_vote(
    region: str, published: date | None, topics: list[str]
) -> None:
    found = classify(*PSU, near_votes(region, published))
    assert (found.election, found.topics) == (bool(topics), topics)
    assert ("24 Mei" in found.words.get("election", [])) == bool(topics)


def test_the_day_of_a_vote_alone_says_nothing() -> None:
    title, body = "Pemerintah Serahkan PSU Perumahan", "PSU diserahkan pengembang pada 24 Mei 2025."
    assert not classify(title, body, near_votes(PALOPO, IN_MAY)).election
    assert not classify("Lomba Mancing", "Digelar 24 Mei 2025.", near_votes(PALOPO, None)).election


def test_a_page_is_read_with_the_days_of_its_region() -> None:
    lines = [
        PSU[1],
        "Wali Kota meminta seluruh camat memeriksa jalan menuju lokasi sebelum akhir pekan ini.",
        "Petugas kebersihan dan dinas perhubungan ikut dalam peninjauan sejak pagi hari itu.",
    ]
    html = wordpress(paragraphs(lines), title=PSU[0]).replace("14 Mei 2024", "20 Mei 2025")
    found = {
        region: extract(page(html), replace(source(), region=region))
        for region in (PALOPO, BALIKPAPAN)
    }
    here, elsewhere = found[PALOPO], found[BALIKPAPAN]
    assert isinstance(here, Release)
    assert isinstance(elsewhere, Release)
    assert (here.published_on, here.election, elsewhere.election) == (IN_MAY, True, False)
    assert here.reader != elsewhere.reader, "a day that becomes known has its captures read again"


@pytest.mark.parametrize(
    "text",
    ["a" * 200_000, "pemilihan" * 20_000, "pemilihan " * 20_000, ".,;" * 60_000, "\n" * 200_000],
    ids=["no space", "one long word", "one word for ever", "stops", "line ends"],
)
def test_a_long_text_of_anything_is_read(text: str) -> None:
    """Measured: at most .2 s of the processor; a rule that is not linear would take minutes."""
    began = time.process_time()
    assert classify(text, text).topics == []
    assert time.process_time() - began < 3


@given(
    st.text(st.characters(exclude_categories=())),
    st.lists(st.sampled_from(["Pilkada", "TPS", "sampah", "KPU", ".", "\n\n", "\ud800", "{", "*"])),
)
def test_any_text_is_answered(title: str, body: list[str]) -> None:
    topics = classify(title, " ".join(body))
    assert topics.election == bool(topics.words)
