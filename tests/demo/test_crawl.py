"""The real command on the demo web gives what its releases say, field by field."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import truth
from demo.releases import DemoRelease, load
from demo.tour import QUICK
from demo.web import Web

pytestmark = pytest.mark.soak
ROOT = Path(__file__).parent.parent.parent
Records = dict[str, dict[str, Any]]
Crawled = tuple[Web, Records]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The demo web, and what a crawl of it exports, by URL."""
    folder = tmp_path_factory.mktemp("demo")
    places = {
        "SOURCES": str(folder / "sources.toml"),
        "ARCHIVE_URL": f"sqlite:///{folder / 'archive.db'}",
        "CAPTURES": str(folder / "captures"),
    }
    with Web() as web:
        (folder / "sources.toml").write_text(web.sources_toml, "utf-8")
        run("scrapy", "crawlall", *QUICK, places=places)
        lines = run("archive", "export", places=places).splitlines()
        yield web, {record["url"]: record for record in map(json.loads, lines)}


def run(module: str, *words: str, places: dict[str, str]) -> str:
    """What a command prints; it has to succeed."""
    command = [sys.executable, "-m", module, *words]
    environment = {**os.environ, **places}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout.decode()


def test_the_archive_holds_every_release_and_nothing_else(crawled: Crawled) -> None:
    web, records = crawled
    assert truth.first_morning(web, records.values()) == []


EXPECTED: dict[str, Callable[[DemoRelease], object]] = {
    "title": lambda r: r.title,
    "published_on": lambda r: r.published_on.isoformat(),
    "dateline": lambda r: r.dateline,
    "body": lambda r: r.body,
    "byline": lambda r: r.byline,
    "author_tags": lambda r: list(r.author_tags),
    "election": lambda r: r.election,
    "language": lambda r: r.language,
}


@pytest.mark.parametrize("field", EXPECTED)
def test_each_release_reads_as_its_desk_wrote_it(crawled: Crawled, field: str) -> None:
    web, records = crawled
    archived = [r for r in load() if web.url(r) in records]
    read = {r.key: (records[web.url(r)][field], EXPECTED[field](r)) for r in archived}
    assert {key: pair for key, pair in read.items() if pair[0] != pair[1]} == {}


def test_reposts_lead_to_who_had_the_text_first(crawled: Crawled) -> None:
    web, records = crawled
    by_key = {r.key: records.get(web.url(r), {}) for r in load()}
    reposts = [r for r in load() if r.repost_of]
    assert any(r.leaves_out for r in reposts)
    expected = {r.key: by_key[str(r.repost_of)].get("id") for r in reposts}
    assert {r.key: by_key[r.key].get("duplicate_of") for r in reposts} == expected


def test_a_series_from_one_template_is_no_repost(crawled: Crawled) -> None:
    web, records = crawled
    series = [web.url(r) for r in load() if r.slug.startswith("bimtek-kpps-kelurahan-")]
    assert len(series) == 5
    assert {records[url]["duplicate_of"] for url in series} == {None}
