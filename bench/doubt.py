"""Measures whether lost text is noticed: how many damaged readings are flagged or refused.

Each kind of loss (`crippled`) is tried on every page that is read right. Of the readings with
under 60 % of the known words, those flagged as doubtful or refused are counted, and the flags on
undamaged pages.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from rich.console import Console
from rich.table import Table

from bench.crippled import LOSSES, Loss
from bench.gold import learn_frames, load_gold
from bench.real import BAD, BENCHMARK, DOUBTFUL, RIGHT, load_set
from bench.scores import as_published, lost_words, token_f1, words
from bench.tables import plain_table
from crawler.extraction import text_choice
from crawler.extraction.article import Article
from crawler.extraction.release import extract
from crawler.items import Hint, Page, Rejected, SiteTemplate
from crawler.markup.dom import Unreadable
from crawler.registry.source import Select, Source

CASES = Path(__file__).parents[2] / "shared" / "cases" / "pages"
"""Where the collected cases are expected: next to the checkout."""
FLAGGED, REFUSED, UNNOTICED = "flagged", "refused", "unnoticed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A page and the text of its release, dateline and byline included."""

    key: str
    page: Page
    source: Source
    text: str
    template: SiteTemplate = field(default_factory=SiteTemplate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one reading."""

    text: str
    outcome: str
    """`flagged`, `refused` or `unnoticed`."""
    reason: str | None = None
    """Of a refusal."""

    def share_of(self, known: str) -> float:
        """The share of known words that the text holds."""
        return 1 - lost_words(self.text, known) / max(1, words(known).total())


@dataclass(slots=True)
class Noticed:
    """The readings of one set: those that are right, and those that lost their text."""

    right: dict[str, Judged] = field(default_factory=dict)
    """Pages read right, as they are, by key."""
    lost: dict[str, dict[str, Judged]] = field(default_factory=dict)
    """By how the text was lost; a refusal counts as lost text."""

    @property
    def share(self) -> float:
        """Of all readings that lost their text, those that were flagged or refused."""
        judged = [one for by_key in self.lost.values() for one in by_key.values()]
        return sum(one.outcome != UNNOTICED for one in judged) / max(1, len(judged))

    @property
    def false_alarms(self) -> float:
        return _count(self.right)[FLAGGED] / max(1, len(self.right))


def run(console: Console, output: Path, pages: Path) -> None:
    """Measure, print a table a set, and write `doubt.json` into `output`."""
    report: dict[str, Any] = {}
    for name, known in load_sets(pages).items():
        if not known:
            console.print(f"The set {name} is not there: not measured.")
            continue
        noticed = measure(known)
        console.print(table(name, noticed))
        report[name] = {
            loss: {key: one.reason or one.outcome for key, one in judged.items()}
            for loss, judged in ({"read right": noticed.right} | noticed.lost).items()
        }
    output.mkdir(parents=True, exist_ok=True)
    file = output / "doubt.json"
    file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    console.print(f"Page by page: {file}", soft_wrap=True)


def load_sets(pages: Path) -> dict[str, list[Known]]:
    """The gold pages, the collected cases, the public benchmark; empty where they are missing."""
    return {
        "golds": list(_golds(pages)),
        "cases": [_case(file) for file in sorted(CASES.glob("*.json"))],
        "benchmark": list(_benchmark()) if (BENCHMARK / "golds.jsonl").is_file() else [],
    }


def measure(known: Sequence[Known], losses: Mapping[str, Loss] = LOSSES) -> Noticed:
    """Each page as it is, and with its text lost in each way; not those for which the source
    declares where the text stands, since that overrules any doubt."""
    noticed = Noticed(lost={loss: {} for loss in losses})
    for one in known:
        if one.source.select.body:
            continue
        as_it_is = _read(one)
        if token_f1(as_it_is.text, one.text) < RIGHT:
            continue
        noticed.right[one.key] = as_it_is
        for name, loss in losses.items():
            judged = _read(one, loss)
            if judged.share_of(one.text) < BAD:
                noticed.lost[name][one.key] = judged
    return noticed


def table(name: str, noticed: Noticed) -> Table:
    """A row for each kind of loss, and one for the pages as they are."""
    drawn = plain_table(f"{name}: {len(noticed.right)} pages that are read right")
    for heading in ("the text was lost by", "under 60%", FLAGGED, REFUSED, UNNOTICED, "noticed"):
        drawn.add_column(heading, justify="left" if heading == "the text was lost by" else "right")
    for loss, judged in noticed.lost.items():
        drawn.add_row(loss, *_cells(judged))
    everything = {
        f"{loss} {key}": one for loss, judged in noticed.lost.items() for key, one in judged.items()
    }
    drawn.add_row("all", *_cells(everything), end_section=True)
    flagged = _count(noticed.right)[FLAGGED]
    drawn.add_row("as it is", "–", f"{flagged}", "–", "–", f"{noticed.false_alarms:.1%} false")
    return drawn


def _cells(judged: Mapping[str, Judged]) -> list[str]:
    outcomes = _count(judged)
    seen = f"{1 - outcomes[UNNOTICED] / len(judged):.1%}" if judged else "–"
    counts = (outcomes[outcome] for outcome in (FLAGGED, REFUSED, UNNOTICED))
    return [f"{len(judged)}", *map(str, counts), seen]


def _count(judged: Mapping[str, Judged]) -> Counter[str]:
    return Counter(one.outcome for one in judged.values())


def _read(known: Known, loss: Loss = Loss()) -> Judged:  # noqa: B008
    try:
        page = loss.on(known.page)
    except Unreadable as error:
        return Judged(text="", outcome=REFUSED, reason=error.reason)

    pages: list[HtmlElement] = []

    def crippled(root: HtmlElement, *args: Any, **options: Any) -> Article:
        pages.append(root)
        article = read_article(root, *args, **options)
        return loss.cripple(article) if root is pages[0] else article  # else: from the page's data

    read_article = text_choice.read_article
    with patch.object(text_choice, "read_article", crippled):
        release = extract(page, known.source, known.template)
    if isinstance(release, Rejected):
        return Judged(text="", outcome=REFUSED, reason=release.reason)
    parts = {name: getattr(release, name) for name in ("dateline", "body", "byline")}
    outcome = FLAGGED if DOUBTFUL in release.flags else UNNOTICED
    return Judged(text=as_published(parts), outcome=outcome)


def _golds(pages: Path) -> Iterator[Known]:
    golds = [gold for gold in load_gold(pages) if gold.expected is not None]
    frames = learn_frames(golds)
    for gold in golds:
        if gold.expected is not None:
            yield Known(
                key=gold.key,
                page=gold.page,
                source=gold.source,
                text=as_published(gold.expected),
                template=frames[gold.key],
            )


def _case(file: Path) -> Known:
    case = json.loads(file.read_text("utf-8"))
    declared = dict(case["source"])
    hint = case.get("hint")
    return Known(
        key=file.stem,
        page=Page(
            url=case["url"],
            body=file.with_suffix(".html").read_bytes(),
            captured_at=datetime.fromisoformat(case["captured_at"]),
            content_type=case["content_type"],
            hint=Hint(**hint) if hint else None,
        ),
        source=Source(**declared | {"select": Select(**declared.pop("select", None) or {})}),
        text=as_published(case["expected"] | {"body": "\n\n".join(case["expected"]["body"])}),
    )


def _benchmark() -> Iterator[Known]:
    for marked in load_set(BENCHMARK):
        host = urlsplit(marked.url).hostname or ""
        home = f"https://{host}/"
        source = Source(
            id="real", kind="pemkot", publisher=host, region="31.71", home=home, timezone="UTC"
        )
        page = Page(url=marked.url, body=marked.body, captured_at=datetime.now(UTC))
        yield Known(key=marked.id, page=page, source=source, text=marked.text)
