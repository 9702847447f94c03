"""A backfill from a real pywb, which runs in an environment of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.backfill.archives import WebArchive, find_archive
from crawler.registry.source import Source
from tests.crawler.backfill.conftest import Run, captures_of, exported
from tests.crawler.backfill.web_archive import moment, stamp
from tests.site import Site

pytestmark = pytest.mark.soak
ADDRESS = "127.0.7.77"


@pytest.fixture(scope="module")
def pywb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of pywb: those in the folder that PYWB names, or installed for this test."""
    if named := os.environ.get("PYWB"):
        return Path(named)
    home = tmp_path_factory.mktemp("pywb")
    install = [
        [sys.executable, "-m", "venv", str(home)],
        # It imports pkg_resources, which later versions of setuptools no longer have.
        [str(home / "bin" / "pip"), "install", "-q", "pywb", "setuptools<81"],
    ]
    for command in install:
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("pywb cannot be installed here")
    return home / "bin"


@pytest.fixture
def collection(pywb: Path, tmp_path: Path, site: Site) -> Iterator[WebArchive]:
    """A collection `past` with the captures, served."""
    home = tmp_path / "pywb"
    home.mkdir()
    warc = home / "past.warc.gz"
    with warc.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for held in captures_of(site):
            number = int(held.url.rpartition("/")[2])
            day = number if held.timestamp == stamp(number) else number + 30
            headers = StatusAndHeaders("200 OK", list(held.headers.items()), "HTTP/1.1")
            record = writer.create_warc_record(
                held.url,
                "response",
                payload=BytesIO(held.body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": f"{moment(day):%Y-%m-%dT%H:%M:%SZ}"},
            )
            writer.write_record(record)
    for arguments in (["init", "past"], ["add", "past", str(warc)]):
        subprocess.run([pywb / "wb-manager", *arguments], cwd=home, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [pywb / "wayback", "-b", ADDRESS, "-p", str(port)],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://{ADDRESS}:{port}/past/"
        _wait_for(f"{url}cdx?url=example.com")
        yield find_archive(url)
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urlopen(url).close()
        except URLError as error:
            if getattr(error, "code", None) is not None:
                return  # it answers
            time.sleep(0.1)
        else:
            return
    pytest.fail("pywb does not start")


def test_a_backfill_from_pywb(
    backfill: Run, collection: WebArchive, site: Site, source: Source, folder: Path
) -> None:
    archive = replace(collection, index_delay=0.0, captures_delay=0.0)
    run = backfill(archive, source)
    assert (run.problems, run.left_alone) == ([], None)
    assert (run.fetched, run.noted) == (50, 10)
    again = backfill(archive, source)
    assert (again.fetched, again.noted) == (0, 0)
    assert site.asked == []
    found = exported(folder)
    assert Counter(one["versions"] for one in found) == {1: 20, 2: 20}
    for one in found:
        n = int(one["url"].rpartition("/")[2])
        first, last = (f"{moment(day):%Y-%m-%dT%H:%M:%SZ}" for day in (n, n + 30))
        assert (one["first_seen_at"], one["last_seen_at"]) == (first, last)
        assert one["seen_at"] == (first if one["version"] == 1 else last)
        day = n if one["version"] == 1 else n + 30
        assert one["via"] == {
            "archive": collection.name,
            "url": collection.address(stamp(day), one["url"]),
        }
