"""Real crawls of sites that fall ill, and how many crawls it takes until that is named."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from archive.database.connection import open_archive
from archive.health import Finding, findings
from archive.health.thresholds import limits
from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import TEXT, article, listing, paged_site
from tests.site import Answer, Site, serve

Declare = Callable[..., Source]
NOTICE = "<html><title>Pemeliharaan</title><h1>Situs dalam perbaikan</h1><p>Silakan kembali besok.</p></html>"
CHALLENGE = Answer(b"<title>Just a moment...</title>", 403, {"Server": "cloudflare"})


def page(n: int, text: str = TEXT * 4) -> str:
    """A release of some length."""
    return article(n, text)


def undated(n: int) -> str:
    """The same without its date."""
    return page(n).replace("26 Mei 2024", "")


class Office:
    """A running site, its source, and a week of healthy crawls behind it."""

    def __init__(self, site: Site, crawl: Crawl, declare: Declare, archive_url: str) -> None:
        self.site, self._crawl, self._url = site, crawl, archive_url
        site.asked.clear()
        site.pages.clear()
        listing_url, pattern = site.home + "berita", "/berita/read/{id}"
        self.source = declare(site.home, listing=listing_url, article=pattern)
        self.newest = 24
        self.page: Callable[[int], Any] = page
        site.pages.update(paged_site(12))
        site.pages.update({f"/berita/read/{n}": page(n) for n in range(1, 25)})

    def publish(self, count: int = 3) -> None:
        """New releases at the head of the list."""
        new = range(self.newest + 1, self.newest + count + 1)
        self.newest += count
        self.site.pages |= {f"/berita/read/{n}": self.page(n) for n in new}
        head = listing(reversed(new), "")
        self.site.pages["/berita"] = str(self.site.pages["/berita"]).replace(
            "<body>", "<body>" + head
        )

    def crawl(self, **settings: Any) -> None:
        self._crawl(self.source, **settings)

    def found(self, days: float = 0) -> list[Finding]:
        """What health finds, so many days from now."""
        engine = open_archive(self._url)
        with Session(engine) as session:
            found = findings(session, datetime.now(UTC) + timedelta(days=days))
        engine.dispose()
        return found

    @property
    def kinds(self) -> list[str]:
        return [one.kind for one in self.found()]

    def past(self, days: int) -> None:
        """Lets everything have happened so many days earlier."""
        with closing(sqlite3.connect(self._url.removeprefix("sqlite:///"))) as archive:
            for table, column in (
                ("crawls", "started_at"),
                ("crawls", "ended_at"),
                ("release_records", "first_seen_at"),
            ):
                archive.execute(
                    f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, ?)",  # noqa: S608
                    (f"-{days} days",),
                )
            archive.commit()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve({}) as site:
        yield site


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first office's healthy crawls leave behind, for all."""
    return tmp_path_factory.mktemp("week") / "crawled"


@pytest.fixture
def office(
    site: Site, week: Path, crawl: Crawl, declare: Declare, archive_url: str, tmp_path: Path
) -> Office:
    office = Office(site, crawl, declare, archive_url)
    if not week.exists():
        for _ in range(3):
            office.crawl()
        assert office.kinds == []
        shutil.copytree(tmp_path, week)
    shutil.copytree(week, tmp_path, dirs_exist_ok=True)
    return office


def takes(office: Office, kind: str) -> Finding:
    """Crawls until the kind is named; as often as `limits.toml` says, and not once less."""
    for _ in range(limits().kinds[kind].crawls):
        assert office.kinds == []
        office.crawl()
    (finding,) = office.found()
    assert finding.kind == kind
    assert finding.source == "pemkot-uji"
    return finding


def everything(office: Office, answer: Any) -> None:
    office.site.pages.clear()
    office.site.pages["*"] = answer


def test_healthy_ones_stay_healthy(office: Office) -> None:
    for _ in range(4):
        office.publish(2)
        office.crawl()
        assert office.found() == []
    office.crawl(SOURCE_REQUESTS_MAX=1)  # a budget spent is not the site's illness
    assert office.found() == []


def test_one_bad_day_is_not_told(office: Office) -> None:
    pages = dict(office.site.pages)
    for answer in (CHALLENGE, Answer(b"", 503), NOTICE):
        everything(office, answer)
        office.crawl()
        office.site.pages.clear()
        office.site.pages |= pages
        assert office.kinds == []
        office.crawl()
        assert office.kinds == []


def test_a_challenge(office: Office) -> None:
    everything(office, CHALLENGE)
    finding = takes(office, "blocked")
    assert "challenge" in finding.evidence
    assert office.site.home in finding.evidence


def test_refused_pages_behind_lists_that_are_not(office: Office) -> None:
    office.page = lambda _: Answer(b"no", 403)
    for _ in range(2):
        office.publish(1)
        assert office.kinds == []
        office.crawl()
    assert office.kinds == ["blocked"]


def test_down(office: Office) -> None:
    everything(office, Answer(b"error", 500))
    assert "http-500" in takes(office, "unreachable").evidence


def test_robots(office: Office) -> None:
    office.site.pages["/robots.txt"] = "User-agent: *\nDisallow: /\n"
    takes(office, "robots")


def test_everything_is_answered_with_one_page(office: Office) -> None:
    everything(office, NOTICE)
    assert "3 of 3 URLs" in takes(office, "same-answer").evidence


def test_releases_are_answered_with_one_page(office: Office) -> None:
    """The list still stands, and every address it leads to shows the home page."""
    for path in [path for path in office.site.pages if "/read/" in path]:
        office.site.pages[path] = NOTICE
    office.page = lambda _: NOTICE
    for _ in range(2):
        office.publish()
        assert office.kinds == []
        office.crawl()
    assert office.kinds == ["same-answer"]


def test_lists_without_links(office: Office) -> None:
    """A new theme loads its list by script."""
    office.site.pages["/berita"] = (
        "<html><body><div id='app'></div><script src='/a.js'></script></body></html>"
    )
    finding = takes(office, "redesign")
    assert "lists no release; an earlier crawl found 2" in finding.evidence
    assert finding.since <= datetime.now(UTC)


def test_lists_with_other_addresses(office: Office) -> None:
    office.site.pages["/berita"] = str(office.site.pages["/berita"]).replace(
        "/berita/read/", "/kabar/"
    )
    takes(office, "redesign")


def test_the_list_is_gone(office: Office) -> None:
    del office.site.pages["/berita"]
    assert "http-404" in takes(office, "redesign").evidence


def test_pages_without_text(office: Office) -> None:
    office.page = lambda n: f"<html><h1>Rilis {chr(60 + n) * 5}</h1><div id='isi'></div></html>"
    for _ in range(2):
        office.publish()
        assert office.kinds == []
        office.crawl()
    assert office.kinds == ["redesign"]


def test_dates_are_lost(office: Office) -> None:
    office.page = undated
    for _ in range(2):
        office.publish()
        assert office.kinds == []
        office.crawl()
    (finding,) = office.found()
    assert finding.kind == "dates"
    assert "0 of the last 6 releases read were dated, 100% before" in finding.evidence
    assert "/berita/read/" in finding.evidence


def test_a_deep_crawl_of_pages_that_lost_their_dates(office: Office) -> None:
    for n in range(1, office.newest + 1):
        office.site.pages[f"/berita/read/{n}"] = undated(n)
    office.crawl(deep=True)
    assert office.kinds == []
    office.page = undated
    office.publish()
    office.crawl()
    assert office.kinds == ["dates"]


def test_texts_are_cut(office: Office) -> None:
    office.page = lambda n: page(n, TEXT[:70] + ".").replace("Paragraf kedua", "")
    for _ in range(2):
        office.publish()
        assert office.kinds == []
        office.crawl()
    assert office.kinds == ["bodies"]


def test_it_slows_to_a_crawl(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seconds are those of a small machine: 0.3 of them stand for 3."""
    real = limits()
    scaled = replace(real, slow=replace(real.slow, seconds=0.3))
    monkeypatch.setattr(sys.modules["archive.health.failing_seeds"], "limits", lambda: scaled)
    page = str(office.site.pages["/berita"])

    def slowly() -> Answer:
        time.sleep(0.4)
        return Answer(page.encode(), headers={"Content-Type": "text/html"})

    office.site.pages["/berita"] = slowly
    office.site.pages["/robots.txt"] = slowly
    assert "A response takes 0.4 s" in takes(office, "slow").evidence


def test_a_feed_fails_and_lists_stand_in(crawl: Crawl, declare: Declare, archive_url: str) -> None:
    item = "<item><title>Rilis nomor 1</title><link>{}berita/read/1</link></item>"
    with serve(paged_site(2)) as site:
        site.pages["/feed/"] = Answer(
            f"<rss><channel>{item.format(site.home)}</channel></rss>".encode()
        )
        places = {"listing": site.home + "berita", "feed": site.home + "feed/"}
        source = declare(site.home, article="/berita/read/{id}", **places)
        for _ in range(3):
            crawl(source)
        del site.pages["/feed/"]
        for _ in range(2):
            crawl(source)
    engine = open_archive(archive_url)
    with Session(engine) as session:
        (finding,) = findings(session, datetime.now(UTC))
    engine.dispose()
    assert finding.kind == "fallback"
    assert (
        f"feed {site.home}feed/ could not be fetched (http-404); used instead: listing"
        in finding.evidence
    )


def test_it_falls_silent(office: Office) -> None:
    """Its releases stand in the archive with the days they came in on: one every other day."""
    for _ in range(7):
        office.page = undated
        office.publish(1)
        office.crawl()
        office.past(2)
    assert "silent" not in office.kinds
    office.past(20)
    office.crawl()
    assert "silent" not in office.kinds, "one crawl after so long a time proves nothing"
    office.past(1)
    office.crawl()
    assert "silent" in office.kinds


def test_the_schedule_dies(office: Office) -> None:
    assert office.found(days=2) == []
    (finding,) = office.found(days=5)
    assert (finding.kind, finding.source) == ("no-schedule", None)
