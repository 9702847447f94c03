"""Only the web is asked and believed, by whatever way an address comes in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from archive.captures.reader import answers
from crawler.discovery.canonical_url import absolute
from crawler.registry.source import Source, owners
from crawler.url_policy import is_downgrade, is_web_url
from tests.archive.captures.samples import files
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import article, paged_site, rows
from tests.site import Answer, Pages, Site, serve

Declare = Callable[..., Source]

NO_WEB_URLS = [
    "file:///etc/passwd",
    "file://kota.example/etc/passwd",
    "FILE://kota.example/dev/zero",
    "ftp://kota.example/berita/1",
    "s3://kota.example/berita/1",
    "data:text/html,<h1>Rilis</h1>",
    "data://kota.example/,x",
    "javascript:alert(1)",
    "gopher://kota.example/",
    "ws://kota.example/",
    "view-source:http://kota.example/",
    "//kota.example/berita/1",
    "/berita/1",
    "http:",
    "http:///berita/1",
    "http://",
    "http://?berita",
    "http://warga@kota.example/berita/1",
    "http://warga:sandi@kota.example/berita/1",
    "http://kota.example@127.0.0.1/",
    "http://@kota.example/",
    "http://kota.example\\@127.0.0.1/",
    "http://kota.example%40127.0.0.1/",
    "http://kota.example:berita/",
    "http://kota.example:99999/",
    "http://[::1",
    "http://kota .example/",
    "http://kota\u00a0.example/",
    "http://kota.example\u202e/",
    "http:\t//kota.example/",
    "\x00http://kota.example/",
    "",
]
WEB_URLS = [
    "http://kota.example",
    "https://kota.example/berita/1?x=http://a@b",
    "HTTPS://KOTA.example:8443/",
    "http://127.0.0.2:8000/berita/@humas",
    "http://[::1]:80/",
    "https://kotaé.example/berita",
]


@pytest.mark.parametrize("url", NO_WEB_URLS)
def test_what_is_no_web_url(url: str) -> None:
    assert not is_web_url(url)
    joined = absolute("http://kota.example/", url)
    assert joined is None or is_web_url(joined)


@pytest.mark.parametrize("url", WEB_URLS)
def test_what_is_one(url: str) -> None:
    assert is_web_url(url)
    assert absolute("http://kota.example/", url) == url


@pytest.mark.parametrize("url", [url for url in NO_WEB_URLS if "kota.example" in url])
def test_no_source_owns_what_is_none(url: str, declare: Declare) -> None:
    source = declare("http://kota.example/", article="https://kota\\.example/berita/\\d+")
    assert not source.owns(url)
    assert owners([source])(url) == [], "of a record in a capture"


def test_no_other_download_handler_is_on() -> None:
    handlers = get_project_settings().getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


@pytest.mark.parametrize(
    ("asked", "answered", "downgraded"),
    [
        ("https://kota.example/1", "http://kota.example/1", True),
        ("https://kota.example/1", "https://kota.example/2", False),
        ("http://kota.example/1", "http://kota.example/2", False),
        ("http://kota.example/1", "https://kota.example/1", False),
    ],
)
def test_a_downgrade_is_told(asked: str, answered: str, downgraded: bool) -> None:
    assert is_downgrade(asked, answered) is downgraded


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """Files of this machine: one with a secret, and one that never ends a read."""
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "secret").write_text("http://kota.example/berita/read/1\nRAHASIA\n")
    os.mkfifo(folder / "fifo")
    return folder


def _named(home: str, local: Path, bait: Site) -> Iterator[str]:
    """Everything an address can be that is no page of this site."""
    host = home.removeprefix("http://").rstrip("/")
    name = host.partition(":")[0]
    paths = [local / "secret", local / "fifo", "/dev/zero", "/proc/self/environ"]
    for path in paths:
        yield from (f"file://{path}", f"file://{name}{path}", f"file://{host}{path}")
    yield from (f"{scheme}://{host}/berita/read/1" for scheme in ("ftp", "s3", "gopher", "ws"))
    yield "data:text/xml,<urlset><url><loc>http://x/</loc></url></urlset>"
    yield "javascript:location='/berita/read/99'"
    yield from (bait.home, f"{bait.home}berita/read/98", bait.home.replace("//", f"//{host}@"))
    yield from (f"http://warga:sandi@{host}/berita/read/97", f"http://{host}@127.0.0.1/")
    yield from ("http://[::1]/", "http://2130706433/", "http://0x7f.1/", "http://224.0.0.1/")
    yield from ("http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1")


def _hostile(site: Site, named: list[str]) -> Pages:
    """The pages of a site that names all of these wherever a crawler takes an address from."""
    own = [f"{site.home}berita/read/{n}" for n in (1, 2)]
    written = [escape(url) for url in named]
    targets = [*written, *own]
    links = "".join(f'<a href="{url}">Warga kota bekerja bakti bersama</a>' for url in written)
    feeds = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{url}">' for url in written
    )
    items = "".join(
        f"<item><title>Judul dari umpan</title><link>{url}</link></item>" for url in targets
    )
    locs = "".join(f"<url><loc>{url}</loc></url>" for url in targets)
    maps = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in written)
    robots = "".join(f"Sitemap: {url}\n" for url in [*named, f"{site.home}peta.xml"])
    pages = paged_site(1)
    pages |= {
        "/robots.txt": f"User-agent: *\nAllow: /\n{robots}",
        "/peta.xml": Answer(f"<sitemapindex>{maps}</sitemapindex>".encode()),
        "/sitemap.xml": Answer(f"<urlset>{locs}</urlset>".encode()),
        "/feed": Answer(f"<rss><channel>{items}</channel></rss>".encode()),
        "/": f'<html><head>{feeds}<link rel="alternate" type="application/rss+xml" href="/feed">'
        f'</head><body><a href="/berita">Berita</a>{links}</body></html>',
    }
    canonicals = "".join(f'<link rel="canonical" href="{url}">' for url in written)
    pages["/berita/read/2"] = article(2).replace("<head>", f"<head>{canonicals}")
    lead = "".join(
        f'<li><a href="/berita/read/{100 + n}">Warga kota bekerja bakti {n}</a></li>'
        for n in range(2 * len(named))
    )
    pages["/berita"] = str(pages["/berita"]).replace("<ul>", f"<ul>{lead}")
    for n, url in enumerate(named):
        pages[f"/berita/read/{100 + n}"] = Answer(b"", 302, {"Location": url})
        refresh = f'<html><head><meta http-equiv="refresh" content="0; url={escape(url)}">'
        pages[f"/berita/read/{100 + len(named) + n}"] = refresh
    return pages


def test_nothing_but_the_site_is_asked_whatever_it_names(
    crawl: Crawl, declare: Declare, archive_url: str, tmp_path: Path, local: Path
) -> None:
    bait_pages: Pages = {"*": article(98)}
    with serve(bait_pages) as bait, serve({}) as site:
        site.pages.update(_hostile(site, list(_named(site.home, local, bait))))
        began = time.monotonic()
        source = declare(site.home, article="/berita/read/{id}")
        result = crawl(source, DOWNLOAD_TIMEOUT=20, GIVE_UP_AFTER=4).results[0]
        assert time.monotonic() - began < 100
    found = {str(url) for (url,) in rows(archive_url, "SELECT url FROM releases")}
    assert found == {f"{site.home}berita/read/{n}" for n in (1, 2)}, result.verdict
    assert result.verdict.outcome in ("ok", "partial"), result.verdict
    assert not bait.asked
    captures = files(tmp_path / "captures")
    for path in captures:
        with path.open("rb") as file:
            for _, answer in answers(file):
                assert answer.url.startswith(site.home)
                assert b"RAHASIA" not in answer.body()
    assert captures
