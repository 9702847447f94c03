"""Crawls killed with -9 at any moment, and crawls that meet: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.captures import OPEN
from archive.database.connection import open_archive
from archive.preservation.verify import Counted, verify
from crawler.crawl.release_fetcher import TEMPLATE_PAGES
from crawler.registry.source import Source
from tests.archive.captures.samples import files, records
from tests.crawler.whole_crawls.test_crawl import paged_site, rows
from tests.site import Answer, serve

Declare = Callable[..., Source]
FAST = ("DOWNLOAD_DELAY=0.01", "AUTOTHROTTLE_ENABLED=False", "CONCURRENT_REQUESTS_PER_DOMAIN=4")
PLACE = Path(__file__).parents[3]


def places(folder: Path) -> dict[str, str]:
    """The environment in which a command works in this folder."""
    return {
        **os.environ,
        "ARCHIVE_URL": f"sqlite:///{folder / 'archive.db'}",
        "SOURCES": str(folder / "sources.toml"),
        "CAPTURES": str(folder / "captures"),
    }


def start(folder: Path, *options: str, command: str = "crawlall") -> subprocess.Popen[str]:
    """A crawl of all sources of `folder/sources.toml` in a process of its own."""
    settings = [part for setting in FAST for part in ("-s", setting)]
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", command, *options, *settings],
        env=places(folder),
        cwd=PLACE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(module: str, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command, to its end."""
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(
        command, env=places(folder), cwd=PLACE, capture_output=True, text=True, timeout=120
    )


def crawl_to_the_end(folder: Path) -> None:
    with start(folder) as process:
        assert process.wait(timeout=120) in (0, 1)


def is_killed_after(folder: Path, seconds: float) -> bool:
    """Whether the crawl was still under way."""
    with start(folder, "--deep") as process:
        time.sleep(seconds)  # the moment of the kill, not a wait for anything
        os.killpg(process.pid, signal.SIGKILL)
    return process.returncode == -signal.SIGKILL


def kept(folder: Path) -> list[tuple[object, ...]]:
    url = f"sqlite:///{folder / 'archive.db'}"
    return rows(
        url, "SELECT id, title, body, version, versions, duplicate_of FROM releases ORDER BY id"
    )


def check(folder: Path) -> None:
    engine = open_archive(f"sqlite:///{folder / 'archive.db'}")
    try:
        assert list(verify(engine, folder / "captures", Counted())) == []
    finally:
        engine.dispose()
    assert all(records(path) for path in files(folder / "captures") if path.suffix != OPEN)


@pytest.mark.soak
def test_sixty_kills(
    tmp_path: Path, declare: Declare, record_property: Callable[[str, object], None]
) -> None:
    """A crawl killed sixty times at any moment and then finished holds what a calm one holds."""
    moments, kills = random.Random(6), 0
    with serve(paged_site(60)) as site:
        declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        for name in ("calm", "killed"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "sources.toml").write_bytes((tmp_path / "sources.toml").read_bytes())
        began = time.monotonic()
        crawl_to_the_end(tmp_path / "calm")
        whole = time.monotonic() - began
        while kills < 60:
            kills += is_killed_after(tmp_path / "killed", moments.uniform(0.2, 1.0) * whole)
        crawl_to_the_end(tmp_path / "killed")
        crawl_to_the_end(tmp_path / "killed")
    record_property("measured", f"{kills} crawls of {whole:.1f} s were killed with -9")
    assert kept(tmp_path / "killed") == kept(tmp_path / "calm")
    assert len(kept(tmp_path / "killed")) == 120
    check(tmp_path / "killed")


@pytest.mark.soak
def test_a_kill_while_the_first_pages_wait_for_the_template_loses_none(
    tmp_path: Path, declare: Declare
) -> None:
    """Of a site never crawled before, the first pages are read together. Killed before: a rebuild
    has all that were answered, and the next crawl all there are."""
    killed = threading.Event()
    pages = paged_site(14)
    last_page = pages[f"/berita/read/{TEMPLATE_PAGES}"]

    def hold() -> Answer:
        assert killed.wait(timeout=60)
        return Answer(str(last_page).encode(), headers={"Content-Type": "text/html"})

    pages[f"/berita/read/{TEMPLATE_PAGES}"] = hold
    crawled, rebuilt = tmp_path / "crawled", tmp_path / "rebuilt"
    crawled.mkdir()
    with serve(pages) as site:
        declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        shutil.copy(tmp_path / "sources.toml", crawled)
        with start(crawled) as crawling:
            while sum("/read/" in path for path in site.asked) < TEMPLATE_PAGES:
                assert crawling.poll() is None
            os.killpg(crawling.pid, signal.SIGKILL)
        killed.set()
        assert kept(crawled) == []
        shutil.copytree(crawled, rebuilt)
        assert run("scrapy", "rebuild", folder=rebuilt).returncode == 0
        # One was held, and an answer is captured before its connection asks for the next page.
        assert TEMPLATE_PAGES - 4 <= len(kept(rebuilt)) < TEMPLATE_PAGES
        crawl_to_the_end(crawled)
        crawl_to_the_end(rebuilt)
    assert len(kept(crawled)) == 28
    assert {row[4] for row in kept(crawled)} == {1}
    assert _texts(rebuilt) == _texts(crawled)
    check(crawled)
    check(rebuilt)


def _texts(folder: Path) -> set[tuple[object, ...]]:
    return {row[1:5] for row in kept(folder)}


@pytest.mark.soak
def test_two_crawls_at_once(tmp_path: Path, declare: Declare) -> None:
    """The second ends at once and says who crawls; the first does not notice."""
    second_ended = threading.Event()
    pages = paged_site(2)
    first_page = pages["/berita"]

    def hold() -> Answer:
        assert second_ended.wait(timeout=60)
        return Answer(str(first_page).encode(), headers={"Content-Type": "text/html"})

    pages["/berita"] = hold
    with serve(pages) as site:
        declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        with start(tmp_path) as one:
            while "/berita" not in site.asked:
                assert one.poll() is None
            asked = len(site.asked)
            with start(tmp_path) as other:
                _, said = other.communicate(timeout=60)
            assert other.returncode == 3
            assert len(site.asked) == asked, "nothing is asked by the second"
            second_ended.set()
            assert one.wait(timeout=60) == 0
    assert re.search(
        rf"archive\.db is in use by arsip crawlall \(process {one.pid} on .*\)$", said.strip()
    )
    assert len(said.strip().splitlines()) == 1
    assert len(kept(tmp_path)) == 4
    check(tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_crawl(
    tmp_path: Path, declare: Declare, number: signal.Signals
) -> None:
    signalled = threading.Event()
    pages = paged_site(2)
    first_page = pages["/berita"]

    def hold() -> Answer:
        assert signalled.wait(timeout=60)
        return Answer(str(first_page).encode(), headers={"Content-Type": "text/html"})

    pages["/berita"] = hold
    with serve(pages) as site:
        declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        with start(tmp_path) as crawling:
            while "/berita" not in site.asked:
                assert crawling.poll() is None
            crawling.send_signal(number)
            assert crawling.stderr is not None
            assert number.name in crawling.stderr.readline()
            signalled.set()
            assert crawling.wait(timeout=60) == 1
    ended = rows(
        f"sqlite:///{tmp_path / 'archive.db'}", "SELECT outcome, ended_at IS NULL FROM crawls"
    )
    assert ended == [("stopped", 0)]


@pytest.mark.soak
def test_after_a_kill_the_archive_is_free(tmp_path: Path, declare: Declare) -> None:
    with serve(paged_site(2)) as site:
        declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        with start(tmp_path) as killed:
            while not site.asked:
                assert killed.poll() is None
            os.killpg(killed.pid, signal.SIGKILL)
        crawl_to_the_end(tmp_path)
    assert len(kept(tmp_path)) == 4


@pytest.mark.soak
def test_all_at_once(tmp_path: Path, declare: Declare) -> None:
    """While a crawl writes, exports and checks read, a rebuild is turned away; then it may."""
    tried = threading.Event()
    pages = paged_site(60)
    last_page = pages["/berita/read/60"]

    def hold() -> Answer:
        assert tried.wait(timeout=300)
        return Answer(str(last_page).encode(), headers={"Content-Type": "text/html"})

    pages["/berita/read/60"] = hold
    with serve(pages) as site:
        declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        exports, turned_away = 0, 0
        with start(tmp_path) as crawling:
            while "/berita/read/5" not in site.asked:
                assert crawling.poll() is None
            while crawling.poll() is None:
                done = run("archive", "export", folder=tmp_path)
                assert (done.returncode, done.stderr) == (0, "")
                known = [json.loads(line) for line in done.stdout.splitlines()]
                assert [record["seq"] for record in known] == sorted(r["seq"] for r in known)
                exports += 1
                rebuilding = run("scrapy", "rebuild", folder=tmp_path)
                turned_away += rebuilding.returncode == 3 and "in use by" in rebuilding.stderr
                tried.set()
        assert crawling.returncode == 0
    before = kept(tmp_path)
    with start(tmp_path, command="rebuild") as rebuilding_now:
        while rebuilding_now.poll() is None:
            assert run("archive", "stats", folder=tmp_path).returncode == 0
            exports += run("archive", "export", folder=tmp_path).returncode == 0
    assert rebuilding_now.returncode == 0
    assert exports > 1
    assert turned_away
    assert kept(tmp_path) == before
    assert len(before) == 120
    check(tmp_path)
