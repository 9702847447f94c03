"""What an answer that is no page means, in a word for queries and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.gz import gunzip, gzip_magic_number
from twisted.python.failure import Failure

from crawler.middlewares.guard import LeftSite


@dataclass(frozen=True, slots=True)
class Miss:
    """Why an address gave no page."""

    reason: str
    detail: str
    blocked: bool = False
    """The server, or its robots.txt, refused us."""
    status: int | None = None


_CAUSES: dict[type[Exception], Miss] = {
    DownloadTimeoutError: Miss("timeout", "The site did not answer in time."),
    CannotResolveHostError: Miss("no-such-host", "The host name cannot be resolved."),
    DownloadConnectionRefusedError: Miss("unreachable", "The site refuses connections."),
    DownloadCancelledError: Miss("too-large", "The answer is longer than DOWNLOAD_MAXSIZE allows."),
    ResponseDataLossError: Miss("cut-off", "The answer ended before its announced length."),
    DownloadFailedError: Miss("unreachable", "The connection failed."),
}


def explain(failure: Failure) -> Miss:
    """Why a request failed. Whatever is not known here is named as it is, never hidden."""
    error = failure.value
    if isinstance(error, HttpError):
        return _status(error.response)
    if isinstance(error, LeftSite):
        return Miss("left-site", str(error))
    if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
        return Miss("robots", "The site's robots.txt forbids it.", blocked=True)
    for kind, miss in _CAUSES.items():
        if isinstance(error, kind):
            return miss
    return Miss("failed", f"{type(error).__name__}: {error}")


def unpacked(response: Response, settings: BaseSettings) -> bytes:
    """A sitemap's bytes; `.xml.gz` files come packed. Never unpacks beyond DOWNLOAD_MAXSIZE."""
    if gzip_magic_number(response):
        return gunzip(response.body, max_size=settings.getint("DOWNLOAD_MAXSIZE"))
    return response.body


def _status(response: Response) -> Miss:
    status = response.status
    # Cloudflare's challenge (Medan): recorded as blocked, nothing evaded.
    if b"cf-mitigated" in response.headers or b"Just a moment..." in response.body[:4096]:
        return Miss("challenge", f"The site asks for a challenge (HTTP {status}).", True, status)
    if status in (401, 403, 451):
        return Miss(f"http-{status}", f"The site refuses us (HTTP {status}).", True, status)
    if status == 429:
        return Miss("http-429", "The site asks for fewer requests (HTTP 429).", True, status)
    return Miss(f"http-{status}", f"The site answered HTTP {status}.", False, status)
