"""Asks a time-stamping service over HTTP (RFC 3161, 3.4)."""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from time import monotonic
from urllib.parse import urlsplit

from archive import __version__
from archive.webhook import StaysThere

PATIENCE = 30.0
"""Seconds for the whole answer, and for each part of it."""
_AT_MOST = 64 << 10
"""Bytes of an answer; one with its certificates has some thousand."""
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class ServiceError(Exception):
    """The service gave no stamp; `str()` says why, without a full stop."""


def ask(url: str, request: bytes) -> bytes:
    """The service's answer to a request. Raises ServiceError."""
    headers = {"Content-Type": _QUERY, "Accept": _REPLY}
    headers["User-Agent"] = f"ArsipPilkada/{__version__}"
    try:
        asked = urllib.request.Request(url, request, headers)
        opener = urllib.request.build_opener(StaysThere)
        with opener.open(asked, timeout=PATIENCE) as answer:
            data = _read(answer, monotonic() + PATIENCE)
    except urllib.error.HTTPError as error:
        raise ServiceError(f"it answered HTTP {error.code}") from error
    except (HTTPException, OSError, ValueError) as error:
        cause = getattr(error, "reason", None) or error
        why = "it did not answer in time" if isinstance(cause, TimeoutError) else str(cause)
        raise ServiceError(f"it could not be asked: {why}") from error
    if len(data) > _AT_MOST:
        raise ServiceError(f"its answer has more than {_AT_MOST:,} bytes")
    return data


def _read(answer: HTTPResponse, until: float) -> bytes:
    """At most one byte more than is allowed. The timeout of a socket counts for each part: a
    service that sends a byte now and then would hold the archive's lock for days."""
    data = b""
    while len(data) <= _AT_MOST and (part := answer.read1(_AT_MOST + 1 - len(data))):
        data += part
        if monotonic() > until:
            raise TimeoutError
    return data


def host(url: str) -> str:
    """How a service is called: its host."""
    return urlsplit(url).hostname or url
