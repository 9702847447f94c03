"""Findings about seeds that fail while others replace them, and about speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from statistics import median

from archive.health.crawl_history import PastCrawl
from archive.health.finding import Finding
from archive.health.thresholds import limits


def failing_seeds(crawls: Sequence[PastCrawl]) -> Iterator[Finding]:
    """Findings about lists that fail or name nothing any more, in crawls that had others."""
    crawls = [crawl for crawl in crawls if crawl.ended]
    if not crawls or not crawls[0].led:
        return
    if _rebuilt(crawls[0]):
        yield from _rebuilt_since(crawls)
        return
    for way in crawls[0].failed:
        yield from _failing(crawls, way["what"], way["url"])
    for way in crawls[0].led:
        # A home page may repeat what its lists name, and REST is only asked for news.
        if way["what"] in ("listing", "feed") and not crawls[0].lists_are_empty:
            yield from _emptied(crawls, way["what"], way["url"])


def _failing(crawls: Sequence[PastCrawl], what: str, url: str) -> Iterator[Finding]:
    # If every list failed, none replaced this one, and the crawl has a finding of its own.
    run = list(takewhile(lambda crawl: _why(crawl, url), (v for v in crawls if v.led)))
    evidence = f"{what} {url} could not be fetched ({_why(crawls[0], url)}); {_others(crawls[0])}."
    yield from _lasting(run, evidence)


def _emptied(crawls: Sequence[PastCrawl], what: str, url: str) -> Iterator[Finding]:
    run = list(takewhile(lambda crawl: _named(crawl, url) == 0, crawls))
    before = next((n for crawl in crawls[len(run) :] if (n := _named(crawl, url))), 0)
    if before >= limits().lists.fewest:
        evidence = (
            f"{what} {url} lists no releases any more ({before} before); {_others(crawls[0])}."
        )
        yield from _lasting(run, evidence)


def _rebuilt(crawl: PastCrawl) -> bool:
    """Whether all lists are gone for good and only the home page is left."""
    gone = all(limits().kind_of(way["failed"]) == "redesign" for way in crawl.failed)
    return bool(crawl.failed) and gone and all(way["what"] == "home" for way in crawl.led)


def _rebuilt_since(crawls: Sequence[PastCrawl]) -> Iterator[Finding]:
    run = list(takewhile(_rebuilt, crawls))
    if len(run) >= limits().kinds["redesign"].crawls:
        way = crawls[0].failed[0]
        evidence = (
            f"{way['what']} {way['url']} is gone ({way['failed']}), and so is every other list; "
        )
        yield Finding(
            source=run[0].source,
            kind="redesign",
            since=run[-1].started_at,
            evidence=f"{evidence}{_others(crawls[0])}.",
            crawls=len(run),
        )


def speed(crawls: Sequence[PastCrawl]) -> Iterator[Finding]:
    """A finding if the site has become much slower, or was always too slow."""
    numbers = limits().slow
    timed = [crawl for crawl in crawls if crawl.seconds is not None]
    run: list[PastCrawl] = []
    for place, crawl in enumerate(timed):
        before = [earlier.seconds or 0.0 for earlier in timed[place + 1 :]]
        if len(before) >= numbers.past:
            bound = max(numbers.seconds, numbers.times * median(before))
        else:
            bound = numbers.unknown
        if (crawl.seconds or 0.0) < bound:
            break
        run.append(crawl)
    if len(run) >= limits().kinds["slow"].crawls:
        before = [crawl.seconds or 0.0 for crawl in timed[len(run) :]]
        evidence = f"A response takes {run[0].seconds:.1f} s (median)"
        yield Finding(
            source=run[0].source,
            kind="slow",
            since=run[-1].started_at,
            evidence=evidence + (f"; {median(before):.1f} s earlier." if before else "."),
            crawls=len(run),
        )


def _lasting(run: list[PastCrawl], evidence: str) -> Iterator[Finding]:
    if len(run) >= limits().kinds["fallback"].crawls:
        yield Finding(
            source=run[0].source,
            kind="fallback",
            since=run[-1].started_at,
            evidence=evidence,
            crawls=len(run),
        )


def _why(crawl: PastCrawl, url: str) -> str | None:
    return next((way["failed"] for way in crawl.failed if way["url"] == url), None)


def _named(crawl: PastCrawl, url: str) -> int | None:
    """How many releases a list named; None if it was not fetched, or had not changed."""
    return next((way.get("named") for way in crawl.led if way["url"] == url), None)


def _others(crawl: PastCrawl) -> str:
    return "used instead: " + ", ".join(f"{way['what']} {way['url']}" for way in crawl.led[:2])
