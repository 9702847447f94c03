"""What was taken down stays so through crawls, rebuilds and a new archive, and mirrors end equal."""

from __future__ import annotations

import runpy
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from archive.curation import ledger
from archive.curation.corrections import corrections
from archive.curation.corrections_file import read_corrections
from archive.curation.takedown import Wanted, suppress
from archive.database.connection import open_archive
from archive.export.increment import increment, records
from archive.preservation.verify import Counted, verify
from crawler.rebuild.run import rebuild
from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import article, paged_site
from tests.site import serve

MIRROR = runpy.run_path(str(Path(__file__).parents[3] / "docs" / "mirror.py"))["mirror"]
ROWS = "SELECT * FROM releases ORDER BY id"


class Follower:
    """A mirror of an archive, by its increments."""

    def __init__(self, archive: Path) -> None:
        self.archive = archive
        self.mirror = sqlite3.connect(":memory:")
        self.seq = 0

    def follow(self) -> list[dict[str, object]]:
        """Takes over what changed; returns all it has, which is what the archive shows."""
        engine = open_archive(str(self.archive))
        whole = sqlite3.connect(":memory:")
        self.mirror.row_factory = whole.row_factory = sqlite3.Row
        with increment(engine, since=self.seq) as part:
            MIRROR(self.mirror, part.lines)
            self.seq = part.last
        with increment(engine) as part:
            MIRROR(whole, part.lines)
        engine.dispose()
        held, wanted = ([_told(row) for row in db.execute(ROWS)] for db in (self.mirror, whole))
        assert held == wanted
        return held


def _told(row: sqlite3.Row) -> dict[str, object]:
    """What increments tell: that a release was seen once more is no change."""
    return {name: row[name] for name in row.keys() if name != "last_seen_at"}  # noqa: SIM118


def texts(archive: Path) -> str:
    engine = open_archive(str(archive))
    try:
        return repr(list(records(engine, versions=True)))
    finally:
        engine.dispose()


def test_from_crawl_to_mirror(
    crawl: Crawl,
    declare: Callable[..., Source],
    archive_url: str,
    readers: None,
    tmp_path: Path,
) -> None:
    archive = Path(archive_url.removeprefix("sqlite:///"))
    captures, follower = archive.with_name("captures"), Follower(archive)
    pages = paged_site(3)
    with serve(pages) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        crawl(source)
        number = len(follower.follow())
        engine = open_archive(archive_url, create=True)
        taken, corrected = (record["id"] for record in list(records(engine))[:2])
        [url] = [one["url"] for one in records(engine) if one["id"] == taken]
        suppress(engine, Wanted(taken), "Court order", "Sari", datetime.now(UTC))
        ledger.keep(engine, captures)
        file = tmp_path / "corrections.toml"
        file.write_text(
            f'[[correction]]\nrelease = "{corrected}"\nfield = "title"\nvalue = "Judul Benar"\n'
            'reason = "mistyped"\nwho = "Sari"\nwhen = 2099-01-01\n'
        )
        wanted = read_corrections(file)
        assert rebuild([source], archive_url, captures, [], "", 2, 30.0, corrections=wanted)
        assert len(follower.follow()) == number - 1
        pages[f"/berita/read/{url.rpartition('/')[2]}"] = article(1, "Kalimat baru panitia kota.")
        crawl(source, deep=True)
        follower.follow()
    assert rebuild([source], archive_url, captures, [], "", 2, 30.0)
    assert len(follower.follow()) == number - 1
    assert list(verify(engine, captures, Counted())) == []
    anew = tmp_path / "anew.db"
    assert rebuild([source], str(anew), captures, [], "", 2, 30.0, corrections=wanted)
    for one in (archive, anew):
        assert taken not in texts(one)
        assert "Kalimat baru" not in texts(one)
        assert "Judul Benar" in texts(one)
        found = open_archive(str(one))
        with found.connect() as connection:
            assert corrections(connection) == wanted
        found.dispose()
    engine.dispose()
