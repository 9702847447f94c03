"""Documents of releases in whole crawls: asked for, captured, found by their words, seen to change."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import UsageError

from archive.database.connection import open_archive
from archive.export.increment import records
from archive.lookup.selection import EVERYTHING
from archive.preservation.wacz import package
from archive.search import index
from archive.search.fulltext import search
from crawler.rebuild.run import rebuild
from crawler.registry.source import Source
from tests.archive.captures.samples import files
from tests.archive.captures.samples import records as warc_records
from tests.conftest import Crawl
from tests.crawler.extraction.pdfs import pdf
from tests.site import Answer, Pages, serve

Declare = Callable[..., Source]
DECREE = "/f/pengumuman.pdf"
LATER = {"ATTACHMENTS": "on"}


def announcement(link: str = f'<iframe src="{DECREE}"></iframe>', more: str = "") -> str:
    title = "Pengumuman Nomor 12 Tahun 2024"
    return (
        f"<html><head><title>{title}</title></head><body><main><h1>{title}</h1>"
        f"<p>Minggu, 26 Mei 2024</p><div>{link}{more}</div></main></body></html>"
    )


def site_with(document: Any, page: str = announcement()) -> Pages:
    return {
        "/berita": '<ul><li><a href="/berita/read/1">Pengumuman Nomor 12 Tahun 2024</a></li></ul>',
        "/berita/read/1": page,
        DECREE: document,
    }


def tagged(text: str, etag: str = '"1"') -> Answer:
    return Answer(pdf(text), headers={"Content-Type": "application/pdf", "ETag": etag})


@pytest.fixture
def office(declare: Declare) -> Declare:
    def make(home: str, **keys: str) -> Source:
        return declare(home, **{"listing": home + "berita", "article": "/berita/read/{id}", **keys})

    return make


def exported(archive_url: str) -> list[dict[str, Any]]:
    engine = open_archive(archive_url)
    try:
        assert list(index.check(engine)) == []
        return list(records(engine))
    finally:
        engine.dispose()


def found(archive_url: str, words: str) -> list[Any]:
    engine = open_archive(archive_url)
    try:
        return search(engine, words)
    finally:
        engine.dispose()


def rows(archive_url: str, query: str) -> list[Any]:
    with closing(sqlite3.connect(archive_url.removeprefix("sqlite:///"))) as connection:
        return connection.execute(query).fetchall()


STATES = "SELECT sha256, seen_at, last_seen_at, size FROM attachment_captures ORDER BY seen_at"


def test_an_announcement_that_is_a_pdf_is_found_by_a_word_in_it(
    crawl: Crawl, office: Declare, archive_url: str
) -> None:
    with serve(site_with(tagged("Formasi Panitia Pemungutan Suara"))) as site:
        crawl(office(site.home), **LATER)
    [record] = exported(archive_url)
    assert (record["body"], "text-in-attachment" in record["flags"]) == ("", True)
    [attachment] = record["attachments"]
    assert (attachment["url"], attachment["type"]) == (site.home.rstrip("/") + DECREE, "pdf")
    assert record["attachment_text"] == "Formasi Panitia Pemungutan Suara"
    [hit] = found(archive_url, "pemungutan formasi")
    assert (hit.id, hit.in_attachment) == (record["id"], True)
    captured = [
        one
        for path in files(_captures(archive_url))
        for one in warc_records(path)
        if one["WARC-Record-ID"] == attachment["capture"]
    ]
    assert '"as": "attachment"' in captured[0]["WARC-JSON-Metadata"]


def _captures(archive_url: str) -> Path:
    return Path(archive_url.removeprefix("sqlite:///")).with_name("captures")


def test_an_unchanged_document_is_asked_for_conditionally_and_stored_once(
    crawl: Crawl, office: Declare, archive_url: str
) -> None:
    pages = site_with(tagged("Formasi"))
    with serve(pages) as site:
        source = office(site.home)
        crawl(source, **LATER)
        before, states = exported(archive_url), rows(archive_url, STATES)
        pages[DECREE] = Answer(status=304)
        crawl(source, deep=True, **LATER)
        assert site.sent[DECREE]["If-None-Match"] == '"1"'
    after = exported(archive_url)
    assert [one["seq"] for one in after] == [one["seq"] for one in before]
    [(sha256, seen_at, last_seen_at, size)] = rows(archive_url, STATES)
    assert (sha256, seen_at, size) == (states[0][0], states[0][1], states[0][3])
    assert last_seen_at >= states[0][2]
    assert rows(archive_url, "SELECT outcome, status FROM attachments") == [("unchanged", 304)]


def test_a_changed_document_is_a_change_of_the_release_and_stays_so(
    crawl: Crawl, office: Declare, archive_url: str
) -> None:
    pages = site_with(tagged("Formasi lama"))
    with serve(pages) as site:
        source = office(site.home)
        crawl(source, **LATER)
        [before] = exported(archive_url)
        pages[DECREE] = tagged("Formasi baru", '"2"')
        crawl(source, deep=True, **LATER)
    [after] = exported(archive_url)
    assert after["seq"] > before["seq"]
    assert (after["versions"], after["attachment_text"]) == (1, "Formasi baru")
    assert after["attachments"][0]["capture"] != before["attachments"][0]["capture"]
    texts = rows(archive_url, "SELECT text FROM attachment_captures ORDER BY seen_at")
    assert texts == [("Formasi lama",), ("Formasi baru",)]
    assert (len(found(archive_url, "lama")), len(found(archive_url, "baru"))) == (0, 1)
    again = archive_url.replace("archive.db", "again.db")
    assert rebuild([source], again, _captures(archive_url), [], "", 2, 60)
    [rebuilt] = exported(again)
    assert {**rebuilt, "seq": 0} == {**after, "seq": 0}
    assert rows(again, STATES) == rows(archive_url, STATES)


@pytest.mark.parametrize("setting", ["off", "by-size"])
def test_what_is_not_wanted_is_a_link(
    crawl: Crawl, office: Declare, archive_url: str, setting: str
) -> None:
    large = Answer(b"%PDF-1.4" + b" " * 5_000, headers={"Content-Type": "application/pdf"})
    with serve(site_with(large)) as site:
        crawl(office(site.home), ATTACHMENTS=setting, ATTACHMENTS_BYTES=4_000)
    assert (DECREE in site.asked) is (setting == "by-size")
    assert exported(archive_url)[0]["attachments"][0]["capture"] is None
    outcome = "too-large" if setting == "by-size" else None
    assert rows(archive_url, "SELECT outcome FROM attachments") == [(outcome,)]


def test_a_package_has_the_documents_too(
    crawl: Crawl, office: Declare, archive_url: str, tmp_path: Path
) -> None:
    with serve(site_with(tagged("Formasi"))) as site:
        crawl(office(site.home), **LATER)
    engine = open_archive(archive_url)
    with (tmp_path / "releases.wacz").open("wb") as out:
        packed = package(engine, EVERYTHING, _captures(archive_url), out)
    engine.dispose()
    assert (packed.releases, packed.captures, packed.missing) == (1, 2, 0)
    with zipfile.ZipFile(tmp_path / "releases.wacz") as container:
        assert container.read("indexes/index.cdx").count(b"application/pdf") == 1
        assert container.read("pages/pages.jsonl").count(b'"url"') == 1
        assert b"`attachments`" in container.read("codebook/codebook.md")


def test_other_hosts_and_what_robots_forbid_are_not_asked(
    crawl: Crawl, office: Declare, archive_url: str
) -> None:
    robots = Answer(b"User-agent: *\nDisallow: /f/", headers={"Content-Type": "text/plain"})
    with serve({"/lain.pdf": tagged("Formasi")}) as other:
        away = f'<a href="{other.home}lain.pdf">Lampiran</a>'
        pages = site_with(tagged("Formasi"), announcement(more=away)) | {"/robots.txt": robots}
        with serve(pages) as site:
            crawl(office(site.home), **LATER)
    assert (DECREE in site.asked, other.asked) == (False, [])
    outcomes = rows(archive_url, "SELECT url LIKE '%lain.pdf', outcome FROM attachments")
    assert sorted(outcomes) == [(0, "robots"), (1, None)]


def test_a_page_in_place_of_a_document_is_none(
    crawl: Crawl, office: Declare, archive_url: str
) -> None:
    with serve(site_with("<html><body><h1>Masuk</h1></body></html>")) as site:
        crawl(office(site.home), **LATER)
    assert rows(archive_url, "SELECT outcome FROM attachments") == [("web-page",)]
    assert exported(archive_url)[0]["attachments"][0]["capture"] is None


def test_a_document_of_two_releases_is_asked_for_once(
    crawl: Crawl, office: Declare, archive_url: str
) -> None:
    pages = site_with(tagged("Formasi"))
    pages["/berita"] = "".join(
        f'<li><a href="/berita/read/{n}">Pengumuman Nomor 12 Tahun 2024</a></li>' for n in (1, 2)
    )
    pages["/berita/read/2"] = announcement(more="<p>Kecamatan Melati.</p>")
    with serve(pages) as site:
        source = office(site.home)
        crawl(source, **LATER)
        assert site.asked.count(DECREE) == 1
        pages[DECREE] = Answer(status=304)
        crawl(source, deep=True, **LATER)
        assert site.asked.count(DECREE) == 2
    assert rows(archive_url, "SELECT DISTINCT outcome FROM attachments") == [("unchanged",)]
    captures = {one["attachments"][0]["capture"] for one in exported(archive_url)}
    assert len(captures) == 1
    assert None not in captures
    again = archive_url.replace("archive.db", "again.db")
    rebuild([source], again, _captures(archive_url), [], "", 2, 60)
    assert {one["attachments"][0]["capture"] for one in exported(again)} == captures


def test_an_unknown_setting_is_said(crawl: Crawl, office: Declare) -> None:
    with pytest.raises(UsageError, match="off, by-size or on"):
        crawl(office("http://127.0.0.1:9/"), ATTACHMENTS="all")


def test_without_pypdf_one_sentence_says_how_to_get_it(
    crawl: Crawl,
    office: Declare,
    archive_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("crawler.run.crawl_run.can_read", lambda: False)
    with serve(site_with(tagged("Formasi"))) as site:
        crawl(office(site.home), **LATER)
    assert "installs pypdf" in capsys.readouterr().err
