from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive.database.column_types import utc_text
from archive.health.last_crawl_times import LastCrawls, last_crawls
from archive.ingest.store import Outcome, Store
from archive.lookup.stats import stats
from tests.archive.samples import DAY, MORNING

CITY = "pemkot-contoh"


def crawled(store: Store, *outcomes: Outcome | None) -> None:
    """A crawl a day; None: killed."""
    for day, outcome in enumerate(outcomes):
        crawl = store.begin_crawl(CITY, MORNING + day * DAY)
        if outcome:
            store.end_crawl(crawl, outcome, None, {}, MORNING + day * DAY)


@pytest.mark.parametrize(
    ("outcomes", "through", "ill"),
    [
        (["ok"], True, 0),
        (["failed", "partial"], True, 0),
        (["ok", "failed", "silent", "blocked"], True, 3),
        (["failed", "failed"], True, 2),
        (["failed", "stopped"], False, 1),
        (["failed", "stopped", "failed"], True, 2),
        (["ok", None], False, 0),
    ],
)
def test_the_last_crawls_of_a_source(
    engine: Engine, store: Store, outcomes: list[Outcome | None], through: bool, ill: int
) -> None:
    crawled(store, *outcomes)
    with Session(engine) as session:
        found = last_crawls(session)
    last = MORNING + (len(outcomes) - 1) * DAY
    assert found == {CITY: LastCrawls(last, through, ill)}


def test_older_crawls_that_come_in_later_are_not_the_last(engine: Engine, store: Store) -> None:
    """As with a merge, which numbers the other archive's crawls anew."""
    days: dict[int, Outcome] = {9: "ok", 10: "failed", 2: "failed", 3: "stopped"}
    for day, outcome in days.items():
        crawl = store.begin_crawl(CITY, MORNING + day * DAY)
        store.end_crawl(crawl, outcome, None, {}, MORNING + day * DAY)
    with Session(engine) as session:
        found = last_crawls(session)
    assert found == {CITY: LastCrawls(MORNING + 10 * DAY, True, 1)}
    [of_source] = [one for one in stats(engine).sources if one.source == CITY]
    assert of_source.last_outcome == "failed"
    assert of_source.last_crawl_at == utc_text(MORNING + 10 * DAY)
