"""Compares our extraction with other libraries, on the same pages in the same run."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from bench.clock import Clocked, clock, ratio
from bench.extractors import Extractor, installed, ours, text_alone
from bench.gold import Gold, demo_pages, learn_frames, load_gold, proving_ground_pages
from bench.scores import EXACT, Score, score, summary
from bench.tables import families_table, fields_table, remarks

OURS = "ours"
PLAIN = "trafilatura"
TEXT_ALONE = "trafilatura, text alone"
_LIBRARIES = ("trafilatura", "newspaper4k", "readability-lxml", "news-please", "lxml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one extractor reached: over all pages, and by family."""

    pages: dict[str, Score]
    """By `family/name`."""
    overall: dict[str, float]
    families: dict[str, dict[str, float]]


def measure(extractor: Extractor, golds: Sequence[Gold]) -> Measured:
    """Scores of every page, and their summaries."""
    pages = {
        gold.key: score(extractor.read(gold), gold.expected, extractor.offers) for gold in golds
    }
    families: dict[str, list[Score]] = {}
    for gold in golds:
        families.setdefault(gold.family, []).append(pages[gold.key])
    return Measured(
        pages=pages,
        overall=summary(list(pages.values())),
        families={family: summary(scores) for family, scores in families.items()},
    )


def measure_ours(golds: Sequence[Gold]) -> Measured:
    """Ours as it runs in a crawl: with each site's frame learned."""
    return measure(ours(OURS, learn_frames(golds)), golds)


def run(console: Console, folder: Path, pages: Path, rounds: int) -> None:
    """Measure, print the tables, and write `extraction.json` into a folder."""
    golds = load_gold(pages)
    if not golds:
        console.print(f"No gold pages in {pages}: nothing to measure.")
        return
    extractors = [ours(OURS, learn_frames(golds)), ours("no frame", {}), *installed()]
    measured = {extractor.name: measure(extractor, golds) for extractor in extractors}
    readers = {extractor.name: extractor.read for extractor in extractors}
    times = clock(readers | {TEXT_ALONE: text_alone}, golds, rounds)
    report = _report(measured, times, golds, rounds) | {
        "demo": _served(demo_pages(), readers[PLAIN], rounds),
        "proving ground": _served(proving_ground_pages(), readers[PLAIN], rounds),
    }
    for part in (fields_table(report), families_table(report), remarks(report)):
        console.print(part)
        console.print()
    file = folder / "extraction.json"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    console.print(f"Page by page: {file}")


def _served(pages: Sequence[Gold], plain: Clocked, rounds: int) -> dict[str, float]:
    """Time on pages that a server of ours answers, beside trafilatura with and without metadata."""
    readers = {OURS: ours(OURS, learn_frames(pages)).read, PLAIN: plain, TEXT_ALONE: text_alone}
    times = clock(readers, pages, rounds)
    return {
        "pages": len(pages),
        "× trafilatura": ratio(times[OURS], times[PLAIN]),
        "× text alone": ratio(times[OURS], times[TEXT_ALONE]),
    }


def _report(
    measured: dict[str, Measured],
    times: dict[str, list[float]],
    golds: Sequence[Gold],
    rounds: int,
) -> dict[str, Any]:
    """Everything as it goes into the file; the tables show a part of it."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "pages": len(golds),
        "releases": sum(gold.expected is not None for gold in golds),
        "rounds": rounds,
        "time": {
            name: {
                "ms a page": median(own),
                "slowest ms": max(own),
                "× trafilatura": ratio(own, times[PLAIN]),
                "× text alone": ratio(own, times[TEXT_ALONE]),
            }
            for name, own in times.items()
        },
        "overall": {name: of.overall for name, of in measured.items()},
        "families": {name: of.families for name, of in measured.items()},
        "misses": _misses(measured[OURS]),
    }


def _misses(of: Measured) -> dict[str, list[str]]:
    """Pages of which ours read something wrong, and what."""
    wrong = {
        page: [name for name, value in scores.items() if name in perfect and value < 1]
        for page, scores in of.pages.items()
        for perfect in [(*EXACT, "body", "nothing lost", "refused rightly")]
    }
    return {page: names for page, names in wrong.items() if names}


def _version(library: str) -> str | None:
    try:
        return version(library)
    except ImportError:
        return None
