"""Sites that change their system or host: their releases return under new addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from archive.cli import main as cli
from archive.database.connection import open_archive
from archive.export.increment import records
from archive.health import findings
from archive.lookup.release_history import history
from archive.lookup.selection import Selection
from archive.lookup.stats import stats
from archive.search.fulltext import search
from archive.watches.events import events
from archive.watches.watch import Watch
from crawler.rebuild.run import rebuild
from crawler.registry.source import Source
from crawler.run.crawl_run import CrawlRun
from demo.releases import DemoRelease
from tests.conftest import Crawl
from tests.crawler.run.test_clock_check import HOUR, clock_moved
from tests.crawler.whole_crawls.test_crawl import rows
from tests.site import Answer, Pages, Site, serve
from tests.web.releases import made_up

Declare = Callable[..., Source]
RELEASES = made_up(8, site="kota-uji", city="Kota Uji")
DAYS = 24 * HOUR
SLUGS = "/informasi/{slug}"


def stamp(day: Any) -> str:
    months = (
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
    )
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"


def old_page(release: DemoRelease, text: str = "") -> str:
    """As the old system prints it."""
    paragraphs = (text or release.body).split("\n\n")
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>{release.title}</title></head><body><div id=atas>Kota Uji</div><article>"
        f"<h1>{release.title}</h1><p class=tanggal>{stamp(release.published)}</p>{body}</article></body></html>"
    )


def new_page(release: DemoRelease, date: str = "", text: str = "") -> str:
    """As the new system prints it, with other marks around another frame."""
    paragraphs = (text or release.body).split("\n\n")
    body = "".join(f"<div><span>{paragraph}</span></div>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html><head><title>{release.title} | Portal</title></head><body><nav>Beranda Profil"
        f"</nav><main><h2 class=judul>{release.title}</h2><time>{date or stamp(release.published)}</time>"
        f"<section class=isi>{body}</section></main><footer>Diskominfo</footer></body></html>"
    )


def listed(links: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="{url}">{title}</a></li>' for url, title in links)
    return f"<html><body><ul>{items}</ul></body></html>"


def old_site(releases: list[DemoRelease] = RELEASES) -> Pages:
    pages: Pages = {old_path(one): old_page(one) for one in releases}
    return pages | {"/berita": listed([(old_path(one), one.title) for one in releases])}


def new_site(releases: list[DemoRelease] = RELEASES, **how: str) -> Pages:
    pages: Pages = {new_path(one): new_page(one, **how) for one in releases}
    return pages | {"/informasi": listed([(new_path(one), one.title) for one in releases])}


def old_path(release: DemoRelease) -> str:
    return f"/berita/read/{release.number}"


def new_path(release: DemoRelease) -> str:
    return f"/informasi/{release.slug}"


class Office:
    """An office, its archive, and the clock of its crawls: a day lies between two of them."""

    def __init__(self, crawl: Crawl, declare: Declare, url: str) -> None:
        self._crawl, self._declare, self.url = crawl, declare, url
        self._day = -9

    def crawl(self, site: Site, *, moved: bool = False, deep: bool = False) -> CrawlRun:
        list_, article = ("informasi", SLUGS) if moved else ("berita", "/berita/read/{id}")
        self.source = self._declare(site.home, listing=site.home + list_, article=article)
        self._day += 1
        with clock_moved(self._day * DAYS):
            return self._crawl(self.source, deep=deep)

    def records(self, **chosen: Any) -> list[dict[str, Any]]:
        return _records(self.url, **chosen)

    def by_url(self) -> dict[str, dict[str, Any]]:
        return {re.sub("^https?://[^/]+", "", one["url"]): one for one in self.records()}

    @contextmanager
    def engine(self) -> Iterator[Any]:
        engine = open_archive(self.url)
        try:
            yield engine
        finally:
            engine.dispose()


def _records(url: str, **chosen: Any) -> list[dict[str, Any]]:
    engine = open_archive(url)
    try:
        return list(records(engine, Selection(**chosen)))
    finally:
        engine.dispose()


@pytest.fixture
def office(crawl: Crawl, declare: Declare, archive_url: str) -> Office:
    return Office(crawl, declare, archive_url)


def redirects(to: str = "") -> Pages:
    return {
        old_path(one): Answer(b"", 301, {"Location": to.rstrip("/") + new_path(one)})
        for one in RELEASES
    }


@contextmanager
def moved(office: Office, how: str, **new: Any) -> Iterator[Site]:
    """The office before and after it moved; gives its new site."""
    with ExitStack() as stack:
        old = stack.enter_context(ExitStack())
        before = old.enter_context(serve(old_site()))
        office.crawl(before)
        if how.startswith("same host"):
            before.pages.clear()
            site = before
            site.pages |= new_site(**new)
            if how == "same host, redirects":
                site.pages |= redirects()
        else:
            site = stack.enter_context(serve(new_site(**new)))
            if how == "redirects":
                before.pages.clear()
                before.pages |= redirects(site.home)
            else:
                old.close()
        yield site


_LONG = pytest.mark.soak


@pytest.mark.parametrize(
    "how",
    [
        "old host gone",
        "same host, redirects",
        pytest.param("redirects", marks=_LONG),
        pytest.param("same host", marks=_LONG),
    ],
)
def test_a_whole_office_moves(how: str, office: Office) -> None:
    with moved(office, how) as site:
        office.crawl(site, moved=True)
        _all_moved(office)
        seqs = [one["seq"] for one in office.records()]
        office.crawl(site, moved=True)
        _all_moved(office)
        run = office.crawl(site, moved=True, deep=True)
        _all_moved(office)
        if not how.startswith("same host"):  # there its old list is missing
            assert run.results[0].verdict.outcome == "ok", run.results[0].verdict
        assert [one["seq"] for one in office.records()] == seqs


def _all_moved(office: Office) -> None:
    assert rows(office.url, "SELECT count(gone_at) FROM release_records") == [(0,)]
    assert rows(office.url, "SELECT sum(moved) FROM crawls") == [(0,)], "it seemed rebuilt"
    assert "left-site" not in str(rows(office.url, "SELECT ways FROM crawls")), "it asked old lists"
    by_url = office.by_url()
    assert len(by_url) == 2 * len(RELEASES)
    for one in RELEASES:
        old, new = by_url[old_path(one)], by_url[new_path(one)]
        assert (old["moved_to"], old["moved_from"]) == (new["id"], None)
        assert (new["moved_to"], new["moved_from"]) == (None, old["id"])
        for record in (old, new):
            assert (record["gone_at"], record["duplicate_of"]) == (None, None)
    assert {one["id"] for one in office.records(unique=True)} == {
        by_url[old_path(one)]["id"] for one in RELEASES
    }
    assert office.records(gone=True) == []
    with office.engine() as engine:
        totals = stats(engine).totals
        assert (totals.releases, totals.reposts, totals.gone) == (len(RELEASES), 0, 0)
        assert totals.moved == len(RELEASES)
        assert search(engine, "", Selection(gone=True)) == []
        told = events(engine, Watch(name="semua", selection=Selection()), 0, 1000)
        assert [event.what for event in told] == ["new"] * len(RELEASES)
        with Session(engine) as session:
            found = findings(session, datetime.now(UTC) - timedelta(days=1))
            assert not {one.kind for one in found} & {"redesign", "withdrawn"}, found


@pytest.mark.parametrize("how", ["same host", pytest.param("old host gone", marks=_LONG)])
def test_what_did_not_come_along_is_withdrawn(how: str, office: Office) -> None:
    with moved(office, how, releases=RELEASES[:5]) as site:
        office.crawl(site, moved=True)
        assert office.records(gone=True) == []
        for _ in range(2):
            office.crawl(site, moved=True, deep=True)
    gone = {one["url"] for one in office.records(gone=True)}
    assert {re.sub("^https?://[^/]+", "", url) for url in gone} == set(map(old_path, RELEASES[5:]))
    assert len([one for one in office.records() if one["moved_to"]]) == 5
    assert rows(office.url, "SELECT count(gone_at) FROM release_records") == [(3,)]
    assert [one for one in office.records() if one["duplicate_of"]] == []


def test_the_first_date_stays_where_the_new_system_prints_the_day_of_the_import(
    office: Office, archive_url: str, tmp_path: Path
) -> None:
    """And retypes a word."""
    retyped = RELEASES[0].body.replace(" dan ", " serta ", 1)
    assert retyped != RELEASES[0].body
    with moved(office, "same host", date="1 Desember 2026") as site:
        site.pages[new_path(RELEASES[0])] = new_page(RELEASES[0], "1 Januari 2020", retyped)
        office.crawl(site, moved=True)
    _all_moved(office)
    by_url = office.by_url()
    counts_from = dict(rows(archive_url, "SELECT release, counts_from FROM claims"))
    for one in RELEASES:
        old, new = by_url[old_path(one)], by_url[new_path(one)]
        assert old["published_on"] == one.published.date().isoformat()
        assert counts_from[old["id"]][:10] == old["published_on"]
        assert counts_from[new["id"]][:10] >= old["published_on"]
    with office.engine() as engine:
        new = by_url[new_path(RELEASES[0])]["id"]
        stays = history(engine, new).addresses
    assert [stay.how for stay in stays] == ["gone", None]
    assert {change.field for change in stays[1].versions[0].changes} == {"body", "published_on"}
    printed = CliRunner().invoke(cli, ["history", new, "--archive", archive_url]).output
    assert (
        printed.index("as first archived")
        < printed.index("Moved to")
        < printed.index("at the new address, changed")
    )


def test_a_copy_at_the_same_site_is_a_repost_and_a_return_lifts_a_move(office: Office) -> None:
    again = RELEASES[0]
    with serve(old_site()) as site:
        office.crawl(site)
        links = [(old_path(one), one.title) for one in RELEASES]
        site.pages["/berita/read/1"] = old_page(again)
        site.pages["/berita"] = listed([("/berita/read/1", again.title), *links])
        office.crawl(site)
        first, copy = (office.by_url()[path] for path in (old_path(again), "/berita/read/1"))
        assert (copy["duplicate_of"], copy["moved_from"]) == (first["id"], None)
        moves = RELEASES[1]
        page = site.pages.pop(old_path(moves))
        there = "/berita/read/2"
        site.pages[there] = old_page(moves)
        site.pages["/berita"] = listed([(there, moves.title), *links])
        office.crawl(site)
        old, new = (office.by_url()[path] for path in (old_path(moves), there))
        assert (old["moved_to"], new["moved_from"]) == (new["id"], old["id"])
        site.pages[old_path(moves)] = page
        office.crawl(site, deep=True)
        back, copy = (office.by_url()[path] for path in (old_path(moves), there))
    assert (back["moved_to"], back["gone_at"], back["duplicate_of"]) == (None, None, None)
    assert (copy["moved_from"], copy["duplicate_of"]) == (None, back["id"])
    assert min(back["seq"], copy["seq"]) > max(old["seq"], new["seq"])


@pytest.mark.soak
@pytest.mark.parametrize("how", ["redirects", "same host"])
def test_captures_give_the_same_moves(
    how: str, office: Office, archive_url: str, tmp_path: Path
) -> None:
    with moved(office, how, releases=RELEASES[:5]) as site:
        for deep in (False, True, True):
            office.crawl(site, moved=True, deep=deep)
    captures, anew = tmp_path / "captures", f"sqlite:///{tmp_path / 'anew.db'}"
    assert rebuild([office.source], anew, captures, [], "", 2, 30.0)
    crawled = office.records()
    restored = _records(anew)
    for one in (*crawled, *restored):
        del one["seq"]
    by_id = {one["id"]: one for one in crawled}
    assert {one["id"]: one for one in restored} == by_id
    links = "SELECT old, new, origin, at, how FROM moves ORDER BY old"
    assert rows(anew, links) == rows(archive_url, links)
    before = rows(archive_url, "SELECT id, seq FROM release_records ORDER BY id")
    assert rebuild([office.source], archive_url, captures, [], "", 2, 30.0)
    assert rows(archive_url, "SELECT id, seq FROM release_records ORDER BY id") == before
