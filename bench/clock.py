"""Times page extraction so that the load of the machine affects all extractors alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter

from bench.gold import Gold

Clocked = Callable[[Gold], object]


def clock(
    readers: Mapping[str, Clocked], golds: Sequence[Gold], rounds: int
) -> dict[str, list[float]]:
    """For each reader the milliseconds it took for each page: the median of some rounds.

    Every page is read by all readers in turn, and each round begins with another of them. A first
    round that does not count warms up what is loaded late.
    """
    names = list(readers)
    taken: dict[str, list[list[float]]] = {name: [[] for _ in golds] for name in names}
    for turn in range(rounds + 1):
        gc.collect()
        first = turn % len(names)
        for number, gold in enumerate(golds):
            for name in names[first:] + names[:first]:
                spent = _milliseconds(readers[name], gold)
                if turn:
                    taken[name][number].append(spent)
    return {name: [median(times) for times in pages] for name, pages in taken.items()}


def ratio(times: Sequence[float], base: Sequence[float]) -> float:
    """How many times as long as another, over all pages together."""
    return sum(times) / sum(base)


def _milliseconds(read: Clocked, gold: Gold) -> float:
    start = perf_counter()
    read(gold)
    return (perf_counter() - start) * 1000
