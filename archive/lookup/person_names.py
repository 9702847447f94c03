"""Names and functions of people in forms that can be compared; words are data (`speakers.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

Keys = tuple[str, ...]

_WORD = re.compile(r"[^\W\d_](?:[^\W_]|[’'‘`ʼ-](?=[^\W_]))*")
_MARKS = re.compile(r"[’'‘`ʼ-]")
_DOUBLED = re.compile(r"(.)\1+")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_LONG = 5
"""Letters from which on a word may be a variant spelling of another."""


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("speakers.toml").read_text("utf-8"))


@lru_cache(maxsize=16384)
def name_words(name: str) -> Keys:
    """The words of a name in lower case, without titles, degrees and apostrophes."""
    titles = _words()["titles"]
    words = [_MARKS.sub("", word.lower()) for word in _WORD.findall(name.split(",")[0])]
    while len(words) > 1 and words[0] in titles:
        words.pop(0)
    return tuple(words)


@lru_cache(maxsize=16384)
def folded(words: Keys) -> Keys:
    """What variant spellings of one name have in common: `Zulkipli` and `Zulkifli`."""
    return tuple(map(_fold, words))


def _fold(word: str) -> str:
    if len(word) >= _LONG:
        for variant, letters in _words()["spelling"].items():
            word = word.replace(variant, letters)
    return _DOUBLED.sub(r"\1", word)


@lru_cache(maxsize=16384)
def function_words(role: str, places: frozenset[str] = frozenset()) -> Keys:
    """A function and its office in comparable words: short forms written out, the words of the
    region's name left out. Empty for another person's."""
    words = _words()
    low = _IN_BRACKETS.sub(" ", role.lower().replace(".", " ")).replace("wali kota", "walikota")
    if low.startswith("mewakili"):
        return ()
    long = " ".join(words["short"].get(word, word) for word in re.findall(r"[\w’'/-]+", low))
    return tuple(
        word for word in long.split() if word not in places and word not in words["levels"]
    )


@lru_cache(maxsize=16384)
def is_public(function: Keys) -> bool:
    """Whether a function, in comparable words, is one of a public office: `walikota`; of others
    the office must be public: `ketua kpu`, not `ketua panitia`."""
    words = _words()["public"]
    padded = f" {' '.join(function)} "
    if any(f" {each} " in padded for each in words["alone"]):
        return True
    return any(f" {each} " in padded for each in words["heads"]) and any(
        f" {each} " in padded for each in words["bodies"]
    )


def without_acting(function: Keys) -> Keys:
    """A function without what says that somebody holds it for now, or held it."""
    acting = _words()["acting"]
    start = 0
    while start < len(function) - 1 and function[start] in acting:
        start += 1
    return function[start:]


def place_words(publishers: Collection[str]) -> frozenset[str]:
    """The words of a region's name, from the names of its publishers."""
    generic = _words()["generic"]
    return frozenset(
        word
        for publisher in publishers
        for word in re.findall(r"[^\W\d_]+", publisher.lower())
        if word not in generic
    )
