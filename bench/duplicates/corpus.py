"""Makes a large archive quickly: releases of all kinds in the proportions of real sites."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from bench.duplicates import desk, wire
from bench.duplicates.pairs import material

_LETTERS = ("b c d g h j k l m n p r s t ng ny".split(), "a a a e i u o".split())  # noqa: SIM905
_WORDS = 40_000


@dataclass(frozen=True, slots=True)
class Document:
    """A body, and which earlier one it repeats, counted from 0."""

    body: str
    repeats: int | None


def documents(seed: int) -> Iterator[Document]:
    """Without end. Of ten, eight are stories of their own, some with a phrase that everybody uses;
    one is of a series; one repeats one of the last thousand stories, a paragraph less."""
    dice = random.Random(seed)
    words = _vocabulary(dice)
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(words))))
    recent: list[tuple[int, list[str]]] = []
    number = 0
    while True:
        chance = dice.random()
        repeats = None
        if chance < 0.1 and recent:
            repeats, paragraphs = dice.choice(recent)
            body = "\n\n".join(paragraphs[: -1 - (len(paragraphs) > 4)])
        elif chance < 0.2:
            body = dice.choice(desk.series_pair(dice))
        else:
            paragraphs = _story(dice, words, weights)
            body = "\n\n".join(paragraphs)
            recent.append((number, paragraphs))
            recent = recent[-1000:]
        yield Document(body, repeats)
        number += 1


def _vocabulary(dice: random.Random) -> list[str]:
    """Made-up words of two to four syllables, the most frequent first."""
    onsets, vowels = _LETTERS
    return [
        "".join(dice.choice(onsets) + dice.choice(vowels) for _ in range(dice.randint(2, 4)))
        for _ in range(_WORDS)
    ]


def _story(dice: random.Random, words: list[str], weights: list[float]) -> list[str]:
    paragraphs = []
    for _ in range(dice.randint(4, 9)):
        chosen = dice.choices(words, cum_weights=weights, k=dice.randint(24, 48))
        half = len(chosen) // 2
        sentences = (" ".join(part).capitalize() for part in (chosen[:half], chosen[half:]))
        paragraphs.append(". ".join(sentences) + ".")
    if dice.random() < 0.3:
        phrase = dice.choice(material("wire")["context"])
        paragraphs.insert(dice.randrange(len(paragraphs)), phrase.format(city=wire.CITIES[0]))
    return paragraphs
