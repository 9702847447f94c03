"""What was captured looks in pywb as the site showed it. Needs pywb, best in a venv of its own:
`PYWB=/path/to/venv/bin make test ARGS="-m soak tests/crawler/rebuild/test_replay.py"`."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from archive.database.connection import open_archive
from archive.lookup.selection import Selection
from archive.preservation import wacz
from crawler.registry.source import Source
from tests.archive.captures.samples import files
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import article, paged_site, rows
from tests.site import Answer, serve

PLACES = os.environ.get("PYWB")
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        shutil.which("wayback", path=PLACES) is None,
        reason="pywb is not there; PYWB names the folder of its programs",
    ),
]


def _run(place: Path, program: str, *words: str) -> None:
    path = shutil.which(program, path=PLACES)
    assert path is not None
    subprocess.run([path, *words], cwd=place, check=True, capture_output=True, timeout=120)


@contextmanager
def _replaying(place: Path) -> Iterator[str]:
    """pywb over the collections in a folder, on loopback; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path = shutil.which("wayback", path=PLACES)
    log = (place / "wayback.log").open("wb")
    program = subprocess.Popen(
        [str(path), "-b", "127.0.0.1", "-p", str(port)], cwd=place, stdout=log, stderr=log
    )
    try:
        while not _answers(port):
            assert program.poll() is None, (place / "wayback.log").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait(timeout=60)
        log.close()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True


def _replayed(at: str, collection: str, seen_at: object, url: object) -> bytes:
    """A page as it was, without pywb's banner and rewritten links (`id_`)."""
    moment = "".join(character for character in str(seen_at) if character.isdigit())
    with urlopen(f"{at}/{collection}/{moment}id_/{url}", timeout=60) as answer:
        body: bytes = answer.read()
        return gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body


def test_pywb_shows_what_the_site_showed(
    crawl: Crawl, declare: Callable[..., Source], archive_url: str, tmp_path: Path
) -> None:
    """Plain, packed, edited and unchanged pages, from our WARC files and from our WACZ."""
    pages = paged_site(2)
    pages["/berita/read/2"] = Answer(
        gzip.compress(article(2).encode()),
        headers={"Content-Encoding": "gzip", "Content-Type": "text/html"},
    )
    sent = {f"/berita/read/{number}": [article(number)] for number in (1, 2, 3, 4)}
    with serve(pages) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        crawl(source)
        edited = article(1, "Panitia nomor {n} memperpanjang pendaftaran anggota.")
        pages["/berita/read/1"] = edited
        sent["/berita/read/1"].append(edited)
        crawl(source, deep=True)
        home = site.home.rstrip("/")
    versions = rows(
        archive_url,
        "SELECT r.url, v.version, v.seen_at FROM versions v JOIN release_records r"
        " ON r.id = v.release ORDER BY 1, 2",
    )
    assert len(versions) == 5
    captures = tmp_path / "captures"
    engine = open_archive(archive_url)
    with (tmp_path / "all.wacz").open("wb") as out:
        wacz.package(engine, Selection(), captures, out)
    engine.dispose()
    for collection in ("warc", "wacz"):
        _run(tmp_path, "wb-manager", "init", collection)
    _run(tmp_path, "wb-manager", "add", "warc", *map(str, files(captures)))
    _run(tmp_path, "wb-manager", "add", "--unpack-wacz", "wacz", str(tmp_path / "all.wacz"))
    with _replaying(tmp_path) as at:
        for collection in ("warc", "wacz"):
            for url, version, seen_at in versions:
                shown = _replayed(at, collection, seen_at, url)
                wanted = sent[str(url).removeprefix(home)][int(str(version)) - 1]
                assert shown == wanted.encode(), (collection, url, version)
        # The second look at a page that had not changed, a `revisit`.
        ((last,),) = rows(archive_url, "SELECT last_seen_at FROM releases WHERE url LIKE '%/3'")
        assert _replayed(at, "warc", last, f"{home}/berita/read/3") == article(3).encode()
