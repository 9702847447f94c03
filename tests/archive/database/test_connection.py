"""Opening an archive: what works, and the sentence when it does not."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from archive.database.column_types import PrintedDateTime, UtcDateTime, clean
from archive.database.connection import ArchiveError, open_archive, writing
from archive.ingest.store import Store
from tests.archive.samples import release, source

NOBODY = 65534


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_a_new_archive_keeps_a_log_and_its_foreign_keys(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_file_names_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "arsip kota #1 ü.db"
    open_archive(f"sqlite:///{path}", create=True).dispose()
    assert path.exists()
    open_archive(f"sqlite:///{path}").dispose()


def test_a_missing_archive_is_not_made_by_reading(url: str) -> None:
    with pytest.raises(ArchiveError, match="There is no archive at "):
        open_archive(url)
    assert not _file(url).exists()


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("content", [b"notes about the vote\n" * 99, b"SQLite format 3\0 not"])
def test_a_file_of_another_kind_is_left_alone(url: str, content: bytes, create: bool) -> None:
    _file(url).write_bytes(content)
    with pytest.raises(ArchiveError, match="is not an archive"):
        open_archive(url, create=create)
    assert _file(url).read_bytes() == content
    assert list(_file(url).parent.iterdir()) == [_file(url)]


@pytest.mark.parametrize("create", [False, True])
def test_another_programs_database_is_left_alone(url: str, create: bool) -> None:
    with sqlite3.connect(_file(url)) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
    other.close()
    before = _file(url).read_bytes()
    with pytest.raises(ArchiveError, match="database of another program"):
        open_archive(url, create=create)
    assert _file(url).read_bytes() == before


def test_what_a_kill_left_while_making_an_archive_is_made_whole(url: str) -> None:
    _file(url).touch()
    with pytest.raises(ArchiveError, match="is empty"):
        open_archive(url)
    open_archive(url, create=True).dispose()
    open_archive(url).dispose()


def test_an_archive_of_a_newer_program_is_refused(url: str, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for create in (False, True):
        with pytest.raises(ArchiveError, match="newer version of this program"):
            open_archive(url, create=create)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("sqlite:archive.db", "write a path such as archive.db"),
        ("", "write a path such as archive.db"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql://desk:secret@db.example/arsip", "only SQLite"),
        ("sqlite:////", "is a folder"),
        ("sqlite:////nowhere/at/all/archive.db", "no folder /nowhere/at/all"),
    ],
)
def test_an_address_that_leads_nowhere(wrong: str, sentence: str) -> None:
    with pytest.raises(ArchiveError, match=sentence) as caught:
        open_archive(wrong, create=True)
    assert "secret" not in str(caught.value)


def test_another_writer_is_waited_for_but_not_for_ever(url: str, engine: Engine) -> None:
    with writing(engine), pytest.raises(ArchiveError, match="is locked by another program"):
        open_archive(url, create=True, patience=0.01)


def test_two_programs_can_make_one_archive(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite does not wait when it sets the log, so we do: here until the first sleep."""
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("archive.database.connection.sleep", lambda _: other.execute("ROLLBACK"))
    open_archive(url, create=True).dispose()
    other.close()


def test_reading_needs_no_turn(url: str, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM sources"))
        reader = open_archive(url, patience=0.01)
        with reader.connect() as other:
            assert other.scalar(text("SELECT count(*) FROM sources")) == 0
        reader.dispose()


def test_a_full_disk_is_a_sentence_and_loses_nothing(url: str, engine: Engine) -> None:
    store = Store(engine)
    store.register([source()])
    kept = store.store(release(), None)
    with engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(ArchiveError, match="the disk is full"):
        store.store(release(2, body="kata " * 100_000), None)
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT id FROM releases")).all() == [kept.id]
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"


def test_damage_is_a_sentence(url: str, engine: Engine) -> None:
    Store(engine).register([source()])
    engine.dispose()
    with _file(url).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (_file(url).stat().st_size - 4096))
    with pytest.raises(ArchiveError, match="is damaged"):
        open_archive(url)


@pytest.fixture
def readonly(url: str, engine: Engine) -> Iterator[Path]:
    """An archive of one release, in a folder where only its owner may write."""
    Store(engine).register([source()])
    Store(engine).store(release(), None)
    engine.dispose()
    path = _file(url)
    for parent in (path.parent, *path.parent.parents):
        if parent.stat().st_uid == os.getuid() and not parent.stat().st_mode & 0o005:
            parent.chmod(0o755)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    yield path
    path.parent.chmod(0o755)


@contextmanager
def _somebody_else() -> Iterator[None]:
    """Root may write what is read-only; the tests then look through a stranger's eyes."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def _count(url: str) -> int | None:
    reader = open_archive(url)
    try:
        with reader.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM releases"))
    finally:
        reader.dispose()


@pytest.mark.parametrize("folder_writable", [False, True])
def test_a_read_only_archive_can_be_read_but_not_written(
    url: str, readonly: Path, folder_writable: bool
) -> None:
    if folder_writable:
        readonly.parent.chmod(0o777)
    with _somebody_else():
        assert _count(url) == 1
        with pytest.raises(ArchiveError, match="is read-only"):
            open_archive(url, create=True)


def test_a_read_only_archive_in_use_is_never_misread(url: str, readonly: Path) -> None:
    """With a log beside it the file alone is not the whole archive."""
    readonly.parent.chmod(0o755)
    readonly.chmod(0o644)
    writer = open_archive(url, create=True)
    Store(writer).store(release(2), None)
    readonly.chmod(0o444)
    readonly.parent.chmod(0o555)
    with _somebody_else():
        assert _count(url) == 2
    writer.dispose()


def test_times_are_written_in_utc_and_never_without_a_zone() -> None:
    local = datetime.fromisoformat("2024-05-26T18:01:00.25+08:00")
    dialect: object = None
    assert UtcDateTime().process_bind_param(local, dialect) == "2024-05-26T10:01:00Z"
    printed = PrintedDateTime()
    assert printed.process_bind_param(local, dialect) == "2024-05-26T18:01:00+08:00"
    for column in (UtcDateTime(), printed):
        with pytest.raises(ValueError, match="without a zone"):
            column.process_bind_param(local.replace(tzinfo=None), dialect)


def test_text_is_cleaned_of_what_no_page_prints() -> None:
    dirty = {"a\0": ["\x1b[31mmerah\x7f", "baris\n\tdua \N{SOFT HYPHEN}“ü”", "\ud800"]}
    assert clean(dirty) == {"a": ["[31mmerah", "baris\n\tdua \N{SOFT HYPHEN}“ü”", "\ufffd"]}
