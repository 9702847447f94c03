"""Captures every response as received, before anything decompresses or reads it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.settings import Settings

from archive import __version__
from archive.captures import Capture
from archive.captures.recovery import mend
from archive.captures.warc_file import Exchange
from archive.captures.writer import CaptureWriter, not_captured
from crawler.crawl.context import capture_target_of
from crawler.request_meta import ANSWERED_AT, ANSWERS, BEGUN, CAPTURED, CaptureNotes, ResponseHead

_NO_BREAKS = bytes.maketrans(b"\r\n", b"  ")
_RECEIVED = "received"


class Captures:
    """Hands each exchange to the run's writer, if captures are kept.

    At Scrapy's `response_downloaded` (2.19) the body is as received, compressed or not; only
    chunks are joined, and connection headers (Connection, Transfer-Encoding) removed. Header
    names are spelled in one way, and the words after the status are the standard ones."""

    def __init__(self, crawler: Crawler) -> None:
        target = capture_target_of(crawler)
        if target is None:
            raise NotConfigured
        self._target, self._writer = target, target.writer
        crawler.signals.connect(self.keep, signal=signals.response_downloaded)
        crawler.signals.connect(self.receive, signal=signals.bytes_received)
        crawler.signals.connect(self.left, signal=signals.request_left_downloader)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    def keep(self, response: Response, request: Request) -> None:
        """Called for every response, including robots.txt, redirects and refusals."""
        request.meta.pop(BEGUN, None)  # the response is complete
        request.meta[ANSWERED_AT] = datetime.now(UTC)
        request.meta[CAPTURED] = self._write(
            request,
            lambda: self._exchange(
                request,
                head=_head(response.protocol, response.status, response.headers),
                body=response.body,
                status=response.status,
                ip=str(response.ip_address) if response.ip_address else None,
            ),
        )

    def receive(self, data: bytes, request: Request) -> None:
        """Called for each part of a body."""
        request.meta.setdefault(_RECEIVED, bytearray()).extend(data)

    def left(self, request: Request) -> None:
        """Called for every request at its end. If the response was cut off, the part received is
        captured with `WARC-Truncated`."""
        body = bytes(request.meta.pop(_RECEIVED, b""))
        begun: ResponseHead | None = request.meta.pop(BEGUN, None)
        if begun is None:
            return
        request.meta[ANSWERED_AT] = datetime.now(UTC)
        self._write(
            request,
            lambda: self._exchange(
                request,
                head=_head(begun.protocol, begun.status, begun.headers),
                body=body,
                status=begun.status,
                ip=begun.ip,
                truncated=begun.cut_off or "unspecified",
            ),
        )

    def _write(self, request: Request, exchange: Callable[[], Exchange]) -> Future[Capture]:
        """The future of the capture's location. It also gets every exception: Scrapy would only
        log one raised here, and the release would be archived without its capture."""
        try:
            written = self._writer.write(exchange())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is named and recorded
            written = Future()
            written.set_exception(not_captured(request.url, error))
        request.meta.get(ANSWERS, []).append((request.meta[ANSWERED_AT], written))
        return written

    def _exchange(self, request: Request, **answer: Any) -> Exchange:
        asking: CaptureNotes = request.meta.get("asking") or CaptureNotes()
        return Exchange(
            url=urldefrag(request.url).url,
            at=request.meta[ANSWERED_AT],
            request=_request(request),
            notes=self._notes(asking),
            before=None if "truncated" in answer else asking.before,
            on_the_way=asking.on_the_way,
            **answer,
        )

    def _notes(self, asking: CaptureNotes) -> dict[str, Any]:
        source = self._target.source
        crawl = f"{self._writer.run}-{self._target.crawl_id}"
        notes = {"source": source.id, "crawl": crawl, **asking.notes}
        if source.insecure is not None:
            notes["certificate"] = "not checked"
        return notes


def open_captures(settings: Settings) -> CaptureWriter | None:
    """The writer for these settings, after files of killed programs were completed; None if
    captures are not kept. Raises CaptureError."""
    if not settings.getbool("CAPTURES_ENABLED"):
        return None
    folder = Path(settings["CAPTURES"])
    for sentence in mend(folder):
        print(sentence, file=sys.stderr)
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
    """Every value of every header, also of repeated ones; characters that would break a line
    become spaces."""
    lines = [name + b": " + value for name, values in headers.items() for value in values]
    return b"".join(line.translate(_NO_BREAKS) + b"\r\n" for line in lines)


def _encoded(line: str) -> bytes:
    """The bytes that Scrapy decoded as UTF-8, whatever they are."""
    return line.encode("utf-8", "backslashreplace").translate(_NO_BREAKS)
