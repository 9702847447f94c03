from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from archive.database.connection import ArchiveError, ArchiveLocked
from archive.database.lock import Lock

HOLD = """
import sys
from pathlib import Path
from archive.database.lock import Lock
lock = Lock.take(Path(sys.argv[1]), "scrapy crawlall")
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_told_who_holds_it(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    with Lock.take(archive, "scrapy crawlall"), pytest.raises(ArchiveLocked) as told:
        Lock.take(archive, "scrapy rebuild")
    assert re.fullmatch(
        rf"{archive} is in use by scrapy crawlall \(process {os.getpid()} on "
        rf"{re.escape(socket.gethostname())}, since 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\)",
        str(told.value),
    )


def test_it_is_free_again(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    Lock.take(archive, "scrapy crawlall").release()
    assert (tmp_path / "archive.db.lock").read_bytes() == b""
    Lock.take(archive, "scrapy rebuild").release()


def test_the_dead_hold_nothing(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(archive)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ArchiveLocked, match=f"process {holder.pid} "):
            Lock.take(archive, "scrapy crawl")
        holder.send_signal(signal.SIGKILL)
    Lock.take(archive, "scrapy crawl").release()


def test_where_there_can_be_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArchiveError, match="cannot be written: No such file"):
        Lock.take(tmp_path / "none" / "archive.db", "scrapy crawl")

    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(ArchiveError, match=r"No locks available.*on a disk of this machine"):
        Lock.take(tmp_path / "archive.db", "scrapy crawl")
