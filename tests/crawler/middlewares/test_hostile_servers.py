"""Servers that mean harm: what they send has an end, and what they name is public."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import brotli
import pytest
import zstandard
from twisted.internet.defer import succeed
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from crawler.downloader import handler
from crawler.downloader.resolver import PublicResolver, is_public
from crawler.middlewares.robots_txt import _whole_lines
from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import paged_site, rows
from tests.site import Answer, serve

Declare = Callable[..., Source]


@contextmanager
def raw(say: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says what no HTTP server would; the address of its home page."""
    with socket.create_server(("127.0.3.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        asked = connection.recv(65536)
                        if b"robots.txt" in asked:
                            connection.sendall(
                                b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            )
                        else:
                            say(connection)
                    except OSError:
                        continue  # the crawler hung up

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.3.1:{listener.getsockname()[1]}/"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def _flood(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Flood: " + b"a" * 8000 + b"\r\n")


def test_headers_without_end_are_hung_up_on(crawl: Crawl, declare: Declare) -> None:
    with raw(_flood) as home:
        began = time.monotonic()
        result = crawl(declare(home), DOWNLOAD_TIMEOUT=60).results[0]
    assert result.verdict.outcome == "failed"
    assert time.monotonic() - began < 30, "only the time-out ended it"


def test_an_answer_that_drips_ends_with_the_time_out(crawl: Crawl, declare: Declare) -> None:
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not stop.wait(0.05):
            connection.sendall(b"a")

    with raw(drip) as home:
        result = crawl(declare(home), DOWNLOAD_TIMEOUT=1).results[0]
        stop.set()
    assert "did not answer in time" in result.verdict.reason


@pytest.mark.parametrize("packed", [True, False])
def test_bodies_without_end_are_refused(
    crawl: Crawl, declare: Declare, archive_url: str, packed: bool
) -> None:
    pages = paged_site(1)
    chunk = b"<p>lagi</p>" * 9000
    bomb = Answer(gzip.compress(b"0" * 40_000_000), headers={"Content-Encoding": "gzip"})
    pages["/berita/read/1"] = bomb if packed else Answer(iter([chunk] * 900))
    with serve(pages) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        crawl(source)
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(1,)]
    ((url,),) = rows(archive_url, "SELECT url FROM rejections")
    assert str(url).endswith("/1")


def _zlib(body: bytes) -> bytes:
    return zlib.compress(body)


BOMBS = {
    "gzip": gzip.compress,
    "deflate": _zlib,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)),
    "br, gzip": lambda body: gzip.compress(brotli.compress(body)),
}


def test_packed_bombs_are_too_large_and_end_no_crawl(
    crawl: Crawl, declare: Declare, archive_url: str
) -> None:
    pages = paged_site(1, each=len(BOMBS) + 1)
    for n, (encoding, pack) in enumerate(BOMBS.items(), 1):
        body = pack(b"0" * 9_000_000)
        pages[f"/berita/read/{n}"] = Answer(body, headers={"Content-Encoding": encoding})
    with serve(pages) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        crawl(source, GIVE_UP_AFTER=2, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert rows(archive_url, "SELECT reason FROM rejections") == [("too-large",)] * len(BOMBS)
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(1,)]


LONG = b"User-agent: *\nDisallow: /berita/read/1$\n" + b"# lagi\n" * 200_000 + b"Disallow: /\n"


@pytest.mark.parametrize("encoding", [None, *BOMBS])
def test_of_a_long_robots_txt_the_beginning_is_read(
    crawl: Crawl, declare: Declare, archive_url: str, encoding: str | None
) -> None:
    pages = paged_site(1)
    packed = {"Content-Encoding": encoding} if encoding else {}
    body = BOMBS[encoding](LONG) if encoding else iter([LONG, *[b"# lagi\n" * 9000] * 200])
    pages["/robots.txt"] = Answer(body, headers={"Content-Type": "text/plain", **packed})
    with serve(pages) as site:
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        crawl(source)
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(1,)]
    assert rows(archive_url, "SELECT reason FROM rejections") == [("robots",)]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_half_a_rule_of_a_robots_txt_is_none(line_end: bytes) -> None:
    rules = line_end.join([b"User-agent: *", b"Disallow: /admin", b"Disallow: /"])
    assert _whole_lines(rules).split() == [b"User-agent:", b"*", b"Disallow:", b"/admin"]


NO_ADDRESSES = ["http://warga:sandi@{host}/", "http://[::1", "file:///x"]


@pytest.mark.parametrize("target", NO_ADDRESSES)
def test_a_robots_txt_that_leads_to_no_address_holds_no_rules(
    crawl: Crawl, declare: Declare, archive_url: str, target: str
) -> None:
    pages = paged_site(1)
    with serve(pages) as site:
        host = site.home.removeprefix("http://").rstrip("/")
        pages["/robots.txt"] = Answer(b"", 302, {"Location": target.format(host=host)})
        crawl(declare(site.home, listing=site.home + "berita", article="/berita/read/{id}"))
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(2,)]


@pytest.mark.parametrize("target", NO_ADDRESSES)
def test_a_redirect_to_no_address_ends_no_other_request(
    crawl: Crawl, declare: Declare, archive_url: str, target: str
) -> None:
    pages = paged_site(1, each=4)
    with serve(pages) as site:
        host = site.home.removeprefix("http://").rstrip("/")
        for n in (1, 2, 3):
            location = target.format(host=host) + str(n)
            pages[f"/berita/read/{n}"] = Answer(b"", 302, {"Location": location})
        source = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        crawl(source, GIVE_UP_AFTER=2, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert rows(archive_url, "SELECT count(*) FROM releases") == [(1,)]
    assert rows(archive_url, "SELECT count(*) FROM rejections") == [(3,)]


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/"],
)
def test_redirects_into_private_nets_are_refused(
    crawl: Crawl, declare: Declare, archive_url: str, target: str
) -> None:
    pages = paged_site(1)
    pages["/berita/read/1"] = Answer(b"", 302, {"Location": target})
    with serve(pages) as site:
        crawl(declare(site.home, listing=site.home + "berita", article="/berita/read/{id}"))
    assert rows(archive_url, "SELECT reason FROM rejections") == [("left-site",)]


@pytest.mark.parametrize(
    ("name", "address", "allowed"),
    [
        ("kota.example", "93.184.215.14", True),
        ("kota.example", "127.0.0.1", False),
        ("kota.example", "10.1.2.3", False),
        ("kota.example", "192.168.1.1", False),
        ("kota.example", "169.254.169.254", False),
        ("kota.example", "0.0.0.0", False),
        ("kota.example", "100.64.0.1", False),
        ("kota.example", "224.0.0.1", False),
        ("kota.example", "239.255.255.250", False),
        ("kota.example", "240.0.0.1", False),
        ("kota.example", "255.255.255.255", False),
        ("localhost", "127.0.0.1", True),
        ("127.0.0.2", "127.0.0.2", True),
    ],
)
def test_names_lead_to_public_addresses_only(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str, allowed: bool
) -> None:
    base = PublicResolver.__mro__[1]
    monkeypatch.setattr(base, "getHostByName", lambda *_: succeed(address))
    answers: list[object] = []
    PublicResolver.getHostByName(object.__new__(PublicResolver), name).addBoth(answers.append)
    (answer,) = answers
    if allowed:
        assert answer == address
    else:
        assert isinstance(answer, Failure)
        assert answer.check(DNSLookupError)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d80e", True),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("ff0e::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_usual_head_is_far_within_the_bound() -> None:
    assert handler.HEAD_MAX >= 4 * 65536
