"""Web archives and their limits, from `crawler/data/web_archives.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.regions import DATA
from crawler.url_policy import is_web_url

FILE = DATA / "web_archives.toml"


class UnknownArchive(Exception):
    """No such web archive; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebArchive:
    """One web archive."""

    id: str
    name: str
    """As records name it."""
    dialect: str
    """`wayback`, `pywb` or `commoncrawl`."""
    index: str
    """The address of its index; at Common Crawl, of the list of its indexes."""
    captures: str
    """The address of a capture, with placeholders."""
    index_delay: float
    """Seconds between two requests to its index."""
    captures_delay: float
    """Seconds between two requests for captures."""
    connections: int
    """Requests for captures that may be open at once."""
    robots: bool
    """Whether its robots.txt is obeyed."""
    index_days: float
    """Days that an answer of its index is used again."""
    pause: float
    """Seconds to stay away after a 429 without Retry-After."""

    def owns(self, url: str) -> bool:
        """Whether a URL is on the archive's hosts: nothing else is requested."""
        return is_web_url(url) and urlsplit(url).netloc in {
            urlsplit(address).netloc for address in (self.index, self.captures)
        }

    def address(self, timestamp: str, url: str) -> str:
        """Where the original bytes of a capture are; not for Common Crawl."""
        return self.captures.replace("{timestamp}", timestamp).replace("{url}", url)


def find_archive(via: str, file: Path = FILE) -> WebArchive:
    """The archive with this id, or the pywb collection at this URL. Raises UnknownArchive."""
    data = tomllib.loads(file.read_text("utf-8"))
    for entry in data["archive"]:
        if entry["id"] == via:
            return _archive(entry, data)
    if not is_web_url(via):
        known = ", ".join(entry["id"] for entry in data["archive"])
        raise UnknownArchive(
            f"--via {via}: known are {known}, or the URL of a pywb collection such as "
            "https://archive.example/collection/"
        )
    collection = via.rstrip("/") + "/"
    entry = data["other"] | {
        "id": collection,
        "name": urlsplit(collection).netloc,
        "index": f"{collection}cdx",
        "captures": f"{collection}{{timestamp}}id_/{{url}}",
    }
    return _archive(entry, data)


def _archive(entry: dict[str, Any], data: dict[str, Any]) -> WebArchive:
    names = ("id", "name", "dialect", "index", "captures", "robots")
    return WebArchive(
        **{name: entry[name] for name in names},
        index_delay=_delay(entry, "index", data["share"]),
        captures_delay=_delay(entry, "captures", data["share"]),
        connections=entry.get("connections", 1),
        index_days=data["index_days"],
        pause=data["pause"],
    )


def _delay(entry: dict[str, Any], what: str, share: float) -> float:
    per_minute = entry.get(f"{what}_per_minute")
    return float(60 / (share * per_minute) if per_minute else entry[f"{what}_apart"])
