"""The extraction stays as good as it has been: `python -m bench.floors --pin` raises the floors."""

from __future__ import annotations

import pytest

from bench.extraction import measure_ours
from bench.floors import fallen, reached, read_floors, unexplained
from bench.gold import load_gold


@pytest.fixture(scope="module")
def values() -> dict[str, float]:
    golds = load_gold()
    assert golds, "no gold pages under tests/pages"
    return reached(measure_ours(golds))


def test_no_field_falls_under_its_floor(values: dict[str, float]) -> None:
    assert fallen(read_floors(), values) == []


def test_a_floor_below_the_house_target_has_a_written_reason() -> None:
    assert unexplained(read_floors()) == []
