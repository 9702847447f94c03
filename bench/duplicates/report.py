"""The results of `bench duplicates` as tables."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from archive.console.terminal import table
from bench.duplicates.rule import GENERATORS, Found, measure, merged
from bench.duplicates.scale import Scale
from bench.duplicates.scale import measure as measure_scale
from bench.tables import share


def run(console: Console, pairs: int, series: int, sizes: tuple[int, ...], folder: Path) -> None:
    """Measures and prints: the rule on pairs, then the cost by size, if any sizes are given."""
    found = {name: measure(make(2, pairs)) for name, make in GENERATORS.items()}
    together = {name: merged(name, 3, series) for name in GENERATORS}
    console.print(_rule_table(found))
    for name, number in together.items():
        console.print(f"{name}: {number} of {series:,} pairs of a series merged")
    if sizes:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as place:
            scales = measure_scale(Path(place), sizes, rounds=3, more=200)
        console.print()
        console.print(_scale_table(scales))


def _rule_table(found: dict[str, Found]) -> Table:
    rows = table("Copies told from what only looks like them")
    for name in ("generator", "kind"):
        rows.add_column(name, no_wrap=True)
    for name in ("pairs", "called copies", "recall", "precision"):
        rows.add_column(name, justify="right")
    for name, outcome in found.items():
        rows.add_row(
            name,
            "all",
            f"{outcome.pairs.total():,}",
            f"{outcome.called_copies.total():,}",
            share(outcome.recall),
            share(outcome.precision),
        )
        for kind, number in outcome.pairs.items():
            called = outcome.called_copies[kind]
            rows.add_row("", kind, f"{number:,}", f"{called:,}", "", "")
    return rows


def _scale_table(scales: list[Scale]) -> Table:
    rows = table("One more release")
    headings = ("releases", "ms", "of it copies", "× smallest", "per second", "index", "memory")
    for name in headings:
        rows.add_column(name, justify="right", no_wrap=True)
    for scale in scales:
        rows.add_row(
            f"{scale.releases:,}",
            f"{scale.stored:.1f}",
            f"{scale.settled:.2f}",
            f"{scale.settled / scales[0].settled:.2f}",
            f"{1000 / scale.stored:,.0f}",
            f"{scale.index / 2**20:,.0f} of {scale.whole / 2**20:,.0f} MiB",
            f"{scale.memory:.0f} MiB",
        )
    return rows
