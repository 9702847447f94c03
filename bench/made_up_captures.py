"""Makes captures of several months: pages of the test sites, fetched again and again."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from urllib.parse import urlsplit

from archive.captures import Capture
from archive.captures.warc_file import Exchange
from archive.captures.writer import CaptureWriter
from bench.made_up_archive import vocabulary
from demo.releases import DemoRelease
from tests.web import Web, WebSite

SITES = ("surabaya", "wordpress", "kpu", "bandung", "joomla", "samarinda", "static", "makassar")
_ABOUT = {"software": "arsip-pilkada bench", "format": "WARC File Format 1.1"}
_FIRST_DAY = datetime(2024, 12, 4, 22, 15, tzinfo=UTC)
_EDITED_EVERY = 50
"""Releases of which one is edited, halfway through the looks."""
_IN_FLIGHT = 500
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class _Page:
    """What an address answered last, and where that was captured."""

    body: bytes
    capture: Capture | None = None


def write(folder: Path, releases: int, looks: int) -> str:
    """Captures of so many releases, each looked at so often, a look a day; all but the first, and
    what was edited, found unchanged. Returns the registry. The same arguments make the same pages.
    """
    writer = CaptureWriter(folder, _ABOUT, file_bytes=512 * 1024**2, file_seconds=24 * 3600)
    with Web(SITES, count=-(-releases // len(SITES))) as web:
        try:
            for site in web:
                _crawl(writer, site, looks)
        finally:
            writer.close()
        return web.sources_toml


def _crawl(writer: CaptureWriter, site: WebSite, looks: int) -> None:
    """Look by look, as crawls go; each is held against what the address had before."""
    pages = dict(_first(site))
    for look in range(looks):
        if look and look == looks // 2:
            pages |= _edited(site, pages)
        day = _FIRST_DAY + timedelta(days=look)
        waiting: list[tuple[_Page, Future[Capture]]] = []
        for number, (url, page) in enumerate(pages.items()):
            at = day + timedelta(seconds=3 * number)
            waiting.append((page, writer.write(_exchange(site, url, page, at, f"made-up-{look}"))))
            if len(waiting) == _IN_FLIGHT:
                _settle(waiting)
        _settle(waiting)


def _settle(waiting: list[tuple[_Page, Future[Capture]]]) -> None:
    for page, written in waiting:
        page.capture = written.result()
    waiting.clear()


def _first(site: WebSite) -> Iterator[tuple[str, _Page]]:
    for release in in_own_words(site, site.releases):
        yield site.url(release), _Page(site.respond(urlsplit(site.url(release)).path, {}).body)


def _edited(site: WebSite, pages: dict[str, _Page]) -> dict[str, _Page]:
    found = {}
    for release in site.releases[::_EDITED_EVERY]:
        path = urlsplit(site.url(site.edit(release))).path
        before = pages[site.url(release)].capture
        found[site.url(release)] = _Page(site.respond(path, {}).body, before)
    return found


def in_own_words(site: WebSite, releases: Iterable[DemoRelease]) -> Iterator[DemoRelease]:
    """The proving ground's releases repeat one another's sentences, so that most would be copies;
    here all but the first and last paragraph is in words drawn anew."""
    known, chance = vocabulary(), random.Random(site.id)
    often = list(accumulate(1 / (place + 3) for place in range(len(known))))  # after Zipf
    for release in releases:
        first, *middle, last = release.printed
        drawn = iter(chance.choices(known, cum_weights=often, k=len(release.text)))
        middle = [_WORD.sub(lambda _: next(drawn), paragraph) for paragraph in middle]  # noqa: B023
        yield site.edit(release, text="\n\n".join([first, *middle, last]))


def _exchange(site: WebSite, url: str, page: _Page, at: datetime, crawl: str) -> Exchange:
    parts = urlsplit(url)
    return Exchange(
        url=url,
        at=at,
        request=f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode(),
        head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
        body=page.body,
        status=200,
        ip=parts.hostname,
        notes={"source": site.id, "crawl": crawl, "as": "release", "of": url},
        before=page.capture,
    )
