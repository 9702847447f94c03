"""The language of a release: Indonesian, or that of a translated page."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.regions import DATA

LETTERS = 60
"""Shorter texts have too many names and numbers for the model."""

SMALL_WORDS = 2
"""This many small words of one language, and twice as many as of the other, decide."""

SAMPLE = 2_000
"""Characters examined; more would not change the result."""

CANDIDATES = ("id", "en", "jv", "ms", "ar", "zh", "ja", "ko", "nl")
"""ISO 639-1. Languages of Indonesian offices, Javanese columns, and languages of sister cities
and visitors. With all 140 languages, the model would find Pidgin in an English text full of
Indonesian names. It does not know Sundanese, Balinese, Minangkabau or Banjar: the first two are
taken for Javanese."""

STRETCH = 200
"""Characters of its beginning, middle and end by which a plainly Indonesian text is recognised."""
PLAIN = 0.9

SURE = 0.5
MALAY = 0.95
"""Indonesian and Malay share most words: a plain Indonesian sentence gets up to .4 for Malay. No
Indonesian office writes Malay, so only a text beyond doubt counts as such."""

_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"[“\"][^“”\"]{1,600}[”\"]")


def language(text: str) -> str | None:
    """ISO 639-1 code, or None if the text is too short or unlike all candidates. Never raises.
    Quotes do not count if there is enough other text, and small words decide between Indonesian
    and English, since their texts are full of each other's names."""
    sample = text[:SAMPLE]
    own = _QUOTED.sub(" ", sample)
    if sum(map(str.isalpha, own)) >= LETTERS // 2:
        sample = own
    letters = sum(map(str.isalpha, sample))
    modelled = _by_model(sample) if letters >= LETTERS else None
    if modelled not in (None, "id", "en") or letters < LETTERS // 2:
        return modelled
    return _by_small_words(sample) or modelled


@cache
def _identifier() -> Any:  # py3langid has no types
    """The model, loaded once per process, at the first text (0.8 s)."""
    load: Any = LanguageIdentifier.from_model_file
    identifier = load(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES)
    return identifier


def _by_model(sample: str) -> str | None:
    if len(sample) > 4 * STRETCH and _is_plainly_indonesian(sample):
        return "id"
    best, probability = _identifier().classify(sample)
    if best == "ms" and probability < MALAY:
        return "id"
    return str(best) if probability >= SURE else None


def _is_plainly_indonesian(sample: str) -> bool:
    """Whether three stretches of a long sample leave no doubt, as in nearly every release: the
    model takes half a millisecond for 1,000 characters."""
    middle = (len(sample) - STRETCH) // 2
    stretches = (sample[:STRETCH], sample[middle : middle + STRETCH], sample[-STRETCH:])
    odds = dict(_identifier().rank(" ".join(stretches)))
    return bool(odds["ms"] < odds["id"] and odds["id"] + odds["ms"] >= PLAIN)


def _by_small_words(sample: str) -> str | None:
    words = _WORD.findall(sample.casefold())
    counts = {code: sum(word in small for word in words) for code, small in _small_words().items()}
    (best, most), (_, next_most) = sorted(counts.items(), key=lambda item: -item[1])
    return best if most >= max(SMALL_WORDS, 2 * next_most) else None


@cache
def _small_words() -> dict[str, frozenset[str]]:
    data = tomllib.loads((DATA / "languages.toml").read_text("utf-8"))
    return {code: frozenset(words) for code, words in data.items()}
