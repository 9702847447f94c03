"""Whole pages against what a person read in them: tests/pages, explained in docs/fixtures.md."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction.release import extract
from crawler.items import Hint, Page, Rejected, Release, SiteTemplate
from crawler.registry.source import Select, Source

# GOLD_PAGES: a folder of one's own, such as `scrapy gold` writes.
OWN = os.environ.get("GOLD_PAGES")
PAGES = Path(OWN) if OWN else Path(__file__).parent / "pages"
GOLDS = {
    f"{file.parent.name}/{file.stem}": json.loads(file.read_text(encoding="utf-8"))
    for file in sorted(PAGES.glob("*/*.json"))
}
# What the extractor does not read rightly yet, each with its reason. A page that is read rightly
# again must leave this list, or the suite fails.
GAPS = {} if OWN else json.loads((PAGES / "known_gaps.json").read_text(encoding="utf-8"))
RELEASES = {name: gold for name, gold in GOLDS.items() if "expected" in gold}
EXACT = (
    "title",
    "published_on",
    "published_at",
    "dateline",
    "place",
    "byline",
    "author_tags",
    "election",
    "language",
)
LIST_MARK = re.compile(r"^[ \t]*(?:[-•*]|\d{1,2}[.)])[ \t]+", re.M)


def read(name: str, gold: dict[str, Any]) -> Release | Rejected:
    """Extracts one page of the collection, with everything its gold says about the request."""
    return extract(*page_of(name, gold))


def page_of(name: str, gold: dict[str, Any]) -> tuple[Page, Source, SiteTemplate]:
    """One page of the collection, its source and what was learned of the site."""
    parts = [PAGES / f"{name}.html", *sorted(PAGES.glob(f"{name}.part*.html"))]
    body, *continuations = [part.read_bytes() for part in parts]
    declared = dict(gold["source"])
    source = Source(**declared | {"select": Select(**declared.pop("select", {}))})
    page = Page(
        url=gold["url"],
        body=body,
        content_type=gold["content_type"],
        captured_at=datetime.fromisoformat(gold["captured_at"]),
        hint=Hint(**gold["hint"]) if "hint" in gold else None,
        continuations=tuple(continuations),
    )
    learned = {key: frozenset(values) for key, values in gold.get("frame", {}).items()}
    return page, source, SiteTemplate(**learned)


def words(text: str) -> Counter[str]:
    """The words of a text, without the marks of list items: those are layout, not text."""
    return Counter(re.findall(r"\w+", LIST_MARK.sub("", text).casefold()))


def body_f1(found: str, expected: str) -> float:
    """Token F1 of two texts, as bags of words."""
    ours, theirs = words(found), words(expected)
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def as_json(value: object) -> object:
    """A field of a Release as the gold files write it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _with_gap(name: str) -> Any:
    marks = [pytest.mark.xfail(reason=GAPS[name], strict=True)] if name in GAPS else []
    return pytest.param(name, marks=marks)


@pytest.mark.parametrize("name", [_with_gap(name) for name in GOLDS])
def test_a_page_is_read_as_its_gold_says(name: str, record_property: Any) -> None:
    gold = GOLDS[name]
    found = read(name, gold)
    if gold.get("rejected"):
        assert isinstance(found, Rejected), f"took it for a release, but it is {gold['reason']}"
        assert found.reason
        return
    assert isinstance(found, Release), f"{found.reason}: {found.detail}"
    expected = gold["expected"]
    record_property("published_by", f"{found.published_by}, gold {expected['published_by']}")
    assert {key: as_json(getattr(found, key)) for key in EXACT} == {
        key: expected[key] for key in EXACT
    }
    assert not words(expected["body"]) - words(found.body), "words of the release are lost"
    assert body_f1(found.body, expected["body"]) >= 0.97


@pytest.mark.skipif(bool(OWN), reason="GOLD_PAGES holds drafts")
def test_the_collection_is_reviewed_large_and_varied() -> None:
    assert [name for name, gold in GOLDS.items() if not gold["reviewed"]] == []
    texts = Counter(gold["expected"]["body"] for gold in RELEASES.values())
    assert texts.most_common(1)[0][1] == 1, "two golds share a text"
    assert len(RELEASES) >= 60
    assert len(GOLDS) - len(RELEASES) >= 12
    assert len({name.split("/")[0] for name in GOLDS}) >= 12
    missing = [name for name in GOLDS if not (PAGES / f"{name}.html").exists()]
    assert missing == []
    pages = Counter(file.read_bytes() for file in PAGES.glob("*/*.html"))
    assert pages.most_common(1)[0][1] == 1, "two golds share a page"
