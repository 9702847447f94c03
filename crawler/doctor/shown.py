"""Shows the report: a table on a terminal, a Markdown block for an issue."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from archive.console.terminal import Terminal, table
from archive.i18n import gettext as _
from archive.printable import printable
from crawler.doctor.check import PASS, Check, worst
from crawler.doctor.report import Report
from crawler.doctor.trial_crawls import Canary

_COLOURS = {"pass": "green", "warn": "yellow", "fail": "red"}
_FAMILY_CHECKS = ("list", "date", "title", "words", "byline", "doubt")
_COLUMNS = ("site", *_FAMILY_CHECKS)
_SHORT = {"pass": "ok", "warn": "warn", "fail": "FAIL"}


def print_report(report: Report) -> None:
    """Prints a line per check and per family, and what to do about each problem."""
    terminal = Terminal()
    grid = Table.grid(padding=(0, 2))
    for check in report.checks:
        grid.add_row(_coloured(check.verdict), check.name, Text(check.said))
    terminal.print(grid)
    if report.canaries:
        terminal.print()
        terminal.print(_families(report))
    for line in _to_do(report):
        terminal.print(Text(line))


def markdown(report: Report) -> str:
    """The block to paste into an issue."""
    machine = report.machine
    lines = [
        f"### arsip doctor: {report.verdict}",
        f"{report.made_at:%Y-%m-%d %H:%M} UTC, arsip-pilkada {machine.program}, "
        f"Python {machine.python}, Scrapy {machine.scrapy}",
        "",
        "| check | verdict | |",
        "| --- | --- | --- |",
        *(f"| {check.name} | {check.verdict} | {_cell(check.said)} |" for check in report.checks),
    ]
    if report.canaries:
        lines += [
            "",
            f"| family | source | verdict | {' | '.join(_FAMILY_CHECKS)} |",
            "| --- | --- | --- |" + " --- |" * len(_FAMILY_CHECKS),
            *(_row(report, canary) for canary in report.canaries),
        ]
    notes = [f"- {_cell(line)}" for line in _to_do(report)]
    return "\n".join([*lines, *([""] if notes else []), *notes]) + "\n"


def _families(report: Report) -> Table:
    rows = table()
    rows.add_column(_("Source"), no_wrap=True, overflow="ellipsis", ratio=1)
    for name in _COLUMNS:
        rows.add_column(name, no_wrap=True)
    for canary in report.canaries:
        of = {check.name: check for check in report.of_canary(canary)}
        cells = [_coloured(of[name].verdict) if name in of else Text("") for name in _COLUMNS]
        rows.add_row(canary.source.id, *cells)
    return rows


def _row(report: Report, canary: Canary) -> str:
    checks = report.of_canary(canary)
    of = {check.name: check for check in checks}
    cells = [_SHORT[of[name].verdict] if name in of else "" for name in _FAMILY_CHECKS]
    overall = worst(check.verdict for check in checks)
    return f"| {_cell(canary.family)} | {canary.source.id} | {overall} | {' | '.join(cells)} |"


def _to_do(report: Report) -> Iterator[str]:
    """A line per problem: where, what, what to do. A problem of several sources is printed once."""
    for check in report.checks:
        if check.verdict != PASS:
            yield f"{check.verdict} {check.name}: {check.advice or check.said}"
    by_problem: dict[tuple[str, str, str | None], list[tuple[Canary, Check]]] = {}
    for canary in report.canaries:
        for check in report.of_canary(canary):
            if check.verdict != PASS:
                key = (check.verdict, check.name, check.cause)
                by_problem.setdefault(key, []).append((canary, check))
    for (verdict, name, cause), some in by_problem.items():
        first = some[0][1]
        if len(some) == 1:
            where = f"{some[0][0].source.id}: {first.said}"
        else:
            where = (
                f"{cause}, {len(some)} sources: {', '.join(each.source.id for each, _ in some)}."
            )
        yield f"{verdict} {name}: {where} {first.advice or ''}".rstrip()


def _coloured(verdict: str) -> Text:
    return Text(_SHORT[verdict], style=_COLOURS[verdict])


def _cell(text: str) -> str:
    return printable(text).replace("|", "\\|").replace("\n", " ")
