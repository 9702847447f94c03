"""How one source's crawl went: what was counted, and what that amounts to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from crawler.crawl.reading_stats import Answers, Reading
from crawler.crawl.shortfall import Oversight

# Looks from which it says something of a known source that none of them gave a release.
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
class WayWalked:
    """A way to releases, as one crawl followed it."""

    kind: str
    url: str
    named: int
    """Releases it named."""
    alone: int
    """Those of them that no other way named."""
    why: str = ""
    """What speaks for it, for people."""


@dataclass(frozen=True, slots=True)
class WayFailed:
    """A way that was declared, or has led to releases before, and did not in this crawl."""

    kind: str
    url: str
    reason: str
    """As in `rejections`."""


@dataclass(slots=True)
class Tally:
    """Counted while a source is crawled."""

    entrances: int = 0
    entrance_failures: list[str] = field(default_factory=list)
    """A sentence for each listing, feed or sitemap that could not be had."""
    named: int = 0
    """Releases that the ways named in this crawl."""
    needs_javascript: bool = False
    """The home page shows nothing without it, and nothing else led to a release."""
    site_name: str | None = None
    """What the home page calls the site."""
    elsewhere: list[str] = field(default_factory=list)
    """Lists of news that the home page links to on hosts that the source does not declare."""
    ways: list[WayWalked] = field(default_factory=list)
    """Those followed to their ends."""
    failed_ways: list[WayFailed] = field(default_factory=list)
    unchanged_lists: int = 0
    """Ways that answered that nothing on them has changed,"""
    unchanged: set[str] = field(default_factory=set)
    """and their addresses."""
    found: int = 0
    """Releases to look at: new ones, those due, all on a deep crawl."""
    answered: int = 0
    """Those of them that have been answered, well or badly."""
    new: int = 0
    changed: int = 0
    seen: int = 0
    missing: int = 0
    """Known releases that were not there, for the first time."""
    gone: int = 0
    """Known releases that were not there, in an earlier crawl either: withdrawn."""
    moved: int = 0
    """Known releases that were not there when hardly another was: the site seems rebuilt."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Pages that gave no release, by reason."""
    failures: Counter[str] = field(default_factory=Counter)
    """Releases that could not be had, by reason."""
    blocked: int = 0
    """Answers that were a refusal: 403, a challenge, robots.txt."""
    errors: list[str] = field(default_factory=list)
    """Faults of our own, a sentence each."""
    limits: list[str] = field(default_factory=list)
    """Budgets that were reached, a sentence each."""
    came_of: dict[str, str] = field(default_factory=dict)
    """By address what became of it in this crawl, as in `crawler.crawl.shortfall`."""
    shortfall: Oversight | None = None
    """What of all that was linked was not obtained, where that is too much."""
    answers: Answers = field(default_factory=Answers)
    reading: Reading = field(default_factory=Reading)

    @property
    def kept(self) -> int:
        """Releases that reached the archive, known ones included."""
        return self.new + self.changed + self.seen

    def noted(self) -> dict[str, Any]:
        """What the archive keeps of it beside the counts, by column of `crawls`."""
        led = [
            {"what": way.kind, "url": way.url}
            | ({} if way.url in self.unchanged else {"named": way.named})
            for way in self.ways
        ]
        failed = [
            {"what": way.kind, "url": way.url, "failed": way.reason} for way in self.failed_ways
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
    """How a source's crawl ended, in a word for programs and a sentence for people."""

    outcome: Outcome
    reason: str
    """Empty when all is well."""
    short: bool = False
    """Too much of what was linked was not obtained."""

    @property
    def healthy(self) -> bool:
        """Whether the exit code may be 0. Single releases that fail do not make a source sick."""
        return self.outcome in ("ok", "partial") and not self.short


def judge(tally: Tally, *, finished: bool, first: bool) -> Verdict:
    """What a tally amounts to. `finished` is False when the crawl was stopped from outside;
    `first`: the archive held nothing of the source before."""
    if tally.errors:
        return Verdict("failed", tally.errors[0])
    if not finished:
        return Verdict("stopped", "Stopped before the end; the next crawl takes up what is left.")
    if tally.entrance_failures and len(tally.entrance_failures) >= tally.entrances:
        outcome: Outcome = "blocked" if tally.blocked else "failed"
        return Verdict(outcome, " ".join(tally.entrance_failures[:2]))
    if not tally.named and not tally.unchanged_lists:
        if tally.needs_javascript:
            return Verdict("needs-javascript", _NEEDS_JAVASCRIPT)
        advice = map(advise_elsewhere, tally.elsewhere[:1])
        nothing = "The site answered, but no link on it looked like a release."
        return Verdict("silent", " ".join([nothing, *advice]))
    if tally.found and not tally.kept and (first or tally.found >= _TELLING):
        return _nothing_kept(tally)
    if said := _shortfalls(tally):
        return Verdict("partial", " ".join(said), short=tally.shortfall is not None)
    return Verdict("ok", "")


def advise_elsewhere(url: str) -> str:
    """What to do about a list on another host, a sentence."""
    return (
        f"The home page links to {url}, on a host that the source does not declare: if it is the "
        f'same office\'s, add `listing = "{url}"`.'
    )


def _nothing_kept(tally: Tally) -> Verdict:
    if tally.limits and not tally.rejected and not tally.failures:
        return Verdict("silent", " ".join(tally.limits))
    if tally.failures and not tally.rejected:
        reasons = _reasons(tally.failures)
        outcome: Outcome = "blocked" if tally.blocked else "failed"
        return Verdict(outcome, f"None of {tally.found} releases could be had: {reasons}.")
    reasons = _reasons(tally.rejected + tally.failures)
    return Verdict("silent", f"{tally.found} pages looked at, none gave a release: {reasons}.")


def _shortfalls(tally: Tally) -> list[str]:
    said = [*tally.entrance_failures[:1], *tally.limits[:1]]
    if short := tally.shortfall:
        missed = f"{short.missed.total()} of {short.linked} linked releases were refused, could not"
        return [f"{missed} be fetched or are doubtful: {_reasons(short.missed)}.", *said]
    if tally.failures:
        missing = f"{tally.failures.total()} of {tally.found} releases could not be had"
        said.append(f"{missing}: {_reasons(tally.failures)}.")
    if _mostly_rejected(tally):
        pages = f"{tally.rejected.total()} of {tally.found} pages gave no release"
        said.append(f"{pages}: {_reasons(tally.rejected)}.")
    return said


def _mostly_rejected(tally: Tally) -> bool:
    """A few pages without a release are usual (galleries, drafts); most of them are a redesign."""
    return tally.rejected.total() > max(tally.kept, _TELLING)


def _reasons(counted: Counter[str]) -> str:
    return ", ".join(f"{count} × {reason}" for reason, count in counted.most_common(3))
