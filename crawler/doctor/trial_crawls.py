"""Crawls one source of each family of sites, with a few requests each."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scrapy.settings import Settings

from archive.database.connection import open_archive
from archive.export.increment import records
from crawler.doctor.record_and_replay import FAILURES
from crawler.regions import DATA
from crawler.registry.source import Source
from crawler.run.crawl_run import CrawlRun, Result, Runner

MOST = 14
"""Number of sources if the registry is not the bundled one."""
SECONDS = 280.0
"""After this, nothing more is requested, so that all takes at most five minutes."""
_RELEASES, _SEED_REQUESTS, _REQUESTS = 3, 12, 16
"""Per source: releases, requests until its lists have named them, and requests in all."""
_HANDLER = "crawler.doctor.record_and_replay.NotedDownloads"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRelease:
    """The fields of an extracted release that checks use."""

    url: str
    title: str
    published_on: date | None
    words: int
    signed: bool
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """The result of one source."""

    family: str
    source: Source
    outcome: str
    """Outcome as of a crawl: `ok`, `partial`, `blocked`, …"""
    reason: str
    """A sentence; empty if there is no problem."""
    requests: int
    named: int
    """Number of releases that its lists named."""
    seeds: list[str] = field(default_factory=list)
    """Kinds of the seeds that named some: `listing`, `rest`, `feed`, …"""
    releases: list[ReadRelease] = field(default_factory=list)
    rejected: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)


def choose_canaries(sources: Sequence[Source], ids: Sequence[str] = ()) -> dict[str, Source]:
    """The source to crawl by family: those with these ids, else those of canaries.toml, else the
    first crawled ones of the registry."""
    by_id = {source.id: source for source in sources}
    if ids:
        return {id: by_id[id] for id in ids}
    declared = tomllib.loads((DATA / "canaries.toml").read_text(encoding="utf-8"))["families"]
    if all(id in by_id for id in declared.values()):
        return {family: by_id[id] for family, id in declared.items()}
    return {each.id: each for each in [each for each in sources if each.vouched][:MOST]}


def prepare(settings: Settings, folder: Path) -> Settings:
    """Settings for a crawl into a temporary archive in `folder`."""
    own = settings.copy()
    own.setdict(
        {
            "ARCHIVE_URL": f"sqlite:///{folder / 'archive.db'}",
            "CAPTURES": str(folder / "captures"),
            "ATTACHMENTS": "off",
            "SOURCE_REQUESTS_MAX": _REQUESTS,
            "RETRY_TIMES": 0,
            "CLOCK_CHECK": False,
            FAILURES: str(folder / "failures.jsonl"),
            "DOWNLOAD_HANDLERS": {
                **settings.getdict("DOWNLOAD_HANDLERS"),
                **dict.fromkeys(("http", "https"), _HANDLER),
            },
        },
        priority="cmdline",
    )
    return own


async def look_at_canaries(
    run: CrawlRun, runner: Runner, canaries: dict[str, Source], seconds: float = SECONDS
) -> None:
    """Crawls a little of each source, within the time."""
    run.fetches_max, run.seed_requests_max = _RELEASES, _SEED_REQUESTS
    timer = asyncio.get_running_loop().call_later(seconds, run.stop, "time")
    try:
        await run.run(runner, list(canaries.values()))
    finally:
        timer.cancel()


def read_canaries(
    archive_url: str, results: Sequence[Result], canaries: dict[str, Source]
) -> list[Canary]:
    """Reads the results, in the order of the families. Raises ArchiveError."""
    engine = open_archive(archive_url)
    try:
        read: dict[str, list[ReadRelease]] = {}
        for record in records(engine):
            read.setdefault(record["source"], []).append(_release(record))
    finally:
        engine.dispose()
    by_source = {result.source.id: result for result in results}
    return [
        _canary(family, source, by_source.get(source.id), read.get(source.id, []))
        for family, source in canaries.items()
    ]


def _canary(
    family: str, source: Source, result: Result | None, releases: list[ReadRelease]
) -> Canary:
    if result is None:
        return Canary(
            family=family,
            source=source,
            outcome="stopped",
            reason="The time was up before it was crawled.",
            requests=0,
            named=0,
        )
    stats = result.stats
    return Canary(
        family=family,
        source=source,
        outcome=result.verdict.outcome,
        reason=result.verdict.reason,
        requests=result.requests,
        named=stats.named,
        seeds=sorted({seed.kind for seed in stats.seeds if seed.named}),
        releases=sorted(releases, key=lambda one: one.url),
        rejected=dict(stats.rejected),
        failed=dict(stats.failures),
    )


def _release(record: dict[str, Any]) -> ReadRelease:
    published = record["published_on"]
    return ReadRelease(
        url=record["url"],
        title=record["title"],
        published_on=datetime.fromisoformat(published).date() if published else None,
        words=len(record["body"].split()),
        signed=record["byline"] is not None,
        doubtful="text-doubtful" in record["flags"],
    )
