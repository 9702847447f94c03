"""Diagnoses why no releases of a source arrive, and since how many crawls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from archive.health.crawl_history import PastCrawl
from archive.health.finding import Finding
from archive.health.hijacked import HIJACKED
from archive.health.thresholds import limits


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The problem of one crawl."""

    kind: str
    evidence: str
    of_pages: bool = False
    """Whether only release pages had the problem: a crawl that fetched none neither confirms nor
    ends it."""
    refused: int = 0
    """Pages that were not releases, if that is the whole problem."""


def shared_problem(crawls: Sequence[PastCrawl]) -> Iterator[Finding]:
    """The problem that the latest crawls share, if they are enough; newest first."""
    run = list(_run([crawl for crawl in crawls if crawl.ended]))
    if not run:
        return
    diagnosis = run[0][1]
    refused = sum(one.refused for _, one in run)
    few = diagnosis.refused and refused < limits().pages.refused
    if len(run) >= limits().kinds[diagnosis.kind].crawls and not few:
        yield Finding(
            source=crawls[0].source,
            kind=diagnosis.kind,
            since=run[-1][0].started_at,
            evidence=diagnosis.evidence + _in_a_row(run),
            crawls=len(run),
        )


def _in_a_row(run: Sequence[tuple[PastCrawl, Diagnosis]]) -> str:
    """A sentence on how many of the latest crawls had the very same problem, if not only one."""
    kind = run[0][1].kind
    alike = len(list(takewhile(lambda crawl: crawl[1].kind == kind, run)))
    return f" The last {alike} crawls ended so." if alike > 1 else ""


def killed(crawls: Sequence[PastCrawl]) -> Iterator[Finding]:
    """Crawls that never ended, without the latest: it may still run."""
    run = list(takewhile(lambda crawl: crawl.outcome is None, crawls))
    if len(run) - 1 >= limits().kinds["killed"].crawls:
        yield Finding(
            source=crawls[0].source,
            kind="killed",
            since=run[-1].started_at,
            evidence=f"{len(run)} crawls in a row never ended; the last began "
            f"{run[0].started_at:%Y-%m-%d %H:%M} UTC.",
            crawls=len(run),
        )


def _run(crawls: list[PastCrawl]) -> Iterator[tuple[PastCrawl, Diagnosis]]:
    """The latest crawls in a row that had any problem."""
    silent_on_pages = False
    for place, crawl in enumerate(crawls):
        diagnosis = diagnose(crawl, crawls[place + 1 :])
        if diagnosis is None and crawl.kept:
            return
        if diagnosis is None:
            silent_on_pages = True
        elif silent_on_pages and not diagnosis.of_pages:
            return
        else:
            yield crawl, diagnosis


def diagnose(crawl: PastCrawl, before: Sequence[PastCrawl]) -> Diagnosis | None:
    """The problem of one crawl; None if there was none."""
    if "fault" in crawl.failures:
        return Diagnosis("fault", crawl.reason or "")
    if crawl.failed and not crawl.led:
        return _refused(Counter(way["failed"] for way in crawl.failed), crawl, of_pages=False)
    if crawl.outcome == "needs-javascript":
        return Diagnosis("needs-javascript", crawl.reason or "")
    if _alike(crawl):
        return Diagnosis(
            "same-answer",
            f"{crawl.alike['same']} of {crawl.alike['pages']} URLs returned the same page, "
            f"for example {crawl.alike['url']}.",
        )
    if crawl.lists_are_empty:
        return _empty(crawl, before)
    if crawl.moved:
        evidence = f"{crawl.moved} known releases are gone, and almost none is left."
        return Diagnosis("redesign", evidence, of_pages=True)
    diagnosis = _pages(crawl)
    if diagnosis is None and crawl.outcome == "unmet":
        return Diagnosis("unmet", crawl.reason or "")
    return diagnosis


def _pages(crawl: PastCrawl) -> Diagnosis | None:
    """Diagnoses the release pages, if the lists had no problem."""
    refusals = {name: count for name, count in crawl.refusals.items() if name != HIJACKED}
    failed, refused = sum(crawl.failures.values()), sum(refusals.values())
    if failed > max(crawl.kept, refused) and (gone := _refused(crawl.failures, crawl)):
        return gone if gone.kind != "redesign" or failed >= limits().pages.refused else None
    if refused and not crawl.kept:
        evidence = f"{refused} pages fetched, none was a release: {_counted(refusals)}."
        return Diagnosis("redesign", evidence, of_pages=True, refused=refused)
    if refused > max(crawl.kept, 2 * limits().pages.refused):
        evidence = f"{refused} of {refused + crawl.kept} pages were not releases: "
        return Diagnosis("redesign", evidence + f"{_counted(refusals)}.", of_pages=True)
    return None


def _refused(
    reasons: dict[str, int], crawl: PastCrawl, *, of_pages: bool = True
) -> Diagnosis | None:
    kinds: Counter[str] = Counter()
    for reason, count in reasons.items():
        kinds[limits().kind_of(reason)] += count
    # Causes that one crawl proves come first.
    kind = next(kind for kind in (*limits().reasons, "redesign") if kind in kinds)
    if of_pages:
        evidence = f"Releases could not be fetched: {_counted(reasons)}."
        return Diagnosis(kind, evidence, of_pages=True)
    where = crawl.failed[0]
    return Diagnosis(kind, f"No list could be fetched: {where['url']} ({_counted(reasons)}).")


def _alike(crawl: PastCrawl) -> bool:
    pages, same = crawl.alike.get("pages", 0), crawl.alike.get("same", 0)
    least = limits().pages
    return not crawl.kept and same >= least.alike and same >= least.alike_share * pages


def _empty(crawl: PastCrawl, before: Iterable[PastCrawl]) -> Diagnosis:
    """Diagnoses lists that name no release, though they did before, or never did."""
    where = crawl.led[0]["url"]
    named = next((earlier.named for earlier in before if earlier.named), None)
    if named is None:
        return Diagnosis("nothing", f"Neither {where} nor the pages it links to list a release.")
    evidence = f"{where} answered but lists no release; an earlier crawl found {named}."
    return Diagnosis("redesign", evidence)


def _counted(reasons: dict[str, Any]) -> str:
    most = sorted(reasons.items(), key=lambda item: -item[1])[:3]
    if reasons.keys() and sum(reasons.values()) == 1:
        return most[0][0]
    return ", ".join(f"{count} × {reason}" for reason, count in most)
