"""Captures read again: nothing changes, everything comes back, better readings correct."""

from __future__ import annotations

import argparse
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessExpired
from scrapy.settings import Settings
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.captures.records import Record
from archive.captures.records import records as capture_records
from archive.database.connection import ArchiveError, open_archive
from archive.export.increment import records
from archive.ingest.store import Store
from archive.preservation.verify import Counted, verify
from crawler.commands.rebuild import Command
from crawler.rebuild import replay
from crawler.rebuild.capture_index import CaptureIndex
from crawler.rebuild.run import rebuild as rebuild_archive
from crawler.registry.source import Source
from tests import commands
from tests.archive.captures.samples import files
from tests.archive.samples import release
from tests.conftest import Crawl
from tests.crawler.run.test_clock_check import HOUR, clock_moved
from tests.crawler.whole_crawls.test_crawl import article, listing, paged_site, rows
from tests.crawler.whole_crawls.test_oversight import WELCOME
from tests.site import Answer, serve

Declare = Callable[..., Source]


@pytest.fixture
def city(declare: Declare) -> Declare:
    def make(home: str, **keys: str) -> Source:
        return declare(home, **{"listing": home + "berita", "article": "/berita/read/{id}", **keys})

    return make


@pytest.fixture
def captures(archive_url: str) -> Path:
    return Path(archive_url.removeprefix("sqlite:///")).with_name("captures")


@pytest.fixture
def rebuild(readers: None, captures: Path) -> Callable[..., bool]:
    def run(url: str, *sources: Source, foreign: list[Path] | None = None, since: str = "") -> bool:
        return rebuild_archive(list(sources), url, captures, foreign or [], since, 2, 30.0)

    return run


Rebuild = Callable[..., bool]


def exported(url: str) -> list[dict[str, Any]]:
    engine = open_archive(url)
    try:
        return sorted(records(engine, versions=True), key=lambda one: (one["id"], one["version"]))
    finally:
        engine.dispose()


def _history(crawl: Crawl, city: Declare) -> Source:
    """Three crawls of a site that edits, packs, repeats, refuses and withdraws. An hour lies
    between them: captures know whole seconds, and what came first in one second is not told."""
    pages = paged_site(3)
    pages["/berita?page=3"] = listing(range(5, 10))
    pages["/berita/read/7"] = Answer(b"<h1>Dilarang</h1>", 403)
    pages["/berita/read/8"] = Answer(b"", 302, {"Location": "/berita/read/2"})
    pages["/berita/read/9"] = article(9).replace(
        "</article>", '<a href="/berita/read/9?page=2">2</a></article>'
    )
    pages["/berita/read/9?page=2"] = article(9, "Bagian kedua memuat nama anggota panitia kota.")
    pages["/berita/read/3"] = Answer(
        gzip.compress(article(3).encode()),
        headers={"Content-Encoding": "gzip", "Content-Type": "text/html"},
    )
    with serve(pages) as site:
        source = city(site.home)
        with clock_moved(-2 * HOUR):
            crawl(source)
        pages["/berita/read/1"] = article(1, "Panitia nomor {n} memperpanjang pendaftaran anggota.")
        pages["/berita/read/4"] = Answer(b"gone", 404)
        pages["/berita/read/5"] = WELCOME.replace("Rilis nomor 3", "Rilis nomor 5")
        with clock_moved(-HOUR):
            crawl(source, deep=True)
        crawl(source, deep=True)
    return source


def test_the_same_program_changes_nothing(
    crawl: Crawl, city: Declare, archive_url: str, rebuild: Rebuild
) -> None:
    source = _history(crawl, city)
    before = _everything(archive_url)
    assert rebuild(archive_url, source)
    for was, now in zip(before, _everything(archive_url), strict=True):
        assert now == was


def _everything(url: str) -> list[tuple[object, ...]]:
    tables = (
        *("release_records", "versions", "rejections", "addresses", "aliases", "lessons"),
        "changes",
    )
    queries = [f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4" for name in tables]  # noqa: S608
    return [row for query in queries for row in rows(url, query)]


def test_an_archive_comes_back_from_its_captures(
    crawl: Crawl, city: Declare, archive_url: str, rebuild: Rebuild, tmp_path: Path
) -> None:
    source = _history(crawl, city)
    anew = f"sqlite:///{tmp_path / 'anew.db'}"
    assert rebuild(anew, source)
    restored, crawled = exported(anew), exported(archive_url)
    assert len(crawled) == 8
    for one in (*restored, *crawled):
        del one["seq"]
    for found, wanted in zip(restored, crawled, strict=True):
        assert found == wanted
    columns = "url, stage, reason, times, first_seen_at, resolved_at, capture_record_id"
    query = f"SELECT {columns} FROM rejections ORDER BY url"  # noqa: S608
    assert rows(anew, query) == rows(archive_url, query)
    engine = open_archive(anew)
    assert list(verify(engine, tmp_path / "captures", Counted())) == []
    engine.dispose()
    assert not (tmp_path / "anew.db.rebuild").exists()
    before = exported(anew)
    rebuild(anew, source)
    assert exported(anew) == before


def test_a_better_reading_corrects_in_place(
    crawl: Crawl, city: Declare, archive_url: str, rebuild: Rebuild
) -> None:
    source = _history(crawl, city)
    right = exported(archive_url)
    engine = open_archive(archive_url, create=True)
    with engine.begin() as connection:  # as a worse program had read it
        connection.exec_driver_sql("UPDATE versions SET byline = NULL, sha256 = 'x' || id")
    engine.dispose()
    (edited,) = rows(archive_url, "SELECT max(version) FROM versions")
    told = rows(archive_url, "SELECT * FROM changes")
    assert rebuild(archive_url, source)
    assert told == rows(archive_url, "SELECT * FROM changes"), "no watch tells of a correction"
    mended = exported(archive_url)
    assert rows(archive_url, "SELECT max(version) FROM versions") == [edited]
    assert [one["byline"] for one in mended] == [one["byline"] for one in right]
    assert [one["sha256"] for one in mended] == [one["sha256"] for one in right]
    assert min(one["seq"] for one in mended) > max(one["seq"] for one in right)


def test_two_wordings_that_were_one_become_one(
    crawl: Crawl, city: Declare, archive_url: str, rebuild: Rebuild, captures: Path
) -> None:
    """A counter that was taken for text once; read better, nobody had edited anything."""
    with serve(paged_site(1)) as site:
        source = city(site.home)
        crawl(source)
        page = article(1)
        site.pages["/berita/read/1"] = page.replace("<body>", "<body><!-- 2 -->")
        crawl(source, deep=True)
    engine = open_archive(archive_url, create=True)
    query = "SELECT version_id, capture_record_id FROM releases WHERE url LIKE '%/1'"
    ((kept, first),) = rows(archive_url, query)
    (later,) = {
        one for path in files(captures) for one in _ids(path, "/berita/read/1") if one != first
    }
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TEMP TABLE later AS SELECT * FROM versions WHERE id = ?", (kept,)
        )
        connection.exec_driver_sql(
            "UPDATE later SET id = 99, version = 2, seen_at = '2999-01-01T00:00:00Z', sha256 = 'other',"
            " title = title || ' 2', capture_offset = 1, capture_record_id = ?",
            (later,),
        )
        connection.exec_driver_sql("INSERT INTO versions SELECT * FROM later")
        connection.exec_driver_sql(
            "UPDATE release_records SET version = 2 WHERE id = (SELECT release FROM versions WHERE id = 99)"
        )
    from archive.search.rebuild import rebuild as rebuild_index

    rebuild_index(engine, between=lambda: None)
    engine.dispose()
    rebuild(archive_url, source)
    assert rows(archive_url, "SELECT count(*), max(version) FROM versions") == [(2, 1)]
    engine = open_archive(archive_url)
    assert list(verify(engine, captures, Counted())) == []
    engine.dispose()


def _ids(path: Path, ending: str) -> list[str]:
    from tests.archive.captures.samples import records as warc_records

    return [
        one["WARC-Record-ID"]
        for one in warc_records(path)
        if one["WARC-Type"] == "response" and one["WARC-Target-URI"].endswith(ending)
    ]


def test_a_run_that_is_cut_off_goes_on(
    crawl: Crawl,
    city: Declare,
    archive_url: str,
    rebuild: Rebuild,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = _history(crawl, city)
    anew = f"sqlite:///{tmp_path / 'anew.db'}"
    put, calls = replay.Rebuilding._put, []

    def cut_off(*args: Any, **address: Any) -> replay.Counted:
        calls.append(address["asked"])
        if len(calls) == 4:
            raise KeyboardInterrupt
        return put(*args, **address)

    monkeypatch.setattr(replay.Rebuilding, "_put", cut_off)
    with pytest.raises(KeyboardInterrupt):
        rebuild(anew, source)
    assert (tmp_path / "anew.db.rebuild").exists()
    # By the index: an address whose page is gone has no row in the archive.
    done = rows(f"{anew}.rebuild", "SELECT count(*) FROM addresses WHERE done")[0][0]
    assert rebuild(anew, source)
    assert 0 < done < 4
    assert len(calls) == 4 + 9 - done, "what was done was done again"
    assert [one["sha256"] for one in exported(anew)] == [
        one["sha256"] for one in exported(archive_url)
    ]


def test_a_page_that_ends_its_reader_is_given_up_alone(
    crawl: Crawl,
    city: Declare,
    archive_url: str,
    rebuild: Rebuild,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = _history(crawl, city)
    schedule = replay.Rebuilding._schedule

    def deadly(self: replay.Rebuilding, task: replay.Task, timeout: float) -> Any:
        if not any(asked.endswith("/read/2") for asked in task.fetches):
            return schedule(self, task, timeout)
        future: Future[Any] = Future()
        future.set_exception(ProcessExpired("out of memory"))
        return future

    monkeypatch.setattr(replay.Rebuilding, "_schedule", deadly)
    anew = f"sqlite:///{tmp_path / 'anew.db'}"
    assert not rebuild(anew, source)
    assert "/read/2: reading its captures failed (ProcessExpired)." in capsys.readouterr().err
    wanted = {one["url"] for one in exported(archive_url) if not one["url"].endswith("/read/2")}
    assert {one["url"] for one in exported(anew)} == wanted


def _foreign_warc(*, packed: bool, protocol: str = "HTTP/1.1") -> bytes:
    """As other programs write: chunked, brotli, HTTP/2, wget's brackets."""
    import brotli

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version="1.0")
    plain, squeezed = article(41).encode(), brotli.compress(article(42).encode())
    chunked = (
        b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (plain[:90], plain[90:]))
        + b"0\r\n\r\n"
    )
    for number, body, headers in (
        (41, chunked, [("Transfer-Encoding", "chunked")]),
        (42, squeezed, [("Content-Encoding", "br")]),
        (43, article(43).encode(), []),
        (0, b"<html>nothing of ours</html>", []),
    ):
        uri = f"https://lama.example/berita/read/{number}" if number else "https://lain.example/"
        head = StatusAndHeaders(
            "200 OK", [("Content-Type", "text/html"), *headers], protocol=protocol
        )
        dates = {"WARC-Date": "2024-09-02T03:04:05Z"}
        uri = f"<{uri}>" if number == 43 else uri
        writer.write_record(
            writer.create_warc_record(
                uri,
                "response",
                payload=io.BytesIO(body),
                http_headers=head,
                warc_headers_dict=dates,
            )
        )
    return out.getvalue()


def _as_wacz(warc: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr("archive/one.warc.gz", warc)
        container.writestr("archive/two.warc", _foreign_warc(packed=False))
        container.writestr("datapackage.json", json.dumps({"profile": "data-package"}))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("browsertrix.wacz", _as_wacz(_foreign_warc(packed=True))),
        *(
            pytest.param(name, content, marks=pytest.mark.soak)
            for name, content in (
                ("wget.warc.gz", _foreign_warc(packed=True)),
                ("heritrix.warc", _foreign_warc(packed=False)),
                ("whole.warc.gz", gzip.compress(_foreign_warc(packed=False))),
                ("http2.warc.gz", _foreign_warc(packed=True, protocol="HTTP/2")),
            )
        ),
    ],
)
def test_anybodys_files_bring_back_what_a_site_has_lost(
    name: str,
    content: bytes,
    declare: Declare,
    archive_url: str,
    rebuild: Rebuild,
    tmp_path: Path,
    captures: Path,
) -> None:
    (tmp_path / name).write_bytes(content)
    source = declare("https://lama.example/", article="/berita/read/{id}")
    source = replace(source, verified=False)
    unseen = replace(source, id="pemkot-lain", home="https://lain.example/")
    for _ in range(2):
        assert rebuild(archive_url, source, unseen, foreign=[tmp_path / name])
        assert rows(archive_url, "SELECT id FROM sources") == [(source.id,)]
        found = exported(archive_url)
        titles = sorted(one["title"] for one in found)
        assert titles == [f"Rilis nomor {n}" for n in (41, 42, 43)]
        assert {one["first_seen_at"] for one in found} == {"2024-09-02T03:04:05Z"}
        assert all(one["capture"]["file"].startswith(f"imported/{name}-") for one in found)
    engine = open_archive(archive_url)
    assert list(verify(engine, captures, Counted())) == []
    engine.dispose()


def _with_lists() -> bytes:
    """A release that shows no date, between a list and a feed that do."""
    page = article(41).replace("<p>Minggu, 26 Mei 2024</p>", "")
    days = "".join(
        f'<div><h3><a href="/berita/read/{n}">Rilis nomor {n} tentang panitia kota</a></h3>'
        f"<span>{n - 30} Juni 2024</span></div>"
        for n in (41, 42, 43)
    )
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><item><title>Rilis nomor 41</title>'
        "<link>https://lama.example/berita/read/41</link>"
        "<pubDate>Tue, 11 Jun 2024 08:30:00 +0800</pubDate></item></channel></rss>"
    )
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.0")
    for path, kind, body in (
        ("berita", "text/html", f"<html><body>{days}</body></html>"),
        ("berita/read/41", "text/html", page),
        ("berita/read/42", "text/html", page.replace("41", "42")),
        ("feed", "application/rss+xml", feed),
        ("profil", "text/html", "<html><body><p>Tentang kota.</p></body></html>"),
    ):
        writer.write_record(
            writer.create_warc_record(
                f"https://lama.example/{path}",
                "response",
                payload=io.BytesIO(body.encode()),
                http_headers=StatusAndHeaders(
                    "200 OK", [("Content-Type", kind)], protocol="HTTP/1.1"
                ),
                warc_headers_dict={"WARC-Date": "2024-09-02T03:04:05Z"},
            )
        )
    return out.getvalue()


def test_lists_and_feeds_in_anybodys_files_say_what_they_know(
    declare: Declare, archive_url: str, rebuild: Rebuild, tmp_path: Path, captures: Path
) -> None:
    (tmp_path / "lama.warc.gz").write_bytes(_with_lists())
    source = declare("https://lama.example/", article="/berita/read/{id}")
    assert rebuild(archive_url, source, foreign=[tmp_path / "lama.warc.gz"])
    query = "SELECT url, published_on, published_at, published_by FROM releases ORDER BY url"
    found = rows(archive_url, query)
    assert found == [
        ("https://lama.example/berita/read/41", "2024-06-11", "2024-06-11T08:30:00+08:00", "feed"),
        ("https://lama.example/berita/read/42", "2024-06-12", None, "page"),
    ]
    (copy,) = (captures / "imported").iterdir()
    assert b"/profil" not in gzip.decompress(copy.read_bytes()), "what says nothing was copied"
    before = exported(archive_url)
    assert rebuild(archive_url, source)
    assert exported(archive_url) == before


def test_what_is_no_capture_is_a_sentence(
    archive_url: str, declare: Declare, readers: None, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("nothing of the kind")
    declare("https://lama.example/")
    environment = {
        "ARCHIVE_URL": archive_url,
        "SOURCES": str(tmp_path / "sources.toml"),
        "CAPTURES": str(tmp_path / "captures"),
    }
    for argument, said in (
        ("notes.txt", "is not a WARC or WACZ"),
        ("none.warc", "cannot be read"),
    ):
        done = commands.run("rebuild", str(tmp_path / argument), environment=environment)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert said in done.stderr


def test_a_torn_foreign_file_is_used_but_for_its_end(
    archive_url: str,
    declare: Declare,
    rebuild: Rebuild,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "torn.warc.gz").write_bytes(_foreign_warc(packed=False)[:-700])
    source = declare("https://lama.example/", article="/berita/read/{id}")
    assert not rebuild(archive_url, source, foreign=[tmp_path / "torn.warc.gz"])
    assert "torn.warc.gz is damaged: " in capsys.readouterr().err
    assert len(exported(archive_url)) == 2
    assert not rebuild(archive_url, source, foreign=[tmp_path / "torn.warc.gz"])
    assert "is damaged" in capsys.readouterr().err, "it was silent the second time"


@pytest.mark.parametrize("region", ["warcinfo", "request", "head", "body", "end"])
def test_a_flipped_bit_costs_one_release(
    crawl: Crawl,
    city: Declare,
    archive_url: str,
    rebuild: Rebuild,
    tmp_path: Path,
    captures: Path,
    capsys: pytest.CaptureFixture[str],
    region: str,
) -> None:
    with serve(paged_site(1)) as site:
        source = city(site.home)
        crawl(source)
    (path,) = (one for one in files(captures) if "ways" not in one.name)
    with path.open("rb") as file:
        whole = [one for one in capture_records(file, own=True) if isinstance(one, Record)]
    answer = next(one for one in whole if one.head["warc-type"] == "response")
    request = next(one for one in whole if one.head["warc-type"] == "request")
    at, lost = {
        "warcinfo": (whole[0].offset + whole[0].length // 2, None),
        "request": (request.offset + request.length // 2, None),
        "head": (answer.offset + 30, answer),
        "body": (answer.offset + answer.length // 2, answer),
        "end": (answer.offset + answer.length - 5, answer),
    }[region]
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    anew = f"sqlite:///{tmp_path / 'anew.db'}"
    assert not rebuild(anew, source)
    assert f"{path.name} is damaged: " in capsys.readouterr().err
    wanted = {one["url"] for one in exported(archive_url)}
    assert {one["url"] for one in exported(anew)} == wanted - (
        {lost.head["warc-target-uri"]} if lost else set()
    )


def test_damage_withdraws_nothing(
    crawl: Crawl, city: Declare, archive_url: str, rebuild: Rebuild, tmp_path: Path, captures: Path
) -> None:
    """Pages that were found unchanged later: the bytes they refer to are lost, they are not gone."""
    with serve(paged_site(1)) as site:
        source = city(site.home)
        for _ in range(3):
            crawl(source, deep=True)
    [(first,)] = rows(archive_url, "SELECT DISTINCT capture_file FROM versions")
    (captures / first).unlink()
    anew = f"sqlite:///{tmp_path / 'anew.db'}"
    rebuild(anew, source)
    assert rows(anew, "SELECT count(*) FROM releases WHERE gone_at IS NOT NULL") == [(0,)]
    reasons = rows(anew, "SELECT DISTINCT reason FROM rejections")
    assert reasons == [("capture-unreadable",)]
    before = exported(archive_url)
    rebuild(archive_url, source)
    assert exported(archive_url) == before


def _command(archive_url: str, captures: Path, registry: Path, dask: str | None = None) -> int:
    """`scrapy rebuild`, in this process."""
    settings = Settings()
    places = {"ARCHIVE_URL": archive_url, "CAPTURES": str(captures), "SOURCES": str(registry)}
    places["CORRECTIONS"] = str(registry.with_name("corrections.toml"))
    settings.setdict({**places, "EXTRACTION_WORKERS": 1, "EXTRACTION_TIMEOUT": 30.0})
    command = Command()
    command.settings = settings
    command.run([], argparse.Namespace(since=None, workers=None, dask=dask))
    return command.exitcode


def test_a_reader_that_refuses_all_captures_of_a_release_withdraws_nothing(
    crawl: Crawl, city: Declare, archive_url: str, rebuild: Rebuild
) -> None:
    """The reader of before had found a release where this one finds none."""
    with serve(paged_site(2)) as site:
        source = city(site.home)
        for views in (1, 2, 3):
            site.pages["/berita/read/1"] = Answer(f"<h1>Selamat</h1><!-- {views} -->".encode())
            crawl(source, deep=True)
        url = site.home + "berita/read/1"
    engine = open_archive(archive_url, create=True)
    Store(engine).store(release(source=source.id, url=url), None)
    engine.dispose()
    assert rebuild(archive_url, source)
    kept = rows(archive_url, f"SELECT gone_at FROM release_records WHERE url = '{url}'")  # noqa: S608
    assert kept == [(None,)]


@pytest.mark.parametrize(
    "error",
    [sqlite3.OperationalError("database or disk is full"), OSError(28, "No space left on device")],
)
def test_a_full_disk_is_a_sentence(
    declare: Declare,
    archive_url: str,
    tmp_path: Path,
    captures: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
) -> None:
    def full(*_: object) -> None:
        raise error

    declare("https://lama.example/")
    monkeypatch.setattr(CaptureIndex, "fill", full)
    assert _command(archive_url, captures, tmp_path / "sources.toml") == 3
    said = capsys.readouterr().err
    assert str(error.args[-1]) in said
    assert said.count("\n") == 1


def test_a_cluster_that_is_not_there_is_a_sentence(
    declare: Declare,
    archive_url: str,
    tmp_path: Path,
    captures: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    declare("https://lama.example/")
    assert _command(archive_url, captures, tmp_path / "sources.toml", dask="nirgends") == 2
    said = capsys.readouterr().err
    assert (
        said
        == "No Dask scheduler answers at nirgends (missing port number in address 'nirgends').\n"
    )
    assert list(tmp_path.glob("archive.db*")) == []


def test_an_index_never_takes_the_place_of_an_archive(
    declare: Declare, rebuild: Rebuild, tmp_path: Path
) -> None:
    """Of an archive that is named like an index of another one, nothing is lost."""
    source = declare("https://lama.example/", article="/berita/read/{id}")
    (tmp_path / "lama.warc.gz").write_bytes(_foreign_warc(packed=True))
    archive = f"sqlite:///{tmp_path / 'x.db.rebuild'}"
    for _ in range(2):
        assert rebuild(archive, source, foreign=[tmp_path / "lama.warc.gz"])
        assert len(exported(archive)) == 3
    with pytest.raises(ArchiveError, match="is not an index of `arsip rebuild`: move it elsewhere"):
        rebuild(f"sqlite:///{tmp_path / 'x.db'}", source)
    assert len(exported(archive)) == 3
