"""One bit that flips costs one record: all others are read, and what was lost is told."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path

import pytest

from archive.captures import OPEN
from archive.captures.reader import Unreadable, answers, read_at
from archive.captures.records import Damage, Record, records
from archive.captures.recovery import mend
from tests.archive.captures.samples import exchange, files, writer

REGIONS = ("magic", "warcinfo", "head", "body", "request", "checksum", "length")


@pytest.fixture
def captured(tmp_path: Path) -> bytes:
    """A file of captures with three exchanges."""
    with writer(tmp_path) as captures:
        for number in range(3):
            captures.write(exchange(number)).result()
    (path,) = files(tmp_path)
    return path.read_bytes()


def found(data: bytes) -> tuple[list[Record], list[Damage]]:
    whole, damaged = [], []
    for one in records(io.BytesIO(data), own=True):
        whole.append(one) if isinstance(one, Record) else damaged.append(one)
    return whole, damaged


def flip(data: bytes, at: int, bit: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def place(region: str, whole: list[Record]) -> tuple[int, int]:
    """The index of a record, and the byte in the file that is to change."""
    info, answer, request = whole[0], whole[3], whole[4]
    index, at = {
        "magic": (3, answer.offset),
        "warcinfo": (0, info.offset + info.length // 2),
        "head": (3, answer.offset + 40),
        "body": (3, answer.offset + answer.length - 60),
        "request": (4, request.offset + request.length // 2),
        "checksum": (3, answer.offset + answer.length - 7),
        "length": (6, whole[-1].offset + whole[-1].length - 2),
    }[region]
    return index, at


@pytest.mark.parametrize("region", REGIONS)
def test_a_flipped_bit_costs_one_record(captured: bytes, region: str) -> None:
    before, _ = found(captured)
    index, at = place(region, before)
    whole, (damage,) = found(flip(captured, at))
    assert whole == [one for number, one in enumerate(before) if number != index]
    assert (damage.offset, damage.length) == (before[index].offset, before[index].length)
    if region in ("checksum", "length", "body"):
        assert damage.of.startswith("https://contoh.example/berita/read/")
    with pytest.raises(Unreadable):
        read_at(io.BytesIO(flip(captured, at)), before[index].offset)


@pytest.mark.soak
def test_no_bit_anywhere_costs_more_than_its_record(captured: bytes) -> None:
    """Only bits that carry nothing may flip unseen: beside the magic of a member, and what fills up
    the last byte of what is packed."""
    before, _ = found(captured)
    unseen = set()
    for at in range(len(captured)):
        (index,) = [n for n, one in enumerate(before) if one.offset <= at < one.offset + one.length]
        for bit in range(8):
            whole, damaged = found(flip(captured, at, bit))
            assert {one.data for one in before} - {one.data for one in whole} <= {
                before[index].data
            }
            assert len(damaged) <= 1
            if not damaged:
                assert [one.data for one in whole] == [one.data for one in before]
                if all(one.wrapper == before[0].wrapper for one in whole):
                    unseen.add(before[index].offset + before[index].length - at)
    assert unseen <= {9}


def test_a_captured_warc_is_no_capture(tmp_path: Path) -> None:
    """A site may serve a WARC. Where the record around it is damaged, what lies in it is not read."""
    with writer(tmp_path / "theirs") as theirs:
        for number in range(40, 60):
            theirs.write(exchange(number, body=bytes(range(256)) * number)).result()
    (inner,) = files(tmp_path / "theirs")
    with writer(tmp_path / "ours") as ours:
        ours.write(exchange(1)).result()
        ours.write(exchange(2, head=b"HTTP/1.1 200 OK\r\n\r\n", body=inner.read_bytes())).result()
        ours.write(exchange(3)).result()
    (path,) = files(tmp_path / "ours")
    before, _ = found(path.read_bytes())
    for index in (3, 5):  # also the last answer, with nothing of ours behind it but its request
        data = path.read_bytes()
        if index == 5:
            before = before[:4]
            data = data[: before[3].offset + before[3].length]
        whole, damaged = found(flip(data, before[3].offset + 300))
        assert [one.head for one in whole] == [one.head for one in before if one != before[3]]
        assert len(damaged) == 1


def test_an_answer_that_is_lost_is_told_and_the_rest_read(captured: bytes) -> None:
    before, _ = found(captured)
    damaged = io.BytesIO(flip(captured, before[3].offset + 100))
    lost: list[Damage] = []
    urls = [answer.url for _, answer in answers(damaged, lost.append)]
    assert [url[-1] for url in urls] == ["0", "2"]
    assert [one.offset for one in lost] == [before[3].offset]
    with pytest.raises(Unreadable, match=r"bytes at .* are lost"):
        list(answers(damaged))


def test_mending_cuts_off_nothing_behind_damage(tmp_path: Path, captured: bytes) -> None:
    before, _ = found(captured)
    (path,) = files(tmp_path)
    left = path.rename(path.with_name(path.name + OPEN))
    for at in (3, before[1].offset + 99):
        left.write_bytes(flip(captured, at) + b"\x1f\x8b torn")
        (said,) = mend(tmp_path)
        assert "its last 7 bytes were cut off" in said
        assert path.read_bytes() == flip(captured, at)
        path.rename(left)
    # A last record that is there to its end was archived, as likely as not.
    damaged = flip(captured, before[-1].offset + before[-1].length - 6)
    left.write_bytes(damaged)
    mend(tmp_path)
    assert path.read_bytes() == damaged


def _foreign(*, lengths: tuple[int, ...] = (0, 0, 0), digests: bool = False) -> list[bytes]:
    """Three records of anybody's; what is added to the length their heads say."""
    made = []
    for number, more in enumerate(lengths):
        block = b"HTTP/1.1 200 OK\r\n\r\n" + f"<p>Rilis nomor {number}</p>".encode() * 20
        digest = b"WARC-Block-Digest: sha1:" + b"2" * 32 + b"\r\n" if digests else b""
        made.append(
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:%d>\r\n"
            b"WARC-Target-URI: https://lama.example/%d\r\nWARC-Date: 2024-09-02T03:04:05Z\r\n"
            b"%sContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
            % (number, number, digest, len(block) + more, block)
        )
    return made


@pytest.mark.parametrize("packed", ["record by record", "as a whole", "not"])
@pytest.mark.parametrize("more", [-200, -1, 1, 30, 5_000, 10**17])
def test_a_wrong_length_costs_one_record(packed: str, more: int) -> None:
    made = _foreign(lengths=(0, more, 0))
    data = {
        "record by record": b"".join(map(gzip.compress, made)),
        "as a whole": gzip.compress(b"".join(made)),
        "not": b"".join(made),
    }[packed]
    whole, (damage,) = found(data)
    assert [one.head["warc-target-uri"][-1] for one in whole] == ["0", "2"]
    assert damage.of == "https://lama.example/1 <urn:uuid:1>"


def test_a_file_that_is_not_packed_goes_on_behind_a_damaged_head() -> None:
    made = _foreign()
    for at in (2, made[1].index(b"Content-Length")):
        whole, damaged = found(made[0] + flip(made[1], at) + made[2])
        assert [one.head["warc-target-uri"][-1] for one in whole] == ["0", "2"], at
        assert [one.offset for one in damaged] == [len(made[0])]


def test_a_block_that_its_digest_contradicts_is_lost() -> None:
    whole, damaged = found(b"".join(_foreign(digests=True)))
    assert (whole, len(damaged)) == ([], 3)
    assert {one.why for one in damaged} == {"its block does not match its digest"}


def test_of_a_file_packed_as_a_whole_what_is_proven_is_used() -> None:
    """Where a bit flipped cannot be told; a digest tells what is whole. Where the file was cut off
    is known."""
    made = _foreign()
    cut = gzip.compress(b"".join(made), compresslevel=0)
    whole, damaged = found(cut[: len(cut) - len(made[2]) // 2])
    assert [one.head["warc-target-uri"][-1] for one in whole] == ["0", "1"]
    assert [one.is_torn for one in damaged] == [True]
    whole, damaged = found(flip(cut, len(made[0]) + 300))
    assert (whole, len(damaged)) == ([], 1)


def test_what_is_no_warc_is_damage_from_end_to_end() -> None:
    for data in (b"notes about the vote\n" * 99, b"\x1f\x8b\x08 not", gzip.compress(b"notes" * 99)):
        whole, damaged = found(data)
        assert whole == []
        assert [(one.offset, one.length) for one in damaged] == [(0, len(data))]
    assert found(b"") == ([], [])


def test_an_arc_goes_on_behind_damage() -> None:
    made = [
        b"https://lama.example/%d 192.0.2.7 20240902030405 text/html %d\n%s\n"
        % (n, len(b"HTTP/1.1 200 OK\r\n\r\nRilis %d" % n), b"HTTP/1.1 200 OK\r\n\r\nRilis %d" % n)
        for n in range(3)
    ]
    broken = re.sub(rb" \d+\n", b" 9x\n", made[1], count=1)
    for data in (
        b"".join([made[0], broken, made[2]]),
        b"".join(map(gzip.compress, [made[0], broken, made[2]])),
    ):
        whole, damaged = found(data)
        assert [one.data for one in whole if one.data] == [made[0][:-1], made[2][:-1]]
        assert len(damaged) == 1
