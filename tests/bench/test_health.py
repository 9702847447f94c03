"""Some of the simulated weeks; `python -m bench health` lets all of them pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import Engine

from archive.database.connection import open_archive
from bench.health import alarms_table, false_alarms, lateness, lateness_table


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_archive(f"sqlite:///{tmp_path / 'archive.db'}", create=True)
    yield engine
    engine.dispose()


@pytest.mark.soak
def test_healthy_offices_are_never_called_sick(engine: Engine) -> None:
    alarms = false_alarms(engine, seeds=1, every=6)
    Console().print(alarms_table(alarms, seeds=1))
    assert alarms.total() == 0


@pytest.mark.soak
def test_healthy_offices_are_hardly_ever_called_sick(
    engine: Engine, record_property: Callable[[str, object], None]
) -> None:
    alarms = false_alarms(engine, seeds=4, every=2)
    Console().print(alarms_table(alarms, seeds=4))
    record_property("measured", f"{alarms.total()} false alarms in 100 weeks")
    assert alarms.total() <= 1


@pytest.mark.soak
def test_sick_offices_are_noticed(engine: Engine) -> None:
    late = lateness(engine, illnesses=("silent", "blocked", "redesign", "slow"))
    Console().print(lateness_table(late))
    for (rhythm, illness), days in late.items():
        assert days is not None, (rhythm, illness)
        if illness != "silent":
            assert days <= 4, "two crawls, and perhaps a bad day between them"
    for rhythm in ("daily", "weekdays only"):
        assert late[rhythm, "silent"] <= 20  # type: ignore[operator]
