"""Statistics and outcome of one source's crawl."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from crawler.crawl.reading_stats import Answers, Reading
from crawler.crawl.shortfall import Shortfall

# From this many fetches on, it is a problem if a known source gave no release.
_TELLING = 5

_NEEDS_JAVASCRIPT = (
    "The site shows nothing without JavaScript. Declare a feed, a sitemap or WordPress's REST "
    'address (`feed = "/wp-json/"`) in its TOML: the network view of a browser shows what its '
    "script asks."
)

Outcome = Literal[
    "ok", "partial", "failed", "silent", "blocked", "unmet", "stopped", "needs-javascript"
]


@dataclass(frozen=True, slots=True)
class SeedWalked:
    """A seed, as one crawl followed it."""

    kind: str
    url: str
    named: int
    """Releases it named."""
    alone: int
    """Those of them that no other seed named."""
    why: str = ""
    """Why the seed was chosen, for people."""


@dataclass(frozen=True, slots=True)
class SeedFailed:
    """A seed that was declared, or led to releases before, and failed in this crawl."""

    kind: str
    url: str
    reason: str
    """Reason word, as in `rejections`."""


@dataclass(slots=True)
class CrawlStats:
    """Counters of a running crawl."""

    seeds_asked: int = 0
    seed_failures: list[str] = field(default_factory=list)
    """A sentence for each listing, feed or sitemap that could not be fetched."""
    named: int = 0
    """Number of releases that the seeds named in this crawl."""
    needs_javascript: bool = False
    """Whether the home page needs JavaScript and nothing else led to a release."""
    site_name: str | None = None
    """Name of the site, from the home page."""
    elsewhere: list[str] = field(default_factory=list)
    """Lists of news that the home page links to on hosts that the source does not declare."""
    seeds: list[SeedWalked] = field(default_factory=list)
    """Seeds followed to their ends."""
    failed_seeds: list[SeedFailed] = field(default_factory=list)
    unchanged_lists: int = 0
    """Number of seeds that answered 304 Not Modified."""
    unchanged: set[str] = field(default_factory=set)
    """URLs of the seeds that answered 304 Not Modified."""
    found: int = 0
    """Number of releases to fetch: new ones, those due, all on a deep crawl."""
    answered: int = 0
    """Number of them that were fetched, successfully or not."""
    new: int = 0
    changed: int = 0
    seen: int = 0
    missing: int = 0
    """Known releases that are missing for the first time."""
    gone: int = 0
    """Known releases that were missing in an earlier crawl too: withdrawn."""
    moved: int = 0
    """Known releases that are missing when most others are too: the site seems rebuilt."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Pages that were not releases, by reason."""
    failures: Counter[str] = field(default_factory=Counter)
    """Releases that could not be fetched, by reason."""
    blocked: int = 0
    """Number of refusals: 403, a challenge, robots.txt."""
    errors: list[str] = field(default_factory=list)
    """Faults of this program, a sentence each."""
    limits: list[str] = field(default_factory=list)
    """Limits that were reached, a sentence each."""
    came_of: dict[str, str] = field(default_factory=dict)
    """By URL its result in this crawl, as in `crawler.crawl.shortfall`."""
    shortfall: Shortfall | None = None
    """Linked releases that were not obtained, if too many."""
    answers: Answers = field(default_factory=Answers)
    reading: Reading = field(default_factory=Reading)

    @property
    def kept(self) -> int:
        """Number of releases that reached the archive, including known ones."""
        return self.new + self.changed + self.seen

    def count(self, outcome: Literal["new", "changed", "seen"]) -> None:
        """Counts a stored release."""
        setattr(self, outcome, getattr(self, outcome) + 1)

    def as_columns(self) -> dict[str, Any]:
        """Values for columns of `crawls`."""
        led = [
            {"what": seed.kind, "url": seed.url}
            | ({} if seed.url in self.unchanged else {"named": seed.named})
            for seed in self.seeds
        ]
        failed = [
            {"what": seed.kind, "url": seed.url, "failed": seed.reason}
            for seed in self.failed_seeds
        ]
        faults = {"fault": len(self.errors)} if self.errors else {}
        return {
            "named": self.named,
            "unchanged_lists": self.unchanged_lists,
            "found": self.found,
            "moved": self.moved,
            "ways": led + failed,
            "failures": dict(self.failures) | faults,
            "refusals": dict(self.rejected),
            "seconds": self.answers.median_seconds,
            "alike": self.answers.alike(),
            "reading": self.reading.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of a source's crawl: a word for programs and a sentence for people."""

    outcome: Outcome
    reason: str
    """Empty when all is well."""
    short: bool = False
    """Whether too many linked releases were not obtained."""

    @property
    def healthy(self) -> bool:
        """Whether the exit code may be 0. Single releases that fail do not make a source sick."""
        return self.outcome in ("ok", "partial") and not self.short


def judge(stats: CrawlStats, *, finished: bool, first: bool) -> Verdict:
    """Judges the statistics. `finished` is False if the crawl was stopped from outside; `first`:
    the archive had nothing of the source before."""
    if stats.errors:
        return Verdict("failed", stats.errors[0])
    if not finished:
        return Verdict("stopped", "Stopped before the end; the next crawl goes on from there.")
    if stats.seed_failures and len(stats.seed_failures) >= stats.seeds_asked:
        outcome: Outcome = "blocked" if stats.blocked else "failed"
        return Verdict(outcome, " ".join(stats.seed_failures[:2]))
    if not stats.named and not stats.unchanged_lists:
        if stats.needs_javascript:
            return Verdict("needs-javascript", _NEEDS_JAVASCRIPT)
        advice = map(advise_elsewhere, stats.elsewhere[:1])
        nothing = "The site answered, but no link on it looked like a release."
        return Verdict("silent", " ".join([nothing, *advice]))
    if stats.found and not stats.kept and (first or stats.found >= _TELLING):
        return _nothing_kept(stats)
    if sentences := _shortfalls(stats):
        return Verdict("partial", " ".join(sentences), short=stats.shortfall is not None)
    return Verdict("ok", "")


def advise_elsewhere(url: str) -> str:
    """Advice about a list on another host, as a sentence."""
    return (
        f"The home page links to {url}, on a host that the source does not declare: if it is the "
        f'same office\'s, add `listing = "{url}"`.'
    )


def _nothing_kept(stats: CrawlStats) -> Verdict:
    if stats.limits and not stats.rejected and not stats.failures:
        return Verdict("silent", " ".join(stats.limits))
    if stats.failures and not stats.rejected:
        reasons = _reasons(stats.failures)
        outcome: Outcome = "blocked" if stats.blocked else "failed"
        return Verdict(outcome, f"None of {stats.found} releases could be fetched: {reasons}.")
    reasons = _reasons(stats.rejected + stats.failures)
    return Verdict("silent", f"{stats.found} pages fetched, none was a release: {reasons}.")


def _shortfalls(stats: CrawlStats) -> list[str]:
    sentences = [*stats.seed_failures[:1], *stats.limits[:1]]
    if short := stats.shortfall:
        missed = f"{short.missed.total()} of {short.linked} linked releases were refused, could not"
        return [f"{missed} be fetched or are doubtful: {_reasons(short.missed)}.", *sentences]
    if stats.failures:
        missing = f"{stats.failures.total()} of {stats.found} releases could not be fetched"
        sentences.append(f"{missing}: {_reasons(stats.failures)}.")
    if _mostly_rejected(stats):
        pages = f"{stats.rejected.total()} of {stats.found} pages were not releases"
        sentences.append(f"{pages}: {_reasons(stats.rejected)}.")
    return sentences


def _mostly_rejected(stats: CrawlStats) -> bool:
    """A few pages without a release are usual (galleries, drafts); most of them are a redesign."""
    return stats.rejected.total() > max(stats.kept, _TELLING)


def _reasons(counted: Counter[str]) -> str:
    return ", ".join(f"{count} × {reason}" for reason, count in counted.most_common(3))
