"""Download handlers: one that records failures, and one that replays captured responses.

Responses are captured as in a crawl. A request without a response leaves no capture, so its
failure is recorded, and raised again in the replay.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.captures.reader import Answer, answers
from crawler.downloader.timing import Timed
from crawler.request_meta import ANSWERED_AT
from crawler.responses.failure import FetchFailure, KnownFailure, explain

FAILURES = "DOCTOR_FAILURES"
"""Setting with the file of recorded failures, a JSON object per line."""
REPLAYED = "DOCTOR_REPLAYED"
"""Setting with the WARC file to replay."""
_NOT_KEPT = FetchFailure("not-kept", "The file holds no response to this request.")


class NotedDownloads(Timed):
    """Downloads, and records each request without a response."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._file = Path(crawler.settings[FAILURES])
        self._source: str = crawler.spider.source.id  # type: ignore[union-attr]

    async def download_request(self, request: Request) -> Response:
        """As in Scrapy; raises what that raises."""
        try:
            return await super().download_request(request)
        except Exception as error:
            failure = {
                "source": self._source,
                "url": urldefrag(request.url).url,
                "at": datetime.now(UTC).isoformat(),
                **{key: value for key, value in asdict(explain(error)).items() if value},
            }
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(failure) + "\n")
            raise


class ReplayedDownloads(BaseDownloadHandler):
    """Replays captured responses in the order in which each URL gave them, and repeats the last
    one. A request that was never made fails as `not-kept`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        kept = _kept(Path(crawler.settings[REPLAYED]), Path(crawler.settings[FAILURES]))
        self._kept = kept.get(crawler.spider.source.id, {})  # type: ignore[union-attr]
        self._taken: defaultdict[str, int] = defaultdict(int)

    async def download_request(self, request: Request) -> Response:
        """The captured response. Raises KnownFailure."""
        url = urldefrag(request.url).url
        kept = self._kept.get(url, [])
        if not kept:
            raise KnownFailure(_NOT_KEPT)
        one = kept[min(self._taken[url], len(kept) - 1)]
        self._taken[url] += 1
        if isinstance(one, FetchFailure):
            raise KnownFailure(one)
        request.meta[ANSWERED_AT] = one.at
        headers = Headers()
        for name, value in one.headers:
            headers.appendlist(name, value)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=one.payload)
        return kind(url=request.url, status=one.status, headers=headers, body=one.payload)


def read_failures(file: Path) -> list[dict[str, Any]]:
    """The recorded failures; empty if nothing failed."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


_Kept = dict[str, dict[str, list[Answer | FetchFailure]]]


@lru_cache(maxsize=1)
def _kept(captures: Path, failures: Path) -> _Kept:
    """Responses and failures by source and URL, the first one first."""
    by_source: defaultdict[str, defaultdict[str, list[tuple[datetime, Answer | FetchFailure]]]]
    by_source = defaultdict(lambda: defaultdict(list))
    for source, url, at, result in (*_answers(captures), *_failures(failures)):
        by_source[source][url].append((at, result))
    return {
        source: {
            url: [result for _, result in sorted(kept, key=lambda pair: pair[0])]
            for url, kept in urls.items()
        }
        for source, urls in by_source.items()
    }


def _answers(file: Path) -> Iterator[tuple[str, str, datetime, Answer | FetchFailure]]:
    with file.open("rb") as captures:
        for _, answer in answers(captures, lambda damage: None):
            if not answer.truncated:  # requests whose failure was recorded
                yield str(answer.notes.get("source")), answer.url, answer.at, answer


def _failures(file: Path) -> Iterator[tuple[str, str, datetime, Answer | FetchFailure]]:
    for failure in read_failures(file):
        known = {key: failure[key] for key in failure.keys() - {"source", "url", "at"}}
        yield (
            failure["source"],
            failure["url"],
            datetime.fromisoformat(failure["at"]),
            FetchFailure(**known),
        )
