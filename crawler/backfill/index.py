"""The index of a web archive: queries in both dialects, and parsed responses. Pure.

The CDX server of the Wayback Machine responds with one JSON array of rows, the first of which
names the fields, and ends with a resume key if there is more. pywb responds with a JSON object
per line, with other names. Either may be incomplete: every complete line is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeGuard
from urllib.parse import urlencode

PAGE = 5_000
"""Rows asked for at once, where there are pages."""
_FIELDS = {"original": "url", "statuscode": "status", "mimetype": "mime"}
"""The Wayback Machine's names, and pywb's."""
_HTML = ("text/html", "application/xhtml+xml")
_REVISIT = "warc/revisit"
_WEEK = re.compile(r"-(20\d\d)-(\d\d)$")
"""The end of the name of a crawl of Common Crawl: year and week of its beginning."""
_HALF = re.compile(r"[\ud800-\udfff]")
"""Half of a surrogate pair, which JSON allows and no file can hold."""
_DIGITS_MOST = 18
"""Of a number: more than any file has bytes, and what a database can keep."""
_LONGEST = timedelta(days=28)
"""A crawl of Common Crawl ends by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A line of an index: one capture of one page."""

    url: str
    timestamp: str
    """14 digits, UTC."""
    digest: str
    """Of the payload, as the index has it; "": it does not say."""
    length: int
    """Bytes of the record in the archive; 0: it does not say."""
    is_revisit: bool = False
    """Whether the archive kept no bytes, since they were those of an earlier capture."""
    filename: str | None = None
    offset: int | None = None
    """At Common Crawl: where the record is."""

    @property
    def at(self) -> datetime:
        """When it was captured."""
        return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


@dataclass(slots=True)
class Page:
    """One answer of an index."""

    captures: list[Capture] = field(default_factory=list)
    resume: str | None = None
    """The key with which the next page is asked for; None: there is none, or none was given."""
    broken: int = 0
    """Lines that say nothing usable."""
    is_cut: bool = False
    """Whether the answer breaks off."""


def query(
    dialect: str,
    host: str,
    since: date | None,
    until: date | None,
    *,
    resume: str | None = None,
    page: int | None = None,
) -> str:
    """The query for a host's pages that were answered with 200, as HTML."""
    asked: list[tuple[str, str]] = [("url", host), ("matchType", "host"), ("output", "json")]
    if since:
        asked.append(("from", f"{since:%Y%m%d}"))
    if until:
        asked.append(("to", f"{until:%Y%m%d}235959"))
    if dialect == "wayback":
        names = "urlkey,timestamp,original,mimetype,statuscode,digest,length"
        asked += [("filter", "statuscode:200|-"), ("filter", r"mimetype:.*html.*|warc/revisit")]
        asked += [("fl", names), ("limit", str(PAGE)), ("showResumeKey", "true")]
        if resume:
            asked.append(("resumeKey", resume))
    else:
        asked += [("filter", "~status:200|-"), ("filter", "~mime:.*html.*|warc/revisit")]
        if page is not None:
            asked.append(("page", str(page)))
    return urlencode(asked)


def parse(body: bytes) -> Page:
    """An answer, in whichever dialect."""
    text = body.decode("utf-8", "replace").strip()
    return _rows(text) if text.startswith("[") else _objects(text)


def number_of_pages(body: bytes) -> int | None:
    """What `showNumPages` answers; None where the answer is no number: an index without pages
    gives all of its lines instead."""
    try:
        fields = json.loads(body)
        return max(0, int(fields["pages"] if isinstance(fields, dict) else fields))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _rows(text: str) -> Page:
    page = Page()
    rows, page.broken, page.is_cut = _whole_rows(text)
    fields = list(map(str, rows[0])) if rows else []
    for row in rows[1:]:
        if len(row) == 1 and len(fields) > 1 and _is_text(row[0]):
            page.resume = row[0]
        elif row:
            _add(page, dict(zip(fields, row, strict=False)) if len(row) == len(fields) else {})
    return page


def _whole_rows(text: str) -> tuple[list[list[Any]], int, bool]:
    """The rows of an array, how many are broken, and whether it breaks off."""
    found: list[list[Any]] = []
    broken = 0
    at, decoder = 1, json.JSONDecoder()
    while (at := text.find("[", at)) >= 0:
        try:
            row, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at, broken = at + 1, broken + 1
            continue
        if isinstance(row, list):
            found.append(row)
    return found, broken, not text.endswith("]")


def _objects(text: str) -> Page:
    page = Page()
    for line in text.splitlines():
        # The default output has the key and the time before the object.
        start = line.find("{")
        try:
            fields = json.loads(line[start:]) if start >= 0 else None
        except (ValueError, RecursionError):
            fields = None
        if isinstance(fields, dict) and set(fields) == {"message"}:
            continue  # "No Captures found for: …"
        if line.strip():
            _add(page, fields if isinstance(fields, dict) else {})
    return page


def _add(page: Page, fields: Mapping[str, Any]) -> None:
    capture = _capture({_FIELDS.get(name, name): value for name, value in fields.items()})
    if capture is None:
        page.broken += 1
    elif not isinstance(capture, str):
        page.captures.append(capture)


def _capture(fields: Mapping[str, Any]) -> Capture | str | None:
    """The capture a line names; a word where it is not asked for; None where it is broken."""
    url, timestamp, digest = fields.get("url"), fields.get("timestamp"), fields.get("digest") or ""
    filename = fields.get("filename")
    if not (_is_text(url) and _is_text(timestamp) and _is_moment(timestamp) and _is_text(digest)):
        return None
    mime = str(fields.get("mime-detected") or fields.get("mime") or "")
    is_revisit = fields.get("mime") == _REVISIT
    if str(fields.get("status", "-")) not in ("200", "-", "") or not (is_revisit or mime in _HTML):
        return "other"
    return Capture(
        url=url,
        timestamp=timestamp,
        digest=digest.removeprefix("sha1:").strip("-"),
        length=_number(fields.get("length")) or 0,
        is_revisit=is_revisit,
        filename=filename if _is_text(filename) else None,
        offset=_number(fields.get("offset")),
    )


def _is_text(value: object) -> TypeGuard[str]:
    """Whether it is text that can be kept."""
    return isinstance(value, str) and not _HALF.search(value)


def _is_moment(timestamp: str) -> bool:
    try:
        datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:  # some lines have 00 for a day
        return False
    return len(timestamp) == 14 and timestamp.isascii()


def _number(value: object) -> int | None:
    text = str(value)
    is_number = len(text) <= _DIGITS_MOST and text.isascii() and text.isdecimal()
    return int(text) if is_number else None


@dataclass(frozen=True, slots=True)
class Collection:
    """One crawl of Common Crawl."""

    name: str
    index: str


def collections(body: bytes, since: date | None, until: date | None) -> list[Collection]:
    """The crawls that `collinfo.json` lists for these days, the oldest first. Raises ValueError."""
    return sorted(_collections(json.loads(body), since, until), key=lambda one: one.name)


def _collections(listed: Any, since: date | None, until: date | None) -> Iterator[Collection]:
    if not isinstance(listed, list):
        raise ValueError("no list of crawls")
    for entry in listed:
        if not isinstance(entry, dict) or not isinstance(entry.get("cdx-api"), str):
            continue
        name = str(entry.get("id", entry["cdx-api"]))
        begun, ended = (str(entry.get(key) or "")[:10] for key in ("from", "to"))
        if not ended and (named := _WEEK.search(name)):
            monday = date.fromisocalendar(int(named[1]), max(1, min(52, int(named[2]))), 1)
            begun, ended = monday.isoformat(), (monday + _LONGEST).isoformat()
        is_before = bool(ended and since and ended < since.isoformat())
        if not (is_before or (begun and until and begun > until.isoformat())):
            yield Collection(name, entry["cdx-api"])
