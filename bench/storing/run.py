"""Stores the same releases with this code and with an older commit's, in turn."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.storing.items import items

REFERENCE = "ed5a6ea"
_HERE = Path(__file__).parents[2]
_CHILD = Path(__file__).with_name("child.py")
_NAMES = {
    "found": "20 addresses that a list names",
    "release": "a new release",
    "edit": "a release that was edited",
    "same": "a release read again, unchanged",
    "seen": "an answer that has not changed",
    "reject": "a page that gives no release",
    "readers": "worked out by the readers",
}


class NoReference(Exception):
    """The older code is not available; `str()` is one sentence."""


def run(console: Console, against: str, releases: int, rounds: int, sizes: Sequence[int]) -> None:
    """Measures, and shows a table of the two codes and one of the sizes. Raises NoReference."""
    folder = Path(tempfile.mkdtemp(prefix="bench-store-"))
    try:
        given = folder / "items.jsonl"
        given.write_text("".join(json.dumps(item) + "\n" for item in items(releases)))
        with _code_of(against, folder) as older:
            trees = {against: older, "this code": _HERE}
            console.print(_compared(_in_turn(trees, given, folder, rounds)))
        if sizes:
            console.print(_grown(_by_size(sizes, given, folder, rounds)))
    finally:
        shutil.rmtree(folder)


@contextmanager
def _code_of(commit: str, folder: Path) -> Iterator[Path]:
    tree = folder / "older"
    git = ["git", "-C", str(_HERE), "worktree"]
    added = subprocess.run(
        [*git, "add", "--detach", str(tree), commit], capture_output=True, text=True, check=False
    )
    if added.returncode:
        raise NoReference(f"The code of {commit} is not available: {added.stderr.strip()}")
    try:
        yield tree
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def _in_turn(
    trees: dict[str, Path], given: Path, folder: Path, rounds: int
) -> dict[str, list[dict[str, Any]]]:
    """Each round into new archives, begun by another code."""
    results: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for turn in range(rounds):
        for name in list(trees)[:: -1 if turn % 2 else 1]:
            results[name].append(_child(trees[name], folder / f"{name}-{turn}.db", given))
    return results


def _by_size(
    sizes: Sequence[int], given: Path, folder: Path, rounds: int
) -> dict[str, list[dict[str, Any]]]:
    for size in sizes:
        _python(_HERE, "build", str(folder), str(size))
    results: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for turn in range(rounds):
        for size in sizes[:: -1 if turn % 2 else 1]:
            copy = folder / "grown.db"
            shutil.copyfile(folder / f"{size}.db", copy)
            results[f"{size:,}"].append(_child(_HERE, copy, given))
    return results


def _child(tree: Path, archive: Path, given: Path) -> dict[str, Any]:
    result = archive.with_suffix(".json")
    _python(tree, "store", str(archive), str(given), str(result))
    for ending in ("", "-wal", "-shm"):
        Path(f"{archive}{ending}").unlink(missing_ok=True)
    found: dict[str, Any] = json.loads(result.read_text())
    return found


def _python(tree: Path, *words: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, str(_CHILD), *words]
    subprocess.run(command, cwd=tree, env=environment, check=True)


def _compared(results: dict[str, list[dict[str, Any]]]) -> Table:
    old, new = results
    table = _table("Milliseconds of the writing process, the median of each", old, new, "share")
    for step, said in _NAMES.items():
        before, after = (_median(results[name], step) for name in (old, new))
        table.add_row(said, f"{before:.2f}", f"{after:.2f}", f"{after / before:.0%}")
    before, after = (_mean(results[name], "release") for name in (old, new))
    table.add_row(
        "a new release, the mean", f"{before:.2f}", f"{after:.2f}", f"{after / before:.0%}"
    )
    for name in results:
        parts = results[name][0]["steps"]["release"]
        number = len(results[name][0]["taken"]["release"])
        told = ", ".join(f"{part} {spent / number:.2f}" for part, spent in parts.items())
        table.add_row(f"{name}, of that {told}", "", "", "")
    return table


def _grown(results: dict[str, list[dict[str, Any]]]) -> Table:
    table = _table("By size of the archive, releases", *results, "share")
    for step in ("release", "edit", "seen"):
        spent = [_median(rounds, step) for rounds in results.values()]
        shares = f"{spent[-1] / spent[0]:.2f}"
        table.add_row(_NAMES[step], *(f"{one:.2f}" for one in spent), shares)
    return table


def _median(rounds: list[dict[str, Any]], step: str) -> float:
    return median(spent for one in rounds for spent in one["taken"][step])


def _mean(rounds: list[dict[str, Any]], step: str) -> float:
    return mean(spent for one in rounds for spent in one["taken"][step])


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, box=SIMPLE_HEAD, padding=0, show_edge=False, title_justify="left")
    table.add_column("what")
    for column in columns:
        table.add_column(column, justify="right")
    return table
