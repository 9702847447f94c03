"""The crawl plan: what one crawl knows of its source and will fetch. No network, no database.

The archive's frontier is read into it at the beginning; what lists name is compared with it; what
is to be looked at comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from archive.ingest.frontier import Found, KnownAddress
from crawler.crawl.shortfall import DOUBTFUL, OBTAINED
from crawler.discovery.canonical_url import alias_key
from crawler.discovery.listing_evidence import Make, make_of
from crawler.items import Hint

SEED_KINDS = ("rest", "listing", "home", "feed", "sitemap")
"""Kinds of seeds; the first is preferred if two name the same releases."""

_EVIDENCE = ("rest", "feed", "sitemap", "listing")
"""Sources of a release's title and time, the most exact first."""
_UNIQUE_LIST = 0.02
_UNIQUE_SITEMAP = 0.1
_NEARLY_ALL = 0.9
"""The share of a site's releases that only it names, from which a further list, or a sitemap, is
asked on every crawl. New releases stand in all of them; the deep pass asks them all. Where no list
names nearly all, a new one may stand in a list that is new as well: the home page shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A release as one list names it."""

    url: str
    """Canonical, aliases resolved."""
    linked: str | None = None
    """The URL as the page linked it, which is the one to request."""
    hint: Hint | None = None
    shown: str | None = None
    """Digest of what the list shows of it."""


@dataclass(slots=True)
class CrawlPlan:
    """One crawl's view of its source's frontier."""

    known: dict[str, KnownAddress]
    aliases: dict[str, str]
    home: str
    now: datetime
    deep: bool = False
    named: dict[str, set[str]] = field(default_factory=dict)
    """By seed, the releases it named in this crawl."""
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    """By release, what each list shows of it in this crawl."""
    linked: dict[str, str] = field(default_factory=dict)
    """By release, the address by which a page named it in this crawl."""
    hints: dict[str, Hint] = field(default_factory=dict)
    new: dict[str, None] = field(default_factory=dict)
    """Releases that are new to the archive, in the order they were named."""
    makes_held: set[Make] = field(default_factory=set)
    """What the addresses of releases that the archive holds have in common."""
    makes_shown: set[Make] = field(default_factory=set)
    """What the addresses shown in this crawl have in common."""
    has_releases: bool = False
    """Whether the archive had a release of the source before this crawl."""
    _spelled: dict[str, str] = field(default_factory=dict)
    """By `alias_key`, how the address was spelled first."""

    def __post_init__(self) -> None:
        crawled = {address.url for address in self.known.values() if address.is_crawled}
        self.aliases = {url: to for url, to in self.aliases.items() if url not in crawled}
        self._spelled = {
            alias_key(address.url, self.home): address.url
            for address in self.known.values()
            if address.what == "release" and (address.outcome != "alias" or address.is_crawled)
        }
        self.makes_held = {
            make_of(address.url) for address in self.known.values() if address.is_crawled
        }
        self.has_releases = any(address.release for address in self.known.values())

    def address(self, url: str) -> str:
        """The address a release is kept under, for any (canonical) address it is named by."""
        url = self.aliases.get(url, url)
        return self._spelled.setdefault(alias_key(url, self.home), url)

    def addresses(self, url: str) -> list[str]:
        """What to ask for to see a release, in this order: what answered last, what a page links
        to now, and beside these the address it is kept under."""
        known = self.known.get(url)
        answered = (
            [known.requested or url] if known and (known.requested or known.is_crawled) else []
        )
        linked = [self.linked[url]] if url in self.linked else []
        return list(dict.fromkeys([*answered, *linked, url]))

    @property
    def full(self) -> bool:
        """Whether every seed is to be followed to its end: on a deep crawl, and as long as that
        has not been done once."""
        seeds = [known for known in self.known.values() if known.what in SEED_KINDS]
        unfinished = any(seed.walked_at is None and not _hopeless(seed) for seed in seeds)
        return self.deep or unfinished or not any(seed.walked_at for seed in seeds)

    def regular_seeds(self) -> list[KnownAddress]:
        """The seeds fetched on every crawl."""
        seeds = (
            known for known in self.known.values() if known.what in SEED_KINDS and known.regular
        )
        return sorted(seeds, key=lambda seed: SEED_KINDS.index(seed.what))

    def name(self, seed: str, kind: str, releases: Iterable[Named]) -> list[Found]:
        """Notes what a page of a seed names; returns what is new to the archive."""
        new_urls = []
        for release in releases:
            self.named.setdefault(seed, set()).add(release.url)
            if release.linked == release.url:  # of several spellings the plainest is asked for
                self.linked[release.url] = release.url
            elif release.linked is not None:
                self.linked.setdefault(release.url, release.linked)
            shown = {seed: release.shown} if release.shown else {}
            if release.url not in self.shown:
                self.shown[release.url] = {}
                self.makes_shown.add(make_of(release.url))
            self.shown[release.url].update(shown)
            known = self.known.get(release.url)
            better = self._better_hint(release, known)
            if (known is None or known.is_unlinked) and release.url not in self.new:
                self.new[release.url] = None
            elif not better and not _differs(known, shown):
                continue
            new_urls.append(
                Found(
                    url=release.url,
                    what="release",
                    by=kind,
                    at=self.now,
                    requested=release.linked if release.linked != release.url else None,
                    hint=_as_json(release.hint) if better else None,
                    shown=shown,
                )
            )
        return new_urls

    def brings_news(self, urls: Iterable[str], since: datetime | None) -> bool:
        """Whether a page of a seed names a release found after the seed was last followed to its
        end. (Those of an interrupted walk count: what follows them is unknown.)"""
        return any(self._found_after(url, since) for url in urls)

    def hint(self, url: str) -> Hint | None:
        """The best title and time that any list has given for a release."""
        known = self.known.get(url)
        kept = Hint(**known.hint) if known is not None and known.hint else None
        return self.hints.get(url) or kept

    def to_fetch(self) -> Iterator[str]:
        """The releases to fetch: new ones, then those that are due; all on a deep crawl. What only
        web archives know is new once a page links it, and is not fetched before. What was erased
        is never fetched."""
        yield from self.new
        for known in self.known.values():
            # The address of a release that leads to another one may be its own again.
            is_release = known.what == "release" and (known.outcome != "alias" or known.is_crawled)
            is_release = is_release and not known.is_erased
            if is_release and not known.is_unlinked and self._is_due(known):
                yield known.url

    def regular(self, kinds: dict[str, str]) -> set[str]:
        """Of the seeds followed to their ends (`kinds`: each one's kind by its URL) those that are
        enough on an ordinary day: the fullest list, what tells of edits by itself (REST, else a
        feed), what alone names releases, and the home page where no list names nearly all."""
        named = {seed: self.named.get(seed, set()) for seed in kinds}
        by_size = sorted(kinds, key=lambda seed: (-len(named[seed]), SEED_KINDS.index(kinds[seed])))
        chosen = _first(by_size, kinds, "rest") or _first(by_size, kinds, "feed")
        chosen = chosen | _first(by_size, kinds, "listing", "home")
        everything = set().union(*named.values())
        for seed in by_size:
            covered = set().union(*(named[seed] for seed in chosen))
            alone = len(named[seed] - covered)
            least = _UNIQUE_SITEMAP if kinds[seed] == "sitemap" else _UNIQUE_LIST
            if alone > least * len(everything):
                chosen = chosen | {seed}
        fullest = max((len(named[seed]) for seed in chosen), default=0)
        if fullest < _NEARLY_ALL * len(everything):
            chosen = chosen | _first(by_size, kinds, "home")
        return chosen

    def counted(self, seed: str) -> tuple[int, int]:
        """How many releases a seed named in this crawl, and how many of them only it."""
        mine = self.named.get(seed, set())
        others = (urls for other, urls in self.named.items() if other != seed)
        return len(mine), len(mine.difference(*others))

    def releases(self, *, except_for: set[str]) -> Iterator[str]:
        """Known releases, the last seen first."""
        crawled = [
            known
            for known in self.known.values()
            if known.is_crawled and not known.gone_at and not known.is_erased
        ]
        for known in sorted(crawled, key=lambda known: known.asked_at or self.now, reverse=True):
            if known.url not in except_for:
                yield known.url

    def came_of(self) -> dict[str, str]:
        """By address of a release, what became of it in earlier crawls, as in `oversight`; those
        never asked for, and second addresses, left out."""
        asked = (
            known
            for known in self.known.values()
            if known.what == "release" and known.outcome not in (None, "alias")
        )
        return {known.url: _came_of(known) for known in asked}

    def _is_due(self, known: KnownAddress) -> bool:
        if self.deep or known.asked_at is None:
            return True
        if known.due_at is not None and known.due_at <= self.now:
            return True
        return _differs(known, self.shown.get(known.url, {}), only_known=True)

    def _found_after(self, url: str, since: datetime | None) -> bool:
        known = self.known.get(url)
        return known is None or known.is_unlinked or since is None or known.found_at > since

    def _better_hint(self, release: Named, known: KnownAddress | None) -> bool:
        """Whether this seed gives a better title and time than those before."""
        if release.hint is None:
            return False
        before = self.hint(release.url)
        if before is not None and (
            before == release.hint or _rank(before.evidence) < _rank(release.hint.evidence)
        ):
            return False
        self.hints[release.url] = release.hint
        return True


def _came_of(known: KnownAddress) -> str:
    if not known.is_crawled:
        return known.outcome or ""
    return DOUBTFUL if DOUBTFUL in (known.flags or ()) else OBTAINED


def _differs(
    known: KnownAddress | None, shown: dict[str, str], *, only_known: bool = False
) -> bool:
    """Whether a list shows a release otherwise than at the last fetch, or for the first time."""
    if known is None:
        return False
    before = known.shown
    return any(
        before[seed] != digest if seed in before else not only_known
        for seed, digest in shown.items()
    )


def _rank(evidence: str) -> int:
    return _EVIDENCE.index(evidence) if evidence in _EVIDENCE else len(_EVIDENCE)


def _as_json(hint: Hint | None) -> dict[str, str | None] | None:
    return None if hint is None else asdict(hint)


def _first(seeds: list[str], kinds: dict[str, str], *wanted: str) -> set[str]:
    return set([seed for seed in seeds if kinds[seed] in wanted][:1])


def _hopeless(seed: KnownAddress) -> bool:
    """A seed that failed for good: only a deep crawl tries it again."""
    return seed.outcome is not None and seed.outcome.startswith("no-way")


def overlap(now: datetime, walked_at: datetime | None) -> datetime | None:
    """From when on to ask a site for what was modified: a day before the last walk, since some
    compare in their own time zone."""
    return None if walked_at is None else min(now, walked_at) - timedelta(days=1)
