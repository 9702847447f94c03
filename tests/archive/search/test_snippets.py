"""The passage shown is the text as printed, with what was found marked in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.fulltext import bracketed
from archive.search.query import parse
from archive.search.snippets import CLOSE, OPEN, marked, passage

LONG = "Kalimat pertama tidak penting. " * 20 + "KPU menetapkan daftar pemilih. " + "Lain. " * 60


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("penetapan", "Rapat [ditetapkan] – di Désa-désa, untuk pemilih."),
        ("desa", "Rapat ditetapkan – di [Désa]-[désa], untuk pemilih."),
        ("pilih", "Rapat ditetapkan – di Désa-désa, untuk [pemilih]."),
        ('"untuk pemilih"', "Rapat ditetapkan – di Désa-désa, [untuk pemilih]."),
        ('"pemilih untuk"', "Rapat ditetapkan – di Désa-désa, untuk pemilih."),
        ("dite* rapat", "[Rapat] [ditetapkan] – di Désa-désa, untuk pemilih."),
        ("rapat NOT (untuk OR di)", "[Rapat] ditetapkan – di Désa-désa, untuk pemilih."),
        ('desa "desa desa"', "Rapat ditetapkan – di [Désa-désa], untuk pemilih."),
    ],
)
def test_what_is_marked(words: str, shown: str) -> None:
    text = "Rapat ditetapkan – di Désa-désa, untuk pemilih."
    assert bracketed(marked(text, parse(words).terms)) == shown
    assert bracketed(passage(text, parse(words).terms)) == shown


def test_a_passage_begins_with_the_sentence_and_says_where_it_is_cut() -> None:
    shown = bracketed(passage(LONG, parse("pemilih").terms))
    assert shown.startswith("…KPU menetapkan daftar [pemilih]. Lain.")
    assert shown.endswith("Lain.…")
    assert len(shown.split()) == 28


def test_the_passage_with_most_of_the_words_is_shown() -> None:
    text = "Pasar. " + "Lain. " * 60 + "Pasar di kota. " + "Lain. " * 60
    assert bracketed(passage(text, parse("pasar kota").terms)).startswith(
        "…[Pasar] di [kota]. Lain"
    )


@given(st.text(), st.sampled_from(["kota", "pasar*", '"a b"', "a OR b"]))
def test_unmarked_it_is_the_text(text: str, words: str) -> None:
    text = text.replace(OPEN, "").replace(CLOSE, "")
    shown = passage(text, parse(words).terms).replace(OPEN, "").replace(CLOSE, "")
    assert shown.strip("…").strip() in text
