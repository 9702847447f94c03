"""Floors of the extraction scores: a score may not fall below its floor without a reason.

`tests/pages/floors.json` has a floor for each field over all pages, two for the text of each
family, and under `reasons` a sentence for every floor below the target. Values without a floor
are compared with the target.
"""

from __future__ import annotations

import json
import logging
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from bench.extraction import Measured, measure_ours
from bench.gold import PAGES, load_gold
from bench.scores import EXACT

FILE = PAGES / "floors.json"
BODY = {"body mean": 0.995, "body min": 0.97}
HOUSE = dict.fromkeys((*EXACT, "nothing lost", "refused rightly"), 0.99) | BODY
"""What the project promises, and so the floor of what has none: shares of pages, token F1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """The file: floors by name, a family's own as `family: body mean`."""

    floors: dict[str, float]
    reasons: dict[str, str]


def read_floors(file: Path = FILE) -> Floors:
    """Raises OSError or ValueError where there is no such file, or it is no JSON."""
    record = json.loads(file.read_text("utf-8"))
    return Floors(floors=record["floors"], reasons=record["reasons"])


def reached(measured: Measured) -> dict[str, float]:
    """What there can be floors for, as measured."""
    overall = {name: measured.overall[name] for name in HOUSE if name in measured.overall}
    return overall | {
        f"{family}: {name}": values[name]
        for family, values in measured.families.items()
        for name in BODY
        if name in values
    }


def fallen(floors: Floors, values: Mapping[str, float]) -> list[str]:
    """A sentence for each value under its floor, and for each floor nothing is measured for."""
    under = [
        f"{name}: {value:.4f}, the floor is {floor}"
        for name, value in values.items()
        if value < (floor := floors.floors.get(name, house(name)))
    ]
    return under + [f"{name}: no longer measured" for name in floors.floors.keys() - values.keys()]


def unexplained(floors: Floors) -> list[str]:
    """Floors below the house target that nobody has given a reason for."""
    return [
        f"{name}: {floor} is below {house(name)}; say why under `reasons`"
        for name, floor in floors.floors.items()
        if floor < house(name) and not floors.reasons.get(name, "").strip()
    ]


def raised(floors: Floors, values: Mapping[str, float]) -> Floors:
    """Floors lifted to what is reached, none lowered; a reason goes when it is needed no more."""
    lifted = {
        name: max(math.floor(value * 10_000) / 10_000, floors.floors.get(name, house(name)))
        for name, value in values.items()
    }
    kept = floors.floors | lifted
    reasons = {name: why for name, why in floors.reasons.items() if kept[name] < house(name)}
    return Floors(floors=kept, reasons=reasons)


def house(name: str) -> float:
    """The target of a floor's name, a family's own being that of all."""
    return HOUSE[name.rpartition(": ")[2]]


@click.command()
@click.option("--pin", is_flag=True, help="Raise the floors to what is reached now.")
def main(pin: bool) -> None:
    """Hold the extraction against its floors. Exit 1: something has fallen."""
    logging.disable(logging.CRITICAL)
    if not (golds := load_gold()):
        raise click.ClickException(f"no gold pages in {PAGES}")
    values = reached(measure_ours(golds))
    floors = read_floors()
    if pin:
        floors = raised(floors, values)
        record = {"floors": floors.floors, "reasons": floors.reasons}
        FILE.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    faults = fallen(floors, values) + unexplained(floors)
    for fault in faults:
        click.echo(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
