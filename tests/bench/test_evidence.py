"""The captures that rebuild, verify and package are measured on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from archive.captures.reader import answers
from bench.made_up_captures import SITES, write
from tests.archive.captures.samples import files


def test_each_look_is_captured_and_unchanged_ones_are_revisits(tmp_path: Path) -> None:
    registry = write(tmp_path, releases=len(SITES), looks=4)
    assert registry.count("[[source]]") == len(SITES)
    found: Counter[str] = Counter()
    for path in files(tmp_path):
        with path.open("rb") as file:
            found.update(answer.kind for _, answer in answers(file))
    # The first look brings bytes, and so do edits; not on every shape of site do they show.
    assert found.total() == 4 * len(SITES)
    assert len(SITES) < found["response"] <= 2 * len(SITES)
