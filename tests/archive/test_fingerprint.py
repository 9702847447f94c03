"""What makes two texts the same, and what does not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fingerprint import content_sha256, release_id, text_hash

WORDS = st.lists(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8), min_size=2, max_size=40
)
MARKS = st.sampled_from([" ", ", ", ". ", " - ", ' "', '" ', " '", "-", "; ", "! "])
SPELLINGS = {
    '"': "“”„«»",
    "'": "‘’`´′",
    "-": "–—‑−",
    " ": ["  ", "\u00a0", "\n\n", " \t"],
}


@st.composite
def texts(draw: st.DrawFn) -> str:
    words = draw(WORDS)
    return words[0] + "".join(draw(MARKS) + word for word in words[1:])


@st.composite
def retyped(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same as another content system would print it."""
    text = draw(texts())
    printed = [draw(st.sampled_from([c, *SPELLINGS.get(c, [])])) for c in text]
    return text, "\u00ad".join(printed) if draw(st.booleans()) else "".join(printed)


@given(retyped(), st.text(max_size=20))
def test_typography_and_white_space_make_no_new_wording(pair: tuple[str, str], title: str) -> None:
    text, again = pair
    assert content_sha256(title, text) == content_sha256(title, again)
    assert content_sha256(text, title) == content_sha256(again, title)


@given(texts(), st.data())
def test_every_other_character_counts(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    added = data.draw(st.sampled_from("aZ9.,;:!?()%/“-"))
    assert content_sha256("", text) != content_sha256("", text[:place] + added + text[place:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("di mana", "dimana"),
        ("Pemilih", "pemilih"),
        ("2.000 orang", "2.00 orang"),
        ("satu dua", "dua satu"),
        ("kata.", "kata"),
    ],
)
def test_an_edit_however_small_is_a_new_wording(one: str, other: str) -> None:
    assert content_sha256("", one) != content_sha256("", other)


def test_title_and_text_are_told_apart() -> None:
    assert content_sha256("satu dua", "tiga") != content_sha256("satu", "dua tiga")


@given(retyped())
def test_a_copy_is_known_by_its_words_alone(pair: tuple[str, str]) -> None:
    text, again = pair
    assert text_hash(text) == text_hash(again)


def test_case_and_punctuation_do_not_hide_a_copy() -> None:
    text = " ".join(f"Kata{n}" for n in range(20))
    assert text_hash(text) == text_hash(text.upper().replace(" ", " – "))
    assert text_hash(text) != text_hash(text.replace("Kata7", "Kata8"))


def test_a_text_of_a_few_words_is_nobodys_copy() -> None:
    greeting = "Selamat Hari Raya Idulfitri, mohon maaf lahir dan batin."
    assert text_hash(greeting) is None


def test_ids_never_change() -> None:
    urls = [f"https://contoh.example/{n}" for n in range(3)]
    ids = [release_id("pemkot-contoh", url) for url in urls]
    assert ids[0] == "pemkot-contoh:3d0fc2c4b5928717"
    assert all(one != other for one, other in pairwise(ids))
