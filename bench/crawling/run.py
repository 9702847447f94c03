"""Our crawl, a naive spider and download alone, in turn on the same sites."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.crawling import starts
from bench.crawls import FAST, ROOT, CrawlFailed
from bench.made_up_captures import SITES, in_own_words
from tests.web import Web

_SITES = SITES[:4]
_CRAWLERS = ("ours", "naive", "download")
_PARTS = {
    "start": "start, to the first request",
    "loop": "requests and responses (event loop)",
    "captures": "captures (a thread)",
    "store": "storing (a thread)",
    "hand-over": "handing pages to the readers (threads)",
    "readers' parent": "loading what readers share (a process)",
    "readers": "reading, links and entries (processes)",
}


@dataclass(slots=True)
class Crawl:
    """One crawl of all sites."""

    seconds: float
    processor: float
    requests: int
    releases: int
    """Releases of the sites that it has found."""
    parts: dict[str, float] = field(default_factory=dict)
    """Seconds of processor time, of our own crawl."""


class Bench:
    """The sites, and the three crawlers."""

    def __init__(self, web: Web, folder: Path) -> None:
        self._web = web
        self._folder = folder
        self._sites = folder / "sites.json"
        self._asked: list[list[str]] = []
        """What our last crawl has requested, by site."""
        self._truth = {url for site in web for url in site.truth}
        self._number = 0
        (folder / "sources.toml").write_text(web.sources_toml, "utf-8")

    @property
    def archive(self) -> Path:
        """That of our last crawl."""
        return self._folder / f"{self._number}.db"

    @property
    def size(self) -> int:
        """Releases on all sites."""
        return len(self._truth)

    def crawl(self, crawler: str) -> Crawl:
        """Crawls with one of the three. Raises CrawlFailed."""
        for site in self._web:
            site.log.clear()
        return {"ours": self._ours, "naive": self._naive, "download": self._download}[crawler]()

    def _ours(self) -> Crawl:
        self._number += 1
        place = self._folder / f"{self._number}"
        options = [word for name, value in FAST.items() for word in ("-s", f"{name}={value}")]
        crawl = self._run(
            ["bench.crawling.clocked", f"{place}.json", "crawlall", *options],
            SOURCES=f"{self._folder / 'sources.toml'}",
            ARCHIVE_URL=f"sqlite:///{place}.db",
            CAPTURES=f"{place}",
        )
        crawl.parts = json.loads(Path(f"{place}.json").read_text("utf-8"))
        crawl.processor = sum(crawl.parts.values())
        file = Path(f"{place}.jsonl")
        self._run(["archive", "--archive", f"{place}.db", "export", "-o", str(file)])
        crawl.releases = self._found([file])
        self._asked = [[site.base + target for target in site.log.targets] for site in self._web]
        return crawl

    def _naive(self) -> Crawl:
        self._sites.write_text(json.dumps([[f"{site.base}/"] for site in self._web]), "utf-8")
        crawl = self._run(["bench.crawling.spiders", "naive", str(self._sites)])
        crawl.releases = self._found(self._folder.glob("sites-*.jsonl"))
        return crawl

    def _download(self) -> Crawl:
        self._sites.write_text(json.dumps(self._asked), "utf-8")
        return self._run(["bench.crawling.spiders", "download", str(self._sites)])

    def _found(self, files: Iterable[Path]) -> int:
        """How many of the sites' releases stand in these files."""
        lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
        return len(self._truth.intersection(json.loads(line)["url"] for line in lines))

    def _run(self, words: Sequence[str], **places: str) -> Crawl:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**os.environ, **places},
            capture_output=True,
        )
        seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise CrawlFailed(f"{' '.join(words[:3])}: {done.stderr.decode()[-2000:]}")
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        requests = sum(len(site.log.targets) for site in self._web)
        return Crawl(seconds, spent, requests, 0)


def run(console: Console, releases: int, rounds: int) -> None:
    """Crawls so many releases of each site with each crawler, in turn, and shows the medians, and
    what starting costs. Raises CrawlFailed."""
    crawls: dict[str, list[Crawl]] = defaultdict(list)
    folder = tempfile.TemporaryDirectory(prefix="bench-crawl-")
    with folder as name, Web(_SITES, count=releases) as web:
        for site in web:
            deque(in_own_words(site, site.releases), maxlen=0)
        bench = Bench(web, Path(name))
        for _ in range(rounds):
            for crawler in _CRAWLERS:
                crawls[crawler].append(bench.crawl(crawler))
        started = starts.starts(bench.archive, rounds)
    console.print(_compared(crawls, bench.size))
    console.print(_by_part(crawls["ours"], bench.size))
    console.print(starts.table(started, [crawl.parts["start"] for crawl in crawls["ours"]]))


def _compared(crawls: dict[str, list[Crawl]], size: int) -> Table:
    table = Table(title=f"{size} releases on {len(_SITES)} sites", box=SIMPLE_HEAD, padding=0)
    for column in ("", *_CRAWLERS, "ours / naive"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)

    def add(what: str, form: str, value: Callable[[Crawl], float], *, share: bool = False) -> None:
        values = {crawler: median(map(value, crawls[crawler])) for crawler in _CRAWLERS}
        ratios = [value(a) / value(b) for a, b in zip(crawls["ours"], crawls["naive"], strict=True)]
        shown = f"{median(ratios):.2f}" if share else ""
        table.add_row(what, *(format(number, form) for number in values.values()), shown)

    add("milliseconds a release", ".1f", lambda crawl: 1000 * crawl.seconds / size, share=True)
    add("of processor time", ".1f", lambda crawl: 1000 * crawl.processor / size, share=True)
    add("requests", ",.0f", lambda crawl: crawl.requests)
    add("releases found", ",.0f", lambda crawl: crawl.releases)
    add("releases a second", ".1f", lambda crawl: crawl.releases / crawl.seconds)
    add("requests a second", ".1f", lambda crawl: crawl.requests / crawl.seconds)
    return table


def _by_part(crawls: list[Crawl], size: int) -> Table:
    table = Table(title="Processor time of ours", box=SIMPLE_HEAD, padding=0)
    table.add_column("")
    table.add_column("ms a release", justify="right")
    for part, title in _PARTS.items():
        spent = median(crawl.parts.get(part, 0.0) for crawl in crawls)
        table.add_row(title, f"{1000 * spent / size:.1f}")
    return table
