"""Fetch failures: why there is no page, as a word for queries and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from OpenSSL import SSL
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
from service_identity import VerificationError
from twisted.internet.error import ConnectError, NoRouteError

from archive.captures import Capture, NotCaptured
from crawler.middlewares.http_compression import UnpacksTooLarge
from crawler.middlewares.offsite import LeftSite
from crawler.middlewares.retry import AskedToWait
from crawler.middlewares.robots_txt import RobotsUnreachable


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """Why a URL gave no page."""

    reason: str
    detail: str
    blocked: bool = False
    """Whether the server or its robots.txt refused us."""
    status: int | None = None
    trouble: bool = False
    """Whether the server failed, not the page: fetch it again soon."""
    at: datetime | None = None
    """When the failed response arrived, the time of its capture; None: there was none."""
    capture: Capture | None = None
    """The capture of the failed response."""
    cause: str | None = None
    """The reason word of the underlying failure."""

    @property
    def absent(self) -> bool:
        """Whether the server says that there is no such page."""
        return self.status in (404, 410)


_CAUSES: dict[type[Exception], FetchFailure] = {
    DownloadTimeoutError: FetchFailure("timeout", "The site did not answer in time.", trouble=True),
    CannotResolveHostError: FetchFailure(
        "no-such-host", "The host name cannot be resolved.", trouble=True
    ),
    DownloadConnectionRefusedError: FetchFailure(
        "unreachable", "The site refuses connections.", trouble=True
    ),
    DownloadCancelledError: FetchFailure(
        "too-large", "The response is larger than DOWNLOAD_MAXSIZE allows."
    ),
    ResponseDataLossError: FetchFailure(
        "cut-off", "The response ended before its announced length.", trouble=True
    ),
    DownloadFailedError: FetchFailure("unreachable", "The connection failed.", trouble=True),
    NoRouteError: FetchFailure("no-route", "There is no route to the site.", trouble=True),
    ConnectError: FetchFailure("unreachable", "The connection failed.", trouble=True),
}


class KnownFailure(Exception):
    """A failure that is already explained: one from a replay."""

    def __init__(self, failure: FetchFailure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


def explain(error: Exception) -> FetchFailure:
    """Explains why a request failed. An unknown error keeps its own name and message."""
    if isinstance(error, KnownFailure):
        return error.failure
    if isinstance(error, LeftSite):
        return FetchFailure("left-site", str(error))
    if isinstance(error, AskedToWait):
        return FetchFailure("asked-to-wait", str(error), trouble=True)
    if isinstance(error, RobotsUnreachable):
        cause = error.cause
        why = refusal(cause) if isinstance(cause, Response) else explain(cause)
        sentence = f"Its robots.txt cannot be fetched, so nothing else is. {why.detail}"
        return FetchFailure(
            "robots-unreachable", sentence, trouble=True, cause=why.cause or why.reason
        )
    if isinstance(error, UnpacksTooLarge):
        return FetchFailure("too-large", "The decompressed response exceeds DOWNLOAD_MAXSIZE.")
    if isinstance(error, NotCaptured):
        return FetchFailure("not-captured", str(error))
    if isinstance(error, UnicodeError):  # of Scrapy's reading of a status line
        return FetchFailure("bad-answer", "The response is not valid HTTP.", trouble=True)
    if isinstance(error, ValueError):  # of Scrapy's redirects, for a Location such as http://[
        return FetchFailure("bad-redirect", f"The redirect target is invalid: {error}.")
    if isinstance(error, IgnoreRequest) and str(error) == "Forbidden by robots.txt":
        return FetchFailure("robots", "The site's robots.txt disallows it.", blocked=True)
    if isinstance(error, IgnoreRequest) and str(error) == "max redirections reached":
        return FetchFailure("redirect-loop", "The address redirects too many times.")
    if isinstance(error, DownloadFailedError) and (fault := _certificate_fault(error)):
        sentence = f"The site's certificate cannot be trusted ({fault}), so nothing is fetched."
        return FetchFailure("certificate", sentence, trouble=True)
    for kind, failure in _CAUSES.items():
        if isinstance(error, kind):
            return failure
    return FetchFailure("failed", f"{type(error).__name__}: {error}", trouble=True)


def _certificate_fault(error: DownloadFailedError) -> str | None:
    """What OpenSSL or service_identity reports about a certificate; None if it is another error."""
    for failure in getattr(error.__cause__, "reasons", ()):
        if isinstance(failure.value, VerificationError):
            return "it is for another host"
        if isinstance(failure.value, SSL.Error) and "certificate" in str(failure.value):
            return str(failure.value.args[0][0][2])
    return None


def header(response: Response, name: str) -> str | None:
    """A header as text; None if missing."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def refusal(response: Response) -> FetchFailure:
    """Explains a response that is neither 2xx nor 304."""
    status = response.status
    # Cloudflare's challenge (Medan): recorded as blocked, nothing evaded.
    if b"cf-mitigated" in response.headers or b"Just a moment..." in response.body[:4096]:
        return FetchFailure(
            "challenge", f"The site answers with a browser challenge (HTTP {status}).", True, status
        )
    if status in (401, 403, 451):
        return FetchFailure(f"http-{status}", f"The site refuses us (HTTP {status}).", True, status)
    if status == 429:
        return FetchFailure(
            "http-429", "The site asks for fewer requests (HTTP 429).", True, status, trouble=True
        )
    return FetchFailure(
        f"http-{status}",
        f"The site answered HTTP {status}.",
        status=status,
        trouble=status >= 500,
    )
