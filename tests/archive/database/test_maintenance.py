"""One archive has one path and one lock; what would keep a crawl waiting takes it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine

from archive.database.connection import (
    ArchiveError,
    ArchiveLocked,
    archive_path,
    open_archive,
    writing,
)
from archive.database.lock import Lock
from archive.preservation.verify import Counted, verify
from tests.archive.conftest import Run
from tests.archive.database.test_connection import _file, _somebody_else, readonly

__all__ = ["readonly"]


@pytest.mark.parametrize(
    "words",
    [("verify", "--repair"), ("upgrade",)],
)
def test_maintenance_waits_for_no_crawl_and_lets_none_wait(
    run: Run, url: str, engine: Engine, words: tuple[str, ...]
) -> None:
    assert run(*words).exit_code == 0
    with Lock.take(archive_path(url), "scrapy crawlall"):
        refused = run(*words)
    assert refused.exit_code == 3
    assert "is in use by scrapy crawlall" in refused.output
    assert run(*words).exit_code == 0


def test_verify_neither_waits_nor_writes(run: Run, url: str, engine: Engine) -> None:
    with Lock.take(archive_path(url), "scrapy crawlall"), writing(engine):
        assert run("verify").exit_code == 0


def test_a_read_only_archive_can_be_verified(url: str, readonly: Path, tmp_path: Path) -> None:
    captures = readonly.parent / "captures"
    with _somebody_else():
        reader = open_archive(url)
        found = list(verify(reader, captures, Counted()))
        reader.dispose()
    assert {one.what for one in found} <= {"frontier"}


@pytest.mark.parametrize("how", ["symbolic", "relative", "folder"])
def test_one_archive_has_one_lock(
    url: str, engine: Engine, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(url)
    if how == "symbolic":
        (tmp_path / "other.db").symlink_to(path)
        other = f"sqlite:///{tmp_path / 'other.db'}"
    elif how == "folder":
        (tmp_path / "folder").symlink_to(path.parent)
        other = f"sqlite:///{tmp_path / 'folder' / path.name}"
    else:
        monkeypatch.chdir(path.parent)
        other = f"sqlite:///x/../{path.name}"
    assert archive_path(other) == archive_path(url)
    with Lock.take(archive_path(url), "scrapy crawl"), pytest.raises(ArchiveLocked):
        Lock.take(archive_path(other), "scrapy crawl")
    with Lock.take(path, "scrapy crawl"), pytest.raises(ArchiveLocked):
        Lock.take(Path(other.removeprefix("sqlite:///")), "scrapy crawl")


def test_a_second_name_is_not_written_by(url: str, engine: Engine, tmp_path: Path) -> None:
    """SQLite names its log after the file: two names have two logs, and each misses the other's."""
    os.link(_file(url), tmp_path / "second.db")
    for name in (url, f"sqlite:///{tmp_path / 'second.db'}"):
        with pytest.raises(ArchiveError, match="hard link"):
            open_archive(name, create=True)
    (tmp_path / "second.db").unlink()
    open_archive(url, create=True).dispose()


@pytest.mark.parametrize(
    "name", ["a?b.db", "a?", "a.db?mode=ro", "a%41.db", "a%3Fb.db", "a\0b", "?"]
)
def test_a_url_names_the_file_it_seems_to(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match="another meaning in a URL"):
        archive_path(f"sqlite:///{tmp_path}/{name}")
    assert archive_path(f"sqlite:///{tmp_path}/50% #1.db") == tmp_path / "50% #1.db"


@pytest.mark.parametrize("words", [("stats",), ("verify",), ("export",), ("backup", "b.db")])
@pytest.mark.parametrize("what", ["folder", "text", "pipe", "missing", "loop"])
def test_what_is_no_archive_is_a_sentence(
    run: Run, url: str, words: tuple[str, ...], what: str
) -> None:
    path = _file(url)
    {
        "folder": path.mkdir,
        "text": lambda: path.write_bytes(b"notes" * 999),
        "pipe": lambda: os.mkfifo(path),
        "missing": lambda: None,
        "loop": lambda: path.symlink_to(path),
    }[what]()
    done = run(*words)
    assert done.exit_code == 3, done.output
    assert done.output.startswith("Error: ")
    assert done.output.count("\n") == 1
    assert what != "pipe" or stat.S_ISFIFO(path.stat().st_mode)
