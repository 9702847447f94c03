"""Heads that are hardly HTTP: the bytes are kept, or nothing is archived and the outcome says so."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from warcio.cli import main as warcio

from archive.captures.reader import locate, read_at
from archive.captures.writer import CaptureWriter
from crawler.registry.source import Source
from tests.archive.captures.samples import files
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import article, listing, rows

Declare = Callable[..., Source]


class _Raw(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        path = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        answers: dict[str, bytes] = self.server.answers  # type: ignore[attr-defined]
        self.wfile.write(answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))


@contextmanager
def raw_site(answers: dict[str, bytes]) -> Iterator[str]:
    """Serves these very bytes, whatever they are; gives the address of the home page."""
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.3.7", 0), _Raw) as server:
        server.daemon_threads = True
        server.answers = answers  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.3.7:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def html(body: str | bytes, first: bytes = b"HTTP/1.1 200 OK", more: bytes = b"") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(data)
    return first + b"\r\nContent-Type: text/html\r\n" + more + length + data


ODD = {
    "status line in UTF-8": {"first": "HéTP/1.1 200 OK".encode()},
    "status line in latin-1": {"first": b"H\xe9TP/1.1 200 OK"},
    "phrase": {"first": b"HTTP/1.1 200 B\xe9ik \xff\x00"},
    "value": {"more": b"X-Kota: \xff\xfe \xe2\x80\xae\x00 kota\r\n"},
    "name": {"more": b"X-K\xf6ta\xff: 1\r\n"},
    "bare return": {"more": b"X-Kota: a\rWARC-Type: response\r\n"},
    "folded": {"more": b"X-Kota: a\r\n  b\r\n"},
    "many": {"more": b"".join(b"X-%d: %s\r\n" % (n, b"k" * 500) for n in range(300))},
}


@pytest.mark.parametrize("odd", ODD)
def test_evidence_is_kept_or_nothing_is_archived(
    crawl: Crawl, declare: Declare, archive_url: str, odd: str
) -> None:
    page = article(1)
    answers = {
        "/berita": html(listing(range(1, 3))),
        "/berita/read/1": html(page, **ODD[odd]),
        "/berita/read/2": html(article(2)),
    }
    with raw_site(answers) as home:
        crawl(declare(home, listing=home + "berita", article="/berita/read/{id}"))
        url = home + "berita/read/1"
    folder = Path(archive_url.removeprefix("sqlite:///")).with_name("captures")
    place = "capture_file, capture_offset, capture_record_id"
    kept = rows(archive_url, f"SELECT {place} FROM releases WHERE url = '{url}'")  # noqa: S608
    if not kept:
        query = f"SELECT {place}, reason FROM rejections WHERE url = '{url}'"  # noqa: S608
        ((*where, reason),) = rows(archive_url, query)
        assert reason in ("bad-answer", "unreachable")
        kept = [tuple(where)] if where[0] else []
    for name, offset, record_id in kept:
        with locate(folder, str(name)).open("rb") as file:
            assert read_at(file, int(str(offset)), str(record_id)).payload == page.encode()
    assert rows(archive_url, "SELECT count(*) FROM versions WHERE capture_file IS NULL") == [(0,)]
    checked(folder)


def checked(folder: Path) -> None:
    """`warcio check` has nothing to say."""
    with pytest.raises(SystemExit) as ended:
        warcio(["check", *map(str, files(folder))])
    assert ended.value.code == 0


def test_an_answer_that_cannot_be_kept_is_no_release(
    crawl: Crawl, declare: Declare, archive_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = CaptureWriter.write

    def refuse(self: CaptureWriter, exchange: Any) -> Any:
        if exchange.url.endswith("/read/1"):
            raise RuntimeError("whatever it is")
        return write(self, exchange)

    monkeypatch.setattr(CaptureWriter, "write", refuse)
    answers = {
        "/berita": html(listing(range(1, 3))),
        "/berita/read/1": html(article(1)),
        "/berita/read/2": html(article(2)),
    }
    with raw_site(answers) as home:
        run = crawl(declare(home, listing=home + "berita", article="/berita/read/{id}"))
    assert run.archive_error is None
    found = rows(archive_url, "SELECT url, capture_file IS NULL FROM releases")
    assert found == [(home + "berita/read/2", 0)]
    ((reason, detail),) = rows(archive_url, "SELECT reason, detail FROM rejections")
    assert reason == "not-captured"
    assert "whatever it is" in str(detail)


def test_whatever_it_is_packed_with_anybody_can_check_it(
    crawl: Crawl, declare: Declare, archive_url: str
) -> None:
    import zlib

    page = article(1).encode()
    bare = zlib.compressobj(wbits=-15)
    packed = {
        "br": brotli.compress(page),
        "zstd": zstandard.compress(page),
        "deflate": zlib.compress(page),
        "Deflate": bare.compress(page) + bare.flush(),
        "BR": brotli.compress(page)[:-9],
        "br, gzip": page,
    }
    answers = {"/berita": html(listing(range(1, len(packed) + 1)))}
    for number, (encoding, body) in enumerate(packed.items(), start=1):
        more = b"Content-Encoding: %s\r\n" % encoding.encode()
        answers[f"/berita/read/{number}"] = html(body, more=more)
    with raw_site(answers) as home:
        crawl(declare(home, listing=home + "berita", article="/berita/read/{id}"))
    folder = Path(archive_url.removeprefix("sqlite:///")).with_name("captures")
    kept = rows(archive_url, "SELECT count(*) FROM versions")
    assert kept >= [(3,)]
    checked(folder)
