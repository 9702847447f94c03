"""Who was first is read from what is stored, so that nobody who looks later finds another order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database.connection import open_archive, writing
from archive.database.models import Base, Crawl, ReleaseRecord, Version
from archive.export.increment import records
from archive.ingest.store import Store
from archive.preservation.verify import Counted, verify
from crawler.items import Release
from tests.archive.copies import MARKET, SENTENCES, body
from tests.archive.samples import DAY, MORNING, release, source

SOURCES = ("pemkot-contoh", "kpu-contoh", "pemkot-misal")
JAKARTA = "2024-08-31T16:05:00.250+07:00"


@pytest.mark.parametrize("microseconds", [*permutations((100, 700_000, 999_999))])
def test_copies_seen_in_one_second_stand_in_the_order_of_their_ids(
    engine: Engine, store: Store, microseconds: tuple[int, ...]
) -> None:
    for number, micro in enumerate(microseconds, start=1):
        store.store(release(number, fetched_at=MORNING.replace(microsecond=micro)), None)
    assert _findings(engine) == []
    first, *copies = sorted(record["id"] for record in records(engine))
    assert {r["id"]: r["duplicate_of"] for r in records(engine)} == {
        first: None,
        **dict.fromkeys(copies, first),
    }


def test_a_value_is_rounded_before_anybody_compares_it(engine: Engine) -> None:
    """Every column of every table: what is set is what is read back."""
    moment = datetime.fromisoformat(JAKARTA)
    for mapper in Base.registry.mappers:
        row = mapper.class_()
        for attribute in mapper.column_attrs:
            column = attribute.columns[0].type
            if hasattr(column, "as_stored"):
                setattr(row, attribute.key, moment)
                kept = getattr(row, attribute.key)
                dialect = engine.dialect
                written = column.process_bind_param(kept, dialect)
                assert column.process_result_value(written, dialect) == kept
                assert kept.microsecond == 0, f"{mapper.class_.__name__}.{attribute.key}"
                assert inspect(row).attrs[attribute.key].value == kept


def test_a_printed_time_keeps_its_offset() -> None:
    version = Version(published_at=datetime.fromisoformat(JAKARTA))
    assert version.published_at is not None
    assert version.published_at.isoformat() == "2024-08-31T16:05:00+07:00"
    assert Crawl(started_at=version.published_at).started_at.tzinfo is UTC


@pytest.mark.soak
@pytest.mark.parametrize("backwards", [False, True], ids=["as they came", "backwards"])
def test_thirty_crawls_of_copies_in_one_second(tmp_path: Path, backwards: bool) -> None:
    """Sites that print each other's texts at the same second, edited here and there."""
    chance = random.Random(14)
    crawls = [list(_a_morning(chance, crawl)) for crawl in range(30)]
    engine = open_archive(f"sqlite:///{tmp_path / 'archive.db'}", create=True)
    store = Store(engine)
    store.register(map(source, SOURCES))
    for morning in reversed(crawls) if backwards else crawls:
        number = store.begin_crawl("pemkot-contoh", morning[0].fetched_at)
        for item in reversed(morning) if backwards else morning:
            store.store(item, number)
        assert _findings(engine) == []
    with Session(engine) as session:
        assert session.query(ReleaseRecord).filter(ReleaseRecord.duplicate_of.is_not(None)).count()
    before = _clusters(engine)
    with writing(engine) as connection, Session(connection) as session:
        assert duplicates.rebuild(session) == 0
    assert _clusters(engine) == before
    engine.dispose()


def _a_morning(chance: random.Random, crawl: int) -> Iterator[Release]:
    """Eight releases, new ones and known ones: six texts, all at one second or two."""
    began = MORNING + crawl * DAY
    for _ in range(8):
        number = chance.randrange(6 * (crawl + 1))
        topic = number // 6 % 5
        sentences = (*SENTENCES[: chance.randint(5, 8)], *MARKET[:topic])
        text = body(*sentences).replace("312", str(1000 + 37 * topic))
        yield release(
            number,
            source=chance.choice(SOURCES),
            body=text,
            fetched_at=began + timedelta(microseconds=chance.randrange(2_000_000)),
            published_at=MORNING.replace(microsecond=chance.randrange(999_999)),
        )


def _findings(engine: Engine) -> list[str]:
    nowhere = Path("/nonexistent")
    found = verify(engine, nowhere, Counted())
    # Stored without a look; and crawls made backwards look like a wrong clock.
    return [one.detail for one in found if one.what not in ("frontier", "clock")]


def _clusters(engine: Engine) -> dict[str, tuple[str | None, float | None]]:
    return {r["id"]: (r["duplicate_of"], r["similarity"]) for r in records(engine)}
