"""Strangers' pages on an office's host, as `health` tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive.health import Finding, findings
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from crawler.items import Rejected
from tests.archive.samples import DAY, source

HOME = "https://contoh.example"


def look_at(store: Store, number: int, reason: str, at: datetime) -> None:
    """One crawl that gets an answer from `/slot/{number}`."""
    store.register([source()])
    crawl = store.begin_crawl("pemkot-contoh", at)
    url = f"{HOME}/slot/{number}"
    rejected = Rejected(
        source="pemkot-contoh",
        url=url,
        stage="extraction",
        reason=reason,
        detail="it offers gambling",
        fetched_at=at,
    )
    store.reject(
        rejected, crawl, None, Fetch(source="pemkot-contoh", url=url, at=at, outcome=reason)
    )
    noted = {
        "named": 9,
        "found": 1,
        "refusals": {reason: 1},
        "ways": [{"what": "feed", "url": HOME, "named": 9}],
    }
    store.end_crawl(crawl, "ok", None, noted, at)


def told(engine: Engine) -> list[Finding]:
    with Session(engine) as session:
        found = findings(session, datetime.now(UTC))
    return [one for one in found if one.kind == "hijacked"]


def test_a_hijacked_source_is_named_since_when_and_where(engine: Engine, store: Store) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for number in range(5):
        look_at(store, number, "hijacked", now - (9 - number) * timedelta(hours=1))
    (finding,) = told(engine)
    assert (finding.source, finding.kind) == ("pemkot-contoh", "hijacked")
    assert finding.since == now - timedelta(hours=9)
    assert finding.evidence == (f"5 injected pages: {HOME}/slot/0, {HOME}/slot/1, {HOME}/slot/2.")
    assert finding.advice.startswith("Send the office")


def test_it_ends_when_the_pages_are_gone(engine: Engine, store: Store) -> None:
    now = datetime.now(UTC)
    look_at(store, 1, "hijacked", now - DAY)
    look_at(store, 1, "http-404", now)
    assert told(engine) == []
