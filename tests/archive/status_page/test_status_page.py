"""The status page: what it says of each office, and that it needs nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import Engine

from archive.health.thresholds import limits
from archive.i18n import LANGUAGES, speaking
from archive.i18n.labels import LABELS
from archive.ingest import frontier
from archive.ingest.frontier import Found
from archive.ingest.store import Store
from archive.status_page import badge, offices
from archive.status_page.badge import COLOURS
from archive.status_page.offices import STATES, Office
from tests.archive.conftest import Run
from tests.archive.health.test_findings import REFUSED, WELL
from tests.archive.samples import DAY, release, source

NOW = datetime.now(UTC)
EVIL = 'Kota <script>alert(1)</script>\u202e & "Uji"'
States = Callable[[], dict[str, Office]]


@pytest.fixture
def crawled(store: Store) -> Store:
    """One office in each state: blocked, up to date, and never visited."""
    store.register([source("pemkot-baru"), source("kpu-uji", publisher=EVIL)])
    for back in (3, 2, 1):
        at = NOW - back * DAY
        for name, outcome, noted in (
            ("pemkot-contoh", "blocked", REFUSED),
            ("kpu-uji", "ok", WELL),
            ("pemkot-misal", "ok", WELL),
        ):
            crawl = store.begin_crawl(name, at)
            fetched = {"fetched_at": at, "published_on": at.date(), "published_at": None}
            if back == 3:
                store.store(release(1, source=name, **fetched), crawl)
            if name == "pemkot-misal":
                url = f"https://pemkot-misal.example/berita/{back}9"
                found = Found(url=url, what="release", by="listing", at=at)
                store.within(frontier.note_found, name, [found])
            store.end_crawl(crawl, outcome, None, noted, at)  # type: ignore[arg-type]
    return store


@pytest.fixture
def states(crawled: Store, engine: Engine) -> States:
    return lambda: {one.id: one for one in offices.offices(engine, NOW)}


def test_each_office_is_in_one_state(states: States) -> None:
    found = states()
    assert {name: one.state for name, one in found.items()} == {
        "pemkot-contoh": "stale",
        "kpu-uji": "current",
        "pemkot-misal": "current",
        "pemkot-baru": "unknown",
        "kpu-contoh": "unknown",
    }
    blocked = found["pemkot-contoh"]
    assert blocked.since is not None
    assert (NOW - blocked.since).days == 3
    assert blocked.last_look_at is not None
    assert blocked.last_good_look_at is None
    assert found["pemkot-baru"].complete is None


def test_what_its_lists_name_and_could_not_be_fetched_is_missing(states: States) -> None:
    office = states()["pemkot-misal"]
    assert (office.releases, office.missing, office.complete) == (1, 3, 0.25)


def test_when_the_schedule_has_stopped_all_that_were_crawled_are_stale(
    crawled: Store, engine: Engine
) -> None:
    later = offices.offices(engine, NOW + timedelta(days=30))
    assert {one.state for one in later if one.last_look_at} == {"stale"}
    assert {one.state for one in later if not one.last_look_at} == {"unknown"}


def test_every_kind_of_finding_has_a_state() -> None:
    """A new kind is grave until somebody says otherwise."""
    assert limits().kinds.keys() >= offices._QUIET | offices._IMPAIRED
    assert set(COLOURS) == set(STATES) == set(LABELS["state"])


@pytest.fixture
def folder(run: Run, crawled: Store, tmp_path: Path) -> Path:
    done = run("status-page", "-o", str(tmp_path / "status"), "--lang", "id")
    assert done.exit_code == 0, done.output
    return tmp_path / "status"


def test_files(folder: Path, run: Run) -> None:
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    ids = ("kpu-contoh", "kpu-uji", "pemkot-baru", "pemkot-contoh", "pemkot-misal")
    badges = {f"badges/{name}.svg" for name in ids}
    assert names == {"index.html", "en.html", "status.json", "badge.svg"} | badges
    assert run("status-page", "-o", str(folder), "--lang", "en").exit_code == 0
    assert '<html lang="en">' in (folder / "index.html").read_text()


def test_for_programs(folder: Path) -> None:
    told = json.loads((folder / "status.json").read_text())
    counts = {"stale": 1, "impaired": 0, "quiet": 0, "unknown": 2, "current": 2}
    assert told["totals"] == {"offices": 5, "releases": 3} | counts
    blocked = next(one for one in told["offices"] if one["id"] == "pemkot-contoh")
    assert (blocked["state"], blocked["problems"][0]["kind"]) == ("stale", "blocked")


class _Page(HTMLParser):
    """What a page would load or run, its links, and the order of its headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.tables = self.captions = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "img", "iframe", "link", "object", "video") or "style" in values:
            self.loads.append(tag)
        self.loads += [name for name, _ in attrs if name.startswith("on") or name == "src"]
        if tag == "a":
            self.links.append(values.get("href") or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.tables += tag == "table"
        self.captions += tag == "caption"


@pytest.mark.parametrize("name", ["index.html", "en.html"])
def test_a_page_needs_nothing_else_and_is_in_order(folder: Path, name: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    page = _Page(text)
    assert page.loads == []
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import", text)
    assert page.headings[0] == 1
    assert set(page.headings[1:]) == {2}
    assert page.tables == page.captions == 3
    assert "<script>" not in text
    assert "\u202e" not in text
    for link in page.links:
        assert link.startswith("https://") or (folder / link).is_file(), link


def test_the_languages_lead_to_each_other(folder: Path) -> None:
    first, other = ((folder / name).read_text() for name in ("index.html", "en.html"))
    assert '<a href="en.html" lang="en" hreflang="en">English</a>' in first
    assert '<a href="index.html" lang="id" hreflang="id">Bahasa Indonesia</a>' in other
    assert "1 of 5 offices is stale: releases of it may be missing." in other
    assert "1 dari 5 kantor tertinggal" in first
    assert "The site refuses us" in other
    assert "The site refuses us" not in first
    assert "1 of 4 (25%)" in other


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_badges_are_whole_pictures(states: States, language: str) -> None:
    with speaking(language):
        pictures = [badge.of_all(list(states().values())), *map(badge.of_office, states().values())]
    for picture in pictures:
        root = ET.fromstring(picture)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("aria-label")
        assert not re.search(r"href|url\(|<style", picture)


def test_colours_can_be_read() -> None:
    """WCAG AA: 4.5 to 1, white on a badge; and a page's colours on its ground, by day and night."""
    for colour in COLOURS.values():
        assert _contrast(colour, "#ffffff") >= 4.5
    css = (Path(badge.__file__).parents[1] / "report" / "page.css").read_text()
    for block in re.findall(r":root \{(.*?)\}", css, re.S):
        named = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6})", block))
        for name in ("ink", "faint", "link", "ok", "warn", "bad"):
            assert _contrast(named[name], named["ground"]) >= 4.5, name


def _contrast(one: str, other: str) -> float:
    lights = sorted((_light(one), _light(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _light(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_an_empty_archive(run: Run, engine: Engine, tmp_path: Path) -> None:
    assert run("status-page", "-o", str(tmp_path / "out"), "--lang", "en").exit_code == 0
    assert "The archive has no office yet." in (tmp_path / "out" / "index.html").read_text()
