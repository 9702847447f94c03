"""Compares the releases extracted recently with those before: dates, bylines, lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from math import exp, lgamma, log
from statistics import median

from archive.health.crawl_history import PastCrawl
from archive.health.finding import Finding
from archive.health.thresholds import limits

Share = Callable[[PastCrawl], tuple[int, int]]
"""For a crawl: how many of the extracted releases have something, and how many there are."""


_DOUBTFUL = "text-doubtful"


@dataclass(frozen=True, slots=True)
class _Fall:
    since: PastCrawl
    crawls: int
    had: int
    of: int
    before: float
    """The share before."""


def coverage(past_crawls: Sequence[PastCrawl]) -> Iterator[Finding]:
    """Findings about fields that have become rarer and texts that have become shorter; newest crawl
    first."""
    read = [crawl for crawl in past_crawls if crawl.reading]
    for kind, name in (("dates", "dated"), ("bylines", "signed")):
        fall = _fallen(read, _share(name), by_crawl=kind == "bylines")
        if fall is not None:
            evidence = f"{fall.had} of the last {fall.of} releases read were {name}"
            yield _finding(kind, fall, f"{evidence}, {fall.before:.0%} before{_as(read, name)}.")
    yield from _evidence(read)
    yield from _selectors(read)
    yield from _shorter(read)
    yield from _doubtful(read)


def _evidence(read: list[PastCrawl]) -> Iterator[Finding]:
    """Findings about dates that rest on other evidence than before."""
    used: dict[str, int] = {}
    for crawl in read:
        for name, count in crawl.reading["evidence"].items():
            used[name] = used.get(name, 0) + count
    main = max(used, key=lambda name: used[name], default=None)
    if main is None:
        return

    def share(crawl: PastCrawl) -> tuple[int, int]:
        return crawl.reading["evidence"].get(main, 0), crawl.reading["dated"]

    fall = _fallen(read, share)
    if fall is not None:
        late = read[: fall.crawls]
        others = sorted({name for crawl in late for name in crawl.reading["evidence"]} - {main})
        evidence = (
            f"{fall.had} of the last {fall.of} dates rest on `{main}`, {fall.before:.0%} before"
        )
        yield _finding("fallback", fall, f"{evidence}; now on {', '.join(others)}.")


def _selectors(read: list[PastCrawl]) -> Iterator[Finding]:
    """Selectors of the source's TOML that match nothing on most pages."""
    least = limits().kinds["fallback"].crawls
    for name in ("title", "body", "published"):
        flag = f"select-{name}"
        missed: list[PastCrawl] = []
        for crawl in read:
            if 2 * crawl.reading["flags"].get(flag, 0) <= crawl.reading["releases"]:
                break
            missed.append(crawl)
        if len(missed) >= least:
            count = sum(crawl.reading["flags"][flag] for crawl in missed)
            yield Finding(
                source=read[0].source,
                kind="fallback",
                since=missed[-1].started_at,
                evidence=f"`select.{name}` matched nothing on {count} pages{_as(read, flag)}.",
                crawls=len(missed),
            )


def _doubtful(read: list[PastCrawl]) -> Iterator[Finding]:
    """Texts of which another extractor finds much more on the same page."""
    numbers, late = limits().coverage, list[PastCrawl]()
    for crawl in read:
        if sum(each.reading["releases"] for each in late) >= numbers.recent:
            break
        late.append(crawl)
    showing = [crawl for crawl in late if crawl.reading["flags"].get(_DOUBTFUL)]
    count = sum(crawl.reading["flags"][_DOUBTFUL] for crawl in showing)
    of = sum(crawl.reading["releases"] for crawl in late)
    if count >= numbers.doubtful and count >= numbers.doubtful_share * of:
        yield Finding(
            source=read[0].source,
            kind="doubtful",
            since=showing[-1].started_at,
            evidence=f"{count} of the last {of} texts read are doubtful{_as(read, _DOUBTFUL)}.",
            crawls=len(showing),
        )


def _shorter(read: list[PastCrawl]) -> Iterator[Finding]:
    """Texts much shorter than usual, in every one of the last crawls. A crawl that read only
    releases whose text is in a document has no words, and says nothing."""
    read = [crawl for crawl in read if crawl.reading["words"]]
    numbers, usual = limits().coverage, _usual(read)
    if not usual:
        return
    # Each crawl counts by the number of its releases: the first crawl may be the only one before.
    typical = median(
        words for crawl in usual for words in [crawl.reading["words"]] * crawl.reading["releases"]
    )
    short = numbers.words_share * typical
    late = list(takewhile(lambda crawl: crawl.reading["words"] < short, read))
    count = sum(crawl.reading["releases"] for crawl in late)
    before = sum(crawl.reading["releases"] for crawl in usual if crawl not in late)
    if before < numbers.past or count < numbers.words:
        return
    if len(late) >= limits().kinds["bodies"].crawls:
        now = median(crawl.reading["words"] for crawl in late)
        yield Finding(
            source=read[0].source,
            kind="bodies",
            since=late[-1].started_at,
            evidence=f"{count} recent texts have {now:.0f} words (median); {typical:.0f} is "
            f"usual{_as(read, 'words')}.",
            crawls=len(late),
        )


def _as(read: list[PastCrawl], name: str) -> str:
    """Names the latest release without something, if a crawl noted one."""
    urls = (crawl.reading.get("without", {}).get(name) for crawl in read)
    url = next(filter(None, urls), None)
    return f", for example {url}" if url else ""


def _share(name: str) -> Share:
    return lambda crawl: (crawl.reading[name], crawl.reading["releases"])


def _mostly(share: Share) -> Share:
    """Counts a crawl as one: whether most of its releases have something."""

    def counted(crawl: PastCrawl) -> tuple[int, int]:
        had, of = share(crawl)
        return int(2 * had >= of), 1

    return counted


def _usual(read: list[PastCrawl]) -> set[PastCrawl]:
    """Crawls that show the usual numbers. A first crawl and deep ones read pages of many years and
    designs: they count only if there are no others."""
    daily = {crawl for crawl in read if not (crawl.first or crawl.deep)}
    enough = sum(crawl.reading["releases"] for crawl in daily) >= 2 * limits().coverage.past
    return daily if enough else set(read)


def _fallen(read: list[PastCrawl], share: Share, *, by_crawl: bool = False) -> _Fall | None:
    """The shortest sequence of latest crawls whose share is below that of all before by more than
    chance. `by_crawl`: if the releases of one crawl are alike, each crawl counts as one."""
    numbers, usual = limits().coverage, _usual(read)
    confirms = limits().kinds["dates"].crawls
    for last in range(confirms, len(read)):
        late, past = read[:last], [crawl for crawl in read[last:] if crawl in usual]
        had, of = _sum(late, share)
        had_before, before = _sum(past, share)
        # Two crawls are always examined, even deep ones of a thousand releases.
        if before < numbers.past or (last > confirms and of > numbers.recent):
            return None
        share_before, units = had_before / before, (had, of)
        if by_crawl:
            units = _sum(late, _mostly(share))
            if len(past) >= numbers.past_crawls:
                had_before, before = _sum(past, _mostly(share))
        expected = (had_before + 1) / (before + 2)
        low = _low(read, share, expected - numbers.drop)
        few = of and expected - units[0] / units[1] >= numbers.drop
        if few and len(low) >= confirms and _is_rare(*units, expected):
            return _Fall(low[-1], len(low), had, of, share_before)
    return None


def _low(read: list[PastCrawl], share: Share, most: float) -> list[PastCrawl]:
    """The latest crawls in a row with a share of at most so much each."""
    return list(takewhile(lambda crawl: share(crawl)[0] <= most * share(crawl)[1], read))


def _sum(past_crawls: list[PastCrawl], share: Share) -> tuple[int, int]:
    counted = [share(crawl) for crawl in past_crawls]
    return sum(had for had, _ in counted), sum(of for _, of in counted)


def _is_rare(had: int, of: int, share: float) -> bool:
    """Whether chance would almost never leave so few of so many (binomial test)."""
    missing, odds = 1 - share, limits().coverage.odds
    # In logarithms: with a thousand releases the numbers exceed a float.
    terms = (
        lgamma(of + 1)
        - lgamma(k + 1)
        - lgamma(of - k + 1)
        + k * log(share)
        + (of - k) * log(missing)
        for k in range(had + 1)
    )
    return sum(map(exp, terms)) * odds < 1


def _finding(kind: str, fall: _Fall, evidence: str) -> Finding:
    return Finding(
        source=fall.since.source,
        kind=kind,
        since=fall.since.started_at,
        evidence=evidence,
        crawls=fall.crawls,
    )
