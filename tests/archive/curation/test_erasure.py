"""Erasing overwrites captures in place; everything else stays where it was."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from archive.captures.reader import answers
from archive.fingerprint import release_id
from archive.ingest.frontier import Fetch, load
from archive.ingest.store import Store
from tests.archive.captures.samples import exchange, files, records, writer
from tests.archive.conftest import Run
from tests.archive.samples import BODY, DAY, MORNING, release

FIRST = release_id("pemkot-contoh", release(1).url)
SECRET = BODY.replace("lima kecamatan", "Jalan Rahasia Nomor Sembilan")


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    return tmp_path / "captures"


@pytest.fixture
def archived(store: Store, captures: Path) -> Store:
    """Two releases with their captures, the first one in two versions."""
    crawl = store.begin_crawl("pemkot-contoh", MORNING)
    with writer(captures) as pages:
        for number, day, text_ in ((1, 0, SECRET), (2, 0, BODY), (1, 1, BODY)):
            at = MORNING + day * DAY
            url = release(number).url
            page = exchange(number, text_.encode() * 9, url=url, at=at)
            capture = pages.write(page).result()
            fetch = Fetch(
                source="pemkot-contoh",
                url=url,
                at=at,
                outcome="release",
                capture=capture,
                status=200,
            )
            store.store(release(number, body=text_, fetched_at=at), crawl, fetch)
    return store


def bodies(captures: Path) -> list[bytes]:
    [path] = files(captures)
    with path.open("rb") as file:
        return [answer.body() for _, answer in answers(file)]


def erase(run: Run, captures: Path, *arguments: str) -> str:
    given = ("--reason", "Request", "--erase", "--captures", str(captures), *arguments)
    done = run("suppress", FIRST, *given)
    assert done.exit_code == 0, done.output
    return done.output


def verified(run: Run, captures: Path, tmp_path: Path) -> Any:
    given = ("--captures", str(captures), "--corrections", str(tmp_path / "none.toml"))
    return run("verify", *given)


def test_the_captures_of_a_release_are_overwritten_and_verify_explains_it(
    archived: Store, engine: Engine, run: Run, captures: Path, tmp_path: Path
) -> None:
    [path] = files(captures)
    size, ids = path.stat().st_size, [one["WARC-Record-ID"] for one in records(path)]
    assert "2 captures were overwritten." in erase(run, captures)
    assert [path.stat().st_size, len(bodies(captures))] == [size, 1]
    assert [one["WARC-Record-ID"] for one in records(path)] == ids, "still a valid WARC"
    done = verified(run, captures, tmp_path)
    assert done.exit_code == 0, done.output
    assert "2 captures were erased after a takedown" in done.output
    with engine.connect() as connection:
        kept = "".join(connection.scalars(text("SELECT columns FROM as_read")))
    assert "Panitia" not in kept


def test_no_byte_of_it_is_left_in_the_database(
    archived: Store, engine: Engine, run: Run, captures: Path, tmp_path: Path
) -> None:
    with engine.connect() as connection:
        connection.execution_options(archive_begin=None)
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "archive.db"
    assert b"Jalan Rahasia Nomor Sembilan" in path.read_bytes()
    erase(run, captures)
    engine.dispose()
    left = path.read_bytes() + b"".join(one.read_bytes() for one in tmp_path.glob("archive.db-*"))
    assert b"Rahasia" not in left
    assert b"rahasia" not in left


def test_of_an_erased_version_the_other_captures_stay(
    archived: Store, run: Run, captures: Path, tmp_path: Path
) -> None:
    assert "1 capture was overwritten." in erase(run, captures, "--version", "1")
    assert [b"Rahasia" in body for body in bodies(captures)] == [False, False]
    assert len(bodies(captures)) == 2
    assert verified(run, captures, tmp_path).exit_code == 0


def test_a_capture_that_is_there_again_is_reported(
    archived: Store, run: Run, captures: Path, tmp_path: Path
) -> None:
    shutil.copytree(captures, tmp_path / "old")
    erase(run, captures)
    shutil.copytree(tmp_path / "old", captures, dirs_exist_ok=True)
    done = verified(run, captures, tmp_path)
    assert done.exit_code == 1
    assert "was erased, but is there again" in done.output


def test_an_erased_release_is_never_requested_again_and_not_kept_if_it_comes(
    archived: Store, engine: Engine, run: Run, captures: Path
) -> None:
    erase(run, captures)
    known = {one.release: one.is_erased for one in archived.look_up(load, "pemkot-contoh")}
    assert known[FIRST] is True
    assert list(known.values()).count(True) == 1
    archived.store(release(1, body=SECRET, fetched_at=MORNING + 2 * DAY), None)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM as_read")).all()
        versions = connection.execute(text("SELECT * FROM versions WHERE body <> ''")).all()
    assert "Rahasia" not in repr(rows)
    assert [row.release for row in versions] == [release_id("pemkot-contoh", release(2).url)]


def test_what_was_erased_cannot_be_lifted(archived: Store, run: Run, captures: Path) -> None:
    id_ = erase(run, captures).partition("suppression ")[2].partition(".")[0]
    done = run("lift", id_, "--reason", "x", "--captures", str(captures))
    assert (done.exit_code, "was erased" in done.stderr) == (1, True)
