"""Chooses the captures to fetch: one for each URL and digest. Pure.

No name alone decides: left out are pages that are certainly not releases and, once the form of
release URLs is known, URLs unlike any of them. What is left out is counted by reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from crawler.backfill.index import Capture
from crawler.crawl.shortfall import family
from crawler.discovery.canonical_url import source_address
from crawler.discovery.release_url import is_release
from crawler.discovery.url_traps import is_trap
from crawler.registry.source import Source

_MANY = 5
"""Addresses of one make from which they may be releases of an older system of the site."""


@dataclass(slots=True)
class Group:
    """The captures of one address that have the same bytes: one of them is fetched."""

    captures: list[Capture]
    """In order of time."""
    to_fetch: list[Capture] = field(default_factory=list)
    """In this order, until one of them can be used; empty: the bytes are on the disk."""
    to_note: list[Capture] = field(default_factory=list)
    """Known by the index to have the same bytes: noted, not fetched."""


@dataclass(slots=True)
class Plan:
    """What there is to do for a source."""

    source: Source
    groups: list[Group] = field(default_factory=list)
    """Those with something to do; what is surely a release comes first."""
    addresses: int = 0
    captures: int = 0
    done: int = 0
    """Captures that are on the disk."""
    failed: int = 0
    """Captures that could not be used in an earlier run."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Addresses, by reason."""

    @property
    def fetches(self) -> int:
        """Captures to fetch."""
        return sum(1 for group in self.groups if group.to_fetch)

    @property
    def bytes(self) -> int:
        """Of them, as the index has it: packed, with their heads."""
        return sum(group.to_fetch[0].length for group in self.groups if group.to_fetch)


def make_plan(
    source: Source,
    captures: Iterable[Capture],
    lists: frozenset[str],
    fetched: Mapping[tuple[str, str], str | None],
    limit: int | None = None,
) -> Plan:
    """`source`: with what its releases look like, as far as that is known. `lists`: addresses that
    crawls know as lists. `fetched`: see `State.fetched`. `limit`: the most captures to fetch."""
    plan = Plan(source)
    pages: dict[str, list[Capture]] = defaultdict(list)
    for capture in captures:
        if source.owns(capture.url):
            pages[source_address(capture.url, source)].append(capture)
    makes = Counter(family(address) for address in pages)
    chosen: list[tuple[int, str]] = []
    for address, found in pages.items():
        reason = _why_not(address, found, source, lists, makes)
        if reason:
            plan.left_out[reason] += 1
        else:
            chosen.append((int(not _fits(address, source)), address))
    for _, address in sorted(chosen):
        plan.addresses += 1
        plan.captures += len(pages[address])
        for group in _groups(pages[address]):
            _sort_out(plan, group, fetched)
    if limit is not None:
        plan.groups = _limited(plan.groups, limit)
    return plan


def _why_not(
    address: str,
    captures: list[Capture],
    source: Source,
    lists: frozenset[str],
    makes: Counter[str],
) -> str | None:
    """Why an address is left out; None: it is not."""
    if address == source_address(source.home, source):
        return "the home page"
    if address in lists:
        return "a list that crawls know"
    if is_trap(address):
        return "a search, calendar, feed, log-in or file"
    fits = _fits(address, source)
    if all(capture.is_revisit for capture in captures) and not fits:
        return "without a capture as HTML"
    if source.article and not fits and makes[family(address)] < _MANY:
        return "unlike the source's releases, and a single one of its make"
    return None


def _fits(address: str, source: Source) -> bool:
    """Whether an address looks like a release of this source, or of most sites."""
    return is_release(address, source) or is_release(address, replace(source, article=None))


def _groups(captures: list[Capture]) -> list[Group]:
    by_digest: dict[str, list[Capture]] = defaultdict(list)
    for capture in sorted(captures, key=lambda capture: (capture.timestamp, capture.url)):
        by_digest[capture.digest or f"{capture.timestamp} {capture.url}"].append(capture)
    return [Group(found) for found in by_digest.values()]


def _sort_out(plan: Plan, group: Group, fetched: Mapping[tuple[str, str], str | None]) -> None:
    """What of a group is still to be done."""
    known = [
        (capture, fetched.get((capture.url, capture.timestamp), "new"))
        for capture in group.captures
    ]
    done = [capture for capture, failure in known if failure is None]
    plan.done += len(done)
    plan.failed += sum(failure not in (None, "new") for _, failure in known)
    new = [capture for capture, failure in known if failure == "new"]
    if done:
        group.to_note = new
    else:  # one with bytes of its own first
        group.to_fetch = sorted(new, key=lambda capture: (capture.is_revisit, capture.timestamp))
    if new:
        plan.groups.append(group)


def _limited(groups: list[Group], limit: int) -> list[Group]:
    kept, fetches = [], 0
    for group in groups:
        fetches += bool(group.to_fetch)
        if fetches <= limit or not group.to_fetch:
            kept.append(group)
    return kept
