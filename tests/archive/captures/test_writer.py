"""What is written can be read by anybody, byte for byte."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.cli import main as warcio

from archive.captures import CaptureError
from archive.captures.reader import Unreadable, answers, locate, read_at
from archive.captures.writer import CaptureWriter
from tests.archive.captures.samples import NOON, PAGE, exchange, files, records, writer


def test_a_pair_is_kept_byte_for_byte(tmp_path: Path) -> None:
    sent = exchange(notes={"as": "release"})
    with writer(tmp_path) as captures:
        capture = captures.write(sent).result()
    with locate(tmp_path, capture.file).open("rb") as file:
        answer = read_at(file, capture.offset, capture.record_id)
        file.seek(0)
        ((offset, same),) = answers(file)
    assert (offset, same) == (capture.offset, answer)
    assert (answer.url, answer.at, answer.status) == (sent.url, NOON, 200)
    assert (answer.payload, answer.body()) == (sent.body, PAGE)
    assert answer.notes == {"as": "release"}
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_anybody_can_read_the_file(tmp_path: Path) -> None:
    with writer(tmp_path) as captures:
        for number in range(3):
            captures.write(exchange(number)).result()
    (path,) = files(tmp_path)
    info, *pairs = records(path)
    assert info["WARC-Type"] == "warcinfo"
    assert [one["WARC-Type"] for one in pairs] == ["response", "request"] * 3
    assert pairs[1]["WARC-Concurrent-To"] == pairs[0]["WARC-Record-ID"]
    assert {one["WARC-Warcinfo-ID"] for one in pairs} == {info["WARC-Record-ID"]}
    assert pairs[0]["WARC-IP-Address"] == "192.0.2.7"
    assert pairs[0]["WARC-Date"] == "2026-11-24T05:00:00.123456Z"
    with pytest.raises(SystemExit) as ended:
        warcio(["check", str(path)])
    assert ended.value.code == 0


def test_unchanged_payloads_are_kept_once(tmp_path: Path) -> None:
    with writer(tmp_path) as captures:
        first = captures.write(exchange()).result()
        later = NOON + timedelta(days=1)
        again = captures.write(exchange(at=later, before=first)).result()
        told = replace(
            exchange(at=later, before=first), status=304, body=b"", head=b"HTTP/1.1 304 \r\n\r\n"
        )
        unasked = captures.write(told).result()
        edited = captures.write(exchange(body=b"lain", before=first)).result()
    assert first == again == unasked != edited
    (path,) = files(tmp_path)
    answered = [one for one in records(path) if one["WARC-Type"] in ("response", "revisit")]
    assert [one["WARC-Type"] for one in answered] == ["response", "revisit", "revisit", "response"]
    assert [one["WARC-Profile"].rsplit("/")[-1] for one in answered[1:3]] == [
        "identical-payload-digest",
        "server-not-modified",
    ]
    for one in answered[1:3]:
        assert one["WARC-Refers-To"] == first.record_id
        assert one["WARC-Refers-To-Target-URI"] == first.url
        assert one["WARC-Refers-To-Date"] == "2026-11-24T05:00:00.123456Z"
        assert one["WARC-Payload-Digest"] == first.digest


def test_files_are_completed_by_size_and_by_age(tmp_path: Path) -> None:
    for limits in ({"file_bytes": 1}, {"file_seconds": 0.0}):
        folder = tmp_path / next(iter(limits))
        with writer(folder, **limits) as captures:
            assert len({captures.write(exchange(n)).result().file for n in range(3)}) == 3
        assert [path.suffixes[-2:] for path in files(folder)] == [[".warc", ".gz"]] * 3


def test_a_file_is_open_until_it_is_complete(tmp_path: Path) -> None:
    with writer(tmp_path) as captures:
        assert files(tmp_path) == []
        capture = captures.write(exchange()).result()
        assert [path.name[-5:] for path in files(tmp_path)] == [".open"]
        assert locate(tmp_path, capture.file).name.endswith(".open")
    assert locate(tmp_path, capture.file) == tmp_path / capture.file


def test_two_writers_never_share_a_file(tmp_path: Path) -> None:
    with writer(tmp_path) as one, writer(tmp_path) as other:
        places = [captures.write(exchange()).result() for captures in (one, other, one)]
    assert len({place.file for place in places}) == 2
    assert all(len(records(path)) in (3, 5) for path in files(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(CaptureError, match="read-only"):
        CaptureWriter(tmp_path, {}, file_bytes=1, file_seconds=1)
    tmp_path.chmod(0o755)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CaptureError, match="cannot be written: Not a directory"):
        CaptureWriter(tmp_path / "file" / "captures", {}, file_bytes=1, file_seconds=1)


def test_a_full_disk_leaves_whole_records_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writer(tmp_path) as captures:
        kept = captures.write(exchange(1)).result()
        monkeypatch.setattr("archive.captures.writer.os.fsync", _full)
        with pytest.raises(CaptureError, match="No space left on device"):
            captures.write(exchange(2)).result()
        monkeypatch.undo()
        with pytest.raises(CaptureError, match="No space left on device"):
            captures.write(exchange(3)).result()
    (path,) = files(tmp_path)
    assert len(records(path)) == 5
    with path.open("rb") as file:
        assert read_at(file, kept.offset, kept.record_id).status == 200


def _full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"")
    (tmp_path / "captures").mkdir()
    for name in ("../secret", "/etc/passwd", "a/../../secret"):
        with pytest.raises(Unreadable, match="outside"):
            locate(tmp_path / "captures", name)
