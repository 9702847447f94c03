"""Compares our extraction with plain trafilatura on real annotated pages."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import trafilatura
from rich.console import Console
from rich.table import Table

from bench.scores import as_published, lost_words, token_f1, words
from bench.shingles import Overlap, overlap, result
from bench.tables import plain_table, share
from crawler.extraction.release import extract
from crawler.items import Page, Rejected
from crawler.registry.source import Source

BENCHMARK = Path(__file__).parents[2] / "shared" / "real" / "article-extraction-benchmark"
"""Where the public benchmark is expected: next to the checkout."""
DOUBTFUL = "text-doubtful"
BAD = 0.6
"""Share of the marked words under which a reading is bad: it must be refused or doubtful."""
RIGHT = 0.95
"""Token F1 from which a page counts as read right."""
OURS, PLAIN = "ours", "trafilatura"


class BrokenSet(Exception):
    """A folder of pages cannot be used; the message says what is wrong and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPage:
    """A page as it was fetched, and the text of its article."""

    id: str
    url: str
    body: bytes
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """Result of one extractor on one page."""

    text: str = ""
    refused: str | None = None
    """Reason; None when there is a text."""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One reader over all pages, in their order."""

    readings: Sequence[PageReading]
    overlaps: Sequence[Overlap]
    lost: Sequence[int]
    """Marked words that were not found, page by page."""
    milliseconds: float
    """Over all pages together."""


def load_set(folder: Path) -> list[MarkedPage]:
    """The pages of a folder: `golds.jsonl` (`id`, `url`, `text`), and each as `{id}.html[.gz]`.

    Raises BrokenSet when a line or a page is missing or cannot be read.
    """
    pages = []
    for number, line in enumerate((folder / "golds.jsonl").read_text("utf-8").splitlines(), 1):
        try:
            gold = json.loads(line)
            pages.append(
                MarkedPage(
                    id=gold["id"],
                    url=gold["url"],
                    body=_body(folder / f"{gold['id']}.html"),
                    text=gold["text"],
                )
            )
        except (KeyError, TypeError, ValueError, OSError) as error:
            raise BrokenSet(f"{folder}/golds.jsonl, line {number}: {error!r}") from error
    return pages


def run(console: Console, folder: Path, output: Path, rounds: int) -> None:
    """Measure, print the table, and write `real.json` into `output`. Raises BrokenSet."""
    if not (folder / "golds.jsonl").is_file():
        console.print(
            f"No golds.jsonl in {folder}: nothing measured. The pages are those of the public"
            " article-extraction-benchmark; put them there, or point --set to a folder like it."
        )
        return
    pages = load_set(folder)
    if not pages:
        raise BrokenSet(f"{folder}/golds.jsonl is empty")
    measured = measure(pages, rounds)
    console.print(table(pages, measured))
    for line in remarks(pages, measured[OURS]):
        console.print(line, soft_wrap=True, highlight=False)
    output.mkdir(parents=True, exist_ok=True)
    file = output / "real.json"
    file.write_text(json.dumps(report(pages, measured), indent=1, ensure_ascii=False), "utf-8")
    console.print(f"Page by page: {file}", soft_wrap=True)


def measure(pages: Sequence[MarkedPage], rounds: int = 1) -> dict[str, Measured]:
    """Both readers, by name, page by page in turn so that a busy machine slows both alike."""
    readers = {OURS: read_ours, PLAIN: read_plainly}
    readings: dict[str, list[PageReading]] = {name: [] for name in readers}
    spent = dict.fromkeys(readers, 0.0)
    for read in readers.values():
        read(pages[0])  # loads what is loaded late
    for page in pages:
        best = dict.fromkeys(readers, float("inf"))
        last = dict.fromkeys(readers, PageReading())
        for turn in range(rounds):
            for name in (OURS, PLAIN) if turn % 2 else (PLAIN, OURS):
                start = perf_counter()
                last[name] = readers[name](page)
                best[name] = min(best[name], (perf_counter() - start) * 1000)
        for name in readers:
            readings[name].append(last[name])
            spent[name] += best[name]
    return {name: _measured(pages, readings[name], spent[name]) for name in readers}


def read_ours(page: MarkedPage) -> PageReading:
    """Reads a page like the first page of a new site."""
    host = urlsplit(page.url).hostname or ""
    source = Source(
        id="real",
        kind="pemkot",
        publisher=host,
        region="31.71",
        home=f"https://{host}/",
        timezone="UTC",
    )
    captured = Page(url=page.url, body=page.body, captured_at=datetime.now(UTC))
    release = extract(captured, source)
    if isinstance(release, Rejected):
        return PageReading(refused=release.reason)
    published = {name: getattr(release, name) for name in ("dateline", "body", "byline")}
    return PageReading(text=as_published(published), flags=tuple(release.flags))


def read_plainly(page: MarkedPage) -> PageReading:
    """Plain trafilatura: the article's text, without readers' comments."""
    text = trafilatura.extract(page.body, url=page.url, include_comments=False)
    return PageReading(text=text or "", refused=None if text else "no text")


def table(pages: Sequence[MarkedPage], measured: dict[str, Measured]) -> Table:
    """The published measure first, then the details."""
    drawn = plain_table(f"{len(pages)} real pages")
    drawn.add_column("", no_wrap=True)
    for name in measured:
        drawn.add_column(name, justify="right", no_wrap=True)
    results = {name: result(of.overlaps) for name, of in measured.items()}
    marked = sum(words(page.text).total() for page in pages)
    rows = {
        "F1": [share(each.f1) for each in results.values()],
        "precision": [share(each.precision) for each in results.values()],
        "recall": [share(each.recall) for each in results.values()],
        f"words lost, of {marked:,}": [f"{sum(of.lost):,}" for of in measured.values()],
        "words lost, %": [f"{sum(of.lost) / marked:.1%}" for of in measured.values()],
        "pages under half": [f"{_under(pages, of, 0.5)}" for of in measured.values()],
        "pages without a text": [f"{_refused(of)}" for of in measured.values()],
        "ms a page": [f"{of.milliseconds / len(pages):.1f}" for of in measured.values()],
        "× trafilatura": [
            f"{of.milliseconds / measured[PLAIN].milliseconds:.2f}" for of in measured.values()
        ],
    }
    for heading, cells in rows.items():
        drawn.add_row(heading, *cells)
    return drawn


def remarks(pages: Sequence[MarkedPage], ours: Measured) -> list[str]:
    """Refusals by reason, and how well the flag tells bad readings from right ones."""
    reasons = Counter(each.refused for each in ours.readings if each.refused)
    listed = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()) or "none"
    read = [
        (page, reading)
        for page, reading in zip(pages, ours.readings, strict=True)
        if not reading.refused
    ]
    bad = [reading for page, reading in read if _share_found(page, reading) < BAD]
    right = [reading for page, reading in read if token_f1(reading.text, page.text) >= RIGHT]
    return [
        f"Refused by ours: {listed}.",
        f"Flagged {DOUBTFUL}: {_doubtful(bad)} of {len(bad)} readings with under {BAD:.0%} of the"
        f" marked words, {_doubtful(right)} of {len(right)} read right (token F1 from {RIGHT}),"
        f" {_doubtful([reading for _, reading in read])} of all {len(read)}.",
    ]


def report(pages: Sequence[MarkedPage], measured: dict[str, Measured]) -> list[dict[str, Any]]:
    """Every page as it goes into the file, the worst recall of ours first."""
    lines = []
    for number, page in enumerate(pages):
        line: dict[str, Any] = {"id": page.id, "url": page.url}
        for name, of in measured.items():
            line[name] = {
                "precision": round(of.overlaps[number].precision, 4),
                "recall": round(of.overlaps[number].recall, 4),
                "words lost": of.lost[number],
                "refused": of.readings[number].refused,
                "flags": list(of.readings[number].flags),
            }
        lines.append(line)
    return sorted(lines, key=lambda line: line[OURS]["recall"])


def _measured(
    pages: Sequence[MarkedPage], readings: Sequence[PageReading], milliseconds: float
) -> Measured:
    both = list(zip(pages, readings, strict=True))
    return Measured(
        readings=readings,
        overlaps=[overlap(reading.text, page.text) for page, reading in both],
        lost=[lost_words(reading.text, page.text) for page, reading in both],
        milliseconds=milliseconds,
    )


def _share_found(page: MarkedPage, reading: PageReading) -> float:
    marked = words(page.text).total()
    return 1 - lost_words(reading.text, page.text) / marked if marked else 1.0


def _under(pages: Sequence[MarkedPage], of: Measured, least: float) -> int:
    both = zip(pages, of.readings, strict=True)
    return sum(_share_found(page, reading) < least for page, reading in both)


def _refused(of: Measured) -> int:
    return sum(reading.refused is not None for reading in of.readings)


def _doubtful(readings: Sequence[PageReading]) -> int:
    return sum(DOUBTFUL in reading.flags for reading in readings)


def _body(file: Path) -> bytes:
    packed = file.with_name(f"{file.name}.gz")
    return gzip.decompress(packed.read_bytes()) if packed.exists() else file.read_bytes()
