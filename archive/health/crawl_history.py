"""Each source's crawls as recorded in the archive, the newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.database.models import Crawl
from archive.health.thresholds import limits

WELL = ("ok", "partial", "unmet")
"""Outcomes of crawls that worked; `unmet` means that the source gave too little."""
_JSON = ("ways", "failures", "refusals", "alike", "reading")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PastCrawl:
    """One crawl of one source; see `crawls` in docs/query.md."""

    source: str
    started_at: datetime
    outcome: str | None
    """None: it is running, or was killed."""
    reason: str | None
    deep: bool
    releases_new: int
    releases_changed: int
    releases_seen: int
    named: int | None
    unchanged_lists: int | None
    found: int | None
    moved: int | None
    ways: Sequence[dict[str, Any]]
    failures: dict[str, int]
    refusals: dict[str, int]
    seconds: float | None
    alike: dict[str, Any]
    reading: dict[str, Any]
    begun_at: datetime
    """When the first crawl of its source began."""

    @property
    def first(self) -> bool:
        """Whether it is the first one of its source."""
        return self.started_at == self.begun_at

    @property
    def ended(self) -> bool:
        """Whether it finished; a stopped crawl shows nothing."""
        return self.outcome not in (None, "stopped")

    @property
    def kept(self) -> int:
        """Releases it extracted or found unchanged."""
        return self.releases_new + self.releases_changed + self.releases_seen

    @property
    def led(self) -> list[dict[str, Any]]:
        """The seeds that could be fetched."""
        return [way for way in self.ways if "failed" not in way]

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The seeds that could not."""
        return [way for way in self.ways if "failed" in way]

    @property
    def lists_are_empty(self) -> bool:
        """Whether its lists answered but named no release."""
        return self.named == 0 and not self.unchanged_lists and bool(self.led)


_NEWEST_FIRST = (Crawl.started_at.desc(), Crawl.id.desc())
"""By time: crawls of a merged archive are numbered when they come in."""


def past_crawls(session: Session) -> dict[str, list[PastCrawl]]:
    """The last crawls of each source (`limits.toml` says how many), and as many that read
    something, since a small office publishes on few days."""
    latest = select(
        Crawl.id,
        _back(Crawl.source).label("back"),
        _back(Crawl.source, Crawl.reading.is_(None)).label("back_alike"),
        func.min(Crawl.started_at).over(partition_by=Crawl.source).label("begun_at"),
    ).subquery()
    most = limits().pages.visits
    columns = [
        getattr(Crawl, name) for name in PastCrawl.__dataclass_fields__ if name != "begun_at"
    ]
    rows = session.execute(
        select(*columns, latest.c.begun_at)
        .join(latest, latest.c.id == Crawl.id)
        .where((latest.c.back <= most) | Crawl.reading.is_not(None) & (latest.c.back_alike <= most))
        .order_by(Crawl.source, *_NEWEST_FIRST)
    )
    found: defaultdict[str, list[PastCrawl]] = defaultdict(list)
    for row in rows.mappings():
        values = dict(row)
        values |= {name: values[name] or {} for name in _JSON}
        found[row["source"]].append(PastCrawl(**values))
    return found


def _back(*partition: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[int]:
    """Position of a crawl among those of its kind, from the newest one back."""
    return func.row_number().over(partition_by=partition, order_by=_NEWEST_FIRST)


def since_well(session: Session, source: str) -> datetime | None:
    """When the first crawl after the last successful one began; None if none failed since."""
    mine = Crawl.source == source
    well = session.scalar(select(func.max(Crawl.started_at)).where(mine, Crawl.outcome.in_(WELL)))
    later = [Crawl.started_at > well] if well else []
    return session.scalar(select(func.min(Crawl.started_at)).where(mine, *later))
