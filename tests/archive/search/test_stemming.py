"""Stemming is Sastrawi's, only faster."""

from __future__ import annotations

import re
import sys
from itertools import islice, product

import pytest
from Sastrawi.Stemmer.Stemmer import Stemmer

from archive.search import stemming

PREFIXES = ("", "di", "ke", "se", "ber", "be", "ter", "te", "me", "mem", "men", "meng", "menge")
MORE = (
    "meny",
    "pe",
    "pem",
    "pen",
    "peng",
    "peny",
    "per",
    "mempe",
    "memper",
    "diper",
    "keber",
    "ku",
)
SUFFIXES = ("", "i", "an", "kan", "is", "isme", "isasi", "nya", "ku", "mu", "lah", "kah", "annya")
ROOTS = ("tetap", "pilih", "suara", "kerja", "ajar", "sapu", "zxqwv", "nyanyi", "tolak", "naik")
INFIXED = ("gerigi", "telunjuk", "kemuning", "kinerja", "seruling", "kaulihat", "ibu", "a")


def derived() -> list[str]:
    """Words as Indonesian derives them, doubled ones, and words that are none."""
    words = ["".join(parts) for parts in product((*PREFIXES, *MORE), ROOTS, SUFFIXES)]
    doubled = [f"{one}-{two}" for one, two in zip(words, words[3:], strict=False)]
    same = [f"{word}-{word}nya" for word in islice(words, 0, None, 7)]
    return [*words, *doubled[::5], *same, *INFIXED, "kan", "an", "i", "isasi", "di", "ku-ku"]


def test_the_roots_are_those_that_the_library_finds_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words, stemmer = derived(), stemming._stemmer()
    fast = [stemmer.stem_word(word) for word in words]
    by_itself = Stemmer(stemmer.dictionary)
    changed = 0
    for module in list(sys.modules.values()):
        if getattr(module, "re", None) is stemming._Expressions:
            monkeypatch.setattr(module, "re", re)
            changed += 1
    assert changed > 40
    assert fast == [by_itself.stem_word(word) for word in words]
    assert len(set(fast)) < len(set(words)) / 2
