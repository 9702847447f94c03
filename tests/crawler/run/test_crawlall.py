"""Every morning without a hand: whose turn it is, the time there is, ending cleanly."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.commands.crawlall import parse_duration
from crawler.registry.source import Source
from crawler.run.crawl_run import CrawlRun, courteous, domain
from tests import commands
from tests.archive.samples import source
from tests.conftest import Crawl
from tests.crawler.commands.test_commands import FAST, ROOT, count, declaration, said
from tests.crawler.whole_crawls.test_crawl import paged_site, rows
from tests.site import Answer, Pages, Site, serve

Declare = Callable[..., Source]


ONE_BY_ONE = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")


class HeldPage:
    """A site with a page that is not answered until the test says so: a crawl of one request at a
    time gets no further, however slow the machine is."""

    def __init__(self, pages: Pages, path: str) -> None:
        self._page, self._go = str(pages[path]), threading.Event()
        self.pages: Pages = {**pages, path: self._answer}

    def let_go(self) -> None:
        self._go.set()

    def _answer(self) -> Answer:
        assert self._go.wait(timeout=120)
        return Answer(self._page.encode(), headers={"Content-Type": "text/html"})


class Morning:
    """Runs `scrapy crawlall` on the sites declared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'archive.db'}"
        self.process: subprocess.Popen[str] | None = None

    def declare(self, **sites: Site) -> None:
        entries = [declaration(site.home, id=f"pemkot-{name}") for name, site in sites.items()]
        (self.folder / "sources.toml").write_text("\n".join(entries), encoding="utf-8")

    def begin(self, *options: str) -> subprocess.Popen[str]:
        """In a process group of its own, as a shell or systemd gives it."""
        return subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawlall", *FAST, *options],
            cwd=ROOT,
            env=os.environ | self.places(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        done = commands.run("crawlall", *FAST, *options, environment=self.places())
        said(done)
        return done

    def places(self) -> dict[str, str]:
        return {
            "ARCHIVE_URL": self.url,
            "SOURCES": str(self.folder / "sources.toml"),
            "CAPTURES": str(self.folder / "captures"),
            "COLUMNS": "100",
        }

    def crawls(self) -> list[tuple[Any, ...]]:
        return rows(self.url, "SELECT source, outcome FROM crawls ORDER BY id")


@pytest.fixture
def morning(readers: None, tmp_path: Path) -> Morning:
    return Morning(tmp_path)


@pytest.mark.soak
def test_only_those_whose_turn_it_is(morning: Morning) -> None:
    with serve(paged_site(1)) as site, serve(paged_site(1)) as other:
        morning.declare(satu=site)
        assert morning.run("--due").returncode == 0
        again = morning.run("--due")
        assert (again.returncode, again.stdout) == (0, "")
        assert re.fullmatch(r"No source is due before 20.* UTC\.\n", again.stderr)
        morning.declare(satu=site, dua=other)
        site.asked.clear()
        third = morning.run("--due")
        assert site.asked == []
    assert re.search(r"^pemkot-dua +ok", third.stdout, re.MULTILINE)
    assert "pemkot-satu" not in third.stdout
    assert morning.crawls() == [("pemkot-satu", "ok"), ("pemkot-dua", "ok")]


@pytest.mark.soak
def test_when_the_time_is_up_the_next_run_begins_with_the_rest(morning: Morning) -> None:
    up = threading.Event()

    def hold() -> Answer:
        assert up.wait(timeout=60)
        return Answer(b"<p>Selamat datang</p>", headers={"Content-Type": "text/html"})

    slow: Pages = {"*": hold}
    # The clock would be asked of both sites before either is crawled.
    one_by_one = ("-s", "CONCURRENT_SOURCES=1", "-s", "CLOCK_CHECK=False")
    with serve(slow) as first, serve(paged_site(1)) as second:
        morning.declare(lambat=first, cepat=second)
        process = morning.begin("--within", "1s", "--json", *one_by_one)
        assert process.stderr is not None
        assert "The time is up (0:01)" in process.stderr.readline()
        up.set()
        out, err = process.communicate(timeout=60)
        stopped, waiting = json.loads(out)
        assert (stopped["source"], stopped["outcome"]) == ("pemkot-lambat", "stopped")
        assert (waiting["source"], waiting["outcome"]) == ("pemkot-cepat", None)
        assert "1 source was stopped, 1 not reached; the next run continues with them." in err
        assert process.returncode == 0, "that was asked for"
        assert second.asked == []
        assert morning.run("--due", *one_by_one).returncode == 1
    assert [source for source, _ in morning.crawls()] == [
        "pemkot-lambat",
        "pemkot-cepat",
        "pemkot-lambat",
    ]


@pytest.mark.parametrize("wrong", ["", "soon", "50", "0m", "-5m", "5m3", "1.5h"])
def test_what_is_no_duration_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match="write a time such as 50m, 90s, 2h or 1h30m"):
        parse_duration(wrong)


def test_a_wrong_duration_ends_the_command_before_anything_is_made(morning: Morning) -> None:
    with serve({}) as site:
        morning.declare(satu=site)
        done = morning.run("--within=1.5h")
    assert done.returncode == 2
    assert "write a time such as 50m, 90s, 2h or 1h30m" in done.stderr
    assert not (morning.folder / "archive.db").exists()


@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_everything_stored(morning: Morning, number: int) -> None:
    """The whole group gets it, readers included: so does systemd, so does a terminal."""
    held = HeldPage(paged_site(20), "/berita/read/30")
    with serve(held.pages) as site:
        morning.declare(satu=site)
        process = morning.begin(*ONE_BY_ONE)
        # The first releases are read once twenty are there and the site's frame is known.
        while "/berita/read/30" not in site.asked or count(morning.folder) == 0:
            assert process.poll() is None
            time.sleep(0.05)
        os.killpg(process.pid, number)
        assert process.stderr is not None
        line = process.stderr.readline()
        held.let_go()
        out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Traceback" not in out + line + err
    assert f"{signal.Signals(number).name}: finishing open requests" in line + err
    assert re.search(r"^pemkot-satu +stopped", out, re.MULTILINE)
    assert morning.crawls() == [("pemkot-satu", "stopped")]
    assert 0 < count(morning.folder) < 40
    assert rows(morning.url, "SELECT reason, detail FROM rejections") == []


@pytest.mark.soak
def test_a_signal_ends_it_when_nobody_reads_what_it_says(morning: Morning) -> None:
    held = HeldPage(paged_site(20), "/berita/read/5")
    with serve(held.pages) as site:
        morning.declare(satu=site)
        process = morning.begin(*ONE_BY_ONE)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stderr.close()
        while "/berita/read/5" not in site.asked:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        time.sleep(1)  # nothing tells that it came: its output is closed
        held.let_go()
        process.wait(timeout=120)
        assert "/berita/read/40" not in site.asked
    assert morning.crawls() == [("pemkot-satu", "stopped")]


def test_for_programs(morning: Morning) -> None:
    with serve(paged_site(1)) as site:
        morning.declare(satu=site)
        (told,) = json.loads(morning.run("--json").stdout)
    assert told.pop("requests") > 2
    assert told.pop("seconds") >= 0
    assert told == {
        "source": "pemkot-satu",
        "kind": "pemkot",
        "outcome": "ok",
        "reason": None,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "known": 0,
        "missing": 0,
        "gone": 0,
        "rejected": {},
        "failed": {},
    }


def test_sources_that_share_a_host_are_crawled_one_after_another(
    crawl: Crawl, declare: Declare
) -> None:
    """Also where each has other hosts besides."""
    pages = paged_site(2)
    for path, page in list(pages.items()):
        pages[path.replace("berita", "kabar")] = str(page).replace("berita", "kabar")
    with serve(pages) as site, serve({}) as other:
        keys = {"listing": site.home + "berita", "article": "/berita/read/{id}"}
        one = declare(site.home, **keys)
        keys = {"listing": site.home + "kabar", "article": "/kabar/read/{id}"}
        two = declare(site.home, id="pemkot-lain", feed=other.home + "feed", **keys)
        crawl(one, two)
        ours = [("kabar" in path) for path in site.asked if path.startswith(("/berita", "/kabar"))]
    first_of_two = ours.index(True)
    assert all(ours[first_of_two:])
    assert sum(ours) > 4


def test_the_delay_is_the_least_whatever_the_command_line_says() -> None:
    """Scrapy sets what its command line said once more when a spider is made."""
    settings = Settings({"DOWNLOAD_DELAY_JITTER": 0.2})
    settings.set("DOWNLOAD_DELAY", "0.6", priority="cmdline")
    own = courteous(settings, source("pemkot-a", delay=8.0))
    own.set("DOWNLOAD_DELAY", "0.6", priority="cmdline")
    assert own.getfloat("DOWNLOAD_DELAY") == 10.0


def test_many_names_of_one_machine() -> None:
    assert domain(source("kpu-a", home="https://kota-a.kpu.go.id/")) == "kpu.go.id"
    assert domain(source("kpu-b", home="https://aceh.kpu.go.id/")) == "kpu.go.id"
    assert domain(source("pemkot-a", home="https://web.a.go.id/")) == "a.go.id"
    assert domain(source("pemkot-b", home="http://127.0.0.7:80/")) == "127.0.0.7"


def test_a_fault_of_ours_in_one_source_harms_no_other(
    crawl: Crawl, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no such thing")

    monkeypatch.setattr("crawler.spiders.kinds.KpuSpider.from_crawler", broken)
    with serve(paged_site(1)) as site, serve({}) as other:
        well = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        ill = declare(other.home, id="kpu-uji", kind="kpu")
        done: CrawlRun = crawl(ill, well)
    outcomes = {result.source.id: result.verdict.outcome for result in done.results}
    assert outcomes == {"kpu-uji": "failed", "pemkot-uji": "ok"}
    (broken_one,) = [result for result in done.results if result.source == ill]
    assert "Please report this fault: ZeroDivisionError" in broken_one.verdict.reason
