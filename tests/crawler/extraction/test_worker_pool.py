"""Reading happens in other processes, within bounds, and no source keeps all of them busy."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from pebble import ProcessPool
from pebble.pool.base_pool import PoolStatus

from crawler.discovery import seed_page
from crawler.discovery.seed_page import read_seed_page
from crawler.extraction.worker_pool import ReaderPool, Unread
from crawler.items import Page, Release, SiteTemplate
from tests.crawler.extraction.sample_pages import city, paragraphs, source

T = TypeVar("T")
ONE = source()
AT = datetime(2024, 6, 1, tzinfo=UTC)
OTHER = replace(ONE, id="pemkot-dua")


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    readers = ReaderPool(workers=1, timeout=2.0)
    yield readers
    readers.close()


def run(task: Callable[[], Awaitable[T]]) -> T:
    async def main() -> T:
        return await task()

    return asyncio.run(main())


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fault() -> None:
    raise KeyError("x")


def test_a_task_runs_in_another_process(pool: ReaderPool) -> None:
    assert run(lambda: pool.parse(ONE, os.getpid)) != os.getpid()


def test_one_task_gives_the_links_of_a_page_and_its_release(pool: ReaderPool) -> None:
    url = f"{ONE.home}berita/1"
    head = (
        f'<link rel="canonical" href="{url}"><a href="{url}?page=2">2</a><a href="/lain">Lain</a>'
    )
    page = Page(url=url, body=city(head + paragraphs()).encode(), captured_at=AT)

    read = run(lambda: pool.read_with_links(page, (url, url), ONE, SiteTemplate()))
    assert not isinstance(read, Unread)
    links, result = read
    assert links.canonical == (url,)
    assert [(link.url, link.text) for link in links.parts] == [(f"{url}?page=2", "2")]
    assert isinstance(result, Release)
    assert result == run(lambda: pool.read(page, ONE, SiteTemplate()))


_SCRIPT = """
import asyncio
print(__name__, flush=True)
from crawler.extraction.worker_pool import ReaderPool
from tests.crawler.extraction.test_worker_pool import ONE
if __name__ == "__main__":
    readers = ReaderPool(workers=2, timeout=60.0)
    print(asyncio.run(readers.parse(ONE, len, "four")))
    readers.close()
"""


@pytest.mark.soak
def test_readers_do_not_run_the_script_that_was_started(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT)
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}  # the script is elsewhere
    done = subprocess.run(
        [sys.executable, script], env=here, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split() == ["__main__", "4"]


_INTERRUPTED = """
import asyncio, os, signal
from multiprocessing import forkserver
from crawler.extraction.worker_pool import ReaderPool
from tests.crawler.extraction.test_worker_pool import ONE
readers = ReaderPool(workers=2, timeout=60.0)
os.kill(forkserver._forkserver._forkserver_pid, signal.SIGINT)
print(asyncio.run(readers.parse(ONE, len, "four")))
readers.close()
"""


@pytest.mark.soak
def test_ctrl_c_does_not_end_what_readers_are_forked_from_while_it_loads() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, "4\n")
    assert "KeyboardInterrupt" not in done.stderr  # a reader that starts at the end may complain


def test_only_the_first_task_waits_for_a_thread(
    pool: ReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It starts the readers, which takes a second; the others are handed over at once."""
    run(lambda: pool.parse(ONE, os.getpid))
    hops: list[object] = []
    monkeypatch.setattr(asyncio, "to_thread", hops.append)
    assert isinstance(run(lambda: pool.parse(ONE, os.getpid)), int)
    assert not hops


@pytest.mark.parametrize(
    ("task", "args", "reason"),
    [
        (time.sleep, (60,), "timeout"),
        (_end, (), "reader-died"),
        (_fault, (), "unreadable"),
        (
            read_seed_page,
            ("<br>" * (seed_page.ELEMENTS_MAX + 1), ONE.home, ONE.home, ONE),
            "too-large",
        ),
    ],
)
def test_what_cannot_be_read_has_a_reason(
    pool: ReaderPool, task: Callable[..., object], args: tuple[object, ...], reason: str
) -> None:
    answer = run(lambda: pool.parse(ONE, task, *args))
    assert isinstance(answer, Unread)
    assert answer.reason == reason


def test_a_source_whose_pages_never_end_leaves_a_reader_to_the_others(pool: ReaderPool) -> None:
    async def both() -> tuple[int | Unread, bool]:
        slow = [asyncio.ensure_future(pool.parse(ONE, time.sleep, 60)) for _ in range(3)]
        await asyncio.sleep(0)
        answer = await pool.parse(OTHER, os.getpid)
        waits = not any(task.done() for task in slow)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return answer, waits

    assert run(both) == (run(lambda: pool.parse(OTHER, os.getpid)), True)


def test_readers_that_end_while_idle_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `systemctl stop` ends them: the page waiting for a reader is read, not called unreadable."""
    readers = ReaderPool(workers=2, timeout=10.0)
    started: list[threading.Thread] = []
    start = readers._start

    def watched() -> ProcessPool:
        started.append(threading.current_thread())
        return start()

    monkeypatch.setattr(readers, "_start", watched)
    try:
        run(lambda: readers.parse(ONE, os.getpid))
        readers._pool._context.status = PoolStatus.ERROR  # as pebble leaves it then
        assert isinstance(run(lambda: readers.parse(ONE, os.getpid)), int)
        assert len(started) == 1
        assert threading.current_thread() not in started  # that of the event loop, which waits
    finally:
        readers.close()
