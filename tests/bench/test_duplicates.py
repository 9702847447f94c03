"""Copies are told from what only looks like them, on pairs of known truth."""

from __future__ import annotations

import pytest

from bench.duplicates.pairs import Pair
from bench.duplicates.rule import GENERATORS, measure, merged

SEED = 7
GENERATED = sorted(GENERATORS)


@pytest.mark.parametrize("generator", GENERATED)
def test_copies_are_found_and_nothing_else(generator: str) -> None:
    found = measure(GENERATORS[generator](SEED, 60))
    assert found.recall >= 0.995
    assert found.precision >= 0.995


@pytest.mark.parametrize("generator", GENERATED)
def test_no_series_is_merged(generator: str) -> None:
    assert merged(generator, SEED, 500) == 0


@pytest.mark.soak
@pytest.mark.parametrize("generator", GENERATED)
def test_no_long_series_is_merged(generator: str) -> None:
    assert merged(generator, SEED, 10_000) == 0


@pytest.mark.parametrize("generator", GENERATED)
def test_a_set_of_pairs_is_made_again_from_its_seed(generator: str) -> None:
    make = GENERATORS[generator]
    assert list(make(SEED, 5)) == list(make(SEED, 5)) != list(make(SEED + 1, 5))


def test_what_is_measured_is_counted() -> None:
    """Two unrelated texts called copies by mistake of the truth: recall and precision fall."""
    text = " ".join(f"kata{number}" for number in range(40))
    other = " ".join(f"lain{number}" for number in range(40))
    pairs = [Pair("repost", text, text), Pair("repost", text, other), Pair("series", text, text)]
    found = measure(pairs)
    assert (found.recall, found.precision) == (0.5, 0.5)
