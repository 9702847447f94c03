"""A web archive on loopback: index and playback, in the dialects of the Wayback Machine, pywb and
Common Crawl."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.backfill.archives import WebArchive
from tests.site import Answer, Site, serve

FIRST = datetime(2024, 9, 1, 3, tzinfo=UTC)
COLLECTION = "CC-MAIN-2024-38"
FILE = "crawl-data/CC-MAIN-2024-38/warc/CC-MAIN-00001.warc.gz"


def moment(day: float) -> datetime:
    """So many days after the first capture."""
    return FIRST + timedelta(days=day)


def stamp(day: float) -> str:
    """The same in 14 digits."""
    return f"{moment(day):%Y%m%d%H%M%S}"


@dataclass(slots=True)
class Held:
    """A capture that the archive holds."""

    url: str
    timestamp: str
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})
    status: str = "200"

    @property
    def digest(self) -> str:
        return base64.b32encode(hashlib.sha1(self.body).digest()).decode()

    @property
    def memento(self) -> str:
        at = datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return format_datetime(at, usegmt=True)

    def record(self) -> bytes:
        """As a record of a WARC file."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        block = f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + self.body
        at = datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
            f"WARC-Date: {at:%Y-%m-%dT%H:%M:%SZ}\r\nWARC-Target-URI: {self.url}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


class FakeArchive(dict[str, Any]):
    """What it holds, and what it was asked, with the time of each request."""

    def __init__(self, dialect: str, held: list[Held], page: int = 25) -> None:
        super().__init__()
        self.dialect = dialect
        self.held = sorted(held, key=lambda one: (one.url, one.timestamp))
        self.page = page
        self.site: Site
        self.log: list[tuple[float, str]] = []
        self.special: Callable[[str], Answer | None] = lambda _: None
        """Answers instead, where it gives an answer."""

    def get(self, path: str, default: Any = None) -> Any:
        self.log.append((monotonic(), path))
        if (special := self.special(path)) is not None:
            return special
        if "collinfo.json" in path:
            entry = {"id": COLLECTION, "cdx-api": f"{self.site.home}{COLLECTION}-index"}
            days = {"from": "2024-09-07T00:00:00", "to": "2024-09-21T00:00:00"}
            old = {"id": "CC-MAIN-2019-04", "cdx-api": f"{self.site.home}CC-MAIN-2019-04-index"}
            return _json([entry | days, old])
        if "url=" in path:
            return self._index(parse_qs(urlsplit(path).query))
        if path.endswith(FILE):
            start, end = self.site.sent[path]["Range"].removeprefix("bytes=").split("-")
            everything = b"".join(one.record() for one in self.held)
            return Answer(everything[int(start) : int(end) + 1], 206)
        return self._playback(path, default)

    @property
    def index_requests(self) -> list[float]:
        return [at for at, path in self.log if "url=" in path or "collinfo" in path]

    @property
    def playbacks(self) -> list[str]:
        return [path for _, path in self.log if "id_/" in path or path.endswith(FILE)]

    def _index(self, asked: dict[str, list[str]]) -> Answer:
        host, start = asked["url"][0], 0
        since, until = asked.get("from", ["0"])[0], asked.get("to", ["9"])[0]
        found = [
            one
            for one in self.held
            if urlsplit(one.url).netloc == host and since <= one.timestamp <= until
        ]
        if "showNumPages" in asked and self.dialect == "commoncrawl":
            return _json({"pages": -(-len(found) // self.page), "pageSize": 1, "blocks": 1})
        if self.dialect == "wayback":
            start = int(asked.get("resumeKey", ["0"])[0])
            end = start + self.page
            names = [
                "urlkey",
                "timestamp",
                "original",
                "mimetype",
                "statuscode",
                "digest",
                "length",
            ]
            rows: list[list[str]] = [names, *(self._row(one) for one in found[start:end])]
            if end < len(found):
                rows += [[], [str(end)]]
            return Answer(("[" + ",\n ".join(map(json.dumps, rows)) + "]\n").encode())
        if not found:
            return Answer(b'{"message": "No Captures found for: x"}', 404)
        if "page" in asked:
            start = int(asked["page"][0]) * self.page
            found = found[start : start + self.page]
        return Answer("".join(json.dumps(self._object(one)) + "\n" for one in found).encode())

    def _row(self, one: Held) -> list[str]:
        kind = one.headers.get("Content-Type", "").partition(";")[0]
        return ["key", one.timestamp, one.url, kind, one.status, one.digest, "900"]

    def _object(self, one: Held) -> dict[str, str]:
        names = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length")
        found = dict(zip(names, self._row(one), strict=True))
        if self.dialect == "commoncrawl":
            before = self.held[: self.held.index(one)]
            offset = sum(len(each.record()) for each in before)
            found |= {"filename": FILE, "offset": str(offset), "length": str(len(one.record()))}
        return found

    def _playback(self, path: str, default: Any) -> Any:
        for one in self.held:
            if path.endswith(f"{one.timestamp}id_/{one.url}"):
                headers = {"Memento-Datetime": one.memento, "Link": f"<{one.url}>; rel=original"}
                if self.dialect == "wayback":
                    headers |= {f"x-archive-orig-{name}": v for name, v in one.headers.items()}
                    headers |= {"Content-Type": "text/html", "x-archive-src": "x.warc.gz"}
                else:
                    headers |= one.headers
                return Answer(one.body, headers=headers)
        return default


def _json(value: object) -> Answer:
    return Answer(json.dumps(value).encode(), headers={"Content-Type": "application/json"})


@contextmanager
def web_archive(fake: FakeArchive, **changed: Any) -> Iterator[WebArchive]:
    """Serves it until the block ends."""
    with serve(fake) as site:
        fake.site = site
        places = {
            "wayback": ("cdx/search/cdx", "web/{timestamp}id_/{url}"),
            "pywb": ("coll/cdx", "coll/{timestamp}id_/{url}"),
            "commoncrawl": ("collinfo.json", "{filename}"),
        }
        index, captures = (site.home + place for place in places[fake.dialect])
        fields: dict[str, Any] = {
            "id": "fake",
            "name": "web-archive.example",
            "dialect": fake.dialect,
            "index": index,
            "captures": captures,
            "index_delay": 0.0,
            "captures_delay": 0.0,
            "connections": 2,
            "robots": False,
            "index_days": 7,
            "pause": 3600,
        }
        yield WebArchive(**fields | changed)
