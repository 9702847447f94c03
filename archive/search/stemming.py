"""Stemming: Indonesian words without prefixes and suffixes. *menetapkan*, *ditetapkan* and
*penetapan* all come from *tetap*."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

_ROOT_WORDS = Path(__file__).with_name("root_words.txt")
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
"""A word as in SQLite's tokenizer `unicode61`."""

_STEMMABLE = re.compile(r"[a-z]{4,40}|[a-z]{2,40}-[a-z]{2,40}(-[a-z]{2,40})?")


def words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text in order, with their positions."""
    return _WORD.finditer(text)


def fold(word: str) -> str:
    """A word without case and accents, as in the index."""
    if word.isascii():
        return word.lower()
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=2**17)  # stemming takes about 50 µs, and words are limited in number
def stem(word: str) -> str:
    """The root of a folded word, after Nazief and Adriani; also of a doubled one (*kota-kota*).
    A word that is not Indonesian, or has no other root, is returned unchanged."""
    if not _STEMMABLE.fullmatch(word):
        return word
    root: str = _stemmer().stem_word(word)
    return root


def stems(text: str) -> str:
    """The roots of those words of a text that are not roots themselves, in order."""
    folded = (fold(word[0]) for word in words(text))
    return " ".join(root for word in folded if (root := stem(word)) != word)


@cache
def _stemmer() -> Stemmer:
    own = _ROOT_WORDS.read_text(encoding="utf-8").splitlines()
    known = [word for word in own if not word.startswith("#")]
    return Stemmer(ArrayDictionary([*StemmerFactory().get_words(), *known]))
