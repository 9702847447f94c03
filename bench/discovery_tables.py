"""The results of `bench discovery` as tables of 80 columns; values that miss their target are
red."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from bench.discovery import Measured
from bench.tables import plain_table, share

FOUND, JUNK, COST, AGAIN = 0.995, 0, 1.15, 0.03
"""Share found, junk records, requests a release (and 20 a site), the second crawl's share."""
_A_SITE = 20


def first_table(sites: Mapping[str, Measured]) -> Table:
    """Completeness and cost."""
    table = plain_table("First crawl, and a second of the unchanged sites")
    table.add_column("site", overflow="fold")
    for heading in (
        "releases",
        "found",
        "junk",
        "misread",
        "requests",
        "a rel.",
        "second",
        "changed",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, of in sites.items():
        first = of.first
        got = 1 - len(first.missing) / max(1, first.releases)
        again = of.again_requests / max(1, first.requests)
        table.add_row(
            short(name),
            str(first.releases),
            mark(share(got), got >= FOUND),
            mark(len(first.junk), len(first.junk) <= JUNK),
            mark(len(first.misread), not first.misread),
            mark(first.requests, first.requests <= COST * first.releases + _A_SITE),
            f"{first.requests / max(1, first.releases):.2f}",
            mark(f"{of.again_requests} {again:.1%}", again <= AGAIN),
            mark(len(of.again), not of.again),
        )
    return table


def changes_table(sites: Mapping[str, Measured]) -> Table:
    """What was seen of the changes: after a crawl, a deep one, a second deep one."""
    table = plain_table("3 new, 5 edited, 2 withdrawn: crawl / deep / deep")
    table.add_column("site", overflow="fold")
    for heading in (
        "new",
        "edited",
        "due",
        "gone",
        "back",
        "others",
        "requests",
        "down",
        "faults",
        "drift",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, of in sites.items():
        seen = of.changes
        table.add_row(
            short(name),
            mark(steps(seen.new), seen.new[:1] == [3]),
            mark(steps(seen.edited), bool(seen.edited) and is_right(seen.edited, seen.shown)),
            f"{seen.shown}/5/5" if seen.new else steps([]),
            mark(steps(seen.gone), seen.gone[-1:] == [2]),
            mark(of.returned if seen.new else steps([]), of.returned == 2),
            mark(len(seen.others), not seen.others),
            steps(seen.requests),
            mark(len(of.after_down), not of.after_down),
            mark(steps(of.faults), of.faults[:1] in ([], [0])),
            mark(steps(of.drift), of.drift in ([], [0, 0])),
        )
    return table


def short(source: str) -> str:
    """A source's id without its kind."""
    return source.partition("-")[2]


def is_right(edited: list[int], shown: int) -> bool:
    """What the site shows at once, all of it by the deep crawl."""
    return edited[0] >= shown and edited[1:] == [5, 5]


def steps(numbers: list[int]) -> str:
    """`3/3/3`."""
    return "/".join(map(str, numbers)) or "–"


def mark(value: object, right: bool) -> str:
    """In red when it misses its target."""
    return str(value) if right else f"[red]{value}[/]"
