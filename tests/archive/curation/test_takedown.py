"""What is taken down is gone from everything that people see, listed, and can be lifted."""

from __future__ import annotations

import csv
import json
import runpy
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sqlalchemy import Engine, text

from archive.curation import ledger
from archive.curation.passages import MASK
from archive.database.connection import open_archive
from archive.export.increment import increment, records
from archive.exported_record import SCHEMA
from archive.fingerprint import release_id
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.preservation import backup, restore
from archive.preservation.upgrade import upgrade_archive
from archive.search import index
from archive.search.fulltext import search
from tests.archive.conftest import Run
from tests.archive.ingest.test_attachments import DECREE, fetch, linked
from tests.archive.samples import BODY, DAY, MORNING, rejected, release, source

FIRST = release_id("pemkot-contoh", release(1).url)
EDIT = BODY.replace("sampai malam", "sampai petang")
MIRROR = runpy.run_path(str(Path(__file__).parents[3] / "docs" / "mirror.py"))["mirror"]
Suppress = Callable[..., str]


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    return tmp_path / "captures"


@pytest.fixture
def suppress(run: Run, captures: Path) -> Suppress:
    """Takes the first release down; returns the id of the suppression."""

    def call(*arguments: str) -> str:
        given = ("--reason", "Court order", "--who", "Sari", "--captures", str(captures))
        done = run("suppress", FIRST, *given, *arguments)
        assert done.exit_code == 0, done.output
        return done.output.partition("suppression ")[2].partition(".")[0]

    return call


def correction(release: str, field: str, value: str) -> str:
    """An entry of corrections.toml."""
    entry = f'[[correction]]\nrelease = "{release}"\nfield = "{field}"\nvalue = {value}\n'
    return entry + 'reason = "misread"\nwho = "Sari"\nwhen = 2024-10-01\n'


def lines(engine: Engine, since: int, **options: Any) -> list[dict[str, Any]]:
    with increment(engine, since=since, **options) as part:
        return [json.loads(line) for line in part.lines]


def last(engine: Engine) -> int:
    with increment(engine) as part:
        return part.last


def test_an_increment_says_what_was_taken_down(
    store: Store, engine: Engine, suppress: Suppress
) -> None:
    store.store(release(1), None)
    store.store(release(2), None)
    before = last(engine)
    suppress()
    told = next(one for one in lines(engine, before) if one["suppressed"])
    assert told == {
        "id": FIRST,
        "seq": told["seq"],
        "suppressed": True,
        "reason": "Court order",
        "withheld": told["withheld"],
    }
    assert told["withheld"][0]["what"] == "release"
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for one in lines(engine, 1):
        validator.validate(one)
    assert [one["url"] for one in records(engine)] == [release(2).url]


def test_a_mirror_that_follows_ends_equal(
    store: Store, engine: Engine, suppress: Suppress, run: Run, captures: Path
) -> None:
    mirror = sqlite3.connect(":memory:")
    seq = 0

    def follow() -> None:
        nonlocal seq
        with increment(engine, since=seq) as part:
            MIRROR(mirror, part.lines)
            seq = part.last
        fresh = sqlite3.connect(":memory:")
        with increment(engine) as part:
            MIRROR(fresh, part.lines)
        rows = "SELECT * FROM releases ORDER BY id"
        held = [db.execute(rows).fetchall() for db in (mirror, fresh)]
        assert held[0] == held[1]

    for number in (1, 2, 3):
        store.store(release(number), None)
    follow()
    id_ = suppress()
    follow()
    store.store(release(1, body=EDIT, fetched_at=MORNING + DAY), None)
    follow()
    run("lift", id_, "--reason", "lifted", "--captures", str(captures))
    follow()
    suppress("--passage", "Kota Contoh mengajak")
    follow()


def test_lifted_is_as_before(
    store: Store, engine: Engine, suppress: Suppress, run: Run, captures: Path
) -> None:
    store.store(release(1), None)
    store.store(release(1, source="kpu-contoh"), None)
    before = {one["id"]: one for one in records(engine)}
    id_ = suppress()
    done = run("lift", id_[:6], "--reason", "The order was withdrawn", "--captures", str(captures))
    assert done.output == f"{FIRST} is shown again.\n"
    after = {one["id"]: one for one in records(engine)}
    assert {k: v | {"seq": 0} for k, v in after.items()} == {
        k: v | {"seq": 0} for k, v in before.items()
    }
    assert after[FIRST]["seq"] > before[FIRST]["seq"]
    assert list(index.check(engine)) == []
    assert run("lift", id_, "--reason", "x", "--captures", str(captures)).exit_code == 1
    listed = json.loads(run("suppressions", "--json").output)
    assert [(one["what"], one["lifted"]["reason"]) for one in listed] == [
        ("release", "The order was withdrawn")
    ]


def test_copies_of_the_text_are_named(
    store: Store, run: Run, suppress: Suppress, captures: Path
) -> None:
    store.store(release(1), None)
    copy = store.store(release(1, source="kpu-contoh"), None)
    suppress()
    assert f"the same text is in {copy.id}" in run("suppressions").output


def test_commands_say_that_it_was_taken_down(store: Store, run: Run, suppress: Suppress) -> None:
    store.store(release(1), None)
    suppress()
    for command in ("show", "history"):
        done = run(command, FIRST)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "was taken down on" in done.stderr
        assert "Court order" in done.stderr
    kept = json.loads(run("show", FIRST, "--include-suppressed", "--json").output)
    assert (kept["body"], kept["suppressed"], kept["quotes"]) == (BODY, True, [])
    assert run("export").output == ""
    [line] = run("export", "--include-suppressed").output.splitlines()
    assert json.loads(line)["title"] == release().title


def test_a_passage_stays_under_lock(store: Store, run: Run, suppress: Suppress) -> None:
    store.store(release(1), None)
    suppress("--passage", "Sari Melati")
    assert f"Ketua Panitia {MASK}." in json.loads(run("export").output)["body"]
    kept = json.loads(run("export", "--include-suppressed").output)
    assert (kept["body"], kept["suppressed"]) == (BODY, False)
    assert "Sari Melati" not in run("show", FIRST).output


@pytest.mark.parametrize(
    "arguments", [("--version", "2"), ("--passage", "Bukan ini"), ("--passage", "…")]
)
def test_what_is_not_there_cannot_be_taken_down(
    store: Store, run: Run, captures: Path, arguments: tuple[str, str]
) -> None:
    store.store(release(1), None)
    done = run("suppress", FIRST, "--reason", "x", "--captures", str(captures), *arguments)
    assert done.exit_code == 1
    assert json.loads(run("suppressions", "--json").output) == []


def test_of_a_taken_down_version_nothing_is_told(
    store: Store, engine: Engine, run: Run, suppress: Suppress
) -> None:
    store.store(release(1), None)
    store.store(release(1, body=EDIT, fetched_at=MORNING + DAY), None)
    before = last(engine)
    suppress("--version", "1")
    told = [(one.get("version"), one["suppressed"]) for one in lines(engine, before, versions=True)]
    assert told == [(2, False), (1, True)] or told == [(1, True), (2, False)]
    shown = run("history", FIRST).output
    assert "version taken down on" in shown
    assert "sampai malam" not in shown


def test_a_reading_of_its_page_that_is_no_release_is_not_kept(
    store: Store, engine: Engine, suppress: Suppress
) -> None:
    store.store(release(1), None)
    store.reject(rejected(1), None, record={"title": "Rahasia"})
    suppress()
    store.reject(rejected(1, reason="no-text"), None, record={"title": "Rahasia"})
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT record FROM rejections")).all() == [None, None]


def test_backup_restore_and_upgrade_keep_it(
    store: Store, engine: Engine, run: Run, tmp_path: Path, suppress: Suppress
) -> None:
    store.store(release(1), None)
    other = store.store(release(2), None)
    suppress()
    corrections = tmp_path / "corrections.toml"
    corrections.write_text(correction(other.id, "title", '"Judul Benar"'))
    assert run("correct", "--corrections", str(corrections)).exit_code == 0
    expected = list(records(engine))
    assert [(one["title"], one["corrected"]) for one in expected] == [("Judul Benar", ["title"])]
    backup.back_up(engine, tmp_path / "copy.db")
    restored = tmp_path / "restored.db"
    restore.restore(tmp_path / "copy.db", restored, tmp_path / "none")
    upgrade_archive(str(restored))
    again = open_archive(str(restored), create=True)
    assert list(records(again)) == expected
    for number in (1, 2):
        Store(again).store(release(number, fetched_at=MORNING + DAY), None)
    later = {"last_seen_at": "2024-09-02T22:15:00Z"}
    assert list(records(again)) == [one | later for one in expected]
    again.dispose()


def test_a_new_archive_learns_it_from_beside_the_captures(
    store: Store, tmp_path: Path, captures: Path, suppress: Suppress
) -> None:
    store.store(release(1), None)
    suppress()
    new = open_archive(str(tmp_path / "new.db"), create=True)
    assert ledger.keep(new, captures) == 1
    assert ledger.keep(new, captures) == 0
    fresh = Store(new)
    fresh.register([source("pemkot-contoh")])
    fresh.store(release(1), None)
    assert list(records(new)) == []
    new.dispose()


@pytest.mark.parametrize("passage", [(), ("--passage", "Kota Contoh mengajak")])
def test_the_texts_of_its_documents_are_under_lock_too(
    store: Store, engine: Engine, run: Run, suppress: Suppress, captures: Path, passage: Any
) -> None:
    def texts() -> list[str | None]:
        with engine.connect() as connection:
            return list(connection.scalars(text("SELECT text FROM attachment_captures")))

    store.store(linked(DECREE), None, documents=[fetch()])
    id_ = suppress(*passage)
    assert texts() == [None]
    assert search(engine, "formasi petugas") == []
    later = fetch("b", MORNING + DAY)
    store.store(linked(DECREE, fetched_at=MORNING + DAY), None, documents=[later])
    again = Fetch(
        source="pemkot-contoh",
        url=release(1).url,
        at=MORNING + 2 * DAY,
        outcome="unchanged",
    )
    store.seen(again, 1, [later])
    assert texts() == [None, None]
    assert search(engine, "formasi petugas") == []
    assert list(index.check(engine)) == []
    run("lift", id_, "--reason", "x", "--captures", str(captures))
    assert texts() == ["Formasi petugas a", "Formasi petugas b"]
    assert len(search(engine, "formasi petugas")) == 1
    assert list(index.check(engine)) == []


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_every_format_has_what_was_taken_down_and_corrected(
    store: Store, engine: Engine, run: Run, suppress: Suppress, tmp_path: Path, form: str
) -> None:
    pytest.importorskip({"xlsx": "xlsxwriter", "parquet": "pyarrow"}.get(form, "csv"))
    store.store(release(1), None)
    other = store.store(release(2), None)
    corrections = tmp_path / "corrections.toml"
    corrections.write_text(correction(other.id, "topics", '["kampanye"]'))
    assert run("correct", "--corrections", str(corrections)).exit_code == 0
    suppress()
    path = tmp_path / f"changes.{form}"
    done = run("export", "--after-seq", "1", "-o", str(path))
    assert done.exit_code == 0, done.output
    if form == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = {row["id"]: row for row in csv.DictReader(file)}
        assert (rows[FIRST]["suppressed"], rows[FIRST]["title"]) == ("true", "")
        assert json.loads(rows[other.id]["corrections"])[0]["value_read"] == ["coklit"]
    if form == "parquet":
        from pyarrow import parquet

        found = {row["id"]: row for row in parquet.read_table(path).to_pylist()}
        assert (found[FIRST]["suppressed"], found[FIRST]["title"]) == (True, None)
        assert found[other.id]["corrections"][0]["value_read"] == '["coklit"]'


def test_a_restored_archive_has_the_list_beside_its_captures_again(
    store: Store, engine: Engine, tmp_path: Path, captures: Path, suppress: Suppress
) -> None:
    store.store(release(1), None)
    suppress()
    backup.back_up(engine, tmp_path / "all.tar", captures)
    restore.restore(tmp_path / "all.tar", tmp_path / "again.db", tmp_path / "again")
    assert (tmp_path / "again" / ledger.NAME).read_bytes() == (captures / ledger.NAME).read_bytes()
