"""A source as declared in TOML, after all checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from crawler.regions import LEVELS, region
from crawler.registry import checks
from crawler.registry.article_url import article_pattern
from crawler.url_policy import is_web_url

Check = Callable[[Any], Any]
Keys = Mapping[str, "Check | Keys"]


def _key(check: Check, *, derived: bool = False) -> dict[str, Any]:
    """Metadata of a field that is a key in TOML, with its check. `derived`: if the key is missing,
    its value follows from another one."""
    return {"check": check, "derived": derived}


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """CSS selectors that override extraction. `::text`, `::attr(x)` as in parsel."""

    title: str | None = field(default=None, metadata=_key(checks.css))
    body: str | None = field(default=None, metadata=_key(checks.css))
    published: str | None = field(default=None, metadata=_key(checks.css))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What the archive must have after a crawl; otherwise its outcome is `unmet`."""

    per_month: int | None = field(default=None, metadata=_key(checks.count))
    """Minimum number of releases of the last 30 days."""
    per_month_max: int | None = field(default=None, metadata=_key(checks.count))
    """Maximum number of releases of the last 30 days."""
    releases: int | None = field(default=None, metadata=_key(checks.count))
    """Minimum number of releases in the archive."""
    dated: float | None = field(default=None, metadata=_key(checks.share))
    """Minimum share of the newest releases with a date."""
    signed: float | None = field(default=None, metadata=_key(checks.share))
    """Minimum share of the newest releases with a byline."""
    words: int | None = field(default=None, metadata=_key(checks.count))
    """Minimum words of the newest texts (median)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The result of the last `arsip sources --check`, unless it found the site."""

    on: date | None = field(default=None, metadata=_key(checks.day))
    outcome: str | None = field(default=None, metadata=_key(checks.outcome))
    """`moved`, `blocked` or `unknown`."""
    reason: str | None = field(default=None, metadata=_key(checks.line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One site that publishes releases. docs/add-a-source.md explains each key."""

    id: str = field(metadata=_key(checks.source_id))
    kind: str = field(metadata=_key(checks.kind))
    publisher: str = field(metadata=_key(checks.line))
    region: str = field(metadata=_key(checks.region_code))
    home: str = field(metadata=_key(checks.web_url))
    timezone: str = field(metadata=_key(checks.timezone, derived=True))
    listing: tuple[str, ...] = field(default=(), metadata=_key(checks.locations))
    """Absolute URLs; further pages of a listing are found by their links."""
    article: str | None = field(default=None, metadata=_key(checks.article))
    """The form of a release's URL, see `crawler.registry.article_url`; used by `is_article`."""
    feed: tuple[str, ...] = field(default=(), metadata=_key(checks.locations))
    sitemap: tuple[str, ...] = field(default=(), metadata=_key(checks.locations))
    delay: float | None = field(default=None, metadata=_key(checks.seconds))
    """Seconds between two requests; used only if longer than that of the settings."""
    select: Select = field(default_factory=Select)
    expect: Expect = field(default_factory=Expect)
    insecure: str | None = field(default=None, metadata=_key(checks.text))
    """Why this site's certificate is not checked; None if it is."""
    candidates: tuple[str, ...] = field(default=(), metadata=_key(checks.hosts))
    """Hosts where the site may be; `arsip sources --check` requests them, no crawl does."""
    verified: date | Literal[False] | None = field(default=None, metadata=_key(checks.verified))
    """When somebody saw the site live and this entry was right. False: never, and it is crawled
    only by name; None: nobody has, but a person wrote the entry."""
    checked: Checked = field(default_factory=Checked)
    note: str | None = field(default=None, metadata=_key(checks.text))
    file: Path | None = None
    line: int | None = None

    @property
    def level(self) -> str:
        """`kota`, `kabupaten`, `provinsi` or `nasional`."""
        place = region(self.region)
        assert place is not None, "the registry was checked"
        return LEVELS[place.level]

    @property
    def vouched(self) -> bool:
        """Whether it is crawled by default."""
        return self.verified is not False

    @property
    def hosts(self) -> frozenset[str]:
        """The declared hosts, without `www.`, with a port unless it is the default."""
        urls = [self.home, *self.listing, *self.feed, *self.sitemap]
        if self.article is not None and self.article.startswith(("http://", "https://")):
            urls.append(self.article)
        return frozenset(filter(None, map(_host, urls)))

    def owns(self, url: str) -> bool:
        """Whether a URL is on one of the source's hosts; `www.` does not matter."""
        return _host(url) in self.hosts

    def is_article(self, url: str) -> bool:
        """Whether an absolute URL is on the source's hosts and matches `article`. Without
        `article` nothing matches: the form must then be learned."""
        if self.article is None or not self.owns(url):
            return False
        return article_pattern(self.article).search(url) is not None


def keys_of(table: Any) -> Keys:
    """The keys of a table in TOML with their checks, as its class declares them; a nested table is
    a class of its own."""
    keys: dict[str, Check | Keys] = {}
    for each in fields(table):
        table_class: Any = each.default_factory
        if "check" in each.metadata:
            keys[each.name] = each.metadata["check"]
        elif is_dataclass(table_class):
            keys[each.name] = keys_of(table_class)
    return keys


KEYS = keys_of(Source)
REQUIRED = tuple(
    each.name
    for each in fields(Source)
    if each.default is MISSING and each.default_factory is MISSING and not each.metadata["derived"]
)


def owners(sources: Iterable[Source]) -> Callable[[str], list[Source]]:
    """Returns a function from a URL to the source that has its host, fast for any number of
    sources."""
    by_host: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        for host in source.hosts:
            by_host[host].append(source)
    return lambda url: by_host.get(_host(url), [])


@lru_cache(maxsize=2**12)  # `owns` asks for the source's own addresses with every link
def _host(url: str) -> str:
    """The host without `www.`, with a port unless it is the default; "" for an invalid URL: a
    link on a page, or a record in a foreign capture, may be anything."""
    if not is_web_url(url):
        return ""
    parts = urlsplit(url)
    port = parts.port
    host = (parts.hostname or "").removeprefix("www.")
    return host if port in (None, 80, 443) else f"{host}:{port}"
