"""`reindex` and `duplicates --rebuild` work in steps: a crawl writes between them, and who asks
meanwhile is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database.connection import archive_path, open_archive, writing
from archive.database.lock import MAINTENANCE, Lock
from archive.duplicates import rebuild_in_steps
from archive.export.increment import records
from archive.ingest.store import Store
from archive.preservation.verify import Counted, verify
from archive.search import index
from archive.search.fulltext import search
from archive.search.rebuild import rebuild as rebuild_index
from tests.archive.conftest import Run
from tests.archive.copies import MARKET, SENTENCES, WHOLE, body
from tests.archive.samples import MORNING, release

Rebuild = Callable[..., int]
REBUILDS = pytest.mark.parametrize("rebuild", [rebuild_index, rebuild_in_steps])


class Killed(BaseException):
    """Stands for the end of the program."""


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step is as short as can be."""
    monkeypatch.setattr(import_module("archive.search.rebuild"), "_STEP", 1)
    monkeypatch.setattr(import_module("archive.duplicates.rebuild"), "_TEXTS", 1)


@pytest.fixture
def copied(store: Store) -> Store:
    """An original, its copy, one that stands alone."""
    for number, printed in enumerate((WHOLE, body(*SENTENCES[:6]), body(*MARKET))):
        store.store(release(number, body=printed, published_on=None), None)
    return store


@pytest.fixture
def other(url: str) -> Iterator[Store]:
    """Another program, which waits for nobody."""
    engine = open_archive(url, create=True, patience=0.0)
    yield Store(engine)
    engine.dispose()


def _sound(engine: Engine) -> bool:
    with Session(engine) as session:
        return not [*duplicates.check(session), *index.check(engine)]


@REBUILDS
def test_a_crawl_stores_between_any_two_steps(
    rebuild: Rebuild, steps: None, copied: Store, other: Store, engine: Engine
) -> None:
    numbers = iter(range(10, 1000))

    def stores() -> None:
        number = next(numbers)
        earlier = MORNING - timedelta(days=number)
        printed = WHOLE if number % 2 else body(*MARKET, f"Pasar itu dibuka {number} kali.")
        other.store(release(number, body=printed, fetched_at=earlier, published_on=None), None)

    rebuild(engine, between=stores)
    assert next(numbers) > 13
    assert _sound(engine)


@REBUILDS
def test_a_correct_archive_is_as_before(rebuild: Rebuild, copied: Store, engine: Engine) -> None:
    before = list(records(engine))
    rebuild(engine, between=lambda: None)
    assert list(records(engine)) == before
    assert _sound(engine)


@REBUILDS
@pytest.mark.parametrize("at", [1, 2, 4])
def test_killed_between_steps_and_run_again(
    rebuild: Rebuild, at: int, steps: None, copied: Store, engine: Engine
) -> None:
    before, calls = list(records(engine)), iter(range(1, 100))

    def killed() -> None:
        if next(calls) == at:
            raise Killed

    with pytest.raises(Killed):
        rebuild(engine, between=killed)
    assert list(records(engine)) == before  # the releases are whole, and keep their clusters
    rebuild(engine, between=lambda: None)
    assert list(records(engine)) == before
    assert _sound(engine)


@pytest.mark.parametrize(
    ("rebuild", "words", "what"),
    [
        (rebuild_index, ("search", "petugas"), "search"),
        (rebuild_in_steps, ("duplicates", "--json"), "duplicate"),
    ],
)
def test_who_asks_meanwhile_is_told(
    rebuild: Rebuild,
    words: tuple[str, ...],
    what: str,
    steps: None,
    copied: Store,
    engine: Engine,
    run: Run,
    tmp_path: Path,
) -> None:
    told: list[str] = []
    found: list[str] = []

    def asks() -> None:
        told.append(run(*words).stderr)
        found.extend(f.detail for f in verify(engine, tmp_path, Counted()) if f.what != "frontier")

    assert run(*words).stderr == ""
    rebuild(engine, between=asks)
    assert all(f"The {what} index is being rebuilt (" in line for line in told[:-1])
    assert all("is being rebuilt" in sentence for sentence in found)
    assert run(*words).stderr == ""


def test_the_newest_are_found_first(steps: None, copied: Store, engine: Engine) -> None:
    hits: list[int] = []
    rebuild_index(engine, between=lambda: hits.append(len(search(engine, "petugas OR pasar"))))
    assert hits == sorted(hits)
    assert hits[1] == 1


def test_an_index_that_is_not_that_of_the_texts_is_right_again(
    copied: Store, engine: Engine
) -> None:
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM search_index_data WHERE id > 10"))
        connection.execute(text("UPDATE versions SET text_hash = 'wrong' WHERE id = 2"))
        connection.execute(text("DELETE FROM bands"))
    assert not _sound(engine)
    rebuild_index(engine, between=lambda: None)
    rebuild_in_steps(engine, between=lambda: None)
    assert _sound(engine)


@pytest.mark.parametrize("words", [("reindex",), ("duplicates", "--rebuild")])
def test_a_rebuild_runs_beside_a_crawl_but_not_beside_another(
    words: tuple[str, ...], run: Run, url: str, engine: Engine
) -> None:
    with Lock.take(archive_path(url), "scrapy crawlall"):
        assert run(*words).exit_code == 0
    with Lock.take(archive_path(url), "arsip reindex", MAINTENANCE):
        refused = run(*words)
    assert refused.exit_code == 3
    assert "is in use by arsip reindex" in refused.output
