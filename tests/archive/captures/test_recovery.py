"""After a kill or a power cut every whole record is there, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from archive.captures import OPEN
from archive.captures.reader import read_at
from archive.captures.recovery import left_open, mend
from tests.archive.captures.samples import exchange, files, records, writer


@pytest.fixture
def torn(tmp_path: Path) -> tuple[Path, list[int]]:
    """A file as a dead program leaves it, and where its records end."""
    with writer(tmp_path) as captures:
        for number in range(4):
            captures.write(exchange(number)).result()
    (path,) = files(tmp_path)
    left = path.rename(path.with_name(path.name + OPEN))
    data = left.read_bytes()
    ends = [at for at in range(1, len(data)) if data.startswith(b"\x1f\x8b\x08", at)]
    return left, [end for end in [*ends, len(data)] if _whole(data[:end])]


def _whole(data: bytes) -> bool:
    import gzip

    try:
        gzip.decompress(data)
    except (EOFError, OSError):
        return False
    return True


def test_a_torn_tail_is_cut_at_any_byte(tmp_path: Path, torn: tuple[Path, list[int]]) -> None:
    left, ends = torn
    data = left.read_bytes()
    places = random.Random(6).sample(range(ends[0], len(data)), 40)
    for at in places + ends:
        left.write_bytes(data[:at])
        (said,) = mend(tmp_path)
        (path,) = files(tmp_path)
        assert path.stat().st_size == max(end for end in ends if end <= at)
        assert ("incomplete" in said) == (at not in ends)
        assert records(path)
        path.unlink()


def test_rubbish_after_a_power_cut_is_cut_off(tmp_path: Path, torn: tuple[Path, list[int]]) -> None:
    left, ends = torn
    with left.open("ab") as file:
        file.write(b"\0" * 5000 + b"\x1f\x8b rubbish")
    assert "5,010 bytes were cut off" in mend(tmp_path)[0]
    (path,) = files(tmp_path)
    assert path.stat().st_size == ends[-1]


def test_a_file_without_a_whole_record_is_removed(
    tmp_path: Path, torn: tuple[Path, list[int]]
) -> None:
    left, ends = torn
    left.write_bytes(left.read_bytes()[: ends[0] - 1])
    assert "without a complete record" in mend(tmp_path)[0]
    assert files(tmp_path) == []
    assert mend(tmp_path) == []


def test_what_a_living_program_writes_is_left_alone(tmp_path: Path) -> None:
    with writer(tmp_path) as captures:
        capture = captures.write(exchange()).result()
        assert mend(tmp_path) == []
        assert list(left_open(tmp_path)) == []
        captures.write(exchange(2)).result()
    (path,) = files(tmp_path)
    with path.open("rb") as file:
        assert read_at(file, capture.offset, capture.record_id)
    assert len(records(path)) == 5


def test_nothing_is_there_to_mend(tmp_path: Path) -> None:
    assert mend(tmp_path / "nowhere") == []
    assert mend(tmp_path) == []
