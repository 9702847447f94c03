"""The logs of archives that are pooled: what stamps cover stays covered."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from archive.database.connection import ArchiveError, open_archive
from archive.ingest.store import Store
from archive.merge.run import merge_archive
from archive.preservation.backup import back_up
from archive.preservation.verify import Counted, verify
from archive.proof import stamping
from tests.archive.proof.stamp_service import Service
from tests.archive.proof.test_log import forge, kinds
from tests.archive.samples import DAY, MORNING, release, source

Make = Callable[..., Engine]


@pytest.fixture
def make(tmp_path: Path, empty_archive: Path, request: pytest.FixtureRequest) -> Make:
    """Makes an archive, or a copy of one."""

    def made(name: str, of: Engine | None = None) -> Engine:
        path = tmp_path / f"{name}.db"
        if of is None:
            shutil.copy(empty_archive, path)
        else:
            back_up(of, path)
        engine = open_archive(str(path), create=True)
        request.addfinalizer(engine.dispose)
        Store(engine).register([source("pemkot-contoh"), source("kpu-contoh")])
        return engine

    return made


def stamp(engine: Engine, service: Service) -> None:
    [done] = stamping.stamp(engine, [service.url], (), MORNING, at_once=True)
    assert done.outcome == "stamped", done


def covered(engine: Engine) -> tuple[list[str], int, int]:
    counted = Counted()
    found = verify(engine, Path("/nonexistent"), counted)
    words = [
        f"{one.what} {one.where}"
        for one in found
        if one.what in ("chain", "event", "stamp", "shown")
    ]
    return words, sum(counted.proof.by_stamp.values()), counted.proof.versions


def chains(engine: Engine) -> list[tuple[int, int | None, int, int]]:
    query = "SELECT id, parent, shared, (SELECT count(*) FROM events WHERE chain = id) FROM chains"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]  # type: ignore[misc]


def test_what_a_stamp_there_covers_is_covered_here(make: Make, service: Service) -> None:
    own, other = make("own"), make("other")
    Store(own).store(release(1), None)
    Store(other).store(release(2), None)
    Store(other).store(release(1, source="kpu-contoh", title="Lain"), None)
    stamp(other, service)
    assert covered(other) == ([], 2, 2)
    merge_archive(own, other, None)
    assert covered(own) == ([], 2, 3)
    assert kinds(own) == ["begin", "release", "release", "release", "merge"]
    assert chains(own) == [(1, None, 0, 5), (2, None, 0, 4)]
    before = chains(own)
    merge_archive(own, other, None)
    assert chains(own) == before, "merged twice: nothing new"
    Store(other).store(release(3), None)
    merge_archive(own, other, None)
    assert chains(own) == [(1, None, 0, 7), (2, None, 0, 5)]
    stamp(own, service)
    assert covered(own) == ([], 4, 4)


def test_a_stamp_of_the_pool_covers_the_logs_it_rests_on(make: Make, service: Service) -> None:
    own, other, third = make("own"), make("other"), make("third")
    Store(other).store(release(2), None)
    merge_archive(own, other, None)
    stamp(own, service)
    merge_archive(third, own, None)
    assert covered(third) == ([], 1, 1)
    assert [row[1:] for row in chains(third)] == [(None, 0, 3), (None, 0, 4), (None, 0, 2)]


def test_an_archive_that_was_copied_and_went_on_twice(make: Make, service: Service) -> None:
    own = make("own")
    Store(own).store(release(1), None)
    copy = make("copy", own)
    Store(own).store(release(2), None)
    Store(copy).store(release(3), None)
    Store(copy).store(release(1, title="Baru", fetched_at=MORNING + DAY), None)
    stamp(copy, service)
    merge_archive(own, copy, None)
    assert [row[1:3] for row in chains(own)] == [(None, 0), (1, 2)]
    assert covered(own) == ([], 3, 4)  # all but release 2
    Store(copy).store(release(4), None)
    merge_archive(own, copy, None)
    assert [row[1:3] for row in chains(own)] == [(None, 0), (1, 2)]
    assert covered(own)[0] == []
    merge_archive(copy, own, None)
    assert covered(copy)[0] == []
    before = chains(copy)
    merge_archive(copy, own, None)
    assert chains(copy) == before


def test_a_backup_takes_over_what_the_original_went_on_with(make: Make) -> None:
    own = make("own")
    Store(own).store(release(1), None)
    backup = make("backup", own)
    Store(own).store(release(2), None)
    merge_archive(backup, own, None)
    assert covered(backup)[0] == []
    assert [row[1:3] for row in chains(backup)] == [(None, 0), (1, 2)]


def test_a_damaged_log_is_not_taken_over(make: Make) -> None:
    own, other = make("own"), make("other")
    Store(other).store(release(2), None)
    forge(other, "UPDATE events SET content = replace(content, '1', '2') WHERE number = 2")
    with pytest.raises(ArchiveError, match="damaged at event 2"):
        merge_archive(own, other, None)


def test_a_forgery_in_a_log_that_came_in_is_named(make: Make, service: Service) -> None:
    own, other = make("own"), make("other")
    Store(other).store(release(2), None)
    stamp(other, service)
    merge_archive(own, other, None)
    forge(
        own, "UPDATE events SET content = replace(content, '1', '2') WHERE chain = 2 AND number = 2"
    )
    assert "chain event 2 of chain 2" in covered(own)[0]
