"""Findings about seeds that fail while others replace them, and about speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from statistics import median

from archive.health.crawl_history import Visit
from archive.health.finding import Finding
from archive.health.thresholds import limits


def ways(visits: Sequence[Visit]) -> Iterator[Finding]:
    """Findings about lists that fail or name nothing any more, in crawls that had others."""
    visits = [visit for visit in visits if visit.ended]
    if not visits or not visits[0].led:
        return
    if _rebuilt(visits[0]):
        yield from _rebuilt_since(visits)
        return
    for way in visits[0].failed:
        yield from _failing(visits, way["what"], way["url"])
    for way in visits[0].led:
        # A home page may repeat what its lists name, and REST is only asked for news.
        if way["what"] in ("listing", "feed") and not visits[0].lists_are_empty:
            yield from _emptied(visits, way["what"], way["url"])


def _failing(visits: Sequence[Visit], what: str, url: str) -> Iterator[Finding]:
    # If every list failed, none replaced this one, and the crawl has a finding of its own.
    run = list(takewhile(lambda visit: _why(visit, url), (v for v in visits if v.led)))
    evidence = f"{what} {url} could not be fetched ({_why(visits[0], url)}); {_others(visits[0])}."
    yield from _lasting(run, evidence)


def _emptied(visits: Sequence[Visit], what: str, url: str) -> Iterator[Finding]:
    run = list(takewhile(lambda visit: _named(visit, url) == 0, visits))
    before = next((n for visit in visits[len(run) :] if (n := _named(visit, url))), 0)
    if before >= limits().lists.fewest:
        evidence = (
            f"{what} {url} lists no releases any more ({before} before); {_others(visits[0])}."
        )
        yield from _lasting(run, evidence)


def _rebuilt(visit: Visit) -> bool:
    """Whether all lists are gone for good and only the home page is left."""
    gone = all(limits().kind_of(way["failed"]) == "redesign" for way in visit.failed)
    return bool(visit.failed) and gone and all(way["what"] == "home" for way in visit.led)


def _rebuilt_since(visits: Sequence[Visit]) -> Iterator[Finding]:
    run = list(takewhile(_rebuilt, visits))
    if len(run) >= limits().kinds["redesign"].crawls:
        way = visits[0].failed[0]
        evidence = (
            f"{way['what']} {way['url']} is gone ({way['failed']}), and so is every other list; "
        )
        yield Finding(
            source=run[0].source,
            kind="redesign",
            since=run[-1].started_at,
            evidence=f"{evidence}{_others(visits[0])}.",
            crawls=len(run),
        )


def speed(visits: Sequence[Visit]) -> Iterator[Finding]:
    """A finding if the site has become much slower, or was always too slow."""
    numbers = limits().slow
    timed = [visit for visit in visits if visit.seconds is not None]
    run: list[Visit] = []
    for place, visit in enumerate(timed):
        before = [earlier.seconds or 0.0 for earlier in timed[place + 1 :]]
        if len(before) >= numbers.past:
            bound = max(numbers.seconds, numbers.times * median(before))
        else:
            bound = numbers.unknown
        if (visit.seconds or 0.0) < bound:
            break
        run.append(visit)
    if len(run) >= limits().kinds["slow"].crawls:
        before = [visit.seconds or 0.0 for visit in timed[len(run) :]]
        evidence = f"A response takes {run[0].seconds:.1f} s (median)"
        yield Finding(
            source=run[0].source,
            kind="slow",
            since=run[-1].started_at,
            evidence=evidence + (f"; {median(before):.1f} s earlier." if before else "."),
            crawls=len(run),
        )


def _lasting(run: list[Visit], evidence: str) -> Iterator[Finding]:
    if len(run) >= limits().kinds["fallback"].crawls:
        yield Finding(
            source=run[0].source,
            kind="fallback",
            since=run[-1].started_at,
            evidence=evidence,
            crawls=len(run),
        )


def _why(visit: Visit, url: str) -> str | None:
    return next((way["failed"] for way in visit.failed if way["url"] == url), None)


def _named(visit: Visit, url: str) -> int | None:
    """How many releases a list named; None if it was not fetched, or had not changed."""
    return next((way.get("named") for way in visit.led if way["url"] == url), None)


def _others(visit: Visit) -> str:
    return "used instead: " + ", ".join(f"{way['what']} {way['url']}" for way in visit.led[:2])
