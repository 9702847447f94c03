"""A source as declared in TOML, checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """CSS selectors, where looking at the page would fail."""

    title: str | None = None
    body: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What a healthy source gives; a crawl that falls short says so."""

    per_month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One site that publishes releases. Field by field in docs/add-a-source.md."""

    id: str
    kind: str
    publisher: str
    region: str
    home: str
    timezone: str
    listing: tuple[str, ...] = ()
    article: str | None = None
    feed: tuple[str, ...] = ()
    sitemap: tuple[str, ...] = ()
    delay: float | None = None
    select: Select = field(default_factory=Select)
    expect: Expect = field(default_factory=Expect)
    insecure: str | None = None
    """Why this site's certificate is not checked; None: it is checked."""
    verified: date | None = None
    note: str | None = None
    file: Path | None = None
    line: int | None = None
