"""Which language a release is written in: Indonesian, or a twin page in another language."""

from __future__ import annotations

from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LETTERS = 60
"""Shorter texts are names and numbers as much as words: no answer."""

SAMPLE = 2_000
"""Characters looked at; more would change no answer and only cost time."""

CANDIDATES = ("id", "en", "jv", "ms", "ar", "zh", "ja", "ko", "nl")
"""ISO 639-1. What Indonesian offices publish, Javanese columns and the languages of sister cities
and visitors. All 140 of the model would find Pidgin in an English text full of Indonesian names.
The model knows no Sundanese, Balinese, Minangkabau or Banjar: the first two read as Javanese."""

SURE = 0.5
MALAY = 0.95
"""Indonesian and Malay share most words: a plain Indonesian sentence gets up to .4 for Malay. No
Indonesian office writes Malay, so only a text that is beyond doubt is called so."""


@cache
def _identifier() -> Any:  # py3langid has no types
    """The model, loaded once a process, at the first text (0.8 s)."""
    load: Any = LanguageIdentifier.from_model_file
    identifier = load(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES)
    return identifier


def language(text: str) -> str | None:
    """ISO 639-1 code, or None when the text is too short or like no candidate. Never raises."""
    sample = text[:SAMPLE]
    if sum(map(str.isalpha, sample)) < LETTERS:
        return None
    best, probability = _identifier().classify(sample)
    if best == "ms" and probability < MALAY:
        return "id"
    return str(best) if probability >= SURE else None
