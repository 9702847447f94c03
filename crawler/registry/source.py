"""A source as declared in TOML, checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from crawler.registry.reader import SourceError, read_registry
from crawler.registry.url_template import article_pattern
from crawler.web_url import is_web_url

__all__ = ["Checked", "Expect", "Select", "Source", "SourceError", "load_sources", "owners"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """CSS selectors, where looking at the page would fail. `::text`, `::attr(x)` as in parsel."""

    title: str | None = None
    body: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What a healthy source gives; a crawl after which the archive has not that is `unmet`."""

    per_month: int | None = None
    """Releases of the last 30 days, at least;"""
    per_month_max: int | None = None
    """at most."""
    releases: int | None = None
    """In the archive, at least."""
    dated: float | None = None
    """Share of the newest releases with a date, at least."""
    signed: float | None = None
    """With a byline."""
    words: int | None = None
    """Of the newest texts, the median at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What `scrapy sources --check` last noted, where it did not simply find the site."""

    on: date | None = None
    outcome: str | None = None
    """`moved`, `blocked` or `unknown`."""
    reason: str | None = None


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
    """Absolute URLs; further pages of a listing are found by following its links."""
    article: str | None = None
    """What an article's URL looks like, see `crawler.registry.url_template`; ask `is_article`."""
    feed: tuple[str, ...] = ()
    sitemap: tuple[str, ...] = ()
    delay: float | None = None
    """Seconds between two requests; it counts only when longer than the settings' own."""
    select: Select = field(default_factory=Select)
    expect: Expect = field(default_factory=Expect)
    insecure: str | None = None
    """Why this site's certificate is not checked; None: it is checked."""
    candidates: tuple[str, ...] = ()
    """Hosts where the site may be instead; `scrapy sources --check` looks there, no crawl does."""
    verified: date | Literal[False] | None = None
    """When the site was last seen live and this entry right. False: never, and it is not crawled
    unless it is named; None: nobody has looked, but a person has written the entry."""
    checked: Checked = field(default_factory=Checked)
    note: str | None = None
    file: Path | None = None
    line: int | None = None

    @property
    def vouched(self) -> bool:
        """Whether it is crawled without being named."""
        return self.verified is not False

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts declared, without `www.`, with a port unless it is the usual one."""
        urls = [self.home, *self.listing, *self.feed, *self.sitemap]
        if self.article is not None and self.article.startswith(("http://", "https://")):
            urls.append(self.article)
        return frozenset(filter(None, map(_host, urls)))

    def owns(self, url: str) -> bool:
        """Whether a URL lies on one of the source's hosts, `www.` and bare being the same."""
        return _host(url) in self.hosts

    def is_article(self, url: str) -> bool:
        """Whether an absolute URL is on the source's hosts and fits `article`.

        Without an `article` nothing fits: what an article is must then be found by looking.
        """
        if self.article is None or not self.owns(url):
            return False
        return article_pattern(self.article).search(url) is not None


def load_sources(path: Path) -> list[Source]:
    """Read the registry from a TOML file, or from all `*.toml` of a folder, in order of name.

    Raises SourceError with every mistake in every file; then no source is to be crawled.
    """
    return [
        _source(entry.values, file=entry.file, line=entry.line) for entry in read_registry(path)
    ]


def owners(sources: Iterable[Source]) -> Callable[[str], list[Source]]:
    """Tells which of the sources a URL's host belongs to, at once however many there are."""
    by_host: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        for host in source.hosts:
            by_host[host].append(source)
    return lambda url: by_host.get(_host(url), [])


def _source(values: Mapping[str, Any], *, file: Path, line: int) -> Source:
    fields = dict(values)
    select = Select(**fields.pop("select", {}))
    expect = Expect(**fields.pop("expect", {}))
    checked = Checked(**fields.pop("checked", {}))
    return Source(**fields, select=select, expect=expect, checked=checked, file=file, line=line)


def _host(url: str) -> str:
    """The host without `www.`, with a port unless it is the usual one; "" for what is no web
    address: a link on a page, or a record in a foreign capture, may be anything."""
    if not is_web_url(url):
        return ""
    parts = urlsplit(url)
    port = parts.port
    host = (parts.hostname or "").removeprefix("www.")
    return host if port in (None, 80, 443) else f"{host}:{port}"
