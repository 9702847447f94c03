"""All benchmarks there are, one after another: `python -m bench`."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import click
from rich.console import Console

from bench import extraction
from bench.gold import PAGES


@click.command()
@click.option("--pages", type=click.Path(path_type=Path), default=PAGES, help="Gold pages.")
@click.option("--rounds", type=click.IntRange(1), default=5, help="Times each page is read.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("build/bench"))
def main(pages: Path, rounds: int, output: Path) -> None:
    """Measure extraction beside other libraries; tables here, every page in OUTPUT."""
    logging.disable(logging.CRITICAL)  # libraries complain of the very pages we try them with
    warnings.simplefilter("ignore")
    extraction.run(Console(), output, pages, rounds)


if __name__ == "__main__":
    main()
