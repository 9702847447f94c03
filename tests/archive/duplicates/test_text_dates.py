"""From when a text counts: edits that steal a date, and corrections that keep theirs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from archive import duplicates
from archive.captures import Capture
from archive.database.connection import writing
from archive.database.views import claims
from archive.export.increment import records
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.lookup.selection import Selection
from archive.preservation.verify import Counted, verify
from crawler.items import Release
from tests.archive.copies import MARKET, SENTENCES, WHOLE, body
from tests.archive.samples import DAY, MORNING, release

OLD = body(*MARKET)
"""What the thief had published long ago."""
MIXED = body(*SENTENCES[:4], *MARKET)
CORRECTED = WHOLE.replace("312", "321")
LONGER = body(*SENTENCES, MARKET[3])
THIEF, VICTIM = 1, 2


def _printed(number: int, text: str, day: int, seen: int, **changed: object) -> Release:
    """A release with a printed date, both in days after the first of August."""
    on = date(2024, 8, 1) + timedelta(days=day)
    seen_at = MORNING.replace(month=8, day=1) + seen * DAY
    return release(
        number, body=text, published_on=on, published_at=None, fetched_at=seen_at, **changed
    )


@pytest.fixture
def fetches(store: Store, engine: Engine) -> Callable[..., dict[int, int | None]]:
    """Stores what was seen; returns whose copy each page is. Checks that nobody finds another
    order later."""

    def run(*seen: Release) -> dict[int, int | None]:
        for one in seen:
            store.store(one, None)
        found = [f for f in verify(engine, Path("/nonexistent"), Counted()) if f.what != "frontier"]
        assert found == []
        before = _copies(engine)
        with writing(engine) as connection, Session(connection) as session:
            assert duplicates.rebuild(session) == 0
        assert _copies(engine) == before
        return before

    return run


def _copies(engine: Engine) -> dict[int, int | None]:
    found = list(records(engine))
    page = {r["id"]: int(r["url"].rsplit("/", 1)[1]) for r in found}
    return {page[r["id"]]: page.get(r["duplicate_of"]) for r in found}


def _doubts(engine: Engine, number: int) -> set[str]:
    with engine.connect() as connection:
        url = release(number).url
        id_ = next(r["id"] for r in records(engine) if r["url"] == url)
        row = connection.execute(select(claims).where(claims.c.release == id_)).mappings().one()
        return {name for name, value in row.items() if value == 1}


@pytest.mark.parametrize(
    "steps",
    [[WHOLE], [CORRECTED], [LONGER], [MIXED, WHOLE], [body(*MARKET, *SENTENCES), WHOLE]],
    ids=["whole", "with a change", "with more", "by steps", "put in, then alone"],
)
@pytest.mark.parametrize("printed", [0, 19], ids=["old date kept", "date of the victim's day"])
def test_an_old_release_edited_into_a_copy_is_the_copy(
    fetches: Callable[..., dict[int, int | None]], engine: Engine, steps: list[str], printed: int
) -> None:
    found = fetches(
        _printed(THIEF, OLD, day=0, seen=0),
        _printed(VICTIM, WHOLE, day=20, seen=20),
        *(_printed(THIEF, text, printed, seen=30 + n) for n, text in enumerate(steps)),
    )
    assert found == {THIEF: VICTIM, VICTIM: None}
    assert _doubts(engine, THIEF) == {"is_replaced", "prints_earlier"}
    assert _doubts(engine, VICTIM) == set()
    assert [r["url"] for r in records(engine, Selection(unique=True))] == [release(VICTIM).url]


def test_a_text_put_in_beside_an_old_one_takes_no_place(
    fetches: Callable[..., dict[int, int | None]],
) -> None:
    """Both lead: the old release is first with its own text, not with what it put in."""
    found = fetches(
        _printed(THIEF, OLD, day=0, seen=0),
        _printed(VICTIM, body(*SENTENCES[:5]), day=20, seen=20),
        _printed(THIEF, body(*MARKET, *SENTENCES[:5]), day=0, seen=30),
    )
    assert found == {THIEF: None, VICTIM: None}


def test_a_digest_that_carried_it_in_time_is_first(
    fetches: Callable[..., dict[int, int | None]],
) -> None:
    found = fetches(
        _printed(THIEF, OLD, day=0, seen=0),
        _printed(THIEF, body(*MARKET, *SENTENCES[:5]), day=0, seen=10),
        _printed(VICTIM, body(*SENTENCES[:5]), day=20, seen=20),
    )
    assert found == {THIEF: None, VICTIM: THIEF}


@pytest.mark.parametrize("text", [CORRECTED, LONGER, body(*SENTENCES[:6])])
def test_an_honest_correction_keeps_its_place(
    fetches: Callable[..., dict[int, int | None]], engine: Engine, text: str
) -> None:
    first, copy = VICTIM, THIEF
    found = fetches(
        _printed(first, WHOLE, day=0, seen=0),
        _printed(copy, WHOLE, day=5, seen=5),
        _printed(first, text, day=9, seen=9),  # the page now prints the day of the correction
    )
    assert found == {first: None, copy: first}
    assert _doubts(engine, first) == set()


def test_a_notice_in_between_does_not_cost_the_place(
    fetches: Callable[..., dict[int, int | None]],
) -> None:
    notice = body(*MARKET[:2])
    found = fetches(
        _printed(VICTIM, WHOLE, day=0, seen=0),
        _printed(VICTIM, notice, day=0, seen=3),
        _printed(THIEF, WHOLE, day=5, seen=5),
        _printed(VICTIM, WHOLE, day=0, seen=7),
    )
    assert found == {VICTIM: None, THIEF: VICTIM}


def test_a_date_moved_while_the_text_stays_changes_nothing(
    fetches: Callable[..., dict[int, int | None]], engine: Engine
) -> None:
    found = fetches(
        _printed(VICTIM, WHOLE, day=5, seen=5),
        _printed(THIEF, WHOLE, day=6, seen=6),
        _printed(THIEF, WHOLE, day=1, seen=8),
    )
    assert found == {VICTIM: None, THIEF: VICTIM}
    assert _doubts(engine, THIEF) == {"prints_earlier"}


def test_a_release_that_is_first_by_its_own_word_is_marked(
    fetches: Callable[..., dict[int, int | None]], engine: Engine, run: Callable[..., Result]
) -> None:
    found = fetches(_printed(VICTIM, WHOLE, day=5, seen=5), _printed(THIEF, WHOLE, day=1, seen=40))
    assert found == {THIEF: None, VICTIM: THIEF}
    assert _doubts(engine, THIEF) == {"is_unproven"}
    ((cluster,),) = [json.loads(run("duplicates", "--json").output)]
    assert ["only from this source" in doubt for doubt in cluster["first"]["doubts"]] == [True]
    assert cluster["copies"][0]["doubts"] == []
    assert "only from this source" in run("duplicates", width=200).output
    shown = run("show", release(THIEF).url, width=200).output
    assert "Counts from" in shown
    assert "2024-08-02: this date is known only from this source" in shown
    detail = json.loads(run("show", release(THIEF).url, "--json").output)
    assert (detail["claim"]["counts_from"], detail["claim"]["vouched_by"]) == (
        "2024-08-02",
        "source",
    )


def test_a_first_crawl_doubts_nobody(
    fetches: Callable[..., dict[int, int | None]], engine: Engine
) -> None:
    fetches(_printed(VICTIM, WHOLE, day=5, seen=60), _printed(THIEF, WHOLE, day=1, seen=60))
    assert _doubts(engine, THIEF) == _doubts(engine, VICTIM) == set()


def test_a_capture_of_others_is_marked(store: Store, engine: Engine) -> None:
    item = _printed(THIEF, WHOLE, day=1, seen=1)
    capture = Capture(
        file="imported/a.warc.gz",
        offset=0,
        record_id="<urn:uuid:1>",
        digest="",
        url=item.url,
        at=item.fetched_at,
    )
    fetch = Fetch(
        source=item.source, url=item.url, at=item.fetched_at, outcome="release", capture=capture
    )
    store.store(item, None, fetch)
    assert _doubts(engine, THIEF) == {"is_imported"}


def test_the_order_of_arrival_changes_no_claim(
    fetches: Callable[..., dict[int, int | None]], engine: Engine
) -> None:
    """Old captures read after new ones: the same wordings, the same claims."""
    found = fetches(
        _printed(THIEF, WHOLE, day=0, seen=30),
        _printed(VICTIM, WHOLE, day=20, seen=20),
        _printed(THIEF, OLD, day=0, seen=0),
    )
    assert found == {THIEF: VICTIM, VICTIM: None}
    assert _doubts(engine, THIEF) == {"is_replaced", "prints_earlier"}
