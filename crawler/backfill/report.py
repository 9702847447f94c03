"""The plan and the result of a backfill as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crawler.backfill.run import Backfill
from crawler.crawl.run_progress import clock

_COLUMNS = ("source", "addresses", "captures", "on disk", "to fetch", "MB", "time")


def plan_table(run: Backfill) -> str:
    """The plan, a row a source, and what is left out."""
    rows = [_COLUMNS, *_rows(run)]
    widths = [max(len(row[number]) for row in rows) for number in range(len(_COLUMNS))]
    lines = [
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    left_out = sum((plan.left_out for plan in run.plans), Counter[str]())
    for reason, count in left_out.most_common():
        lines.append(f"Left out: {count:,} addresses, {reason}.")
    return "\n".join(lines)


def _rows(run: Backfill) -> Iterator[tuple[str, ...]]:
    totals = [0] * 5
    for plan in run.plans:
        numbers = [plan.addresses, plan.captures, plan.done, plan.fetches, plan.bytes]
        totals = [total + number for total, number in zip(totals, numbers, strict=True)]
        yield _row(plan.source.id, numbers, run)
    if len(run.plans) > 1:
        yield _row("all", totals, run)


def _row(name: str, numbers: list[int], run: Backfill) -> tuple[str, ...]:
    *counts, size = numbers
    seconds = counts[-1] * run.archive.captures_delay
    return (name, *(f"{count:,}" for count in counts), f"{size / 1e6:,.1f}", clock(seconds))


def summary(run: Backfill) -> str:
    """What was fetched, in a sentence."""
    if run.is_dry:
        return "Nothing was fetched (--dry-run)."
    failed = sum(plan.failed for plan in run.plans)
    sentence = f"Fetched {run.fetched:,} captures from {run.archive.name}"
    sentence += f"; {run.noted:,} more have the same bytes by its index"
    return (
        f"{sentence}; {failed:,} could not be used in earlier runs." if failed else f"{sentence}."
    )
