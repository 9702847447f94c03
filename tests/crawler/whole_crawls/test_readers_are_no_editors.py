"""After an upgrade the program reads better: nobody has edited anything by that."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.database.connection import open_archive
from archive.ingest.version_columns import UNPROVEN
from archive.preservation.verify import Counted, verify
from crawler.rebuild.run import rebuild
from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import TEXT, article, listing, rows
from tests.site import Answer, Pages, serve

Declare = Callable[..., Source]
NUMBERS = range(1, 7)
EDITED = (2, 5)
_UNPROVEN = f"SELECT 1 FROM versions WHERE flags LIKE '%{UNPROVEN}%'"  # noqa: S608


@pytest.fixture
def city(declare: Declare) -> Declare:
    def make(home: str) -> Source:
        return declare(home, listing=home + "berita", article="/berita/read/{id}")

    return make


@pytest.fixture
def captures(archive_url: str) -> Path:
    return Path(archive_url.removeprefix("sqlite:///")).with_name("captures")


def _site(views: int, edited: tuple[int, ...] = (), numbers: range = NUMBERS) -> Pages:
    """Pages that all differ from look to look by a counter; some are edited."""
    pages: Pages = {"/berita": listing(numbers)}
    for n in numbers:
        text = TEXT.replace("naik", "turun") if n in edited else TEXT
        page = article(n, text)
        pages[f"/berita/read/{n}"] = page.replace("</body>", f"<!-- dibaca {views} kali --></body>")
    return pages


def _read_worse(url: str, reader: str | None) -> None:
    """The archive as a reader of before had made it: it took bylines for text, lost the last
    paragraph of one page, and knew no dates."""
    engine = open_archive(url, create=True)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            """UPDATE versions SET body = 'Beranda / Berita' || char(10, 10) || body || byline,
            byline = NULL, author_tags = '[]', published_on = NULL, published_at = NULL,
            published_by = NULL, sha256 = 'x' || id, reader = ?""",
            (reader,),
        )
    engine.dispose()


def _sound(url: str, captures: Path) -> list[str]:
    engine = open_archive(url)
    try:
        # The text was changed behind the back of indexes: the crawl puts that right as it goes.
        found = verify(engine, captures, Counted())
        return [f"{one.what}: {one.detail}" for one in found]
    finally:
        engine.dispose()


def _versions(url: str) -> dict[str, int]:
    found = rows(url, "SELECT url, version FROM release_records")
    return {str(page).rsplit("/", 1)[1]: int(str(count)) for page, count in found}


@pytest.mark.parametrize("reader", [None, "another", "same"])
def test_a_better_reading_is_no_edit_and_an_edit_is_one(
    crawl: Crawl, city: Declare, archive_url: str, captures: Path, reader: str | None
) -> None:
    with serve(_site(1)) as site:
        source = city(site.home)
        crawl(source)
        (own,) = {one for (one,) in rows(archive_url, "SELECT reader FROM versions")}
        right = rows(archive_url, _TEXTS)
        _read_worse(archive_url, str(own) if reader == "same" else reader)
        site.pages.update(_site(2, EDITED))
        again = crawl(source, deep=True).results[0]
    assert (again.stats.changed, again.stats.seen) == (len(EDITED), len(NUMBERS) - len(EDITED))
    assert _versions(archive_url) == {str(n): 1 + (n in EDITED) for n in NUMBERS}
    assert rows(archive_url, _TEXTS) == right
    (edits,) = rows(
        archive_url, "SELECT count(*) FROM versions WHERE version = 2 AND body LIKE '%turun%'"
    )
    assert edits == (len(EDITED),)
    assert rows(archive_url, "SELECT DISTINCT reader FROM versions") == [(own,)]
    assert rows(archive_url, _UNPROVEN) == []
    before = _everything(archive_url)
    assert rebuild([source], archive_url, captures, [], "", 2, 30.0)
    assert _everything(archive_url) == before
    found = {said.partition(":")[0] for said in _sound(archive_url, captures)}
    assert found <= {"index", "event"}  # the log saw no reader of before


_TEXTS = """SELECT release, title, body, byline, author_tags, published_on, published_by, sha256
FROM versions WHERE version = 1 ORDER BY release"""


def _everything(url: str) -> list[Any]:
    tables = ("release_records", "versions", "rejections", "addresses")
    return [row for name in tables for row in rows(url, f"SELECT * FROM {name} ORDER BY 1, 2")]  # noqa: S608


def test_all_wordings_of_an_edited_release_are_read_again(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    """Else the history would show the reader's difference beside the edit."""
    with serve(_site(1)) as site:
        source = city(site.home)
        crawl(source)
        site.pages.update(_site(2, (1,)))
        crawl(source, deep=True)
        right = rows(archive_url, _TEXTS)
        _read_worse(archive_url, None)
        site.pages.update(_site(3))
        crawl(source, deep=True)
    assert _versions(archive_url) == {str(n): 3 if n == 1 else 1 for n in NUMBERS}
    assert rows(archive_url, _TEXTS) == right


def test_what_cannot_be_read_again_stays_visible_and_is_flagged(
    crawl: Crawl, city: Declare, archive_url: str, captures: Path
) -> None:
    with serve(_site(1)) as site:
        source = city(site.home)
        crawl(source)
        _read_worse(archive_url, None)
        shutil.rmtree(captures)
        site.pages.update(_site(2))
        crawl(source, deep=True)
    assert rows(archive_url, _UNPROVEN.replace("1", "count(*)")) == [(len(NUMBERS),)]
    assert rows(archive_url, "SELECT count(*) FROM versions WHERE version = 1") == [(len(NUMBERS),)]
    before = _everything(archive_url)
    rebuild([source], archive_url, captures, [], "", 2, 30.0)
    assert _everything(archive_url) == before


def test_the_same_reader_without_captures_finds_plain_edits(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    with serve(_site(1)) as site:
        crawl(city(site.home), CAPTURES_ENABLED=False)
        site.pages.update(_site(2, EDITED))
        crawl(city(site.home), deep=True, CAPTURES_ENABLED=False)
    assert _versions(archive_url) == {str(n): 1 + (n in EDITED) for n in NUMBERS}
    assert rows(archive_url, _UNPROVEN) == []


def test_a_template_known_later_edits_nothing(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    """Of two pages nobody can say what is the site's; of six one can."""

    def pages(views: int, numbers: range) -> Pages:
        slogan = "<p>Kota Uji adalah kota yang ramah bagi semua orang, hari ini dan nanti.</p>"
        site = _site(views, numbers=numbers)
        return {
            url: page
            if url == "/berita"
            else str(page).replace("</article>", f"{slogan}</article>")
            for url, page in site.items()
        }

    with serve(pages(1, range(1, 3))) as site:
        source = city(site.home)
        crawl(source)
        (before,) = rows(archive_url, "SELECT count(*) FROM versions WHERE body LIKE '%ramah%'")
        site.pages.update(pages(2, NUMBERS))
        crawl(source, deep=True)
    assert before == (2,)
    assert set(_versions(archive_url).values()) == {1}
    assert rows(archive_url, "SELECT count(*) FROM versions WHERE body LIKE '%ramah%'") == [(0,)]


def test_parts_are_read_again_with_their_page(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    def pages(views: int) -> Pages:
        site = _site(views)
        link = '<a href="/berita/read/3?page=2">2</a></article>'
        site["/berita/read/3"] = str(site["/berita/read/3"]).replace("</article>", link)
        site["/berita/read/3?page=2"] = article(3, "Bagian kedua memuat nama anggota panitia kota.")
        return site

    with serve(pages(1)) as site:
        crawl(city(site.home))
        right = rows(archive_url, _TEXTS)
        _read_worse(archive_url, None)
        site.pages.update(pages(2))
        crawl(city(site.home), deep=True)
    assert any("Bagian kedua" in str(body) for _, _, body, *_ in right)
    assert set(_versions(archive_url).values()) == {1}
    assert rows(archive_url, _TEXTS) == right


def test_a_reader_that_refuses_a_page_withdraws_nothing(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    """The reader of before had found a release where this one finds none."""
    poster = (
        "<html><body><article><h1>Selamat</h1><img src='/a.jpg'><!-- {} --></article></body></html>"
    )
    with serve(_site(1)) as site:
        source = city(site.home)
        crawl(source)
        _stands_for(archive_url, captures_of(archive_url), site, poster.format(1), crawl, source)
        for views in (2, 3, 4):
            site.pages.update(_site(views))
            site.pages["/berita/read/1"] = poster.format(views)
            crawl(source, deep=True)
    assert rows(archive_url, "SELECT count(*) FROM release_records WHERE gone_at IS NOT NULL") == [
        (0,)
    ]


def captures_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///")).with_name("captures")


def _stands_for(
    url: str, captures: Path, site: Any, page: str, crawl: Crawl, source: Source
) -> None:
    """Points the first release's wording to the capture of a page that gives none."""
    site.pages["/berita"] = listing(range(1, 8))
    site.pages["/berita/read/7"] = page
    crawl(source)
    engine = open_archive(url, create=True)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            """UPDATE versions SET (capture_file, capture_offset, capture_record_id) = (
                SELECT capture_file, capture_offset, capture_record_id FROM rejections
                WHERE url LIKE '%/7')
            WHERE release = (SELECT id FROM release_records WHERE url LIKE '%/1')"""
        )
    engine.dispose()


def test_a_release_taken_away_behind_another_page_is_gone(
    crawl: Crawl, city: Declare, archive_url: str
) -> None:
    """The same looks, but its own capture still gives the release."""
    with serve(_site(1)) as site:
        source = city(site.home)
        crawl(source)
        for views in (2, 3):
            site.pages.update(_site(views))
            site.pages["/berita/read/1"] = Answer(f"<h1>Selamat</h1><!-- {views} -->".encode())
            crawl(source, deep=True)
    assert rows(archive_url, "SELECT count(*) FROM release_records WHERE gone_at IS NOT NULL") == [
        (1,)
    ]
