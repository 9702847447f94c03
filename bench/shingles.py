"""The metric of the public article-extraction-benchmark: shared shingles of four words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

SHINGLE = 4
"""Words in a shingle."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How the text found on one page and the text that people marked overlap; in shingles."""

    shared: int
    found: int
    marked: int

    @property
    def precision(self) -> float:
        """Share of the found shingles that were marked; 0-1."""
        return self.shared / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the marked shingles that were found; 0-1."""
        return self.shared / self.marked if self.marked else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One reader over all pages, as the benchmark's published table has it; each 0-1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of the two means."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def overlap(found: str, marked: str) -> Overlap:
    """Compare two texts, upper and lower case as they are. An empty text has no shingle."""
    ours, theirs = _shingles(found), _shingles(marked)
    return Overlap(
        shared=(ours & theirs).total(),
        found=ours.total(),
        marked=theirs.total(),
    )


def result(pages: Sequence[Overlap]) -> Result:
    """Means over pages.

    A page without a reading lowers recall alone: the published precision leaves it out.
    """
    return Result(
        precision=fmean([page.precision for page in pages if page.found] or [0.0]),
        recall=fmean([page.recall for page in pages if page.marked] or [0.0]),
    )


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    starts = range(max(1, len(words) - SHINGLE + 1)) if words else ()
    return Counter(tuple(words[start : start + SHINGLE]) for start in starts)
