"""Captures read by a Dask cluster: the same archive, whatever happens to its workers."""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from distributed import Client
from pebble import ProcessExpired

from crawler.rebuild import dask_readers
from crawler.rebuild.capture_index import CaptureIndex
from crawler.rebuild.dask_readers import DaskReaders
from crawler.rebuild.readers import LocalReaders, NoReaders, Readers, ReadersLost
from crawler.rebuild.run import rebuild
from tests.conftest import Crawl
from tests.crawler.rebuild.test_rebuild import Declare, captures, city  # noqa: F401 - fixtures
from tests.crawler.whole_crawls.test_crawl import article, paged_site, rows
from tests.site import Answer, serve

_TABLES = ("release_records", "versions", "rejections", "addresses", "aliases", "quotes", "changes")


class Cluster:
    """A scheduler and its workers, each a process of its own on a loopback port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.address = f"tcp://127.0.0.1:{port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._log = (folder / "cluster.log").open("wb")
        self.scheduler = self._start("scheduler", "--port", port)
        Client(self.address, timeout=60, set_as_default=False).close()  # type: ignore[no-untyped-call]

    def add_workers(self, number: int, *options: str) -> None:
        for _ in range(number):
            options = options or ("--no-nanny",)
            self.workers.append(self._start("worker", self.address, "--nthreads", "1", *options))

    def kill_a_worker(self) -> None:
        self.workers.pop().kill()

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self._log.close()

    def _start(self, *what: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *what, "--host", "127.0.0.1", "--no-dashboard"]
        return subprocess.Popen(command, stdout=self._log, stderr=self._log)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with closing(Cluster(tmp_path)) as cluster:
        yield cluster


def test_a_cluster_that_does_not_answer_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_readers, "CONNECTING", 0.1)
    with pytest.raises(NoReaders, match=r"^No Dask scheduler answers at tcp://127.0.0.1:1 \(.*\)"):
        DaskReaders("tcp://127.0.0.1:1")
    with pytest.raises(NoReaders, match=r"answers at nowhere \(missing port number"):
        rebuild([], f"sqlite:///{tmp_path / 'a.db'}", tmp_path, [], "", 0, 30.0, dask="nowhere")
    assert not (tmp_path / "a.db").exists()


@pytest.mark.soak
def test_a_page_that_makes_a_reader_hang_or_crash_fails_alone(cluster: Cluster) -> None:
    cluster.add_workers(1)
    for readers in (LocalReaders(1), DaskReaders(cluster.address)):
        with closing(readers):
            _fail_alone(readers)


def _fail_alone(readers: Readers) -> None:
    after = [readers.submit(60, math.factorial, 5)]
    hanging, dying = readers.submit(1, time.sleep, 60), readers.submit(60, os._exit, 1)
    hungry = readers.submit(60, bytearray, 1 << 60)
    after.append(readers.submit(60, math.factorial, 6))
    with pytest.raises(TimeoutError):
        hanging.result()
    with pytest.raises(ProcessExpired):
        dying.result()
    with pytest.raises(MemoryError):
        hungry.result()
    assert [one.result() for one in after] == [120, 720]
    assert readers.number == 1


@pytest.mark.soak
def test_a_cluster_that_is_not_fit_is_a_sentence(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(dask_readers, "PATIENCE", 0.5)
        with pytest.raises(
            NoReaders, match=f"^The Dask cluster at {cluster.address} has no worker"
        ):
            DaskReaders(cluster.address)
    cluster.add_workers(1, "--nanny")
    with pytest.raises(NoReaders, match="may not start processes: start it with `dask worker --no"):
        DaskReaders(cluster.address)
    monkeypatch.setattr(dask_readers, "program", lambda: "a later one")
    with pytest.raises(NoReaders, match="runs another version of this program"):
        DaskReaders(cluster.address)


@pytest.mark.soak
def test_workers_and_a_scheduler_that_are_lost(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.add_workers(1)
    with closing(DaskReaders(cluster.address)) as readers:
        pending = readers.submit(60, math.factorial, 7)
        cluster.kill_a_worker()
        cluster.add_workers(1)
        assert pending.result() == 5040, "read by the worker that came"
        pending = readers.submit(60, time.sleep, 60)
        cluster.scheduler.kill()
        with pytest.raises(ReadersLost, match="scheduler"):
            pending.result()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.soak
def test_the_archive_is_the_same_when_a_worker_is_killed(
    crawl: Crawl,
    city: Declare,  # noqa: F811
    captures: Path,  # noqa: F811
    tmp_path: Path,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of two workers one is killed amid the work; then both, and the work is continued."""
    pages = paged_site(30)
    pages["/berita/read/8"] = Answer(b"", 302, {"Location": "/berita/read/2"})
    with serve(pages) as site:
        source = city(site.home)
        crawl(source)
        pages["/berita/read/1"] = article(1, "Panitia nomor {n} memperpanjang pendaftaran anggota.")
        pages["/berita/read/4"] = Answer(b"gone", 404)
        crawl(source, deep=True)

    def read(name: str, dask: str | None) -> list[tuple[object, ...]]:
        url = f"sqlite:///{tmp_path / name}"
        assert rebuild([source], url, captures, [], "", 2, 30.0, dask=dask)
        return _rows(url)

    wanted = read("here.db", None)
    cluster.add_workers(2)
    with after_two_tasks(monkeypatch, cluster.kill_a_worker):
        _check_same(read("there.db", cluster.address), wanted)
    assert [worker.poll() for worker in cluster.workers] == [None]

    with after_two_tasks(monkeypatch, cluster.kill_a_worker) as patch:
        patch.setattr(dask_readers, "PATIENCE", 1.0)
        with pytest.raises(ReadersLost, match=r"the same command continues there\.$"):
            read("continued.db", cluster.address)
    index = f"sqlite:///{tmp_path / 'continued.db.rebuild'}"
    assert rows(index, "SELECT DISTINCT done FROM addresses ORDER BY done") == [(0,), (1,)]
    cluster.add_workers(1)
    _check_same(read("continued.db", cluster.address), wanted)
    assert "Traceback" not in capsys.readouterr().err


def _rows(url: str) -> list[tuple[object, ...]]:
    queries = [f"SELECT '{name}', * FROM {name} ORDER BY 1, 2, 3, 4" for name in _TABLES]  # noqa: S608
    return [row for query in queries for row in rows(url, query)]


def _check_same(found: list[tuple[object, ...]], wanted: list[tuple[object, ...]]) -> None:
    assert sum(row[0] == "versions" for row in wanted) == 60
    for one, other in zip(found, wanted, strict=True):
        assert one == other


@contextmanager
def after_two_tasks(
    monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]
) -> Iterator[pytest.MonkeyPatch]:
    """Something happens when two tasks of a rebuild are stored."""
    mark_done, calls = CaptureIndex.mark_done, []

    def counted(*args: Any) -> None:
        mark_done(*args)
        calls.append(args)
        if len(calls) == 2:
            happens()

    with monkeypatch.context() as patch:
        patch.setattr(CaptureIndex, "mark_done", counted)
        yield patch
