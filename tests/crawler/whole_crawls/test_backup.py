"""From a backup, and from captures alone, comes the same archive; also while a crawl goes on, and
when old captures of lists have been thrown away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from archive.captures.retention import drop, droppable
from archive.database.connection import open_archive
from archive.export.increment import records
from archive.preservation.backup import back_up
from archive.preservation.restore import restore
from archive.preservation.verify import Counted, verify
from crawler.rebuild.run import rebuild
from crawler.registry.source import Source
from tests.archive.captures.samples import files
from tests.archive.captures.samples import records as records_of
from tests.conftest import Crawl
from tests.crawler.run.test_clock_check import clock_moved
from tests.crawler.whole_crawls.test_crawl import article, paged_site
from tests.site import Answer, serve

Declare = Callable[..., Source]


def exported(archive: Path, *, but_for: tuple[str, ...] = ("seq",)) -> list[dict[str, Any]]:
    """Every wording, by id; without what rebuilding may number otherwise."""
    engine = open_archive(f"sqlite:///{archive}")
    try:
        found = sorted(records(engine, versions=True), key=lambda one: (one["id"], one["version"]))
    finally:
        engine.dispose()
    return [{key: value for key, value in one.items() if key not in but_for} for one in found]


def back_up_all(folder: Path, file: Path) -> None:
    engine = open_archive(f"sqlite:///{folder / 'archive.db'}")
    try:
        assert back_up(engine, file, folder / "captures").missing == []
    finally:
        engine.dispose()


def restored(file: Path, folder: Path) -> Path:
    folder.mkdir()
    restore(file, folder / "archive.db", folder / "captures")
    engine = open_archive(f"sqlite:///{folder / 'archive.db'}")
    assert list(verify(engine, folder / "captures", Counted())) == []
    engine.dispose()
    return folder / "archive.db"


def test_backup_and_captures_alone_give_the_same_export(
    crawl: Crawl, declare: Declare, tmp_path: Path
) -> None:
    pages = paged_site(3)
    with serve(pages) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        # Hours apart: who saw a page and missed it in one second cannot tell the order.
        with clock_moved(timedelta(hours=-2)):
            crawl(source)
        pages["/berita/read/1"] = article(1, "Panitia nomor {n} memperpanjang pendaftaran anggota.")
        pages["/berita/read/4"] = Answer(b"gone", 404)
        with clock_moved(timedelta(hours=-1)):
            crawl(source, deep=True)
        crawl(source, deep=True)
    back_up_all(tmp_path, tmp_path / "all.tar")
    from_backup = restored(tmp_path / "all.tar", tmp_path / "backup")
    assert exported(from_backup, but_for=()) == exported(tmp_path / "archive.db", but_for=())
    anew = tmp_path / "anew.db"
    captures = tmp_path / "backup" / "captures"
    assert rebuild([source], f"sqlite:///{anew}", captures, [], "", 2, 30.0)
    assert exported(anew) == exported(tmp_path / "archive.db")
    assert any(one["gone_at"] for one in exported(anew))
    assert max(one["version"] for one in exported(anew)) == 2


def test_a_backup_during_a_crawl_is_of_one_moment(
    crawl: Crawl, declare: Declare, archive_url: str, tmp_path: Path
) -> None:
    """Taken while a page of the crawl is being answered, and others are being stored."""
    pages = paged_site(12)
    file = tmp_path / "all.tar"

    def answer_late() -> Answer:
        if not file.exists():
            back_up_all(tmp_path, file)
        return Answer(article(17).encode(), headers={"Content-Type": "text/html"})

    pages["/berita/read/17"] = answer_late
    with serve(pages) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        assert crawl(source).healthy
        early = restored(file, tmp_path / "early")
        then, whole = exported(early), exported(tmp_path / "archive.db")
        assert len(then) < len(whole) == 24
        copied = {one["id"]: one["sha256"] for one in then}
        assert copied.items() <= {one["id"]: one["sha256"] for one in whole}.items()
        # Moved to another machine, it goes on from there.
        places = {
            "ARCHIVE_URL": f"sqlite:///{early}",
            "CAPTURES": str(tmp_path / "early" / "captures"),
        }
        assert crawl(source, **places).healthy
    assert {one["id"] for one in exported(early)} == {one["id"] for one in whole}


def test_without_old_lists_the_archive_still_comes_back(
    crawl: Crawl, declare: Declare, archive_url: str, tmp_path: Path
) -> None:
    pages = paged_site(3)
    captures = tmp_path / "captures"
    with serve(pages) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        with clock_moved(timedelta(hours=-2)):  # as above
            crawl(source)
        pages["/berita/read/4"] = Answer(b"gone", 404)
        with clock_moved(timedelta(hours=-1)):
            crawl(source, deep=True)
        engine = open_archive(archive_url, create=True)
        dropped = drop(engine, captures, droppable(engine, captures, date.max))
        engine.dispose()
        assert dropped.files == 2
        crawl(source, deep=True)
    kept = {one["WARC-Record-ID"]: one for path in files(captures) for one in records_of(path)}
    assert all(
        one["WARC-Refers-To"] in kept for one in kept.values() if one["WARC-Type"] == "revisit"
    )
    anew = tmp_path / "anew.db"
    assert rebuild([source], f"sqlite:///{anew}", captures, [], "", 2, 30.0)
    assert exported(anew) == exported(tmp_path / "archive.db")
    assert any(one["gone_at"] for one in exported(anew))
