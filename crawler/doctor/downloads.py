"""Download handlers: one that notes what failed, and one that answers from what was kept.

Answers are kept by the captures. A request that brought none leaves nothing there, so its failure
is noted, and raised again when the crawl is repeated.
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
"""The setting that names the file of noted failures, a JSON object a line."""
REPLAYED = "DOCTOR_REPLAYED"
"""The setting that names the WARC file that answers."""
_NOT_KEPT = FetchFailure("not-kept", "The file holds no response to this request.")


class NotedDownloads(Timed):
    """Downloads, and notes each request that brought no answer."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._file = Path(crawler.settings[FAILURES])
        self._source: str = crawler.spider.source.id  # type: ignore[union-attr]

    async def download_request(self, request: Request) -> Response:
        """As Scrapy has it; raises what that raises."""
        try:
            return await super().download_request(request)
        except Exception as error:
            noted = {
                "source": self._source,
                "url": urldefrag(request.url).url,
                "at": datetime.now(UTC).isoformat(),
                **{key: value for key, value in asdict(explain(error)).items() if value},
            }
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(noted) + "\n")
            raise


class ReplayedDownloads(BaseDownloadHandler):
    """Answers as was answered then, in the same order for each address; the last one is repeated.
    What was never asked for fails as `not-kept`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        kept = _kept(Path(crawler.settings[REPLAYED]), Path(crawler.settings[FAILURES]))
        self._kept = kept.get(crawler.spider.source.id, {})  # type: ignore[union-attr]
        self._taken: defaultdict[str, int] = defaultdict(int)

    async def download_request(self, request: Request) -> Response:
        """The kept answer. Raises KnownFailure."""
        url = urldefrag(request.url).url
        found = self._kept.get(url, [])
        if not found:
            raise KnownFailure(_NOT_KEPT)
        one = found[min(self._taken[url], len(found) - 1)]
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
    """What was noted; empty where nothing failed."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


_Kept = dict[str, dict[str, list[Answer | FetchFailure]]]


@lru_cache(maxsize=1)
def _kept(captures: Path, failures: Path) -> _Kept:
    """By source and address, what came, the first first."""
    found: defaultdict[str, defaultdict[str, list[tuple[datetime, Answer | FetchFailure]]]]
    found = defaultdict(lambda: defaultdict(list))
    for source, url, at, one in (*_answers(captures), *_failures(failures)):
        found[source][url].append((at, one))
    return {
        source: {
            url: [one for _, one in sorted(kept, key=lambda pair: pair[0])]
            for url, kept in urls.items()
        }
        for source, urls in found.items()
    }


def _answers(file: Path) -> Iterator[tuple[str, str, datetime, Answer | FetchFailure]]:
    with file.open("rb") as captures:
        for _, answer in answers(captures, lambda damage: None):
            if not answer.truncated:  # of those the failure was noted
                yield str(answer.notes.get("source")), answer.url, answer.at, answer


def _failures(file: Path) -> Iterator[tuple[str, str, datetime, Answer | FetchFailure]]:
    for noted in read_failures(file):
        known = {key: noted[key] for key in noted.keys() - {"source", "url", "at"}}
        yield (
            noted["source"],
            noted["url"],
            datetime.fromisoformat(noted["at"]),
            FetchFailure(**known),
        )
