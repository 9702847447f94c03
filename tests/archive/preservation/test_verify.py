"""Every way in which an archive and its captures can disagree is told, with its place."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from warcio.archiveiterator import ArchiveIterator

from archive.captures import OPEN
from archive.captures.records import Record, records
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.preservation.repair import repair
from archive.preservation.verify import Counted, verify
from tests.archive.captures.samples import exchange, files, writer
from tests.archive.conftest import Run
from tests.archive.samples import MORNING, rejected, release

URL = "https://pemkot-contoh.example/berita/{}"


@pytest.fixture
def captures(tmp_path: Path, store: Store) -> Path:
    """A release, a copy of it, and a rejected page, with their captures."""
    folder = tmp_path / "captures"
    with writer(folder) as written:
        for number in (1, 2, 3):
            url = URL.format(number)
            fetch = Fetch(
                source="pemkot-contoh", url=url, at=MORNING, outcome="release", status=200
            )
            fetch = replace(fetch, capture=written.write(exchange(number, url=url)).result())
            if number == 3:
                store.reject(rejected(3), None, None, fetch)
            else:
                store.store(release(number), None, fetch)
    return folder


def found(engine: Engine, folder: Path) -> list[str]:
    return [one.what for one in verify(engine, folder, Counted())]


def execute(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_all_is_well(engine: Engine, captures: Path) -> None:
    counted = Counted()
    assert list(verify(engine, captures, counted)) == []
    assert (counted.releases, counted.versions, counted.captures) == (2, 2, 3)


def test_bytes_that_are_gone_or_changed_are_told(engine: Engine, captures: Path) -> None:
    (path,) = files(captures)
    data = bytearray(path.read_bytes())
    data[len(data) // 4] ^= 0xFF
    path.write_bytes(data)
    assert "capture" in found(engine, captures)
    path.unlink()
    assert found(engine, captures) == ["capture"] * 3


def test_a_file_that_was_moved_is_found_again(engine: Engine, captures: Path) -> None:
    (path,) = files(captures)
    path.rename(path.with_name("moved.warc.gz"))
    assert found(engine, captures) == ["capture"] * 3
    assert "references to 3 moved captures" in repair(engine, captures)[0]
    assert found(engine, captures) == []


def test_a_file_left_open_is_told_and_completed(engine: Engine, captures: Path) -> None:
    (path,) = files(captures)
    left = path.rename(path.with_name(path.name + OPEN))
    with left.open("ab") as file:
        file.write(b"\x1f\x8b torn")
    assert found(engine, captures) == ["torn"]
    assert "cut off" in repair(engine, captures)[0]
    assert found(engine, captures) == []


@pytest.mark.parametrize(
    ("damage", "what", "mends"),
    [
        ("UPDATE release_records SET version = 7", "versions", True),
        ("DELETE FROM bands", "copies", True),
        ("UPDATE sketches SET algorithm = 0", "copies", True),
        ("UPDATE release_records SET duplicate_of = NULL, similarity = NULL", "copies", True),
        ("DELETE FROM search_roots", "index", True),
        ("UPDATE versions SET title = 'lain'", "index", False),  # the log has another
        ("UPDATE search_roots SET title = 'lain'", "index", True),
        ("DELETE FROM addresses", "frontier", False),
        ("UPDATE addresses SET source = 'kpu-contoh'", "frontier", False),
    ],
)
def test_what_disagrees_is_told(
    engine: Engine, captures: Path, damage: str, what: str, mends: bool
) -> None:
    execute(engine, damage)
    assert what in found(engine, captures)
    repair(engine, captures)
    assert (found(engine, captures) == []) == mends


def test_the_command_says_it_and_exits_one(run: Run, engine: Engine, captures: Path) -> None:
    arguments = ("verify", "--captures", str(captures))
    assert "all is well" in run(*arguments).output
    (path,) = files(captures)
    path.rename(path.with_name("moved.warc.gz"))
    broken = run(*arguments)
    assert broken.exit_code == 1
    assert "There is no file" in broken.output
    told = json.loads(run(*arguments, "--json").output)
    assert [one["what"] for one in told["findings"]] == ["capture"] * 3
    assert run(*arguments, "--repair").exit_code == 0


def test_a_package_opens_elsewhere(run: Run, captures: Path, tmp_path: Path) -> None:
    from wacz.main import main as wacz  # takes most of a second

    out = tmp_path / "rilis.wacz"
    done = run("package", "-o", str(out), "--captures", str(captures))
    assert done.exit_code == 0, done.output
    assert wacz(["validate", "-f", str(out)]) == 0
    with zipfile.ZipFile(out) as container:
        index = container.read("indexes/index.cdx").decode().splitlines()
        assert [line.split(" ")[0] for line in index] == [
            f"example,pemkot-contoh)/berita/{number}" for number in (1, 2)
        ]
        where = json.loads(index[1].split(" ", 2)[2])
        with container.open("archive/data.warc.gz") as file:
            file.read(int(where["offset"]))
            record = next(ArchiveIterator(file))
        assert record.rec_headers.get_header("WARC-Target-URI") == URL.format(2)
        pages = container.read("pages/pages.jsonl").decode().splitlines()
    assert sorted(json.loads(line)["url"] for line in pages[1:]) == [URL.format(1), URL.format(2)]


def test_a_package_says_whose_bytes_are_not_there(run: Run, captures: Path, tmp_path: Path) -> None:
    for path in files(captures):
        path.unlink()
    done = run("package", "-o", str(tmp_path / "a.wacz"), "--captures", str(captures))
    assert done.exit_code == 1
    assert "There is no file" in done.output


@pytest.mark.parametrize("region", range(7))
def test_every_byte_is_read_and_the_record_named(
    run: Run, engine: Engine, captures: Path, region: int
) -> None:
    """One flipped bit in the `warcinfo`, an answer, a request that nothing points to: one finding."""
    (path,) = files(captures)
    with path.open("rb") as file:
        lain = [one for one in records(file, own=True) if isinstance(one, Record)][region]
    data = bytearray(path.read_bytes())
    data[lain.offset + lain.length // 2] ^= 1
    path.write_bytes(data)
    counted = Counted()
    (finding,) = verify(engine, captures, counted)
    assert finding.what == "capture"
    is_answer = lain.head["warc-type"] == "response"
    where = "pemkot-contoh:" if region in (1, 3) else URL.format(3) if region == 5 else path.name
    assert where in finding.where
    assert f" at {lain.offset:,}" in finding.detail.replace(
        f" at {lain.offset}:", f" at {lain.offset:,}:"
    )
    assert counted.captures == 3 - is_answer
    assert counted.read.records == 6
    assert run("verify", "--captures", str(captures)).exit_code == 1
    packed = run("package", "-o", str(path.parent / "a.wacz"), "--captures", str(captures))
    assert packed.exit_code == (1 if region in (1, 2, 3, 4) else 0), packed.output
    assert packed.exception is None or isinstance(packed.exception, SystemExit)


def test_what_no_checksum_is_of_is_compared(engine: Engine, captures: Path) -> None:
    (path,) = files(captures)
    data = bytearray(path.read_bytes())
    data[4] ^= 1  # the time in the head of the first gzip member
    path.write_bytes(data)
    (finding,) = verify(engine, captures, Counted())
    assert "header of the gzip member" in finding.detail
