"""A backup restores everything, and what is no whole backup restores nothing."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from archive.captures import OPEN
from archive.cli import main
from archive.database.connection import open_archive
from archive.database.migrate import head
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.preservation import backup as backing_up
from archive.preservation.verify import Counted, verify
from tests.archive.captures.samples import exchange, files, writer
from tests.archive.conftest import Run
from tests.archive.samples import MORNING, release

BASELINE = Path(__file__).parents[1] / "database" / "schema_0001.sql"
URL = "https://pemkot-contoh.example/berita/{}"


@pytest.fixture
def captures(tmp_path: Path, store: Store) -> Path:
    """Two releases with their captures, in files of two programs."""
    folder = tmp_path / "captures"
    for number in (1, 2):
        with writer(folder) as written:
            url = URL.format(number)
            capture = written.write(exchange(number, url=url)).result()
            fetch = Fetch(
                source="pemkot-contoh", url=url, at=MORNING, outcome="release", capture=capture
            )
            store.store(release(number, body=f"Naskah nomor {number}."), None, fetch)
    return folder


def restore(file: Path, place: Path) -> Result:
    """Into an empty folder, as `archive.db` and `captures`."""
    place.mkdir(exist_ok=True)
    return CliRunner().invoke(main, ["restore", str(file)], env=environment(place))


def environment(place: Path) -> dict[str, str]:
    return {"ARCHIVE_URL": f"sqlite:///{place}/archive.db", "CAPTURES": str(place / "captures")}


def exported(place: Path) -> str:
    return CliRunner().invoke(main, ["export"], env=environment(place)).output


@pytest.mark.parametrize("name", ["b.db", "b.db.zst", "b.db.gz", "b"])
def test_the_database_alone(run: Run, captures: Path, tmp_path: Path, name: str) -> None:
    done = run("backup", str(tmp_path / name))
    assert done.exit_code == 0
    assert f"2 releases in 2 versions, 0 crawls of 3 sources (schema {head()})" in done.output
    assert "without captures" in done.output
    back = restore(tmp_path / name, tmp_path / "new")
    assert (back.exit_code, "not in this backup" in back.output) == (0, True)
    assert exported(tmp_path / "new") == exported(tmp_path) != ""
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["archive.db"]


@pytest.mark.parametrize("name", ["all.tar", "all.tar.zst"])
def test_one_file_restores_everything(run: Run, captures: Path, tmp_path: Path, name: str) -> None:
    done = run("backup", "--with-captures", "--captures", str(captures), str(tmp_path / name))
    assert (done.exit_code, "2 capture files" in done.output) == (0, True)
    back = restore(tmp_path / name, tmp_path / "new")
    assert (back.exit_code, "2 capture files" in back.output) == (0, True), back.output
    assert exported(tmp_path / "new") == exported(tmp_path)
    was, now = files(captures), files(tmp_path / "new" / "captures")
    assert [path.read_bytes() for path in now] == [path.read_bytes() for path in was]
    engine = open_archive(f"sqlite:///{tmp_path}/new/archive.db")
    assert list(verify(engine, tmp_path / "new" / "captures", Counted())) == []
    engine.dispose()
    leftovers = [path.name for path in tmp_path.rglob(".*") if path.name != ".lock"]
    assert leftovers == []


def test_a_name_that_promises_a_tar_gets_one_or_a_sentence(run: Run, captures: Path) -> None:
    for name in ("all.tar", "all.tar.zst"):
        done = run("backup", name)
        assert (done.exit_code, "add --with-captures" in done.output) == (2, True)


def test_a_tar_can_be_checked_by_hand(run: Run, captures: Path, tmp_path: Path) -> None:
    run("backup", "--with-captures", "--captures", str(captures), str(tmp_path / "all.tar"))
    (tmp_path / "hand").mkdir()
    for command in (["tar", "-xf", "../all.tar"], ["sha256sum", "--quiet", "-c", "SHA256SUMS"]):
        subprocess.run(command, cwd=tmp_path / "hand", check=True)
    assert exported(tmp_path / "hand") == exported(tmp_path)


def test_a_file_being_written_is_taken_as_far_as_it_is(
    run: Run, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "captures"
    with writer(folder) as written:
        url = URL.format(1)
        capture = written.write(exchange(1, url=url)).result()
        fetch = Fetch(
            source="pemkot-contoh", url=url, at=MORNING, outcome="release", capture=capture
        )
        store.store(release(1), None, fetch)
        assert locked_by_a_crawl(folder)
        done = run("backup", "--with-captures", "--captures", str(folder), f"{tmp_path}/all.tar")
        assert done.exit_code == 0
    assert restore(tmp_path / "all.tar", tmp_path / "new").exit_code == 0
    (path,) = files(tmp_path / "new" / "captures")
    assert path.suffix != OPEN
    engine = open_archive(f"sqlite:///{tmp_path}/new/archive.db")
    assert list(verify(engine, tmp_path / "new" / "captures", Counted())) == []
    engine.dispose()


def locked_by_a_crawl(folder: Path) -> bool:
    return any(path.suffix == OPEN for path in files(folder))


def test_captures_that_are_missing_are_told(run: Run, captures: Path, tmp_path: Path) -> None:
    gone, kept = files(captures)
    gone.unlink()
    done = run("backup", "--with-captures", "--captures", str(captures), str(tmp_path / "all.tar"))
    assert done.exit_code == 1
    assert f"{gone.relative_to(captures)} is missing in {captures}." in done.output
    assert restore(tmp_path / "all.tar", tmp_path / "new").exit_code == 0
    assert [path.name for path in files(tmp_path / "new" / "captures")] == [kept.name]


def test_nothing_is_overwritten(run: Run, captures: Path, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "b.db"))
    run("backup", "--with-captures", "--captures", str(captures), str(tmp_path / "all.tar"))
    for file in ("b.db", "all.tar"):
        done = restore(tmp_path / file, tmp_path)
        assert (done.exit_code, "archive.db already exists; move it away" in done.output) == (
            2,
            True,
        )
    new = tmp_path / "new"
    new.mkdir()
    (new / "archive.db-wal").write_bytes(b"of another archive")
    assert "archive.db-wal already exists" in restore(tmp_path / "b.db", new).output
    (new / "archive.db-wal").unlink()
    shutil.copytree(captures, new / "captures")
    done = restore(tmp_path / "all.tar", new)
    assert (done.exit_code, "already holds captures" in done.output) == (2, True)
    assert [path.name for path in new.iterdir()] == ["captures"]


def test_what_is_damaged_restores_nothing(run: Run, captures: Path, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "b.db"))
    run("backup", str(tmp_path / "b.zst"))
    run("backup", str(tmp_path / "b.gz"))
    run("backup", "--with-captures", "--captures", str(captures), str(tmp_path / "all.tar"))
    whole = (tmp_path / "all.tar").read_bytes()
    with tarfile.open(tmp_path / "all.tar") as tar:
        inside = tar.getmember(tar.getnames()[1])
    database = (tmp_path / "b.db").read_bytes()
    damaged = {
        "turned.tar": whole[: inside.offset_data] + b"\0" + whole[inside.offset_data + 1 :],
        "short.tar": whole[: inside.offset_data + 40],
        "endless.tar": whole[: inside.offset],
        "short.db": database[: len(database) // 2],
        "short.zst": (tmp_path / "b.zst").read_bytes()[:-30],
        "short.gz": (tmp_path / "b.gz").read_bytes()[:-30],
        "nothing": b"",
        "notes.txt": b"nothing of the kind",
        "other.tar": tar_of(tmp_path / "b.db", "../b.db"),
        "some.tar": tar_of(tmp_path / "b.db", "readme"),
    }
    for name, content in damaged.items():
        (tmp_path / name).write_bytes(content)
        done = restore(tmp_path / name, tmp_path / "new")
        assert done.exit_code == 3, name
        assert done.output.count("\n") == 1, done.output
        assert list((tmp_path / "new").iterdir()) == [], name
    assert restore(tmp_path / "none", tmp_path / "new").exit_code == 3


def tar_of(file: Path, name: str) -> bytes:
    target = file.with_name("made.tar")
    with tarfile.open(target, "w") as tar:
        tar.add(file, name)
    return target.read_bytes()


def test_a_copy_that_is_damaged_counts_for_nothing(
    run: Run, captures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = backing_up._contents
    seen: list[object] = []

    def more_each_time(connection: object) -> object:
        seen.append(connection)
        return (whole(connection), len(seen))  # type: ignore[arg-type]

    (tmp_path / "b.db").write_bytes(b"of yesterday")
    monkeypatch.setattr(backing_up, "_contents", more_each_time)
    monkeypatch.setattr(backing_up, "asdict", str)
    done = run("backup", str(tmp_path / "b.db"))
    assert (done.exit_code, "The copy has" in done.output) == (3, True)
    assert (tmp_path / "b.db").read_bytes() == b"of yesterday"


def test_an_older_archive_is_kept_before_it_is_upgraded(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    connection = sqlite3.connect(old / "archive.db")
    connection.executescript(BASELINE.read_text(encoding="utf-8"))
    connection.close()
    file = tmp_path / "all.tar"
    arguments = ["backup", "--with-captures", str(file)]
    done = CliRunner().invoke(main, arguments, env=environment(old))
    assert (done.exit_code, "(schema 0001)" in done.output) == (0, True), done.output
    back = restore(file, tmp_path / "new")
    assert "run `arsip upgrade`" in back.output
    upgraded = CliRunner().invoke(main, ["upgrade"], env=environment(tmp_path / "new"))
    assert upgraded.exit_code == 0
    assert exported(tmp_path / "new")


def test_an_archive_of_a_newer_program_is_not_restored(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    done = restore(tmp_path / "archive.db", tmp_path / "new")
    assert (done.exit_code, "newer version" in done.output) == (3, True)


def test_a_damaged_archive_is_told(
    run: Run, captures: Path, engine: Engine, tmp_path: Path
) -> None:
    engine.dispose()  # what stands in the log goes into the file
    path = tmp_path / "archive.db"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 5000)
    done = run("backup", str(tmp_path / "b.db"))
    assert (done.exit_code, "damaged" in done.output) == (3, True), done.output
    assert done.output.count("\n") == 1
    assert not (tmp_path / "b.db").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_where_there_is_no_room_is_a_sentence(run: Run, captures: Path, tmp_path: Path) -> None:
    for arguments in (["backup", "/dev/full"], ["backup", f"{tmp_path}/nowhere/b.db"]):
        done = run(*arguments)
        assert done.exit_code in (2, 3)
        assert "Traceback" not in done.output
        assert done.output.startswith(("Error: ", "Usage: "))
    assert run("backup", f"{tmp_path}/archive.db").exit_code == 2
    assert "is the archive itself" in run("backup", f"{tmp_path}/archive.db").output
