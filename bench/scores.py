"""Scores of a page's extraction: field by field, and word by word in the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from statistics import fmean
from typing import Any

EXACT = (
    "title",
    "published_on",
    "published_at",
    "dateline",
    "place",
    "byline",
    "author_tags",
    "election",
)
"""Fields that are right or wrong; the text is measured in between."""

Reading = Mapping[str, Any]
"""What an extractor says of a page: the EXACT fields it knows of, `body`, and `text` as published,
dateline and byline included."""
Score = dict[str, float]

_WORD = re.compile(r"\w+")


def words(text: str) -> Counter[str]:
    """The multiset of a text's words, lower case."""
    return Counter(_WORD.findall(text.lower()))


def token_f1(found: str, expected: str) -> float:
    """Harmonic mean of the share of words found that are right, and of right words found; 0-1."""
    ours, theirs = words(found), words(expected)
    if not ours or not theirs:
        return float(ours == theirs)
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


def lost_words(found: str, expected: str) -> int:
    """How many words of the expected text were not found."""
    return (words(expected) - words(found)).total()


def score(
    reading: Reading | None, expected: Reading | None, offers: Iterable[str] = EXACT
) -> Score:
    """A page's measures, each 0-1 but `lost words`.

    `reading` None: the extractor saw no release; `expected` None: there is none. A field that an
    extractor does not offer is not measured. A reading without `body` does not cut dateline and
    byline off, and is held against the text as published instead: none is blamed for not cutting.
    """
    if expected is None:
        return {"refused rightly": float(reading is None)}
    seen = reading if reading is not None else {"body": "", "text": ""}
    published = as_published(expected)
    fields = {
        name: float(reading is not None and _plain(seen.get(name)) == _plain(expected[name]))
        for name in EXACT
        if name in offers
    }
    body = (seen["body"], expected["body"]) if "body" in seen else (seen["text"], published)
    lost = lost_words(seen["text"], published)
    return fields | {
        "body": token_f1(*body),
        "lost words": float(lost),
        "nothing lost": float(lost == 0),
        "refused wrongly": float(reading is None),
    }


def as_published(release: Reading) -> str:
    """`dateline + body + byline`."""
    return " ".join(filter(None, (release["dateline"], release["body"], release["byline"])))


def summary(scores: Sequence[Score]) -> dict[str, float]:
    """One row over many pages: shares right, `body mean` and `body min`, counts of what is lost."""
    columns: dict[str, list[float]] = {}
    for each in scores:
        for name, value in each.items():
            columns.setdefault(name, []).append(value)
    row: dict[str, float] = {}
    for name, values in columns.items():
        if name == "body":
            row |= {"body mean": fmean(values), "body min": min(values)}
        elif name in ("lost words", "refused wrongly"):
            row[name] = sum(values)
        else:
            row[name] = fmean(values)
    return row


def _plain(value: object) -> object:
    """Dates as JSON has them; a moment with its offset, however it was written."""
    if isinstance(value, str) and "T" in value:
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    return value.isoformat() if isinstance(value, date | datetime) else value
