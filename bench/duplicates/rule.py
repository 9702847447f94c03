"""Precision and recall of the copy rule."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archive.duplicates.band_index import SHARED
from archive.duplicates.copy_rule import is_copy
from archive.duplicates.sentences import Text
from archive.duplicates.winnowing import bands
from bench.duplicates import desk, wire
from bench.duplicates.pairs import Pair

GENERATORS: dict[str, Callable[[int, int], Iterator[Pair]]] = {
    "desk": desk.pairs,
    "wire": wire.pairs,
}
SERIES = {"desk": desk.series_pair, "wire": wire.series_pair}


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a set of pairs."""

    pairs: Counter[str]
    """By kind, how many there were."""
    called_copies: Counter[str]
    """By kind, how many were called copies."""
    copies: frozenset[str]
    """The kinds that are."""

    @property
    def recall(self) -> float:
        right = sum(self.called_copies[kind] for kind in self.copies)
        return right / sum(self.pairs[kind] for kind in self.copies)

    @property
    def precision(self) -> float:
        right = sum(self.called_copies[kind] for kind in self.copies)
        return right / self.called_copies.total()


def called_copies(one: str, other: str) -> bool:
    """What an archive of these two texts would say: found by their bands, and then held against
    one another."""
    left, right = Text(one), Text(other)
    keys, its = set(bands(left)), set(bands(right))
    near = len(keys & its) >= max(1, SHARED * min(len(keys), len(its)))
    return near and is_copy(left, right)


def measure(pairs: Iterable[Pair]) -> Found:
    """Every pair, told or not told."""
    there: Counter[str] = Counter()
    called: Counter[str] = Counter()
    copies = set()
    for pair in pairs:
        there[pair.kind] += 1
        called[pair.kind] += called_copies(pair.one, pair.other)
        if pair.copies:
            copies.add(pair.kind)
    return Found(there, called, frozenset(copies))


def merged(generator: str, seed: int, number: int) -> int:
    """How many of so many pairs of a series are called copies; none should be."""
    dice = random.Random(seed)
    return sum(called_copies(*SERIES[generator](dice)) for _ in range(number))
