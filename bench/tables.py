"""Results as tables of 80 columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from bench.scores import EXACT

Report = Mapping[str, Any]

COLUMNS = {
    "ours": "ours",
    "no frame": "no\nframe",
    "trafilatura": "trafi-\nlatura",
    "newspaper4k": "news-\npaper4k",
    "readability": "read-\nability",
    "news-please": "news-\nplease",
}
_ROWS = (
    *EXACT,
    "body mean",
    "body min",
    "nothing lost",
    "lost words",
    "refused rightly",
    "refused wrongly",
)
_COUNTS = ("lost words", "refused wrongly")
_NONE = "–"


def fields_table(report: Report) -> Table:
    """A row a field: the share of pages on which it is right, then the time a page."""
    table = plain_table(
        f"Fields, on {report['pages']} pages of {len(report['families']['ours'])} families"
    )
    table.add_column("share right", no_wrap=True)
    for heading in COLUMNS.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for row in _ROWS:
        cells = [_cell(report["overall"].get(name, {}).get(row), row) for name in COLUMNS]
        table.add_row(row, *cells, end_section=row == _ROWS[-1])
    for row in ("ms a page", "× trafilatura"):
        times = [report["time"].get(name, {}).get(row) for name in COLUMNS]
        table.add_row(row, *(_NONE if time is None else f"{time:.2f}" for time in times))
    return table


def families_table(report: Report) -> Table:
    """A row a family: pages, our exact fields, and the text's token F1."""
    table = plain_table("Families: exact fields of ours, then the text's token F1")
    table.add_column("family", overflow="fold")
    for heading in ("fields", "mean", "min"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in list(COLUMNS.values())[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for family, own in report["families"]["ours"].items():
        exact = [own[name] for name in EXACT if name in own]
        others = [report["families"].get(name, {}).get(family, {}) for name in list(COLUMNS)[1:]]
        table.add_row(
            family,
            share(sum(exact) / len(exact)) if exact else _NONE,
            _cell(own.get("body mean"), ""),
            _cell(own.get("body min"), ""),
            *(_cell(other.get("body mean"), "") for other in others),
        )
    return table


def remarks(report: Report) -> str:
    """What the tables cannot say."""
    ours, alone = report["time"]["ours"], report["time"]["trafilatura, text alone"]
    lines = [
        f"Against trafilatura giving the text alone ({alone['ms a page']:.2f} ms a page) ours takes"
        f" {ours['× text alone']:.2f} times as long; its slowest page {ours['slowest ms']:.0f} ms.",
        *(
            f"On the {report[name]['pages']} pages of the {name} ours takes"
            f" {report[name]['× trafilatura']:.2f} times as long as trafilatura,"
            f" {report[name]['× text alone']:.2f} times as its text alone."
            for name in ("demo", "proving ground")
        ),
        f"Ours reads something wrong on {len(report['misses'])} of {report['pages']} pages.",
    ]
    if missing := [name for name in COLUMNS if name not in report["overall"]]:
        lines.append(
            f"Not installed: {', '.join(missing)}. `make bench` sets them up in .venv-bench"
            " (requirements-bench.txt)."
        )
    return "\n".join(lines)


def share(value: float) -> str:
    """Three digits, cut and not rounded: only what is wholly right shows as 1."""
    if value >= 1:
        return "1"
    return f"{math.floor(value * 1000) / 1000:.3f}".removeprefix("0")


def _cell(value: float | None, row: str) -> str:
    if value is None:
        return _NONE
    return f"{value:.0f}" if row in _COUNTS else share(value)


def plain_table(title: str) -> Table:
    """The look of all tables here."""
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=0, show_edge=False)
