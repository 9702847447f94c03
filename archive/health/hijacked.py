"""Sources with injected pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database.models import Address, Rejection
from archive.health.finding import Finding

HIJACKED = "hijacked"
_EXAMPLES = 3


@dataclass(slots=True)
class _Pages:
    first: datetime
    urls: list[str] = field(default_factory=list)


def hijacked(session: Session) -> Iterator[Finding]:
    """A finding for each source that served injected pages when they were last fetched; it ends
    when it no longer does."""
    rows = session.execute(
        select(Rejection.source, Rejection.url, Rejection.first_seen_at)
        .join(Address, (Address.source == Rejection.source) & (Address.url == Rejection.url))
        .where(Rejection.reason == HIJACKED, Address.outcome == HIJACKED)
        .order_by(Rejection.source, Rejection.first_seen_at, Rejection.url)
    )
    by_source: dict[str, _Pages] = {}
    for row in rows:
        by_source.setdefault(row.source, _Pages(row.first_seen_at)).urls.append(row.url)
    for source, pages in by_source.items():
        count, examples = len(pages.urls), ", ".join(pages.urls[:_EXAMPLES])
        pages_found = "1 injected page" if count == 1 else f"{count:,} injected pages"
        yield Finding(
            source=source, kind=HIJACKED, since=pages.first, evidence=f"{pages_found}: {examples}."
        )
