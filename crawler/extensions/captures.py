"""Keeps every answer as it came over the wire, before anything unpacks or reads it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.settings import Settings

from archive import __version__
from archive.captures import Capture
from archive.captures.mending import mend
from archive.captures.writing import CaptureWriter, Exchange, not_captured
from crawler.middlewares.heads import BEGUN, Begun
from crawler.source import Source

_NO_BREAKS = bytes.maketrans(b"\r\n", b"  ")
_KEY = "captured"
ANSWERED_AT = "answered_at"
"""The key in a request's `meta` of the time at which its answer had come in."""
_RECEIVED = "received"
ANSWERS = "answers"
"""The key in a request's `meta` of a list that grows with the captures of what was answered, all
tries and redirects included: where a download ends in an exception, it is all there is."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What goes with a request into its capture."""

    notes: Mapping[str, Any] = field(default_factory=dict)
    """What is known when it is asked, as JSON values: enough to read the answer again by it."""
    before: Capture | None = None
    """The last whole answer from this address."""

    @property
    def on_the_way(self) -> bool:
        """Whether it is asked to find releases, and is none."""
        return self.notes.get("as") not in ("release", "part")


class Captures:
    """Hands each exchange to the round's writer, where captures are kept at all.

    At Scrapy's `response_downloaded` (2.19) the body is as it came, packed or not; only chunks are
    joined, and headers of the connection itself (Connection, Transfer-Encoding) taken off. Names
    of headers come out in one spelling, and the words after the status are the standard ones.
    """

    def __init__(self, crawler: Crawler) -> None:
        round_ = getattr(crawler.spider, "round", None)
        if round_ is None or round_.captures is None:
            raise NotConfigured
        self._writer: CaptureWriter = round_.captures
        crawler.signals.connect(self.keep, signal=signals.response_downloaded)
        crawler.signals.connect(self.receive, signal=signals.bytes_received)
        crawler.signals.connect(self.left, signal=signals.request_left_downloader)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    def keep(self, response: Response, request: Request, spider: Spider) -> None:
        """Called for every answer, robots.txt, redirects and refusals included."""
        request.meta.pop(BEGUN, None)  # it has come whole
        request.meta[ANSWERED_AT] = datetime.now(UTC)
        request.meta[_KEY] = self._write(
            request,
            lambda: self._exchange(
                request,
                spider,
                head=_head(response.protocol, response.status, response.headers),
                body=response.body,
                status=response.status,
                ip=str(response.ip_address) if response.ip_address else None,
            ),
        )

    def receive(self, data: bytes, request: Request) -> None:
        """Called for each part of a body, as it comes."""
        request.meta.setdefault(_RECEIVED, bytearray()).extend(data)

    def left(self, request: Request, spider: Spider) -> None:
        """Called for every request when there is an answer or none. Where one was cut off, what
        came of it is kept, and says so (`WARC-Truncated`)."""
        body = bytes(request.meta.pop(_RECEIVED, b""))
        begun: Begun | None = request.meta.pop(BEGUN, None)
        if begun is None:
            return
        request.meta[ANSWERED_AT] = datetime.now(UTC)
        self._write(
            request,
            lambda: self._exchange(
                request,
                spider,
                head=_head(begun.protocol, begun.status, begun.headers),
                body=body,
                status=begun.status,
                ip=begun.ip,
                truncated=begun.cut_off or "unspecified",
            ),
        )

    def _write(self, request: Request, exchange: Callable[[], Exchange]) -> Future[Capture]:
        """Where the bytes will lie. Whatever goes wrong is told by the future: Scrapy would only
        log what is raised here, and the release be archived without its bytes."""
        try:
            written = self._writer.write(exchange())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is named and recorded
            written = Future()
            written.set_exception(not_captured(request.url, error))
        request.meta.get(ANSWERS, []).append(written)
        return written

    def _exchange(self, request: Request, spider: Spider, **answer: Any) -> Exchange:
        asking: Asking = request.meta.get("asking") or Asking()
        return Exchange(
            url=urldefrag(request.url).url,
            at=request.meta[ANSWERED_AT],
            request=_request(request),
            notes=self._notes(asking, spider),
            before=None if "truncated" in answer else asking.before,
            on_the_way=asking.on_the_way,
            **answer,
        )

    def _notes(self, asking: Asking, spider: Spider) -> dict[str, Any]:
        source: Source = spider.source  # type: ignore[attr-defined]
        crawl = f"{self._writer.run}-{spider.crawl_id}"  # type: ignore[attr-defined]
        notes = {"source": source.id, "crawl": crawl, **asking.notes}
        if source.insecure is not None:
            notes["certificate"] = "not checked"
        return notes


async def captured(response: Response) -> Capture | None:
    """Where the bytes of an answer lie, once they are on the disk; None: captures are not kept.
    Raises CaptureError; NotCaptured, where this answer alone could not be kept."""
    written: Future[Capture] | None = response.meta.get(_KEY)
    if written is None:
        return None
    return await asyncio.wrap_future(written)


def answered_at(response: Response) -> datetime:
    """When an answer came in: the time of its capture, so that reading that again gives the same;
    now, where captures are not kept."""
    moment: datetime = response.meta.get(ANSWERED_AT) or datetime.now(UTC)
    return moment


def open_captures(settings: Settings) -> CaptureWriter | None:
    """The writer that the settings ask for, after mending what dead programs left behind; None:
    captures are not kept. Raises CaptureError."""
    if not settings.getbool("CAPTURES_ENABLED"):
        return None
    folder = Path(settings["CAPTURES"])
    for said in mend(folder):
        print(said, file=sys.stderr)
    return CaptureWriter(
        folder,
        _about(settings),
        file_bytes=settings.getint("CAPTURES_FILE_BYTES"),
        file_seconds=settings.getfloat("CAPTURES_FILE_SECONDS"),
    )


def _about(settings: Settings) -> dict[str, str]:
    return {
        "software": f"arsip-pilkada/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "operator": settings["CONTACT"],
        "http-header-user-agent": settings["USER_AGENT"],
    }


def _request(request: Request) -> bytes:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = request.headers.copy()
    headers.setdefault("Host", parts.netloc.rpartition("@")[2])
    first = _encoded(f"{request.method} {target} HTTP/1.1") + b"\r\n"
    return first + _lines(headers) + b"\r\n" + bytes(request.body)


def _head(protocol: str | None, status: int, headers: Headers) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    first = f"{protocol or 'HTTP/1.1'} {status} {phrase}".rstrip()
    return _encoded(first) + b"\r\n" + _lines(headers) + b"\r\n"


def _lines(headers: Headers) -> bytes:
    """Every value of every header, doubled ones too; what would break a line is a space."""
    lines = [name + b": " + value for name, values in headers.items() for value in values]
    return b"".join(line.translate(_NO_BREAKS) + b"\r\n" for line in lines)


def _encoded(line: str) -> bytes:
    """The bytes that Scrapy decoded as UTF-8, whatever stands in them."""
    return line.encode("utf-8", "backslashreplace").translate(_NO_BREAKS)
