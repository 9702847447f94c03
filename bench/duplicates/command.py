"""`python -m bench duplicates`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from bench.duplicates import report
from bench.duplicates.scale import SIZES


@click.command("duplicates")
@click.option("--pairs", type=click.IntRange(1), default=500, help="Pairs of each kind.")
@click.option("--series", type=click.IntRange(1), default=10_000, help="Pairs of a series.")
@click.option("--size", "sizes", type=click.IntRange(1), multiple=True, help="Archived releases.")
@click.option("--rule-only", is_flag=True, help="Build no archives.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("build/bench"), help="Folder."
)
def duplicates_command(
    pairs: int, series: int, sizes: tuple[int, ...], rule_only: bool, output: Path
) -> None:
    """How well copies are told, and what one more release costs.

    The archives (10 k, 100 k and 1 M releases; some 10 GB and half an hour) are built in OUTPUT
    and removed afterwards.
    """
    report.run(Console(), pairs, series, () if rule_only else sizes or SIZES, output)
