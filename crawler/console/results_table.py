"""Outcomes of sources: a table for people, JSON for programs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from archive.console.terminal import Terminal
from archive.i18n import N_
from archive.i18n import gettext as _
from archive.printable import escape_json
from crawler.crawl.run_progress import clock
from crawler.registry.source import Source
from crawler.run.crawl_run import Result

_COLOURS = {"ok": "green", "partial": "yellow", "stopped": "yellow"}
_COUNTS: dict[str, Callable[[Result], int]] = {
    N_("new"): lambda result: result.stats.new,
    N_("changed"): lambda result: result.stats.changed,
    N_("unchanged"): lambda result: result.stats.seen,
    N_("missing"): lambda result: result.stats.missing,
    N_("withdrawn"): lambda result: result.stats.gone,
    N_("rejected"): lambda result: result.stats.rejected.total(),
    N_("requests"): lambda result: result.requests,
}
"""The columns of numbers, by heading."""
_WHERE_ANY = ("missing", "withdrawn")
"""Shown in the last line only if not zero."""
_ALWAYS = frozenset({"new", "requests"})
"""Columns that are shown even if all their numbers are zero: a terminal has room for few."""
_ADDRESS = re.compile(r"https?://\S+: ")
"""The URL at the beginning of a failure's sentence."""
_ALIKE = 3
"""From this many on, equal sentences of several sources are printed once."""
_NAMED = 5
_NEXT = {
    "failed": "arsip doctor --source {id} shows whether the network or the site fails.",
    "blocked": "open {home} in a browser and write to the office; the crawler evades nothing.",
    "silent": "arsip probe {home} shows which seeds lead to releases.",
    "unmet": "arsip sources {id} shows how its last crawls went.",
}
_NOT_REACHED = "Not reached; the next run starts with it."


def print_table(results: list[Result]) -> None:
    """Prints a row per source, a sentence per problem, and totals if there are several sources.
    Columns with only zeros are left out."""
    table = Table(box=None, pad_edge=False)
    for heading in (_("source"), _("outcome")):
        table.add_column(heading, no_wrap=True)
    sums = _sums(results)
    shown = [name for name in _COUNTS if name in _ALWAYS or sums[name]]
    for heading in (*shown, N_("time")):
        table.add_column(_(heading), justify="right", no_wrap=True)
    for result in results:
        outcome = result.verdict.outcome
        table.add_row(
            result.source.id,
            Text(outcome, style=_COLOURS.get(outcome, "red")),
            *(f"{_COUNTS[name](result):,}" for name in shown),
            clock(result.seconds),
        )
    terminal = Terminal()
    if results:
        terminal.print(table)
    for sentence in _reasons(results):
        terminal.print(sentence)
    if len(results) > 1:
        terminal.print(_totals(results))
    for sentence in _next_steps(results):
        terminal.print(sentence)


def _reasons(results: list[Result]) -> Iterator[str]:
    """One sentence per problem; equal sentences of several sources are printed once."""
    by_reason: dict[str, list[Result]] = {}
    for result in results:
        # `crawlall` prints why sources were stopped once, for all.
        if result.verdict.reason and result.verdict.outcome != "stopped":
            by_reason.setdefault(_ADDRESS.sub("", result.verdict.reason), []).append(result)
    for reason, some in by_reason.items():
        if len(some) < _ALIKE:
            yield from (f"{each.source.id}: {each.verdict.reason}" for each in some)
            continue
        shown = ", ".join(each.source.id for each in some[:_NAMED])
        more = f" and {len(some) - _NAMED:,} more" if len(some) > _NAMED else ""
        yield f"{len(some):,} × {reason} ({shown}{more})"


def _next_steps(results: list[Result]) -> Iterator[str]:
    """The next step for each kind of outcome, with one source as the example."""
    first: dict[str, Result] = {}
    for result in results:
        first.setdefault(result.verdict.outcome, result)
    for outcome, step in _NEXT.items():
        if outcome in first:
            source = first[outcome].source
            yield f"Next, for {outcome}: {step.format(id=source.id, home=source.home)}"


def print_json(results: list[Result], not_reached: list[Source]) -> None:
    """One array, the sources in the order in which they ended, then those not reached."""
    rows = [_as_json(result) for result in results]
    rows += [
        {"source": source.id, "kind": source.kind, "outcome": None, "reason": _NOT_REACHED}
        for source in not_reached
    ]
    print(escape_json(json.dumps(rows, ensure_ascii=False)))


def _sums(results: list[Result]) -> dict[str, int]:
    return {name: sum(map(count, results)) for name, count in _COUNTS.items()}


def _totals(results: list[Result]) -> str:
    outcomes = Counter(result.verdict.outcome for result in results)
    by_outcome = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common())
    totals = _sums(results)
    shown = ("new", "changed", "missing", "withdrawn", "requests")
    counts = ", ".join(
        f"{totals[name]:,} {name}" for name in shown if totals[name] or name not in _WHERE_ANY
    )
    return f"{len(results):,} sources: {by_outcome}; {counts}."


def _as_json(result: Result) -> dict[str, Any]:
    stats = result.stats
    counts = {name: count(result) for name, count in _COUNTS.items()}
    return {
        "source": result.source.id,
        "kind": result.source.kind,
        "outcome": result.verdict.outcome,
        "reason": result.verdict.reason or None,
        "new": counts["new"],
        "changed": counts["changed"],
        "unchanged": counts["unchanged"],
        "known": counts["unchanged"],  # deprecated: the old key of `unchanged`
        "missing": counts["missing"],
        "gone": counts["withdrawn"],
        "rejected": dict(stats.rejected),
        "failed": dict(stats.failures),
        "requests": counts["requests"],
        "seconds": round(result.seconds, 1),
    }
