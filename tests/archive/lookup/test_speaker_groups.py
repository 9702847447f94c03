"""Which names are one person's: only on evidence, and never against a refusal."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from archive.lookup.person_names import folded, function_words, is_public, name_words
from archive.lookup.refused_joinings import BrokenRefusals, read_refusals
from archive.lookup.speaker_groups import Form, Group, group

ROOT = Path(__file__).parents[3]
PLACES = frozenset({"contoh"})


def form(name: str, role: str = "") -> Form:
    made = Form(name_words(name), function_words(role, PLACES), {name: 1})
    if role:
        made.roles[role] = 1
    return made


def joined(*forms: Form) -> list[set[str]]:
    groups = group(forms, lambda one, other: True)
    return sorted(({name for each in g.forms for name in each.names} for g in groups), key=sorted)


def evidence(groups: list[Group]) -> set[str]:
    return {each.evidence for found in groups for each in found.forms} - {""}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (
            ("Zulkipli", "Asisten Tata Pemerintahan Setdakot Contoh"),
            ("Zulkifli", "Asisten Tata Pemerintahan Setdakot"),
            "variant spelling, same function and office",
        ),
        (
            ("Prakoso Yudho Lelono", "Ketua KPU Kota Contoh"),
            ("Yudho", "Ketua KPU Contoh"),
            "shorter form of the only such name with this function and office",
        ),
        (
            ("Budi Hartono Sukur", "Kepala Dinas Kesehatan"),
            ("Budi Hartono Sukur", "Camat Utara"),
            "same name of three words or more",
        ),
        (
            ("Ani Lestari", "Plt. Sekretaris Daerah"),
            ("Ani Lestari", "Sekda Kota Contoh"),
            "same name, functions agree",
        ),
        (
            ("Ani Lestari", "Ketua KPU Kota Contoh"),
            ("Hj. Ani Lestari", ""),
            "no function printed; the only such name in the region",
        ),
    ],
)
def test_one_person(one, other, why):
    groups = group([form(*one), form(*other)], lambda one, other: True)
    assert len(groups) == 1
    assert evidence(groups) == {why}
    assert groups[0].is_public


@pytest.mark.parametrize(
    "forms",
    [
        [("Siti Aminah", "Camat Utara"), ("Siti Aminah", "Anggota KPU Kota Contoh")],
        [("Siti Aminah", "Camat Utara"), ("Siti Aminah", "warga Kelurahan Hulu")],
        [("Siti Aminah Putri", "warga Hulu"), ("Siti Aminah Putri", "Camat Utara")],
        [("Zulkipli", "Asisten Pemerintahan"), ("Zulkifli", "Ketua KPU Kota Contoh")],
        [("Rahman Wijaya", "Anggota KPU"), ("Abdul Rahman", "Anggota KPU"), ("Rahman", "Anggota KPU")],
        [("Ani Lestari", "Ketua KPU"), ("Ani", "")],
        [("Ani Lestari", "Ketua KPU"), ("Ani Lestari", "Camat Utara"), ("Ani Lestari", "")],
    ],
)  # fmt: skip
def test_different_people_or_not_certain(forms):
    groups = group([form(*each) for each in forms], lambda one, other: True)
    assert len(groups) == len(forms)


def test_a_joining_can_be_refused():
    forms = [form("Zulkipli", "Ketua KPU"), form("Zulkifli", "Ketua KPU")]
    assert len(group(forms, lambda one, other: False)) == 2


def test_order_does_not_matter():
    forms = [
        ("Prakoso Yudho Lelono", "Ketua KPU Kota Contoh"),
        ("Yudho", "Ketua KPU Contoh"),
        ("Prakoso Yudho Lelono", ""),
        ("Yudho Prakoso", "Camat Utara"),
    ]
    assert joined(*(form(*each) for each in forms)) == joined(
        *(form(*each) for each in reversed(forms))
    )


def test_names_without_titles_degrees_and_apostrophes():
    assert name_words("Dr. H. Mas’ud Hidayat, S.Sos., M.Si") == ("masud", "hidayat")
    assert folded(name_words("Mas'ud Zulkifli")) == folded(name_words("Masud Zulkipli"))


@pytest.mark.parametrize(
    ("role", "public"),
    [
        ("Wali Kota Contoh", True),
        ("Plt. Walikota", True),
        ("Anggota KPU Kota Contoh", True),
        ("Asisten Tata Pemerintahan Setdakot Contoh", True),
        ("Sekretaris Daerah (Sekda) Kota Contoh", True),
        ("Kadis Perhubungan", True),
        ("Ketua Panitia Festival Kopi", False),
        ("warga Kelurahan Hulu", False),
        ("Ketua Kelompok Tani Sri Rejeki", False),
        ("mewakili Wali Kota Contoh", False),
    ],
)
def test_public_functions(role, public):
    assert is_public(function_words(role, PLACES)) is public


def test_spelling_is_that_of_the_reader_of_releases():
    """`archive` must not import `crawler`, so the table stands twice."""
    ours = tomllib.loads((ROOT / "archive" / "lookup" / "speakers.toml").read_text("utf-8"))
    theirs = tomllib.loads((ROOT / "crawler" / "data" / "quotes.toml").read_text("utf-8"))
    assert ours["spelling"] == theirs["spelling"]


def test_refusals(tmp_path):
    path = tmp_path / "speakers.toml"
    assert read_refusals(path) == []
    path.write_text(
        '[[apart]]\nregion = "64.71"\nnames = ["Zulkipli", "Siti (Camat Utara)"]\nreason = "asked"\n'
    )
    (refusal,) = read_refusals(path)
    assert refusal.forbids(form("Zulkipli"), form("Siti", "Camat Utara"))
    assert not refusal.forbids(form("Zulkipli"), form("Siti", "Camat Selatan"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("apart = [", "cannot be read"),
        ("[[same]]\n", "unknown key 'same'"),
        ('[[apart]]\nregion = "64.71"\n', "number 1: it needs region, names and reason"),
        ('[[apart]]\nregion = "1"\nnames = ["A"]\nreason = "b"\n', "two or more"),
        ('[[apart]]\nregion = 1\nnames = ["Ana", "Bea"]\nreason = "b"\n', "region must be a text"),
    ],
)
def test_broken_refusals(tmp_path, text, sentence):
    path = tmp_path / "speakers.toml"
    path.write_text(text)
    with pytest.raises(BrokenRefusals, match=sentence):
        read_refusals(path)
