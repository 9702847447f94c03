"""Measures `health`: false alarms of healthy offices in 100 weeks, and the delay until a problem
is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from archive.database.connection import open_archive
from bench.made_up_offices import FIRST, RHYTHMS, WEEKS, Office, live


def false_alarms(
    engine: Engine, *, seeds: int = 3, weeks: int = WEEKS, every: int = 1
) -> Counter[tuple[str, str]]:
    """By rhythm and kind, how often healthy offices were called sick: once an episode, not once a
    day it lasted."""
    offices = [
        Office(f"pemkot-{'-'.join(name.replace(',', '').split())}-{seed}", name, Random(seed))
        for name in RHYTHMS
        for seed in range(seeds)
    ]
    rhythm = {office.id: office.rhythm for office in offices}
    episodes = {
        (one.source, one.kind, one.since)
        for _, found in live(engine, offices, weeks=weeks, every=every)
        for one in found
    }
    return Counter((rhythm.get(source or "", "all"), kind) for source, kind, _ in episodes)


ILLNESSES = ("silent", "blocked", "redesign", "slow", "dates", "bylines", "bodies")


def lateness(
    engine: Engine, *, illnesses: Sequence[str] = ILLNESSES, seed: int = 1, every: int = 1
) -> dict[tuple[str, str], int | None]:
    """By rhythm and illness, the days until it was named; None: not within half a year. Silence
    counts from the last release, the rest from the first day it could be seen."""
    offices = []
    for place, (name, illness) in enumerate((n, i) for n in RHYTHMS for i in illnesses):
        falls_ill = FIRST + timedelta(weeks=52, days=place)
        offices.append(Office(f"pemkot-{place}", name, Random(seed + place), falls_ill, illness))
        if illness == "bylines":  # only who signs can leave off
            _sign(offices[-1])
    named: dict[str, date] = {}
    by_id = {office.id: office for office in offices}
    weeks = 52 + 26 + len(offices) // 7 + 1
    for now, found in live(engine, offices, weeks=weeks, every=every):
        for one in found:
            office = by_id[one.source or ""]
            if one.kind == office.illness and office.is_ill(now.date(), one.kind):
                named.setdefault(office.id, now.date())
    return {(o.rhythm, o.illness): _days_late(o, named.get(o.id)) for o in offices}


def _sign(office: Office) -> None:
    """Gives it another name, until it is one that signs."""
    while office.habits["signed"] < 0.8:
        office.id += "i"


def _days_late(office: Office, named: date | None) -> int | None:
    if named is None or office.ill_from is None:
        return None
    began = office.ill_from
    if office.illness == "silent":
        began = max(day for day in office.published if day < office.ill_from)
    return (named - began).days


def run(console: Console, folder: Path) -> None:
    """Both measurements, as tables."""
    alarms = false_alarms(_archive(folder / "healthy.db"))
    console.print(alarms_table(alarms))
    console.print(lateness_table(lateness(_archive(folder / "ill.db"))))


def alarms_table(alarms: Counter[tuple[str, str]], seeds: int = 3, weeks: int = WEEKS) -> Table:
    table = Table(
        title=f"False alarms: {seeds} healthy offices each, {weeks} weeks", title_justify="left"
    )
    table.add_column("rhythm")
    table.add_column("false alarms", justify="right")
    table.add_column("of the kinds")
    for name in [*RHYTHMS, "all"]:
        kinds = {kind: count for (rhythm, kind), count in alarms.items() if rhythm == name}
        said = ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items()))
        table.add_row(name, str(sum(kinds.values())), said)
    return table


def lateness_table(late: dict[tuple[str, str], int | None]) -> Table:
    table = Table(title="Days until it is named", title_justify="left")
    table.add_column("rhythm")
    illnesses = list(dict.fromkeys(illness for _, illness in late))
    for illness in illnesses:
        table.add_column(illness, justify="right")
    for name in RHYTHMS:
        days = [late[name, illness] for illness in illnesses]
        table.add_row(name, *("-" if one is None else str(one) for one in days))
    return table


def _archive(path: Path) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return open_archive(f"sqlite:///{path}", create=True)
